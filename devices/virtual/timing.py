"""A clock that stands still, for phones whose pictures are to be the same every time."""

from __future__ import annotations

from datetime import datetime, timedelta


class StillClock:
    """A clock that moves only when told to, or slept on.

    Pass it to a phone three times: `Phone(clock=still, sleep=still.sleep, now=still.now)`.
    """

    def __init__(self, today: datetime = datetime(2026, 3, 14, 9, 41)) -> None:
        self._today = today
        self._seconds = 0.0

    def __call__(self) -> float:
        """The seconds since it was made."""
        return self._seconds

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self._seconds += max(0.0, seconds)

    def now(self) -> datetime:
        """The date and time it shows."""
        return self._today + timedelta(seconds=self._seconds)
