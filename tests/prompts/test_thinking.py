import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsight.prompts.forms.thinking import parted

CALL = re.compile("CALL")


@pytest.mark.parametrize(
    ("text", "thinking", "rest"),
    [
        ("CALL", "", "CALL"),
        ("so: CALL", "", "so: CALL"),
        ("<think>a</think>CALL", "a", "CALL"),
        ("a</think>CALL", "a", "CALL"),
        ("<think>CALL a</think>CALL b", "CALL a", "CALL b"),
        ("CALL <think>a</think>", "", "CALL <think>a</think>"),
        ("CALL a </think> b", "", "CALL a </think> b"),
        ("<think>a</think>b<think>c</think>CALL", "c", "CALL"),
        ("<think>a</think>so: CALL '<think>'", "a", "so: CALL '<think>'"),
        ("<think>CALL", "CALL", ""),
        ("<think></think>", "", ""),
        ("", "", ""),
    ],
)
def test_thinking_is_parted_from_what_is_said(text, thinking, rest):
    assert parted(text, CALL) == (thinking, rest)


@given(st.lists(st.sampled_from(["<think>", "</think>", "CALL", " ", "x"]), max_size=30).map("".join))
def test_what_is_left_is_the_end_of_the_text_and_opens_no_thought_before_a_call(text):
    thinking, rest = parted(text, CALL)
    assert text.endswith(rest)
    assert thinking in text
    assert "think>" not in rest.partition("CALL")[0]
