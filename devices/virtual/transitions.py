"""How one picture becomes the next: pages slide, apps rise, dialogs fade, the keyboard comes up."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

SECONDS = {"push": 0.28, "pop": 0.25, "rise": 0.3, "sink": 0.25, "fade": 0.2, "keyboard_in": 0.25, "keyboard_out": 0.2}


@dataclass(frozen=True)
class Transition:
    """A change that has begun: what was seen before, when it began (by the phone's clock) and how long it takes."""

    kind: str
    old: Image.Image
    started: float
    seconds: float
    keyboard_top: int = 0
    keyboard_bottom: int = 0

    def over(self, now: float) -> bool:
        """Whether it has come to its end."""
        return now >= self.started + self.seconds

    def frame(self, new: Image.Image, now: float, keyboard_top: int = 1 << 30) -> Image.Image:
        """The picture at this moment, on the way to `new`, in which the keyboard begins at `keyboard_top`."""
        share = min(max((now - self.started) / self.seconds, 0.0), 1.0)
        eased = 1 - (1 - share) ** 3
        width, height = new.size
        if self.kind == "fade":
            return Image.blend(self.old, new, eased)
        if self.kind == "push":
            return _over(self.old, new, (round(width * (1 - eased)), 0), (-round(width * 0.25 * eased), 0))
        if self.kind == "pop":
            return _over(new, self.old, (round(width * eased), 0), (-round(width * 0.25 * (1 - eased)), 0))
        if self.kind == "rise":
            return _over(self.old, new, (0, round(height * (1 - eased))))
        if self.kind == "sink":
            return _over(new, self.old, (0, round(height * eased)))
        below, source = (self.old, new) if self.kind == "keyboard_in" else (new, self.old)
        top = min(self.keyboard_top, keyboard_top)  # before it comes and after it went it has no height
        high = self.keyboard_bottom - top
        down = round(high * ((1 - eased) if self.kind == "keyboard_in" else eased))
        picture = below.copy()
        part = source.crop((0, top, width, self.keyboard_bottom - down))
        picture.paste(part, (0, top + down))
        return picture


def _over(
    below: Image.Image, above: Image.Image, at: tuple[int, int], below_at: tuple[int, int] = (0, 0)
) -> Image.Image:
    if below_at == (0, 0):
        picture = below.copy()
    else:
        picture = Image.new("RGB", below.size)
        picture.paste(below, below_at)
    picture.paste(above, at)
    return picture
