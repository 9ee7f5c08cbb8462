"""The toolkit: every widget is where its node says, shows its state, and tells what was done to it."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from handsight.devices.virtual.kit import (
    App,
    Bubble,
    Button,
    Card,
    Checkbox,
    Chip,
    Column,
    Divider,
    Field,
    Grid,
    Group,
    IconButton,
    Line,
    Page,
    Pager,
    Picture,
    Row,
    Slider,
    Space,
    Switch,
    Tabs,
    Text,
    Wrap,
    radios,
)
from handsight.devices.virtual.kit.fonts import system_fonts
from handsight.devices.virtual.kit.theme import DARK, LIGHT, Look


class Bench(App):
    """A page with whatever a test puts on it."""

    package = "org.example.bench"
    labels = {"en": "Bench"}
    told: list = []
    page = None

    def main(self) -> Page:
        return self.page() if callable(self.page) else Page("Bench", self.page or [])

    def tell(self, value=None):
        self.told.append(value)


@pytest.fixture
def bench(thumb):
    def show(make):
        hand = thumb(apps=[Bench])
        app = hand.phone.app("bench")
        app.page = lambda: make(app) if isinstance(make(app), Page) else Page("Bench", make(app))
        hand.phone.launch("org.example.bench")
        hand.settle()
        return hand, app

    return show


def look(theme=LIGHT, scale=2.0, font_scale=1.0):
    return Look(theme, system_fonts(), scale, font_scale)


def test_a_switch_tells_its_new_state_and_is_drawn_where_its_node_is(bench):
    hand, app = bench(lambda app: [Group([Switch("Wi-Fi", bool(app.told and app.told[-1]), app.tell, icon="wifi")])])
    before = hand.phone.frame()
    toggle = next(node for node in hand.nodes() if node.checkable)
    assert (toggle.cls, toggle.checked) == ("android.widget.Switch", False)
    hand.tap("Wi-Fi")
    assert app.told == [True]
    assert next(node for node in hand.nodes() if node.checkable).checked
    changed = ImageChops.difference(before, hand.phone.frame()).getbbox()
    left, top, right, bottom = toggle.bounds
    assert changed
    assert (left, top) <= changed[:2]
    assert changed[2] <= right
    assert changed[3] <= bottom
    hand.tap("Wi-Fi")
    assert app.told == [True, False]
    assert hand.phone.frame().tobytes() == before.tobytes()


def test_what_is_disabled_takes_no_taps(bench):
    hand, app = bench(lambda app: [
        Switch("Data", True, app.tell, enabled=False), Button("Send", app.tell, enabled=False),
        Row("Stop", on_tap=app.tell, enabled=False),
    ])  # fmt: skip
    for name in ("Data", "Send", "Stop"):
        hand.tap(name)
    assert app.told == []
    assert not hand.see("Send").enabled
    assert not any(node.clickable for node in hand.nodes())


def test_check_boxes_and_radio_buttons_tell_what_was_chosen(bench):
    hand, app = bench(lambda app: [
        Checkbox("Agree", True in app.told, app.tell), Group(radios({"s": "Small", "l": "Large"}, "s", app.tell)),
    ])  # fmt: skip
    hand.tap("Agree")
    hand.tap("Large")
    assert app.told == [True, "l"]
    kinds = {node.cls.rpartition(".")[2]: node.checked for node in reversed(hand.nodes()) if node.checkable}
    assert kinds == {"RadioButton": True, "CheckBox": True}


def test_a_slider_follows_taps_and_drags(bench):
    hand, app = bench(lambda app: [Slider("Volume", app.told[-1] if app.told else 5, app.tell, high=10)])
    left, top, right, bottom = hand.see("Volume").bounds if hand.see("Volume").cls.endswith("SeekBar") else next(
        node for node in hand.nodes() if node.cls.endswith("SeekBar")).bounds  # fmt: skip
    middle = (top + bottom) // 2
    hand.phone.tap(left + (right - left) * 0.8, middle)
    assert app.told[-1] == 8
    hand.phone.swipe(left + (right - left) * 0.8, middle, left + (right - left) * 0.3, middle, 0.3)
    assert app.told[-1] == 3
    assert sorted(app.told[1:], reverse=True) == app.told[1:]
    hand.phone.swipe((left + right) // 2, middle, left - 30, middle, 0.2)
    assert app.told[-1] == 0


def test_tabs_chips_buttons_and_icons_can_be_tapped(bench):
    hand, app = bench(lambda app: Page(
        "Bench",
        [Tabs(["One", "Two"], 0, app.tell), Wrap([Chip(f"Chip {i}", lambda i=i: app.tell(i)) for i in range(9)]),
         Line([Button("Left", lambda: app.tell("l")), Button("Right", lambda: app.tell("r"), style="tonal")])],
        actions=[IconButton("search", lambda: app.tell("s"), "Search")],
        bottom=[Tabs(["Home", "You"], 1, lambda i: app.tell(f"n{i}"), ["home", "person"])],
        fab=("add", lambda: app.tell("f"), "Add"),
    ))  # fmt: skip
    for name in ("Two", "Chip 8", "Left", "Right", "Search", "Home", "Add"):
        hand.tap(name)
    assert app.told == [1, 8, "l", "r", "s", "n0", "f"]
    assert [node.selected for node in hand.nodes() if node.cls.endswith("FrameLayout")][-2:] == [False, True]


def test_a_card_is_one_thing_to_tap_and_to_hold(bench):
    hand, app = bench(
        lambda app: [Card([Text("Inside")], on_tap=lambda: app.tell("tap"), on_long_press=lambda: app.tell("hold"))]
    )
    hand.tap("Inside")
    hand.hold("Inside")
    assert app.told == ["tap", "hold"]


def test_a_pager_is_swiped_page_by_page(bench):
    hand, app = bench(
        lambda app: Page("Bench", [Pager([[Text(f"Page {i}")] for i in range(3)], app.tell)], scrolls=False)
    )
    assert [text for text in hand.texts() if text.startswith("Page")] == ["Page 0"]
    hand.phone.swipe(900, 1200, 200, 1200, 0.2)
    hand.settle()
    assert [text for text in hand.texts() if text.startswith("Page")] == ["Page 1"]
    hand.phone.swipe(200, 1200, 700, 1200, 0.2)
    hand.settle()
    assert [text for text in hand.texts() if text.startswith("Page")] == ["Page 0"]
    assert app.told == [1, 0]


def test_a_long_list_scrolls_and_only_its_visible_part_is_in_the_tree(bench):
    hand, _ = bench(lambda app: [Row(f"Row {i}", on_tap=app.tell) for i in range(60)])
    shown = [text for text in hand.texts() if text.startswith("Row")]
    assert shown[0] == "Row 0"
    assert len(shown) < 20
    assert any(node.scrollable for node in hand.nodes())
    hand.phone.swipe(540, 1800, 540, 600, 0.2)
    hand.settle()
    first = hand.texts()[1]
    assert int(first.split()[1]) > 8
    for _ in range(6):
        hand.phone.swipe(540, 1800, 540, 300, 0.1)
        hand.settle()
    assert hand.texts()[-1] == "Row 59"
    for _ in range(6):
        hand.phone.swipe(540, 600, 540, 2000, 0.1)
        hand.settle()
    assert hand.texts()[1] == "Row 0"


def test_a_touch_stops_a_gliding_list_and_taps_nothing(bench):
    hand, app = bench(lambda app: [Row(f"Row {i}", on_tap=lambda i=i: app.tell(i)) for i in range(60)])
    hand.phone.swipe(540, 1800, 540, 900, 0.1)
    hand.clock.sleep(0.05)
    hand.phone.tap(540, 1200)
    still = hand.phone.frame()
    hand.clock.sleep(0.5)
    assert hand.phone.frame() is still
    assert app.told == []


def test_a_drag_leaves_the_list_where_the_finger_left_it(bench):
    hand, _ = bench(lambda app: [Row(f"Row {i}", on_tap=app.tell) for i in range(60)])
    before = hand.see("Row 8").bounds[1]
    hand.phone.drag(540, 1800, 540, 1400, 0.5)
    hand.settle()
    assert abs(before - 400 - hand.see("Row 8").bounds[1]) < 40


def test_a_conversation_starts_at_its_end_and_stays_there(bench):
    def chat(app):
        lines = [Bubble(f"Line {i}", mine=i % 2 == 0, note="09:41") for i in range(40 + len(app.told))]
        return Page("Chat", lines, starts_at="end")

    hand, app = bench(chat)
    assert "Line 39" in hand.texts()
    app.tell()
    hand.phone.changed()
    assert "Line 40" in hand.texts()
    assert "Line 0" not in hand.texts()


def test_a_page_is_built_anew_as_often_as_it_asks(bench):
    hand, app = bench(lambda app: Page("Watch", [Text(f"{app.phone.clock():.0f} s")], every_s=1))
    first = hand.phone.frame()
    hand.clock.sleep(0.5)
    assert hand.phone.frame() is first
    hand.clock.sleep(0.6)
    assert hand.phone.frame() is not first


def test_swipes_that_scroll_nothing_are_told_to_the_page(bench):
    hand, app = bench(lambda app: Page("Bench", [Text("Nothing here")], on_swipe=app.tell))
    for x, y in ((540, 400), (540, 2000), (100, 1200), (1000, 1200)):
        hand.phone.swipe(540, 1200, x, y, 0.1)
    assert app.told == ["up", "down", "left", "right"]


def test_what_grows_fills_the_page(bench):
    hand, _ = bench(
        lambda app: Page("Bench", [Text("Top"), Space(grow=True), Button("Bottom", app.tell)], scrolls=False)
    )
    assert hand.see("Bottom").bounds[3] > 2200


def test_pictures_are_fitted_and_never_distorted():
    red = Image.new("RGB", (400, 100), (255, 0, 0))
    assert Picture(red, height=100).place(look(), 200).height == 50
    assert Picture(red, height=20).place(look(), 2000).height == 40


def test_long_words_in_rows_stay_within_the_row(bench):
    hand, _ = bench(lambda app: [Row("W" * 200, "w" * 300, icon="info", value="v" * 100), Row("")])
    assert all(node.bounds[2] <= 1080 for node in hand.nodes())


@pytest.mark.parametrize("width", [1, 40, 300, 2000])
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_widget_can_be_laid_out_at_any_width(width, theme):
    nothing = lambda *_: None  # noqa: E731
    widgets = [
        Text("Some text"), Row("Row", "sub", icon="A", tint="#123456", value="v"), Switch("S", True, nothing, "sub"),
        Checkbox("C", False, nothing), Slider("V", 3, nothing, icon="sun"), Button("B", nothing, icon="add", big=True),
        IconButton("add", nothing, "Add"), Chip("Chip", nothing, on=True), Tabs(["a", "b", "c"], 1, nothing),
        Field("F", "text", nothing), Field("P", "many\nlines", nothing, lines=4, plain=True), Bubble("Hi", mine=True),
        Card([Text("in")]), Group([Row("a"), Row("b")], "Head"), Grid([Text("x")] * 5, 3), Divider(), Space(4),
        Line([Button("l", nothing), Text("r")]), Wrap([Chip("c")] * 4), Pager([[Text("p")]]), Column([Text("t")]),
        Picture(Image.new("RGB", (9, 9))), *radios({1: "one"}, 1, nothing),
    ]  # fmt: skip
    for widget in widgets:
        for font_scale in (0.85, 2.0):
            spot = widget.place(look(theme, 1.5, font_scale), width)
            assert spot.height > 0, widget
            assert spot.width >= 1, widget


def test_larger_text_needs_more_room():
    small, large = (Text("A line of words " * 9).place(look(font_scale=f), 400).height for f in (1.0, 1.3))
    assert large > small * 1.5
