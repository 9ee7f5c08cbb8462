"""`handsight tools`: what a run could call, as it stands, and one call of it by hand."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from tests.cli.terminal import CTRL_C, Terminal
from tests.tools.service import serving

from handsight.cli import main
from handsight.cli.tools import in_words
from handsight.tools.registry import Tool
from handsight.types import Point

Run = Callable[..., subprocess.CompletedProcess[str]]

BANK = """
import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Literal

from PIL import Image
from handsight import Screen, tool
from handsight.devices.base import Device, Keys


@tool(risky=True, timeout_s=5)
def pay(euros: int, how: Literal["card", "cash"] = "card", note: str | None = None) -> str:
    "Pay."
    return f"paid {euros} by {how}, {note}"


@dataclass
class Trip:
    to: str
    day: date


class Desk:
    booked = 0

    @tool
    async def book(self, trip: Trip, seats: list[int]) -> dict:
        '''Book a trip.

        seats: by number
        '''
        return {"to": trip.to, "year": trip.day.year, "seats": seats}

    @tool
    def fail(self) -> None:
        raise ValueError("no such \\x1b[2Jflight")


desk = Desk()


@tool
def look(number: str, screen: Screen, device: Device) -> list:
    "Look up what the screen shows."
    return [f"{number} on {device.name}", screen.image]


@tool
def say(text: str, device: Keys) -> None: ...


@tool(timeout_s=0.1)
async def forever() -> None:
    await asyncio.sleep(600)


@tool
def wait_for_good() -> None:
    import threading
    print("waiting", flush=True)
    threading.Event().wait()
"""


@pytest.fixture
def bank(folder: Path) -> str:
    """A file with the user's own tools."""
    (folder / "bank.py").write_text(BANK)
    return "bank.py"


