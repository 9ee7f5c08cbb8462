"""A turn that goes on: pictures and words between what the model writes, all of it one turn of the assistant's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from PIL import Image

from handsight.errors import BadReply, UsageError
from handsight.models.local import TransformersModel, open_local
from handsight.models.turns import NO_THOUGHT, THOUGHT, Turns
from handsight.prompts.qwen2_vl import Qwen2VLDialect
from handsight.tools.registry import Tool
from handsight.types import Clip, Message, NativeCall, Picture, Prompt, Screen, Trajectory

from .checkpoints import MODELS, picture, qwen_tokenizer, stock, write_checkpoint

RESULT, RETURN = "\n✿RESULT✿: ", "\n✿RETURN✿: "
ASKED = (Message("system", ("You work a screen.",)), Message("user", ("打开设置",)))


def pin(label: str) -> str:
    """Put a pin on the map."""
    return label


@pytest.fixture
def fresh(opened: Callable[[str], TransformersModel]) -> Callable[[str], TransformersModel]:
    def forgetful(family: str) -> TransformersModel:
        model = opened(family)
        model.forget()
        return model

    return forgetful


def plain(model: TransformersModel, prompt: Prompt) -> str:
    """The reply of transformers' own generate on the whole prompt."""
    model._model.model.rope_deltas = None
    tensors = stock(model, prompt)
    with torch.inference_mode():
        sequence = model._model.generate(**tensors, max_new_tokens=prompt.max_tokens)
    return model._turns.text(sequence[0, tensors["input_ids"].shape[1] :].tolist())


def shown(model: TransformersModel, step: int) -> Picture:
    side = model.factor
    size = ((1 + step % 3) * side, 2 * side)
    return picture(("red", "green", "blue", "olive")[step % 4], size, size)


@pytest.mark.parametrize("family", MODELS)
def test_six_steps_of_one_turn_say_what_whole_recomputation_says(
    fresh: Callable[[str], TransformersModel], family: str
) -> None:
    model = fresh(family)
    turn: tuple[Any, ...] = ()
    before: list[int] = []
    computed = whole = 0
    for step in range(6):
        going = (Message("assistant", turn),) if turn else ()
        prompt = Prompt((*ASKED, *going), max_tokens=5)
        reply = model.generate(prompt)
        assert reply.text == plain(model, prompt), f"step {step}"
        keys = model.encode(prompt).keys
        assert keys[: len(before)] == before
        assert keys.count(model._turns.token["<|im_start|>"]) == 3
        assert keys[-1] != model._turns.token["<|im_end|>"]
        before = keys
        assert reply.computed_tokens is not None
        computed, whole = computed + reply.computed_tokens, whole + reply.prompt_tokens
        turn = (*turn, reply.text, RESULT, shown(model, step), RETURN)
    assert computed < whole / 2


@pytest.mark.parametrize("family", ["qwen2_vl", "qwen3_vl"])
def test_each_step_of_a_turn_computes_only_what_was_added(
    fresh: Callable[[str], TransformersModel], family: str
) -> None:
    model = fresh(family)
    first = model.generate(Prompt(ASKED, max_tokens=6))
    goes_on = Prompt((*ASKED, Message("assistant", (first.text, RESULT, shown(model, 1), RETURN))), max_tokens=6)
    second = model.generate(goes_on)
    assert second.computed_tokens == second.prompt_tokens - (first.prompt_tokens + first.reply_tokens - 1)


@pytest.mark.parametrize("family", ["qwen2_vl", "qwen2_5_vl"])
def test_a_run_in_the_form_of_the_report_is_one_turn_that_only_grows(
    fresh: Callable[[str], TransformersModel], family: str
) -> None:
    """With the real dialect, whatever the model writes."""
    model, dialect, trajectory = fresh(family), Qwen2VLDialect(max_tokens_per_screen=64), Trajectory("open Settings")
    before: list[int] = []
    kept = 0
    for shade in range(5):
        step = trajectory.add_step()
        step.screen = Screen(Image.new("RGB", (108, 240), (40 * shade, 9, 9)))
        prompt = replace(dialect.render(trajectory, [Tool.of(pin)]), max_tokens=8)
        assert [message.role for message in prompt.messages[2:]] == ["assistant"] * bool(shade)
        step.reply = model.generate(prompt)
        assert step.reply.text == plain(model, prompt)
        keys = model.encode(prompt).keys
        assert keys[: len(before)] == before
        assert step.reply.computed_tokens == len(keys) - kept
        before, kept = keys, len(keys) + step.reply.reply_tokens - 1
        step.problem = BadReply("there is no call in the reply")


