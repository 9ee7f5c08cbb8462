"""Parcels: the methods of an object, which knows the service and its key; what changes something asks first.

PARCELS_URL=https://parcels.example handsight run --tools parcel.py "open Messages, call track_parcel with ..."
"""

import os
from datetime import date
from typing import Any
from urllib.parse import quote

import httpx

from handsight import tool


class Parcels:
    def __init__(self, url: str, key: str) -> None:
        self.url, self.headers = url, {"x-api-key": key}

    @tool
    def track_parcel(self, number: str) -> Any:
        """Say where a parcel is and when it comes. `number` is the one in the message."""
        return httpx.get(self._parcel(number), headers=self.headers, timeout=10).raise_for_status().json()

    @tool(risky=True)
    def move_parcel(self, number: str, day: date) -> str:
        """Have a parcel brought on another day."""
        httpx.post(self._parcel(number), headers=self.headers, json={"day": day.isoformat()}).raise_for_status()
        return f"It comes on {day:%A, %d %B}."

    def _parcel(self, number: str) -> str:
        return f"{self.url}/parcels/{quote(number, safe='')}"


parcels = Parcels(os.environ.get("PARCELS_URL", "http://127.0.0.1:8003"), os.environ.get("PARCELS_KEY", ""))
