from collections.abc import Callable

import pytest
from PIL import Image

from handsight.tools.gestures import long_press, open_app, press, swipe, tap, type_text
from handsight.tools.registry import Tools
from handsight.tools.session import session_tools
from handsight.types import Box, Point, Screen


def mark(where: Point, area: Box | None = None, *, sure: bool = False) -> str:
    """Mark a place on the user's map.

    Args:
        where: the place
        area: what belongs to it
    """
    return f"marked {where} {area} {sure}"


def take_stock() -> str:
    """Count what is in the basket."""
    return "3 things"


@pytest.fixture(scope="session")
def tools() -> Tools:
    return Tools([tap, long_press, swipe, type_text, press, open_app, *session_tools(), mark, take_stock])


@pytest.fixture(scope="session")
def screen() -> Callable[[int, int], Screen]:
    return lambda width, height: Screen(Image.new("RGB", (width, height)))
