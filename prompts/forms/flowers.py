"""Calls between marks with flowers (U+273F): Qwen-Agent's "qwen" form, and that of the Qwen2-VL report (2.2.1)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from handsight.errors import BadReply
from handsight.prompts.conversation import plain
from handsight.prompts.forms.literal import Unreadable, read_value
from handsight.prompts.forms.objects import explained, read_calls
from handsight.prompts.functions import Functions, Written
from handsight.prompts.wording import Language, Wording
from handsight.types import Calls, Reply

FUNCTION, ARGS, RESULT, RETURN = "✿FUNCTION✿", "✿ARGS✿", "✿RESULT✿", "✿RETURN✿"
EXPECTED = f"write {FUNCTION}: and the name of the function, then {ARGS}: and one JSON object with its arguments"

_CALL = re.compile(rf"{FUNCTION}[:：]?[ \t]*(?P<name>[^\n✿]*?)\s*(?:{ARGS}[:：]?\s*|(?={FUNCTION})|\Z|(?={RESULT}))")
_ARGUMENTS = Wording("Parameters: {} Format the arguments as a JSON object.", "输入参数：{} 此工具的输入应为JSON对象。")


class Flowers:
    """A line with the function's name, and a line with its arguments."""

    stop: tuple[str, ...] = (RESULT, RETURN)
    holds = True

    def listed(self, functions: Functions, specs: Sequence[dict[str, Any]], language: Language) -> str:
        described = []
        for spec in specs:
            parameters = json.dumps(spec["parameters"], ensure_ascii=False)
            said = f"{spec['description']} {_ARGUMENTS.of(language).format(parameters)}"
            described.append(f"### {spec['name']}\n\n{spec['name']}: {said}")
        return plain("\n\n".join(described))

    def read(self, reply: Reply, functions: Functions) -> list[Written]:
        text = reply.text.partition(RESULT)[0].partition(RETURN)[0]
        calls: list[Written] = []
        at = text.find(FUNCTION)
        if at < 0:
            return read_calls(reply, functions.group, EXPECTED)  # in another form, if there is a call at all
        thought = text[:at].lstrip(":： ").strip()
        while found := _CALL.search(text, at):
            try:
                arguments, at = self._arguments(found, text, reply)
            except Unreadable as problem:
                if calls:
                    break
                raise BadReply(
                    explained(f"the arguments of {found['name'][:64]} cannot be read: {problem}", reply, EXPECTED)
                ) from problem
            calls.append(Written(found["name"].strip("`'\" "), arguments, thought))
        if not calls:
            raise BadReply(explained("there is no call in the reply", reply, EXPECTED))
        return calls

    def _arguments(self, found: re.Match[str], text: str, reply: Reply) -> tuple[dict[str, Any], int]:
        end = found.end()
        if ARGS not in found.group():
            if reply.finish == "length" and end >= len(text):
                raise Unreadable("they have not begun", end)
            return {}, end
        if not text[end:].strip() or text.startswith(FUNCTION, end):
            return {}, end
        brace = re.compile(r"[{｛]|✿").search(text, end)
        if brace is None or brace.group() == "✿":
            raise Unreadable("there is no JSON object", end)
        read = read_value(text, brace.start())
        if read.cut and reply.finish == "length":
            raise Unreadable("they have no end", read.end)
        assert isinstance(read.value, dict)
        return read.value, read.end

    def write(self, name: str, arguments: dict[str, Any], said: str) -> str:
        line = json.dumps(arguments, ensure_ascii=False)
        return f"{said}\n{FUNCTION}: {name}\n{ARGS}: {line}".lstrip("\n")

    def calls(self, functions: Functions, edge: tuple[int, int]) -> Calls | None:
        bodies = tuple((f"{name}\n{ARGS}: ", schema) for name, schema in functions.strict(edge).items())
        return Calls(opening=f"{FUNCTION}: ", closing=f"\n{RESULT}", bodies=bodies) if bodies else None
