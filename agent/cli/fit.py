"""`handsight doctor --model`: how a model is spoken to, and what a checkpoint takes of this machine's memory."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec

from handsight.cli.spoken import spoken
from handsight.errors import UsageError
from handsight.models.memory import estimate, propose
from handsight.wiring import is_checkpoint

SCREENS = 8
GPUS = (
    "import torch\n"
    "print(sum(torch.cuda.mem_get_info(i)[0] for i in range(torch.cuda.device_count())) "
    "if torch.cuda.is_available() else 0)"
)


def tell_model(words: str, dialect: str | None, size: str, screen_tokens: int) -> int:
    """Print which dialect the model is spoken to in, and of a checkpoint what `tell` says of it."""
    for line in spoken(words, dialect, read_size(size), screen_tokens):
        print(line)
    return tell(words, size, screen_tokens) if is_checkpoint(words) else 0


def read_size(size: str) -> tuple[int, int]:
    """Width and height in pixels. Raises UsageError."""
    if not (sides := re.fullmatch(r"(\d{1,5})x(\d{1,5})", size)):
        raise UsageError(f"a size is written as 1080x2400, not as {size!r}")
    return int(sides[1]), int(sides[2])


def tell(checkpoint: str, size: str, screen_tokens: int, memory: tuple[str, int] | None = None) -> int:
    """Print the estimate; the exit code is 1 where the checkpoint does not fit into the free `memory`."""
    screen = read_size(size)
    found = estimate(checkpoint, screen, screen_tokens, SCREENS)
    where, free = memory or free_memory()
    best = propose(checkpoint, free, screen, SCREENS)
    for what, said in [
        ("checkpoint", checkpoint),
        ("weights", _size(found.weights)),
        ("a token keeps", _size(found.kv_per_token)),
        ("a step keeps", f"{_size(found.kv_per_step)}, for a screen of {found.screen_tokens} tokens and what is said"),
        ("a conversation", f"{_size(found.kv)}, with {SCREENS} screens"),
        ("looking", f"{_size(found.looking)} while a screen of {size} is looked at"),
        ("reading", f"{_size(found.reading)} while a first prompt is read"),
        ("in all", f"{_size(found.total)} at most"),
        ("free", f"{_size(free)} of {where}"),
    ]:
        print(f"{what:<16}{said}")
    if best is None:
        print("It does not fit: take a smaller checkpoint, or run it on a server (--model server:URL#NAME).")
    elif found.total > 0.9 * free:
        print(f"It does not fit as it is, but does with --screen-tokens {best}.")
    else:
        print(f"It fits, and does so up to --screen-tokens {best}. What a screen costs, each step also takes in time.")
    return int(best is None)


def free_memory() -> tuple[str, int]:
    """The free bytes of the graphics cards where torch can use any, else of this machine."""
    if find_spec("torch"):
        ran = subprocess.run([sys.executable, "-c", GPUS], capture_output=True, text=True)
        if ran.returncode == 0 and (free := int(ran.stdout)):
            return "the graphics cards' memory", free
    return "this machine's memory", _free_of_this_machine()


def _free_of_this_machine() -> int:
    if find_spec("psutil"):
        return int(import_module("psutil").virtual_memory().available)
    if sys.platform == "win32":
        raise UsageError("how much memory is free cannot be told without psutil: pip install 'handsight[local]'")
    return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _size(count: int) -> str:
    """A number of bytes in the greatest unit of which there is one at least."""
    size, units = float(count), ["bytes", "KiB", "MiB", "GiB", "TiB"]
    while size >= 1024 and len(units) > 1:
        size, units = size / 1024, units[1:]
    return f"{size:.3g} {units[0]}"
