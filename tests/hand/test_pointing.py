"""A model is asked to point at what cannot be found, once, and never about what can be, or what is checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from handsight import Hand, ScriptedModel, open_hand, wiring
from handsight.errors import Ambiguous, CheckFailed, ModelError, NotFound
from handsight.tools.gestures import gestures_for
from handsight.tools.registry import Tools
from handsight.tools.session import finish
from handsight.types import Picture, Point, Prompt, ToolCall

from .conftest import Eyes
from .till import Till


@contextmanager
def pointed(
    device: Eyes, folder: Path, replies: Sequence[object], *, timeout_s: float = 1.0, **more: object
) -> Iterator[tuple[Hand, ScriptedModel, Till]]:
    device.blind = False
    device.phone.stop(Till.package)
    device.phone.launch(Till.package)
    app = device.phone.app("Till")
    assert isinstance(app, Till)
    app.on, app.name, app.done = False, "", []
    model = ScriptedModel(replies)  # type: ignore[arg-type]
    with open_hand(device, model, folder=folder, timeout_s=timeout_s, read=lambda image: (), **more) as hand:  # type: ignore[arg-type]
        yield hand, model, app


def points(device: Eyes, at: Point) -> str:
    """What a model of the scripted one's family writes when it taps there."""
    tools = Tools([Tools(gestures_for(device))["tap"], finish])
    return wiring.open_dialect(None, "scripted").write(
        ToolCall("tap", {"at": [at.x, at.y]}), device.screenshot(), tools
    )


def said(prompt: Prompt) -> str:
    return "".join(part for message in prompt.messages for part in message.parts if isinstance(part, str))


def test_what_cannot_be_found_is_pointed_at_and_the_record_says_so(device: Eyes, tmp_path: Path) -> None:
    bell = Point(291, 1816)
    with pointed(device, tmp_path / "run", [lambda prompt: points(device, bell)]) as (hand, model, till):
        hand.tap("the thing that rings")
        assert till.done == ["bell"]
    [prompt] = model.prompts
    assert "the thing that rings" in said(prompt)
    assert len([part for message in prompt.messages for part in message.parts if isinstance(part, Picture)]) == 1
    assert '"click"' in said(prompt)
    assert '"swipe"' not in said(prompt)  # the one gesture that points is all it is offered
    assert "tap the thing that rings; found by model" in (tmp_path / "run" / "run.jsonl").read_text()


def test_a_place_that_is_found_says_that_a_model_named_it_and_nobody_how_surely(device: Eyes, tmp_path: Path) -> None:
    with pointed(device, tmp_path / "run", [lambda prompt: points(device, Point(291, 1816))]) as (hand, _, _till):
        found = hand.find("the thing that rings")
    assert (found.by, found.confidence, found.element) == ("model", None, None)
    assert abs(found.box.center.x - 291) < 2
    assert abs(found.box.center.y - 1816) < 3


def test_a_model_is_not_asked_for_what_is_found_or_may_be_several(device: Eyes, tmp_path: Path) -> None:
    with pointed(device, tmp_path / "run", []) as (hand, model, till):
        hand.tap("Pay")
        hand.tap("the red button")
        with pytest.raises(Ambiguous):
            hand.tap("Inbox")
        assert till.done == ["pay", "void"]
    assert model.prompts == []


@pytest.mark.parametrize(
    "reply",
    [
        '<tool_call>\n{"name": "terminate", "arguments": {"status": "failure"}}\n</tool_call>',
        "I see no such thing.",
        '<tool_call>\n{"name": "click", "arguments": {"coordinate": [9000, 9000]}}\n</tool_call>',
        '<tool_call>\n{"name": "swipe", "arguments": {"coordinate": [1, 1], "coordinate2": [9, 9]}}\n</tool_call>',
        "",
    ],
)
def test_an_answer_that_is_no_place_is_no_find_and_it_is_asked_once_a_call(
    device: Eyes, tmp_path: Path, reply: str
) -> None:
    with pointed(device, tmp_path / "run", [reply, reply]) as (hand, model, till):
        with pytest.raises(NotFound, match='there is no "thing that rings" on the screen'):
            hand.tap("the thing that rings")
        assert len(model.prompts) == 1
        with pytest.raises(NotFound):
            hand.find("the thing that rings")
        assert len(model.prompts) == 2
        assert till.done == []


def test_what_comes_while_nobody_is_asked_twice_is_found_as_ever(device: Eyes, tmp_path: Path) -> None:
    def later(prompt: Prompt) -> str:
        till.after(0.2, partial(setattr, till, "name", "Ada Lovelace"))
        return "It is not there."

    with pointed(device, tmp_path / "run", [later], timeout_s=5) as (hand, model, app):
        till = app
        assert hand.find("Ada Lovelace").by == "tree"
    assert len(model.prompts) == 1


def test_a_model_is_asked_also_where_no_time_is_left(device: Eyes, tmp_path: Path) -> None:
    with pointed(device, tmp_path / "run", [lambda prompt: points(device, Point(291, 1816))], timeout_s=0) as opened:
        hand, _, till = opened
        hand.tap("the thing that rings")
        assert till.done == ["bell"]


def test_a_check_is_never_a_models_word(device: Eyes, tmp_path: Path) -> None:
    with pointed(device, tmp_path / "run", [], timeout_s=0.2) as (hand, model, _till):
        for look in (hand.check, hand.wait_for, lambda what: hand.check(what, on=True)):
            with pytest.raises(CheckFailed):
                look("the thing that rings")
        with pytest.raises(NotFound):
            hand.read("the thing that rings")
        with pytest.raises(NotFound):
            hand.is_on("the thing that rings")
        assert not hand.shows("the thing that rings")
    assert model.prompts == []


def test_a_field_is_pointed_at_and_typed_into(device: Eyes, tmp_path: Path) -> None:
    with pointed(device, tmp_path / "run", [lambda prompt: points(device, Point(540, 1658))]) as (hand, _, till):
        hand.type("Ada", into="who bought it")
        assert till.name == "Ada"


def test_without_pointing_a_model_is_left_alone(device: Eyes, tmp_path: Path) -> None:
    with pointed(device, tmp_path / "run", [], timeout_s=0.2, pointing=False) as (hand, model, till):
        with pytest.raises(NotFound):
            hand.tap("the thing that rings")
        assert till.done == []
    assert model.prompts == []


def test_a_model_that_cannot_answer_is_an_error_of_its_own(device: Eyes, tmp_path: Path) -> None:
    with pointed(device, tmp_path / "run", [ModelError("the server is gone")], timeout_s=0.2) as (hand, _, till):
        with pytest.raises(ModelError, match="the server is gone"):
            hand.tap("the thing that rings")
        assert till.done == []


def test_the_reader_is_asked_nothing_it_reads_as_a_hand_does(device: Eyes, tmp_path: Path) -> None:
    device.blind = False
    device.phone.launch(Till.package)
    with open_hand(device, "reader", folder=tmp_path / "run", timeout_s=0.2) as hand:
        with pytest.raises(NotFound, match='no "thing that rings"'):
            hand.tap("the thing that rings")
        assert len(hand.trajectory.steps) == 1
