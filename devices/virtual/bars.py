"""The system's own strips: the status bar above, the navigation bar below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from handsight.devices.virtual.kit.fonts import line_box
from handsight.devices.virtual.kit.layout import Spot
from handsight.devices.virtual.kit.paint import Canvas
from handsight.devices.virtual.kit.theme import Color, Look, mix

STATUS_DP, BUTTONS_DP, PILL_DP = 32, 48, 24


def status_bar(canvas: Canvas, look: Look, width: int, ink: Color, time: str, battery: int,
               connections: Mapping[str, str]) -> None:  # fmt: skip
    """Draw the time, what is connected, and the battery."""
    px = look.px
    size = max(4, px(14))
    y = (look.inset_top - line_box(size)) // 2
    canvas.text(px(20), y, time, size, "medium", ink)
    level = f"{battery}%"
    x = width - px(18) - round(canvas.fonts.width(level, size, "medium"))
    canvas.text(x, y, level, size, "medium", ink)
    high, wide, top = px(13), px(7.5), (look.inset_top - px(13)) // 2
    x -= wide + px(5)
    pale = mix((255, 255, 255) if sum(ink) < 380 else (0, 0, 0), ink, 0.35)
    full = round(high * battery / 100)
    canvas.round((x, top, x + wide, top + high), px(2), pale)
    canvas.round((x, top + high - full, x + wide, top + high), px(2), ink)
    side = px(15)
    for icon, on in (
        ("airplane", connections["airplane_mode_on"] == "1"),
        ("signal", connections["airplane_mode_on"] != "1"),
        ("wifi_full", connections["wifi_on"] == "1"),
        ("bluetooth", connections["bluetooth_on"] == "1"),
    ):
        if on:
            x -= side + px(4)
            canvas.icon(icon, x, (look.inset_top - side) // 2, side, ink)


def navigation_bar(look: Look, width: int, ink: Color, ground: Color | None, *, buttons: bool,
                   press: Callable[[str], object]) -> Spot:  # fmt: skip
    """Lay out the navigation bar: three buttons, or the pill of gesture navigation. `press` is told which."""
    px = look.px
    spot = Spot(width, max(1, px(BUTTONS_DP if buttons else PILL_DP)), cls="android.widget.FrameLayout")
    if ground is not None:
        spot.mark(Canvas.fill, (0, 0, width, spot.height), ground)
    if not buttons:
        middle, half = width // 2, min(px(60), width // 4)
        spot.mark(Canvas.round, (middle - half, px(10), middle + half, px(14)), px(2), ink)
        return spot
    cell, side = width // 3, px(20)
    for i, name in enumerate(("back", "home", "recents")):
        key = spot.put(Spot(cell, spot.height, description=name.title(), on_tap=partial(press, name)), i * cell, 0)
        key.mark(Canvas.icon, f"nav_{name}", (cell - side) // 2, (spot.height - side) // 2, side, ink)
    return spot
