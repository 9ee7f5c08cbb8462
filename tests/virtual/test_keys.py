"""Every key that means something, on the home screen, on a page, in a field, on a locked and on a sleeping phone."""

from __future__ import annotations

import pytest

from handsight.devices.virtual.keys import CHARACTERS
from handsight.devices.virtual.kit import App, Button, Dialog, Field, Menu, Page, Row, Sheet, Text
from handsight.devices.virtual.shell.commands.keycodes import KEYCODES

from .conftest import Thumb

BACK, HOME, RECENTS = KEYCODES["BACK"], KEYCODES["HOME"], KEYCODES["APP_SWITCH"]


class Desk(App):
    """Fields and buttons to go through by keys."""

    package = "org.example.desk"
    labels = {"en": "Desk"}
    first = ""
    second = ""
    done = 0
    pressed: list[str] = []

    def main(self) -> Page:
        return Page("Desk", [
            Field("First", self.first, self.set("first"), on_done=self.finish),
            Field("Second", self.second, self.set("second")),
            Button("Go", lambda: self.pressed.append("Go")),
            Button("Never", lambda: self.pressed.append("Never"), enabled=False),
            Row("Words"),
            Row("More", on_tap=lambda: self.open(self.more)),
        ])  # fmt: skip

    def more(self) -> Page:
        return Page("More", [Text("All there is")])

    def finish(self) -> None:
        self.done += 1


class Story(App):
    """A field of several lines, and one below."""

    package = "org.example.story"
    labels = {"en": "Story"}
    story = ""

    def main(self) -> Page:
        return Page("Book", [Field("Story", self.story, self.set("story"), lines=3), Button("Go", lambda: None)])


def test_tab_is_a_character_where_there_are_lines_and_leads_on_where_there_is_one(desk: Thumb) -> None:
    desk.tap("First")
    desk.key(KEYCODES["TAB"])
    assert (state(desk)["first"], focused(desk)) == ("", "Second")
    hand = Thumb(apps=[Story], size=(270, 600))
    hand.phone.launch(Story.package)
    hand.tap("Story")
    for name in ("A", "TAB", "B"):
        hand.key(KEYCODES[name])
    assert hand.phone.app("story").state() == {"story": "a\tb"}


@pytest.fixture
def desk() -> Thumb:
    hand = Thumb(apps=[Desk], size=(270, 600))
    hand.phone.launch(Desk.package)
    hand.settle()
    return hand


def state(hand: Thumb) -> dict[str, object]:
    return dict(hand.phone.app("desk").state())


def focused(hand: Thumb) -> str:
    """What has the focus, by its words."""
    found = [node for node in hand.nodes() if node.focused]
    return next((inner.text for node in found for inner in node.walk() if inner.text), "") if found else ""


# Names and characters


def test_every_letter_and_digit_types_itself(desk: Thumb) -> None:
    desk.tap("First")
    for name in "ABCXYZ0189":
        desk.phone.key(KEYCODES[name])
    assert state(desk)["first"] == "abcxyz0189"


@pytest.mark.parametrize(
    ("name", "char"),
    [
        ("SPACE", " "), ("STAR", "*"), ("POUND", "#"), ("COMMA", ","), ("PERIOD", "."), ("GRAVE", "`"), ("MINUS", "-"),
        ("EQUALS", "="), ("LEFT_BRACKET", "["), ("RIGHT_BRACKET", "]"), ("BACKSLASH", "\\"), ("SEMICOLON", ";"),
        ("APOSTROPHE", "'"), ("SLASH", "/"), ("AT", "@"), ("PLUS", "+"),
    ],
)  # fmt: skip
def test_a_sign_has_the_key_that_android_gives_it(desk: Thumb, name: str, char: str) -> None:
    assert CHARACTERS[KEYCODES[name]] == char
    desk.tap("First")
    desk.phone.key(KEYCODES[name])
    assert state(desk)["first"] == char


def test_every_character_key_has_a_name() -> None:
    assert set(CHARACTERS) <= set(KEYCODES.values())
    assert len(set(CHARACTERS.values())) == len(CHARACTERS)


@pytest.mark.parametrize("code", [0, 5, 6, 27, 28, 57, 59, 82, 84, 85, 92, 164, 220, 277, 9999, -1])
def test_a_key_that_means_nothing_changes_nothing(desk: Thumb, code: int) -> None:
    desk.tap("First")
    desk.phone.text("ab")
    before, picture = state(desk), desk.settle().tobytes()
    desk.key(code)
    assert state(desk) == before
    assert desk.settle().tobytes() == picture
    assert desk.phone.foreground[0] == Desk.package


