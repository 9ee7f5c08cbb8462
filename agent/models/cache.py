"""A cache of keys and values that takes in new tokens without moving the old.

transformers' own layer of attention makes all its keys and values anew for every token. Here they lie in rooms with
space for more, and what is handed out are views: only when a room is full are they moved to one that is larger.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

CHUNK = 256  # tokens: a room holds a multiple of so many


def open_cache(config: Any) -> DynamicCache:
    """An empty cache for a model; only its layers of full attention grow with each token, and have rooms."""
    cache = DynamicCache(config=config)
    cache.layers = [RoomyLayer() if type(layer) is DynamicLayer else layer for layer in cache.layers]
    return cache


class RoomyLayer(DynamicLayer):  # type: ignore[no-untyped-call]
    """Keys and values of shape (1, heads, tokens, size), each a view of the beginning of its room.

    Where they have been replaced by other tensors, the room is left behind: they get another when they grow.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._rooms: dict[str, Tensor] = {}

    def __copy__(self) -> RoomyLayer:
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__, _rooms={})  # two cannot grow in one room
        return twin

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> tuple[Tensor, Tensor]:
        """Take in new tokens. Gives all keys and values so far."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        count = self.get_seq_length()
        self.keys = self._appended("keys", self.keys, count, key_states)
        self.values = self._appended("values", self.values, count, value_states)
        return self.keys, self.values

    def _appended(self, name: str, held: Tensor | None, count: int, new: Tensor) -> Tensor:
        total = count + new.shape[-2]
        room = self._rooms.get(name)
        if room is None or held is None or not _fits(room, held, total):
            shape = (*new.shape[:-2], -(-total // CHUNK) * CHUNK, new.shape[-1])
            room = self._rooms[name] = new.new_empty(shape)
            if held is not None and count:
                room[..., :count, :] = held
        room[..., count:total, :] = new
        return room[..., :total, :]


def _fits(room: Tensor, held: Tensor, total: int) -> bool:
    """Whether `held` lies at the beginning of `room`, which has space for `total` tokens and not much too much."""
    here = held.data_ptr() == room.data_ptr() and held.stride() == room.stride()
    return here and total <= room.shape[-2] <= 2 * total + CHUNK
