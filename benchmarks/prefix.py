"""What keeping the prefix saves: a 12-step episode beside transformers' own generate on the whole prompt.

    python benchmarks/prefix.py [family] [threads] [rounds]

The model is random (about 40 M parameters, float32, on the CPU): no download is needed, and nothing depends on what it
says but that both say the same. Ends with 1 when a target is missed.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import torch
import transformers
from PIL import Image
from transformers.convert_slow_tokenizer import bytes_to_unicode

from handsight.models.checkpoint import TURNS, VISION, Checkpoint
from handsight.models.local import TransformersModel
from handsight.models.pixels import PatchFormat
from handsight.models.positions import positions
from handsight.models.turns import Tokens
from handsight.types import Message, Picture, Prompt

STEPS, REPLY = 12, 24
SYSTEM = "You work a screen and make one call at a time. " * 13  # 600 tokens: each byte is one
SIZE = 20, 15  # of a screen, in tokens

TEXT = {
    **{"hidden_size": 512, "intermediate_size": 2048, "num_hidden_layers": 8, "num_attention_heads": 8},
    **{"num_key_value_heads": 2, "max_position_embeddings": 32768},
    "rope_parameters": {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [8, 12, 12]},
}
SIGHT = {"depth": 4, "hidden_size": 256, "out_hidden_size": 512, "intermediate_size": 1024, "num_heads": 4}
LINEAR = {
    **{"head_dim": 64, "full_attention_interval": 4},
    **{"linear_key_head_dim": 64, "linear_value_head_dim": 64, "linear_num_key_heads": 4, "linear_num_value_heads": 8},
    "rope_parameters": {
        **{"rope_type": "default", "rope_theta": 1e6, "mrope_section": [3, 3, 2], "mrope_interleaved": True},
        "partial_rotary_factor": 0.25,
    },
}
MODELS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "qwen2_vl": ("Qwen2VL", {}, {"depth": 4, "embed_dim": 256, "hidden_size": 512, "num_heads": 4}),
    "qwen2_5_vl": ("Qwen2_5_VL", {}, {**SIGHT, "fullatt_block_indexes": [1, 3]}),
    "qwen3_vl": ("Qwen3VL", {"head_dim": 64}, {**SIGHT, "deepstack_visual_indexes": [1, 2, 3]}),
    "qwen3_5": ("Qwen3_5", LINEAR, SIGHT),
}


def random_model(family: str) -> TransformersModel:
    """A model of a family with random weights, that knows bytes and the control tokens."""
    name, text, sight = MODELS[family]
    letters = bytes_to_unicode()
    tokenizer = transformers.Qwen2Tokenizer(vocab={letters[byte]: byte for byte in range(256)}, merges=[])
    tokenizer.add_special_tokens({"additional_special_tokens": [*TURNS, *VISION]})
    tokens = {token: tokenizer.convert_tokens_to_ids(token) for token in (*TURNS, *VISION)}
    config = getattr(transformers, f"{name}Config")(
        text_config={**TEXT, "vocab_size": len(tokenizer), **text},
        vision_config=sight,
        image_token_id=tokens["<|image_pad|>"],
        video_token_id=tokens["<|video_pad|>"],
        tie_word_embeddings=True,
    )
    torch.manual_seed(1)
    model = getattr(transformers, f"{name}ForConditionalGeneration")(config).eval()
    images = PatchFormat(16 if family.startswith("qwen3") else 14)
    return TransformersModel(Checkpoint(f"random {family}", family, model, tokenizer, images, tokens))


class Clock:
    """Seconds until the first token, seen at the model's head, and until the end."""

    def __init__(self, model: TransformersModel) -> None:
        self._first = 0.0
        model._model.lm_head.register_forward_hook(self._see)

    def _see(self, *_: Any) -> None:
        self._first = self._first or time.perf_counter()

    def time(self, work: Any, *arguments: Any) -> tuple[float, float, Any]:
        self._first, start = 0.0, time.perf_counter()
        done = work(*arguments)
        return self._first - start, time.perf_counter() - start, done


def stock(model: TransformersModel, tokens: Tokens) -> dict[str, Any]:
    """A prompt as transformers takes it: all of its pictures through the processor."""
    pad = model._turns.token["<|image_pad|>"]
    ids = torch.tensor([tokens.ids])
    processor = transformers.Qwen2VLImageProcessorPil(patch_size=model._images.patch, do_resize=False)
    pictures = processor(images=[sight.images[0] for sight in tokens.sights], return_tensors="pt")
    return {
        "input_ids": ids,
        "attention_mask": torch.ones_like(ids),
        "mm_token_type_ids": (ids == pad).long(),
        **pictures,
    }


def plain(model: TransformersModel, prompt: Prompt) -> str:
    """The whole prompt, computed whole, with transformers' own attention."""
    model._model.model.rope_deltas = None
    tokens, config = model.encode(prompt), model._model.config.text_config
    ours, config._attn_implementation = config._attn_implementation, "sdpa"
    sequence = model._model.generate(**stock(model, tokens), max_new_tokens=prompt.max_tokens)
    config._attn_implementation = ours
    return model._turns.text(sequence[0, len(tokens.ids) :].tolist())


