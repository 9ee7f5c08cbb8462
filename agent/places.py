"""Places on a screenshot, in its pixels.

Numbers of a model's own space exist only in `handsight.prompts`; numbers of a device's own input space exist only
inside that device.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Point:
    """A place on a screenshot, in its pixels, from the top left corner."""

    x: float
    y: float

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        return _numbers(cls, "point")


@dataclass(frozen=True)
class Box:
    """A rectangle on a screenshot, in its pixels; right and bottom are exclusive."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def center(self) -> Point:
        return Point((self.left + self.right) / 2, (self.top + self.bottom) / 2)

    def within(self, other: Box) -> bool:
        """Whether all of it lies in another box."""
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom

    def __contains__(self, point: Point) -> bool:
        return self.left <= point.x < self.right and self.top <= point.y < self.bottom

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        return _numbers(cls, "box")


def _numbers(place: type, form: str) -> Any:
    """How a place travels in a tool's JSON: as the array of its numbers, marked so that a dialect can find it."""
    from pydantic_core import core_schema as cs

    size = len(fields(place))
    mark = {"pydantic_js_updates": {"format": form}}
    numbers = cs.list_schema(cs.float_schema(allow_inf_nan=False), min_length=size, max_length=size, metadata=mark)
    to_array = cs.plain_serializer_function_ser_schema(lambda made: list(astuple(made)))
    return cs.no_info_after_validator_function(lambda given: place(*given), numbers, serialization=to_array)
