"""What moves: lists by the clock, pagers, transitions, the keyboard, and a phone that is turned in the middle of it."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

import pytest
from PIL import ImageChops

from handsight.devices.virtual.kit import App, Button, Dialog, Field, Page, Pager, Row, Switch, Text
from handsight.devices.virtual.kit.scroll import GLIDE_S, Scroll
from handsight.devices.virtual.phone import Phone
from handsight.devices.virtual.timing import StillClock
from handsight.devices.virtual.transitions import SECONDS

from .conftest import Thumb


class Lists(App):
    """Things that move."""

    package = "org.example.lists"
    labels = {"en": "Lists"}
    tapped: list[int] = []
    page = 0
    on = False
    text = ""

    def main(self) -> Page:
        rows = [Row(f"Row {i}", on_tap=lambda i=i: self.tapped.append(i)) for i in range(80)]  # type: ignore[misc]
        return Page("Lists", [Switch("Switch", self.on, self.set("on")), *rows])

    def pages(self) -> Page:
        return Page("Pages", [Pager([[Text(f"Page {i}")] for i in range(4)], self.set("page"))], scrolls=False)

    def both(self) -> Page:
        columns = [[Row(f"Row {i}.{n}") for n in range(60)] for i in range(3)]
        return Page("Both", [Pager(columns, self.set("page"))])

    def form(self) -> Page:
        return Page("Form", [Field("Name", self.text, self.set("text")), Button("Next", lambda: self.open(self.pages))])


@pytest.fixture
def lists() -> Callable[..., Thumb]:
    def show(page: str = "main", **options: object) -> Thumb:
        hand = Thumb(apps=[Lists], **({"size": (270, 600)} | options))
        hand.phone.launch(Lists.package)
        app = hand.phone.app("lists")
        if page != "main":
            app.open(getattr(app, page))
        hand.settle()
        return hand

    return show


def offset(hand: Thumb, key: str = "body") -> float:
    return hand.phone.stage.top.memory.scrolls[key].at(hand.clock())


# Lists


@pytest.mark.parametrize("velocity", [500.0, 1500.0, 4000.0])
def test_a_glide_covers_the_share_of_its_way_that_its_curve_says(velocity: float) -> None:
    scroll = Scroll()
    scroll.fit(100, 10_000, 0)
    scroll.jump(1000)
    scroll.fling(velocity, 0)
    way = velocity * GLIDE_S
    for passed in (0.0, 0.1, 0.24, 0.48, 1.0):
        if way * math.exp(-passed / GLIDE_S) >= 0.5:
            assert scroll.at(passed) == pytest.approx(1000 + way * (1 - math.exp(-passed / GLIDE_S)))
    assert scroll.at(9) == 1000 + way
    assert scroll.target == scroll.at(9)


def test_a_glide_looks_the_same_however_often_it_is_looked_at() -> None:
    often, once = Scroll(), Scroll()
    for scroll in (often, once):
        scroll.fit(100, 10_000, 0)
        scroll.fling(3000, 0)
    for step in range(50):
        often.at(step / 100)
    assert often.at(0.5) == once.at(0.5)


def test_a_slow_drag_moves_the_list_by_the_finger_and_no_further(lists: Callable[..., Thumb]) -> None:
    hand = lists()
    hand.phone.drag(135, 500, 135, 300, 1.0)
    assert offset(hand) == pytest.approx(200, abs=9)
    before = offset(hand)
    hand.settle()
    assert offset(hand) == pytest.approx(before, abs=1)


def test_a_faster_flick_goes_further(lists: Callable[..., Thumb]) -> None:
    reached = []
    for seconds in (0.4, 0.2, 0.1):
        hand = lists()
        hand.phone.swipe(135, 500, 135, 350, seconds)
        hand.settle()
        reached.append(offset(hand))
    assert reached == sorted(reached)
    assert reached[0] > 150
    assert reached[-1] > reached[0] * 1.5


@pytest.mark.parametrize("flicks", [1, 8])
def test_a_list_never_leaves_its_ends(lists: Callable[..., Thumb], flicks: int) -> None:
    hand = lists()
    scroll = hand.phone.stage.top.memory.scrolls["body"]
    for _ in range(flicks):
        hand.phone.swipe(135, 200, 135, 550, 0.05)
        assert offset(hand) == 0
    for _ in range(flicks * 6):
        hand.phone.swipe(135, 550, 135, 100, 0.05)
        hand.clock.sleep(0.3)
        assert 0 <= offset(hand) <= scroll.limit
    hand.settle()
    assert offset(hand) == scroll.limit or flicks == 1


def test_a_short_slip_of_the_finger_is_still_a_tap(lists: Callable[..., Thumb]) -> None:
    hand = lists()
    x, y = hand.at("Row 3")
    hand.phone.swipe(x, y, x + 2, y + 2, 0.05)
    assert hand.phone.app("lists").state()["tapped"] == [3]
    hand.phone.swipe(x, y, x, y + 40, 0.05)
    assert hand.phone.app("lists").state()["tapped"] == [3]


def test_a_list_stays_where_it_is_while_its_page_is_built_anew(lists: Callable[..., Thumb]) -> None:
    hand = lists()
    hand.phone.drag(135, 500, 135, 300, 0.5)
    hand.settle()
    before = offset(hand)
    for _ in range(3):
        hand.phone.changed()
        hand.phone.tree()
    assert offset(hand) == before > 0


def test_a_page_that_is_left_and_come_back_to_stands_where_it_stood(lists: Callable[..., Thumb]) -> None:
    hand = lists()
    hand.phone.drag(135, 500, 135, 300, 0.5)
    hand.settle()
    before, app = offset(hand), hand.phone.app("lists")
    app.open(app.form)  # type: ignore[attr-defined]
    hand.settle()
    hand.key(4)
    assert offset(hand) == before
    hand.key(3)
    hand.phone.launch(Lists.package)
    hand.settle()
    assert offset(hand) == before


# Pagers


@pytest.mark.parametrize(
    ("start", "end", "seconds", "page"),
    [(220, 40, 0.3, 1), (220, 200, 0.4, 0), (220, 150, 0.05, 1), (40, 220, 0.3, 0), (240, 100, 0.6, 1)],
)
def test_a_pager_turns_by_how_far_and_how_fast(
    lists: Callable[..., Thumb], start: int, end: int, seconds: float, page: int
) -> None:
    hand = lists("pages")
    hand.phone.swipe(start, 300, end, 300, seconds)
    hand.settle()
    assert offset(hand, "pager") == page * 270
    assert f"Page {page}" in hand.texts()
    assert [text for text in hand.texts() if text.startswith("Page ")] == [f"Page {page}"]


def test_a_pager_ends_at_its_last_page(lists: Callable[..., Thumb]) -> None:
    hand = lists("pages")
    for _ in range(7):
        hand.phone.swipe(240, 300, 20, 300, 0.1)
        hand.settle()
    assert hand.phone.app("lists").state()["page"] == 3
    assert "Page 3" in hand.texts()


def test_a_finger_moves_what_lies_along_its_way_only(lists: Callable[..., Thumb]) -> None:
    hand = lists("both")
    hand.phone.drag(135, 500, 140, 300, 0.4)
    hand.settle()
    assert offset(hand) > 150
    assert offset(hand, "pager") == 0
    before = offset(hand)
    hand.phone.swipe(240, 300, 30, 310, 0.2)
    hand.settle()
    assert (offset(hand), offset(hand, "pager")) == (before, 270)


# Transitions


@pytest.mark.parametrize("kind", sorted(SECONDS))
def test_a_transition_can_be_stretched_and_turned_off(lists: Callable[..., Thumb], kind: str) -> None:
    for factor in (0.0, 1.0, 4.0):
        hand = lists()
        hand.phone.settings["global"]["transition_animation_scale"] = str(factor)
        still = hand.settle()
        hand.phone.changes(kind)
        hand.phone.app("lists").on = True  # type: ignore[attr-defined]
        hand.clock.sleep(SECONDS[kind] * factor * 0.9)
        moving = hand.phone.frame()
        hand.clock.sleep(SECONDS[kind] * factor * 0.2 + 0.001)
        rested = hand.phone.frame()
        assert rested is hand.phone.frame()
        assert ImageChops.difference(still, rested).getbbox()
        assert (moving is rested) == (factor == 0)


def test_a_phone_turned_in_the_middle_of_a_transition_shows_the_new_page_at_once(lists: Callable[..., Thumb]) -> None:
    hand = lists("form")
    hand.phone.tap(*hand.at("Next"))
    hand.clock.sleep(0.1)
    assert hand.phone.frame().size == (270, 600)
    hand.phone.rotation = 1
    turned = hand.phone.frame()
    assert turned.size == (600, 270)
    assert "Page 0" in hand.texts()
    assert hand.settle().tobytes() == turned.tobytes()
    hand.phone.rotation = 0
    assert hand.phone.frame().size == (270, 600)


def test_a_phone_turned_there_and_back_within_a_transition_is_whole(lists: Callable[..., Thumb]) -> None:
    hand = lists("form")
    hand.phone.tap(*hand.at("Next"))
    for turns in (1, 2, 3, 0):
        hand.phone.rotation = turns
        assert hand.phone.frame().size == hand.phone.size
        hand.clock.sleep(0.02)
    quiet = hand.settle()
    assert hand.phone.frame() is quiet


def test_a_phone_turned_while_its_keyboard_comes_keeps_the_field(lists: Callable[..., Thumb]) -> None:
    hand = lists("form")
    hand.phone.tap(*hand.at("Name"))
    hand.clock.sleep(0.1)
    hand.phone.rotation = 3
    hand.phone.text("turned")
    assert hand.phone.frame().size == (600, 270)
    assert hand.phone.ime_shown
    assert hand.see("turned").focused


def test_one_transition_may_begin_in_the_middle_of_another(lists: Callable[..., Thumb]) -> None:
    hand = lists("form")
    hand.phone.tap(*hand.at("Next"))
    hand.clock.sleep(0.1)
    between = hand.phone.frame()
    hand.phone.key(4)
    begun = hand.phone.frame()
    assert not ImageChops.difference(between, begun).getbbox(), "it goes on from what is seen"
    hand.clock.sleep(1)
    assert "Next" in hand.texts()
    assert hand.phone.frame() is hand.phone.frame()


@pytest.mark.parametrize("size", [(180, 320), (540, 1200)])
def test_a_new_size_ends_a_transition(lists: Callable[..., Thumb], size: tuple[int, int]) -> None:
    hand = lists("form")
    hand.phone.tap(*hand.at("Next"))
    hand.clock.sleep(0.1)
    hand.phone.override_size = size
    assert hand.phone.frame().size == size
    assert hand.phone.frame() is hand.phone.frame()


def test_sleep_ends_what_moves_and_waking_shows_the_end(lists: Callable[..., Thumb]) -> None:
    hand = lists("form")
    hand.phone.tap(*hand.at("Next"))
    hand.clock.sleep(0.1)
    hand.phone.key(223)
    assert hand.phone.frame().getextrema() == ((0, 0),) * 3
    hand.clock.sleep(1)
    hand.phone.key(224)
    assert hand.phone.frame() is hand.phone.frame()
    assert "Page 0" in hand.texts()


# Many at once


def test_eight_hands_and_eyes_at_once_see_whole_pictures_and_lose_no_tap() -> None:
    """Each of four threads flips its switch an odd number of times while four others look."""

    class Lamps(App):
        package = "org.example.lamps"
        labels = {"en": "Lamps"}
        on = [False] * 4
        flips = 0

        def main(self) -> Page:
            return Page("Lamps", [Switch(f"Lamp {i}", self.on[i], lambda on, i=i: self.flip(i)) for i in range(4)])  # type: ignore[misc]

        def flip(self, number: int) -> None:
            self.on[number] = not self.on[number]
            self.flips += 1

    clock = StillClock()
    phone = Phone(size=(270, 600), apps=[Lamps], clock=clock, sleep=clock.sleep, now=clock.now)
    phone.launch(Lamps.package)
    phone.settings["global"]["transition_animation_scale"] = "0"
    places = [next(node.bounds for node in phone.tree().walk() if node.text == f"Lamp {i}") for i in range(4)]
    problems: list[BaseException] = []

    def hand(number: int) -> None:
        left, top, right, bottom = places[number]
        for _ in range(25):
            phone.tap((left + right) / 2, (top + bottom) / 2)
            clock.sleep(0.01)

    def eye(number: int) -> None:
        for _ in range(25):
            picture, tree = phone.frame(), phone.tree()
            assert picture.size == (270, 600)
            assert picture.getpixel((135, 590)) != (0, 0, 0)
            assert sum(node.checkable for node in tree.walk()) == 4
            assert json_of(phone)

    def guarded(act: Callable[[int], None], number: int) -> None:
        try:
            act(number)
        except BaseException as problem:
            problems.append(problem)
            raise

    threads = [threading.Thread(target=guarded, args=(act, i)) for i in range(4) for act in (hand, eye)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    state = phone.app("lamps").state()
    assert state["flips"] == 100
    assert state["on"] == [True] * 4


def json_of(phone: Phone) -> dict[str, object]:
    return dict(phone.state()["apps"])


def test_two_phones_side_by_side_share_fonts_and_nothing_else() -> None:
    clocks = [StillClock(), StillClock()]
    phones = [
        Phone(size=(270, 600), apps=[Lists], clock=clock, sleep=clock.sleep, now=clock.now, dark=bool(i))
        for i, clock in enumerate(clocks)
    ]
    frames: list[list[bytes]] = [[], []]

    def work(number: int) -> None:
        phone, clock = phones[number], clocks[number]
        phone.launch(Lists.package)
        for _ in range(6):
            phone.swipe(135, 500, 135, 300, 0.1)
            clock.sleep(2)
            frames[number].append(phone.frame().tobytes())

    threads = [threading.Thread(target=work, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(frames[0]) == len(frames[1]) == 6
    assert not set(frames[0]) & set(frames[1])
    assert phones[0].app("lists") is not phones[1].app("lists")


def test_a_dialog_over_a_list_that_glides_is_drawn_and_answered(lists: Callable[..., Thumb]) -> None:
    hand = lists()
    hand.phone.swipe(135, 500, 135, 200, 0.1)
    hand.phone.app("lists").show(Dialog("Sure?", buttons=[("OK", None)]))
    hand.clock.sleep(0.05)
    assert hand.phone.frame() is not hand.phone.frame()
    hand.tap("OK")
    assert "Sure?" not in hand.texts()
