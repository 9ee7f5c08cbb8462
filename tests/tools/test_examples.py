"""The shipped examples: what stands on the screen of a phone becomes a call, and a service gives the answer."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.tools.service import Service, serving

import handsight.tools.examples
from handsight import VirtualPhone, open_agent
from handsight.devices.android import open_virtual
from handsight.devices.base import Device
from handsight.devices.virtual.apps.messages import Message
from handsight.devices.virtual.apps.notes import Note
from handsight.errors import BadCall, ToolFailed
from handsight.models.scripted import ScriptedModel
from handsight.tools.registry import Tools
from handsight.types import Picture, Prompt, Step, ToolCall
from handsight.wiring import load_tools

EXAMPLES = Path(handsight.tools.examples.__file__).parent
FILES = ("flight_status.py", "weather.py", "parcel.py")
ANSWERS = {
    "/flights/LH2031": {"number": "LH 2031", "status": "delayed by 40 minutes", "gate": "B12"},
    "/forecast": {"sky": "light rain", "degrees": 11},
    "/parcels/JD01407731": {"at": "Cologne", "comes": "2026-03-17"},
}


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    with serving(dict(ANSWERS)) as running:
        for name in ("FLIGHTS_URL", "WEATHER_URL", "PARCELS_URL"):
            monkeypatch.setenv(name, running.url)
        yield running


@pytest.fixture
def phone() -> VirtualPhone:
    """A phone with a flight and a city in its notes, and a parcel's number in its messages."""
    phone = VirtualPhone(size=(540, 1200))
    notes: Any = phone.app("notes")
    notes.notes = [
        Note(title, text, phone.now() - timedelta(hours=n))
        for n, (title, text) in enumerate([("Flight home", "LH 2031"), ("Weekend trip", "Lisbon")])
    ]
    messages: Any = phone.app("messages")
    (talk,) = [talk for talk in messages.conversations if talk.name == "Parcel service"]
    talk.messages.append(Message("JD01407731", False, phone.now()))
    return phone


@pytest.fixture
def device(phone: VirtualPhone) -> Iterator[Device]:
    with closing(open_virtual(phone)) as device:
        yield device


def copied(name: str, folder: Path) -> list[Any]:
    """The tools of an example as a user has it: a copy in a folder of one's own."""
    shutil.copy(EXAMPLES / name, folder)
    return load_tools([str(folder / name)])


def called(steps: list[Step], name: str) -> Step:
    (step,) = [step for step in steps if step.call and step.call.name == name]
    return step


@pytest.mark.parametrize(
    ("name", "task", "call", "said"),
    [
        (
            "flight_status.py",
            "open Notes, call flight_status with number = the text below Flight home",
            ToolCall("flight_status", {"number": "LH 2031"}),
            '{"number":"LH 2031","status":"delayed by 40 minutes","gate":"B12"}',
        ),
        (
            "weather.py",
            "open Notes, call weather with city = the text below Weekend trip",
            ToolCall("weather", {"city": "Lisbon"}),
            "today: light rain, 11 degrees celsius\ntomorrow: light rain, 11 degrees celsius",
        ),
        (
            "parcel.py",
            "open Messages, call track_parcel with number = the text below Parcel service",
            ToolCall("track_parcel", {"number": "JD01407731"}),
            '{"at":"Cologne","comes":"2026-03-17"}',
        ),
    ],
)
def test_the_reader_calls_the_example_with_what_stands_on_the_screen(
    service: Service, device: Device, tmp_path: Path, name: str, task: str, call: ToolCall, said: str
) -> None:
    pytest.importorskip("rapidocr")
    with open_agent(device, "reader", tools=copied(name, tmp_path)) as agent:
        run = agent.run(task)
    assert run.outcome
    assert run.outcome.kind == "claimed", run.outcome
    step = called(run.steps, call.name)
    assert step.call
    assert step.call.arguments == call.arguments
    assert step.result
    assert step.result.text == said
    assert service.asked


def says(name: str, **arguments: Any) -> str:
    return f"<tool_call>\n{json.dumps({'name': name, 'arguments': arguments})}\n</tool_call>"


