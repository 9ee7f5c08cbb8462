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
