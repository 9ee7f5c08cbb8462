"""Keys and values kept from prompt to prompt, so that a step computes only its new tokens.

A prompt is compared with what is kept by its *keys*: one number for each token, its id, or for a token of a picture a
negative number that is told by what the picture shows. Two prompts share what they share of these.

Layers of attention hold a row for each token and can be cut anywhere. Layers of linear attention (Qwen3.5) hold one
state for all tokens so far and cannot: for them a conversation carries marks, copies of those states as they stood at
certain lengths, and is cut at a mark.
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

MARKS = 2


class Conversation:
    """The tokens that a cache holds, by their keys. `cache` is a DynamicCache of transformers with one row of text."""

    def __init__(self, cache: Any) -> None:
        self.cache = cache
        self.keys: list[int] = []
        self._marks: dict[int, dict[int, Any]] = {}  # length -> layer -> its state

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def nbytes(self) -> int:
        """The memory of the keys, values and states, and of the room that they are given to grow."""
        layers = [*self.cache.layers, *(layer for mark in self._marks.values() for layer in mark.values())]
        blocks = (tensor.untyped_storage() for layer in layers for tensor in _tensors(layer))
        return sum({block.data_ptr(): block.nbytes() for block in blocks}.values())  # several may share a block

    def usable(self, keys: Sequence[int]) -> int:
        """How many of the tokens kept a prompt can build on: its last is always computed, for what follows it."""
        length = shared(self.keys, keys[:-1])
        while 0 < length < len(keys) and keys[length] < 0 and keys[length - 1] == keys[length]:
            length -= 1  # no picture is computed by halves
        if length == len(self.keys) or not self.rigid:
            return length
        return max((mark for mark in self._marks if mark <= length), default=0)

    def cut(self, length: int) -> None:
        """Forget what follows the first `length` tokens, a number that `usable` gave."""
        if length == len(self):
            return
        surplus = len(self) - length
        for index, layer in enumerate(self.cache.layers):
            if layer.is_croppable:
                layer.crop(-surplus)
            else:  # copied once more: the next tokens change a state in place
                self.cache.layers[index] = copy.deepcopy(self._marks[length][index])
        del self.keys[length:]
        self._marks = {at: mark for at, mark in self._marks.items() if at <= length}

    def fork(self, length: int) -> Conversation:
        """A conversation of its own that begins with the first `length` tokens, a number that `usable` gave."""
        cache = copy.copy(self.cache)
        cache.layers = [self._layer(index, length) for index in range(len(cache.layers))]
        twin = Conversation(cache)
        twin.keys = self.keys[:length]
        twin._marks = {at: mark for at, mark in self._marks.items() if at <= length}
        return twin

    def mark(self, length: int) -> None:
        """Keep a way back to this moment, where the cache holds `length` tokens; only where it cannot be cut anyway."""
        if self.rigid and self.cache.get_seq_length() == length and length not in self._marks:
            self._marks[length] = {index: copy.deepcopy(self.cache.layers[index]) for index in self.rigid}
            for old in sorted(self._marks)[1:-MARKS]:  # the first is where every rebuilding begins
                del self._marks[old]

    def grow(self, keys: Sequence[int]) -> None:
        """Note the tokens that the cache holds by now: the first of `keys`, as many as it has room for."""
        self.keys = list(keys[: self.cache.get_seq_length()])

    @property
    def rigid(self) -> list[int]:
        """The layers that cannot be cut."""
        return [index for index, layer in enumerate(self.cache.layers) if not layer.is_croppable]

    def _layer(self, index: int, length: int) -> Any:
        layer = self.cache.layers[index]
        if not layer.is_croppable:
            return copy.deepcopy(layer if length == len(self) else self._marks[length][index])
        twin = copy.copy(layer)
        twin.keys, twin.values = layer.keys[..., :length, :].clone(), layer.values[..., :length, :].clone()
        return twin


class Conversations:
    """The conversations held with one model last, as many as `limit_bytes` allows, besides the one going on."""

    def __init__(self, fresh: Callable[[], Any], limit_bytes: int) -> None:
        self._fresh = fresh
        self.limit_bytes = limit_bytes
        self._kept: list[Conversation] = []  # the one used last stands last

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def nbytes(self) -> int:
        """The memory of all of them."""
        return sum(conversation.nbytes for conversation in self._kept)

    def take(self, keys: Sequence[int]) -> Conversation:
        """Take out a conversation that holds the beginning of a prompt, as much of it as can be had; it may be empty.

        The one that shares the most is cut and taken over where it goes on, or where the prompt replaces it. Where the
        prompt merely begins alike (the same system text), it is copied and stays.
        """
        best = max(reversed(self._kept), key=lambda kept: kept.usable(keys), default=None)
        length = best.usable(keys) if best else 0
        if best is None or length == 0:
            return Conversation(self._fresh())
        if not _replaces(keys[length:], best.keys[length:], length):
            return best.fork(length)
        self._kept.remove(best)
        best.cut(length)
        return best

    def keep(self, conversation: Conversation) -> None:
        """Keep a conversation for its next prompt; those used longest ago leave when there is no room."""
        self._kept.append(conversation)
        while len(self._kept) > 1 and self.nbytes > self.limit_bytes:
            del self._kept[0]

    def clear(self) -> bool:
        """Forget all of them. Tells whether there was anything to forget."""
        had = bool(self._kept)
        self._kept.clear()
        return had


class Rows:
    """What the vision tower made of pictures, by their keys; those used longest ago leave beyond `limit_bytes`."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self._rows: OrderedDict[int, Sequence[Any]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def nbytes(self) -> int:
        """The memory of all of them."""
        return sum(tensor.nbytes for rows in self._rows.values() for tensor in rows)

    def get(self, key: int, look: Callable[[], Sequence[Any]]) -> Sequence[Any]:
        """Give the rows of a picture; `look` makes those that are not kept."""
        rows = self._rows.pop(key, None) or look()
        self._rows[key] = rows
        while self._rows and self.nbytes > self.limit_bytes:
            self._rows.popitem(last=False)
        return rows

    def clear(self) -> bool:
        """Forget all of them. Tells whether there was anything to forget."""
        had = bool(self._rows)
        self._rows.clear()
        return had


def shared(one: Sequence[int], other: Sequence[int]) -> int:
    """How many numbers both begin with."""
    length = min(len(one), len(other))
    if one[:length] == other[:length]:
        return length
    return next(index for index in range(length) if one[index] != other[index])


def _replaces(new: Sequence[int], lost: Sequence[int], kept: int) -> bool:
    """Whether a prompt takes the place of the conversation that it branches from.

    It does when little is lost (a reply that is repaired), or when what it goes on with shows pictures that would be
    lost (older ones have been left out of it). Else it may be another conversation with the same beginning.
    """
    pictures = {key for key in lost if key < 0}
    return bool(pictures & set(new)) if pictures else 4 * len(lost) <= kept


def _tensors(layer: Any) -> Iterator[Any]:
    """The tensors of a layer of a cache, whatever its kind."""
    for value in vars(layer).values():
        held = value.values() if isinstance(value, dict) else [value]
        yield from (each for each in held if hasattr(each, "nbytes"))
