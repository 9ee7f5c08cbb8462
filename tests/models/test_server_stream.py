"""Answers that come piece by piece from a server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from handsight.errors import ModelRefused, ModelUnreachable
from handsight.models.base import Streaming
from handsight.models.server import ServerModel
from handsight.types import Message, Prompt, Reply

HELLO = Prompt((Message("user", ("Hello",)),), stop=("<end>",), max_tokens=30)
USAGE = {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 4}}


@pytest.fixture
def model(server: Any) -> Iterator[ServerModel]:
    model = ServerModel(server.url, "m", retries=0, timeout_s=5)
    yield model
    model.close()


def events(*chunks: Any, done: bool = True) -> str:
    return "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n" * done


def piece(text: str | None = None, finish: str | None = None, **delta: Any) -> dict[str, Any]:
    more = {} if text is None else {"content": text}
    return {"choices": [{"index": 0, "delta": {**more, **delta}, "finish_reason": finish}]}


def streamed(server: Any, model: ServerModel, *chunks: Any, **how: Any) -> tuple[Reply, list[str]]:
    """What a model answers when these chunks come, and what it told of them."""
    server.gives(events(*chunks, done=how.pop("done", True)), kind="text/event-stream", **how)
    said: list[str] = []
    return model.stream(HELLO, said.append), said


def test_an_answer_is_told_as_it_comes(server: Any, model: ServerModel) -> None:
    chunks = [
        piece("", role="assistant"),
        piece("I see "),
        piece("🇩"),
        piece("🇪 and"),
        piece(" tap."),
        piece(finish="stop"),
    ]
    reply, said = streamed(server, model, *chunks, USAGE)
    assert reply == Reply("I see 🇩🇪 and tap.", 9, 4, "stop")
    assert said == ["I see", " ", "🇩🇪 an", "d tap", "."]


def test_the_request_is_that_of_generate_and_asks_for_counts(server: Any, model: ServerModel) -> None:
    streamed(server, model, piece("Hi", finish="stop"))
    server.says("Hi")
    model.generate(HELLO)
    asked, at_once = (request.body for request in server.requests)
    assert asked == {**at_once, "stream": True, "stream_options": {"include_usage": True}}


def test_what_is_extra_can_leave_the_counts_out(server: Any, model: ServerModel) -> None:
    model.extra = {"stream_options": None}
    streamed(server, model, piece("Hi", finish="stop"))
    assert server.requests[0].body["stream_options"] is None


def test_an_answer_that_ran_out_of_room_says_so(server: Any, model: ServerModel) -> None:
    assert streamed(server, model, piece("Hi", finish="length"))[0].finish == "length"


def test_a_thought_without_an_answer_is_told_as_a_thought(server: Any, model: ServerModel) -> None:
    reply, said = streamed(
        server, model, piece(reasoning_content="We"), piece(reasoning_content="ll"), piece(finish="stop")
    )
    assert reply.text == "<think>\nWell\n</think>" == "".join(said)


def test_without_an_end_it_is_no_answer(server: Any, model: ServerModel) -> None:
    with pytest.raises(ModelUnreachable, match="a stream that breaks off after 'I see'"):
        streamed(server, model, piece("I see"), done=False)


def test_a_connection_that_breaks_is_no_answer(server: Any, model: ServerModel) -> None:
    broken = {"content-length": "99999", "connection": "close"}
    with pytest.raises(ModelUnreachable, match="broke off its answer"):
        streamed(server, model, piece("I see"), done=False, headers=broken)


def test_an_error_in_the_stream_is_said_in_the_servers_words(server: Any, model: ServerModel) -> None:
    with pytest.raises(ModelUnreachable, match="broke off its answer: the cards are on fire"):
        streamed(server, model, piece("I see"), {"error": {"message": "the cards are on fire"}})


@pytest.mark.parametrize("chunk", ["odd", {"choices": ["odd"]}, {"choices": [{"delta": 3}]}])
def test_a_chunk_of_another_shape_is_shown(server: Any, model: ServerModel, chunk: Any) -> None:
    with pytest.raises(ModelUnreachable, match="not as an OpenAI-compatible server does"):
        streamed(server, model, chunk)


def test_broken_json_in_the_stream_is_no_answer(server: Any, model: ServerModel) -> None:
    server.gives("data: {\n\n", kind="text/event-stream")
    with pytest.raises(ModelUnreachable, match="broken JSON"):
        model.stream(HELLO, print)


def test_a_filter_and_a_refusal_are_told_apart(server: Any, model: ServerModel) -> None:
    with pytest.raises(ModelRefused, match="content filter"):
        streamed(server, model, piece("I", finish="content_filter"))
    server.refuses(400, "no pictures here")
    with pytest.raises(ModelRefused, match="no pictures here"):
        model.stream(HELLO, print)


def test_what_is_raised_while_telling_is_passed_on_and_the_model_answers_again(server: Any, model: ServerModel) -> None:
    def tell(_: str) -> None:
        raise ValueError("enough")

    server.gives(events(piece("I see"), piece(finish="stop")), kind="text/event-stream")
    with pytest.raises(ValueError, match="enough"):
        model.stream(HELLO, tell)
    server.says("Hi")
    assert model.generate(HELLO).text == "Hi"


def test_a_server_model_can_stream(model: ServerModel) -> None:
    assert isinstance(model, Streaming)
