"""The film strip of a report, in the page and in a real browser that is worked like any other program."""

from __future__ import annotations

import base64
import os
import re
import shutil
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from handsight import Hand, Point, open_hand
from handsight.errors import NotFound
from handsight.types import ToolCall
from handsight.view.report import FRAME_PX, render, write_report

from .test_report import TAP, Page, Run
from .test_report import begin as begin

COLOURS = [(40, 90, 200), (200, 40, 90), (40, 160, 60), (230, 160, 20), (120, 40, 170), (20, 170, 190)]
CHROMIUM = "--no-first-run --disable-sync --disable-gpu --disable-background-networking --disable-component-update"


@pytest.fixture
def film(tmp_path: Path, begin: type[Run]) -> Path:
    """The folder of a run of six steps, each with a screen of a colour of its own; the last one failed."""
    run = begin(tmp_path)
    for number, colour in enumerate(COLOURS, 1):
        problem = NotFound('there is no "Save" on the screen') if number == len(COLOURS) else None
        run.step(TAP, image=Image.new("RGB", (1080, 2400), colour), problem=problem)
    return tmp_path


def test_each_step_has_a_frame_that_leads_to_it_with_the_touch_marked(film: Path) -> None:
    page = Page(render(film))
    links = [link for link in page.all("a") if link.get("title")]
    assert [link["href"] for link in links] == [f"#step-{number}" for number in range(1, 7)]
    assert links[0]["title"] == "1 · the gear"
    assert len(page.all("svg")) == 2 * len(COLOURS)
    assert {(circle["cx"], circle["cy"]) for circle in page.all("circle")} == {("540", "800")}


def test_the_step_that_failed_is_framed_and_says_why(film: Path) -> None:
    links = [link for link in Page(render(film)).all("a") if link.get("title")]
    assert [link.get("class") for link in links] == [None] * 5 + ["no"]
    assert links[-1]["aria-label"] == "step 6, failed"
    assert 'there is no "Save" on the screen' in (links[-1]["title"] or "")


def test_a_frame_is_small_and_shows_what_the_screen_showed(film: Path) -> None:
    frames = [image for image in Page(render(film)).all("img") if not image["alt"]]
    for frame, colour in zip(frames, COLOURS, strict=True):
        data = base64.b64decode((frame["src"] or "").split(",")[1])
        assert len(data) < 4000
        with Image.open(BytesIO(data)) as shown:
            assert shown.size == (72, FRAME_PX[1])
            assert shown.convert("RGB").getpixel((36, 80)) == pytest.approx(colour, abs=6)


def test_a_step_without_a_picture_has_its_number_in_the_strip(film: Path) -> None:
    (film / "0003.png").unlink()
    page = render(film)
    assert len([link for link in Page(page).all("a") if link.get("title")]) == 6
    assert "<span>3</span>" in page


def test_a_run_of_one_step_has_no_strip_and_no_script(tmp_path: Path, begin: type[Run]) -> None:
    begin(tmp_path).step(TAP)
    page = Page(render(tmp_path))
    assert not page.all("script")
    assert not [link for link in page.all("a") if link.get("title")]


def test_one_script_may_run_and_it_is_ours_whatever_a_run_holds(tmp_path: Path, begin: type[Run]) -> None:
    evil = "</script><script>alert('x')</script>\" onfocus=\"alert(1)"
    run = begin(tmp_path, evil)
    run.step(ToolCall("tap", {"at": [1, 2]}, evil), problem=NotFound(evil), reply=evil)
    run.step(TAP)
    html = render(tmp_path)
    page = Page(html)
    (policy,) = [m["content"] or "" for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    allowed = base64.b64encode(sha256(script.encode()).digest()).decode()
    assert policy == f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{allowed}'"
    assert len(page.all("script")) == 1
    assert "alert" not in script
    assert not [attributes for _, attributes in page.tags if "onfocus" in attributes]


def shown(hand: Hand) -> tuple[int, int, int]:
    """The colour of the step at the top of the page, below the strip."""
    pixel = hand.device.screenshot().image.convert("RGB").getpixel((200, 250))
    assert isinstance(pixel, tuple)
    return pixel[0], pixel[1], pixel[2]


def near(colour: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) <= 8 for a, b in zip(colour, other, strict=True))


@pytest.mark.skipif(
    not all(map(shutil.which, ("Xvfb", "openbox", "chromium"))), reason="apt-get install xvfb openbox chromium"
)
def test_the_arrow_keys_and_a_click_lead_from_step_to_step_in_a_browser(film: Path, tmp_path: Path) -> None:
    report = write_report(film)
    sandbox = "--no-sandbox" if os.geteuid() == 0 else ""  # Chromium has none for root
    home = tmp_path / "home"
    home.mkdir()
    browser = f"env HOME={home} chromium {sandbox} {CHROMIUM} --kiosk --app=file://{report}"
    with open_hand(f"private:1000x700,{browser}", folder=tmp_path / "hand", timeout_s=30) as hand:
        hand.find("open Settings")
        for number in (1, 2):
            hand.press("right")
            assert near(shown(hand), COLOURS[number]), number
        hand.press("left")
        assert near(shown(hand), COLOURS[1])
        strip = hand.device.screenshot().image.convert("RGB")
        frame = [(x, y) for y in range(0, 90, 4) for x in range(0, 1000, 4) if near(strip.getpixel((x, y)), COLOURS[4])]
        hand.tap(Point(*frame[len(frame) // 2]))
        assert near(shown(hand), COLOURS[4])
        hand.press("right")
        hand.press("right")  # there is none after the last
        hand.press("left")
        assert near(shown(hand), COLOURS[4])
