"""What holding a model to our calls costs: three libraries on our schemas, with Qwen's whole vocabulary, on a CPU.

Each takes the same JSON schema of a call (`mobile_use` with all its actions, ask_user, and tools of a user's own) and
is led through the same calls, token by token. Compiling is from the schema to the first mask; a mask is what each token
of a reply waits for.

    python benchmarks/grammar.py CHECKPOINT        any folder with a Qwen tokenizer; those not installed are left out
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np
from transformers import AutoTokenizer

from handsight.models.grammar import _JSON, Grammars, _Vocabulary
from handsight.prompts.functions import Functions
from handsight.tools.gestures import long_press, open_app, press, swipe, tap, type_text
from handsight.tools.registry import Tool, Tools
from handsight.tools.session import session_tools

SIZE = 151936
CALLS = [
    {"name": "mobile_use", "arguments": {"action": "click", "coordinate": [498, 732]}},
    {"name": "mobile_use", "arguments": {"action": "swipe", "coordinate": [500, 800], "coordinate2": [500, 200]}},
    {"name": "mobile_use", "arguments": {"action": "type", "text": "Meet me at the station at 18:30, 请带上伞"}},
    {"name": "mobile_use", "arguments": {"action": "terminate", "status": "success"}},
    {"name": "ask_user", "arguments": {"question": "Which of the two accounts is to be used?"}},
    {"name": "order", "arguments": {"item": "tea", "count": 3, "notes": ["green", "no sugar"], "express": True}},
]
Mask = Callable[[], object]
Take = Callable[[int], object]


def order(item: str, count: int, notes: list[str], express: bool = False) -> None:
    """Order something."""


def schema() -> dict[str, Any]:
    tools = Tools([tap, long_press, swipe, type_text, press, open_app, *session_tools(), Tool.of(order)])
    calls = Functions(tools).calls((1000, 1000))
    assert calls
    return dict(calls.schema)


def with_llguidance(tokenizer: Any) -> Callable[[dict[str, Any]], tuple[Mask, Take]]:
    import llguidance

    tokens = Grammars(tokenizer, SIZE, [tokenizer.convert_tokens_to_ids("<|im_end|>")])._tokens

    def compiled(wanted: dict[str, Any]) -> tuple[Mask, Take]:
        grammar = json.dumps({**wanted, "x-guidance": _JSON})
        matcher = llguidance.LLMatcher(tokens, llguidance.LLMatcher.grammar_from_json_schema(grammar))
        assert not matcher.get_error(), matcher.get_error()
        bits = np.zeros(-(-SIZE // 32), np.int32)
        return lambda: matcher.unsafe_compute_mask_ptr(bits.ctypes.data, bits.nbytes), matcher.consume_token

    return compiled


def with_xgrammar(tokenizer: Any) -> Callable[[dict[str, Any]], tuple[Mask, Take]]:
    import xgrammar

    info = xgrammar.TokenizerInfo.from_huggingface(tokenizer, vocab_size=SIZE)

    def compiled(wanted: dict[str, Any]) -> tuple[Mask, Take]:
        compiler = xgrammar.GrammarCompiler(info, max_threads=1, cache_enabled=False)
        made = compiler.compile_json_schema(
            json.dumps(wanted), any_whitespace=False, separators=(", ", ": "), strict_mode=True
        )
        matcher, bits = xgrammar.GrammarMatcher(made), xgrammar.allocate_token_bitmask(1, SIZE)
        return lambda: matcher.fill_next_token_bitmask(bits), matcher.accept_token

    return compiled


def with_outlines_core(tokenizer: Any) -> Callable[[dict[str, Any]], tuple[Mask, Take]]:
    import outlines_core
    from outlines_core.json_schema import build_regex_from_schema

    end, known = tokenizer.convert_tokens_to_ids("<|im_end|>"), _Vocabulary(tokenizer, SIZE, 0)
    ids: dict[bytes, list[int]] = {}
    for at, token in enumerate(known.tokens):
        if token and at not in known.special_token_ids:
            ids.setdefault(token, []).append(at)
    vocabulary = outlines_core.Vocabulary(end, ids)

    def compiled(wanted: dict[str, Any]) -> tuple[Mask, Take]:
        index = outlines_core.Index(build_regex_from_schema(json.dumps(wanted), r"[ ]?"), vocabulary)
        guide, bits = outlines_core.Guide(index), np.zeros(-(-SIZE // 32), np.int32)
        return lambda: guide.write_mask_into(bits.ctypes.data, bits.size, 4), guide.advance

    return compiled


LIBRARIES = {"llguidance": with_llguidance, "xgrammar": with_xgrammar, "outlines_core": with_outlines_core}


def measured(tokenizer: Any, make: Callable[[Any], Any]) -> Iterator[str]:
    began = time.perf_counter()
    compiled = make(tokenizer)
    yield f"{time.perf_counter() - began:.1f} s"
    compiling, masks = [], []
    for call in CALLS:
        began = time.perf_counter()
        mask, take = compiled(schema())
        mask()
        compiling.append(time.perf_counter() - began)
        for token in tokenizer(json.dumps(call, ensure_ascii=False), add_special_tokens=False).input_ids:
            began = time.perf_counter()
            mask()
            masks.append(time.perf_counter() - began)
            took = take(token)
            assert took is not False, f"refuses {tokenizer.decode([token])!r} in {call}"
    yield f"{min(compiling) * 1000:.1f} ms"
    yield from (f"{value * 1e6:.0f} us" for value in (statistics.median(masks), statistics.mean(masks), max(masks)))


def main() -> int:
    tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
    print("| | vocabulary, once | schema to first mask | mask, median | mean | greatest |\n|---|---|---|---|---|---|")
    for name, make in LIBRARIES.items():
        if find_spec(name) is None:
            print(f"| {name} | not installed | | | | |")
            continue
        try:
            print(f"| {name} | {' | '.join(measured(tokenizer, make))} |", flush=True)
        except (AssertionError, ValueError, TypeError, RuntimeError, BaseExceptionGroup) as problem:
            print(f"| {name} | fails: {str(problem).splitlines()[0][:120]} | | | | |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
