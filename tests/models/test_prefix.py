"""What is kept from prompt to prompt: the same replies as without it, from fewer tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from handsight.models.local import TransformersModel
from handsight.types import Message, Picture, Prompt, Reply

from .checkpoints import MODELS, stock

LEFT_OUT = "(screenshot left out)"
LETTERS = 4


class Episode:
    """A run as a dialect renders it: looks and replies, at most `most` pictures, the oldest of which leave together."""

    def __init__(self, model: TransformersModel, task: str = "Open it", keep: int = 2, most: int = 4) -> None:
        self._side = model.factor
        self._opening = Message("system", ("You work a screen.",))
        self._task = task
        self._keep, self._most = keep, most
        self._turns: list[Message] = []

    def look(self, shade: int | None = None, wide: int = 2) -> Episode:
        """The next screen, of a shade and a width of its own; None is a turn of text alone."""
        text = f"The user query: {self._task}\n" if not self._turns else "<tool_response>\nok\n</tool_response>\n"
        self._turns.append(Message("user", (text, *([] if shade is None else [self._screen(shade, wide)]))))
        return self

    def reply(self, text: str) -> None:
        self._turns.append(Message("assistant", (text,)))

    def repair(self, text: str) -> None:
        """Put another reply in the place of the last."""
        self._turns[-1] = Message("assistant", (text,))

    @property
    def pictures(self) -> list[Picture]:
        return [part for turn in self._turns for part in turn.parts if isinstance(part, Picture)]

    @property
    def gone(self) -> int:
        """How many pictures have left."""
        chunk = self._most - self._keep
        return -(-max(0, len(self.pictures) - self._most) // chunk) * chunk

    @property
    def prompt(self) -> Prompt:
        left = set(map(id, self.pictures[: self.gone]))
        turns = [
            replace(turn, parts=tuple(LEFT_OUT if id(part) in left else part for part in turn.parts))
            for turn in self._turns
        ]
        return Prompt((self._opening, *turns), max_tokens=LETTERS)

    def _screen(self, shade: int, wide: int) -> Picture:
        image = Image.linear_gradient("L").resize((wide * self._side, 3 * self._side)).convert("RGB")
        image.paste((shade, 255 - shade, shade // 2), (0, 0, self._side, 2 * self._side))
        return Picture(image, image.size)


def plain(model: TransformersModel, prompt: Prompt) -> str:
    """The reply of transformers' own generate on the whole prompt, which knows nothing of ours."""
    model._model.model.rope_deltas = None
    tensors = stock(model, prompt)
    with torch.inference_mode():
        sequence = model._model.generate(**tensors, max_new_tokens=prompt.max_tokens)
    return model._turns.text(sequence[0, tensors["input_ids"].shape[1] :].tolist())


@pytest.fixture
def fresh(opened: Callable[[str], TransformersModel]) -> Callable[[str], TransformersModel]:
    def forgetful(family: str) -> TransformersModel:
        model = opened(family)
        model.forget()
        return model

    return forgetful


@contextmanager
def watched(model: TransformersModel) -> Iterator[list[int]]:
    """How many patches the vision tower is given, one number for each time it looks."""
    seen: list[int] = []
    hook = model._model.model.visual.register_forward_pre_hook(lambda _module, inputs: seen.append(len(inputs[0])))
    yield seen
    hook.remove()


# The same replies


@pytest.mark.parametrize("family", MODELS)
def test_fourteen_steps_say_what_whole_recomputation_says(
    fresh: Callable[[str], TransformersModel], family: str
) -> None:
    model = fresh(family)
    episode = Episode(model)
    held = gone = evictions = 0
    for step in range(14):
        prompt = episode.look(None if step in (5, 6) else 17 * step, wide=1 + step % 3).prompt
        with watched(model) as looks:
            reply = model.generate(prompt)
        assert reply.text == plain(model, prompt), f"step {step}"
        assert reply.computed_tokens is not None
        if episode.gone > gone:
            assert reply.computed_tokens < reply.prompt_tokens  # the system text stays
            gone, evictions = episode.gone, evictions + 1
        elif step != 9:
            assert reply.computed_tokens == reply.prompt_tokens - held
        else:  # a reply has been repaired: its turn is computed anew, and the one that follows it
            assert reply.prompt_tokens - held < reply.computed_tokens < reply.prompt_tokens - held + LETTERS + 24
        assert len(looks) == (step not in (5, 6))  # a picture is looked at once, even where all is computed anew
        held = reply.prompt_tokens + reply.reply_tokens - 1  # the last token has only been written
        episode.reply(reply.text)
        if step == 8:
            episode.repair(f"{reply.text[:1]} repaired")
    assert evictions == 4
    assert len(model._kept) == 1


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 1),  # which of two conversations
        st.sampled_from(["look", "look", "look", "same", "text", "repair", "again"]),
        st.integers(0, 255),
        st.integers(1, 3),
    ),
    min_size=12,
    max_size=16,
)


@pytest.mark.parametrize("family", ["qwen2_vl", "qwen2_5_vl", "qwen3_vl", "qwen3_5"])
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_any_run_of_events_says_what_whole_recomputation_says(
    fresh: Callable[[str], TransformersModel], family: str, events: list[tuple[int, str, int, int]]
) -> None:
    model = fresh(family)
    episodes = [Episode(model, "Open it", 1, 3), Episode(model, "Close it", 1, 3)]
    last: dict[int, Reply] = {}
    for which, event, shade, wide in events:
        episode = episodes[which]
        if event == "repair" and which in last:
            episode.repair(f"{last[which].text[:2]}!")
        if event != "again" or which not in last:
            episode.look({"text": None, "same": 9}.get(event, shade), wide)
            asked = episode.prompt
        else:  # the same prompt as the last time, its reply taken back
            episode._turns.pop()
            asked = episode.prompt
        reply = model.generate(asked)
        assert reply.text == plain(model, asked)
        episode.reply(reply.text)
        last[which] = reply


@pytest.mark.parametrize("family", MODELS)
def test_logits_do_not_drift(fresh: Callable[[str], TransformersModel], family: str) -> None:
    """After eight steps the numbers are those of one pass over the whole prompt."""
    model = fresh(family)
    episode = Episode(model, most=12)
    seen: list[Any] = []
    hook = model._model.lm_head.register_forward_hook(lambda _module, _inputs, logits: seen.append(logits[0, -1]))
    for step in range(8):
        seen.clear()
        reply = model.generate(episode.look(20 * step).prompt)
        ours = seen[0]
        episode.reply(reply.text)
    hook.remove()
    episode._turns.pop()
    model._model.model.rope_deltas = None
    with torch.inference_mode():
        whole = model._model(**stock(model, episode.prompt)).logits[0, -1]
    assert reply.computed_tokens is not None
    assert reply.computed_tokens < reply.prompt_tokens / 4
    assert torch.allclose(ours, whole, atol=1e-4)
