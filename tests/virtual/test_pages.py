"""Pages, dialogs, menus and sheets; bars and keyboard: where their parts lie on any window."""

from __future__ import annotations

from datetime import datetime

import pytest
from PIL import Image, ImageChops

from handsight.devices.virtual import bars
from handsight.devices.virtual.keyboard import DIGITS, LETTERS, MORE, SIGNS, Keyboard
from handsight.devices.virtual.kit import Button, Dialog, Field, IconButton, Line, Menu, Page, Row, Sheet, Tabs, Text
from handsight.devices.virtual.kit.fonts import system_fonts
from handsight.devices.virtual.kit.paint import Canvas
from handsight.devices.virtual.kit.theme import DARK, LIGHT, STYLES, WHITE, Look
from handsight.devices.virtual.lock import lock_page, wallpaper
from handsight.devices.virtual.preferences import default_settings

SIZES = [(1080, 2200), (2400, 1000), (320, 400), (122, 183)]


def look(scale=2.625, **more):
    return Look(LIGHT, system_fonts(), scale, inset_top=40, **more)


def texts(spot):
    return [inner.text for inner in spot.walk() if inner.text]


def box_of(root, text):
    """Where the spot of that text is, in the root's own pixels, unscrolled."""

    def search(spot, left, top):
        left, top = left + spot.x, top + spot.y
        if text in (spot.text, spot.description):
            return left, top, left + spot.width, top + spot.height
        return next((box for child in spot.children if (box := search(child, left, top))), None)

    return search(root, 0, 0)


def full_page(**more):
    return Page(
        "Title", [Row(f"Row {i}") for i in range(30)], actions=[IconButton("search", print, "Search")],
        top=[Tabs(["One", "Two"], 0, print)], bottom=[Line([Field("Message", "", print)])], fab=("add", print, "Add"),
        **more,
    )  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
def test_what_is_pinned_stays_within_the_window_in_its_order(size):
    root = full_page().place(look(min(size) / 411), *size)
    places = [box_of(root, text) for text in ("Title", "One", "Row 0")]
    assert [place[1] for place in places] == sorted(place[1] for place in places)
    assert places[0][1] >= 40
    assert all(0 <= left < right <= size[0] for left, _, right, _ in places)
    left, top, right, bottom = box_of(root, "Add")
    assert right <= size[0]
    assert bottom <= size[1]


def test_the_list_fills_just_what_is_left_between_the_pins():
    root = full_page().place(look(), 1080, 2200)
    body = next(spot for spot in root.walk() if spot.key == "body")
    below = next(spot for spot in root.walk() if spot.edit)
    assert body.y == 40 + look().px(64) + look().px(48)
    assert 2200 - below.height - look().px(20) <= body.y + body.height < 2200 - below.height


def test_the_arrow_is_there_only_where_there_is_a_way_back():
    assert box_of(full_page().place(look(), 1080, 2200), "Navigate up") is None
    root = full_page().place(look(go_back=print), 1080, 2200)
    assert box_of(root, "Navigate up")[2] <= box_of(root, "Title")[0]


def test_a_long_title_ends_before_the_actions():
    page = Page("A title that is far too long for any phone " * 3, [], actions=[Button("Save", print)])
    root = page.place(look(), 1080, 2200)
    title = next(spot for spot in root.walk() if spot.text.startswith("A title"))
    assert title.x + title.width <= box_of(root, "Save")[0]


def test_a_large_title_scrolls_with_the_list():
    root = Page("Settings", [Text("Body")], large=True).place(look(), 1080, 2200)
    body = next(spot for spot in root.walk() if spot.key == "body")
    assert "Settings" in texts(body)
    assert texts(root).count("Settings") == 1


@pytest.mark.parametrize("size", SIZES)
def test_a_dialog_lies_in_the_middle_and_never_sticks_out(size):
    dialog = Dialog("Title", "A text. " * 60, [Row(f"Row {i}") for i in range(9)], [("No", None), ("Yes", print)])
    root = dialog.place(look(min(size) / 411), *size)
    (panel,) = root.children
    assert panel.x >= 0
    assert panel.x + panel.width <= size[0]
    assert abs(panel.x - (size[0] - panel.x - panel.width)) <= 1
    if size != SIZES[-1]:
        assert panel.y >= 0
        assert panel.y + panel.height <= size[1]
    assert {"No", "Yes"} <= set(texts(panel))


def test_long_buttons_of_a_dialog_stand_below_one_another():
    labels = ["Delete everything for good", "Keep everything as it is"]
    root = Dialog("?", buttons=[(label, None) for label in labels]).place(look(), 1080, 2200)
    first, second = (box_of(root, label) for label in labels)
    assert first[3] <= second[1]


def test_a_button_closes_the_dialog_before_it_acts():
    order = []
    dialog = Dialog(
        "?", buttons=[("Yes", lambda: order.append("act")), ("No", None)], dismiss=lambda: order.append("close")
    )
    root = dialog.place(look(), 1080, 2200)
    for name in ("Yes", "No"):
        next(spot for spot in root.walk() if spot.text == name).on_tap()
    assert order == ["close", "act", "close"]


def test_a_menu_hangs_at_the_top_right_and_a_sheet_stands_at_the_bottom():
    (menu,) = Menu([(f"Item {i}", print) for i in range(3)]).place(look(), 1080, 2200).children
    (sheet,) = Sheet("Share", [Row("Mail")]).place(look(), 1080, 2200).children
    assert (menu.x + menu.width, menu.y) == (1080 - look().px(8), 40 + look().px(8))
    assert sheet.y + sheet.height == 2200
    assert texts(menu) == ["Item 0", "Item 1", "Item 2"]


