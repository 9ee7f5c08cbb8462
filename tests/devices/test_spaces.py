"""A space of actions becomes a strict schema: what fits it is an action of the space, and what does not is refused."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces

from handsight.devices.gym.spaces import form_of
from handsight.errors import BadCall, UsageError
from handsight.tools.validation import validator, violations

UNIT = {"type": "number", "minimum": -1.0, "maximum": 1.0}


def wrong(schema: dict[str, Any], value: Any) -> str:
    whole = {"type": "object", "properties": {"action": schema}, "required": ["action"]}
    return violations(validator(whole), {"action": value})


def box(low: Any, high: Any, shape: tuple[int, ...] | None = None, dtype: Any = np.float32) -> spaces.Box:
    return spaces.Box(np.asarray(low, dtype) if shape is None else low, np.asarray(high, dtype), shape, dtype)


def uniform(low: float, high: float, shape: tuple[int, ...], dtype: Any = np.float32) -> spaces.Box:
    return spaces.Box(low, high, shape, dtype)


@pytest.mark.parametrize(
    ("space", "schema"),
    [
        (spaces.Discrete(4), {"type": "integer", "minimum": 0, "maximum": 3}),
        (spaces.Discrete(3, start=-1), {"type": "integer", "minimum": -1, "maximum": 1}),
        (uniform(-1, 1, ()), UNIT),
        (uniform(-1, 1, (2,)), {"type": "array", "items": UNIT, "minItems": 2, "maxItems": 2}),
        (
            box([0.1, -2], [0.4, 2]),
            {
                "type": "array",
                "prefixItems": [
                    {"type": "number", "minimum": 0.1, "maximum": 0.4},
                    {"type": "number", "minimum": -2.0, "maximum": 2.0},
                ],
                "items": False,
                "minItems": 2,
                "maxItems": 2,
            },
        ),
        (
            uniform(0, 255, (1, 1), np.uint8),
            {
                "type": "array",
                "items": {
                    "type": "array",
                    "items": {"type": "integer", "minimum": 0, "maximum": 255},
                    "minItems": 1,
                    "maxItems": 1,
                },
                "minItems": 1,
                "maxItems": 1,
            },
        ),
        (
            spaces.MultiDiscrete([2, 3]),
            {
                "type": "array",
                "prefixItems": [
                    {"type": "integer", "minimum": 0, "maximum": 1},
                    {"type": "integer", "minimum": 0, "maximum": 2},
                ],
                "items": False,
                "minItems": 2,
                "maxItems": 2,
            },
        ),
        (
            spaces.MultiBinary(3),
            {
                "type": "array",
                "items": {"type": "integer", "minimum": 0, "maximum": 1},
                "minItems": 3,
                "maxItems": 3,
            },
        ),
        (
            spaces.Dict({"grip": spaces.Discrete(2)}),
            {
                "type": "object",
                "properties": {"grip": {"type": "integer", "minimum": 0, "maximum": 1}},
                "required": ["grip"],
                "additionalProperties": False,
            },
        ),
        (
            spaces.Tuple((spaces.Discrete(2),)),
            {
                "type": "array",
                "prefixItems": [{"type": "integer", "minimum": 0, "maximum": 1}],
                "items": False,
                "minItems": 1,
                "maxItems": 1,
            },
        ),
        (spaces.Text(5), {"type": "string", "minLength": 1, "maxLength": 5}),
    ],
    ids=str,
)
def test_a_space_becomes_its_schema(space: spaces.Space[Any], schema: dict[str, Any]) -> None:
    assert form_of(space).schema == schema


def in_json(action: Any) -> Any:
    """An action of a space as a model writes it."""
    if isinstance(action, np.ndarray):
        return action.tolist()
    if isinstance(action, np.generic):
        return action.item()
    if isinstance(action, dict):
        return {name: in_json(part) for name, part in action.items()}
    if isinstance(action, tuple):
        return [in_json(part) for part in action]
    return action


EVERY = [
    spaces.Discrete(5, start=2),
    uniform(-0.4, 0.4, (17,)),
    uniform(-3, 7, (2, 3), np.int64),
    uniform(-1, 1, (), np.float64),
    spaces.MultiDiscrete([[2, 3], [4, 5]]),
    spaces.MultiDiscrete([3, 3], start=[-1, 10]),
    spaces.MultiBinary((2, 2)),
    spaces.Text(max_length=6, min_length=2, charset="ab "),
    spaces.Dict(OrderedDict(arm=uniform(-1, 1, (3,)), hand=spaces.Dict({"open": spaces.MultiBinary(1)}))),
    spaces.Tuple((spaces.Discrete(3), uniform(0, 9, (2,)), spaces.Tuple((spaces.MultiBinary(2),)))),
]


@pytest.mark.parametrize("space", EVERY, ids=str)
def test_every_action_of_a_space_fits_its_schema_and_is_read_back(space: spaces.Space[Any]) -> None:
    form = form_of(space)
    space.seed(7)
    for _ in range(50):
        action = space.sample()
        written = in_json(action)
        assert wrong(form.schema, written) == ""
        read = form.read(written)
        assert space.contains(read)
        assert in_json(read) == written


@pytest.mark.parametrize(
    ("space", "value"),
    [
        (spaces.Discrete(4), 4),
        (spaces.Discrete(4), -1),
        (spaces.Discrete(4), 1.5),
        (spaces.Discrete(4), True),
        (spaces.Discrete(4), "1"),
        (uniform(-1, 1, (2,)), [0.5]),
        (uniform(-1, 1, (2,)), [0.5, 0.5, 0.5]),
        (uniform(-1, 1, (2,)), [0.5, 1.0001]),
        (uniform(-1, 1, (2,)), 0.5),
        (box([0.1, -2], [0.4, 2]), [0.05, 0]),
        (box([0.1, -2], [0.4, 2]), [0.2, 0, 0]),
        (uniform(0, 3, (1,), np.int64), [0.5]),
        (spaces.MultiDiscrete([2, 3]), [2, 0]),
        (spaces.MultiBinary(2), [0, 2]),
        (spaces.Dict({"grip": spaces.Discrete(2)}), {}),
        (spaces.Dict({"grip": spaces.Discrete(2)}), {"grip": 1, "jump": 1}),
        (spaces.Tuple((spaces.Discrete(2),)), [1, 1]),
        (spaces.Tuple((spaces.Discrete(2),)), []),
        (spaces.Text(3), "abcd"),
    ],
    ids=str,
)
def test_what_is_no_action_of_the_space_does_not_fit_the_schema(space: spaces.Space[Any], value: Any) -> None:
    assert wrong(form_of(space).schema, value)


@pytest.mark.parametrize("bound", [0.1, 0.4, 2.1, 0.3333])
def test_a_bound_that_a_float32_cannot_hold_is_written_as_it_was_meant_and_reached(bound: float) -> None:
    space = uniform(-bound, bound, (1,))
    form = form_of(space)
    assert form.schema["items"] == {"type": "number", "minimum": -bound, "maximum": bound}
    for value in ([bound], [-bound]):
        assert wrong(form.schema, value) == ""
        assert space.contains(form.read(value))


def test_actions_are_called_by_their_names() -> None:
    form = form_of(spaces.Discrete(3, start=5), ["left", "stay", "right"])
    assert form.schema == {"type": "string", "enum": ["left", "stay", "right"]}
    assert [form.read(name) for name in ("left", "stay", "right")] == [5, 6, 7]


@pytest.mark.parametrize("names", [["left"], ["left", "left"], ["left", ""], ["a", "b", "c"]])
def test_names_that_do_not_go_with_the_actions_are_refused(names: list[str]) -> None:
    with pytest.raises(UsageError, match="2 actions take as many different names; these are"):
        form_of(spaces.Discrete(2), names)


def test_only_discrete_actions_have_names() -> None:
    with pytest.raises(UsageError, match=r"only the actions of a Discrete space have names, and this is Box.*leave"):
        form_of(uniform(-1, 1, (2,)), ["x", "y"])


@pytest.mark.parametrize("space", [uniform(-np.inf, 1, (2,)), uniform(0, np.inf, (1,)), box([0, -np.inf], [1, 1])])
def test_a_space_without_bounds_is_refused_in_words(space: spaces.Box) -> None:
    with pytest.raises(UsageError, match=r"no finite bounds in Box.*RescaleAction"):
        form_of(space)


def test_a_space_without_bounds_inside_another_is_refused_as_well() -> None:
    with pytest.raises(UsageError, match="no finite bounds"):
        form_of(spaces.Dict({"arm": spaces.Tuple((uniform(-np.inf, np.inf, (1,)),))}))


def test_an_action_of_more_numbers_than_a_model_writes_is_refused() -> None:
    with pytest.raises(UsageError, match="an action is 27648 numbers, and a model is asked for at most 256"):
        form_of(uniform(0, 255, (96, 96, 3), np.uint8))


@pytest.mark.parametrize(
    "space",
    [spaces.Sequence(spaces.Discrete(2)), spaces.Graph(spaces.Discrete(2), None), spaces.OneOf((spaces.Discrete(2),))],
    ids=lambda space: type(space).__name__,
)
def test_a_space_of_another_kind_is_refused_and_those_that_can_be_worked_are_named(space: spaces.Space[Any]) -> None:
    with pytest.raises(UsageError, match=f"an action is a {type(space).__name__}, .*; Discrete, Box, MultiDiscrete"):
        form_of(space)


def test_what_only_the_space_itself_knows_is_put_back_to_the_model() -> None:
    form = form_of(spaces.Text(5, charset="abc"))
    assert form.read("cab") == "cab"
    with pytest.raises(BadCall, match=r"action is one of Text.*, not xyz"):
        form.read("xyz")


@pytest.mark.parametrize("id", ["Blackjack-v1", "CartPole-v1", "FrozenLake-v1", "Pendulum-v1", "Acrobot-v1"])
def test_the_actions_of_gymnasiums_own_environments_can_be_written(id: str) -> None:
    env = gymnasium.make(id)
    assert wrong(form_of(env.action_space).schema, in_json(env.action_space.sample())) == ""
    env.close()
