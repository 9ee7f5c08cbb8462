import os
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handsight.errors import BadCall, BadReply
from handsight.prompts.forms.objects import read_calls
from handsight.prompts.functions import Functions, Written
from handsight.prompts.mobile_use import NAME
from handsight.prompts.nous import NousDialect
from handsight.types import Reply, ToolCall

EXAMPLES = int(os.environ.get("HANDSIGHT_FUZZ", "400"))
LONG = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

SEEDS = [
    'Tap.\n<tool_call>\n{"name": "mobile_use", "arguments": {"action": "click", "coordinate": [48, 91]}}\n</tool_call>',
    "{'action': 'swipe', 'coordinate': (500, 800), 'coordinate2': (500, 200)}",
    '<think>x</think>```json\n{"name": "mark", "arguments": {"where": [1, 2], "area": [1, 2, 3, 4]}}\n```',
    r'<tool_call>{"name": "mobile_use", "arguments": "{\"action\": \"type\", \"text\": \"h\u00e9\"}"}</tool_call>',
    '{"action": "system_button", "button": "Back"}<tool_call>{"name": "wait", "arguments": {"time": 2}}</tool_call>',
    "{“action”：“terminate”，“status”：“success”}",
]
PIECES = [
    *"{}[]()\"'“”,:：\\ \n<>-.",
    *(
        "0",
        "7",
        "1e9",
        "1001",
        "-1",
        "null",
        "True",
        "NaN",
        "\\u00",
        "\ud83d",
        "\U0001f600",
        "```",
        "<think>",
        "</think>",
    ),
    *(
        "<tool_call>",
        "</tool_call>",
        '"action"',
        '"click"',
        '"coordinate"',
        '"text": ""',
        '"name": "tap"',
        '{"x": 1, "y": 2}',
    ),
]


@st.composite
def mutated(draw):
    """A reply that was fine until some of it was cut, doubled, swapped or written over."""
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 30)))
        middle = draw(st.sampled_from([*PIECES, text[start:end] * 2, "", text[start:end][::-1]]))
        text = text[:start] + middle + text[end:]
    return Reply(text, finish=draw(st.sampled_from(["stop", "length"])))


@LONG
@given(reply=mutated())
def test_a_mutated_reply_gives_a_call_that_the_schemas_accept_or_is_put_back(reply, tools, screen):
    on = screen(1080, 2400)
    try:
        calls = NousDialect().parse(reply, on, tools)
    except (BadReply, BadCall):
        return
    for call in calls:
        for value in [call.arguments.get(name) for name in ("at", "start", "end")]:
            assert value is None or (0 <= value[0] < 1080 and 0 <= value[1] < 2400)
        try:
            tools.check(call)
        except BadCall:
            assert call.name in Functions(tools).own, "the gestures are checked strictly before they are translated"


@settings(LONG, max_examples=EXAMPLES // 4)
@given(
    data=st.dictionaries(
        st.sampled_from(["action", "coordinate", "coordinate2", "text", "time", "button", "status", "speed"]),
        st.sampled_from(["click", "swipe", "long_press", "type", "wait", "Back", "success", "", "home", "terminate"])
        | st.lists(st.integers(-60, 1100), max_size=4)
        | st.floats(-1, 70)
        | st.booleans()
        | st.none(),
    )
)
def test_the_strict_schema_and_the_reader_agree_on_arguments(data, tools, screen):
    from jsonschema import Draft202012Validator

    mobile, space = Functions(tools), NousDialect().space(screen(1080, 2400))
    strict = Draft202012Validator(mobile.strict((1000, 1000))[NAME])
    try:
        call = mobile.read(Written(NAME, data), space)
    except BadCall:
        assert not strict.is_valid(data), "valid, and refused"
        return
    assert strict.is_valid(mobile.write(call, space)[1])
    tools.check(call)


@pytest.mark.parametrize(
    "block",
    [
        "{",
        "[",
        '{"a',
        "{“a",
        '{"a":',
        "<tool_call>",
        "<think>",
        "</think>",
        "<tool_call>{",
        '<tool_call>{"a": "',
        "```json\n{",
    ]
    + [
        '{"name": "x", "arguments": ',
        "((((",
        "\\",
        '"',
        "{'a': '",
        "<tool_call> ",
        '{"a": 1}',
        "{ ",
        "1",
        '"{"arguments": "',
    ],
)
@pytest.mark.parametrize("finish", ["stop", "length"])
def test_a_hundred_kilobytes_of_garbage_end_in_a_refusal(block, finish):
    text = block * (100_000 // len(block))
    with pytest.raises(BadReply, match="cut off" if finish == "length" else "tool_call tags"):
        read_calls(Reply(text, finish=finish), NAME)


@given(st.text(string.printable + "{“”}<tool_call></tool_call>" * 3, max_size=300))
def test_any_text_is_read_or_put_back_in_one_line(text):
    said = ""
    try:
        assert read_calls(Reply(text), NAME)
    except BadReply as problem:
        said = str(problem)
    assert "\n" not in said
    assert len(said) < 400


def test_the_caller_can_know_how_many_calls_there_were():
    text = "Both." + "".join(f'<tool_call>{{"name": "{name}", "arguments": {{}}}}</tool_call>' for name in "abc")
    calls = read_calls(Reply(text + "<tool_call>{"))
    assert [(call.name, call.thought) for call in calls] == [("a", "Both."), ("b", "Both."), ("c", "Both.")]


def test_a_complaint_stays_short_however_long_the_reply(tools, screen):
    long = "x" * 50_000
    fields = ", ".join(f'"f{number}": 1' for number in range(999))
    for text in [
        f'{{"{long}": 1, "{long}": 2}}',
        f'{{"{long}"}}',
        f'{{"name": "{long}", "arguments": 1}}',
        f'{{"name": "{long}", "arguments": {{}}}}',
        f'{{"action": "{long}"}}',
        f'{{"action": "click", {fields}}}',
        f'{{"action": "click", "coordinate": "{long}"}}',
        f'<tool_call>{{"x": "{long}"}}',
    ]:
        with pytest.raises((BadReply, BadCall)) as refused:
            NousDialect().parse(Reply(text), screen(100, 100), tools)
        assert len(str(refused.value)) < 400


def test_arguments_alone_are_a_call_only_where_there_are_gestures():
    assert read_calls(Reply('{"action": "click"}'), NAME)[0].name == NAME
    with pytest.raises(BadReply, match="no call"):
        read_calls(Reply('{"action": "click"}'))


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(text=texts, key=texts)
def test_any_text_can_be_typed_and_any_key_pressed(text, key, tools, screen):
    dialect, on = NousDialect(), screen(1080, 2400)
    for call in [
        ToolCall("type_text", {"text": text}),
        ToolCall("press", {"key": key}),
        ToolCall("answer", {"text": text}),
    ]:
        assert dialect.parse(Reply(dialect.write(call, on, tools)), on, tools) == (call,)
