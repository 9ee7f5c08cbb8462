import ast
import json
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handsight.prompts.forms.literal import MAX_DEPTH, Unreadable, read_number, read_value

texts = st.text(st.characters(exclude_categories=["Cs"]))
scalars = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    scalars | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values, st.sampled_from([None, 2]), st.booleans())
def test_whatever_json_writes_is_read_as_json_reads_it(value, indent, ascii_only):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert read_value(text) == (value, len(text), False)


python_texts = st.text(st.characters(codec="ascii", exclude_characters="\x7f", min_codepoint=32))
python_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | python_texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(python_texts, inner, max_size=4),
    max_leaves=12,
)


@given(python_values)
def test_whatever_python_prints_is_read_as_python_reads_it(value):
    assert read_value(repr(value)).value == ast.literal_eval(repr(value))


def test_it_ends_where_the_value_ends():
    assert read_value('x {"a": 1} {"b": 2}', 2) == ({"a": 1}, 10, False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(348, 291)", [348, 291]),
        ("(348,)", [348]),
        ("[1, 2", [1, 2]),
        ('{"a": {"b": [1', {"a": {"b": [1]}}),
    ],
)
def test_tuples_are_lists_and_missing_brackets_end_with_the_text(text, value):
    read = read_value(text)
    assert read.value == value
    assert read.cut == (text[-1] not in ")}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1,,2]",
        "[0x10]",
        "[348px]",
        "{1: 2}",
        '{"a"}',
        '{"a": }',
        "tru",
        "nan",
        "--1",
        "1.2.3",
        "01",
        "1e400",
        "'a",
    ],
)
def test_what_leaves_a_doubt_is_unreadable(text):
    with pytest.raises(Unreadable):
        read_value(text)


@pytest.mark.parametrize("opening", ["[", "(", '{"a":', '[{"a":'])
def test_deep_nesting_is_refused_before_the_stack_is(opening):
    with pytest.raises(Unreadable, match=f"more than {MAX_DEPTH} deep"):
        read_value(opening * 50_000)


@given(st.text("{}[]()\"'“”,:：\\u0d8e-1.eTNn \n<`", max_size=60))
@example('{"\\')
@example('"\\u12')
@example("[-")
def test_any_text_is_refused_or_read_as_json_that_can_be_stored(text):
    try:
        value, end, _ = read_value(text)
    except Unreadable as problem:
        value, end = None, problem.at
    assert 0 <= end <= len(text)
    json.dumps(value, allow_nan=False, ensure_ascii=False).encode()


@given(st.integers().map(str) | st.floats().map(str) | st.text("0123456789.+-eE", max_size=12))
def test_a_number_is_what_stands_there_or_none(token):
    number = read_number(token)
    assert number is None or (float(number) == float(token) and math.isfinite(number))


@pytest.mark.parametrize(
    ("token", "number"), [("5", 5), ("-0.5", -0.5), ("+2", 2), (".5", 0.5), ("0", 0), ("1e3", 1000)]
)
def test_numbers_are_read(token, number):
    assert read_number(token) == number


@pytest.mark.parametrize("token", ["", "007", "-01", "1e999", "1" * 41, "1.2.3", "½", "١", "1_0", " 1", "inf"])
def test_what_is_no_plain_number_is_none(token):
    assert read_number(token) is None
