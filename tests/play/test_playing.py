"""Task files are checked before anything is touched, and played on a real phone; no text holds a secret."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from handsight import ScriptedModel, VirtualPhone
from handsight.devices.android import VirtualAndroid, open_virtual
from handsight.devices.virtual.apps.notes import Notes
from handsight.errors import BadTask, UnknownName
from handsight.play import Played, play
from handsight.play.cases import Case
from handsight.play.junit import check_junit, junit, write_junit
from handsight.store import load

from .conftest import Write

SECRET = "hunter2&<你好>"
"""Typed into a field that shows it: it stands on the screen, and in no text."""


@pytest.fixture
def device() -> Iterator[VirtualAndroid]:
    phone = VirtualPhone()
    phone.settings["global"]["transition_animation_scale"] = "0"
    opened = open_virtual(phone)
    yield opened
    opened.close()


def titles(device: VirtualAndroid) -> list[str]:
    notes = device.phone.app("notes")
    assert isinstance(notes, Notes)
    return [note.title for note in notes.notes[8:]]


class Ear:
    """Hears what is told of a play."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def begin(self, case: Case, device: str, folder: Path) -> None:
        self.heard.append(f"begin {case.name}")

    def step(self, number: int, line: int, words: str) -> None: ...

    def stepped(self, number: int, line: int, words: str, seconds: float, problem: str) -> None:
        self.heard.append(f"{number} {line} {words} {problem}".strip())

    def end(self, played: Played) -> None:
        self.heard.append("passed" if played.passed else f"failed {played.line} {played.problem}")


ROWS = """\
task: Write ${title}
data: rows.csv
secrets: {pin: env:SHOP_PIN}
timeout_s: 2
steps:
  - open: Notes
  - tap: New note
  - type: ${title}
    into: Title
  - type: ${pin}
    into: Note
  - tap: Save
  - check: ${shown}
after:
  - press: home
"""


