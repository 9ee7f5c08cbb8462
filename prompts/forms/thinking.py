"""Part what a model thought from what it says: a call that was only thought of does not count."""

from __future__ import annotations

import re

_TAG = re.compile(r"</?think>")


def parted(text: str, call: re.Pattern[str]) -> tuple[str, str]:
    """The thinking, and the text from there on; tags that stand behind the first `call` belong to that call.

    Where the prompt ended in <think>, all that comes before </think> is thinking. What has no end is thinking, too.
    """
    thinking, at = "", 0
    while tag := _TAG.search(text, at):
        called = call.search(text, at, tag.start())
        if called:
            break
        begin, end = at, tag.start()
        if tag.group() == "<think>":
            closing = text.find("</think>", tag.end())
            begin, end = tag.end(), closing if closing >= 0 else len(text)
        thinking, at = text[begin:end].strip(), end + len("</think>")
    return thinking, text[at:]
