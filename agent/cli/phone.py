"""`handsight phone`: a virtual phone for any program that speaks adb, with the quirks of real ones if wanted."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import closing, nullcontext
from typing import Annotated, Optional

import typer

from handsight.cli.options import Apps
from handsight.errors import UsageError
from handsight.wiring.phones import phone_settings


def phone(
    size: Annotated[str, typer.Option(help="Width x height in pixels.")] = "1080x2400",
    density: Annotated[Optional[int], typer.Option(help="Dots per inch.", show_default="by size")] = None,  # noqa: UP045
    dark: Annotated[bool, typer.Option("--dark", help="Begin in the dark theme.")] = False,
    language: Annotated[str, typer.Option(help="en, zh, de or ja.")] = "en",
    port: Annotated[int, typer.Option(help="Where to listen on 127.0.0.1.", show_default="a free one")] = 0,
    apps: Apps = [],  # noqa: B006
    quirk: Annotated[
        list[str], typer.Option(help="Let it do as some real phones do; may be said again.", metavar="NAME")
    ] = [],  # noqa: B006
    show: Annotated[
        bool, typer.Option("--show", help="Show it in a browser too, to touch it with the mouse or a finger.")
    ] = False,
    quirks: Annotated[bool, typer.Option("--quirks", help="List the quirks there are, and leave.")] = False,
) -> None:
    """Run a virtual phone that any adb can connect to, until Ctrl-C."""
    if quirks:
        list_quirks()
        return
    options = [size, language, *(["dark"] if dark else []), *([f"density={density}"] if density else [])]
    serve(",".join([*options, *(f"quirk={name}" for name in quirk)]), port, apps, show=show)


def list_quirks() -> None:
    """Print the quirks of real phones that the virtual one can have: the table of the documentation, in Markdown."""
    from handsight.devices.virtual.quirks import QUIRKS

    print("| `--quirk` | what the phone does | seen on | what handsight does |")
    print("|---|---|---|---|")
    for quirk in QUIRKS.values():
        print(f"| `{quirk.name}` | {quirk.what} | {quirk.seen} | {quirk.answer} |")


def serve(options: str, port: int = 0, apps: Sequence[str] = (), *, show: bool = False) -> None:
    """Run a virtual phone until Ctrl-C or SIGTERM."""
    settings = phone_settings(options, apps)
    if not 0 <= port <= 65535:
        raise UsageError(f"a port is a number from 0 to 65535, not {port}")
    from handsight.cli.interrupt import heeding
    from handsight.devices.virtual import VirtualPhone
    from handsight.devices.virtual.window import Window

    over = threading.Event()
    with closing(VirtualPhone(**settings)) as phone:
        try:
            address = phone.serve(port)
        except OSError as problem:
            raise UsageError(
                f"port {port} cannot be listened on: {problem.strerror}; name another, or none"
            ) from problem
        with heeding(over), Window(phone) if show else nullcontext() as window:
            print(f"{phone.model} {phone.size[0]}x{phone.size[1]} at {address}; Ctrl-C ends it")
            print(f"  adb connect {address}")
            print(f"  handsight run --device {address} 'open Settings'", flush=not window)
            if window:
                print(f"  handsight record --device {address}")
                print(f"  see and touch it: {window.address}", flush=True)
            over.wait()
