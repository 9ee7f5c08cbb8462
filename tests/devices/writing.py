"""A virtual phone with something to write on, and what stands there."""

from __future__ import annotations

from typing import Any

from handsight.devices.virtual.kit import App, Field, Page

from .playground import WatchedPhone

ADB_KEYBOARD, U2_KEYBOARD = "com.android.adbkeyboard/.AdbIME", "com.github.uiautomator/.AdbKeyboard"
OWN = "org.handsight.keyboard/.Keyboard"
END = 123


class Desk(App):
    """One field, of a kind that can be chosen."""

    package = "org.example.desk"
    labels = {"en": "Desk"}
    kind = "note"
    text = ""
    sent = 0

    def main(self) -> Page:
        write = self.set("text")
        field = {
            "note": lambda: Field("Note", self.text, write, lines=3),
            "line": lambda: Field("Line", self.text, write, hint="Write here", on_done=self.send),
            "password": lambda: Field("Password", self.text, write, password=True),
            "number": lambda: Field("Number", self.text, write, kind="number"),
        }[self.kind]()
        return Page("Desk", [field])

    def send(self) -> None:
        self.sent += 1


class Office(WatchedPhone):
    """A phone with the desk in front."""

    def __init__(self, **options: Any) -> None:
        super().__init__(more=[Desk], **options)
        self.offer("note")

    @property
    def desk(self) -> Desk:
        desk = self.app("Desk")
        assert isinstance(desk, Desk)
        return desk

    def offer(self, kind: str, text: str = "") -> None:
        """Show a field of that kind that holds a text, with the cursor at the end of its last line."""
        desk = self.desk
        desk.kind, desk.text, desk.sent = kind, text, 0
        self.stop(Desk.package)
        self.launch(Desk.package)
        left, top, right, bottom = next(n for n in self.tree().walk() if n.cls.endswith("EditText")).bounds
        self.tap((left + right) // 2, bottom - 20)
        self.key(END)
        self.events.clear()
