"""Replies told while they are written, and where they end of themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsight.models.base import Streaming
from handsight.models.local import TransformersModel
from handsight.models.scripted import ScriptedModel
from handsight.models.stopping import end_of_call
from handsight.models.streaming import Telling
from handsight.types import Calls, Message, Prompt

CALLS = Calls({})
CALL = '<tool_call>\n{"name": "x"}\n</tool_call>'
HELLO = Prompt((Message("user", ("Hello",)),), max_tokens=30)


def told(pieces: list[str], stop: tuple[str, ...] = ()) -> list[str]:
    """What is told of a text that comes in pieces."""
    said: list[str] = []
    telling, text = Telling(said.append, stop), ""
    for piece in pieces:
        text += piece
        telling.grow(text)
    telling.end(text)
    return said


# Telling


@given(st.lists(st.text(max_size=6), max_size=8))
def test_the_pieces_are_the_text(pieces: list[str]) -> None:
    assert "".join(told(pieces)) == "".join(pieces)
    assert "" not in told(pieces)


@pytest.mark.parametrize(
    "character",
    ["e\u0301", "👩\u200d👩\u200d👧", "👍🏽", "🇩🇪", "❤\ufe0f", "각", "\r\n", "क्षि", "🏴\U000e0067\U000e0062\U000e007f"],
)
def test_no_piece_ends_within_a_character(character: str) -> None:
    pieces = told([*f"a{character}b{character}c"])
    ends = [len("".join(pieces[: at + 1])) for at in range(len(pieces))]
    inside = {*range(2, 1 + len(character)), *range(3 + len(character), 2 + 2 * len(character))}
    assert not inside & set(ends)


def test_two_flags_side_by_side_are_two_characters() -> None:
    assert told([*"🇩🇪🇫🇷!"]) == ["🇩🇪", "🇫🇷", "!"]


def test_text_is_told_while_it_comes() -> None:
    said: list[str] = []
    Telling(said.append).grow("Hello")
    assert said == ["Hell"]


def test_a_character_whose_bytes_are_still_coming_is_not_told() -> None:
    said: list[str] = []
    telling = Telling(said.append)
    for text in ("a\ufffd", "a打", "a打\ufffd", "a打b"):
        telling.grow(text)
    telling.end("a打b")
    assert said == ["a", "打", "b"]


def test_what_may_become_a_stop_string_is_held_back() -> None:
    said: list[str] = []
    telling = Telling(said.append, ("STOP",))
    for text in ("abS", "abST", "abSTx", "abSTxS", "abSTxSTO"):
        telling.grow(text)
    telling.end("abSTx")
    assert "".join(said) == "abSTx"
    assert said[0] == "ab"


def test_a_stop_string_is_held_back_while_bytes_are_still_coming() -> None:
    said: list[str] = []
    telling = Telling(said.append, ("é打",))
    for text in ("a\ufffd", "aé", "aé\ufffd"):
        telling.grow(text)
    telling.end("a")
    assert said == ["a"]


# The end of a call


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("", None),
        ("I tap.\n<tool_call>\n", None),
        (CALL[:-1], None),
        (CALL, CALL),
        (f"I tap.\n{CALL}\n{CALL}", f"I tap.\n{CALL}"),
        (f"<think>{CALL}", None),
        (f"<think>{CALL}</think>", None),
        (f"<think>{CALL}</think>{CALL}x", f"<think>{CALL}</think>{CALL}"),
        ('<tool_call>\n{"text": "</tool_call>', None),
        ('<tool_call>{"text": "</tool_call>"}</tool_call> ', '<tool_call>{"text": "</tool_call>"}</tool_call>'),
        ("<tool_call>\nnonsense</tool_call>!", "<tool_call>\nnonsense</tool_call>"),
        ("</tool_call>", None),
    ],
)
def test_a_reply_ends_with_its_first_complete_call(text: str, end: str | None) -> None:
    at = end_of_call(text, CALLS)
    assert (text[:at] if at >= 0 else None) == end


def test_a_call_in_a_thought_that_began_before_the_text_is_none() -> None:
    assert end_of_call(CALL, CALLS, thinking=True) == -1
    assert end_of_call(f"{CALL}</think>{CALL}", CALLS, thinking=True) == len(f"{CALL}</think>{CALL}")


# Models


@pytest.mark.parametrize("family", ["qwen2_vl", "qwen3_vl"])
def test_a_local_model_tells_what_it_answers(opened: Callable[[str], TransformersModel], family: str) -> None:
    model, said = opened(family), list[str]()
    reply = model.stream(HELLO, said.append)
    assert "".join(said) == reply.text == model.generate(HELLO).text
    assert len(said) > 2


def test_a_local_model_tells_nothing_of_a_stop_string(opened: Callable[[str], TransformersModel]) -> None:
    model, said = opened("qwen2_vl"), list[str]()
    whole = model.generate(HELLO).text
    stopped = model.stream(replace(HELLO, stop=(whole[8:11],)), said.append)
    assert "".join(said) == stopped.text
    assert len(stopped.text) < len(whole)


def test_a_local_reply_ends_with_its_first_call(opened: Callable[[str], TransformersModel]) -> None:
    """A call of a random model is what it writes anyway, between marks that it happens to write."""
    model = opened("qwen2_vl")
    text = model.generate(HELLO).text
    calls = Calls({}, opening=text[2:4], closing=text[12:14])
    reply = model.generate(replace(HELLO, calls=calls))
    assert reply.finish == "stop"
    assert reply.text == text[: end_of_call(text, calls)]
    assert reply.reply_tokens < 30


def test_what_is_raised_while_telling_ends_the_answer(opened: Callable[[str], TransformersModel]) -> None:
    def tell(_: str) -> None:
        raise KeyboardInterrupt

    model = opened("qwen2_vl")
    with pytest.raises(KeyboardInterrupt):
        model.stream(HELLO, tell)
    assert model.generate(HELLO).text


def test_a_scripted_model_tells_whole_words() -> None:
    said: list[str] = []
    reply = ScriptedModel(["I see 🇩🇪 and tap.\nDone."]).stream(HELLO, said.append)
    assert said == ["I ", "see ", "🇩🇪 ", "and ", "tap.\n", "Done."]
    assert "".join(said) == reply.text


def test_which_models_can_stream_is_known(opened: Callable[[str], Any]) -> None:
    class Mute:
        name = "mute"

        def generate(self, prompt: Prompt) -> None: ...

    assert isinstance(opened("qwen2_vl"), Streaming)
    assert isinstance(ScriptedModel([]), Streaming)
    assert not isinstance(Mute(), Streaming)
