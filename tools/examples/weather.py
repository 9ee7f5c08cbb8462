"""Weather: an async function with a choice, a list and a default.

WEATHER_URL=https://weather.example handsight run --tools weather.py "open Notes, call weather with ..."
"""

import asyncio
import os
from typing import Annotated, Literal

import httpx

from handsight import tool


@tool(timeout_s=15)
async def weather(
    city: Annotated[str, "as it is written on the screen"],
    days: Annotated[list[Literal["today", "tomorrow"]] | None, "left out, both"] = None,
    units: Literal["celsius", "fahrenheit"] = "celsius",
) -> str:
    """Say what the weather will be like in a city."""
    async with httpx.AsyncClient(base_url=os.environ.get("WEATHER_URL", "http://127.0.0.1:8002"), timeout=10) as client:

        async def on(day: str) -> str:
            answer = await client.get("/forecast", params={"city": city, "day": day, "units": units})
            told = answer.raise_for_status().json()
            return f"{day}: {told['sky']}, {told['degrees']} degrees {units}"

        return "\n".join(await asyncio.gather(*map(on, days or ["today", "tomorrow"])))
