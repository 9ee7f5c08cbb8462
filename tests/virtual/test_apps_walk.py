"""Each app under a hundred and fifty random events; its words in Chinese; its place on the home screen."""

from __future__ import annotations

import inspect
import json
import random
import re

import pytest

from handsight.devices.virtual.apps import default_apps

APPS = ("contacts", "messages", "notes", "clock", "files", "shop")
KEYS = (4, 4, 66, 67, 61, 20, 123, 111)


@pytest.mark.parametrize("name", APPS)
def test_a_random_walk_through_one_app_breaks_nothing(thumb, name):
    dice = random.Random(name)
    hand = thumb(size=(270, 600), language=dice.choice(("en", "zh")), dark=dice.random() < 0.5)
    phone, (width, height) = hand.phone, hand.phone.size
    pages = set()
    for _ in range(150):
        phone.launch(f"org.handsight.{name}")
        act = dice.random()
        nodes = [node for node in hand.nodes() if node.clickable or node.long_clickable]
        if act < 0.7 and nodes:
            left, top, right, bottom = dice.choice(nodes).bounds
            hold_s = 0.7 if dice.random() < 0.15 else 0.0
            x, y = (left + right) / 2, (top + bottom) / 2
            phone.swipe(x, y, x, y, hold_s)
        elif act < 0.8:
            phone.swipe(width / 2, height * dice.random(), width / 2, height * dice.random(), 0.1)
        elif act < 0.9:
            phone.text(dice.choice(("Hello", "你好？", "7", "/", "..")))
        else:
            phone.key(dice.choice(KEYS))
        hand.clock.sleep(dice.choice((0.1, 0.6, 3.0)))
        pages.add(tuple(hand.texts()[:1]))
        json.dumps(phone.app(name).state(), ensure_ascii=False)
    assert phone.frame().size == (width, height)
    assert len(pages) > 3, "it went somewhere"


@pytest.mark.parametrize("app", default_apps(), ids=lambda app: app.__name__.lower())
def test_every_word_of_an_app_is_translated(app):
    chinese = app.texts.get("zh", {})
    used = re.findall(r'\bt\(\s*"([^"]+)"', inspect.getsource(app))
    assert [word for word in used if word not in chinese] == []
    for english, translated in chinese.items():
        assert english.count("{}") == translated.count("{}")
        assert translated != english


def test_the_home_screen_shows_the_apps_and_four_favourites(thumb):
    hand = thumb(size=(270, 600))
    texts = hand.texts()
    assert {"Contacts", "Messages", "Notes", "Clock", "Files", "Shop", "Settings"} <= set(texts)
    assert texts[-4:] == ["Contacts", "Messages", "Notes", "Shop"]
    hand.tap("Clock")
    assert hand.phone.foreground[0] == "org.handsight.clock"


def test_two_phones_share_no_state(thumb):
    one, other = thumb(size=(270, 600)), thumb(size=(270, 600))
    for name, attribute in (("contacts", "contacts"), ("messages", "conversations"), ("notes", "notes"),
                            ("clock", "alarms"), ("shop", "orders")):  # fmt: skip
        assert getattr(one.phone.app(name), attribute) is not getattr(other.phone.app(name), attribute)
    one.phone.app("shop").address.name = "Ada"
    assert other.phone.app("shop").address.name == ""
    one.phone.files.remove("/sdcard/Download/ticket.txt")
    assert other.phone.files.exists("/sdcard/Download/ticket.txt")
