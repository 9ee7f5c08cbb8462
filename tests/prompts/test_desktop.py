"""Where there is a mouse: `computer_use`, the words of UI-TARS for desktops, our own tools; strict, read as written."""

import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from PIL import Image

from handsight.errors import BadCall, UnknownName, UsageError
from handsight.families import DIALECTS
from handsight.models.scripted import ScriptedModel
from handsight.prompts.computer_use import ACTIONS, KEYS, NAME
from handsight.prompts.functions import COMPUTER_USE, Functions, Written
from handsight.prompts.space import Space
from handsight.tools.gestures import click, drag, move_to, press, scroll, swipe, tap, type_text
from handsight.tools.registry import Tools
from handsight.tools.session import session_tools
from handsight.types import NativeCall, Point, Reply, Screen, ToolCall, ToolResult, Trajectory
from handsight.wiring import assemble, open_dialect

GOLDEN = Path(__file__).parents[1] / "golden" / "dialects"
SIZES = [(1920, 1080), (1280, 800), (3840, 2160), (800, 600)]
SPACE = Space((1920, 1080))
TOOLS = Tools([click, move_to, drag, scroll, type_text, press, *session_tools()])
WITH_MOUSE = sorted(name for name in DIALECTS if name != "autoglm")
TRAINED = [name for name in WITH_MOUSE if open_dialect(name).desktop is COMPUTER_USE]


