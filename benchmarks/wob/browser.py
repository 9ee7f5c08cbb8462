"""Chromium on a display that is as large as one task, at four pixels a point, and without a network.

Its window is never narrower than 500 points, so the panel with the rewards, which a page has beside its task, lies off
the display.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

from handsight.devices.desktop.display import Display
from handsight.errors import DeviceLost, NoDevice
from wob.devtools import Page

SCALE = 4
SIZE = (160 * SCALE, 220 * SCALE)  # a task is 210 high, and some go a little over
STARTS_S = 60.0
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_INTO = 'exec "$@" >"$0" 2>&1'  # it remarks on every service that a whole desktop would have
_FLAGS = (
    "--kiosk",
    "--no-first-run",
    "--no-default-browser-check",
    "--password-store=basic",
    "--use-mock-keychain",
    "--remote-debugging-port=0",
    "--remote-debugging-address=127.0.0.1",
    "--remote-allow-origins=*",
    f"--force-device-scale-factor={SCALE}",
    f"--window-size={SIZE[0]},{SIZE[1]}",
    "--window-position=0,0",
    "--hide-scrollbars",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-extensions",
    "--disable-features=Translate,MediaRouter,OptimizationHints",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


class Browser:
    """A running browser and its one tab."""

    def __init__(self, process: subprocess.Popen[bytes], page: Page) -> None:
        self._process = process
        self.page = page

    def close(self) -> None:
        """End the browser; safe to call twice."""
        self.page.close()
        _end(self._process)


def open_browser(display: Display, folder: Path) -> Browser:
    """Start Chromium on `display`, with all it writes in `folder`, an empty one. Raises NoDevice, DeviceLost."""
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        raise NoDevice("there is no Chromium on this machine: apt-get install chromium")
    root = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox refuses root, and nobody else
    said = folder / "said"
    browser = [program, *_FLAGS, *root, f"--user-data-dir={folder / 'profile'}", "--app=about:blank"]
    own = {"XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
    process = display.start(["/bin/sh", "-c", _INTO, str(said), *browser], environ=own)
    try:
        return Browser(process, Page.connect(_tab(process, folder / "profile", said)))
    except BaseException:
        _end(process)
        raise


def _tab(process: subprocess.Popen[bytes], profile: Path, said: Path) -> str:
    """The address of the browser's tab, once it has told its port and made one."""
    import httpx

    port = profile / "DevToolsActivePort"
    until = time.monotonic() + STARTS_S
    while time.monotonic() < until:
        if process.poll() is not None:
            words = said.read_text(errors="replace").strip().splitlines()
            raise DeviceLost(f"Chromium did not start: {words[-1] if words else f'it ended with {process.returncode}'}")
        try:
            listed = httpx.get(f"http://127.0.0.1:{int(port.read_text().split()[0])}/json/list", trust_env=False)
            return str(next(tab["webSocketDebuggerUrl"] for tab in listed.json() if tab["type"] == "page"))
        except (FileNotFoundError, IndexError, ValueError, StopIteration, httpx.TransportError):
            time.sleep(0.02)  # it is still starting
    raise DeviceLost(f"Chromium did not start within {STARTS_S:.0f} s")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
