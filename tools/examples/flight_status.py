"""Flights: a plain function; what it returns is a pydantic model, which the model reads as JSON.

FLIGHTS_URL=https://flights.example handsight run --tools flight_status.py "open Notes, call flight_status with ..."
"""

import os
from typing import Annotated
from urllib.parse import quote

import httpx
from pydantic import BaseModel, Field

from handsight import tool

Number = Annotated[str, Field(pattern=r"^[A-Z0-9]{2} ?[0-9]{1,4}$")]


class Flight(BaseModel):
    number: str
    status: str
    gate: str | None = None


@tool(timeout_s=15)
def flight_status(number: Number) -> Flight:
    """Say whether a flight is on time, and where it leaves.

    Args:
        number: the flight's number as it is shown, such as LH 2031
    """
    service = os.environ.get("FLIGHTS_URL", "http://127.0.0.1:8001")
    answer = httpx.get(f"{service}/flights/{quote(number.replace(' ', ''), safe='')}", timeout=10)
    return Flight.model_validate_json(answer.raise_for_status().content)
