"""What keeping the prefix saves: a 12-step episode beside transformers' own generate on the whole prompt.

    python benchmarks/prefix.py [family] [threads] [rounds] [--size 2b]

The model is random (about 40 M parameters, float32, on the CPU): no download is needed, and nothing depends on what it
says but that both say the same. With `--size 2b` it has the sizes of Qwen2-VL-2B, in bfloat16, and works eight steps,
at four of which the plain path goes as well. Times are the processor's, which other work lengthens little. Ends with 1
when a target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from pathlib import Path
from statistics import median
from typing import Any

import torch
import transformers
from PIL import Image
from torch.profiler import ProfilerActivity, profile
from transformers.convert_slow_tokenizer import bytes_to_unicode
from transformers.initialization import no_init_weights

from handsight.models.checkpoint import TURNS, VISION, Checkpoint
from handsight.models.local import TransformersModel
from handsight.models.pixels import PatchFormat
from handsight.models.positions import positions
from handsight.models.turns import Tokens
from handsight.types import Message, Picture, Prompt

SYSTEM = "You work a screen and make one call at a time. " * 13  # 600 tokens: each byte is one


@dataclass(frozen=True)
class Course:
    """How many steps an episode has, the tokens of a reply and of a screen's sides; where the plain path goes too."""

    steps: int
    reply: int
    screen: tuple[int, int]
    plain: tuple[int, ...]


COURSES = {"small": Course(12, 24, (20, 15), tuple(range(1, 13))), "2b": Course(8, 4, (16, 16), (1, 2, 4, 8))}

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


TWO_B: tuple[dict[str, Any], dict[str, Any]] = (  # of Qwen2-VL-2B, as published
    {
        **{"hidden_size": 1536, "intermediate_size": 8960, "num_hidden_layers": 28, "num_attention_heads": 12},
        **{"num_key_value_heads": 2, "max_position_embeddings": 32768, "vocab_size": 151936},
        "rope_parameters": {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [16, 24, 24]},
    },
    {"depth": 32, "embed_dim": 1280, "hidden_size": 1536, "num_heads": 16, "mlp_ratio": 4},
)


def bytes_tokenizer() -> Any:
    """A tokenizer that knows bytes and the control tokens."""
    letters = bytes_to_unicode()
    tokenizer = transformers.Qwen2Tokenizer(vocab={letters[byte]: byte for byte in range(256)}, merges=[])
    tokenizer.add_special_tokens({"additional_special_tokens": [*TURNS, *VISION]})
    return tokenizer


def random_model(family: str, size: str = "small", tokenizer: Any = None) -> TransformersModel:
    """A model of a family with random weights."""
    name, text, sight = MODELS[family]
    tokenizer = tokenizer or bytes_tokenizer()
    tokens = {token: tokenizer.convert_tokens_to_ids(token) for token in (*TURNS, *VISION)}
    text, sight = TWO_B if size == "2b" else ({**TEXT, "vocab_size": len(tokenizer), **text}, sight)
    config = getattr(transformers, f"{name}Config")(
        text_config=text,
        vision_config=sight,
        image_token_id=tokens["<|image_pad|>"],
        video_token_id=tokens["<|video_pad|>"],
        tie_word_embeddings=True,
    )
    torch.manual_seed(1)
    kind = getattr(transformers, f"{name}ForConditionalGeneration")
    model = filled(kind, config) if size == "2b" else kind(config)
    images = PatchFormat(16 if family.startswith("qwen3") else 14)
    checkpoint = Checkpoint(f"random {family}", family, model.eval(), tokenizer, images, tokens)
    return TransformersModel(checkpoint, drafts=0)


@torch.no_grad()
def filled(kind: Any, config: Any) -> Any:
    """A model in bfloat16 whose weights are one tile of random numbers over and over: quick to have at any size."""
    with no_init_weights():
        model = kind._from_config(config, dtype=torch.bfloat16)
    model.tie_weights()
    tile = (torch.randn(2**20 + 7) * 0.02).to(torch.bfloat16)
    for name, weight in model.named_parameters():
        if weight.ndim == 1:
            weight.fill_(float("norm" in name and name.endswith("weight")))
            continue
        flat = weight.view(-1)
        for part in flat.split(len(tile)):
            part.copy_(tile[: len(part)])
    return model