def calls_on(dialect, on):
    space = dialect.space(on)
    width, height = space.edge
    near, far = space.to_pixels([width // 4, height // 3]), space.to_pixels([width * 3 // 4, height - 7])
    drags = [ToolCall("drag", {"end": far})] if not dialect.name.startswith("ui_tars") else []
    wheels = [ToolCall("scroll", {"direction": way, "pixels": 300}) for way in ("up", "down", "left", "right")]
    if dialect.name.startswith("ui_tars"):
        wheels = [ToolCall("scroll", {"direction": way, "at": near}) for way in ("up", "down", "left", "right")]
    middle = [ToolCall("click", {"at": near, "button": "middle"}), ToolCall("click", {"at": near, "count": 3})]
    return [
        ToolCall("click", {"at": near}, "The button is there."),
        ToolCall("click", {"at": far, "button": "right"}),
        ToolCall("click", {"at": far, "count": 2}),
        *([] if dialect.name.startswith("ui_tars") else middle),
        ToolCall("move_to", {"at": far}),
        *drags,
        *([] if dialect.desktop is COMPUTER_USE else [ToolCall("drag", {"start": near, "end": far})]),
        *wheels,
        *([] if dialect.name.startswith("ui_tars") else [wheel_at(wheel, near) for wheel in wheels]),
        ToolCall("press", {"key": "ctrl+shift+t"}),
        ToolCall("press", {"key": "enter"}),
        ToolCall("type_text", {"text": 'a < b, 你好 "world"\n'}),
        ToolCall("wait", {"seconds": 2}),
        ToolCall("finish", {"success": True, "message": "It is done."}, "It is done."),
        ToolCall("answer", {"text": "42"}),
        ToolCall("ask_user", {"question": "Which one?"}, "I cannot tell."),
    ]


def wheel_at(call, at):
    return ToolCall("scroll", {**call.arguments, "at": at})


def replied(text, dialect):
    """The reply to a native dialect as a server sends it: the call beside the text."""
    if not dialect.native:
        return Reply(text)
    import json
    import re

    found = re.search(r"```json\n(.*)\n```", text, re.DOTALL)
    call = json.loads(found[1])
    return Reply(text[: found.start()].strip(), native=(NativeCall("1", call["name"], json.dumps(call["arguments"])),))


@pytest.mark.parametrize("name", WITH_MOUSE)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_call_that_is_written_is_read_as_the_same_call(name, size, screen):
    dialect, on = open_dialect(name), screen(*size)
    for call in calls_on(dialect, on):
        text = dialect.write(call, on, TOOLS)
        assert dialect.parse(replied(text, dialect), on, TOOLS) == (call,), text
        TOOLS.check(call)


@pytest.mark.parametrize("name", WITH_MOUSE)
def test_every_tool_is_offered_once(name):
    dialect = open_dialect(name)
    functions = dialect.functions(TOOLS)
    acted = {action.tool for action in functions.actions.offered}
    assert acted | functions.own.keys() == {tool.name for tool in TOOLS}
    assert not functions.actions.covered & functions.own.keys()


def shown(prompt):
    lines = []
    for message in prompt.messages:
        lines.append(f"--- {message.role}")
        lines += [part if isinstance(part, str) else f"[picture {part.sent}]" for part in message.parts]
        lines += [str(call) for call in message.calls]
    return "\n".join([*lines, *map(str, prompt.functions)]) + "\n"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", WITH_MOUSE)
def test_a_conversation_is_written_as_in_the_golden_file(name, language):
    dialect = open_dialect(name)
    run = Trajectory("Open the notes" if language == "en" else "打开笔记")
    for call in calls_on(dialect, Screen(Image.new("RGB", (1920, 1080))))[:3]:
        step = run.add_step()
        step.screen = Screen(Image.new("RGB", (1920, 1080)))
        step.reply, step.call, step.acting = replied(dialect.write(call, step.screen, TOOLS), dialect), call, True
        step.result = ToolResult("Clicked.")
    run.add_step().screen = Screen(Image.new("RGB", (1920, 1080)), settled="unchanged")
    said, file = shown(dialect.render(run, TOOLS)), GOLDEN / f"{name}.desktop.{language}.txt"
    if os.environ.get("HANDSIGHT_WRITE_GOLDEN"):
        file.write_text(said, "utf-8")
    assert said == file.read_text("utf-8")


def test_the_shape_is_the_official_one():
    (spec,) = [one for one in Functions(TOOLS, COMPUTER_USE).printed(SPACE.words) if one["name"] == NAME]
    properties = spec["parameters"]["properties"]
    assert list(properties) == ["action", "keys", "text", "coordinate", "pixels", "time", "status"]
    official = [
        "key",
        "type",
        "mouse_move",
        "left_click",
        "left_click_drag",
        "right_click",
        "middle_click",
        "double_click",
    ]
    later = ["triple_click", "scroll", "hscroll", "wait", "terminate", "answer"]
    assert properties["action"]["enum"] == [*official, *later]
    assert properties["keys"]["type"] == "array"
    assert spec["parameters"]["required"] == ["action"]


@pytest.mark.parametrize("name", TRAINED)
def test_a_phone_is_worked_by_mobile_use_and_a_desktop_by_computer_use(name, tools):
    dialect = open_dialect(name)
    assert dialect.functions(tools).names[0] == "mobile_use"
    assert dialect.functions(TOOLS).names[0] == "computer_use"


def test_a_users_own_tool_called_click_makes_no_desktop_of_a_phone():
    def click(sound: str) -> str:
        """Make a clicking sound."""
        return sound

    functions = open_dialect("nous").functions(Tools([tap, swipe, click]))
    assert functions.names == ["mobile_use", "click"]


@pytest.mark.parametrize(
    "arguments",
    [
        {"action": "left_click"},
        {"action": "left_click", "coordinate": [1, 2], "text": "x"},
        {"action": "left_click_drag"},
        {"action": "mouse_move", "coordinate": [1]},
        {"action": "double_click", "coordinate": "1, 2"},
        {"action": "scroll"},
        {"action": "scroll", "pixels": "far"},
        {"action": "hscroll", "coordinate": [1, 2]},
        {"action": "key"},
        {"action": "key", "keys": []},
        {"action": "key", "keys": "ctrl"},
        {"action": "key", "keys": [""]},
        {"action": "type", "text": ""},
        {"action": "terminate", "status": "done"},
        {"action": "click", "coordinate": [1, 2]},
        {},
    ],
    ids=str,
)
def test_the_strict_schema_refuses_what_the_published_one_lets_pass(arguments):
    schema = Functions(TOOLS, COMPUTER_USE).strict((1000, 1000))[NAME]
    Draft202012Validator.check_schema(schema)
    assert not Draft202012Validator(schema).is_valid(arguments)


def read(**arguments):
    return Functions(TOOLS, COMPUTER_USE).read(Written(NAME, arguments), SPACE)


@pytest.mark.parametrize(
    ("pixels", "action", "way"),
    [(300, "scroll", "up"), (-300, "scroll", "down"), (7.5, "hscroll", "right"), (-7.5, "hscroll", "left")],
)
def test_the_sign_of_a_scroll_is_its_way(pixels, action, way):
    assert read(action=action, pixels=pixels) == ToolCall("scroll", {"direction": way, "pixels": abs(pixels)})
    placed = read(action=action, pixels=pixels, coordinate=[500, 500])
    assert placed.arguments["at"] == [960.0, 540.0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"action": "scroll", "pixels": 0}, "pixels is a number of pixels other than 0"),
        ({"action": "left_click"}, r"left_click needs coordinate: \[x, y\]"),
        ({"action": "key"}, "key needs keys: a list of keys"),
        ({"action": "key", "keys": [3]}, "keys is a list of keys"),
        ({"action": "dance"}, "action is one of key, type, mouse_move"),
        ({"action": "swipe", "coordinate": [1, 2], "coordinate2": [3, 4]}, "action is one of"),
    ],
)
def test_a_mistake_is_told_in_the_models_words(arguments, says):
    with pytest.raises(BadCall, match=says):
        read(**arguments)


