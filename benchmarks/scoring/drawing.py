"""Pictures that a case describes instead of bringing them: texts and filled boxes on white."""

from __future__ import annotations

from typing import Any

from PIL import Image, ImageColor, ImageDraw, ImageFont

from handsight.errors import UsageError
from scoring.readers.files import an_object, numbers, take

MOST = 4096


def drawn(about: dict[str, Any], where: str) -> Image.Image:
    """Draw `boxes` ({"at": [left, top, right, bottom], "color"}) and `texts` ({"at": [x, y], "text", "size", "color"}).

    Texts are set in Pillow's own font, which has Latin letters, digits and signs, and nothing else. Raises UsageError.
    """
    width, height = (int(side) for side in numbers(about.get("size"), 2, "size", where))
    if not (1 <= width <= MOST and 1 <= height <= MOST):
        raise UsageError(f"{where}: the sides of a picture are 1 to {MOST}, not {width} and {height}")
    image = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(image)
    for box in take({"boxes": [], **about}, "boxes", list, where):
        left, top, right, bottom = numbers(an_object(box, where).get("at"), 4, "at", where)
        if right < left or bottom < top:
            raise UsageError(f"{where}: at is [left, top, right, bottom], not {box['at']}")
        pen.rectangle((left, top, right, bottom), fill=_color(box, where))
    for line in take({"texts": [], **about}, "texts", list, where):
        x, y = numbers(an_object(line, where).get("at"), 2, "at", where)
        text = take(line, "text", str, where)
        if not all(" " <= sign <= "\xff" for sign in text):
            raise UsageError(f"{where}: a drawn text has Latin signs only, not {text!r}; bring a picture instead")
        font = ImageFont.load_default(take({"size": 28.0, **line}, "size", float, where))
        pen.text((x, y), text, fill=_color(line, where), font=font)
    return image


def _color(part: dict[str, Any], where: str) -> tuple[int, ...]:
    name = take({"color": "black", **part}, "color", str, where)
    try:
        return ImageColor.getrgb(name)
    except ValueError as problem:
        raise UsageError(f"{where}: there is no color {name!r}") from problem
