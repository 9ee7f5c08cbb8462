"""What a token costs where much is kept, and what guessing tokens from the prompt saves (`open_local(..., drafts=8)`).

    python benchmarks/writing.py [threads] [--size 2b] [--drafts 8]

The weights are random, what is written is not: a logits processor makes the model write the replies of an episode,
tokenised by Qwen's own tokenizer (from the package dashscope). So a guess is right as often as for text of that kind,
and costs what it costs the model. Times are the processor's. `--size 2b` takes the sizes of Qwen2-VL-2B in bfloat16.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import DynamicCache, LogitsProcessor

from prefix import COURSES, machine, random_model

sys.path.append(str(Path(__file__).parents[1]))

from tests.models.checkpoints import qwen_tokenizer

from handsight.models.cache import open_cache
from handsight.models.local import TransformersModel
from handsight.prompts.functions import Functions
from handsight.prompts.qwen2_vl import SYSTEM
from handsight.prompts.space import Space
from handsight.tools.gestures import GESTURES
from handsight.tools.registry import Tools
from handsight.tools.session import session_tools
from handsight.types import Calls, Message, Prompt

TASK = "The user query: Turn on Dark theme, then send Ada the Wi-Fi password from Notes.\n"
KEPT, TOKENS = 8000, 16

# As a model of this family answers: a sentence or two, and a call. (what it says, the call's arguments)
EPISODE = [
    (
        "I see the home screen. I need to open Settings first, so I will tap its icon.",
        '"click", "coordinate": [138, 842]',
    ),
    (
        "The Settings app is open. The entry Display should hold the theme, so I will tap it.",
        '"click", "coordinate": [412, 391]',
    ),
    ("The Display page is shown. Dark theme is off; I will tap its switch.", '"click", "coordinate": [901, 268]'),
    (
        "Dark theme is on now. Next I need the password from Notes, so I will go home.",
        '"system_button", "button": "Home"',
    ),
    ("I see the home screen again. I will tap the Notes icon.", '"click", "coordinate": [372, 842]'),
    (
        "The list of notes is shown, but no note about Wi-Fi is in sight. I will scroll down.",
        '"swipe", "coordinate": [500, 800], "coordinate2": [500, 300]',
    ),
    ("I see a note called Wi-Fi at home. I will tap it to read the password.", '"click", "coordinate": [455, 617]'),
    (
        "The note says that the password is maple-tree-42. I will go home and open Messages.",
        '"system_button", "button": "Home"',
    ),
    ("I see the home screen. I will tap the Messages icon.", '"click", "coordinate": [607, 842]'),
    ("The list of conversations is shown. I will tap Ada.", '"click", "coordinate": [420, 233]'),
    (
        "The conversation with Ada is open. I will type the password into the field.",
        '"type", "text": "The Wi-Fi password is maple-tree-42"',
    ),
    ("The text stands in the field. I will tap the send button.", '"click", "coordinate": [934, 951]'),
]


def replies() -> list[str]:
    return [
        f'{said}\n<tool_call>\n{{"name": "mobile_use", "arguments": {{"action": {call}}}}}\n</tool_call>'
        for said, call in EPISODE
    ]


def system() -> str:
    """The system text of a run on a phone."""
    tools = Tools([*(tool for tools in GESTURES.values() for tool in tools), *session_tools()])
    return SYSTEM.replace("{functions}", "\n".join(Functions(tools).printed(Space((1, 1)).words)))


class Dictated(LogitsProcessor):
    """Makes the model write these ids, the first of them at `start`."""

    def __init__(self, ids: list[int], start: int) -> None:
        self.ids, self.start = ids, start

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        wanted = torch.full_like(scores, -torch.inf)
        wanted[:, self.ids[input_ids.shape[1] - self.start]] = 0
        return wanted


class Dictation:
    """Stands where a grammar would: what steers the reply."""

    def __init__(self) -> None:
        self.ids: list[int] = []

    def hold(self, _: Calls, start: int, *, thinking: bool) -> Dictated:
        assert not thinking
        return Dictated(self.ids, start)


def written(model: TransformersModel, drafts: int, steps: int) -> tuple[float, int, int]:
    """Write an episode. Gives seconds from the first token of each reply on, tokens, passes of the model for them."""
    model.drafts = drafts
    model.forget()
    model._grammars = dictation = Dictation()
    turns = [Message("system", (system(),)), Message("user", (TASK,))]
    passes: list[float] = []
    hook = model._model.lm_head.register_forward_hook(lambda *_: passes.append(time.process_time()))
    seconds, tokens, count = 0.0, 0, 0
    for text in replies()[:steps]:
        dictation.ids = [*model._turns.plain(text), model._turns.token["<|im_end|>"]]
        passes.clear()
        reply = model.generate(Prompt(tuple(turns), max_tokens=256, calls=Calls({})))
        seconds += time.process_time() - passes[0]
        assert reply.text == text, f"{reply.text!r} is not what was dictated"
        tokens, count = tokens + reply.reply_tokens - 1, count + len(passes) - 1
        turns += [Message("assistant", (text,)), Message("user", ("<tool_response>\nok\n</tool_response>\n",))]
    hook.remove()
    model._grammars = None
    return seconds, tokens, count


def a_pass(model: Any, cache: Any, attention: str, kept: int, count: int = 1) -> float:
    """The least milliseconds of a pass over `count` tokens where `kept` others are."""
    config = model.config.text_config
    ours, config._attn_implementation = config._attn_implementation, attention
    size = config.hidden_size // config.num_attention_heads
    for layer in range(config.num_hidden_layers):
        rows = torch.randn(1, config.num_key_value_heads, kept, size).to(model.dtype)
        cache.update(rows, rows.clone(), layer)
    took = []
    ids = torch.full((1, count), 5)
    for at in range(TOKENS):
        began = time.process_time()
        places = (kept + at + torch.arange(count)).expand(4, 1, count)
        model(input_ids=ids, position_ids=places, past_key_values=cache, logits_to_keep=count)
        took.append(time.process_time() - began)
        cache.crop(1 - count)
    config._attn_implementation = ours
    return min(took) * 1000


@torch.inference_mode()
def main(threads: int, size: str, drafts: list[int], steps: int) -> None:
    torch.set_num_threads(threads)
    transformers.logging.set_verbosity_error()
    model = random_model("qwen2_vl", size, qwen_tokenizer())
    print(f"{size}, {model._model.dtype}, {threads} thread(s), {machine()}\n")
    print(f"a token where {KEPT} are kept", flush=True)
    config, body = model._model.config, model._model
    ours = config.text_config._attn_implementation
    first = 0.0
    for name, cache, attention in (
        ("transformers' cache and attention", DynamicCache, "sdpa"),
        ("its cache, our attention", DynamicCache, ours),
        ("ours", open_cache, ours),
    ):
        least = a_pass(body, cache(config=config), attention, KEPT)
        first = first or least
        print(f"  {name:36} {least:8.1f} ms   {least / first:.2f}", flush=True)
    print("\na pass over so many tokens where 2000 are kept")
    one = 0.0
    for count in (1, *(most + 1 for most in drafts)):
        least = a_pass(body, open_cache(config), ours, 2000, count)
        one = one or least
        print(f"  {count:3} {least:8.1f} ms   {least / one:.2f}", flush=True)
    if not steps:
        return
    print(f"\nan episode of {steps} replies")
    alone = written(model, 0, steps)
    print(f"  one by one   {alone[0]:7.1f} s   {alone[1]} tokens in {alone[2]} passes", flush=True)
    for most in drafts:
        seconds, tokens, passes = written(model, most, steps)
        print(
            f"  drafts={most:<3}   {seconds:7.1f} s   {tokens / passes:.2f} tokens a pass   {seconds / alone[0]:.2f}",
            flush=True,
        )


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("threads", nargs="?", default=1, type=int)
    asked.add_argument("--size", default="small", choices=COURSES)
    asked.add_argument("--drafts", default=[4, 8, 16], type=int, nargs="+")
    asked.add_argument("--steps", default=len(EPISODE), type=int)
    main(**vars(asked.parse_args()))