@pytest.mark.parametrize(
    ("keys", "chord"),
    [
        (["ctrl", "c"], "ctrl+c"),
        ("ctrl+c", "ctrl+c"),
        ("enter", "enter"),
        (["ctrl", "+"], "ctrl++"),
        (["+"], "+"),
        ("ctrl++", "ctrl++"),
        ("+", "+"),
    ],
)
def test_keys_are_one_chord(keys, chord):
    assert read(action="key", keys=keys) == ToolCall("press", {"key": chord})
    assert KEYS.ours(KEYS.theirs(chord, SPACE), SPACE) == chord


def test_every_action_can_be_written():
    functions = Functions(TOOLS, COMPUTER_USE)
    dialect = open_dialect("nous")
    calls = calls_on(dialect, Screen(Image.new("RGB", (1920, 1080))))
    written = {functions.write(call, SPACE)[1]["action"] for call in calls if call.name not in functions.own}
    assert written == {action.name for action in ACTIONS}


def test_what_no_action_says_is_not_written():
    functions = Functions(TOOLS, COMPUTER_USE)
    for arguments in ({"at": [1.0, 2.0], "seconds": 2}, {"at": [1.0, 2.0], "button": "right", "count": 2}):
        with pytest.raises(UnknownName):
            functions.write(ToolCall("click", arguments), SPACE)
    with pytest.raises(UnknownName):
        functions.write(ToolCall("scroll", {"direction": "down"}), SPACE)


def test_a_drag_of_ui_tars_says_where_it_begins(screen):
    dialect, on = open_dialect("ui_tars"), screen(1920, 1080)
    with pytest.raises(BadCall, match="drag needs start_box"):
        dialect.parse(Reply("Thought: Drag.\nAction: drag(end_box='(500,500)')"), on, TOOLS)


@pytest.mark.parametrize(
    ("line", "call"),
    [
        ("click(start_box='<|box_start|>(500,500)<|box_end|>')", ToolCall("click", {"at": [960.0, 540.0]})),
        ("left_double(start_box='(500,500)')", ToolCall("click", {"at": [960.0, 540.0], "count": 2})),
        ("right_single(start_box='(500,500)')", ToolCall("click", {"at": [960.0, 540.0], "button": "right"})),
        ("left_single(start_box='(500,500)')", ToolCall("click", {"at": [960.0, 540.0]})),
        ("hotkey(key='ctrl c')", ToolCall("press", {"key": "ctrl+c"})),
        ("scroll(direction='down')", ToolCall("scroll", {"direction": "down"})),
        ("scroll(point='<point>500 500</point>', direction='up')", None),
        ("wait()", ToolCall("wait", {"seconds": 5})),
    ],
)
def test_ui_tars_works_a_desktop_in_its_own_words(line, call, screen):
    dialect, on = open_dialect("ui_tars"), screen(1920, 1080)
    (found,) = dialect.parse(Reply(f"Thought: \nAction: {line}"), on, TOOLS)
    call = call or ToolCall("scroll", {"direction": "up", "at": [960.0, 540.0]})
    assert (found.name, found.arguments) == (call.name, call.arguments)


class Desk:
    name = "desk"

    def screenshot(self):
        return Screen(Image.new("RGB", (640, 480)))

    def close(self):
        pass

    def click(self, at, on, button="left", count=1, seconds=0.0):
        pass

    def move_to(self, at, on):
        pass

    def drag(self, start, end, seconds, on):
        self.dragged = start, end

    def scroll(self, direction, pixels, at, on):
        pass

    def pointer(self, on):
        return Point(5, 6)


def test_a_model_made_for_phones_is_told_off_before_anything_is_done():
    with pytest.raises(UsageError, match="autoglm was made for phones and knows no mouse; name another model for desk"):
        assemble(Desk(), ScriptedModel([]), open_dialect("autoglm"))


def test_a_drag_begins_where_the_pointer_is():
    desk = Desk()
    run = ToolCall("drag", {"end": [100, 50]})
    assert TOOLS.run(run, desk, desk.screenshot()).text == "Dragged."
    assert desk.dragged == (Point(5, 6), Point(100, 50))


def test_a_drag_from_elsewhere_is_no_drag():
    desk = Desk()
    desk.pointer = lambda on: None
    with pytest.raises(BadCall, match="the pointer is not on this screen"):
        TOOLS.run(ToolCall("drag", {"end": [100, 50]}), desk, desk.screenshot())


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("click", {"at": [640, 0]}),
        ("move_to", {"at": [0, 480]}),
        ("drag", {"end": [641, 0]}),
        ("scroll", {"direction": "down", "at": [-1, 0]}),
    ],
)
def test_a_place_that_is_not_on_the_screen_is_refused(name, arguments):
    with pytest.raises(BadCall, match="not on the screen"):
        TOOLS.run(ToolCall(name, arguments), Desk(), Desk().screenshot())
