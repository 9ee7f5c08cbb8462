"""The soft keyboard and the text fields it types into."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handsight.devices.virtual.kit import App, Field, IconButton, Line, Page, Row
from handsight.devices.virtual.phone import Phone


class Form(App):
    package = "org.example.form"
    labels = {"en": "Form"}
    name = ""
    amount = ""
    story = ""
    word = ""
    done = 0
    gone = False

    def main(self) -> Page:
        fields = [
            Field("Name", self.name, self.set("name"), on_done=self.finish),
            Field("Amount", self.amount, self.set("amount"), kind="number"),
            Field("Password", self.word, self.set("word"), password=True),
            Field("Story", self.story, self.set("story"), lines=3),
        ]
        return Page(
            "Form",
            [*(fields[:0] if self.gone else fields), *(Row(f"Row {i}", on_tap=lambda: None) for i in range(20)),
             Field("Last", "", lambda text: None)],
            bottom=[Line([Field("Message", "", lambda text: None), IconButton("send", self.finish, "Send")])],
        )  # fmt: skip

    def finish(self) -> None:
        self.done += 1


@pytest.fixture
def hand(thumb):
    hand = thumb(apps=[Form])
    hand.phone.launch("org.example.form")
    hand.settle()
    return hand


def press(hand, *names):
    """Tap keys of the keyboard by what stands on them."""
    for name in names:
        hand.phone.tree()
        board = hand.phone.stage.keyboard_spot
        key = next(key for key in board.children if name in (key.text, key.description))
        hand.phone.tap(board.x + key.x + key.width // 2, board.y + key.y + key.height // 2)
        hand.settle()


def test_tapping_a_field_brings_up_the_keyboard_and_its_keys_type(hand):
    assert not hand.phone.ime_shown
    hand.tap("Name")
    assert hand.phone.ime_shown
    press(hand, "h", "i", "space", "shift", "A", "b", "backspace", ",")
    assert hand.phone.app("form").name == "hi A,"
    assert hand.see("hi A,").focused


def test_signs_and_digits_are_on_further_pages(hand):
    hand.tap("Name")
    press(hand, "?123", "4", "2", "%", "=<", "€", "ABC", "x")
    assert hand.phone.app("form").name == "42%€x"


def test_a_number_field_has_a_number_pad_and_takes_nothing_else(hand):
    hand.tap("Amount")
    press(hand, "1", "2", ".", "5")
    hand.phone.text("a7b")
    assert hand.phone.app("form").amount == "12.57"


def test_enter_does_what_the_field_says_and_starts_a_line_where_there_are_many(hand):
    hand.tap("Name")
    press(hand, "enter")
    assert hand.phone.app("form").done == 1
    hand.key(111)
    hand.tap("Story")
    press(hand, "a", "enter", "b")
    assert hand.phone.app("form").story == "a\nb"


def test_the_keyboard_slides_in_and_covers_only_the_lower_part(hand):
    before = hand.phone.frame()
    hand.phone.tap(*hand.at("Name"))
    hand.clock.sleep(0.05)
    during = hand.phone.frame()
    after = hand.settle()
    top = hand.phone.stage.keyboard_spot.y
    assert top > 1200
    assert before.crop((0, 0, 1080, 240)).tobytes() == after.crop((0, 0, 1080, 240)).tobytes()
    assert before.crop((0, top, 1080, 2200)).tobytes() != after.crop((0, top, 1080, 2200)).tobytes()
    assert during.tobytes() not in (before.tobytes(), after.tobytes())
    assert all(node.bounds[3] <= top for node in hand.nodes())


def test_a_field_at_the_end_is_scrolled_above_the_keyboard(hand):
    hand.scroll_to("Last")
    hand.tap("Last")
    assert hand.see("Last").bounds[3] <= hand.phone.stage.keyboard_spot.y
    assert hand.see("Last").focused


def test_what_is_pinned_below_stands_on_the_keyboard(hand):
    below = hand.see("Message").bounds[1]
    hand.tap("Message")
    assert hand.see("Message").bounds[1] < below
    assert hand.see("Message").bounds[3] <= hand.phone.stage.keyboard_spot.y
    hand.tap("Send")
    assert hand.phone.app("form").done == 1


def test_escape_and_back_hide_the_keyboard_and_stay_on_the_page(hand):
    for code in (111, 4):
        hand.tap("Name")
        hand.key(code)
        assert not hand.phone.ime_shown
        assert hand.phone.foreground[0] == "org.example.form"
        assert hand.see("Name").focused


def test_the_keyboard_goes_with_the_field_and_with_the_app(hand):
    hand.tap("Name")
    hand.phone.app("form").gone = True
    hand.phone.changed()
    assert "Name" not in hand.texts()
    assert not hand.phone.ime_shown
    hand.phone.app("form").gone = False
    hand.phone.changed()
    hand.tap("Name")
    hand.key(3)
    assert not hand.phone.ime_shown


def test_a_tap_in_the_text_puts_the_cursor_there(hand):
    hand.tap("Name")
    hand.phone.text("aaaa bbbb")
    left, top, _, bottom = hand.see("aaaa bbbb").bounds
    hand.phone.tap(left + 44, (top + bottom) // 2)
    hand.phone.text("X")
    assert hand.phone.app("form").name.startswith("X")


def test_a_tap_on_a_line_puts_the_cursor_into_that_line(hand):
    hand.tap("Story")
    hand.phone.text("first\nsecond\nthird")
    hand.phone.tree()
    field = hand.phone.stage.top.field()
    left, top, _, _ = hand.see("first\nsecond\nthird").bounds
    hand.phone.tap(left + 800, top + field.edit.top + round(field.edit.line * 1.5))
    hand.phone.text("!")
    assert hand.phone.app("form").story == "first\nsecond!\nthird"


def test_a_password_shows_bullets_only(hand):
    hand.tap("Password")
    hand.phone.text("geheim")
    node = hand.see("••••••")
    assert node.password
    assert "geheim" not in hand.texts()
    assert hand.phone.app("form").word == "geheim"


def test_text_without_a_field_goes_nowhere(hand):
    hand.phone.text("lost")
    assert "lost" not in str(hand.phone.state())


def test_any_unicode_typed_stands_in_the_field(hand):
    hand.tap("Name")
    hand.phone.text("你好, Ünïcode → ∑ ✓")
    assert hand.phone.app("form").name == "你好, Ünïcode → ∑ ✓"
    assert hand.see("你好, Ünïcode → ∑ ✓")


def test_an_input_method_without_keys_shows_a_thin_strip(hand):
    hand.phone.ime = "com.android.adbkeyboard/.AdbIME"
    hand.tap("Name")
    assert hand.phone.ime_shown
    assert hand.phone.stage.keyboard_spot.height < 120
    assert hand.phone.settings["secure"]["default_input_method"] == "com.android.adbkeyboard/.AdbIME"


def test_tab_and_the_cross_move_the_focus_and_enter_taps(hand):
    hand.key(61)
    assert hand.see("Name").focused
    for _ in range(4):
        hand.key(20)
    assert next(node for node in hand.nodes() if node.focused and node.cls.endswith("LinearLayout")).clickable
    hand.key(19)
    assert hand.see("Story").focused


EDITS = st.lists(
    st.one_of(
        st.text(alphabet="ab 你", min_size=1, max_size=3),
        st.sampled_from([67, 112, 21, 22, 122, 123, 29, 62]),
    ),
    max_size=20,
)


@settings(max_examples=40, deadline=None)
@given(EDITS)
def test_keys_edit_as_they_would_a_python_string(edits):
    phone = Phone(apps=[Form], size=(360, 640))
    phone.launch("org.example.form")
    left, top, right, bottom = next(node for node in phone.tree().walk() if node.text == "Name").bounds
    phone.tap((left + right) // 2, (top + bottom) // 2)
    text, at = "", 0
    for edit in edits:
        if isinstance(edit, str):
            phone.text(edit)
            text, at = text[:at] + edit + text[at:], at + len(edit)
            continue
        phone.key(edit)
        if edit in (29, 62):
            text, at = text[:at] + {29: "a", 62: " "}[edit] + text[at:], at + 1
        elif edit == 67 and at:
            text, at = text[: at - 1] + text[at:], at - 1
        elif edit == 112:
            text = text[:at] + text[at + 1 :]
        else:
            at = {21: max(0, at - 1), 22: min(len(text), at + 1), 122: 0, 123: len(text)}.get(edit, at)
    assert phone.app("form").name == text