class Clock:
    """Seconds of the processor until the first token, seen at the model's head, and until the end."""

    def __init__(self, model: TransformersModel) -> None:
        self._first = 0.0
        model._model.lm_head.register_forward_hook(self._see)

    def _see(self, *_: Any) -> None:
        self._first = self._first or time.process_time()

    def time(self, work: Any, *arguments: Any) -> tuple[float, float, Any]:
        self._first, start = 0.0, time.process_time()
        done = work(*arguments)
        return self._first - start, time.process_time() - start, done


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
    start = time.process_time()
    seen = model._model.get_image_features(patches, grids, return_dict=True)
    model._model(
        input_ids=ids,
        position_ids=places[..., known:],
        past_key_values=cache,
        mm_encoder_outputs={"image": seen},
        logits_to_keep=1,
    )
    return time.process_time() - start


def screens(model: TransformersModel, course: Course) -> list[Picture]:
    width, height = (side * model.factor for side in course.screen)
    noise = [Image.effect_noise((width, height), 40 + step).convert("RGB") for step in range(course.steps)]
    return [Picture(image, image.size) for image in noise]


def asked(pictures: list[Picture], replies: list[str], reply: int) -> Prompt:
    """The prompt of a step: everything so far, and a new screen."""
    turns = [Message("system", (SYSTEM,))]
    for step, picture in enumerate(pictures[: len(replies) + 1]):
        turns.append(Message("user", ("The user query: open it\n" if not step else "<tool_response>\nok\n", picture)))
        turns += [Message("assistant", (text,)) for text in replies[step : step + 1]]
    return Prompt(tuple(turns), max_tokens=reply)


