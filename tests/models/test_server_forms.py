"""Answers in a form, from servers that hold a model to it and from those that cannot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from handsight import Chat, ask
from handsight.errors import BadAnswer, ModelRefused, ModelUnreachable
from handsight.models.server import ServerModel
from handsight.types import Calls, Message, Prompt

FORM = "response_format"
SOON = "0.001"


class Bill(BaseModel):
    total: float


@pytest.fixture
def model(server: Any) -> Iterator[ServerModel]:
    model = ServerModel(server.url, "m", retries=0, timeout_s=5)
    yield model
    model.close()


def forms(server: Any) -> list[bool]:
    """Which requests asked for a form."""
    return [FORM in request.body for request in server.requests]


def test_an_answer_of_a_type_is_asked_for_as_a_schema(server: Any, model: ServerModel) -> None:
    server.says('{"total": 4.5}')
    assert ask(model, "What was paid?", type=Bill).total == 4.5
    (request,) = server.requests
    assert request.body[FORM]["type"] == "json_schema"
    asked = request.body[FORM]["json_schema"]
    assert asked["name"] == "answer"
    assert asked["schema"]["properties"]["total"] == {"title": "Total", "type": "number"}
    assert asked["schema"]["additionalProperties"] is False
    assert '"total"' in request.body["messages"][-1]["content"]  # the model is told as well


def test_words_and_calls_are_held_to_no_form(server: Any, model: ServerModel) -> None:
    for prompt in (Prompt((Message("user", ("Hi",)),)), Prompt((Message("user", ("Hi",)),), calls=Calls({}))):
        server.says("Hello.")
        model.generate(prompt)
    assert forms(server) == [False, False]


@pytest.mark.parametrize("status", [400, 422, 500, 501])
def test_a_server_that_knows_no_forms_is_asked_without_and_not_again(
    server: Any, model: ServerModel, status: int
) -> None:
    server.refuses(status, "response_format of type json_schema is not supported", retry_after=SOON)
    server.says('{"total": 4.5}')
    server.says('{"total": 5}')
    chat = Chat(model)
    assert [chat.ask("And?", type=Bill).total for _ in range(2)] == [4.5, 5]
    assert forms(server) == [True, False, False]
    first, second, _ = (request.body for request in server.requests)
    assert {name: value for name, value in first.items() if name != FORM} == second


def test_an_answer_told_as_it_comes_is_asked_for_again_as_well(server: Any, model: ServerModel) -> None:
    server.refuses(400, "no such format")
    chunk = {"choices": [{"delta": {"content": '{"total": 4.5}'}, "finish_reason": "stop"}]}
    server.gives(f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n", kind="text/event-stream")
    told: list[str] = []
    assert ask(model, "What was paid?", type=Bill, tell=told.append).total == 4.5
    assert "".join(told) == '{"total": 4.5}'
    assert forms(server) == [True, False]


def test_where_the_rest_of_the_request_is_refused_that_is_what_is_said(server: Any, model: ServerModel) -> None:
    server.refuses(400, "the context is too long, or the form is odd")
    server.refuses(400, "the context is too long")
    with pytest.raises(ModelRefused, match=r"does not take the request \(400\): the context is too long$"):
        ask(model, "What was paid?", type=Bill)
    server.says('{"total": 4.5}')
    assert ask(model, "What was paid?", type=Bill).total == 4.5
    assert forms(server) == [True, False, True]  # nothing speaks against forms


@pytest.mark.parametrize(("status", "error"), [(401, ModelRefused), (429, ModelRefused), (503, ModelUnreachable)])
def test_what_has_nothing_to_do_with_forms_is_asked_once(
    server: Any, model: ServerModel, status: int, error: type[Exception]
) -> None:
    server.refuses(status, "no", retry_after=SOON)
    with pytest.raises(error):
        ask(model, "What was paid?", type=Bill)
    assert forms(server) == [True]


def test_a_form_of_the_users_own_is_left_alone(server: Any, model: ServerModel) -> None:
    model.extra = {FORM: {"type": "json_object"}}
    server.says('{"total": 4.5}')
    ask(model, "What was paid?", type=Bill)
    assert server.requests[0].body[FORM] == {"type": "json_object"}
    server.refuses(400, "no json_object here")
    with pytest.raises(ModelRefused, match="no json_object here"):
        ask(model, "What was paid?", type=Bill)
    assert len(server.requests) == 2


def test_a_server_that_takes_a_form_and_does_not_keep_it_is_not_believed(server: Any, model: ServerModel) -> None:
    server.says("It was 4.50.")
    server.says('{"total": "much"}')
    with pytest.raises(BadAnswer, match="no answer of the form asked for, in 2 attempts: total: Input should be"):
        ask(model, "What was paid?", type=Bill, attempts=2)
