"""Screens of real programs on a private display: where a label stands is told by the programs themselves.

By AT-SPI, or, of a window of Tk, which has no tree, by the window. The cells of the spreadsheet are left out: gnumeric
does not tell where they are.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from handsight.devices.desktop import Display, open_desktop, open_display
from handsight.devices.desktop.device import DesktopDevice
from handsight.errors import NoDevice, NoTree
from handsight.types import Box, Element, Point, Screen
from screens import Label, Shot, around, tk_form

SIZE = (1280, 800)
WAIT_S, POLL_S = 40.0, 0.05
CHROMIUM = (
    "--no-first-run --disable-sync --disable-gpu --disable-background-networking --disable-component-update "
    "--force-renderer-accessibility"
)
# What a page says in each language: its heading, then rows of a table, links and buttons.
PAGES = {
    "en": ("Your orders", "Order number", "Delivered on Monday", "Track the parcel", "Return an item", "Write a review",
           "Help and contact", "Sign out"),
    "zh": ("我的订单", "订单编号", "周一已送达", "查看物流", "申请退货", "评价商品", "帮助与客服", "退出登录"),
    "de": ("Ihre Bestellungen", "Bestellnummer", "Am Montag zugestellt", "Sendung verfolgen", "Artikel zurückgeben",
           "Bewertung schreiben", "Hilfe und Kontakt", "Abmelden"),
    "ja": ("ご注文履歴", "注文番号", "月曜日にお届け済み", "配送状況を確認", "商品を返品する", "レビューを書く",
           "ヘルプとお問い合わせ", "ログアウト"),
}  # fmt: skip
ROWS = "Item,Price,Amount\nMilk,1.20,3\nBrötchen,0.45,12\nTomatoes,2.80,1\nOlive oil,7.95,1\nCoffee beans,14.50,2\n"
GTK_LABELS = {  # of what a program names, what is written: the others are said of icons
    "galculator": ("menu", "button", "text"),
    "gnumeric": ("menu", "field", "tab", "text"),
}
Named = Sequence[Element]


def shots() -> Iterator[Shot]:
    """Each program that is installed, in each language, theme and size that it has."""
    if not shutil.which("Xvfb"):
        print("no Xvfb, so no programs: apt install xvfb openbox at-spi2-core", file=sys.stderr)
        return
    with TemporaryDirectory() as home, open_display(SIZE) as display:
        os.environ.update(display.environ)
        with closing(open_desktop(display=display)) as device:
            device.move_to(
                Point(SIZE[0] - 20, SIZE[1] - 20), device.glance()
            )  # a pointer shows tips of what is under it
            stage = Stage(display, device, Path(home))
            for dark in (False, True):
                yield from stage.gtk("galculator", "calculator", dark=dark)
                yield from stage.gtk("gnumeric", "spreadsheet", dark=dark)
                for language in PAGES:
                    yield from stage.page(language, dark=dark, scale=1.5 if dark else 1)
                    yield from stage.form(language, dark=dark, size=15 if dark else 20)


class Stage:
    """One display, on which programs are started one after another."""

    def __init__(self, display: Display, device: DesktopDevice, home: Path) -> None:
        self._display, self._device, self._home = display, device, home

    def gtk(self, program: str, kind: str, *, dark: bool) -> Iterator[Shot]:
        """A program that names everything itself."""
        rows = self._home / "rows.csv"
        rows.write_text(ROWS, "utf-8")
        argv = [program, *([str(rows)] if kind == "spreadsheet" else [])]
        theme = {"GTK_THEME": "Adwaita:dark" if dark else "Adwaita"}
        with self._running(argv, theme) as running:
            if running:
                roles = GTK_LABELS[program]
                screen, named = self._settled(lambda named: len(named) > 25)
                labels = [Label(e.text, e.box) for e in named if e.role in roles and e.text.strip()]
                cells = ROWS.replace("\n", ",").split(",") if kind == "spreadsheet" else []
                yield self._shot(kind, "en", screen, labels, named, cells, dark=dark)

    def page(self, language: str, *, dark: bool, scale: float) -> Iterator[Shot]:
        """A page in Chromium."""
        head, *rest = PAGES[language]
        ground = "background: #202124; color: #e8eaed" if dark else "background: #fff; color: #202124"
        file = self._home / "page.html"
        file.write_text(
            f"<!doctype html><meta charset=utf-8><title>-</title><body style='font: 15px sans-serif; {ground}'>"
            f"<h1>{head}</h1><p>{rest[0]}<p><b>{rest[1]}</b><p><a href=#>{rest[2]}</a><p><a href=#>{rest[3]}</a>"
            f"<p><button>{rest[4]}</button><p><small>{rest[5]}</small><p><input type=checkbox> <a href=#>{rest[6]}</a>",
            "utf-8",
        )
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium has none for root
        argv = ["env", f"HOME={self._home}", "chromium", *sandbox, *CHROMIUM.split(),
                f"--force-device-scale-factor={scale}", f"--app=file://{file}"]  # fmt: skip
        with self._running(argv, needs="chromium") as running:
            if running:
                words = {head, *rest}
                screen, named = self._settled(lambda named: words <= {element.text for element in named})
                labels = [Label(word, around([e.box for e in named if e.text == word])) for word in PAGES[language]]
                yield self._shot("browser", language, screen, labels, named, dark=dark)

    def form(self, language: str, *, dark: bool, size: int) -> Iterator[Shot]:
        """A window of Tk, which says on its standard output where its labels are."""
        told = self._home / "told"
        argv = ["sh", "-c", 'exec "$0" "$@" > "$TOLD"', sys.executable, tk_form.__file__, language,
                "dark" if dark else "light", str(size)]  # fmt: skip
        with self._running(argv, {"TOLD": str(told)}) as running:
            if running:
                until = time.monotonic() + WAIT_S
                while not (told.exists() and told.read_text().endswith("\n")):
                    if time.monotonic() > until:
                        raise NoDevice("the window of Tk does not come up")
                    time.sleep(POLL_S)
                labels = [Label(text, Box(x, y, x + w, y + h)) for text, x, y, w, h in json.loads(told.read_text())]
                told.unlink()
                yield self._shot("Tk", language, self._device.screenshot(), labels, (), dark=dark)

    @contextmanager
    def _running(
        self, argv: Sequence[str], environ: Mapping[str, str] = {}, needs: str = ""
    ) -> Iterator[subprocess.Popen[bytes] | None]:
        """A program while its screen is taken; none where it is not installed."""
        if not shutil.which(needs or argv[0]):
            print(f"no {needs or argv[0]}, so its screens are left out", file=sys.stderr)
            yield None
            return
        process = self._display.start(argv, environ=environ, quiet=True)
        try:
            yield process
        finally:
            process.terminate()
            process.wait()
            self._device.screenshot()  # settled: its window is gone

    def _settled(self, there: Callable[[Named], bool]) -> tuple[Screen, Named]:
        """The screen once the programs name what is waited for, and two looks agree on where it is."""
        until, before = time.monotonic() + WAIT_S, None
        while time.monotonic() < until:
            screen = self._device.screenshot()
            try:
                named = self._device.elements(screen)
            except NoTree:
                named = ()
            if named == before and there(named):
                return screen, named
            before = named
        raise NoDevice(f"what was started does not say what is on it within {WAIT_S:.0f} s")

    def _shot(
        self,
        kind: str,
        language: str,
        screen: Screen,
        labels: Sequence[Label],
        named: Named,
        others: Sequence[str] = (),
        *,
        dark: bool,
    ) -> Shot:
        look = f"{SIZE[0]}x{SIZE[1]}, {'dark' if dark else 'light'}"
        tags = {"language": language, "app": f"program: {kind}", "look": look}
        return Shot(f"{kind}, {language}, {look}", tags, screen.image, labels, others, lambda: named)