def test_a_row_that_fails_ends_there_and_the_next_one_goes_on(
    device: VirtualAndroid, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_PIN", SECRET)
    path = write("rows.yaml", ROWS)
    write("rows.csv", "title,shown\nOne,Two of them\nThree,Three\n")
    ear = Ear()
    first, second = play([path], device, folder=tmp_path / "runs", show=ear)
    assert titles(device) == ["One", "Three"]
    assert (first.passed, first.kind, first.line, first.broken) == (False, "CheckFailed", 13, False)
    assert first.problem.startswith("check \"Two of them\": 'Two of them' does not show")
    assert second.passed
    assert ear.heard == [
        "begin Write One (row 1: One, Two of them)",
        '1 6 open "Notes"',
        '2 7 tap "New note"',
        '3 8 type "One", into "Title"',
        '4 10 type "•••", into "Note"',
        '5 12 tap "Save"',
        f'6 13 check "Two of them" CheckFailed: {first.problem.partition(": ")[2]}',
        '7 15 press "home"',  # whatever came of the others
        f"failed 13 {first.problem}",
        "begin Write Three (row 2: Three, Three)",
        *['1 6 open "Notes"', '2 7 tap "New note"', '3 8 type "Three", into "Title"', '4 10 type "•••", into "Note"'],
        *['5 12 tap "Save"', '6 13 check "Three"', '7 15 press "home"'],
        "passed",
    ]
    for played in (first, second):
        assert played.folder
        assert played.report
        record = load(played.folder)
        assert record.task == played.name
        assert record.outcome
        assert record.outcome.kind == ("claimed" if played.passed else "failed")
        assert "•••" in (played.folder / "run.jsonl").read_text("utf-8")
        assert "Save" in played.report.read_text("utf-8")
    assert [picture.name for picture in first.pictures] == ["failed-008.png"]
    assert first.pictures[0].is_file()
    said = [*ear.heard, junit([first, second]).decode(), repr(first), repr(second)]
    texts = [path.read_text("utf-8") for path in tmp_path.rglob("*") if path.suffix in (".jsonl", ".html")]
    assert len(texts) == 4
    assert not [text for text in (*said, *texts) if "hunter2" in text]


KEEPS = """\
task: Keep
steps:
  - open: Settings
  - scroll_to: About phone
  - tap: About phone
  - read: Android version
    as: version
  - check: Android version
    reads: ${version}
  - ask: How many updates are there?
    type: int
    as: updates
  - shows: Serial number
    as: seen
  - open: Notes
  - tap: New note
  - type: ${version}, ${updates}, ${seen}
    into: Title
  - tap: Save
  - check: 14, 3, true
"""


def test_what_a_step_gives_is_kept_for_those_after_it(device: VirtualAndroid, write: Write, tmp_path: Path) -> None:
    [played] = play([write("keeps.yaml", KEEPS)], device, ScriptedModel(["3"]), folder=tmp_path / "runs")
    assert played.passed, played.problem
    assert titles(device) == ["14, 3, true"]


def test_what_stands_beside_a_label_is_held_against_what_is_wanted(
    device: VirtualAndroid, write: Write, tmp_path: Path
) -> None:
    steps = "steps:\n  - open: Settings\n  - scroll_to: About phone\n  - tap: About phone\n"
    path = write("a.yaml", f"timeout_s: 1\n{steps}  - check: Android version\n    reads: 15\n")
    [played] = play([path], device, folder=tmp_path / "runs")
    assert played.problem.endswith("'Android version' reads '14', not '15'")
    assert (played.line, played.kind, len(played.pictures)) == (6, "CheckFailed", 1)


def test_after_steps_that_fail_fail_what_had_passed(device: VirtualAndroid, write: Write, tmp_path: Path) -> None:
    path = write("a.yaml", "timeout_s: 0\nsteps: [{press: home}]\nafter:\n  - tap: Nowhere\n")
    [played] = play([path], device, folder=tmp_path / "runs")
    assert (played.kind, played.line) == ("NotFound", 4)


def test_everything_is_checked_before_anything_is_touched(
    device: VirtualAndroid, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHOP_PIN", raising=False)
    good = write("good.yaml", "device: virtual\nsteps: [{open: Notes}]\n")
    wrong = {
        "touch.yaml": ("steps: [{touch: A}]\n", "there is no step 'touch'"),
        "ask.yaml": ("steps:\n  - press: home\n  - ask: Who?\n", "line 3: `ask` needs a model; name one with --model"),
        "pin.yaml": ("secrets: {pin: env:SHOP_PIN}\nsteps: [{type: '${pin}'}]\n", "pin.yaml: the secret 'pin' is not"),
        "patience.yaml": ("steps: [{wait_for: A, timeout_s: '${x}'}]\nvariables: {x: y}\n", "`timeout_s` is a number"),
    }
    ear = Ear()
    for name, (text, says) in wrong.items():
        with pytest.raises(BadTask, match=says.replace("'", ".")):
            play([good, write(name, text)], device, folder=tmp_path / "runs", show=ear)
    with pytest.raises(BadTask, match="no variable of these files is called 'itme'; there are: none"):
        play([good], device, variables={"itme": "milk"}, folder=tmp_path / "runs", show=ear)
    with pytest.raises(UnknownName, match="no model is called"):
        play([good], device, "nonsense", folder=tmp_path / "runs", show=ear)
    assert ear.heard == []
    assert not (tmp_path / "runs").exists()


def test_a_device_that_is_not_there_is_an_error_of_each_row_and_the_next_file_goes_on(
    device: VirtualAndroid, write: Write, tmp_path: Path
) -> None:
    gone = write("gone.yaml", "device: 127.0.0.1:1\ndata: [{a: 1}, {a: 2}]\nsteps: [{open: Notes}]\n")
    good = write("good.yaml", "device: virtual:720x1280\nsteps: [{open: Notes}, {check: New note}]\n")
    one, two, three = play([gone, good], folder=tmp_path / "runs")
    assert one.broken
    assert two.broken
    assert one.report is None
    assert three.passed, three.problem
    suites = ElementTree.fromstring(junit([one, two, three]))
    assert suites.attrib | {"time": ""} == {
        "name": "handsight",
        "tests": "3",
        "failures": "0",
        "errors": "2",
        "time": "",
    }
    assert [suite.get("tests") for suite in suites] == ["2", "1"]


def test_the_result_is_xml_whatever_stands_on_the_screen(tmp_path: Path) -> None:
    passed = Played(tmp_path / "tasks" / "buy.yaml", "Buy \x07<milk> 你好 \ud800", 1.25, tmp_path / "run")
    failed = replace(passed, problem='no \x1b[31m"Save" & ]]>\x00', kind="NotFound", line=4, pictures=(Path("f.png"),))
    path = tmp_path / "result.xml"
    write_junit(path, [passed, failed])
    [suite] = ElementTree.parse(path).getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors"), suite.get("skipped")) == (
        "2",
        "1",
        "0",
        "0",
    )
    first, second = suite
    assert first.attrib == {"name": "Buy \\x07<milk> 你好 \\xd800", "classname": "tasks.buy", "time": "1.250"}
    assert [each.tag for each in second] == ["failure", "system-out"]  # in the order of the schema
    assert second[0].get("message") == 'no \\x1b[31m"Save" & ]]>\\x00'
    assert second[0].get("type") == "NotFound"
    assert (second[0].text or "").endswith("f.png")
    assert second[1].text == f"report: {tmp_path / 'run' / 'report.html'}"


def test_the_result_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    check_junit(tmp_path / "result.xml")
    for path in (tmp_path, tmp_path / "none" / "result.xml"):
        with pytest.raises(BadTask, match="name a file in a folder that is there"):
            check_junit(path)
    with pytest.raises(BadTask, match="cannot be written: No such file"):
        write_junit(tmp_path / "none" / "result.xml", [])
    assert not [*tmp_path.iterdir()]
