"""A cache that grows in place: what transformers' own holds, and what it costs."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import DynamicCache

from handsight.models.cache import CHUNK, RoomyLayer, open_cache
from handsight.models.local import TransformersModel
from handsight.models.prefix import Conversation

from .checkpoints import MODELS

EVENTS = st.lists(
    st.tuples(st.sampled_from(["add", "add", "crop", "copy", "fork"]), st.integers(1, 2 * CHUNK)), max_size=14
)


def tokens(count: int, seed: int = 0) -> torch.Tensor:
    return torch.randn((1, 2, count, 4), generator=torch.Generator().manual_seed(seed))


def conversation(layer: RoomyLayer) -> Conversation:
    held = Conversation(DynamicCache())
    held.cache.layers = [layer]
    held.grow(range(layer.get_seq_length()))
    return held


@given(EVENTS)
def test_whatever_happens_to_it_it_holds_what_transformers_holds(events: list[tuple[str, int]]) -> None:
    ours, theirs = RoomyLayer(), DynamicCache()
    theirs.update(tokens(3), tokens(3, 1), 0)
    ours.update(tokens(3), tokens(3, 1))
    for step, (event, count) in enumerate(events):
        if event == "add":
            new = tokens(count, 2 * step), tokens(count, 2 * step + 1)
            given_back = ours.update(*new)
            assert all(map(torch.equal, given_back, theirs.update(*new, 0)))
        elif event == "crop":
            count = min(count, ours.get_seq_length())
            ours.crop(-count)
            theirs.crop(-count)
        elif event == "copy":
            ours = copy.deepcopy(ours)
        else:
            ours = conversation(ours).fork(ours.get_seq_length()).cache.layers[0]
        assert ours.get_seq_length() == theirs.get_seq_length()
        assert torch.equal(ours.keys, theirs.layers[0].keys)
        assert torch.equal(ours.values, theirs.layers[0].values)


def test_a_token_moves_nothing_until_the_room_is_full() -> None:
    layer = RoomyLayer()
    layer.update(tokens(1), tokens(1))
    places = set()
    for _ in range(CHUNK - 1):
        layer.update(tokens(1), tokens(1))
        places.add((layer.keys.data_ptr(), layer.values.data_ptr()))
    assert len(places) == 1
    layer.update(tokens(1), tokens(1))
    assert (layer.keys.data_ptr(), layer.values.data_ptr()) not in places


def test_a_room_is_at_most_one_chunk_too_large() -> None:
    layer = RoomyLayer()
    for count in (1, 300, 5, 700):
        layer.update(tokens(count), tokens(count))
        held = layer.get_seq_length()
        assert layer.keys.untyped_storage().nbytes() < (held + CHUNK) * 2 * 4 * 4


def test_a_room_that_has_become_much_too_large_is_left() -> None:
    layer = RoomyLayer()
    layer.update(tokens(20 * CHUNK), tokens(20 * CHUNK))
    layer.crop(-19 * CHUNK)
    kept = layer.keys.clone()
    layer.update(tokens(1), tokens(1))
    assert torch.equal(layer.keys[..., :-1, :], kept)
    assert layer.keys.untyped_storage().nbytes() == 2 * CHUNK * 2 * 4 * 4


def test_copies_grow_apart() -> None:
    layer = RoomyLayer()
    layer.update(tokens(5), tokens(5))
    held = conversation(layer)
    twins = [copy.deepcopy(layer), held.fork(5).cache.layers[0], held.fork(3).cache.layers[0]]
    before = layer.keys.clone()
    for seed, twin in enumerate(twins):
        twin.update(tokens(4, seed), tokens(4, seed))
    layer.update(tokens(2, 9), tokens(2, 9))
    assert torch.equal(layer.keys, torch.cat([before, tokens(2, 9)], -2))
    for seed, (twin, kept) in enumerate(zip(twins, (5, 5, 3), strict=True)):
        assert torch.equal(twin.keys, torch.cat([before[..., :kept, :], tokens(4, seed)], -2))


def test_the_memory_of_a_conversation_is_that_of_its_rooms() -> None:
    layer = RoomyLayer()
    layer.update(tokens(5), tokens(5))
    room = CHUNK * 2 * 4 * 4
    assert conversation(layer).nbytes == 2 * room
    layer.crop(-3)
    assert conversation(layer).nbytes == 2 * room  # what is cut off is free to be used again, and not given back
    assert conversation(layer).fork(2).nbytes == 2 * 2 * 2 * 4 * 4


@pytest.mark.parametrize("family", MODELS)
def test_only_layers_that_grow_with_each_token_have_rooms(
    opened: Callable[[str], TransformersModel], family: str
) -> None:
    config = opened(family)._model.config
    ours, theirs = open_cache(config), DynamicCache(config=config)
    assert [type(layer).__name__.replace("Roomy", "Dynamic") for layer in ours.layers] == [
        type(layer).__name__ for layer in theirs.layers
    ]
    assert any(isinstance(layer, RoomyLayer) for layer in ours.layers)
