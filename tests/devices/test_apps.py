"""Which app a name means, in whatever language and however it is spelt; and that a doubt opens none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsight import open_agent
from handsight.devices.android import VirtualAndroid, dumpsys, open_virtual
from handsight.devices.android.app_names import COMMON
from handsight.devices.android.apps import Installed, bare, common_names, find, folded
from handsight.devices.virtual import VirtualPhone
from handsight.errors import Ambiguous, NotFound
from handsight.loop import Limits
from handsight.models.scripted import ScriptedModel

from .playground import QUICK

PACKAGES = (
    "com.android.settings",
    "com.android.chrome",
    "com.google.android.GoogleCamera",
    "com.google.android.dialer",
    "com.google.android.apps.messaging",
    "com.google.android.deskclock",
    "com.google.android.calendar",
    "com.google.android.apps.photos",
    "com.google.android.gm",
    "com.google.android.apps.maps",
    "com.google.android.youtube",
    "com.google.android.calculator",
    "com.google.android.documentsui",
    "com.android.vending",
    "org.example.notes",
    "org.example.notes.beta",
    "org.other.shopping",
)
PIXEL = Installed(dict.fromkeys(PACKAGES, ".Main"), {})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Settings", "com.android.settings"),
        ("Chrome", "com.android.chrome"),
        ("google chrome", "com.android.chrome"),
        ("camera", "com.google.android.GoogleCamera"),
        ("Phone", "com.google.android.dialer"),
        ("Messages", "com.google.android.apps.messaging"),
        ("SMS", "com.google.android.apps.messaging"),
        ("Clock", "com.google.android.deskclock"),
        ("Calendar", "com.google.android.calendar"),
        ("Photos", "com.google.android.apps.photos"),
        ("Gmail", "com.google.android.gm"),
        ("Maps", "com.google.android.apps.maps"),
        ("YouTube", "com.google.android.youtube"),
        ("Files", "com.google.android.documentsui"),
        ("Calculator", "com.google.android.calculator"),
        ("play  store", "com.android.vending"),
        ("org.example.notes", "org.example.notes"),
        ("Shopping", "org.other.shopping"),
        ("设置", "com.android.settings"),
        ("打开设置", "com.android.settings"),
        ("設定", "com.android.settings"),
        ("Paramètres", "com.android.settings"),
        ("parametres", "com.android.settings"),
        ("НАСТРОЙКИ", "com.android.settings"),
        ("설정 앱", "com.android.settings"),
        ("เครื่องคิดเลข", "com.google.android.calculator"),
        ("फ़ोन", "com.google.android.dialer"),
        ("الكاميرا", "com.google.android.GoogleCamera"),
        ("Ｃｈｒｏｍｅ", "com.android.chrome"),
        ("the Settings app", "com.android.settings"),
        ("“Settings”", "com.android.settings"),
        ("open Settings", "com.android.settings"),
        ("COM.ANDROID.SETTINGS", "com.android.settings"),
        ("Setings", "com.android.settings"),
        ("Setttings app", "com.android.settings"),
        ("Calender", "com.google.android.calendar"),
        ("you tube", "com.google.android.youtube"),
    ],
)
def test_apps_are_found_by_what_people_call_them(name: str, expected: str) -> None:
    assert find(name, PIXEL) == expected


def test_a_word_of_the_package_finds_an_app_that_no_table_knows() -> None:
    assert find("other", PIXEL) == "org.other.shopping"
    assert find("shop", PIXEL) == "org.other.shopping"


def test_a_word_that_fits_several_apps_opens_none() -> None:
    with pytest.raises(Ambiguous, match=r"org\.example\.notes, org\.example\.notes\.beta"):
        find("example", PIXEL)


def test_an_app_that_is_not_there_names_near_ones() -> None:
    with pytest.raises(NotFound, match=r"org\.other\.shopping"):
        find("shoping list", PIXEL)
    with pytest.raises(NotFound, match="none"):
        find("Contacts", Installed({}, {}))


def test_a_known_app_that_is_not_installed_is_not_found() -> None:
    with pytest.raises(NotFound):
        find("Contacts", PIXEL)


def test_the_apps_named_in_a_doubt_have_their_names_and_packages() -> None:
    two = Installed(dict.fromkeys(("com.android.chrome", "org.mozilla.firefox"), ""), {})
    with pytest.raises(
        Ambiguous, match=r"'Browser' may be any of .*\(com\.android\.chrome\), .*\(org\.mozilla\.firefox\)"
    ):
        find("Browser", two)
    assert find("Firefox", two) == "org.mozilla.firefox"


def test_a_label_counts_as_much_as_a_common_name() -> None:
    labels = {"org.a.cam": "Camera", "org.b": "Offline Maps", "net.open": "Open Camera"}
    apps = Installed(dict.fromkeys(("com.android.camera2", *labels), ""), labels)
    with pytest.raises(Ambiguous, match=r"Camera \(com\.android\.camera2\), Camera \(org\.a\.cam\); open one"):
        find("camera", apps)
    assert find("Open Camera", apps) == "net.open"  # a name is first taken as it stands
    assert find("maps", apps) == "org.b"
    assert find("offline maps app", apps) == "org.b"


def test_two_names_that_are_as_near_open_none() -> None:
    apps = Installed(dict.fromkeys(("a.b", "c.d"), ""), {"a.b": "Weather1", "c.d": "Weather2"})
    with pytest.raises(Ambiguous, match="may be any of"):
        find("Weather3", apps)


@pytest.mark.parametrize("name", ["", "   ", "Bank of Nowhere", "ab", "\u3000", "x" * 5000, "\u0000"])
def test_what_means_no_app_opens_none(name: str) -> None:
    with pytest.raises(NotFound, match="can be opened"):
        find(name, PIXEL)


@given(st.text(max_size=40))
def test_any_name_gives_an_installed_app_or_not_found(name: str) -> None:
    try:
        found = find(name, PIXEL)
    except (Ambiguous, NotFound):
        return
    assert found in PACKAGES


@given(st.text(max_size=40))
def test_a_name_is_compared_the_same_however_often_it_is_folded(name: str) -> None:
    assert folded(folded(name)) == folded(name)
    assert bare(name) in folded(name)


def test_the_table_names_each_app_once_and_each_package_as_android_would() -> None:
    for names, packages in COMMON:
        several = [folded(name) for name in names.split("|")]
        assert all(several), names
        for package in packages.split("|"):
            assert dumpsys.activities(f"  {package}/.Main\n") == {package: ".Main"}
    assert {"Settings", "设置", "Ayarlar"} <= set(common_names("com.android.settings"))
    assert common_names("org.example.none") == ()


def test_each_common_app_is_found_by_each_of_its_names_where_it_is_the_only_one() -> None:
    for names, packages in COMMON:
        alone = Installed({packages.split("|")[0]: ".Main", "org.example.other": ".Main"}, {})
        for name in names.split("|"):
            assert find(name, alone) == packages.split("|")[0], name


def test_labels_are_read_where_android_tells_them() -> None:
    told = """2 activities found:
  Activity #0:
    priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=false
    ActivityInfo:
      name=a.Main
      packageName=org.a
      labelRes=0x7f0f001c nonLocalizedLabel=null icon=0x7f08 banner=0x0
      ApplicationInfo:
        packageName=org.a
        labelRes=0x0 nonLocalizedLabel=Of the whole app icon=0x7f08 banner=0x0
  Activity #1:
    ActivityInfo:
      name=b.Main
      packageName=org.b
      labelRes=0x0 nonLocalizedLabel=My icon app icon=0x0 banner=0x0
