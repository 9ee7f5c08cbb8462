"""Calls that a server's own tool calling carries beside the text, as OpenAI's API has them."""

from __future__ import annotations

from handsight.errors import BadReply
from handsight.prompts.forms.literal import Unreadable, read_value
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
                read = read_value(call.arguments or "{}")
                if not isinstance(read.value, dict) or call.arguments[read.end :].strip():
                    raise Unreadable("they are not one object", read.end)
                if read.cut and reply.finish == "length":
                    raise Unreadable("they have no end", read.end)
            except Unreadable as problem:
                if calls:
                    break
                raise BadReply(
                    explained(f"the arguments of {call.name[:64]} cannot be read: {problem}", reply, EXPECTED)
                ) from problem
            calls.append(Written(call.name, read.value, reply.text.strip()))
        return calls

    def calls(self, functions: Functions, edge: tuple[int, int]) -> Calls | None:
        return None
