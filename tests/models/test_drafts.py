"""Replies written several tokens at a time: the same, in fewer passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from handsight.errors import ModelError, UsageError
from handsight.models.drafts import LENGTHS, Echo
from handsight.models.local import TransformersModel, open_local
from handsight.models.stopping import end_of_call
from handsight.types import Calls, Message, Prompt

from .checkpoints import MODELS
from .test_prefix import Episode, plain

CUTTABLE = [family for family in MODELS if not family.startswith("qwen3_5")]
HELLO = Prompt((Message("user", ("Hello",)),), max_tokens=40)


@pytest.fixture
def drafting(opened: Callable[[str], TransformersModel]) -> Iterator[Callable[[str], TransformersModel]]:
    """A model of a family that guesses, and has forgotten everything."""
    used: list[tuple[TransformersModel, int]] = []

    def draft(family: str, most: int = 8) -> TransformersModel:
        model = opened(family)
        model.forget()
        used.append((model, model.drafts))
        model.drafts = most
        return model

    yield draft
    for model, most in reversed(used):
        model.drafts = most


@contextmanager
def passes(model: TransformersModel) -> Iterator[list[int]]:
    """How many tokens each pass of the model gives logits for."""
    seen: list[int] = []
    hook = model._model.lm_head.register_forward_hook(lambda _module, _inputs, logits: seen.append(logits.shape[1]))
    yield seen
    hook.remove()


def without(model: TransformersModel, prompt: Prompt) -> Any:
    """The reply without guessing, and without what is kept."""
    most, model.drafts = model.drafts, 0
    model.forget()
    reply = model.generate(prompt)
    model.forget()
    model.drafts = most
    return reply


# Guesses


def test_what_followed_before_is_guessed_to_follow_again() -> None:
    assert Echo([1, 2, 3, 4, 5, 6, 1, 2]).guess(3) == [3, 4, 5]


def test_the_longer_likeness_counts_then_the_later_one() -> None:
    assert Echo([1, 2, 3, 7, 0, 2, 3, 8, 0, 1, 2, 3]).guess(1) == [7]
    assert Echo([2, 3, 7, 0, 2, 3, 8, 0, 9, 2, 3]).guess(1) == [8]


@pytest.mark.parametrize("ids", [[], [1], [1, 2], [1, 2, 3, 4], [5, 1, 6, 1]])
def test_where_nothing_is_alike_nothing_is_guessed(ids: list[int]) -> None:
    assert Echo(ids).guess(8) == []


def test_nothing_is_guessed_where_there_is_room_for_nothing() -> None:
    assert Echo([1, 2, 3, 1, 2]).guess(0) == []


@given(st.lists(st.integers(0, 3), max_size=40), st.integers(1, 5))
def test_a_guess_is_what_stands_after_a_place_that_is_alike(ids: list[int], most: int) -> None:
    echo = Echo(ids[: len(ids) // 2])
    echo.guess(most)
    echo.ids += ids[len(ids) // 2 :]
    guess = echo.guess(most)
    found = [
        (length, end)
        for length in LENGTHS
        for end in range(length, len(ids))
        if length <= len(ids) and ids[end - length : end] == ids[len(ids) - length :]
    ]
    if not found:
        assert guess == []
        return
    longest = max(length for length, _ in found)
    latest = max(end for length, end in found if length == longest)
    assert guess == ids[latest : latest + most]


# Replies


@pytest.mark.parametrize("family", CUTTABLE)
def test_an_episode_says_what_whole_recomputation_says(
    drafting: Callable[[str], TransformersModel], family: str
) -> None:
    model = drafting(family)
    episode = Episode(model)
    held = wrote = took = 0
    for step in range(8):
        prompt = replace(episode.look(None if step == 3 else 30 * step, wide=1 + step % 2).prompt, max_tokens=24)
        with passes(model) as seen:
            reply = model.generate(prompt)
        assert reply.text == plain(model, prompt), f"step {step}"
        assert model._kept._kept[-1].cache.get_seq_length() == reply.prompt_tokens + reply.reply_tokens - 1
        if not episode.gone:
            assert reply.computed_tokens == reply.prompt_tokens - held
        held = reply.prompt_tokens + reply.reply_tokens - 1
        wrote, took = wrote + reply.reply_tokens, took + len(seen)
        episode.reply(reply.text)
        if step == 5:
            episode.repair(f"{reply.text[:1]} repaired")
            break
    assert took < wrote  # it has guessed right at times


@pytest.mark.parametrize("family", CUTTABLE)
@pytest.mark.parametrize("most", [1, 3, 20])
def test_a_reply_is_the_same_however_many_are_guessed(
    drafting: Callable[[str], TransformersModel], family: str, most: int
) -> None:
    model = drafting(family, most)
    expected = without(model, HELLO)
    with passes(model) as seen:
        assert model.generate(HELLO) == expected
    assert max(seen) <= most + 1


@pytest.mark.parametrize("length", range(1, 9))
def test_a_reply_has_no_more_tokens_than_it_may(drafting: Callable[[str], TransformersModel], length: int) -> None:
    model = drafting("qwen2_vl")
    prompt = replace(HELLO, max_tokens=length)
    reply = model.generate(prompt)
    assert reply == without(model, prompt)
    assert reply.reply_tokens == length


def test_a_model_that_cannot_be_cut_writes_one_by_one(drafting: Callable[[str], TransformersModel]) -> None:
    model = drafting("qwen3_5")
    expected = without(model, HELLO)
    with passes(model) as seen:
        assert model.generate(HELLO) == expected
    assert max(seen) == 1


def test_a_reply_ends_at_its_stop_string_to_the_token(drafting: Callable[[str], TransformersModel]) -> None:
    model = drafting("qwen2_vl")
    whole = without(model, HELLO).text
    for at in range(2, len(whole) - 2, 3):
        prompt = replace(HELLO, stop=(whole[at : at + 2],))
        assert model.generate(prompt) == without(model, prompt)


def test_a_reply_ends_with_its_first_call_to_the_token(drafting: Callable[[str], TransformersModel]) -> None:
    model = drafting("qwen2_vl")
    text = without(model, HELLO).text
    prompt = replace(HELLO, calls=Calls({}, opening=text[2:4], closing=text[12:14]))
    reply = model.generate(prompt)
    assert reply == without(model, prompt)
    assert reply.text == text[: end_of_call(text, prompt.calls)]


def test_what_ends_a_turn_ends_a_reply_in_the_middle_of_a_guess(drafting: Callable[[str], TransformersModel]) -> None:
    """The model is made to say "ab<|im_end|>" where the prompt holds just that: it is guessed as a whole."""
    model = drafting("qwen2_vl")
    prompt = Prompt((Message("user", ("go",)), Message("assistant", ("ab",)), Message("user", ("go",))), max_tokens=9)
    end = model._turns.token["<|im_end|>"]
    written = [*model._turns.plain("ab"), end, *model._turns.plain("never written")]
    start = len(model.encode(prompt).ids)

    def force(_module: Any, inputs: Any, logits: Any) -> Any:
        held = model_cache[-1].get_seq_length()  # all that this pass has seen
        logits = torch.zeros_like(logits)
        for at in range(logits.shape[1]):
            logits[:, at, written[held - logits.shape[1] + at + 1 - start]] = 1
        return logits

    model_cache: list[Any] = []
    watch = model._model.model.register_forward_pre_hook(
        lambda _module, _inputs, more: model_cache.append(more["past_key_values"]), with_kwargs=True
    )
    with model._model.lm_head.register_forward_hook(force), passes(model) as seen:
        reply = model.generate(prompt)
    watch.remove()
    assert (reply.text, reply.reply_tokens, reply.finish) == ("ab", 3, "stop")
    assert len(seen) == 2


def test_a_reply_is_told_in_the_same_pieces(drafting: Callable[[str], TransformersModel]) -> None:
    model = drafting("qwen2_vl")
    told: list[list[str]] = []
    for most in (0, 8):
        model.drafts = most
        model.forget()
        told.append([])
        model.stream(HELLO, told[-1].append)
    assert told[0] == told[1]
    assert len(told[0]) > 2


def test_what_is_raised_while_telling_ends_the_answer(drafting: Callable[[str], TransformersModel]) -> None:
    def tell(_: str) -> None:
        raise KeyboardInterrupt

    model = drafting("qwen2_vl")
    with pytest.raises(KeyboardInterrupt):
        model.stream(HELLO, tell)
    assert model.generate(HELLO) == without(model, HELLO)


def test_numbers_that_break_are_seen(drafting: Callable[[str], TransformersModel]) -> None:
    model = drafting("qwen2_vl")
    with (
        model._model.lm_head.register_forward_hook(lambda _module, _inputs, logits: logits * torch.nan),
        pytest.raises(ModelError, match="not a number"),
    ):
        model.generate(HELLO)


def test_how_many_are_guessed_is_said_when_a_model_is_opened(checkpoint: Callable[[str], Path]) -> None:
    assert open_local(checkpoint("qwen2_vl"), device="cpu", drafts=5).drafts == 5
    with pytest.raises(UsageError, match="drafts is the most tokens to be guessed at once, 0 for none, and not -1"):
        open_local(checkpoint("qwen2_vl"), device="cpu", drafts=-1)


def test_a_reply_that_is_held_to_calls_is_the_same(qwen2: TransformersModel) -> None:
    """The grammar reads each token once, and only what is written."""
    schema = {
        "type": "object",
        "properties": {"name": {"enum": ["tap", "tap_twice"]}},
        "required": ["name"],
        "additionalProperties": False,
    }
    asked = Message("user", ('Say <tool_call>\n{"name": "tap"}\n</tool_call>',))
    prompt = Prompt((asked,), max_tokens=60, calls=Calls(schema, most_chars=12))
    most, qwen2.drafts = qwen2.drafts, 8
    grammars, qwen2._grammars = qwen2._grammars, constrained(qwen2)
    try:
        reply = qwen2.generate(prompt)
        assert reply == without(qwen2, prompt)
    finally:
        qwen2.drafts, qwen2._grammars = most, grammars
        qwen2.forget()
    assert '"name": "tap' in reply.text


def constrained(model: TransformersModel) -> Any:
    from handsight.models.grammar import Grammars

    return Grammars(model._turns.tokenizer, model._model.config.get_text_config().vocab_size, model._ends)
