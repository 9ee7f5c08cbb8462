"""The task files that are there to copy do what they say: on the virtual phone, and with real programs."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from handsight import VirtualPhone
from handsight.devices.android import open_virtual
from handsight.devices.virtual.apps.clock import Clock
from handsight.devices.virtual.apps.contacts import Contacts
from handsight.devices.virtual.apps.messages import Messages
from handsight.devices.virtual.apps.notes import Notes
from handsight.devices.virtual.apps.settings import Settings
from handsight.devices.virtual.apps.shop import Shop
from handsight.devices.virtual.kit import App
from handsight.play import play, playing
from handsight.play.taskfile import find_tasks
from handsight.sight.ocr import Ocr

A = TypeVar("A", bound=App)

EXAMPLES = Path(playing.__file__).parent / "examples"


@pytest.fixture(scope="module")
def ocr() -> Ocr:
    """What reads, loaded once for all of them."""
    return Ocr()


def app(phone: VirtualPhone, kind: type[A]) -> A:
    found = phone.apps[kind.package]
    assert isinstance(found, kind)
    return found


def notes(phone: VirtualPhone) -> list[tuple[str, str]]:
    return [(note.title, note.text) for note in app(phone, Notes).notes[8:]]


def asked(phone: VirtualPhone, name: str) -> list[str]:
    talk = next(talk for talk in app(phone, Messages).conversations if talk.name == name)
    return [message.text for message in talk.messages[-2:]]


def contacts(phone: VirtualPhone) -> list[tuple[str, str, str]]:
    return [(each.name, each.phone, each.email) for each in app(phone, Contacts).contacts[27:]]


def favourites(phone: VirtualPhone) -> set[str]:
    people = app(phone, Contacts).contacts
    assert "Anna Koenig" not in {each.name for each in people}
    return {each.name for each in people if each.favourite}


def settings(phone: VirtualPhone, *names: str) -> list[str]:
    every = {name: value for space in phone.settings.values() for name, value in space.items()}
    return [every[name] for name in names]


def downloads(phone: VirtualPhone) -> set[str]:
    return {entry.name for entry in phone.files.list("/sdcard/Download")}


def orders(phone: VirtualPhone) -> list[object]:
    return [(order.items, order.delivery, order.address.city, order.total) for order in app(phone, Shop).orders]


def alarms(phone: VirtualPhone) -> list[object]:
    return [(each.hour, each.minute, each.label, each.days) for each in app(phone, Clock).alarms[3:]]


ON_THE_PHONE: dict[str, tuple[Callable[[VirtualPhone], object], object]] = {
    "phone-about.yaml": (
        lambda phone: notes(phone) == [(f"Phone {phone.serial}", "Android 14, ${not a variable}")],
        True,
    ),
    "phone-alarm.yaml": (alarms, [(8, 1, "Market", [5, 6])]),
    "phone-contacts.yaml": (
        contacts,
        [
            ("Ada Lovelace", "020 7946 0815", "ada@example.com"),
            ("Émilie du Châtelet", "01 70 18 99 50", "emilie@example.com"),
        ],
    ),
    "phone-display.md": (
        lambda phone: settings(phone, "ui_night_mode", "night_display_activated", "screen_off_timeout", "font_scale"),
        ["2", "1", "300000", "1.15"],
    ),
    "phone-favourite.yaml": (favourites, {"Anna Keller", "Hugo Bauer", "Mum", "Ben Carter"}),
    "phone-files.yaml": (
        downloads,
        {"Old things", "invoice_2026_03.txt", "readme.txt", "ticket.txt", "todo.txt"},
    ),
    "phone-message.yaml": (
        lambda phone: asked(phone, "Grace Lee"),
        ["Shall we go again on Saturday?", "Yes, that works for me."],
    ),
    "phone-note.yaml": (notes, [("A present for Ada", "Something small: a kaleidoscope")]),
    "phone-notes.yaml": (
        notes,
        [
            ("Lightbulbs", "two of E27, warm"),
            ("Tram 14", "07:42 from the bridge"),
            ("Crème brûlée", "4 yolks, 40 g of sugar"),
        ],
    ),
    "phone-shop.yaml": (orders, [({"Coffee mug": 1, "Night train": 1}, "Express", "London", 2400 + 990)]),
    "phone-stopwatch.yaml": (lambda phone: len(app(phone, Clock).stopwatch.laps), 2),
    "phone-timer.yaml": (
        lambda phone: (app(phone, Clock).timer.ends, app(phone, Clock).timer.left_s > 150),
        (None, True),
    ),
    "phone-wifi.yaml": (
        lambda phone: (settings(phone, "wifi_on", "airplane_mode_on"), app(phone, Settings).network),
        (["1", "0"], "Office"),
    ),
    "phone-zh-message.yaml": (lambda phone: asked(phone, "林小雨"), ["周六一起去爬山吗？", "可以的。"]),
    "phone-zh-note.yaml": (notes, [("周末计划", "周六上午去菜市场"), ("周末计划", "周日下午看电影")]),
    "phone-zh-settings.md": (lambda phone: settings(phone, "ui_night_mode"), ["2"]),
}


@pytest.mark.parametrize("name", ON_THE_PHONE)
def test_a_task_for_the_phone_leaves_it_as_it_says(name: str, ocr: Ocr, tmp_path: Path) -> None:
    phone = VirtualPhone(language="zh" if "-zh-" in name else "en")
    phone.settings["global"]["transition_animation_scale"] = "0"
    device = open_virtual(phone)
    try:
        assert not [
            each.problem for each in play([EXAMPLES / name], device, folder=tmp_path, read=ocr.read) if not each.passed
        ]
    finally:
        device.close()
    state, wanted = ON_THE_PHONE[name]
    assert state(phone) == wanted


def letter(folder: Path) -> str:
    return (folder / "letter.txt").read_text("utf-8")


def minutes(folder: Path) -> str:
    return (folder / "minutes.txt").read_text("utf-8")


def bill(folder: Path) -> str:
    subprocess.run(["ssconvert", folder / "book.gnumeric", folder / "out.csv"], check=True, capture_output=True)
    return (folder / "out.csv").read_text("utf-8")


def nothing(folder: Path) -> str:
    return ""


# Which program, which variables, in a folder, and what that holds afterwards.
ON_A_DESKTOP: dict[str, tuple[str, dict[str, str], Callable[[Path], str], str]] = {
    "desktop-browser.yaml": (
        "chromium",
        {"home": "{}/home", "options": "--no-sandbox" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""},
        nothing,
        "",
    ),
    "desktop-calculator.yaml": ("galculator", {}, nothing, ""),
    "desktop-editor.yaml": (
        "l3afpad",
        {"file": "{}/letter.txt"},
        letter,
        "Zürich, 你好, שלום\nSecond line: 100% sure\n",
    ),
    "desktop-keys.yaml": ("galculator", {}, nothing, ""),
    "desktop-save-as.yaml": ("l3afpad", {"file": "{}/minutes.txt"}, minutes, "Present were Anna, Ben and Priya"),
    "desktop-spreadsheet.yaml": (
        "gnumeric",
        {"book": "{}/book.gnumeric"},
        bill,
        "Item,Price\nMilk,1.2\nBread,2.3\nButter,3.1\nTotal,6.6\n",
    ),
    "desktop-terminal.yaml": ("xterm", {}, nothing, ""),
}


@pytest.mark.parametrize("name", ON_A_DESKTOP)
def test_a_task_for_a_program_passes(name: str, ocr: Ocr, tmp_path: Path) -> None:
    program, variables, holds, wanted = ON_A_DESKTOP[name]
    for needed in ("Xvfb", "openbox", program):
        if not shutil.which(needed):
            pytest.skip(f"there is no {needed}: apt-get install {needed.lower()}")
    if program == "gnumeric":
        (tmp_path / "rows.csv").write_text("Item,Price\nMilk,1.20\n", "utf-8")
        subprocess.run(
            ["ssconvert", tmp_path / "rows.csv", tmp_path / "book.gnumeric"], check=True, capture_output=True
        )
    given = {key: value.format(tmp_path) for key, value in variables.items()}
    played = play([EXAMPLES / name], variables=given, folder=tmp_path / "runs", read=ocr.read)
    assert not [each.problem for each in played if not each.passed]
    assert holds(tmp_path) == wanted


def test_every_example_is_played() -> None:
    there = {path.name for path in find_tasks([EXAMPLES])}
    assert there == {*ON_THE_PHONE, *ON_A_DESKTOP}
    assert len(there) >= 20
