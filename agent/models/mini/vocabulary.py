"""What the mini model reads and writes: characters, the pieces of its acts, and one token for each step of a place.

An act is a verb, what it is done to in words, and where, in thousandths of the width and the height:

    tap “Save” ‹455›‹120›      hold “Milk” ‹500›‹300›      type “two eggs”      open “Clock”
    scroll down                back                        done                 say “14”      fail “no Thunder”

The words come before the place, so that what is meant is decided before where it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

STEP = 5  # of a place, in thousandths
CONTROL = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
)
UNKNOWN = "\ufffd"
OPENERS = ("tap “", "hold “", "type “", "open “", "say “", "fail “")
CLOSER = "”"
PLAIN = ("scroll down", "scroll up", "scroll left", "scroll right", "back", "home", "enter", "clear", "wait", "done")
ROLES = ("user\n", "assistant\n", "system\n")
PIECES = (UNKNOWN, *ROLES, *OPENERS, f"{CLOSER} ", CLOSER, *PLAIN)
PLACES = tuple(f"‹{number}›" for number in range(0, 1001, STEP))
LATIN = "\n" + "".join(map(chr, range(32, 127))) + "äöüßéèñçáíóúàâêîôûÄÖÜÉ“‘’…–—×·•€£¥°→★¿¡"
_FIRST = len(CONTROL)
_FORM = re.compile("|".join(map(re.escape, (*PIECES, *PLACES))) + r"|[\s\S]")


class Vocabulary:
    """The tokens in the order of their ids: control tokens, pieces, places, characters."""

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = "".join(characters)
        self.tokens = (*CONTROL, *PIECES, *PLACES, *self.characters)
        self._ids = {token: number for number, token in enumerate(self.tokens) if number >= _FIRST}
        self.control = {token: number for number, token in enumerate(CONTROL)}
        self.first_place = self._ids[PLACES[0]]
        self.first_character = self.first_place + len(PLACES)
        if len(self._ids) + _FIRST != len(self.tokens):
            raise ValueError("a token stands in the vocabulary twice")

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, text: str) -> list[int]:
        """The ids of text; a character that is not known becomes one id that says so."""
        unknown = self._ids[UNKNOWN]
        return [self._ids.get(piece, unknown) for piece in _FORM.findall(text)]

    def decode(self, ids: Iterable[int]) -> str:
        """The text of ids, without control tokens."""
        return "".join(self.tokens[number] for number in ids if number >= _FIRST)

    def place(self, share: float) -> int:
        """The id of a place, given as a share of the width or the height."""
        return self.first_place + round(min(1.0, max(0.0, share)) * 1000 / STEP)

    def is_place(self, token: int) -> bool:
        """Whether an id is a number of a place."""
        return self.first_place <= token < self.first_character

    def tokenizer(self) -> Any:
        """The same as a tokenizer of the `tokenizers` library, which AutoTokenizer loads."""
        from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

        known = {token: number for number, token in enumerate(self.tokens)}
        made = Tokenizer(models.WordLevel(known, unk_token=UNKNOWN))
        made.pre_tokenizer = pre_tokenizers.Split(Regex(_FORM.pattern), "isolated")
        made.decoder = decoders.Fuse()
        made.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in CONTROL])
        return made


def stored(folder: Path) -> Vocabulary:
    """The vocabulary of a checkpoint's folder."""
    known = json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    ordered = sorted(known, key=known.__getitem__)
    return Vocabulary(ordered[_FIRST + len(PIECES) + len(PLACES) :])
