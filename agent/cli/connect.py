"""`handsight connect`: reach a phone over the network."""

from __future__ import annotations

import re
import sys
from typing import Annotated, Optional

import typer

from handsight.errors import UsageError


def connect(
    address: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="HOST:PORT", help="Where the phone listens.", show_default=False),
    ] = None,
    pair: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="First pair at the address that its pairing dialog shows.", metavar="HOST:PORT"),
    ] = None,
    code: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="The six digits of that dialog.", metavar="DIGITS", show_default="asked for"),
    ] = None,
) -> None:
    """Connect a phone over the network: its address stands under Wireless debugging in its developer options."""
    if address is None and pair is None:
        raise UsageError("say where the phone listens: handsight connect HOST:PORT, or --pair HOST:PORT")
    if code is not None and pair is None:
        raise UsageError("--code goes with --pair HOST:PORT, the address that the pairing dialog shows")
    for given in filter(None, (address, pair)):
        _require_address(given)
    digits = _digits(code) if pair else ""
    from handsight.devices.android.adb import open_server

    server = open_server()
    if pair:
        server.pair(pair, digits)
        print(f"Paired at {pair}: this computer need not be paired again.")
        if not address:
            print("Now connect: handsight connect HOST:PORT, with the other address, under Wireless debugging.")
    if address:
        phone = server.pick(address)
        print(f"Connected: {phone}.")
        print(f"  handsight run --device {address} 'open Settings'")


def _require_address(given: str) -> None:
    from handsight.devices.android.adb import is_address

    port = given.rpartition(":")[2]
    if not is_address(given) or not 0 < int(port) < 65536 or any(c.isspace() for c in given):
        raise UsageError(f"an address is HOST:PORT, such as 192.168.1.20:37001, not {given!r}")


def _digits(code: str | None) -> str:
    if code is None:
        if not sys.stdin.isatty():
            raise UsageError("the pairing code is asked for on a terminal, and this is none: say --code DIGITS")
        code = input("Pairing code: ")
    if not re.fullmatch(r"[0-9]{6}", code.strip()):
        raise UsageError("a pairing code is six digits, as the phone shows them")
    return code.strip()