def test_a_model_is_shown_the_answer_at_its_next_step(service: Service, device: Device, tmp_path: Path) -> None:
    def then(prompt: Prompt) -> str:
        parts = [part for message in prompt.messages for part in message.parts]
        assert any("delayed by 40 minutes" in part for part in parts if isinstance(part, str))
        assert any(isinstance(part, Picture) for part in parts)
        return says("answer", text="It is 40 minutes late.")

    model = ScriptedModel([says("flight_status", number="LH2031"), then])
    with open_agent(device, model, tools=copied("flight_status.py", tmp_path)) as agent:
        run = agent.run("Is the flight in my notes on time?")
    assert run.outcome
    assert run.outcome.answer == "It is 40 minutes late."


def run(tools: Tools, name: str, /, **arguments: Any) -> str:
    call = ToolCall(name, arguments)
    tools.check(call)
    device: Any = None
    screen: Any = None
    return tools.run(call, device, screen).text


def test_what_the_service_refuses_is_told_to_the_model(service: Service, tmp_path: Path) -> None:
    tools = Tools(copied("flight_status.py", tmp_path))
    with pytest.raises(ToolFailed, match="HTTPStatusError: Client error '404 Not Found'"):
        run(tools, "flight_status", number="XX 1")
    service.answers["/flights/XX1"] = {"number": 3}
    with pytest.raises(ToolFailed, match="ValidationError: 2 validation errors for Flight"):
        run(tools, "flight_status", number="XX 1")
    with pytest.raises(BadCall, match="number: '../parcels' does not match"):
        run(tools, "flight_status", number="../parcels")


def test_the_weather_takes_a_choice_and_a_list(service: Service, tmp_path: Path) -> None:
    tools = Tools(copied("weather.py", tmp_path))
    said = run(tools, "weather", city="São Paulo", days=["tomorrow"], units="fahrenheit")
    assert said == "tomorrow: light rain, 11 degrees fahrenheit"
    assert service.asked[0].path == "/forecast?city=S%C3%A3o+Paulo&day=tomorrow&units=fahrenheit"
    with pytest.raises(BadCall, match="'kelvin' is not one of"):
        run(tools, "weather", city="Rome", units="kelvin")


def test_moving_a_parcel_asks_first(service: Service, device: Device, tmp_path: Path) -> None:
    service.answers["/parcels/7"] = None
    tools = copied("parcel.py", tmp_path)
    questions = []

    def ask(question: str) -> bool:
        questions.append(question)
        return len(questions) > 1

    move = says("move_parcel", number="7", day="2026-03-20")
    model = ScriptedModel([move, move, says("answer", text="Moved.")])
    with open_agent(device, model, tools=tools, ask=ask) as agent:
        done = agent.run("Have parcel 7 brought on Friday")
    assert [bool(step.result) for step in done.steps] == [False, True, False]
    assert done.steps[1].result
    assert done.steps[1].result.text == "It comes on Friday, 20 March."
    assert questions[0].startswith("move_parcel {'number': '7', 'day': '2026-03-20'} (move_parcel is marked as risky")
    assert [(asked.method, json.loads(asked.body)) for asked in service.asked] == [("POST", {"day": "2026-03-20"})]


@pytest.mark.parametrize("name", FILES)
def test_an_example_is_named_as_a_module_as_well_and_fails_in_words(name: str) -> None:
    """In a process of its own, where no service is: what httpx raises goes back to the model."""
    module = f"handsight.tools.examples.{name.removesuffix('.py')}"
    ran = subprocess.run(
        [sys.executable, "-m", "handsight", "tools", module, "--json"], capture_output=True, text=True, check=True
    )
    made = {tool["name"]: tool for tool in json.loads(ran.stdout)}
    first = next(iter(made.values()))
    given = [f"{argument}=LH 1" for argument in first["parameters"]["required"]]
    words = ["tools", module, "--try", first["name"], *given]
    environment = {f"{which}_URL": "http://127.0.0.1:9" for which in ("FLIGHTS", "WEATHER", "PARCELS")}
    ran = subprocess.run([sys.executable, "-m", "handsight", *words], env=environment, capture_output=True, text=True)
    assert ran.returncode == 1
    assert ran.stderr.startswith("handsight: ConnectError: ")


@pytest.mark.parametrize("name", FILES)
def test_an_example_is_thirty_lines_at_most(name: str) -> None:
    lines = (EXAMPLES / name).read_text("utf-8").splitlines()
    assert 10 <= len([line for line in lines if line.strip()]) <= 30
