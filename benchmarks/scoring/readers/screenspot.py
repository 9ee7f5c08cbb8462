"""ScreenSpot, v2 and Pro as they come: lists of entries in JSON, and pictures.

v1: FOLDER/screenspot_{mobile,desktop,web}.json and FOLDER/screenspot_imgs; v2: FOLDER/screenspot_*_v2.json and
FOLDER/screenspotv2_image; Pro: FOLDER/annotations/*.json and FOLDER/images.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handsight.errors import UsageError
from scoring.acts import Area
from scoring.readers.files import fingerprint, found, numbers, picture, read_entries, shown, size_of, take
from scoring.screenspot import box_of

PLATFORMS = ("mobile", "desktop", "web")
_FILES = {
    "screenspot": ("screenspot_*.json",),
    "screenspot-v2": ("screenspot_*_v2.json", "screenspot_*.json"),
    "screenspot-pro": ("annotations/*.json",),
}
_PICTURES = {"screenspot": "screenspot_imgs", "screenspot-v2": "screenspotv2_image", "screenspot-pro": "images"}
NAMES = tuple(_FILES)


@dataclass(frozen=True)
class Element:
    """What is to be found on a picture: its box is in the picture's pixels, `tags` are the categories it counts in."""

    id: str
    picture: Path
    size: tuple[int, int]
    instruction: str
    box: Area
    tags: Mapping[str, str]


def read(name: str, folder: Path) -> tuple[str, list[Element]]:
    """The mark of a data set and all that is in it; `name` is one of NAMES. Raises UsageError."""
    files = found(folder, *_FILES[name])
    pictures = (folder / _PICTURES[name], folder)
    elements = [
        _element(name, entry, where, path, pictures, number)
        for path in files
        for number, (where, entry) in enumerate(read_entries(path), 1)
    ]
    return fingerprint(folder, files), elements


def _element(
    name: str, entry: dict[str, Any], where: str, path: Path, folders: tuple[Path, ...], number: int
) -> Element:
    pro = name == "screenspot-pro"
    file = take(entry, "img_filename", str, where)
    shot = picture([folder / file for folder in folders], file, where)
    size = size_of(shot, where)
    kind = take(entry, "ui_type" if pro else "data_type", str, where)
    if kind not in ("text", "icon"):
        raise UsageError(f"{where}: an element is text or icon, not {shown(kind)}")
    if pro and "img_size" in entry and numbers(entry["img_size"], 2, "img_size", where) != size:
        raise UsageError(f"{where}: the picture {shot} is {size[0]}x{size[1]}, and img_size says {entry['img_size']}")
    box = box_of(numbers(take(entry, "bbox", list, where), 4, "bbox", where), corners=pro)
    if box.width < 0 or box.height < 0:
        raise UsageError(f"{where}: bbox {entry['bbox']} is inside out")
    tags = _pro_tags(entry, kind, where) if pro else {"platform": f"{_platform(path)} {kind}", "kind": kind}
    instruction = take(entry, "instruction", str, where)
    return Element(f"{path.stem}#{number}", shot, size, instruction, box, tags)


def _pro_tags(entry: dict[str, Any], kind: str, where: str) -> dict[str, str]:
    group, application = take(entry, "group", str, where), take(entry, "application", str, where)
    platform = take(entry, "platform", str, where)
    return {"group": f"{group} {kind}", "application": application, "platform": platform, "kind": kind}


def _platform(path: Path) -> str:
    for platform in PLATFORMS:
        if platform in path.stem:
            return platform
    raise UsageError(f"{path} is for none of {', '.join(PLATFORMS)} by its name")
