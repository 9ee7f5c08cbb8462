"""A prompt in the words in which a server that speaks the OpenAI protocol is asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from handsight.errors import UsageError
from handsight.media import DataUrls
from handsight.types import Clip, Message, NativeCall, Picture, Prompt

GOES_ON = {"continue_final_message": True, "add_generation_prompt": False}  # as vLLM and SGLang take it
BROKEN = "broken_json"
FORM = "response_format"


def wanted(prompt: Prompt, urls: DataUrls, *, held: bool = True) -> dict[str, Any]:
    """What a prompt asks for; unless `held`, without the form of the answer. Raises UsageError.

    A call is held to no form: servers hold whole replies, and words may stand before it.
    """
    form = prompt.calls.schema if held and prompt.calls and not prompt.calls.marked else None
    messages = [_message(message, urls) for message in prompt.messages]
    goes_on = any(message.role == "assistant" for message in prompt.messages[-1:])
    if goes_on and isinstance(shown := messages[-1]["content"], list) and shown[-1]["type"] != "text":
        shown.append({"type": "text", "text": ""})  # a turn is cut behind its last text, and would lose the picture
    return {
        "messages": messages,
        "max_tokens": prompt.max_tokens,
        **({"stop": list(prompt.stop)} if prompt.stop else {}),
        **({"tools": [_tool(function) for function in prompt.functions]} if prompt.functions else {}),
        **({FORM: {"type": "json_schema", "json_schema": {"name": "answer", "schema": form}}} if form else {}),
        **(GOES_ON if goes_on else {}),
    }


def _message(message: Message, urls: DataUrls) -> dict[str, Any]:
    if message.answers and not all(isinstance(part, str) for part in message.parts):
        raise UsageError(
            "what answers a native call is text alone, and a picture came with it: show it in a user's message after it"
        )
    return {
        "role": message.role,
        **({"tool_call_id": message.answers} if message.answers else {}),
        "content": _content(message.parts, urls),
        **({"tool_calls": [_call(call) for call in message.calls]} if message.calls else {}),
    }


def _content(parts: tuple[str | Picture | Clip, ...], urls: DataUrls) -> str | list[dict[str, Any]]:
    if all(isinstance(part, str) for part in parts):
        return "".join(part for part in parts if isinstance(part, str))
    return [
        {"type": "text", "text": part}
        if isinstance(part, str)
        else {"type": "image_url", "image_url": {"url": urls[part]}}
        for part in _spread(parts)
    ]


def _spread(parts: Iterable[str | Picture | Clip]) -> Iterator[str | Picture]:
    """The parts with each video as its frames, the second of each before it: what every server with pictures takes."""
    for part in parts:
        if isinstance(part, Clip):
            for frame, second in zip(part.frames, part.seconds, strict=True):
                yield f"<{second:.1f} seconds>"
                yield frame
        else:
            yield part


def _tool(function: Any) -> dict[str, Any]:
    return {"type": "function", "function": dict(function)}


def _call(call: NativeCall) -> dict[str, Any]:
    """A call that was made. Servers read its arguments again, and refuse a conversation with any that are no object."""
    try:
        whole = isinstance(json.loads(call.arguments), dict)
    except (ValueError, RecursionError):
        whole = False
    arguments = call.arguments if whole else json.dumps({BROKEN: call.arguments}, ensure_ascii=False)
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments}}
