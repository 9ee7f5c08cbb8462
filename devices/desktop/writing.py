"""Typing exactly a text: by keys where they type it for certain, else through the clipboard, which is given back."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable
from typing import Protocol

from handsight.devices.desktop.inputs import Inputs
from handsight.errors import ToolFailed

_MOST_CHARS = 50_000  # in one paste: what fits into one request to an X server, four bytes to each
_PARTS = re.compile(rf"[^\n\t]{{1,{_MOST_CHARS}}}|[\n\t]")
_KEYS = {"\n": "enter", "\t": "tab"}
# Terminals, by a part of their class: those that paste what was selected, and the others.
_BY_SELECTION = ("xterm", "rxvt")
_TERMINALS = ("terminal", "konsole", "terminator", "tilix", "kitty", "alacritty", "wezterm", "ptyxis", "guake", "tilda")


class Pen(Protocol):
    """How one system takes text."""

    def write(self, text: str) -> None:
        """Type text without line breaks, exactly, or raise ToolFailed."""
        ...

    def close(self) -> None: ...


def check(text: str) -> str:
    """The text with its line breaks as \\n. Raises ToolFailed, telling none of it, for what nobody can type."""
    text = text.replace("\r\n", "\n")
    for letter in text:
        kind = unicodedata.category(letter)
        if (kind == "Cc" and letter not in _KEYS) or kind == "Cs":
            what = "half a character" if kind == "Cs" else "a control character"
            raise ToolFailed(f"the text holds {what}, which nobody can type; nothing was typed")
    return text


def write(text: str, pen: Pen, inputs: Inputs) -> None:
    """Type a text, its line breaks and tabs by their keys. Raises ToolFailed, saying how much stands there then."""
    typed = 0
    for part in _PARTS.findall(text):
        inputs.check()
        try:
            if part in _KEYS:
                inputs.press(_KEYS[part])
            else:
                pen.write(part)
        except ToolFailed as problem:
            stands = f"only the first {typed} characters were typed" if typed else "nothing was typed"
            raise ToolFailed(f"{problem}; {stands}") from problem
        typed += len(part)


def paste_keys(program: str, chosen: str = "") -> tuple[str, str]:
    """The keys with which a program of that class pastes on X11, and the selection that it pastes."""
    name = program.lower()
    by_selection = any(word in name for word in _BY_SELECTION)
    if chosen:
        return chosen, "PRIMARY" if by_selection and chosen == "shift+insert" else "CLIPBOARD"
    if by_selection:
        return "shift+insert", "PRIMARY"
    return ("ctrl+shift+v" if any(word in name for word in _TERMINALS) else "ctrl+v"), "CLIPBOARD"


class X11Pen:
    """Keys as the keyboard is laid out now; `paste` are the keys that paste, left out for what the program has."""

    def __init__(self, inputs: Inputs, paste: str = "") -> None:
        from handsight.devices.desktop.x11 import Server

        self._inputs, self._paste, self._server = inputs, paste, Server()

    def write(self, text: str) -> None:
        strokes = self._server.strokes(text)
        if strokes is not None:
            self._server.strike(strokes)
            return
        from handsight.devices.desktop.selection import paste

        keys, selection = paste_keys(self._server.focused(), self._paste)
        paste(text, selection, lambda: self._inputs.press(keys))

    def close(self) -> None:
        self._server.close()


class ClipboardPen:
    """Windows and macOS: ASCII by keys, the rest through the clipboard.

    Nobody tells there when a program has fetched what it pastes, so the clipboard is given back after `rest`, which
    waits until the screen has come to rest.
    """

    def __init__(self, inputs: Inputs, rest: Callable[[], object], paste: str = "") -> None:
        self._inputs, self._rest = inputs, rest
        self._paste = paste or ("command+v" if sys.platform == "darwin" else "ctrl+v")

    def write(self, text: str) -> None:
        if text.isascii():
            self._inputs.write(text)
            return
        import pyperclip

        try:
            before = pyperclip.paste()
            pyperclip.copy(text)
            try:
                self._inputs.press(self._paste)
                self._rest()
            finally:
                pyperclip.copy(before)
        except pyperclip.PyperclipException as problem:
            raise ToolFailed(f"this text is typed through the clipboard, which cannot be used: {problem}") from problem

    def close(self) -> None:
        """Nothing is held."""
