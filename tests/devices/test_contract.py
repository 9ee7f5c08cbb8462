"""What every device promises. A device is added by one line in WORLDS: it, and how to look behind its screen."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from handsight.devices.android import VirtualAndroid, open_virtual
from handsight.devices.base import Apps, Device, Eraser, Glance, Keys, Touch, changed_near
from handsight.devices.virtual.kit.layout import Node
from handsight.errors import NotFound, ToolFailed
from handsight.types import Point

from .playground import QUICK, WatchedPhone


@dataclass
class World:
    """A device with the playground in front, and the truth about it."""

    device: VirtualAndroid
    size: tuple[int, int]  # of its pictures
    inner: int = 1  # its own pixels for each of a picture's

    @property
    def phone(self) -> WatchedPhone:
        assert isinstance(self.device.phone, WatchedPhone)
        return self.device.phone

    def reset(self) -> None:
        """Back to the first page, with an empty field that is being edited."""
        self.phone.stop("org.example.playground")
        self.phone.playground.text = ""
        self.phone.launch("org.example.playground")
        self.phone.events.clear()

    def edit(self) -> None:
        """Tap the field: it is the only one of the page."""
        self.device.tap(self.place_of("EditText"), on=self.device.glance())
        self.phone.events.clear()

    def place_of(self, words: str) -> Point:
        """The middle of what shows these words, or is of this kind, in pixels of a picture."""
        found = next(n for n in nodes(self.phone.tree()) if n.text == words or n.cls.endswith(words))
        left, top, right, bottom = (edge / self.inner for edge in found.bounds)
        return Point((left + right) / 2, (top + bottom) / 2)

    def typed(self) -> str:
        return self.phone.playground.text

    def touches(self) -> list[tuple[float, float]]:
        """The places that were tapped, in the device's own pixels."""
        return [(x, y) for kind, x, y in (event for event in self.phone.events if event[0] == "tap")]


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from nodes(child)


