"""Videos as each family of models takes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from PIL import Image

from handsight.models.local import TransformersModel
from handsight.models.pixels import PatchFormat
from handsight.types import Clip, Message, Picture, Prompt

from .checkpoints import MODELS, picture

STAMPING = [family for family in MODELS if family.startswith("qwen3")]
COUNTING = [family for family in MODELS if family not in STAMPING]


def clip(side: int, frames: int = 4, fps: float = 2.0) -> Clip:
    images = [Image.new("RGB", (3 * side, 5 * side), (40 * number, 90, 255 - 40 * number)) for number in range(frames)]
    return Clip(tuple(map(Picture, images)), tuple(number / fps for number in range(frames)))


def asked(model: TransformersModel, most: int = 4, **how: Any) -> Prompt:
    parts = ("See ", clip(model.factor, **how), "and", picture("red", (2 * model.factor, model.factor)), "?")
    return Prompt((Message("system", ("You watch.",)), Message("user", parts)), max_tokens=most)


def stock_logits(model: TransformersModel, prompt: Prompt) -> torch.Tensor:
    """What transformers' own forward makes of a prompt that shows one clip and then one picture."""
    tokens, token = model.encode(prompt), model._turns.token
    ids = torch.tensor([tokens.ids])
    moving = [sight for sight in tokens.sights if sight.moves]
    images = [image for sight in moving for image in sight.images]
    cut: PatchFormat = model._images
    videos, grid = cut.video(images)
    stills, grids = cut.stills(next(sight.images for sight in tokens.sights if not sight.moves))
    fps = next(part.fps for message in prompt.messages for part in message.parts if isinstance(part, Clip))
    seconds = {"second_per_grid_ts": torch.tensor([2 / fps])} if "2_5" in model._model.config.model_type else {}
    kinds = (ids == token["<|image_pad|>"]) + 2 * (ids == token["<|video_pad|>"])
    model._model.model.rope_deltas = None
    with torch.inference_mode():
        return model._model(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            mm_token_type_ids=kinds.int(),
            pixel_values=stills,
            image_grid_thw=grids,
            pixel_values_videos=videos,
            video_grid_thw=grid,
            **seconds,
        ).logits[0, -1]


@pytest.mark.parametrize("family", MODELS)
def test_a_short_clip_means_to_the_model_what_it_means_in_transformers(
    opened: Callable[[str], TransformersModel], family: str
) -> None:
    """Short, so that transformers' own positions are those of the paper."""
    model = opened(family)
    model.forget()
    prompt = asked(model, most=1, fps=4.0)
    seen: list[torch.Tensor] = []
    with model._model.lm_head.register_forward_hook(lambda _module, _inputs, logits: seen.append(logits[0, -1])):
        model.generate(prompt)
    assert torch.allclose(seen[-1], stock_logits(model, prompt), atol=1e-4)


@pytest.mark.parametrize("family", COUNTING)
def test_a_clip_is_one_run_of_tokens(opened: Callable[[str], TransformersModel], family: str) -> None:
    model = opened(family)
    text = model._turns.tokenizer.decode(model.encode(asked(model)).ids)
    assert f"See <|vision_start|>{'<|video_pad|>' * 30}<|vision_end|>and<|vision_start|><|image_pad|>" in text


@pytest.mark.parametrize("family", STAMPING)
def test_each_pair_of_frames_bears_its_second(opened: Callable[[str], TransformersModel], family: str) -> None:
    model = opened(family)
    text = model._turns.tokenizer.decode(model.encode(asked(model)).ids)
    frames = f"<|vision_start|>{'<|video_pad|>' * 15}<|vision_end|>"
    assert f"See <0.2 seconds>{frames}<1.2 seconds>{frames}and<|vision_start|><|image_pad|>" in text


@pytest.mark.parametrize(("fps", "interval"), [(2.0, 4), (1.0, 8), (8.0, 1)])
def test_qwen2_5_counts_its_tokens_per_second(
    opened: Callable[[str], TransformersModel], fps: float, interval: float
) -> None:
    model = opened("qwen2_5_vl")
    assert model._model.config.vision_config.tokens_per_second == 4
    assert model.encode(asked(model, fps=fps)).sights[0].interval == interval


@pytest.mark.parametrize("family", MODELS)
def test_a_clip_is_seen_once_and_talked_about_again(opened: Callable[[str], TransformersModel], family: str) -> None:
    model = opened(family)
    model.forget()
    prompt = asked(model)
    looks: list[int] = []
    with model._model.model.visual.register_forward_pre_hook(lambda _module, inputs: looks.append(len(inputs[0]))):
        first = model.generate(prompt)
        turns = (*prompt.messages, Message("assistant", (first.text,)), Message("user", ("Why?",)))
        second = model.generate(Prompt(turns, max_tokens=4))
    assert sum(looks) == 4 * (30 + 2)
    assert second.computed_tokens == second.prompt_tokens - (first.prompt_tokens + first.reply_tokens - 1)
    model.forget()
    assert model.generate(Prompt(turns, max_tokens=4)).text == second.text


def test_clips_of_other_frames_are_told_apart(opened: Callable[[str], TransformersModel]) -> None:
    model = opened("qwen2_vl")
    one = clip(28)
    turned = Clip(one.frames[::-1], one.seconds)
    keys = [model.encode(Prompt((Message("user", (shown,)),))).sights[0].key for shown in (one, turned, clip(28))]
    assert keys[0] == keys[2] != keys[1]
