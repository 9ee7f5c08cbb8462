import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsight.errors import BadReply
from handsight.prompts.forms.python import MOST, read_lines, written
from handsight.types import Reply

KNOWN = {"click", "type", "finished"}


def read(text, *, marked=True, finish="stop"):
    found = read_lines(text, Reply(text, finish=finish), "write a call", KNOWN, marked=marked)
    return [(line.name, line.arguments) for line in found]


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("finished()", [("finished", {})]),
        ("click(a=1, b=[1, 2], c={'d': None},)", [("click", {"a": 1, "b": [1, 2], "c": {"d": None}})]),
        ("click(a='1'), click(a='2')", [("click", {"a": "1"}), ("click", {"a": "2"})]),
        ("[click(a='1'), click(a='2')]", [("click", {"a": "1"}), ("click", {"a": "2"})]),
        ("click(a=1)\n- click(a=2)\n2) finished()", [("click", {"a": 1}), ("click", {"a": 2}), ("finished", {})]),
        ("type(a='x') then finished()", [("type", {"a": "x"})]),
        ("type(a='it's (not) 'that'')", [("type", {"a": "it's (not) 'that'"})]),
        ("type(a='call f('x') now')", [("type", {"a": "call f('x') now"})]),
        ("type(a='finished()')", [("type", {"a": "finished()"})]),
        ("click(a=1)\nfly(a=2)\nfinished()", [("click", {"a": 1})]),
        ("click(a=1)\nclick(a=\nfinished()", [("click", {"a": 1})]),
        ("click(a=1)\nThought: it worked\nfinished()", [("click", {"a": 1})]),
        ("click(a=1) Thought: finished()\nfinished()", [("click", {"a": 1})]),
        ("click(a=1)</answer><answer>finished()", [("click", {"a": 1}), ("finished", {})]),
    ],
)
def test_calls_are_read_in_order_up_to_what_is_none(text, calls):
    assert read(text) == calls


def test_without_a_mark_only_a_known_name_or_a_line_that_is_a_call_counts():
    assert read("The page (see above) has it.\nclick(a=1)", marked=False) == [("click", {"a": 1})]
    assert read("Now I click(a=1)", marked=False) == [("click", {"a": 1})]
    assert read("Settings(gear) it is.\nfinished()", marked=False) == [("finished", {})]
    assert read("clik(a=1)\nfinished()", marked=False) == [("clik", {"a": 1}), ("finished", {})]
    with pytest.raises(BadReply, match="there is no call"):
        read("Now I clik(a=1)", marked=False)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "there is no call in the reply; write a call"),
        ("click(1)", "name=value is missing at '1)'"),
        ("click(a=1, a=2)", "'a' is given twice"),
        ("click(a=1 b=2)", "a comma or a bracket is missing"),
        ("click(a='x", "is not closed"),
        ("type(a='x') and then type(a='y')", "it is not clear where the text ends; write \\' for ' within it"),
        ("type(a='x') and finished(b='y')", "it is not clear where the text ends"),
        ("click(a=[1", "a bracket is not closed"),
        ("click(a=007)", "'007' is not a number"),
        (r"type(a='\udc00')", "half a character"),
    ],
)
def test_what_is_broken_is_put_back_with_the_reason(text, says):
    with pytest.raises(BadReply) as refused:
        read(text)
    assert says in str(refused.value)
    with pytest.raises(BadReply, match="cut off before its call was complete"):
        read(text, finish="length")


def test_a_reply_that_never_ends_is_cut_to_as_many_calls_as_make_sense():
    assert len(read("click(a=1)\n" * 5000)) == MOST


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", min_size=1), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from("abc"), values), st.sampled_from("'\""))
def test_what_is_written_is_read_as_the_same_call(arguments, quote):
    assert read(written("click", arguments, quote)) == [("click", arguments)]


@given(st.text(st.characters(codec="ascii", min_codepoint=32, exclude_characters="\x7f"), max_size=30))
def test_a_text_as_python_prints_it_is_read_as_python_reads_it(text):
    assert read(f"type(a={text!r})") == [("type", {"a": ast.literal_eval(repr(text))})]
