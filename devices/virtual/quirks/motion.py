"""Quirks of screens that never rest: a caret, a spinner, a video, an animation at the display's full rate."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw

from handsight.devices.virtual.quirks.quirk import Quirk, Twists

if TYPE_CHECKING:
    from handsight.devices.virtual.served import VirtualPhone

Area = tuple[int, int, int, int]
Draw = Callable[[ImageDraw.ImageDraw, Area, float], object]
_BLINK_S, _VIDEO_FPS, _FULL_FPS = 0.5, 30, 120


def _drawn(left: float, top: float, right: float, bottom: float, draw: Draw) -> Callable[[VirtualPhone], Twists]:
    """Draw for ever, by the phone's clock, within these shares of the screen."""

    def above(picture: Image.Image, now: float) -> Image.Image:
        wide, high = picture.size
        area = (round(left * wide), round(top * high), round(right * wide), round(bottom * high))
        picture = picture.copy()
        draw(ImageDraw.Draw(picture), area, now)
        return picture

    def install(phone: VirtualPhone) -> Twists:
        phone.display.above.append(above)
        return {}

    return install


def _caret(draw: ImageDraw.ImageDraw, area: Area, now: float) -> None:
    if int(now / _BLINK_S) % 2:
        draw.rectangle((area[0], area[1], area[0] + 4, area[3]), fill=(20, 90, 200))


def _spinner(draw: ImageDraw.ImageDraw, area: Area, now: float) -> None:
    side = min(area[2] - area[0], area[3] - area[1])
    ring = (area[0], area[1], area[0] + side, area[1] + side)
    draw.arc(ring, now * 400, now * 400 + 250, fill=(20, 90, 200), width=max(2, side // 8))


def _video(draw: ImageDraw.ImageDraw, area: Area, now: float) -> None:
    """Bars of colour that wander, a new picture thirty times a second."""
    frame = int(now * _VIDEO_FPS)
    wide = max(1, (area[2] - area[0]) // 16)
    for n, x in enumerate(range(area[0], area[2], wide)):
        shade = (n * 37 + frame * 23) % 256
        draw.rectangle((x, area[1], min(x + wide, area[2]), area[3]), fill=(shade, 255 - shade, frame * 11 % 256))


def _full_rate(draw: ImageDraw.ImageDraw, area: Area, now: float) -> None:
    """A ball that runs to and fro, at another place in each of 120 frames a second."""
    side = area[3] - area[1]
    way = max(1, area[2] - area[0] - side)
    x = area[0] + way - abs(int(now * _FULL_FPS) * 7 % (2 * way) - way)
    draw.ellipse((x, area[1], x + side, area[3]), fill=(220, 60, 40))


def _whole_video(phone: VirtualPhone) -> Twists:
    """Cover everything with a picture that moves."""
    made: dict[tuple[int, int], Image.Image] = {}

    def above(picture: Image.Image, now: float) -> Image.Image:
        size = picture.size
        if size not in made:
            made[size] = Image.linear_gradient("L").resize(size).convert("RGB")
        return ImageChops.offset(made[size], 0, int(now * _VIDEO_FPS) * 40)

    phone.display.above.append(above)
    return {}


QUIRKS = (
    Quirk(
        "caret",
        "a caret blinks for ever",
        "every text field that has the focus",
        "takes what is so small for no motion",
        _drawn(0.72, 0.31, 0.74, 0.33, _caret),
    ),
    Quirk(
        "spinner",
        "a spinner turns and never ends",
        "pages that load in vain, advertisements",
        "waits three quarters of a second, then takes it for the screen's habit and leaves it out",
        _drawn(0.84, 0.5, 0.94, 0.55, _spinner),
    ),
    Quirk(
        "video",
        "a video plays in a part of the screen",
        "feeds, shops, news",
        "the same; a tap beside it is not refused for its motion",
        _drawn(0.64, 0.62, 0.96, 0.7, _video),
    ),
    Quirk(
        "120hz",
        "an animation has another picture in each of 120 frames a second, so no two captures are alike",
        "phones with 90, 120 or 144 Hz",
        "compares captures by time, not by number, and leaves the habit out",
        _drawn(0.7, 0.4, 0.95, 0.42, _full_rate),
    ),
    Quirk(
        "whole-video",
        "a video covers the whole screen",
        "players, games, short-video apps",
        "gives the picture after 4 s, marked as `restless`",
        _whole_video,
        works=False,
    ),
)
