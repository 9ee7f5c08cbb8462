"""A script names things by their looks, by what they stand in and by pictures; the record says how they were found."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from handsight import Hand, VirtualPhone, open_hand
from handsight.devices.android import open_virtual
from handsight.errors import Ambiguous, BadMedia, CheckFailed, NotFound, UsageError
from handsight.sight.found import Found
from handsight.sight.ocr import Ocr
from handsight.store import load

from .conftest import Eyes
from .desk import Desk
from .till import LONG, Till


@pytest.fixture
def till(device: Eyes, hand: Hand) -> Till:
    """The till in front of the hand, by tree and by text."""
    device.phone.stop(Till.package)
    device.phone.launch(Till.package)
    app = device.phone.app("Till")
    assert isinstance(app, Till)
    app.on, app.name, app.done = False, "", []
    hand.timeout_s = 2
    return app


@pytest.mark.parametrize(
    ("what", "done"),
    [
        ("the blue button under Total", "pay"),
        ("the red button", "void"),
        ("the second button", "void"),
        ("the Save button", "save the page"),
        ("Inbox in Mail", "mail in"),
        ("Inbox in the News section", "news in"),
        ("the icon right of Receipts", "bell"),
        ("Receipts右边的图标", "bell"),
    ],
)
def test_a_thing_is_named_by_its_looks_or_by_what_it_stands_in(hand: Hand, till: Till, what: str, done: str) -> None:
    hand.tap(what)
    assert till.done == [done]


def test_what_is_in_a_dialog_is_told_from_what_is_behind_it(hand: Hand, till: Till) -> None:
    with pytest.raises(NotFound, match="there is no dialog on the screen, for 'Save in the dialog'"):
        hand.find("Save in the dialog")
    hand.tap("Rules")
    hand.wait_for("Cancel in the dialog")
    assert not hand.shows("Total in the dialog")
    hand.tap("Save in the dialog")
    hand.gone("Cancel in the dialog")
    assert till.done == ["save rules"]


def test_a_switch_is_checked_in_words(hand: Hand, till: Till) -> None:
    hand.check("Sounds is off")
    hand.check("Sounds已关闭")
    with pytest.raises(CheckFailed, match="'Sounds' is not on"):
        hand.check("Sounds is on")
    hand.tap("the switch next to Sounds")
    hand.check("Sounds is on")
    hand.check("Sounds is turned on")
    hand.check("Sounds已打开")
    hand.check("the switch next to Sounds is on")
    assert till.on
    with pytest.raises(CheckFailed, match="'Sounds' is not off"):
        hand.check("Sounds已关闭")


def test_what_is_no_switch_is_neither_on_nor_off_and_words_that_stand_there_are_meant(hand: Hand, till: Till) -> None:
    with pytest.raises(CheckFailed, match="it cannot be seen whether 'Total' is on or off"):
        hand.check("Total is on")
    hand.type("Wi-Fi is on", into="Customer")
    hand.check("Wi-Fi is on")
    with pytest.raises(CheckFailed):
        hand.check("Wi-Fi is off")


def test_words_that_wrap_are_one_thing_also_with_a_slip_in_them(hand: Hand, till: Till) -> None:
    found = hand.find(LONG)
    assert found.box.height > 90
    assert found.confidence
    slip = hand.find(LONG.replace("brought back", "brought bakc"))
    assert slip.box == found.box
    assert slip.confidence
    assert 0.9 < slip.confidence < 1


def test_what_is_found_says_by_what_and_how_surely_and_so_do_all_candidates(hand: Hand, till: Till) -> None:
    found = hand.find("Total")
    told = found.by == "tree"
    assert found.by in ("tree", "text")
    assert found.confidence == pytest.approx(1.0, abs=0 if told else 0.1)
    with pytest.raises(Ambiguous) as raised:
        hand.find("Inbox")
    candidates = [each for each in raised.value.candidates if isinstance(each, Found)]
    assert [(each.by, each.confidence and each.confidence > 0.9) for each in candidates] == [(found.by, True)] * 2


def test_the_record_says_by_what_a_thing_was_found(device: Eyes, hand: Hand, till: Till, tmp_path: Path) -> None:
    hand.tap("Total")
    cut = device.screenshot().image.crop((240, 1760, 345, 1870))
    hand.tap(cut)
    words = [step.call.thought for step in hand.trajectory.steps if step.call and step.call.name == "tap"]
    by = "tree" if not device.blind else "text"
    assert words[0].startswith(f"tap Total; found by {by} (")
    assert words[1] == "tap a picture of 105x110; found by picture (1.00)"
    assert till.done == ["bell"]
    assert "found by picture (1.00)" in (tmp_path / "run" / "run.jsonl").read_text()


def test_a_picture_is_looked_for_in_every_way(device: Eyes, hand: Hand, till: Till, tmp_path: Path) -> None:
    bell = tmp_path / "bell.png"
    device.screenshot().image.crop((240, 1760, 345, 1870)).save(bell)
    hand.wait_for(bell)
    assert hand.shows(bell)
    assert hand.find(bell).by == "picture"
    hand.long_press(bell)
    hand.drag(bell, to="Total")
    hand.check(bell)
    with pytest.raises(UsageError, match="checked by its name"):
        hand.check(bell, on=True)
    hand.press("home")
    hand.gone(bell)
    hand.timeout_s = 0.3
    with pytest.raises(NotFound, match=r"the picture bell\.png is not on the screen"):
        hand.tap(bell)
    with pytest.raises(BadMedia, match=r"none\.png cannot be read"):
        hand.tap(tmp_path / "none.png")
    with pytest.raises(CheckFailed, match=r"the picture bell\.png does not show"):
        hand.wait_for(bell, timeout_s=0.2)
    names = [step.call and step.call.arguments.get("picture") for step in load(tmp_path / "run").steps]
    assert names.count("the picture bell.png") == 5


def test_what_was_cut_from_a_small_light_phone_is_found_on_a_large_dark_one(tmp_path: Path, ocr: Ocr) -> None:
    phones = [
        VirtualPhone(apps=[Till], size=(720, 1600), density=280),
        VirtualPhone(apps=[Till], size=(1080, 2400), density=420, dark=True),
    ]
    bell: Image.Image | None = None
    for number, phone in enumerate(phones):
        phone.settings["global"]["transition_animation_scale"] = "0"
        device = open_virtual(phone)
        try:
            with open_hand(device, folder=tmp_path / str(number), timeout_s=2, read=ocr.read) as hand:
                phone.launch(Till.package)
                if bell is None:
                    box = hand.find("the icon right of Receipts").box
                    bell = device.screenshot().image.crop(
                        (round(box.left), round(box.top), round(box.right), round(box.bottom))
                    )
                else:
                    hand.tap(bell)
                    app = phone.app("Till")
                    assert isinstance(app, Till)
                    assert app.done == ["bell"]
        finally:
            device.close()


def test_it_is_scrolled_to_a_picture(device: Eyes, hand: Hand, desk: Desk) -> None:
    hand.scroll_to("The very last")
    box = hand.find("The very last").box
    image = device.screenshot().image
    last = image.crop((30, round(box.center.y) - 40, 400, round(box.center.y) + 40))
    hand.scroll_to("Total", "up")
    hand.scroll_to(last)
    hand.tap(last)
    assert desk.done == ["last"]
