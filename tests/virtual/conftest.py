"""A phone whose clock stands still, a thumb that finds things by their names, and the adb programs of `judges`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handsight.devices.virtual.kit.layout import Node
from handsight.devices.virtual.phone import Phone
from handsight.devices.virtual.timing import StillClock

from .judges import adb, attached, bundled, new_phone, phone  # noqa: F401 (fixtures)


class Thumb:
    """Works a phone by what stands on its screen. Every act waits for the transition to end."""

    def __init__(self, **options: Any) -> None:
        self.clock = StillClock()
        self.phone = Phone(clock=self.clock, sleep=self.clock.sleep, now=self.clock.now, **options)
        self.phone.frame()

    def nodes(self) -> list[Node]:
        return list(self.phone.tree().walk())

    def texts(self) -> list[str]:
        return [node.text for node in self.nodes() if node.text]

    def see(self, name: str) -> Node:
        found = [node for node in self.nodes() if name in (node.text, node.description)]
        assert found, f"{name!r} is not on the screen, there are {self.texts()}"
        return found[0]

    def at(self, name: str) -> tuple[int, int]:
        left, top, right, bottom = self.see(name).bounds
        return (left + right) // 2, (top + bottom) // 2

    def tap(self, name: str) -> None:
        self.phone.tap(*self.at(name))
        self.settle()

    def hold(self, name: str) -> None:
        x, y = self.at(name)
        self.phone.swipe(x, y, x, y, 0.8)
        self.settle()

    def scroll_to(self, name: str) -> None:
        width, height = self.phone.size
        for _ in range(12):
            if name in self.texts():
                return
            self.phone.drag(width // 2, height * 2 // 3, width // 2, height // 3, 0.3)
            self.settle()
        raise AssertionError(f"{name!r} is nowhere on the page, at its end stands {self.texts()}")

    def key(self, code: int) -> None:
        self.phone.key(code)
        self.settle()

    def settle(self) -> Image.Image:
        """Let two seconds and a half pass, seen as they pass: the still picture."""
        for seconds in (0.01, 0.49, 2.0):
            self.clock.sleep(seconds)
            picture = self.phone.frame()
        return picture


@pytest.fixture
def thumb() -> Callable[..., Thumb]:
    return Thumb


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a module with an app, importable."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return "counter"
