"""A script of twenty steps over five apps of the virtual phone, and what is true of the phone once they are taken."""

from __future__ import annotations

from typing import Any

from handsight import Hand, VirtualPhone


def script(hand: Hand) -> None:
    """Twenty steps, as somebody would write them."""
    hand.open("Settings")
    hand.tap("Display")
    hand.tap("Night light")
    hand.tap("Screen timeout")
    hand.tap("30 seconds")
    hand.press("back")
    hand.scroll_to("Accessibility")
    hand.tap("Accessibility")
    hand.tap("Captions")
    hand.open("Notes")
    hand.tap("New note")
    hand.type("Milk", into="Title")
    hand.type("two litres", into="Note")
    hand.tap("Save")
    hand.open("Shop")
    hand.tap("Sports")
    hand.tap("Cart")
    hand.press("back")
    hand.open("Clock")
    hand.tap("Timer")


def done(phone: VirtualPhone) -> dict[str, bool]:
    """What the steps have to have done."""
    notes: Any = phone.app("notes")
    shop: Any = phone.app("shop")
    clock: Any = phone.app("clock")
    settings = phone.settings
    return {
        "night light": settings["secure"].get("night_display_activated") == "1",
        "timeout": settings["system"].get("screen_off_timeout") == "30000",
        "captions": settings["secure"].get("accessibility_captioning_enabled") == "1",
        "note": any((note.title, note.text) == ("Milk", "two litres") for note in notes.notes),
        "category": shop.category == "Sports",
        "timer": clock.tab == 3,
    }