def peak(*, reset: bool = False) -> float:
    """The greatest memory of this process in MB since it was reset last."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def held(work: Callable[[], object], *, told: bool) -> float:
    """The most memory in MB that torch held at once of what it allocated in `work`; 0 where it is not to be told.

    What is freed counts only if it was allocated under a profiler as well: so all of an episode goes through here.
    """
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as watched:
        work()
    if not told:
        return 0.0
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        watched.export_chrome_trace(file.name)
        events = json.loads(Path(file.name).read_text("utf-8"))["traceEvents"]
    changes = sorted((event["ts"], event["args"]["Bytes"]) for event in events if event.get("name") == "[memory]")
    return max(accumulate(change for _, change in changes)) / 2**20


def memory(model: TransformersModel, course: Course) -> None:
    """Print how the peak of a step grows from the second on, beside the memory of what is kept."""
    pictures, replies = screens(model, course), list[str]()
    rows: list[dict[str, float]] = []

    def kept() -> float:
        return (model._kept.nbytes + model._seen.nbytes) / 2**20

    for _ in range(course.steps):
        prompt = asked(pictures, replies, course.reply)
        peak(reset=True)
        replies.append(model.generate(prompt).text)
        rows.append({"kept": kept(), "ours, process": peak()})
    model.forget()
    told = (1, course.steps // 2, course.steps - 1)
    for step, row in enumerate(rows):
        prompt, before = asked(pictures, replies[:step], course.reply), kept()
        row["ours, torch"] = before + held(partial(model.generate, prompt), told=step in told)
    model.forget()
    for step in told:
        peak(reset=True)
        plain(model, replace(asked(pictures, replies[:step], course.reply), max_tokens=2))
        rows[step]["plain, process"] = peak()
    print(
        "\nmemory in MB beyond that of step 2: what is kept; the peak of a step, as torch allocates and in the process"
    )
    for step in told[1:]:
        grown = (f"{name} {rows[step][name] - rows[1][name]:+.1f}" for name in sorted(rows[1]))
        print(f"  step {step + 1:2}   {'   '.join(grown)}")


def episode(model: TransformersModel, clock: Clock, course: Course, round_: int) -> list[tuple[float, ...]]:
    """Seconds of each step: plain to the first token and in all, ours likewise, bare forward; 0 is not measured.

    Who goes first changes from step to step and from round to round.
    """
    pictures, replies, rows = screens(model, course), list[str](), []
    for step in range(course.steps):
        prompt, beside = asked(pictures, replies, course.reply), step + 1 in course.plain
        forward = bare(model, prompt) if step and beside else 0.0
        took: dict[str, tuple[float, float]] = {"plain": (0.0, 0.0)}
        said = dict[str, str]()
        sides = [("ours", lambda prompt=prompt: model.generate(prompt).text)]
        sides += [("plain", lambda prompt=prompt: plain(model, prompt))] if beside else []
        for name, side in sides if (step + round_) % 2 else reversed(sides):
            first, whole, said[name] = clock.time(side)
            took[name] = first, whole
        if beside and said["plain"] != said["ours"]:
            # in bfloat16 numbers that are alike may change places
            assert model._model.dtype == torch.bfloat16, "the replies differ"
            print(f"step {step + 1}: the replies differ, as in bfloat16 they may")
        replies.append(said["ours"])
        rows.append((*took["plain"], *took["ours"], forward))
        print(f"{step + 1}: " + "  ".join(f"{seconds:.2f}" for seconds in rows[-1]), file=sys.stderr, flush=True)
    model.forget()
    return rows


@torch.inference_mode()
def main(family: str, threads: int, rounds: int, size: str) -> int:
    torch.set_num_threads(threads)
    transformers.logging.set_verbosity_error()
    course, model = COURSES[size], random_model(family, size)
    millions = sum(weight.numel() for weight in model._model.parameters()) / 1e6
    print(f"{family}, {millions:.0f} M random parameters in {model._model.dtype}, {threads} thread(s), {machine()}")
    print(
        f"{len(SYSTEM)} tokens of system text, {course.steps} screens of {course.screen[0] * course.screen[1]} tokens,"
    )
    print(f"replies of {course.reply}; the least of {rounds} round(s)", flush=True)
    if size == "small":
        with suppress(OSError):  # what tells the peak is Linux's
            memory(model, course)
    clock = Clock(model)
    dot = Picture(Image.new("RGB", (model.factor, model.factor)))
    hello = Prompt((Message("user", ("Hello", dot)),), max_tokens=2)
    plain(model, hello)  # both have run once before anything is measured
    model.generate(hello)
    model.forget()
    tries = [episode(model, clock, course, round_) for round_ in range(rounds)]
    rows = [tuple(map(min, zip(*steps, strict=True))) for steps in zip(*tries, strict=True)]
    print("\nstep   plain    ours   ratio | first token: plain    ours   ratio | bare forward   ours / bare")
    for step, (slow_first, slow, first_token, whole, forward) in enumerate(rows, 1):
        if step not in course.plain:
            print(f"{step:4}          {whole:5.2f} s         |                     {first_token:5.2f} s         |")
            continue
        beside = f"{forward:9.3f} s {first_token / forward:12.2f}" if forward else ""
        print(
            f"{step:4} {slow:6.2f} s {whole:5.2f} s {slow / whole:6.2f}x |"
            f"{slow_first:18.2f} s {first_token:5.2f} s {slow_first / first_token:6.2f}x | {beside}"
        )
    eighth, over = rows[7], median(row[2] / row[4] for row in rows if row[4])
    start, share = rows[0][2] / rows[0][0], eighth[2] / eighth[0]
    print(f"\nstep 8 takes {share:.2f} of the plain path to its first token (at most 0.25), in all", end=" ")
    print(f"{eighth[3] / eighth[1]:.2f} · first step {start:.2f} of the plain path (at most 1.05)")
    print(f"new tokens: {over:.2f} times a bare forward over them (at most 1.25)", end="")
    if all(row[1] for row in rows):
        print(f" · whole episode {sum(row[1] for row in rows) / sum(row[3] for row in rows):.2f}x", end="")
    print()
    return int(share > 0.25 or start > 1.05 or over > 1.25)


def machine() -> str:
    """The processor, its cores and torch, in a few words."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    name = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "processor unknown")
    return f"{name}, {os.cpu_count()} cores, torch {torch.__version__}"


if __name__ == "__main__":
    asked_for = argparse.ArgumentParser()
    asked_for.add_argument("family", nargs="?", default="qwen2_vl", choices=MODELS)
    asked_for.add_argument("threads", nargs="?", default=1, type=int)
    asked_for.add_argument("rounds", nargs="?", default=2, type=int)
    asked_for.add_argument("--size", default="small", choices=COURSES)
    sys.exit(main(**vars(asked_for.parse_args())))
