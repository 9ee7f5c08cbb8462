"""Hold a model to the calls that a prompt allows, or to answers of a form: what would lead to another is forbidden it.

What it says before its call is free, but has an end. The masks are llguidance's, which computes them while the model
writes: nothing is compiled ahead for each vocabulary (benchmarks/grammar.py compares it with others).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from transformers import LogitsProcessor
from transformers.convert_slow_tokenizer import bytes_to_unicode

from handsight.errors import ExtraMissing, UsageError
from handsight.types import Calls, FreeText, OneOf, Piece

try:
    import llguidance
except ImportError as problem:
    raise ExtraMissing("local", "holding a model to the calls that are allowed") from problem

# Blanks as in the JSON that models are trained on. Where a user's own schema has what no grammar can say, such as a
# format, the model may write what the tool's own check then refuses.
_JSON = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": ", "lenient": True}

# No "<th" stands in what is said: within <think> there is no call.
_SPOKEN = "[^<]|<{1,8}[^<t]|<{1,8}t[^<h]"


class Grammars:
    """Makes the grammars of one vocabulary: `size` logits, of which `ends` are the tokens that end a reply.

    Takes about a second and some 100 MB, once.
    """

    def __init__(self, tokenizer: Any, size: int, ends: Sequence[int]) -> None:
        self._size = size
        vocabulary = _Vocabulary(tokenizer, size, ends[0])
        self._tokens = llguidance.LLTokenizer(llguidance.TokenizerWrapper(vocabulary), eos_token=list(ends))

    def hold(self, calls: Calls, start: int, *, thinking: bool = False) -> Held:
        """Hold the reply that begins at token `start` to one call, with `calls.most_chars` of free text before it.

        Without marks it is held to one JSON value.

        `thinking` says that the reply begins within a thought, which must be closed first. Raises UsageError for a
        schema that no grammar can express.
        """
        matcher = llguidance.LLMatcher(self._tokens, _lark(calls, thinking=thinking))
        if matcher.get_error():
            raise UsageError(
                f"a model cannot be held to {'the schemas of these calls' if calls.marked else 'this schema'}: "
                f"{matcher.get_error().splitlines()[0]}; simplify what it names, or let the model write freely"
            )
        return Held(matcher, start, self._size)


class Held(LogitsProcessor):
    """Forbids what the grammar does not take next; `done` once the call is complete."""

    def __init__(self, matcher: llguidance.LLMatcher, start: int, size: int) -> None:
        self._matcher = matcher
        self._read = start
        self._bits = np.zeros(-(-size // 32), np.int32)

    @property
    def done(self) -> bool:
        return bool(self._matcher.is_stopped())

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Give `scores`, shape (1, size), with -inf at each forbidden token. `input_ids` has shape (1, tokens)."""
        for token in input_ids[0, self._read :].tolist():
            assert self._matcher.consume_token(token), f"token {token} was not allowed: {self._matcher.get_error()}"
        self._read = input_ids.shape[1]
        self._matcher.unsafe_compute_mask_ptr(self._bits.ctypes.data, self._bits.nbytes)
        allowed = np.unpackbits(self._bits.view(np.uint8), bitorder="little", count=scores.shape[1])
        return scores.masked_fill(torch.from_numpy(allowed == 0).to(scores.device), float("-inf"))


class _Vocabulary:
    """The bytes of each token, as llguidance takes them; ids that are no token are empty.

    llguidance's own reading of a tokenizer takes `<tool_call>` for a control token, which no text can spell. Here that
    is what the tokenizer says is one.
    """

    bos_token_id = None

    def __init__(self, tokenizer: Any, size: int, end: int) -> None:
        byte = {letter: byte for byte, letter in bytes_to_unicode().items()}  # type: ignore[no-untyped-call]
        added = tokenizer.added_tokens_decoder
        self.eos_token_id = end
        self.special_token_ids = [id for id, token in added.items() if token.special]
        self.tokens = [b""] * size
        for letters, id in tokenizer.get_vocab().items():
            self.tokens[id] = letters.encode() if id in added else bytes(byte[letter] for letter in letters)
        self._encode = tokenizer

    def __call__(self, text: str) -> list[int]:
        ids: list[int] = self._encode(text, add_special_tokens=False).input_ids
        return ids


def _lark(calls: Calls, *, thinking: bool) -> str:
    closing, opening = _quoted(calls.closing), _quoted(calls.opening)
    bodies = calls.bodies or ((calls.schema,),)
    values = list[str]()
    call = " | ".join(_body(body, values) for body in bodies)
    around = f"said call {closing}" if calls.marked else "blank " * thinking + "call"
    return "\n".join(
        [
            "%llguidance {}",
            f"start: {'thought ' * thinking}{around}",
            'thought[lazy]: TEXT "</think>"',
            *([f"said[lazy]: BRIEF {opening}"] if calls.marked else []),
            "blank: /\\n{0,2}/",
            "TEXT: /(.|\\n)*/",
            f"BRIEF: /({_SPOKEN}){{0,{calls.most_chars}}}(<{{1,8}}t?)?/",
            f"call: {call}",
            *values,
        ]
    )


def _body(pieces: Sequence[Piece], rules: list[str]) -> str:
    """The pieces as an expression; what needs a rule of its own is added to `rules`."""
    parts = list[str]()
    left = list(pieces)
    while left:
        piece = left.pop(0)
        if isinstance(piece, str):
            parts.append(_quoted(piece))
        elif isinstance(piece, OneOf):
            parts.append(f"({' | '.join(map(_quoted, piece.texts))})")
        elif isinstance(piece, tuple):
            parts.append(f"({_body(piece, rules)})?")
        elif isinstance(piece, FreeText):
            assert left, "free text ends with a fixed one"
            assert isinstance(left[0], str), "free text ends with a fixed one"
            rules.append(f"part_{len(rules)}[lazy]: TEXT {_quoted(left.pop(0))}")
            parts.append(f"part_{len(rules) - 1}")
        else:
            schema = json.dumps({**piece, "x-guidance": _JSON}, ensure_ascii=False)
            rules.append(f"part_{len(rules)}: %json {schema}")
            parts.append(f"part_{len(rules) - 1}")
    return " ".join(parts)


def _quoted(text: Any) -> str:
    return json.dumps(text, ensure_ascii=False)
