"""Type a text so that it arrives as it is, or say what would be needed: a ladder of ways, one for the whole text.

1. Keys, by `input text`, where every character is printable ASCII, a newline or a tab.
2. A keyboard app that takes broadcasts, for everything else: ADBKeyBoard, or the one that uiautomator2 brings.

No message holds any of the text, for it may be a secret.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from handsight.devices.android import field, ime
from handsight.devices.android.link import Link
from handsight.errors import ToolFailed

CHUNK = 150  # characters; Android loses some of a long text that comes at once
UNSEEN = "It could not be read back: look whether it is there."
_KEYS = {"\n": "66", "\t": "61"}
_DELETE, _FORWARD_DELETE, _END = "67", "112", "123"
_UNKNOWN_LENGTH = 250  # deletions each way, of a field that cannot be read
Press = Callable[..., None]  # the `input` command, with its words


def type_text(text: str, link: Link, press: Press) -> str:
    """Type `text`; gives a remark where it could not be read back, else nothing. Raises ToolFailed.

    What a keyboard app typed is read back, and so is a long text that keys typed: Android loses some of those. A short
    one is not, since a look costs more than its keys. Nothing is ever typed twice. Line breaks and tabs at the end are
    pressed as keys, those within a text that a keyboard app types are a part of it.
    """
    text = text.replace("\r\n", "\n")
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in _KEYS for c in text):
        raise ToolFailed("there are control characters in this text, which nothing types; nothing was typed")
    body = text.rstrip("".join(_KEYS))
    by_keys = all(c.isascii() for c in text)
    keyboard = None if by_keys else _keyboard(link)
    before = field.read(link) if keyboard or len(body) > CHUNK else None
    if keyboard:
        with ime.chosen(link, keyboard):
            ime.send(link, keyboard, body)
    else:
        _by_keys(body, press)
    remark = "" if by_keys and len(body) <= CHUNK else _read_back(body, before, link)
    _by_keys(text[len(body) :], press)
    return remark


def clear_text(link: Link, press: Press) -> str:
    """Empty the field that has the focus; gives a remark where that cannot be seen. Raises ToolFailed.

    A short text is deleted by keys, a long one by a keyboard app where there is one.
    """
    before = field.read(link)
    if before and before.empty:
        return ""
    length = len(before.text) if before else _UNKNOWN_LENGTH
    by_keys = length <= CHUNK or not _cleared_by_keyboard(link)
    if by_keys:
        press("keyevent", _END, *[_DELETE] * length)
    after = field.read(link)
    if before is None or after is None:
        if by_keys:
            press("keyevent", *[_FORWARD_DELETE] * length)
        return "It could not be read back: look whether the field is empty."
    if by_keys and _is_rest(after, before):  # the end was that of a line
        press("keyevent", *[_FORWARD_DELETE] * len(after.text))
        after = field.read(link) or after
    if after.text == before.text:
        return "The field shows what it showed: it was empty, or does not let itself be emptied."
    if _is_rest(after, before):
        raise ToolFailed(f"{len(after.text)} characters are left in the field")
    return ""


def pieces(text: str) -> Iterator[str]:
    """Cut a text into what can be typed at once: `input text` reads "%s" as a space, and has no newline or tab."""
    for line in re.split(r"([\n\t])", text):
        if line in _KEYS:
            yield line
            continue
        for part in re.split(r"(?<=%)(?=s)", line):
            yield from (part[start : start + CHUNK] for start in range(0, len(part), CHUNK))


def _by_keys(text: str, press: Press) -> None:
    for piece in pieces(text):
        if piece in _KEYS:
            press("keyevent", _KEYS[piece])
        else:
            press("text", piece)


def _cleared_by_keyboard(link: Link) -> bool:
    try:
        keyboard = ime.find(link)
        with ime.chosen(link, keyboard):
            ime.clear(link, keyboard)
    except ime.NoKeyboard:
        return False
    return True


def _keyboard(link: Link) -> ime.Keyboard:
    try:
        return ime.find(link)
    except ime.NoKeyboard as problem:
        raise ToolFailed(f"keys of a phone type only ASCII, and nothing was typed: {problem}") from None


def _read_back(text: str, before: field.Field | None, link: Link) -> str:
    """Compare the field with what was typed, and give the remark that is needed. Raises ToolFailed for a difference."""
    if before and before.password:
        return "It went into a password field, which cannot be read back."
    problem = field.wrong(text, before, lambda: field.read(link)) if before else None
    if problem:
        raise ToolFailed(f"{problem}; it is not typed again: look at the field, and see that it has the focus")
    return UNSEEN if problem is None else ""


def _is_rest(after: field.Field, before: field.Field) -> bool:
    return not after.empty and after.text in before.text
