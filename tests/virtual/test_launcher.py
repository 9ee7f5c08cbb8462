"""The home screen, and where a phone's apps come from."""

from __future__ import annotations

import sys

import pytest

from handsight.devices.virtual.apps import DEFAULT, default_apps, load_apps, new_apps
from handsight.devices.virtual.kit import App, Page, Text
from handsight.errors import UnknownName


def many(count):
    """Classes of that many apps."""
    return [
        type(f"App{i}", (App,), {"package": f"org.example.app{i}", "labels": {"en": f"App {i}", "zh": f"应用 {i}"},
                                 "main": lambda self: Page(self.label(), [Text("Here I am")])})
        for i in range(count)
    ]  # fmt: skip


def test_every_app_is_on_the_home_screen_under_its_label(thumb):
    hand = thumb(apps=many(5))
    assert [text for text in hand.texts() if text.startswith("App")][:5] == [f"App {i}" for i in range(5)]
    hand.phone.settings["system"]["system_locales"] = "zh-CN"
    assert "应用 3" in hand.texts()
    assert "3月14日 星期六" in hand.texts()


def test_a_tap_on_an_icon_opens_the_app(thumb):
    hand = thumb(apps=many(5))
    hand.tap("App 3")
    assert hand.phone.foreground == ("org.example.app3", ".MainActivity")
    assert "Here I am" in hand.texts()
    hand.phone.tap(540, 2337)  # the home button
    hand.settle()
    assert hand.phone.running.at_home


def test_many_apps_make_more_pages_to_swipe_to(thumb):
    hand = thumb(apps=many(20))
    grid = [text for text in hand.texts() if text.startswith("App")]
    assert "App 15" in grid
    assert "App 16" not in grid
    hand.phone.swipe(900, 1200, 150, 1200, 0.2)
    hand.settle()
    assert hand.phone.app("launcher").home_page == 1
    hand.tap("App 19")
    assert hand.phone.foreground[0] == "org.example.app19"


def test_favourites_stay_at_the_bottom_on_every_page(thumb):
    hand = thumb(apps=many(20))
    dock = [node for node in hand.nodes() if node.text == "App 0"][-1]
    hand.phone.swipe(900, 1200, 150, 1200, 0.2)
    hand.settle()
    assert [node.bounds for node in hand.nodes() if node.text == "App 0"] == [dock.bounds]


def test_recent_apps_are_listed_with_the_latest_first(thumb):
    hand = thumb(apps=many(3))
    hand.key(187)
    assert "No recent apps" in hand.texts()
    for i in (2, 0):
        hand.phone.launch(f"org.example.app{i}")
        hand.settle()
    hand.key(187)
    assert [text for text in hand.texts() if text.startswith("App")] == ["App 0", "App 2"]
    hand.tap("App 2")
    assert hand.phone.foreground[0] == "org.example.app2"


@pytest.mark.parametrize("size", [(1080, 2400), (2400, 1080), (320, 480)])
def test_icons_do_not_lie_on_one_another(thumb, size):
    hand = thumb(apps=many(8), size=size)
    icons = [node.bounds for node in hand.nodes() if node.clickable]
    for i, (left, top, right, bottom) in enumerate(icons):
        for other in icons[i + 1 :]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


# Where apps come from


def test_a_phone_has_all_default_apps_that_are_installed():
    modules = {make.__module__.rpartition(".")[2] for make in default_apps()}
    assert {"launcher", "settings"} <= modules <= set(DEFAULT)
    packages = [app.package for app in new_apps(None)]
    assert len(packages) == len(set(packages))


def test_apps_of_ones_own_are_named_by_module(thumb, counter):
    assert [make.package for make in load_apps([counter])] == ["org.example.counter"]
    assert load_apps([f"{counter}:Counter"]) == load_apps([counter])
    hand = thumb(apps=[counter])
    hand.tap("Counter")
    hand.tap("Add one")
    hand.tap("Add one")
    assert hand.phone.app("counter").count == 2
    assert "2" in hand.texts()


def test_a_module_may_list_its_apps(tmp_path, monkeypatch):
    (tmp_path / "listing_apps.py").write_text(
        "from handsight.devices.virtual.kit import App\n"
        "class One(App): package = 'org.example.one'\n"
        "class Two(App): package = 'org.example.two'\n"
        "apps = [Two]\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert [make.package for make in load_apps(["listing_apps"])] == ["org.example.two"]
    sys.modules.pop("listing_apps")


@pytest.mark.parametrize("word", ["no_such_module_anywhere", "json", "counter:Nothing", "json:loads"])
def test_words_that_name_no_app_are_refused_with_what_was_expected(word, counter):
    with pytest.raises(UnknownName, match=r"pkg\.module|subclasses of App"):
        load_apps([word])


def test_an_app_may_be_given_as_an_instance_a_class_or_a_name(counter):
    first, second = many(2)
    apps = new_apps([first, second(), counter])
    assert [app.package for app in apps] == [
        "com.android.launcher3", "org.example.app0", "org.example.app1", "org.example.counter",
    ]  # fmt: skip


def test_an_app_without_a_phone_or_a_first_page_says_what_is_missing():
    class Empty(App):
        package = "org.example.empty"

    with pytest.raises(RuntimeError, match="not on a phone"):
        Empty().t("Hello")
    with pytest.raises(NotImplementedError, match="main"):
        Empty().main()
