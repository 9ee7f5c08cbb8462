"""Where the records of tests stand: a folder for each hand that a test opens, named after the test."""

from __future__ import annotations

import re
import shutil
from hashlib import sha256
from pathlib import Path

from handsight.store import RECORD

_LONGEST = 120  # bytes of a name: a file system takes 255


class Folders:
    """Gives out folders under one, such as `tests/test_shop.py/test_pay[card]`.

    A second hand of the same test, or the same test run again, gets the same name with a number. What an earlier
    session recorded there makes way.
    """

    def __init__(self, under: Path) -> None:
        self._under, self._given = under, set[Path]()

    def new(self, test: str) -> Path:
        """The folder for a hand of the test with this node id; nothing is made yet."""
        head, bracket, values = test.partition("[")
        *parents, name = re.split(r"/|::", head)
        first = folder = self._under.joinpath(*map(_plain, [*parents, name + bracket + values]))
        number = 2
        while folder in self._given:
            folder = first.with_name(f"{first.name}-{number}")
            number += 1
        self._given.add(folder)
        if (folder / RECORD).is_file():
            shutil.rmtree(folder)
        return folder


def _plain(part: str) -> str:
    """A name that every file system takes; where that is another one, it tells by a hash what it stands for."""
    plain = re.sub(r"[^\w.,=@+\[\]-]+", "-", part).strip(".")
    short = plain.encode()[:_LONGEST].decode(errors="ignore")
    return part if short == part else f"{short}-{sha256(part.encode()).hexdigest()[:8]}"