def test_a_menu_longer_than_the_screen_scrolls():
    root = Menu([(f"Item {i}", print) for i in range(60)]).place(look(), 1080, 2200)
    window = next(spot for spot in root.walk() if spot.scroll_axis)
    assert window.height < window.content
    assert root.children[0].y + window.height < 2200


# Bars and keyboard


def status(battery=50, **on):
    canvas = Canvas(Image.new("RGB", (1080, 84), WHITE), system_fonts())
    states = {"airplane_mode_on": "0", "wifi_on": "1", "bluetooth_on": "0", **on}
    bars.status_bar(canvas, look(), 1080, (0, 0, 0), "09:41", battery, states)
    return canvas.image


def test_the_status_bar_shows_what_is_connected_and_how_full_the_battery_is():
    plain = status()
    for other in (status(bluetooth_on="1"), status(wifi_on="0"), status(airplane_mode_on="1"), status(battery=90)):
        changed = ImageChops.difference(plain, other).getbbox()
        assert changed
        assert changed[0] > 500  # the right half only: the time stays


def test_three_buttons_share_the_width_and_say_their_names():
    told = []
    bar = bars.navigation_bar(look(), 1080, WHITE, None, buttons=True, press=told.append)
    for key in bar.children:
        key.on_tap()
    assert told == ["back", "home", "recents"]
    assert [key.description for key in bar.children] == ["Back", "Home", "Recents"]
    assert [key.x for key in bar.children] == [0, 360, 720]
    pill = bars.navigation_bar(look(), 1080, WHITE, None, buttons=False, press=told.append)
    assert pill.children == []
    assert pill.height < bar.height


def board(told, *, width=1080, most=1000, **more):
    keyboard = Keyboard(told.append)
    options = {"kind": "text", "multiline": False, "keys": True, "name": "Keys", **more}
    return keyboard, lambda: keyboard.place(look(width / 411), width, most, **options)


@pytest.mark.parametrize("width", [1080, 2400, 320])
@pytest.mark.parametrize("most", [1000, 300, 120])
def test_keys_lie_side_by_side_within_the_keyboard_at_any_size(width, most):
    keyboard, place = board([], width=width, most=most)
    for page in ("ABC", "?123", "=<"):
        keyboard.page = page
        spot = place()
        assert spot.height <= most
        for i, key in enumerate(spot.children):
            assert 0 <= key.x < key.x + key.width <= width
            assert 0 <= key.y < key.y + key.height <= spot.height
            for other in spot.children[i + 1 :]:
                assert key.y != other.y or key.x + key.width <= other.x


def test_each_page_of_the_keyboard_types_its_own_signs():
    told = []
    keyboard, place = board(told)
    for page, rows in (("ABC", LETTERS), ("?123", SIGNS), ("=<", MORE)):
        for name in [name for row in rows for name in row if len(name) == 1 or name in ("enter", "backspace")]:
            keyboard.page = page
            next(key for key in place().children if name in (key.text, key.description)).on_tap()
            assert told[-1] == name


def test_shift_holds_for_one_letter():
    told = []
    keyboard, place = board(told)
    for name in ("shift", "Q", "q", "shift", "shift", "w"):
        next(key for key in place().children if name in (key.text, key.description.replace("SHIFT", "shift"))).on_tap()
    assert "".join(told) == "Qqw"
    keyboard.page = "?123"
    keyboard.reset()
    assert keyboard.page == "ABC"


def test_a_number_pad_has_digits_only():
    told = []
    _, place = board(told, kind="number")
    assert sorted(key.text for key in place().children if key.text.isdigit()) == list("0123456789")
    assert len(place().children) == sum(map(len, DIGITS))


# Settings, theme, lock screen


def test_settings_tell_when_they_change_and_hold_text_only():
    told = []
    settings = default_settings(lambda: told.append(1))
    assert told == []
    settings["system"]["screen_brightness"] = 7
    settings["global"].update(wifi_on="0")
    settings["secure"].pop("android_id")
    assert len(told) == 3
    assert settings["system"]["screen_brightness"] == "7"
    assert default_settings(print)["global"]["wifi_on"] == "1"  # a new phone starts anew
    assert all(isinstance(value, str) for values in settings.values() for value in values.values())


def test_sizes_follow_the_scale_of_the_screen_and_of_the_font():
    assert look(2.0).px(10) == 20
    assert look(2.0).style("body")[:2] == (32, 48)
    assert look(2.0, font_scale=1.5).style("body")[:2] == (48, 72)
    assert look(0.01).style("caption")[0] >= 4
    assert set(STYLES) >= {"display", "title", "body", "caption"}


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_text_is_readable_on_every_ground_of_the_theme(theme):
    def light(color):
        parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    def contrast(a, b):
        high, low = sorted((light(a), light(b)), reverse=True)
        return (high + 0.05) / (low + 0.05)

    pairs = [(theme.text, theme.background), (theme.text, theme.card), (theme.faint, theme.background),
             (theme.faint, theme.card), (theme.primary, theme.background), (theme.on_primary, theme.primary),
             (theme.on_tonal, theme.tonal), (theme.text, theme.key), (theme.danger, theme.card)]  # fmt: skip
    assert min(contrast(*pair) for pair in pairs) >= 4.5


def test_the_lock_screen_tells_time_and_how_to_get_past_it():
    page = lock_page(datetime(2026, 3, 14, 9, 41), (1080, 2400), "Swipe up", dark=False)
    assert texts(page.place(look(), 1080, 2400)) == ["09:41", "2026-03-14", "Swipe up"]
    assert wallpaper((300, 200), dark=True).size == (300, 200)
    assert wallpaper((300, 200), dark=True) is wallpaper((300, 200), dark=True)
    assert wallpaper((300, 200), dark=True).tobytes() != wallpaper((300, 200), dark=False).tobytes()
