"""What counts time: up, as a stopwatch, and down, as a timer. Moments are seconds of the phone's clock."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Stopwatch:
    counted_s: float = 0  # until it was last paused
    since: float | None = None  # None: it stands still
    laps: list[float] = field(default_factory=list)

    def read(self, now: float) -> float:
        """The seconds it shows."""
        return self.counted_s + (now - self.since if self.since is not None else 0)

    def start_or_pause(self, now: float) -> None:
        self.counted_s, self.since = self.read(now), now if self.since is None else None


@dataclass
class Timer:
    left_s: float = 0  # when it was set or last paused; 0: not set
    ends: float | None = None  # None: it stands still

    def read(self, now: float) -> float:
        """The seconds that are left."""
        return self.left_s if self.ends is None else max(0.0, self.ends - now)

    def start_or_pause(self, now: float) -> None:
        self.left_s, self.ends = self.read(now), now + self.left_s if self.ends is None else None


def written(seconds: float, decimals: int = 0) -> str:
    """Hours (if there are any), minutes and seconds; a timer's begun second counts as whole."""
    whole = int(seconds) if decimals else -int(-seconds // 1)
    hours = f"{whole // 3600:02}:" if whole >= 3600 else ""
    rest = f".{int(seconds % 1 * 10**decimals):0{decimals}}" if decimals else ""
    return f"{hours}{whole // 60 % 60:02}:{whole % 60:02}{rest}"