"""
    assert dumpsys.labels(told) == {"org.b": "My icon app"}
    assert dumpsys.labels("") == dumpsys.labels("Error: no such command") == {}
    assert dumpsys.packages("package:a.b\npackage:c.d\n") == ["a.b", "c.d"]


@pytest.fixture(scope="module", params=["en", "zh"])
def device(request: pytest.FixtureRequest) -> Iterator[VirtualAndroid]:
    phone = VirtualPhone(language=request.param)
    phone.settings["global"]["transition_animation_scale"] = "0"
    device = open_virtual(phone, numbers=QUICK)
    yield device
    device.close()


@pytest.mark.parametrize(
    "name",
    [
        "打开设置",
        "设置",
        "Settings",
        "settings app",
        "com.android.settings",
        "Setings",
        "Réglages",
        "設定",
        "the SETTINGS",
    ],
)
def test_the_settings_open_by_any_name_in_any_language(device: VirtualAndroid, name: str) -> None:
    device.press("home")
    assert device.open_app(name) == device.foreground() == "com.android.settings"


def test_every_app_opens_by_its_label_in_the_language_of_the_phone(device: VirtualAndroid) -> None:
    for package, app in device.phone.apps.items():
        if not app.hidden and package != "com.android.launcher3":
            assert device.open_app(app.label()) == device.foreground() == package


def test_an_app_that_the_phone_has_not_got_is_not_found_and_nothing_is_opened(device: VirtualAndroid) -> None:
    device.press("home")
    with pytest.raises(NotFound, match=r"no app '微信' can be opened; there are .*\(org\.handsight\.notes\)"):
        device.open_app("微信")
    assert device.foreground() == "com.android.launcher3"


def test_a_rule_that_forbids_an_app_holds_for_all_its_names(device: VirtualAndroid) -> None:
    assert device.same_app("Setings", "com.android.settings")
    assert device.same_app("设置", "Réglages")
    assert not device.same_app("Notes", "Settings")
    assert device.same_app("handsight", "Notes")  # it may be: several packages have that word
    assert not device.same_app("微信", "微信")  # it is not there
    device.press("home")
    open_it = '<tool_call>\n{"name": "mobile_use", "arguments": {"action": "open", "text": "Setings"}}\n</tool_call>'
    with open_agent(device, ScriptedModel([open_it]), deny=["open_app:Settings"], limits=Limits(steps=1)) as agent:
        run = agent.run("x")
    assert "a rule forbids open_app 'Setings'" in str(run.steps[0].problem)
    assert device.foreground() == "com.android.launcher3"
