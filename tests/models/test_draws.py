"""Replies drawn in place of those to be avoided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch

from handsight.models.draws import MOST, avoiding
from handsight.models.local import TransformersModel
from handsight.types import Message, Prompt, Reply

HELLO = Prompt((Message("user", ("Hello",)),), max_tokens=12)


def answers(*texts: str) -> tuple[Callable[..., Reply], list[dict[str, Any]]]:
    """One who answers in this order, and how each was asked for."""
    left, asked = list(texts), list[dict[str, Any]]()

    def answer(**how: Any) -> Reply:
        asked.append(how)
        return Reply(left.pop(0), reply_tokens=3)

    return answer, asked


def test_what_is_not_to_be_avoided_is_asked_for_once() -> None:
    answer, asked = answers("tap “Save” ‹1›‹2›")
    assert avoiding(replace(HELLO, avoid=("tap “Note”", "back")), answer).text == "tap “Save” ‹1›‹2›"
    assert asked == [{}]


def test_the_first_that_begins_otherwise_is_taken_and_all_that_was_written_counts() -> None:
    answer, asked = answers("tap “Save” ‹1›‹2›", "tap “Save” ‹3›‹4›", "back", "done")
    reply = avoiding(replace(HELLO, avoid=("tap “Save”",)), answer)
    assert (reply.text, reply.reply_tokens) == ("back", 9)
    assert [how.get("do_sample", False) for how in asked] == [False, True, True]


def test_who_says_nothing_else_is_believed_in_the_end() -> None:
    answer, asked = answers(*["back"] * (MOST + 1))
    assert avoiding(replace(HELLO, avoid=("back",)), answer).text == "back"
    assert len(asked) == MOST + 1


def test_a_model_draws_another_reply_the_same_each_time_and_nobody_elses_chance_is_touched(
    opened: Callable[[str], TransformersModel],
) -> None:
    model = opened("qwen2_vl")
    usual = model.generate(HELLO).text
    avoid = replace(HELLO, avoid=(usual[:4],))
    torch.manual_seed(7)
    expected = torch.rand(3).tolist()
    torch.manual_seed(7)
    other = model.generate(avoid)
    assert torch.rand(3).tolist() == expected
    assert not other.text.startswith(usual[:4])
    assert other.reply_tokens > HELLO.max_tokens  # of the greedy one and of what was drawn
    told: list[str] = []
    assert model.stream(avoid, told.append).text == other.text == "".join(told)
    assert model.generate(HELLO).text == usual
