"""Words become the right objects, wrong words say what there is, and what was opened is closed."""

import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handsight import open_agent, open_device, open_model, tool
from handsight.errors import BadTool, UnknownName, UsageError
from handsight.models.reader import ReaderModel
from handsight.models.scripted import ScriptedModel
from handsight.prompts.nous import NousDialect
from handsight.prompts.qwen25_vl import Qwen25VLDialect
from handsight.types import Point, Prompt, Reply, Screen
from handsight.wiring import device_opener, dialect_of, load_tools, open_dialect, read_rules
from handsight.wiring.phones import phone_settings

PLUGIN = """
from PIL import Image
from handsight import tool
from handsight.types import Screen

class Robot:
    name = "robot"
    closed = 0
    def screenshot(self): return Screen(Image.new("RGB", (8, 8)))
    def close(self): Robot.closed += 1

class Parrot:
    name = "parrot"
    def generate(self, prompt): ...

class Slang:
    name = "slang"

@tool
def grip(force: int) -> str:
    '''Close the hand.'''
    return "gripped"

@tool(risky=True)
def throw(far: bool) -> str:
    '''Throw what is held.'''
    return "thrown"
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module of the user's in the current folder, and a package that registers its classes under short names."""
    name = "robots_" + tmp_path.name.replace("-", "_")
    (tmp_path / f"{name}.py").write_text(PLUGIN)
    info = tmp_path / "robots-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: robots\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        f"[handsight.devices]\nrobot = {name}:Robot\n[handsight.models]\nparrot = {name}:Parrot\n"
        f"[handsight.dialects]\nslang = {name}:Slang\n"
    )
    monkeypatch.chdir(tmp_path)
    return name


def test_a_device_is_named_as_a_class_in_the_current_folder(plugin: str) -> None:
    assert open_device(f"{plugin}:Robot").name == "robot"
    assert str(Path.cwd()) not in sys.path


def test_another_package_adds_names(plugin: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    assert open_device("robot").name == "robot"
    assert open_model("parrot").name == "parrot"
    assert open_dialect("slang").name == "slang"
    with pytest.raises(UnknownName, match=r"there are: .*parrot"):
        open_model("nobody")
    with pytest.raises(UnknownName, match=r"there are: nous, qwen_agent, .*, json, mini, slang"):
        open_dialect("klingon")


def test_models_are_named_in_words(tmp_path: Path) -> None:
    (tmp_path / "script").write_text("hello")
    assert isinstance(open_model("reader"), ReaderModel)
    assert isinstance(open_model(f"scripted:{tmp_path}/script"), ScriptedModel)
    server = open_model("server:http://127.0.0.1:9/v1#Qwen/Qwen2-VL-7B-Instruct")
    assert server.name == "Qwen/Qwen2-VL-7B-Instruct"


@pytest.mark.parametrize("words", ["", "raeder", "scripted:", "reader:2"])
def test_an_unknown_model_is_told_which_there_are(words: str) -> None:
    with pytest.raises(UnknownName, match="reader, mini, server:URL#NAME, scripted:FILE"):
        open_model(words)


def test_what_a_virtual_phone_is_like_is_said_in_words() -> None:
    assert phone_settings("") == {}
    assert phone_settings("720x1280, dark,zh,density=320") == {
        "size": (720, 1280),
        "dark": True,
        "language": "zh",
        "density": 320,
    }
    assert phone_settings("no-ime") == {"ime": "none"}
    assert phone_settings("ime=uiautomator2,dark") == {"ime": "uiautomator2", "dark": True}
    assert phone_settings("quirk=foldable,zh,quirk=caret") == {"language": "zh", "quirks": ["foldable", "caret"]}
    with pytest.raises(UnknownName, match="'fold'; there are: .*foldable"):
        phone_settings("quirk=fold")
    for wrong in ("huge", "ime=gboard", "noime", "quirk="):
        with pytest.raises(UsageError, match=f"'{wrong}' is none of these"):
            phone_settings(f"dark,{wrong}")


def test_words_are_understood_before_anything_is_opened() -> None:
    with pytest.raises(UsageError):
        device_opener("virtual:huge")
    with pytest.raises(UnknownName):
        device_opener("nowhere:Device")
    assert callable(device_opener("some-serial"))  # whether it is there is known when it is opened


def test_a_model_is_asked_in_its_dialect() -> None:
    assert isinstance(open_dialect(None, "reader"), NousDialect)
    assert isinstance(open_dialect(None, "Qwen/Qwen2.5-VL-7B-Instruct"), Qwen25VLDialect)
    assert open_dialect("nous", "Qwen/Qwen2.5-VL-7B-Instruct").name == "nous"  # the user may know better


def test_the_architecture_tells_where_the_name_does_not() -> None:
    class Model:
        name = "./my-own"
        family = "qwen2_5_vl"

        def generate(self, prompt: Prompt) -> Reply:
            raise NotImplementedError

    assert dialect_of(Model()).name == "qwen25_vl"
    assert dialect_of(Model(), "json", 256).name == "json"
    assert dialect_of(ScriptedModel(["x"])).name == "nous"


def test_tools_are_loaded_from_files_and_modules(plugin: str) -> None:
    for words in (f"{plugin}.py", plugin):
        assert [(made.name, made.risky) for made in load_tools([words])] == [("grip", False), ("throw", True)]


def test_a_tool_that_is_named_twice_is_loaded_once(plugin: str) -> None:
    assert [made.name for made in load_tools([plugin, plugin])] == ["grip", "throw"]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("x = 1", "holds no tool: put @tool"),
        ("def f(:", "line 1: "),
        ("raise OSError('no disk')", "OSError: no disk"),
        ("import nothing_of_that_name", "nothing_of_that_name"),
        ("from handsight import tool\n@tool\ndef f(x): pass", "cannot be loaded: f"),
    ],
)
def test_a_file_without_a_usable_tool_is_told_why(tmp_path: Path, source: str, says: str) -> None:
    path = tmp_path / "tools.py"
    path.write_text(source)
    with pytest.raises(BadTool) as told:
        load_tools([str(path)])
    assert says in str(told.value)
    assert "tools.py" in str(told.value)