# Around the system


def test_home_back_and_recents_lead_around(desk: Thumb) -> None:
    desk.tap("More")
    desk.key(BACK)
    assert "Go" in desk.texts()
    desk.key(HOME)
    assert desk.phone.foreground == ("com.android.launcher3", ".Launcher")
    desk.key(RECENTS)
    assert desk.phone.foreground == ("com.android.launcher3", ".RecentsActivity")
    desk.tap("Desk")
    assert desk.phone.foreground[0] == Desk.package
    desk.key(RECENTS)
    desk.key(BACK)
    assert desk.phone.foreground == ("com.android.launcher3", ".Launcher")


def test_home_leaves_a_dialog_where_it_was(desk: Thumb) -> None:
    desk.phone.app("desk").show(Dialog("Sure?", buttons=[("OK", None)]))
    desk.key(HOME)
    desk.phone.launch(Desk.package)
    desk.settle()
    assert desk.texts() == ["Sure?", "OK"]


@pytest.mark.parametrize(("name", "step"), [("VOLUME_UP", 1), ("VOLUME_DOWN", -1)])
def test_volume_stops_at_its_ends(desk: Thumb, name: str, step: int) -> None:
    values = desk.phone.settings["system"]
    seen = []
    for _ in range(20):
        desk.phone.key(KEYCODES[name])
        seen.append(int(values["volume_music"]))
    assert seen[0] == 8 + step
    assert seen[-1] == (15 if step > 0 else 0)
    assert all(0 <= volume <= 15 for volume in seen)


@pytest.mark.parametrize("nonsense", ["loud", "", "nan", "-inf", "1e999"])
def test_a_volume_that_makes_no_sense_does_not_stop_the_keys(desk: Thumb, nonsense: str) -> None:
    desk.phone.settings["system"]["volume_music"] = nonsense
    desk.phone.key(KEYCODES["VOLUME_UP"])
    assert desk.phone.settings["system"]["volume_music"] == "1"


def test_power_wakes_and_sleeps_and_the_other_two_only_do_one(desk: Thumb) -> None:
    seen = []
    for name in ("POWER", "POWER", "WAKEUP", "SLEEP", "SLEEP", "WAKEUP"):
        desk.phone.key(KEYCODES[name])
        seen.append(desk.phone.awake)
    assert seen == [False, True, True, False, False, True]


@pytest.mark.parametrize("name", ["A", "ENTER", "DEL", "HOME", "BACK", "APP_SWITCH", "TAB", "VOLUME_UP"])
def test_a_sleeping_phone_hears_no_key_but_those_that_wake_it(desk: Thumb, name: str) -> None:
    desk.tap("First")
    desk.phone.key(KEYCODES["SLEEP"])
    before = desk.phone.state()
    desk.phone.key(KEYCODES[name])
    desk.phone.text("x")
    desk.phone.swipe(135, 500, 135, 100, 0.2)
    assert desk.phone.state() == before


# The lock screen


@pytest.mark.parametrize("name", ["HOME", "BACK", "APP_SWITCH", "ENTER", "A", "DPAD_CENTER"])
def test_a_locked_phone_stays_locked_whatever_key_is_pressed(desk: Thumb, name: str) -> None:
    desk.phone.locked = True
    before = state(desk)
    desk.key(KEYCODES[name])
    assert desk.phone.locked
    assert state(desk) == before


@pytest.mark.parametrize(
    ("start", "end", "opens"),
    [((135, 500), (135, 200), True), ((135, 200), (135, 500), False), ((30, 300), (240, 300), False),
     ((240, 300), (30, 310), False), ((135, 300), (135, 298), False), ((20, 580), (200, 300), True)],
)  # fmt: skip
def test_only_a_swipe_upwards_unlocks(desk: Thumb, start: tuple[int, int], end: tuple[int, int], opens: bool) -> None:
    desk.phone.locked = True
    desk.settle()
    desk.phone.swipe(*start, *end, 0.2)
    assert desk.phone.locked is not opens


def test_locking_hides_everything_and_unlocking_brings_it_back(desk: Thumb) -> None:
    desk.tap("First")
    desk.phone.text("half")
    desk.phone.locked = True
    desk.settle()
    assert "half" not in desk.texts()
    assert desk.texts() == ["09:41", "2026-03-14", "Swipe up to unlock"]
    assert not desk.phone.ime_shown
    desk.phone.text("lost")
    desk.phone.locked = False
    desk.settle()
    assert state(desk)["first"] == "half"
    assert "half" in desk.texts()


