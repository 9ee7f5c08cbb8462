"""What is kept from prompt to prompt: the same replies as without it, from fewer tokens."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from transformers import DynamicCache

from handsight.errors import UsageError
from handsight.models.checkpoint import load
from handsight.models.local import TransformersModel, open_local
from handsight.models.prefix import Conversation, Conversations, Rows, shared
from handsight.models.turns import NO_THOUGHT, THOUGHT
from handsight.types import Message, Picture, Prompt, Reply

from .checkpoints import MODELS, as_it_comes, qwen_tokenizer, stock, write_checkpoint

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
    tensors = stock(model, prompt)
    with torch.inference_mode(), as_it_comes(model):
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
def test_the_random_models_listen(fresh: Callable[[str], TransformersModel], family: str) -> None:
    """What is said here depends on what was said and shown before, or saying the same would prove nothing."""
    model = fresh(family)
    seen: list[Any] = []
    found: list[Any] = []
    with model._model.lm_head.register_forward_hook(lambda _module, _inputs, logits: seen.append(logits[0, -1])):
        for shade, earlier in ((3, "a"), (3, "b"), (250, "a")):
            episode = Episode(model).look(shade)
            episode.reply(earlier)
            model.generate(replace(episode.look().prompt, max_tokens=1))
            found.append(seen[-1])
    one, *others = found
    assert [float((one - other).abs().max()) > 0.02 for other in others] == [True, True]


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
    with torch.inference_mode(), as_it_comes(model):
        whole = model._model(**stock(model, episode.prompt)).logits[0, -1]
    assert reply.computed_tokens is not None
    assert reply.computed_tokens < reply.prompt_tokens / 4
    assert torch.allclose(ours, whole, atol=1e-4)


def test_a_model_without_reuse_keeps_nothing_and_says_the_same(checkpoint: Callable[[str], Path]) -> None:
    model = open_local(checkpoint("qwen2_vl"), device="cpu", reuse=False)
    episode = Episode(model)
    for shade in (10, 200):
        prompt = episode.look(shade).prompt
        reply = model.generate(prompt)
        assert reply.computed_tokens == reply.prompt_tokens
        assert reply.text == plain(model, prompt)
        episode.reply(reply.text)
    assert len(model._kept) == 0


# Conversations


def test_conversations_take_turns_and_each_computes_its_own_news(
    fresh: Callable[[str], TransformersModel],
) -> None:
    model = fresh("qwen2_vl")
    episodes = [Episode(model, task) for task in ("Call Ada", "Pay the bill", "Call Ada")]
    held = [0, 0, 0]
    for step in range(3):
        for which, episode in enumerate(episodes):
            prompt = episode.look(80 * which + 7 * step).prompt
            reply = model.generate(prompt)
            assert reply.text == plain(model, prompt)
            episode.reply(reply.text)
            if step:
                assert reply.computed_tokens == reply.prompt_tokens - held[which]
            held[which] = reply.prompt_tokens + reply.reply_tokens - 1
    assert len(model._kept) == 3


def test_two_pictures_of_one_size_are_told_apart(fresh: Callable[[str], TransformersModel]) -> None:
    model = fresh("qwen2_vl")
    one, other = (Episode(model).look(shade).prompt for shade in (10, 200))
    assert model.encode(one).ids == model.encode(other).ids
    model.generate(one)
    reply = model.generate(other)
    assert reply.computed_tokens > 6
    assert reply.text == plain(model, other)


def test_a_picture_seen_before_is_not_looked_at_again(
    fresh: Callable[[str], TransformersModel], tmp_path: Path
) -> None:
    model = fresh("qwen3_vl")
    image = Image.linear_gradient("L").resize((64, 64)).convert("RGB")
    image.save(tmp_path / "screen.png")
    with watched(model) as looks:
        for source in (image, image.copy(), tmp_path / "screen.png"):  # the same by its pixels, wherever they are
            model.generate(Prompt((Message("user", (f"{source}", Picture(source))),), max_tokens=1))
    assert looks == [16]


def test_a_picture_file_that_has_changed_is_read_again(
    fresh: Callable[[str], TransformersModel], tmp_path: Path
) -> None:
    model, path = fresh("qwen2_vl"), tmp_path / "screen.png"
    prompt = Prompt((Message("user", (Picture(path),)),), max_tokens=1)
    Image.new("RGB", (56, 56), "red").save(path)
    before = model.encode(prompt).keys
    Image.new("RGB", (56, 56), "blue").save(path)
    os.utime(path, ns=(1, 1))
    assert model.encode(prompt).keys != before


def test_an_image_that_takes_the_place_of_another_in_memory_is_not_taken_for_it(
    fresh: Callable[[str], TransformersModel],
) -> None:
    model = fresh("qwen2_vl")
    keys = set()
    for shade in range(20):  # each is gone when the next is made, often at the same address
        prompt = Prompt((Message("user", (Picture(Image.new("RGB", (28, 28), (shade, 0, 0))),)),))
        keys.add(min(model.encode(prompt).keys))
    assert len(keys) == 20


def test_the_ids_of_a_reply_stay_those_that_were_written(fresh: Callable[[str], TransformersModel]) -> None:
    """A random model writes bytes that are no UTF-8: the text cannot tell which they were."""
    model = fresh("qwen2_vl")
    episode = Episode(model)
    for shade in (3, 60, 120):
        reply = model.generate(episode.look(shade).prompt)
        episode.reply(reply.text)
    assert "\ufffd" in "".join(str(turn.parts[0]) for turn in episode._turns)
    kept = model._kept._kept[-1].keys
    again = model.encode(episode.look(5).prompt).keys
    assert again[: len(kept)] == kept


def test_the_same_words_in_two_conversations_keep_their_own_ids(fresh: Callable[[str], TransformersModel]) -> None:
    model = fresh("qwen2_vl")
    one, other = (model.encode(Prompt((Message("user", (text,)),))) for text in ("one", "other"))
    broken = [id for id in range(256) if model._turns.text([id]) == "\ufffd"][:2]  # bytes that are no character
    for tokens, id in zip((one, other), broken, strict=True):
        model._turns.remember(tokens, "\ufffd", [id])
    for text, id in zip(("one", "other"), broken, strict=True):
        prompt = Prompt((Message("user", (text,)), Message("assistant", ("\ufffd",))))
        assert id in model.encode(prompt).ids


def test_a_reply_cut_by_a_stop_string_is_remembered_up_to_there(qwen2: TransformersModel) -> None:
    asked = Prompt((Message("user", ("go",)),))
    tokens = qwen2.encode(asked)
    whole = qwen2._turns.plain("tap it STOP")
    qwen2._turns.remember(tokens, "tap it", whole)
    spelled = qwen2.encode(Prompt((*asked.messages, Message("assistant", ("tap it",))))).ids
    assert spelled[len(tokens.ids) :][: len(whole) - 1] == whole[: len(whole) - 1]


def test_what_does_not_fit_the_memory_for_it_leaves_oldest_first(checkpoint: Callable[[str], Path]) -> None:
    model = TransformersModel(load(str(checkpoint("qwen2_vl")), "cpu"), kept_bytes=1, seen_bytes=1)
    for task in ("One", "Two"):
        model.generate(Episode(model, task).look(9).prompt)
    assert len(model._kept) == 1  # the one going on stays, whatever it needs
    assert len(model._seen) == 0
    prompt = Episode(model, "Two").look(9).prompt
    assert model.generate(prompt).text == plain(model, prompt)


def test_memory_that_runs_out_is_taken_from_what_is_kept(fresh: Callable[[str], TransformersModel]) -> None:
    model = fresh("qwen2_vl")
    first = Episode(model, "One").look(9).prompt
    model.generate(first)
    tries = []

    def scarce(_module: Any, _inputs: Any, logits: Any) -> Any:
        tries.append(len(model._kept))
        return torch.empty(2**50) if len(tries) == 1 else logits

    with model._model.lm_head.register_forward_hook(scarce):
        reply = model.generate(Episode(model, "Another").look(90).prompt)
    assert reply.computed_tokens == reply.prompt_tokens
    assert tries[:2] == [1, 0]


def test_a_failure_leaves_nothing_half_computed_behind(fresh: Callable[[str], TransformersModel]) -> None:
    model = fresh("qwen3_5")
    episode = Episode(model)
    episode.reply(model.generate(episode.look(9).prompt).text)
    prompt = episode.look(99).prompt

    def broken(*_: Any) -> Any:
        raise KeyboardInterrupt

    with model._model.lm_head.register_forward_hook(broken), pytest.raises(KeyboardInterrupt):
        model.generate(prompt)
    assert model.generate(prompt).text == plain(model, prompt)


def test_threads_share_a_model_and_get_their_own_answers(fresh: Callable[[str], TransformersModel]) -> None:
    model = fresh("qwen2_vl")
    prompts = [Episode(model, task).look(shade, wide).prompt for task, shade, wide in (("a", 9, 1), ("b", 99, 3))]
    expected = [plain(model, prompt) for prompt in prompts]
    with ThreadPoolExecutor(2) as pool:
        replies = list(pool.map(lambda number: model.generate(prompts[number % 2]).text, range(8)))
    assert replies == expected * 4


# Thoughts


def test_a_hybrid_model_is_told_not_to_think(opened: Callable[[str], TransformersModel]) -> None:
    model = opened("qwen3_5")
    turns = model._turns
    prompt = Prompt((Message("user", ("Hi",)), Message("assistant", ("Yes",)), Message("user", ("And?",))))
    said = turns.tokenizer.decode(model.encode(prompt).ids)
    assert said == (
        "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\nYes<|im_end|>\n"
        "<|im_start|>user\nAnd?<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
    )
    assert model.encode(prompt).ids.count(turns.tokenizer.convert_tokens_to_ids("<think>")) == 2


def test_a_thought_is_part_of_the_reply_and_of_what_is_kept(checkpoint: Callable[[str], Path]) -> None:
    model = open_local(checkpoint("qwen3_5"), device="cpu", think=True)
    asked = Prompt((Message("user", ("Hi",)),), max_tokens=4)
    first = model.generate(asked)
    assert first.text.startswith(THOUGHT)
    then = Prompt((*asked.messages, Message("assistant", (first.text,)), Message("user", ("And?",))), max_tokens=2)
    second = model.generate(then)
    assert second.computed_tokens == second.prompt_tokens - (first.prompt_tokens + first.reply_tokens - 1)
    unthought = Prompt((*asked.messages, Message("assistant", ("Yes",))))
    assert NO_THOUGHT + "Yes" in model._turns.tokenizer.decode(model.encode(unthought).ids)


def test_a_model_that_cannot_think_is_not_asked_to(qwen2: TransformersModel, tmp_path: Path) -> None:
    bare = write_checkpoint(tmp_path, "qwen2_vl", qwen_tokenizer(256, thoughts=False))
    with pytest.raises(UsageError, match="it has no token <think>"):
        open_local(bare, device="cpu", think=True)


# The bookkeeping by itself


def held(keys: list[int]) -> Conversation:
    """A conversation whose cache holds these tokens, with values that are the keys."""
    cache = DynamicCache()
    rows = torch.tensor(keys, dtype=torch.float32).view(1, 1, -1, 1)
    cache.update(rows, rows.clone(), 0)
    conversation = Conversation(cache)
    conversation.grow(keys)
    return conversation


def values(conversation: Conversation) -> list[int]:
    return [int(value) for value in conversation.cache.layers[0].values.flatten()]


def kept(*conversations: list[int], limit_bytes: int = 10_000) -> Conversations:
    conversations_kept = Conversations(DynamicCache, limit_bytes)
    for keys in conversations:
        conversations_kept.keep(held(keys))
    return conversations_kept


@given(st.lists(st.integers(0, 3)), st.lists(st.integers(0, 3)))
def test_what_two_share_is_their_longest_common_beginning(one: list[int], other: list[int]) -> None:
    length = shared(one, other)
    assert one[:length] == other[:length]
    assert one[length : length + 1] != other[length : length + 1] or length == min(len(one), len(other))


def test_the_last_token_of_a_prompt_is_always_computed() -> None:
    assert held([1, 2, 3]).usable([1, 2, 3]) == 2


def test_a_picture_is_never_cut_in_two() -> None:
    assert held([1, -7, -7]).usable([1, -7, -7, -7, 2]) == 1
    assert held([1, -7, -7, 2]).usable([1, -7, -7, 2, 5]) == 4


def test_a_conversation_that_goes_on_is_taken_over() -> None:
    conversations = kept([1, 2, 3], [1, 2, 9])
    taken = conversations.take([1, 2, 3, 4, 5])
    assert (taken.keys, values(taken), len(conversations)) == ([1, 2, 3], [1, 2, 3], 1)


def test_a_repaired_reply_takes_the_place_of_the_old_one() -> None:
    conversations = kept([1, 1, 1, 1, 1, 1, 1, 1, 5, 6])
    taken = conversations.take([1, 1, 1, 1, 1, 1, 1, 1, 7, 8])
    assert (values(taken), len(conversations)) == ([1] * 8, 0)


def test_another_conversation_that_begins_alike_gets_a_copy() -> None:
    conversations = kept([1, 2, 3, -5, -5, 4])
    taken = conversations.take([1, 2, 3, -6, -6, 4])
    assert (values(taken), len(conversations)) == ([1, 2, 3], 1)
    taken.cache.layers[0].values.zero_()
    again = conversations.take([1, 2, 3, -5, -5, 4, 8])
    assert values(again) == [1, 2, 3, -5, -5, 4]


def test_a_prompt_that_has_left_out_old_pictures_takes_the_place_of_the_longer_one() -> None:
    conversations = kept([1, 2, -5, -5, 3, -6, -6, 4])
    taken = conversations.take([1, 2, 9, 3, -6, -6, 4, 8])
    assert (values(taken), len(conversations)) == ([1, 2], 0)


def test_nothing_in_common_is_a_new_conversation_and_leaves_the_others() -> None:
    conversations = kept([1, 2, 3])
    assert len(conversations.take([4, 5])) == 0
    assert len(conversations) == 1


def test_the_conversation_used_longest_ago_leaves_first() -> None:
    conversations = kept([1, 1], [2, 2], [3, 3], limit_bytes=32)
    assert conversations.nbytes == 32
    assert [len(conversations.take([key, key, 0])) for key in (1, 2, 3)] == [0, 2, 2]


def test_rows_of_pictures_are_made_once_and_leave_when_there_is_no_room() -> None:
    made: list[int] = []
    rows = Rows(limit_bytes=32)

    def look(key: int) -> list[Any]:
        made.append(key)
        return [torch.zeros(4)]

    for key in (-1, -2, -1, -3, -2):  # -2 was used longest ago when -3 came
        rows.get(key, lambda key=key: look(key))
    assert made == [-1, -2, -3, -2]
    assert rows.nbytes == 32
