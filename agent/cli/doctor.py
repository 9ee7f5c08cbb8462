"""`handsight doctor`: what is installed and within reach, and how to mend what is missing."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from handsight import __version__
from handsight.errors import HandsightError, UsageError

State = Literal["good", "missing", "broken"]
MARKS = {"good": ("✓", "green"), "missing": ("–", "dim"), "broken": ("✗", "red")}
EXTRAS = {
    "local": (("torch", "transformers"), "models in this process"),
    "android": (("adbutils",), "Android phones"),
    "ocr": (("rapidocr", "onnxruntime"), "the reader, and labels for the policy"),
    "desktop": (("mss", "pyautogui"), "this computer's own screen"),
    "gym": (("gymnasium",), "games and simulations as devices"),
    "keyring": (("keyring",), "secrets of task files from the system's keyring"),
    "mcp": (("mcp",), "tools from MCP servers, and serving a device to MCP clients"),
}
BASE = ("httpx", "jinja2", "jsonschema", "openai", "pillow", "pydantic", "rich", "ruamel.yaml", "typer")


@dataclass(frozen=True)
class Finding:
    """One line of the table; `mend` is the command, or the deed, that helps."""

    what: str
    state: State
    found: str
    mend: str = ""


def consult(
    model: str | None, calibrate: str | None, dialect: str | None, screen_tokens: int, size: str, *, as_json: bool
) -> int:
    """What the options ask for: a model measured, a model told of, else everything looked at."""
    if model and calibrate:
        raise UsageError("--calibrate tells the dialect as well: leave --model out")
    if calibrate:
        from handsight.cli import calibrate as measuring

        return measuring.calibrate(calibrate, dialect, screen_tokens, size, as_json=as_json)
    if as_json:
        raise UsageError("--json goes with --calibrate")
    if model:
        from handsight.cli.fit import tell_model

        return tell_model(model, dialect, size, screen_tokens)
    if dialect:
        raise UsageError("--dialect goes with --model or --calibrate")
    return examine()


def examine() -> int:
    """Print what was found; the exit code is 1 where handsight itself cannot work."""
    return tell([finding for look in LOOKS for finding in look()])


def tell(findings: Sequence[Finding]) -> int:
    """Print findings as a table; the exit code is 1 where one of them is broken."""
    from rich.table import Table

    from handsight.cli.console import plain

    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        mark, style = MARKS[finding.state]
        table.add_row(mark, finding.what, finding.found, style="" if finding.state == "good" else style)
        if finding.mend:
            table.add_row("", "", f"→ {finding.mend}", style="yellow")
    plain().print(table)
    return int(any(finding.state == "broken" for finding in findings))


def _base() -> Iterator[Finding]:
    yield Finding("handsight", "good", f"{__version__}, Python {platform.python_version()} at {sys.executable}")
    lacking = [name for name in BASE if _version(name) is None]
    if lacking:
        yield Finding("base", "broken", f"missing: {', '.join(lacking)}", "pip install --force-reinstall handsight")


def _extras() -> Iterator[Finding]:
    for extra, (packages, purpose) in EXTRAS.items():
        found = {name: _version(name) for name in packages}
        if None in found.values():
            yield Finding(extra, "missing", f"not installed; for {purpose}", f"pip install 'handsight[{extra}]'")
        else:
            yield Finding(extra, "good", ", ".join(f"{name} {number}" for name, number in found.items()))


def _adb() -> Iterator[Finding]:
    from handsight.cli.listing import HELP, attached

    if _version("adbutils") is None:
        return
    from handsight.devices.android.adb import open_server

    try:
        path = open_server().program
        number = adb_version(path)
    except (HandsightError, OSError, subprocess.SubprocessError) as problem:
        yield Finding("adb", "missing", str(problem), "install Android's platform tools")
        return
    yield Finding("adb", "good", f"{number} at {path}")
    phones, silent = attached()
    if silent:
        yield Finding("phones", "missing", str(silent))
    for serial, state, model in phones:
        ready = state == "device"
        name = " ".join(filter(None, (serial, model)))
        yield Finding("phone", "good" if ready else "missing", f"{name}, {HELP.get(state, state)}")
    if not phones and not silent:
        yield Finding("phones", "missing", "none is attached", "turn on USB debugging and plug one in, or use virtual")


def adb_version(program: str) -> str:
    """What an adb says of itself. Raises OSError and SubprocessError."""
    said = subprocess.run([program, "version"], capture_output=True, text=True, timeout=10, check=True).stdout
    named = re.search(r"^Version (\S+)", said, re.MULTILINE) or re.search(r"version (\S+)", said)
    return named[1] if named else "of unknown version"


def _fonts() -> Iterator[Finding]:
    from handsight.devices.virtual.kit.fonts import system_fonts

    fonts = system_fonts()
    if fonts.lacking:
        mend = "apt install fonts-roboto fonts-noto-cjk" if sys.platform == "linux" else ""
        yield Finding(
            "fonts", "missing", f"the virtual phone draws {', '.join(fonts.lacking)} with a built-in font", mend
        )
    else:
        yield Finding("fonts", "good", ", ".join(sorted({Path(path).stem for path in fonts.in_use.values()})))


def display() -> Iterator[Finding]:
    """Whether this computer's own screen can be worked."""
    if sys.platform != "linux":
        yield Finding("display", "good", platform.platform())
    elif os.environ.get("WAYLAND_DISPLAY"):
        yield Finding(
            "display", "missing", "Wayland, which lets no program work other windows", "log in to an X11 session"
        )
    elif os.environ.get("DISPLAY"):
        yield Finding("display", "good", f"X11 at {os.environ['DISPLAY']}")
    else:
        yield Finding("display", "missing", "none; needed for desktops only")


def private() -> Iterator[Finding]:
    """Whether a private display can be opened, and any text typed on it."""
    if sys.platform != "linux":
        return
    parts = {"Xvfb": "xvfb", "openbox": "openbox", "xclip": "xclip"}
    lacking = [program for program in parts if not shutil.which(program)]
    mend = f"apt install {' '.join(parts[program] for program in lacking)}" if lacking else ""
    if "Xvfb" in lacking:
        yield Finding("private display", "missing", "no Xvfb; for desktops apart from your own", mend)
    else:
        yield Finding("private display", "good", "Xvfb" + (f", without {', '.join(lacking)}" if lacking else ""), mend)


def _graphics() -> Iterator[Finding]:
    if _version("torch") is None:
        return
    code = "import torch; print(torch.cuda.get_device_name() if torch.cuda.is_available() else '')"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    if ran.returncode:
        last = (ran.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        yield Finding("graphics", "missing", f"torch cannot be imported: {last}", "pip install --force-reinstall torch")
    else:
        yield Finding("graphics", "good", ran.stdout.strip() or "no CUDA: models in this process run on the processor")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (_base, _extras, _adb, _fonts, display, private, _graphics)