def bare(model: TransformersModel, prompt: Prompt) -> float:
    """Seconds of a forward over the new tokens alone on what is kept, and of the vision tower over the new picture."""
    tokens = model.encode(prompt)
    kept = model._kept._kept[-1]
    known = kept.usable(tokens.keys)
    cache = kept.fork(known).cache
    sights = [sight for sight in tokens.sights if sight.start >= known]
    patches, grids = model._images.stills([sight.images[0] for sight in sights])
    places = torch.tensor([[*range(len(tokens.ids))], *positions(len(tokens.ids), tokens.sights)]).unsqueeze(1)
    ids = torch.tensor([tokens.ids[known:]])
    start = time.perf_counter()
    seen = model._model.get_image_features(patches, grids, return_dict=True)
    model._model(
        input_ids=ids,
        position_ids=places[..., known:],
        past_key_values=cache,
        mm_encoder_outputs={"image": seen},
        logits_to_keep=1,
    )
    return time.perf_counter() - start


def screens(model: TransformersModel) -> list[Picture]:
    width, height = SIZE[0] * model.factor, SIZE[1] * model.factor
    noise = [Image.effect_noise((width, height), 40 + step).convert("RGB") for step in range(STEPS)]
    return [Picture(image, image.size) for image in noise]


def asked(system: str, pictures: list[Picture], replies: list[str]) -> Prompt:
    """The prompt of a step: everything so far, and a new screen."""
    turns = [Message("system", (system,))]
    for step, picture in enumerate(pictures[: len(replies) + 1]):
        turns.append(Message("user", ("The user query: open it\n" if not step else "<tool_response>\nok\n", picture)))
        turns += [Message("assistant", (text,)) for text in replies[step : step + 1]]
    return Prompt(tuple(turns), max_tokens=REPLY)


def peak(*, reset: bool = False) -> float:
    """The greatest memory of this process in MB since it was reset last."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def memory(model: TransformersModel) -> None:
    """Print how the peak of a step grows from the second on, beside the memory of what is kept."""
    pictures, replies = screens(model), list[str]()
    print("\nmemory in MB beyond that of step 2: peak of ours, of what that kept; peak of plain generate")
    rows: list[tuple[float, float, float]] = []
    for _ in range(STEPS):
        prompt = asked(SYSTEM, pictures, replies)
        peak(reset=True)
        replies.append(model.generate(prompt).text)
        rows.append((peak(), (model._kept.nbytes + model._seen.nbytes) / 2**20, 0.0))
    model.forget()
    for step in range(STEPS):
        peak(reset=True)
        plain(model, replace(asked(SYSTEM, pictures, replies[:step]), max_tokens=2))
        rows[step] = (*rows[step][:2], peak())
    for step in range(2, STEPS):
        ours, kept, theirs = (now - then for now, then in zip(rows[step], rows[1], strict=True))
        print(f"  step {step + 1:2}   ours +{ours:6.1f}   kept +{kept:6.1f}   plain +{theirs:6.1f}")


def episode(model: TransformersModel, clock: Clock, system: str) -> list[tuple[float, ...]]:
    """Seconds of each step: plain to the first token and in all, ours likewise, bare forward."""
    pictures, replies, rows = screens(model), list[str](), []
    for step in range(STEPS):
        prompt = asked(system, pictures, replies)
        forward = bare(model, prompt) if step else 0.0
        first, whole, reply = clock.time(model.generate, prompt)
        slow_first, slow, said = clock.time(plain, model, prompt)
        assert said == reply.text, "the replies differ"
        replies.append(said)
        rows.append((slow_first, slow, first, whole, forward))
    model.forget()
    return rows


@torch.inference_mode()
def main(family: str = "qwen2_vl", threads: str = "1", rounds: str = "2") -> int:
    torch.set_num_threads(int(threads))
    transformers.logging.set_verbosity_error()
    model = random_model(family)
    millions = sum(weight.numel() for weight in model._model.parameters()) / 1e6
    print(f"{family}, {millions:.0f} M random parameters, {threads} thread(s): {len(SYSTEM)} tokens of system text,")
    print(f"{STEPS} screens of {SIZE[0] * SIZE[1]} tokens, replies of {REPLY}; the least of {rounds} round(s)")
    with suppress(OSError):  # what tells the peak is Linux's
        memory(model)
    clock = Clock(model)
    tries = [episode(model, clock, SYSTEM) for _ in range(int(rounds))]
    rows = [tuple(map(min, zip(*steps, strict=True))) for steps in zip(*tries, strict=True)]
    print("\nstep   plain    ours   ratio | first token: plain    ours   ratio | bare forward   ours / bare")
    for step, (slow_first, slow, first, whole, forward) in enumerate(rows, 1):
        beside = f"{forward:9.3f} s {first / forward:12.2f}" if forward else ""
        print(
            f"{step:4} {slow:6.2f} s {whole:5.2f} s {slow / whole:6.2f}x |"
            f"{slow_first:18.2f} s {first:5.2f} s {slow_first / first:6.2f}x | {beside}"
        )
    eighth, over = rows[7], median(first / forward for _, _, first, _, forward in rows[1:])
    start, share = rows[0][2] / rows[0][0], eighth[2] / eighth[0]
    total = sum(row[1] for row in rows) / sum(row[3] for row in rows)
    print(
        f"\nwhole episode {total:.2f}x · step 8 takes {share:.2f} of the plain path to its first token (at most 0.25),"
    )
    print(f"in all {eighth[3] / eighth[1]:.2f} · first step {start:.2f} of the plain path (at most 1.05)")
    print(f"new tokens: {over:.2f} times a bare forward over them (at most 1.25)")
    return int(share > 0.25 or start > 1.05 or over > 1.25)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
