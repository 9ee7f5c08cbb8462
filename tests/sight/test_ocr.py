"""Pictures are read right, in two languages, and never more of them than has changed."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest
from PIL import Image, ImageDraw

from handsight.sight.ocr import Ocr

from .drawing import font

ROWS = [
    ("Network & internet", "Mobile, Wi-Fi, hotspot"),
    ("Battery", "100% - 2 d 4 h left"),
    ("Sound & vibration", "Volume, haptics, Do Not Disturb"),
    ("显示", "深色主题、字体大小、亮度"),
    ("网络和互联网", "移动网络、WLAN、热点"),
]


def page(*, dark: bool = False, down: int = 0, extra: str = "") -> Image.Image:
    """A list at 420 dpi: 20 sp titles, 14 sp subtitles."""
    image = Image.new("RGB", (1080, 1600), "#141218" if dark else "#FEF7FF")
    draw = ImageDraw.Draw(image)
    for number, (title, subtitle) in enumerate(ROWS):
        y = 200 + 190 * number - down
        draw.text((180, y), title, font=font(52, title), fill="#E6E0E9" if dark else "#1D1B20")
        draw.text((180, y + 76), subtitle, font=font(37, subtitle), fill="#CAC4D0" if dark else "#49454F")
    draw.text((180, 1400), extra, font=font(37, extra), fill="#808080")
    return image


def wanted() -> list[str]:
    return [text for row in ROWS for text in row]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_phone_text_is_read_to_the_letter(ocr: Ocr, *, dark: bool) -> None:
    assert [line.text.replace(" ", "") for line in ocr.read(page(dark=dark))] == [t.replace(" ", "") for t in wanted()]


def test_a_line_knows_where_its_words_are(ocr: Ocr) -> None:
    line = next(line for line in ocr.read(page()) if line.text.startswith("Volume"))
    start = line.text.index("Not")
    box = line.span(start, start + 3)
    drawn_from = 180 + font(37).getlength("Volume, haptics, Do ")
    drawn_to = 180 + font(37).getlength("Volume, haptics, Do Not")
    assert abs(box.center.x - (drawn_from + drawn_to) / 2) < 15


def test_the_same_picture_is_not_read_again(ocr: Ocr) -> None:
    image = page()
    lines = ocr.read(image)
    before = ocr.recognised
    assert ocr.read(image) is lines
    assert ocr.read(image.copy()) == lines
    assert ocr.recognised == before


def test_only_what_changed_is_read_and_the_rest_is_kept(ocr: Ocr) -> None:
    lines = ocr.read(page())
    before = ocr.recognised
    changed = ocr.read(page(extra="Saved just now"))
    assert [line.text for line in changed] == [*[line.text for line in lines], "Saved just now"]
    assert ocr.recognised == before + 1
    assert changed[: len(lines)] == lines


def test_scrolling_costs_no_second_recognition(ocr: Ocr) -> None:
    ocr.read(page())
    before = ocr.recognised
    scrolled = ocr.read(page(down=37))
    assert [line.text.replace(" ", "") for line in scrolled] == [text.replace(" ", "") for text in wanted()]
    assert ocr.recognised - before <= 2  # two boxes may be found a little wider this time


def test_an_empty_picture_has_no_lines(ocr: Ocr) -> None:
    assert ocr.read(Image.new("RGB", (400, 300), "white")) == ()


def test_small_desktop_text_is_read(ocr: Ocr) -> None:
    image = Image.new("RGB", (1280, 400), "white")
    draw = ImageDraw.Draw(image)
    for number, text in enumerate(("Save changes", "Cancel", "Remember my choice", "保存更改")):
        draw.text((40, 40 + 50 * number), text, font=font(14, text), fill="black")
    read = [line.text for line in ocr.read(image)]
    assert read == ["Save changes", "Cancel", "Remember my choice", "保存更改"]


def test_nothing_is_logged(ocr: Ocr, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    with caplog.at_level(logging.DEBUG):
        Ocr().read(Image.new("RGB", (200, 100), "white"))
    assert [record for record in caplog.records if record.name.lower() == "rapidocr"] == []
    assert capfd.readouterr() == ("", "")


def test_without_the_extra_the_error_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['rapidocr'] = None\n"
        "from handsight.errors import ExtraMissing\n"
        "from handsight.models.reader import ReaderModel, check_task\n"
        "check_task('open Settings')\n"
        "try: import handsight.sight.ocr\n"
        "except ExtraMissing as problem: print(problem)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "reading the screen needs an optional part: pip install 'handsight[ocr]'\n"


def test_the_reader_is_imported_without_the_heavy_libraries() -> None:
    code = "import sys, handsight.models.reader; print({'numpy', 'cv2', 'rapidocr', 'onnxruntime'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"


def test_what_was_forgotten_is_read_again(ocr: Ocr) -> None:
    image = page()
    lines = ocr.read(image)
    before = ocr.recognised
    ocr.forget()
    assert ocr.read(image) == lines
    assert ocr.recognised > before


@pytest.mark.parametrize("text", ["Über das Telefon", "Größe", "Straße", "設定", "ストレージ", "メモを保存しました"])
def test_german_and_japanese_are_read_to_the_letter(ocr: Ocr, text: str) -> None:
    image = Image.new("RGB", (1080, 400), "white")
    ImageDraw.Draw(image).text((100, 150), text, font=font(44, text), fill="#202020")
    assert [line.text for line in ocr.read(image)] == [text]


def test_what_stands_far_apart_in_one_row_is_read_as_two_things(ocr: Ocr) -> None:
    picture = Image.new("RGB", (1080, 2400), "white")
    pen = ImageDraw.Draw(picture)
    for x, y, text in ((80, 400, "Bread"), (235, 400, "Delete"), (80, 600, "Two words")):
        pen.text((x, y), text, "black", font(40))
    assert [line.text for line in ocr.read(picture)] == ["Bread", "Delete", "Two words"]
