"""Calls that a server's own tool calling carries beside the text, as OpenAI's API has them."""

from __future__ import annotations

import string
from typing import Any

from handsight.errors import BadReply
from handsight.prompts.forms.literal import CLOSERS, Unreadable, read_value, shown
from handsight.prompts.forms.objects import explained
from handsight.prompts.forms.tagged import Bare
from handsight.prompts.functions import Functions, Written
from handsight.types import Calls, Reply

EXPECTED = "call one of the functions, with its arguments as one JSON object"


class Native(Bare):
    """Read from `Reply.native`. A model that wrote its call into the text all the same is understood."""

    expected = EXPECTED
    holds = False

    def read(self, reply: Reply, functions: Functions) -> list[Written]:
        if not reply.native:
            return super().read(reply, functions)
        calls: list[Written] = []
        for call in reply.native:
            try:
                arguments = _read(call.arguments, reply)
            except Unreadable as problem:
                if calls:
                    break
                raise BadReply(
                    explained(f"the arguments of {shown(call.name)} cannot be read: {problem}", reply, EXPECTED)
                ) from problem
            calls.append(Written(call.name, arguments, reply.text.strip()))
        return calls

    def calls(self, functions: Functions, edge: tuple[int, int]) -> Calls | None:
        return None


def _read(arguments: str, reply: Reply) -> dict[str, Any]:
    """One object, which some servers put into JSON twice. Raises Unreadable."""
    if not arguments.strip():
        return {}
    read = read_value(arguments)
    if isinstance(read.value, str):
        arguments = read.value
        read = read_value(arguments)
    if not isinstance(read.value, dict) or arguments[read.end :].strip(CLOSERS + string.whitespace):
        raise Unreadable("they are not one object", read.end)
    if read.cut and reply.finish == "length":
        raise Unreadable("they have no end", read.end)
    return read.value