@pytest.fixture
def here(folder: Path, bank: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder, as the current one, with the file in it."""
    monkeypatch.chdir(folder)
    return folder


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[str, str, int]:
    """What the command prints on its output and on its error output, and the exit code."""
    with pytest.raises(SystemExit) as left:
        main(["tools", *words])
    out, err = capsys.readouterr()
    assert isinstance(left.value.code, int)
    return out, err, left.value.code


def test_all_that_a_run_could_call_is_listed(handsight: Run, bank: str) -> None:
    ran = handsight("tools", bank)
    assert (ran.returncode, ran.stderr) == (0, "")
    lines = ran.stdout.splitlines()
    pay = 'pay(euros: integer, how: "card" | "cash" = "card", note: string | null = null)'
    assert lines[:3] == ["yours:", f"  {pay}  · asks first, at most 5 s", "      Pay."]
    assert "  book(trip: object, seats: list of integer)" in lines
    assert "  look(number: string)  · needs a device" in lines
    assert "  say(text: string)  · needs a device with Keys" in lines
    assert "of every run:" in lines
    assert "  tap(at: place)  · needs a device with Touch" in lines


def test_the_exact_schemas_are_json(handsight: Run, bank: str) -> None:
    made = {each["name"]: each for each in json.loads(handsight("tools", bank, "--json").stdout)}
    assert {"pay", "book", "finish", "tap"} < made.keys()
    assert (made["pay"]["risky"], made["pay"]["timeout_s"], made["book"]["timeout_s"]) == (True, 5, None)
    assert made["book"]["parameters"]["properties"]["seats"] == {
        "type": "array",
        "description": "by number",
        "items": {"type": "integer"},
    }
    assert made["look"]["needs"] == ["a device"]
    assert made["book"]["parameters"]["additionalProperties"] is False


def test_with_a_device_its_gestures_are_listed_and_no_others(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOARD", "board.log")
    out, _, code = told(capsys, "--device", "mine:Board", "--json")
    names = {each["name"] for each in json.loads(out)}
    assert code == 0
    assert {"tap", "swipe"} < names
    assert names.isdisjoint({"type_text", "open_app"})


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["pay", "euros=3", "--allow", "pay"], "paid 3 by card, None"),
        (["pay", "euros=3", "how=cash", "note=12", "--allow", "pay"], "paid 3 by cash, 12"),
        (["pay", "euros=3", 'note="a = b"', "--allow", "pay"], "paid 3 by card, a = b"),
        (["pay", "euros=3", "note=null", "--allow", "pay"], "paid 3 by card, None"),
        (
            ["book", 'trip={"to": "Rome", "day": "2026-03-01"}', "seats=[1, 2]"],
            '{"to":"Rome","year":2026,"seats":[1,2]}',
        ),
        (["answer", "text=all = well"], "all = well"),
        (["finish", "success=true", "message=done"], "done"),
        (["wait", "seconds=0"], "Waited 0 s."),
    ],
)
def test_a_tool_is_called_with_what_was_typed(
    here: Path, capsys: pytest.CaptureFixture[str], words: list[str], text: str
) -> None:
    assert told(capsys, "bank.py", "--try", *words) == (text + "\n", "", 0)


def test_a_tool_that_looks_is_given_the_device_that_was_named(handsight: Run, bank: str) -> None:
    ran = handsight("tools", bank, "--try", "look", "number=0123", "--device", "virtual:270x600")
    assert (ran.stdout, ran.stderr, ran.returncode) == ("0123 on virtual\n[a picture, 270x600]\n", "", 0)
    ran = handsight("tools", bank, "--try", "look", "number=0123", "--device", "virtual:270x600", "--json")
    result = json.loads(ran.stdout)
    assert (result["text"], result["pictures"]) == ("0123 on virtual", [[270, 600]])
    assert result["seconds"] > 0
    ran = handsight("tools", "--try", "open_app", "name=Notes", "--device", "virtual:270x600")
    assert (ran.stdout, ran.returncode) == ("Opened Notes: org.handsight.notes came up.\n", 0)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["none.py"], 2, "there is no file none.py"),
        (["mine.py"], 2, "mine.py holds no tool"),
        (["none.json"], 2, "none.json cannot be read as an OpenAPI document"),
        (["euros=3"], 2, "'euros=3' is an argument of a call; say of which tool: --try TOOL"),
        (["bank.py", "--try", "fly"], 2, "there is no tool 'fly'"),
        (["bank.py", "--try", "boook"], 2, "did you mean book"),
        (["bank.py", "--try", "pay"], 2, "pay: 'euros' is a required property; it is pay(euros: integer, "),
        (["bank.py", "--try", "pay", "euros=many"], 2, "euros: 'many' is not of type 'integer'"),
        (["bank.py", "--try", "pay", "euros=NaN"], 2, "euros: 'NaN' is not of type 'integer'|not JSON"),
        (["bank.py", "--try", "pay", "euros=3", "euros=4"], 2, "euros is given twice"),
        (["bank.py", "--try", "pay", "euros=3", "tip=1"], 2, "'tip' was unexpected"),
        (["bank.py", "--try", "pay", "euros=3"], 5, "nobody is here to allow this: pay {'euros': 3}"),
        (["bank.py", "--try", "pay", "euros=3", "--allow", "pya"], 2, "a rule names 'pya', which is no tool here"),
        (["bank.py", "--try", "book", 'trip={"to": "x", "day": "soon"}', "seats=[]"], 2, "trip.day: Input should be"),
        (["bank.py", "--try", "fail"], 1, "ValueError: no such \ufffd[2Jflight"),
        (["bank.py", "--try", "forever"], 1, "forever took longer than the 0.1 s that it may take; it was broken off"),
        (["bank.py", "--try", "look", "number=1"], 2, "look is given screen and device; name one: --device virtual"),
        (["bank.py", "--try", "look", "number=1", "--device", "virtual:tiny"], 2, "'tiny' is none of these"),
        (["--try", "finish", "success=false", "message=no way"], 1, "no way"),
        (["--try", "ask_user", "question=Who?"], 5, "nobody is here to answer: Who?"),
    ],
)
def test_a_mistake_is_one_sentence_and_an_exit_code(
    here: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, says: str
) -> None:
    out, err, left = told(capsys, *words)
    assert any(said in err for said in says.split("|"))
    assert err.startswith("handsight: ")
    assert err.count("\n") == 1
    assert (out, left) == ("", code)


def test_a_device_that_lacks_what_a_tool_needs_is_named(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOARD", "board.log")
    _, err, code = told(capsys, "bank.py", "--try", "say", "text=hi", "--device", "mine:Board")
    assert (err, code) == ("handsight: say needs a device with Keys; board has not got it\n", 1)


def test_an_operation_of_a_document_is_tried_against_its_service(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = {"name": "number", "in": "path", "required": True, "schema": {"type": "string"}}
    operation = {"operationId": "track", "summary": "Say where a parcel is.", "parameters": [number]}
    with serving({"/parcels/0034": {"at": "Cologne"}}) as service:
        document = {"openapi": "3.1.0", "servers": [{"url": service.url}]}
        document["paths"] = {"/parcels/{number}": {"get": operation, "delete": {**operation, "operationId": "drop"}}}
        (here / "parcels.json").write_text(json.dumps(document))
        out, _, _ = told(capsys, "parcels.json")
        assert "  track(number: string)  · at most 30 s\n      Say where a parcel is.\n" in out
        assert "  drop(number: string)  · asks first, at most 30 s" in out
        assert told(capsys, "parcels.json", "--try", "track", "number=0034") == ('{"at": "Cologne"}\n', "", 0)
        assert told(capsys, "parcels.json#track", "--try", "track", "number=12")[1:] == (
            "handsight: track: 404 Not Found: nothing is here\n",
            1,
        )
        assert told(capsys, "parcels.json", "--try", "drop", "number=0034")[2] == 5
        assert [asked.method for asked in service.asked] == ["GET", "GET"]


def test_a_run_calls_an_operation_with_what_stands_on_the_screen(handsight: Run, folder: Path) -> None:
    query = {"name": "q", "in": "query", "required": True, "schema": {"type": "string"}}
    with serving({"/search": {"found": 3}}) as service:
        document = {"openapi": "3.0.3", "servers": [{"url": service.url}]}
        document["paths"] = {"/search": {"get": {"operationId": "search", "parameters": [query]}}}
        (folder / "search.json").write_text(json.dumps(document))
        task = "open Settings, call search with q = the text below Display"
        ran = handsight("run", task, "--device", "virtual:540x1200", "--tools", "search.json", "--json")
        (asked,) = service.asked
    assert (ran.returncode, ran.stderr) == (0, "")
    steps = [event for event in map(json.loads, ran.stdout.splitlines()) if event["event"] == "step"]
    (called,) = [step for step in steps if step["call"]["name"] == "search"]
    assert called["result"]["text"] == '{"found": 3}'
    read = called["call"]["arguments"]["q"]
    assert read
    assert asked.path == f"/search?{urlencode({'q': read}, quote_via=quote)}"


def test_what_is_risky_is_asked_on_a_terminal(folder: Path, bank: str, environment: dict[str, str]) -> None:
    for answer, says in (("y\n", "paid 3 by card"), ("\n", "handsight: the user said no to pay {'euros': 3}")):
        with Terminal(["tools", bank, "--try", "pay", "euros=3"], folder, environment) as terminal:
            terminal.shows("Allow pay {'euros': 3} (pay is marked as risky)? [y/N] ")
            terminal.types(answer)
            terminal.shows(says)


def test_ctrl_c_ends_a_call(folder: Path, bank: str, environment: dict[str, str]) -> None:
    with Terminal(["tools", bank, "--try", "wait_for_good"], folder, environment) as terminal:
        terminal.shows("waiting")
        terminal.types(CTRL_C)
        assert terminal.ends() == 130


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "string", "format": "date"}, "a?: date"),
        ({"type": ["string", "null"]}, "a?: string | null"),
        ({"const": 1}, "a?: 1"),
        ({"oneOf": [{"type": "integer"}, {"enum": ["x", None]}]}, 'a?: integer | "x" | null'),
        ({"type": "array"}, "a?: list of anything"),
        ({"type": "array", "items": {"type": "array", "format": "point"}}, "a?: list of place"),
        ({}, "a?: anything"),
        (True, "a?: anything"),
        ({"type": "integer", "default": None}, "a: integer = null"),
    ],
)
def test_a_schema_is_put_in_few_words(schema: Any, said: str) -> None:
    assert in_words(Tool("f", "", {"type": "object", "properties": {"a": schema}}, print)) == f"f({said})"


def test_a_tool_is_one_line_in_words() -> None:
    def go(to: Point, fast: bool = False) -> None: ...

    assert in_words(Tool.of(go)) == "go(to: place, fast: boolean = false)"
