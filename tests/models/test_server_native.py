"""Native calls and turns that go on, as a server is asked for them and gives them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from handsight.errors import ModelRefused, ModelUnreachable, UsageError
from handsight.models.server import ServerModel
from handsight.types import Message, NativeCall, Picture, Prompt, Reply

TAP = {"name": "tap", "description": "Tap.", "parameters": {"type": "object", "properties": {"x": {"type": "integer"}}}}
USER = Message("user", ("Tap 完成.", Picture(Image.new("RGB", (56, 56)))))
ASK = Prompt((USER,), functions=(TAP,))
MADE = Message("assistant", ("I tap.",), calls=(NativeCall("c1", "tap", '{"x": 1}'),))
DONE = Message("tool", ("Done.\n", "It rests."), answers="c1")


@pytest.fixture
def model(server: Any) -> Iterator[ServerModel]:
    model = ServerModel(server.url, "m", retries=0, timeout_s=5)
    yield model
    model.close()


def made(name: str = "tap", arguments: Any = '{"x": 1}', id: str | None = "c1") -> dict[str, Any]:
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


# A turn that goes on


def test_a_turn_that_goes_on_is_asked_for_as_vllm_and_sglang_take_it(server: Any, model: ServerModel) -> None:
    server.says("so I tap")
    turn = Message("assistant", ("I see ", Picture(Image.new("RGB", (56, 28))), "and "))
    assert model.generate(Prompt((USER, turn))).text == "so I tap"
    body = server.requests[0].body
    assert (body["continue_final_message"], body["add_generation_prompt"]) == (True, False)
    said = body["messages"][-1]
    assert said["role"] == "assistant"
    assert [part["type"] for part in said["content"]] == ["text", "image_url", "text"]
    server.says("ok")
    model.generate(Prompt((USER, turn, USER)))
    closed = server.requests[1].body
    assert closed["messages"][:2] == body["messages"]
    assert set(body) - set(closed) == {"continue_final_message", "add_generation_prompt"}


def test_a_turn_that_goes_on_after_a_picture_ends_in_a_text_of_no_length(server: Any, model: ServerModel) -> None:
    """Servers go on behind the last text of a turn: there the picture would be left out."""
    for _ in range(2):
        server.says("so I tap")
    turn = Message("assistant", ("I see ", Picture(Image.new("RGB", (56, 28)))))
    model.generate(Prompt((USER, turn)))
    assert [part.get("text") for part in server.requests[0].body["messages"][-1]["content"]] == ["I see ", None, ""]
    model.generate(Prompt((USER, turn, USER)))
    assert [part.get("text") for part in server.requests[1].body["messages"][1]["content"]] == ["I see ", None]


@pytest.mark.parametrize("parts", [("I see ", Picture(Image.new("RGB", (56, 28)))), ("I see ",), ("Look: ", "\n")])
def test_what_is_sent_of_a_turn_is_what_a_chat_template_goes_on_with(
    server: Any, model: ServerModel, parts: tuple[Any, ...]
) -> None:
    """By transformers' own rendering, which vLLM and SGLang use, of a template like Qwen's."""
    from transformers.utils.chat_template_utils import render_jinja_template

    server.says("so I tap")
    model.generate(Prompt((Message("user", ("Well?",)), Message("assistant", parts))))
    body = server.requests[0].body
    template = (
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.content is string %}{{ m.content }}{% else %}"
        "{% for part in m.content %}{% if part.type == 'text' %}{{ part.text }}{% else %}<picture>{% endif %}"
        "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>{% endif %}"
    )
    ((text,), _) = render_jinja_template(
        conversations=[body["messages"]],
        chat_template=template,
        continue_final_message=body["continue_final_message"],
        add_generation_prompt=body["add_generation_prompt"],
    )
    said = "".join(part if isinstance(part, str) else "<picture>" for part in parts)
    assert text.endswith(f"<|im_start|>assistant\n{said}")


# What is asked


def test_functions_are_offered_as_tools(server: Any, model: ServerModel) -> None:
    server.says(None, "tool_calls", tool_calls=[made()])
    model.generate(ASK)
    body = server.requests[0].body
    assert body["tools"] == [{"type": "function", "function": TAP}]
    server.says("Hello.")
    model.generate(replace(ASK, functions=()))
    assert set(body) - set(server.requests[1].body) == {"tools"}


def test_calls_and_what_came_of_them_go_back(server: Any, model: ServerModel) -> None:
    server.says("Done.")
    model.generate(Prompt((USER, MADE, DONE), functions=(TAP,)))
    assert server.requests[0].body["messages"][1:] == [
        {
            "role": "assistant",
            "content": "I tap.",
            "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "tap", "arguments": '{"x": 1}'}}],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "Done.\nIt rests."},
    ]


@pytest.mark.parametrize("arguments", ["", '{"x": ', "[1]", '"x"', "[" * 5000])
def test_arguments_that_no_server_would_read_go_back_within_some_that_it_does(
    server: Any, model: ServerModel, arguments: str
) -> None:
    server.says("Done.")
    broken = replace(MADE, calls=(NativeCall("c1", "tap", arguments),))
    model.generate(Prompt((USER, broken, DONE), functions=(TAP,)))
    sent = server.requests[0].body["messages"][1]["tool_calls"][0]["function"]["arguments"]
    assert json.loads(sent) == {"broken_json": arguments}


def test_a_picture_does_not_answer_a_call(server: Any, model: ServerModel) -> None:
    shown = replace(DONE, parts=("See", *USER.parts))
    with pytest.raises(UsageError, match="text alone, and a picture came with it"):
        model.generate(Prompt((USER, MADE, shown), functions=(TAP,)))
    assert server.requests == []


# What comes back


def test_a_call_comes_beside_the_text(server: Any, model: ServerModel) -> None:
    server.says("我点完成。", "tool_calls", tool_calls=[made(), made("wait", "{}", "c2")])
    calls = (NativeCall("c1", "tap", '{"x": 1}'), NativeCall("c2", "wait", "{}"))
    assert model.generate(ASK) == Reply("我点完成。", 1290, 23, "stop", native=calls)


@pytest.mark.parametrize("text", [None, ""])
def test_a_call_without_text_is_a_reply(server: Any, model: ServerModel, text: str | None) -> None:
    server.says(text, "tool_calls", tool_calls=[made()])
    reply = model.generate(ASK)
    assert (reply.text, len(reply.native)) == ("", 1)


def test_a_thought_before_a_call_stays_a_thought(server: Any, model: ServerModel) -> None:
    server.says(None, "tool_calls", tool_calls=[made()], reasoning_content="The button is there.")
    reply = model.generate(ASK)
    assert (reply.text, len(reply.native)) == ("<think>\nThe button is there.\n</think>", 1)


def test_text_without_a_call_is_as_it_was(server: Any, model: ServerModel) -> None:
    server.says("I see nothing to tap.", tool_calls=[])
    assert model.generate(ASK) == Reply("I see nothing to tap.", 1290, 23)
    server.says(None)
    with pytest.raises(ModelUnreachable, match="not as an OpenAI-compatible server does"):
        model.generate(ASK)


@pytest.mark.parametrize(
    ("arguments", "read"),
    [({"text": "中文", "x": 1}, '{"text": "中文", "x": 1}'), (None, "{}"), ("", "{}"), ('{"x": ', '{"x": ')],
)
def test_arguments_are_json_as_it_came(server: Any, model: ServerModel, arguments: Any, read: str) -> None:
    server.says(None, "tool_calls", tool_calls=[made(arguments=arguments)])
    assert model.generate(ASK).native[0].arguments == read


def test_calls_without_an_id_get_one_that_no_other_of_the_conversation_has(server: Any, model: ServerModel) -> None:
    without = made(id=None)
    bare = {"function": without["function"]}
    for _ in range(2):
        server.says(None, "tool_calls", tool_calls=[without, made(id=""), bare])
    assert [call.id for call in model.generate(ASK).native] == ["call_1", "call_2", "call_3"]
    later = Prompt((USER, MADE, DONE), functions=(TAP,))
    assert [call.id for call in model.generate(later).native] == ["call_2", "call_3", "call_4"]


def test_a_call_cut_off_says_so(server: Any, model: ServerModel) -> None:
    server.says(None, "length", tool_calls=[made(arguments='{"x')])
    reply = model.generate(ASK)
    assert (reply.finish, reply.native[0].arguments) == ("length", '{"x')


@pytest.mark.parametrize(
    "calls", ["tap", [3], [{}], [{"function": None}], [{"function": {"name": None}}], [{"function": {"name": ""}}], 5]
)
def test_calls_of_another_shape_are_no_answer(server: Any, model: ServerModel, calls: Any) -> None:
    server.says("I tap.", "tool_calls", tool_calls=calls)
    with pytest.raises(ModelUnreachable, match="not as an OpenAI-compatible server does"):
        model.generate(ASK)


def test_calls_that_nobody_asked_for_are_still_refused(server: Any, model: ServerModel) -> None:
    server.says(None, "tool_calls", tool_calls=[made()])
    with pytest.raises(ModelRefused, match="without a tool call parser"):
        model.generate(replace(ASK, functions=()))
    server.says("I tap.", "tool_calls", tool_calls=[made()])
    assert model.generate(replace(ASK, functions=())) == Reply("I tap.", 1290, 23)


def test_a_server_without_tools_says_so_in_its_words(server: Any, model: ServerModel) -> None:
    server.refuses(400, '"auto" tool choice requires --enable-auto-tool-choice')
    with pytest.raises(ModelRefused, match=r"does not take the request \(400\): .*--enable-auto-tool-choice"):
        model.generate(ASK)


# Piece by piece


def piece(*calls: Any, text: str | None = None, finish: str | None = None) -> dict[str, Any]:
    delta = {**({} if text is None else {"content": text}), **({"tool_calls": list(calls)} if calls else {})}
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def part(index: int | None, arguments: Any = None, name: str | None = None, id: str | None = None) -> dict[str, Any]:
    given = {"index": index, "id": id}
    function = {key: value for key, value in (("name", name), ("arguments", arguments)) if value is not None}
    return {**{key: value for key, value in given.items() if value is not None}, "function": function}


def streamed(server: Any, model: ServerModel, *chunks: Any) -> tuple[Reply, str]:
    """The reply, and what was told of it."""
    events = [f"data: {json.dumps(chunk)}\n\n" for chunk in (*chunks, piece(finish="tool_calls"))]
    server.gives("".join(events) + "data: [DONE]\n\n", kind="text/event-stream")
    told: list[str] = []
    return model.stream(ASK, told.append), "".join(told)


TWO = (NativeCall("c1", "tap", '{"x": 12}'), NativeCall("c2", "wait", "{}"))


@pytest.mark.parametrize(
    "chunks",
    [
        [
            piece(text="I tap"),
            piece(part(0, "", "tap", "c1"), text=" it."),
            piece(part(0, '{"x":')),
            piece(part(1, "{", "wait", "c2"), part(0, " 12}")),
            piece(part(1, "}")),
        ],
        [piece(text="I tap it."), piece(part(0, '{"x": 12}', "tap", "c1")), piece(part(0, "{}", "wait", "c2"))],
        [piece(part(None, '{"x": 12}', "tap", "c1"), part(None, "{}", "wait", "c2"), text="I tap it.")],
        [
            piece(part(0, '{"x": ', "tap", "c1"), text="I tap it."),
            piece(part(0, "12}", "tap", "c1")),
            piece(part(1, {}, "wait", "c2")),
        ],
        [
            piece(part(0, id="c1", name="ta"), text="I tap it."),
            piece(part(0, '{"x": 12}', "p")),
            piece(part(1, None, "wait", "c2")),
        ],
    ],
    ids=["in pieces", "one index for all", "no index", "said again", "name in pieces"],
)
def test_calls_come_in_pieces(server: Any, model: ServerModel, chunks: list[Any]) -> None:
    reply, told = streamed(server, model, *chunks)
    assert (reply.native, reply.finish) == (TWO, "stop")
    assert reply.text == told == "I tap it."


def test_pieces_without_ids_and_indexes_are_told_apart_by_their_names(server: Any, model: ServerModel) -> None:
    reply, _ = streamed(
        server, model, piece(part(None, '{"x": ', "tap")), piece(part(None, "12}")), piece(part(None, "{}", "wait"))
    )
    assert reply.native == (NativeCall("call_1", "tap", '{"x": 12}'), NativeCall("call_2", "wait", "{}"))
    assert reply.text == ""


@pytest.mark.parametrize("odd", ["tap", 3, {"function": {}}])
def test_pieces_of_another_shape_are_no_answer(server: Any, model: ServerModel, odd: Any) -> None:
    with pytest.raises(ModelUnreachable, match="not as an OpenAI-compatible server does"):
        streamed(server, model, piece(odd))
