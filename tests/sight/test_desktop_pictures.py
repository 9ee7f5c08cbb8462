"""Forms as Chromium 156 draws them: 14 px text, check boxes of 13 px, a table, a switch made of two spans."""

from __future__ import annotations

from pathlib import Path

import pytest

from handsight.sight.ocr import Ocr
from handsight.sight.targets import Target
from handsight.sight.view import View
from handsight.types import Picture, Point

PICTURES = Path(__file__).parent / "pictures"


@pytest.fixture(params=["form_light.png", "form_dark.png"])
def form(request: pytest.FixtureRequest, ocr: Ocr) -> View:
    return View(Picture(PICTURES / request.param), ocr.read)


@pytest.mark.parametrize(
    ("label", "on", "at"),
    [
        ("I agree to the terms", True, Point(30, 156)),
        ("Newsletter", False, Point(30, 189)),
        ("Dark mode", True, Point(112, 373)),
        ("Sounds", False, Point(91, 407)),
    ],
)
def test_what_can_be_switched_is_found_and_read(form: View, label: str, at: Point, *, on: bool) -> None:
    (match,) = form.find(Target((label,)))
    switch = form.switch(match)
    assert switch
    assert switch.on is on
    assert at in switch.box


@pytest.mark.parametrize("label", ["Milk", "Country", "Sign up"])
def test_what_cannot_be_switched_has_no_switch(form: View, label: str) -> None:
    (match,) = form.find(Target((label,)))
    assert form.switch(match) is None


def test_a_field_is_found_below_its_label(form: View) -> None:
    (match,) = form.find(Target(("Email",)))
    assert Point(150, 122) in form.field(match)


def test_a_table_is_read_by_its_rows(form: View) -> None:
    (bread,) = form.find(Target(("Bread",)))
    assert form.value(bread, "beside") == "2.50"
    (add,) = form.find(Target(("Add",), relation="beside", anchor="Bread"))
    assert add.box.center.y > 320
    assert len(form.find(Target(("Add",)))) == 2