def test_a_missing_module_of_tools_is_told_apart_from_one_that_fails(tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "half_there.py").write_text("import not_there_at_all")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadTool, match="there is no module 'not_there'"):
        load_tools(["not_there"])
    with pytest.raises(BadTool, match="half_there cannot be loaded: No module named 'not_there_at_all'"):
        load_tools(["half_there"])


def test_a_rule_for_a_tool_that_no_run_has_is_refused() -> None:
    with pytest.raises(UnknownName, match=r"'tpa', which is no tool here; there are: tap, "):
        read_rules(["tpa"], [])
    allow, deny = read_rules(["tap:Pay now"], ["open_app"])
    assert (allow.decision, allow.tool, allow.label, deny.decision) == ("allow", "tap", "Pay now", "deny")


class Board:
    """A device that can be touched and nothing else."""

    name = "board"

    def __init__(self) -> None:
        self.closed = False
        self.touched: list[Point] = []

    def screenshot(self) -> Screen:
        return Screen(Image.new("RGB", (100, 200)))

    def tap(self, at: Point, on: Screen) -> None:
        self.touched.append(at)

    def long_press(self, at: Point, seconds: float, on: Screen) -> None: ...

    def swipe(self, start: Point, end: Point, seconds: float, on: Screen) -> None: ...

    def close(self) -> None:
        self.closed = True


FINISH = '<tool_call>\n{"name": "mobile_use", "arguments": {"action": "terminate", "status": "success"}}\n</tool_call>'


def test_an_agent_has_the_gestures_of_its_device_the_session_tools_and_the_users_own() -> None:
    @tool(risky=True)
    def flight_status(flight: str) -> str:
        """Look a flight up."""
        return "on time"

    with open_agent(Board(), ScriptedModel([FINISH]), tools=[flight_status], allow=["tap"], deny=["wait"]) as agent:
        names = {made.name for made in agent.tools}
        assert names == {"tap", "long_press", "swipe", "wait", "finish", "answer", "ask_user", "flight_status"}
        assert agent.policy.risky == {"flight_status"}
        assert [(rule.decision, rule.tool) for rule in agent.policy.rules] == [("allow", "tap"), ("deny", "wait")]
        outcome = agent.run("task").outcome
    assert outcome
    assert outcome.kind == "claimed"


def test_what_was_given_open_stays_open_and_what_was_opened_is_closed(plugin: str) -> None:
    board = Board()
    with open_agent(board, ScriptedModel([])):
        pass
    assert not board.closed
    with open_agent(f"{plugin}:Robot", ScriptedModel([])) as agent:
        robot: Any = agent.device
    assert type(robot).closed == 1
    with pytest.raises(ZeroDivisionError), open_agent(f"{plugin}:Robot", ScriptedModel([])):
        raise ZeroDivisionError
    assert type(robot).closed == 2
    with pytest.raises(UnknownName), open_agent(f"{plugin}:Robot", ScriptedModel([]), allow=["tpa"]):
        pass
    assert type(robot).closed == 3


def test_a_whole_run_on_a_virtual_phone_from_python() -> None:
    with open_agent("virtual:dark", "reader") as agent:
        phone: Any = agent.device.phone
        agent.check = lambda: phone.settings["secure"]["ui_night_mode"] == "1"
        outcome = agent.run("open Settings, tap Display, turn off Dark theme").outcome
    assert outcome
    assert outcome.kind == "verified"
