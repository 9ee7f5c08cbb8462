"""The labelled set tells what is written where, and the program counts what is found of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

import locating
from handsight.sight.lines import Line
from handsight.sight.ocr import Ocr
from handsight.types import Box, Element
from locating import ELSEWHERE, FOUND, MISSED, SEVERAL, SIGN, TEXT, TWIN
from screens import Label, Shot, around
from screens.phone import PAGES, SHAPES, shot, shots
from screens.tk_form import WORDS

README = (Path(__file__).parents[2] / "benchmarks" / "README.md").read_text("utf-8")


class Page(Ocr):
    """Reads what a test says."""

    def __init__(self, *lines: Line) -> None:
        super().__init__()
        self.lines = lines

    def read(self, image: Image.Image) -> tuple[Line, ...]:
        return self.lines


def drawn(*labels: Label, others: tuple[str, ...] = (), elements: tuple[Element, ...] = ()) -> Shot:
    return Shot("drawn", {"language": "en"}, Image.new("RGB", (400, 800)), labels, others, lambda: elements)


SAVE, CANCEL = Label("Save", Box(10, 300, 60, 320)), Label("Cancel", Box(10, 400, 80, 420))


def outcomes(shot: Shot, *lines: Line) -> list[tuple[str, str, str]]:
    return [(one.label.text, one.kind, one.read) for one in locating.tries(shot, Page(*lines))]


def test_a_label_is_found_where_it_stands_and_nowhere_else() -> None:
    right = Line("Save", SAVE.box)
    assert outcomes(drawn(SAVE), right) == [("Save", TEXT, FOUND)]
    assert outcomes(drawn(SAVE), Line("Save", CANCEL.box)) == [("Save", TEXT, ELSEWHERE)]
    assert outcomes(drawn(SAVE), Line("Cancel", CANCEL.box)) == [("Save", TEXT, MISSED)]
    assert outcomes(drawn(SAVE), right, Line("Save", CANCEL.box)) == [("Save", TEXT, SEVERAL)]


def test_twins_and_signs_are_counted_apart() -> None:
    again = Label("Save", Box(10, 500, 60, 520))
    twins = drawn(SAVE, again, CANCEL)
    lines = [Line(label.text, label.box) for label in twins.labels]
    assert outcomes(twins, *lines) == [("Cancel", TEXT, FOUND), ("Save", TWIN, SEVERAL)]
    assert outcomes(drawn(SAVE, others=("Save",)), *lines) == [("Save", TWIN, SEVERAL)]
    assert outcomes(drawn(Label("+", SAVE.box)), Line("+", SAVE.box)) == [("+", SIGN, FOUND)]


def test_what_the_tree_names_twice_is_no_miss_of_the_tree() -> None:
    element = Element("Save", SAVE.box, "button", clickable=True)
    other = Element("Save", CANCEL.box, "button", clickable=True)
    (one,) = locating.tries(drawn(SAVE, elements=(element,)), Page())
    assert (one.read, one.named) == (MISSED, FOUND)
    (one,) = locating.tries(drawn(SAVE, elements=(element, other)), Page())
    assert one.named == SEVERAL
    assert "| en | 1 | 0.0 |" in "\n".join(locating.report([one], misses=False))


def test_the_report_names_each_miss() -> None:
    done = list(locating.tries(drawn(SAVE, CANCEL), Page(Line("Save", SAVE.box))))
    said = "\n".join(locating.report(done, misses=True))
    assert "| all | 2 | 50.0 |" in said
    assert 'text not found: "Cancel" on drawn' in said
    assert "Cancel" not in "\n".join(locating.report(done, misses=False))


def test_a_missed_label_is_framed(tmp_path: Path) -> None:
    shot = drawn(SAVE)
    locating.annotate(shot, list(locating.tries(shot, Page())), tmp_path / "new")
    (file,) = (tmp_path / "new").iterdir()
    with Image.open(file) as image:
        assert image.getpixel((6, 310)) == (255, 0, 0)
    assert shot.image.getpixel((6, 310)) == (0, 0, 0)


def test_a_phones_labels_stand_where_they_are_drawn() -> None:
    taken = shot("settings about", PAGES["settings about"], "de", (720, 1280), 320, dark=False)
    labels = {label.text: label.box for label in taken.labels}
    assert {"Modell", "Seriennummer", "Gerätename"} <= set(labels)
    box = labels["Modell"]
    region = taken.image.crop((int(box.left), int(box.top), int(box.right), int(box.bottom)))
    assert len(set(region.convert("L").tobytes())) > 20, "letters"
    assert {element.text for element in taken.elements()} >= {"Modell"}


def test_what_is_covered_or_not_whole_is_no_label() -> None:
    taken = shot("contacts", PAGES["contacts"], "en", (720, 1280), 320, dark=False)
    height = taken.image.height
    assert all(0 <= label.box.top < label.box.bottom <= height for label in taken.labels)
    below = shot("contacts delete", PAGES["contacts delete"], "en", (720, 1280), 320, dark=False)
    assert "Delete" in {label.text for label in below.labels}
    assert "Search contacts" not in {label.text for label in below.labels}


def test_each_page_is_drawn_in_each_language_and_look() -> None:
    taken = [each for each, _ in zip(shots(1), range(8), strict=False)]
    assert [each.tags["language"] for each in taken] == ["en", "zh", "de", "ja"] * 2
    assert len({each.tags["look"] for each in taken}) > 4
    assert {page.partition(" ")[0] for page in PAGES} == {
        "launcher", "contacts", "messages", "notes", "clock", "files", "shop", "settings"
    }  # fmt: skip
    assert len(SHAPES) == 4


def test_texts_are_read_from_a_real_screen_of_each_language() -> None:
    ocr, done = Ocr(), []
    for language in ("en", "zh", "de", "ja"):
        done += locating.tries(shot("settings display", PAGES["settings display"], language, (1080, 2400), 420,
                                    dark=language in ("zh", "ja")), ocr)  # fmt: skip
    texts = [one for one in done if one.kind == TEXT]
    assert len(texts) > 30
    assert [one.label.text for one in texts if one.read != FOUND] == []


def test_a_form_says_as_much_in_each_language() -> None:
    assert {len(words) for words in WORDS.values()} == {8}
    assert around([SAVE.box, CANCEL.box]) == Box(10, 300, 80, 420)


@pytest.mark.parametrize("option", ["--misses", "--out", "--only", "--rounds"])
def test_the_programs_options_are_told(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        locating.main(["--help"])
    assert option in capsys.readouterr().out
    assert "locating.py" in README


def test_the_cost_of_reading_is_taken_on_what_changed() -> None:
    import ocr as program

    cases = {case.name: case for case in program.cases()}
    assert all(case.now.size == (1080, 2400) for case in cases.values())
    assert [case.name for case in cases.values() if case.before is None] == ["cold: Settings", "cold: Notes"]
    for name in ("a list moved", "a switch turned", "a text typed"):
        assert cases[name].before is not None
        assert cases[name].before.tobytes() != cases[name].now.tobytes(), name
    same = cases["the same picture, taken anew"]
    assert same.before is not None
    assert same.before.tobytes() == same.now.tobytes()