def test_a_reply_that_a_stop_string_cut_is_gone_on_with(fresh: Callable[[str], TransformersModel]) -> None:
    """What stood behind the stop string is gone; the picture and the words follow what was kept."""
    model = fresh("qwen2_vl")
    written = model.generate(Prompt(ASKED, max_tokens=12)).text
    stop = written[5:7]
    model.forget()
    first = model.generate(Prompt(ASKED, stop=(stop,), max_tokens=12))
    assert first.text == written[: written.find(stop)]
    goes_on = Prompt((*ASKED, Message("assistant", (first.text, stop, shown(model, 0), RETURN))), max_tokens=6)
    assert model.encode(goes_on).ids[: first.prompt_tokens] == model.encode(Prompt(ASKED)).ids
    second = model.generate(goes_on)
    assert second.computed_tokens is not None
    assert second.computed_tokens < second.prompt_tokens - first.prompt_tokens
    assert second.text == plain(model, goes_on)


def test_a_clip_in_a_turn_that_goes_on_is_seen_as_anywhere_else(fresh: Callable[[str], TransformersModel]) -> None:
    for family in ("qwen2_vl", "qwen3_vl"):
        model = fresh(family)
        clip = Clip((shown(model, 0), shown(model, 3)), (0.0, 0.5))
        turn = Message("assistant", ("I look. ", clip, RETURN))
        prompt = Prompt((*ASKED, turn), max_tokens=4)
        said = model.generate(prompt).text
        ids = model.encode(prompt).ids
        assert ids.count(model._turns.token["<|video_pad|>"]) == 2
        longer = Prompt(
            (
                *ASKED,
                replace(turn, parts=(*turn.parts, said, "and")),
            ),
            max_tokens=4,
        )
        again = model.generate(longer)
        model.forget()
        assert model.generate(longer).text == again.text


def test_a_turn_that_is_over_stays_over(qwen2: TransformersModel) -> None:
    """Only the last message goes on."""
    over = qwen2.encode(Prompt((*ASKED, Message("assistant", ("Done.",)), Message("user", ("And now?",)))))
    text = qwen2._turns.tokenizer.decode(over.ids)
    assert "Done.<|im_end|>\n<|im_start|>user\nAnd now?<|im_end|>\n<|im_start|>assistant\n" in text
    going = qwen2.encode(Prompt((*ASKED, Message("assistant", ("Done.",)))))
    assert qwen2._turns.tokenizer.decode(going.ids).endswith("<|im_start|>assistant\nDone.")


def test_the_same_message_twice_goes_on_only_at_the_end(qwen2: TransformersModel) -> None:
    said = Message("assistant", ("Yes",))
    text = qwen2._turns.tokenizer.decode(qwen2.encode(Prompt((*ASKED, said, ASKED[1], said))).ids)
    assert text.count("Yes<|im_end|>") == 1
    assert text.endswith("Yes")


@pytest.mark.parametrize(
    ("turn", "opening", "thinking"),
    [
        (None, THOUGHT, True),
        ("<think>\nI", "", True),
        ("<think>\nI see.\n</think>\n\nTap", "", False),
        ("Tap", "", False),
    ],
)
def test_a_thinker_goes_on_where_it_was(turn: str | None, opening: str, thinking: bool) -> None:
    tokenizer = qwen_tokenizer(256)
    token = {name: tokenizer.convert_tokens_to_ids(name) for name in ("<|im_start|>", "<|im_end|>")}
    turns = Turns("thinker", tokenizer, token, 28, THOUGHT)
    going = () if turn is None else (Message("assistant", (turn,)),)
    tokens = turns.encode(Prompt((*ASKED, *going)))
    assert (tokens.opening, tokens.thinking) == (opening, thinking)
    text = tokenizer.decode(tokens.ids)
    told = THOUGHT if turn is None else turn if turn.startswith(THOUGHT) else NO_THOUGHT + turn
    assert text.endswith(f"<|im_start|>assistant\n{told}")


def test_a_thought_that_goes_on_is_not_opened_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = write_checkpoint(tmp_path_factory.mktemp("thinker"), "qwen3_vl", qwen_tokenizer(256))
    model = open_local(folder, device="cpu", think=True)
    first = model.generate(Prompt(ASKED, max_tokens=6))
    assert first.text.startswith(THOUGHT)
    goes_on = Prompt((*ASKED, Message("assistant", (first.text, " and"))), max_tokens=6)
    second = model.generate(goes_on)
    assert not second.text.startswith(THOUGHT)
    assert second.computed_tokens == second.prompt_tokens - (first.prompt_tokens + first.reply_tokens - 1)
    heard: list[str] = []
    model.forget()
    assert model.stream(goes_on, heard.append).text == second.text == "".join(heard)


@pytest.mark.parametrize(
    "prompt",
    [
        Prompt(ASKED, functions=({"name": "tap", "description": "", "parameters": {}},)),
        Prompt((*ASKED, Message("assistant", ("",), calls=(NativeCall("1", "tap", "{}"),)))),
        Prompt((*ASKED, Message("tool", ("ok",), answers="1"))),
    ],
)
def test_native_calls_are_no_matter_of_a_checkpoints(opened: Callable[[str], Any], prompt: Prompt) -> None:
    with pytest.raises(UsageError, match=r"native calls are made by a server, .* choose a dialect that writes"):
        opened("qwen2_vl").generate(prompt)