@pytest.mark.parametrize(("language", "words"), [("en", "Swipe up to unlock"), ("zh", "向上滑动解锁")])
def test_the_lock_screen_speaks_the_language_of_the_phone(language: str, words: str) -> None:
    hand = Thumb(apps=[Desk], size=(270, 600), language=language)
    hand.phone.locked = True
    assert words in hand.texts()


# The focus


def test_tab_goes_through_what_can_be_used_and_around(desk: Thumb) -> None:
    desk.key(KEYCODES["ESCAPE"])
    seen = []
    for _ in range(5):
        desk.key(KEYCODES["TAB"])
        seen.append(focused(desk))
    assert seen[:4] == ["First", "Second", "Go", "More"]
    assert seen[4] == "First"


def test_up_goes_the_other_way(desk: Thumb) -> None:
    seen = []
    for _ in range(4):
        desk.key(KEYCODES["DPAD_UP"])
        seen.append(focused(desk))
    assert seen == ["More", "Go", "Second", "First"]


@pytest.mark.parametrize("name", ["ENTER", "DPAD_CENTER", "SPACE"])
def test_the_focused_button_is_pressed(desk: Thumb, name: str) -> None:
    for _ in range(3):
        desk.key(KEYCODES["TAB"])
    desk.key(KEYCODES[name])
    assert state(desk)["pressed"] == ["Go"]


def test_what_has_the_focus_is_framed(desk: Thumb) -> None:
    before = desk.settle()
    for _ in range(3):
        desk.key(KEYCODES["TAB"])
    left, top, right, bottom = desk.see("Go").bounds
    after = desk.settle()
    primary = desk.phone.stage.look.theme.primary
    assert after.getpixel((left, (top + bottom) // 2)) == primary
    assert before.getpixel((left, top)) != primary
    assert after.getpixel((left, top)) == primary


def test_enter_in_a_field_does_what_the_field_says_or_puts_the_keyboard_away(desk: Thumb) -> None:
    desk.tap("First")
    desk.key(KEYCODES["ENTER"])
    assert state(desk)["done"] == 1
    assert desk.phone.ime_shown
    desk.key(BACK)
    desk.tap("Second")
    desk.key(KEYCODES["ENTER"])
    assert not desk.phone.ime_shown
    assert state(desk)["second"] == ""


# Above the page


@pytest.mark.parametrize("cancelable", [True, False])
@pytest.mark.parametrize("leave", ["back", "beside"])
def test_what_lies_above_goes_by_back_or_by_a_tap_beside_it_if_it_may(
    desk: Thumb, leave: str, cancelable: bool
) -> None:
    app = desk.phone.app("desk")
    for overlay in (
        Dialog("Title", "Text", buttons=[("OK", None)], cancelable=cancelable),
        Menu([("One", print), ("Two", print)], cancelable=cancelable),
        Sheet("Title", [Row("One")], cancelable=cancelable),
    ):
        app.show(overlay)
        desk.settle()
        assert "Go" not in desk.texts()
        if leave == "back":
            desk.key(BACK)
        else:
            desk.phone.tap(3, 330)
            desk.settle()
        assert ("Go" in desk.texts()) is cancelable
        app.dismiss()
        desk.settle()
    assert state(desk)["pressed"] == []


def test_a_tap_on_the_ground_of_a_dialog_keeps_it(desk: Thumb) -> None:
    desk.phone.app("desk").show(Dialog("Title", "Text", buttons=[("OK", None)]))
    desk.settle()
    desk.tap("Text")
    desk.tap("Title")
    assert "Title" in desk.texts()


def test_dialogs_pile_up_and_go_one_by_one(desk: Thumb) -> None:
    app = desk.phone.app("desk")
    for number in range(3):
        app.show(Dialog(f"Title {number}", buttons=[("OK", None)]))
        desk.settle()
    seen = []
    for _ in range(4):
        seen.append(desk.texts()[0])
        desk.key(BACK)
    assert seen == ["Title 2", "Title 1", "Title 0", "Desk"]


def test_opening_a_page_takes_away_what_lies_above_the_old_one(desk: Thumb) -> None:
    app = desk.phone.app("desk")
    app.show(Dialog("Title", buttons=[("OK", lambda: app.open(app.more))]))  # type: ignore[attr-defined]
    desk.tap("OK")
    assert desk.texts() == ["More", "All there is"]
    desk.key(BACK)
    assert "Title" not in desk.texts()