def phone(*, rotation: int = 0, inner: int = 1, **options: object) -> World:
    phone = WatchedPhone(shrink=inner, **options)
    phone.rotation = rotation
    size = phone.size
    return World(open_virtual(phone, numbers=QUICK), (size[0] // inner, size[1] // inner), inner)


WORLDS: dict[str, Callable[[], World]] = {
    "phone": lambda: phone(),
    "small phone on its side": lambda: phone(size=(720, 1280), rotation=1),
    "pictures at half size": lambda: phone(inner=2),
}


@pytest.fixture(scope="module", params=WORLDS)
def opened(request: pytest.FixtureRequest) -> Iterator[World]:
    world = WORLDS[request.param]()
    yield world
    world.device.close()


@pytest.fixture
def world(opened: World) -> World:
    opened.reset()
    return opened


def test_it_can_be_looked_at_touched_typed_into_and_told_to_open_apps(world: World) -> None:
    for protocol in (Device, Glance, Touch, Keys, Eraser, Apps):
        assert isinstance(world.device, protocol)
    assert world.device.name


def test_a_screenshot_is_a_picture_of_the_whole_screen_with_its_story(world: World) -> None:
    screen = world.device.screenshot()
    assert (screen.image.mode, screen.size) == ("RGB", world.size)
    assert screen.app == "org.example.playground"
    assert set(screen.timing) == {"settle", "capture"}
    assert all(seconds >= 0 for seconds in screen.timing.values())


def test_a_glance_shows_the_same_without_waiting(world: World) -> None:
    screen, glance = world.device.screenshot(), world.device.glance()
    assert (glance.size, glance.app) == (screen.size, screen.app)
    assert not changed_near(screen, glance, Point(world.size[0] / 2, world.size[1] / 2))


@pytest.mark.parametrize("share", [(0, 0), (0.5, 0.5), (0.123, 0.987), (0.9999, 0.9999), (0.9999, 0)])
def test_a_tap_lands_on_the_pixel_that_was_meant(world: World, share: tuple[float, float]) -> None:
    screen = world.device.glance()
    x, y = (int(part * side) for part, side in zip(share, world.size, strict=True))
    world.device.tap(Point(x, y), on=screen)
    landed_x, landed_y = (int(place) // world.inner for place in world.touches()[-1])
    assert (landed_x, landed_y) == (x, y)


def test_a_tap_shows_what_it_led_to(world: World) -> None:
    before = world.device.screenshot()
    world.device.tap(world.place_of("Row 0"), on=before)
    after = world.device.screenshot()
    assert after.settled == "quiet"
    assert changed_near(before, after, Point(world.size[0] / 2, world.size[1] / 2))


def test_a_tap_on_nothing_leaves_the_screen_unchanged(world: World) -> None:
    screen = world.device.screenshot()
    world.device.tap(Point(world.size[0] * 0.6, world.size[1] * 0.06), on=screen)
    assert world.device.screenshot().settled == "unchanged"


def test_a_long_press_holds(world: World) -> None:
    screen = world.device.glance()
    world.device.long_press(world.place_of("Hold me"), 0.6, on=screen)
    assert world.phone.playground.held == 1


def test_a_swipe_scrolls_from_where_to_where_and_as_long_as_was_said(world: World) -> None:
    before = world.device.screenshot()
    middle, low, high = world.size[0] // 2, int(world.size[1] * 0.8), int(world.size[1] * 0.4)
    world.device.swipe(Point(middle, low), Point(middle, high), 0.25, on=before)
    (kind, *path, seconds) = world.phone.events[-1]
    assert (kind, [int(place) // world.inner for place in path]) == ("swipe", [middle, low, middle, high])
    assert seconds == pytest.approx(0.25)
    after = world.device.screenshot()
    assert after.settled == "quiet"
    assert changed_near(before, after, Point(world.size[0] / 4, world.size[1] / 2), radius_px=200, share=0.02)


def test_every_printable_character_arrives(world: World) -> None:
    world.edit()
    text = "".join(c for c in string.printable if c.isprintable())
    world.device.type_text(text)
    assert world.typed() == text


@pytest.mark.parametrize(
    "text",
    [
        "100%sure %s%%s %d %%",
        "a b  c ",
        "-d 1; rm -rf / && echo $HOME `id` \"quoted\" 'single' \\n",
        "first\nsecond\r\nthird",
        "--longpress",
        "x" * 400,
        "%s" * 20,
        "Zürich, 你好, שלום 👍🏽",
        "fine until 🙂\nthen 🇨🇳",
    ],
)
def test_text_arrives_exactly(world: World, text: str) -> None:
    world.edit()
    world.device.type_text(text)
    assert world.typed() == text.replace("\r\n", "\n")


def test_percent_before_every_character_arrives(world: World) -> None:
    world.edit()
    text = "".join(f"%{c}" for c in string.printable if c.isprintable())
    world.device.type_text(text)
    assert world.typed() == text


@pytest.mark.parametrize("text", ["bell\a", "half \ud83d"])
def test_what_cannot_be_typed_is_not_typed_in_part(world: World, text: str) -> None:
    world.edit()
    with pytest.raises(ToolFailed, match="nothing was typed"):
        world.device.type_text(text)
    assert world.typed() == ""
    assert world.phone.events == []


def test_a_field_is_emptied(world: World) -> None:
    world.edit()
    world.device.type_text("to be replaced")
    world.device.clear_text()
    assert world.typed() == ""
    world.device.type_text("neu: für dich")
    assert world.typed() == "neu: für dich"


def test_a_key_is_pressed_once(world: World) -> None:
    world.device.press("volume_up")
    assert world.phone.events == [("key", 24)]


def test_back_and_home_lead_away(world: World) -> None:
    world.device.screenshot()
    world.device.press("home")
    assert world.device.screenshot().app != "org.example.playground"


def test_a_key_it_does_not_have_presses_nothing(world: World) -> None:
    with pytest.raises(NotFound, match="back"):
        world.device.press("bakc")
    assert world.phone.events == []


@pytest.mark.parametrize("name", ["Vault", "org.example.vault"])
def test_an_app_opens_by_name_and_by_its_identity(world: World, name: str) -> None:
    assert world.device.open_app(name) == "org.example.vault"
    assert world.phone.foreground[0] == "org.example.vault"


def test_an_app_that_is_not_there_opens_nothing(world: World) -> None:
    with pytest.raises(NotFound, match="playground"):
        world.device.open_app("sandpit")
    assert world.phone.foreground[0] == "org.example.playground"


def test_it_can_be_closed_twice() -> None:
    world = WORLDS["phone"]()
    world.device.close()
    world.device.close()
