import pytest
from jsonschema import Draft202012Validator

from handsight.errors import BadCall, BadTool, UnknownName
from handsight.prompts.functions import Functions, Written
from handsight.prompts.mobile_use import ACTIONS, NAME
from handsight.prompts.nous import NousDialect
from handsight.prompts.space import Space
from handsight.tools.gestures import press, swipe, tap
from handsight.tools.registry import Tool, Tools
from handsight.tools.session import finish, wait
from handsight.types import Reply, ToolCall

SPACE = Space((1080, 2400))
SIZES = [(1080, 2400), (2400, 1080), (720, 1280), (1440, 3120), (320, 480), (1920, 1080), (3840, 2160), (1000, 1000)]


def calls_on(width, height):
    """One call for each action, its places where the model's whole numbers fall."""
    near, far = [width / 4, height / 4], [width * 3 / 4, height * 0.9]
    return [
        ToolCall("press", {"key": "volume_up"}, "Louder."),
        ToolCall("tap", {"at": near}, "The switch is off."),
        ToolCall("long_press", {"at": far, "seconds": 1.5}),
        ToolCall("swipe", {"start": near, "end": far}),
        ToolCall("type_text", {"text": '你好 "world"\n</tool_call> \\ 😀'}),
        ToolCall("press", {"key": "back"}),
        ToolCall("open_app", {"name": "Settings"}),
        ToolCall("wait", {"seconds": 2}),
        ToolCall("finish", {"success": True, "message": "It is done."}, "It is done."),
        ToolCall("answer", {"text": "42"}),
        ToolCall("ask_user", {"question": "Which one?"}),
        ToolCall("mark", {"where": near, "area": [*near, *far], "sure": True}),
        ToolCall("take_stock", {}),
    ]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("index", range(len(calls_on(1, 1))), ids=lambda index: calls_on(1, 1)[index].name)
def test_a_call_that_is_written_is_read_as_the_same_call(index, size, tools, screen):
    call, dialect, on = calls_on(*size)[index], NousDialect(), screen(*size)
    assert dialect.parse(Reply(dialect.write(call, on, tools)), on, tools) == (call,)


def test_every_action_is_among_the_calls_above(tools):
    functions = Functions(tools)
    written = {functions.write(c, SPACE)[1]["action"] for c in calls_on(9, 9) if c.name not in functions.own}
    assert written == {action.name for action in ACTIONS}


def test_the_shape_is_the_official_one(tools):
    parameters = Functions(tools).printed(SPACE.words)[0]["parameters"]
    assert list(parameters["properties"]) == ["action", "coordinate", "coordinate2", "text", "time", "button", "status"]
    official = ["key", "click", "long_press", "swipe", "type", "system_button", "open", "wait", "terminate"]
    assert parameters["properties"]["action"]["enum"] == [*official, "answer"]
    assert parameters["properties"]["button"]["enum"] == ["Back", "Home", "Menu", "Enter"]
    assert parameters["properties"]["status"]["enum"] == ["success", "failure"]
    assert parameters["required"] == ["action"]


def test_only_what_the_tools_can_do_is_offered():
    mobile = Functions(Tools([tap, wait, finish]))
    printed = mobile.printed(SPACE.words)[0]["parameters"]["properties"]
    assert printed["action"]["enum"] == ["click", "wait", "terminate"]
    assert list(printed) == ["action", "coordinate", "time", "status"]
    with pytest.raises(BadCall, match="action is one of click, wait, terminate; not 'swipe'"):
        mobile.read(Written(NAME, {"action": "swipe", "coordinate": [1, 2], "coordinate2": [3, 4]}), SPACE)
    with pytest.raises(UnknownName, match="swipe is no action of mobile_use"):
        mobile.write(ToolCall("swipe", {"start": [1, 2], "end": [3, 4]}), SPACE)


def test_a_tool_that_only_shares_the_name_is_a_function_of_its_own():
    def wait(for_what: str) -> str:
        """Wait until something is there."""
        return for_what

    functions = Functions(Tools([tap, wait]))
    assert functions.names == ["mobile_use", "wait"]
    assert functions.read(Written("wait", {"for_what": "the bus"}), SPACE) == ToolCall("wait", {"for_what": "the bus"})


def test_without_gestures_there_is_no_mobile_use():
    def count() -> str:
        """Count."""
        return "3"

    functions = Functions(Tools([count]))
    assert functions.names == ["count"]
    assert len(functions.printed(SPACE.words)) == 1
    with pytest.raises(BadCall, match="there is no function 'mobile_use'; the functions are count"):
        functions.read(Written("mobile_use", {"action": "click", "coordinate": [1, 2]}), SPACE)


def test_the_name_of_the_gestures_is_taken():
    def mobile_use() -> str:
        """Mine."""
        return ""

    with pytest.raises(BadTool, match="rename that tool"):
        Functions(Tools([tap, mobile_use]))


@pytest.mark.parametrize(
    "arguments",
    [
        {"action": "click"},
        {"action": "click", "coordinate": [1, 2], "text": "x"},
        {"action": "click", "coordinate": [1]},
        {"action": "click", "coordinate": "1, 2"},
        {"action": "swipe", "coordinate": [1, 2]},
        {"action": "system_button", "button": "Power"},
        {"action": "terminate", "status": "done"},
        {"action": "terminate"},
        {"action": "type", "text": ""},
        {"action": "wait", "time": 61},
        {"action": "wait", "time": True},
        {"action": "long_press", "coordinate": [1, 2], "time": 0},
        {"action": "dance"},
        {},
    ],
    ids=str,
)
def test_the_strict_schema_refuses_what_the_published_one_lets_pass(arguments, tools):
    schema = Functions(tools).strict((1000, 1000))[NAME]
    Draft202012Validator.check_schema(schema)
    assert not Draft202012Validator(schema).is_valid(arguments)


def test_all_that_is_wrong_is_said_at_once(tools):
    with pytest.raises(BadCall) as refused:
        Functions(tools).read(Written(NAME, {"action": "swipe", "speed": 3, "time": "x"}), SPACE)
    assert sorted(str(refused.value).split("; ")) == [
        "swipe needs coordinate2: [x, y]",
        "swipe needs coordinate: [x, y]",
        "swipe takes no 'speed'",
        "swipe takes no 'time'",
    ]


def test_a_limit_of_the_tool_is_a_limit_of_the_action():
    only_short = Tool(
        "wait", "Wait.", Tool.of(wait).parameters | {"properties": {"seconds": {"type": "number", "maximum": 3}}}, wait
    )
    with pytest.raises(BadCall, match="time: 4 is greater than the maximum of 3"):
        Functions([only_short]).read(Written(NAME, {"action": "wait", "time": 4}), SPACE)


def test_keys_are_pressed_by_button_where_there_is_one():
    mobile = Functions(Tools([press, swipe]))
    assert mobile.write(ToolCall("press", {"key": "home"}), SPACE)[1] == {"action": "system_button", "button": "Home"}
    assert mobile.write(ToolCall("press", {"key": "power"}), SPACE)[1] == {"action": "key", "text": "power"}
