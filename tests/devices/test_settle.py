"""Settling on made-up screens, with a clock that only moves when something takes time."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw

from handsight.devices.settle import Settle, changed_near, settle
from handsight.types import Point, Screen

SIZE = (1080, 2400)
Draw = Callable[[float, ImageDraw.ImageDraw], None]


class Show:
    """A screen that changes with time, and the clock it lives by. Time 0 is the act."""

    def __init__(self, *draws: Draw, size: tuple[int, int] = SIZE, capture_s: float = 0.01) -> None:
        self.now, self.draws, self.size, self.capture_s = 0.0, draws, size, capture_s
        self.captures: list[float] = []

    def at(self, seconds: float) -> Image.Image:
        image = Image.new("RGB", self.size, "#f4f4f8")
        for draw in self.draws:
            draw(seconds, ImageDraw.Draw(image))
        return image

    def capture(self) -> Image.Image:
        self.captures.append(self.now)
        image = self.at(self.now)
        self.now += self.capture_s
        return image

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds

    def settle(self, before: Screen | None = None, *, acted: bool = True, numbers: Settle | None = None) -> Screen:
        return settle(
            self.capture,
            before,
            acted=acted,
            numbers=numbers or Settle(),
            clock=lambda: self.now,
            sleep=self.sleep,
        )

    def settle_after_act(self) -> Screen:
        return self.settle(Screen(self.at(-0.001)))


def slide(start: float, seconds: float) -> Draw:
    """A page with rows of text that slides in from the right."""

    def draw(now: float, on: ImageDraw.ImageDraw) -> None:
        if now < start:
            return
        left = 1080 * (1 - min(1.0, (now - start) / seconds))
        on.rectangle((left, 0, left + 1080, 2400), fill="#203040")
        for row in range(12):
            on.rectangle((left + 60, 200 + row * 170, left + 60 + 500, 250 + row * 170), fill="#e0e0e0")

    return draw


def fade(start: float, seconds: float, depth: int) -> Draw:
    """A picture that slowly darkens by `depth` levels."""

    def draw(now: float, on: ImageDraw.ImageDraw) -> None:
        level = 200 - round(depth * min(1.0, max(0.0, (now - start) / seconds)))
        on.rectangle((100, 500, 900, 1500), fill=(level, level, level))

    return draw


def spinner(start: float = -10.0, box: tuple[int, int, int, int] = (480, 1100, 606, 1226)) -> Draw:
    """An arc that turns and breathes as phones draw it."""

    def draw(now: float, on: ImageDraw.ImageDraw) -> None:
        if now >= start:
            angle = now * 360 / 1.3 % 360
            on.arc(box, angle, angle + 150 + 110 * math.sin(now * 4.7), fill="#3060e0", width=12)

    return draw


def caret(now: float, on: ImageDraw.ImageDraw) -> None:
    if now % 1.0 < 0.5:
        on.rectangle((300, 1200, 305, 1260), fill="#3060e0")


def video(box: tuple[int, int, int, int]) -> Draw:
    def draw(now: float, on: ImageDraw.ImageDraw) -> None:
        on.rectangle(box, fill=(int(now * 900) % 256, int(now * 500) % 256, 90))

    return draw


def clock_in_the_status_bar(now: float, on: ImageDraw.ImageDraw) -> None:
    on.rectangle((40, 10, 40 + int(now * 20) % 400, 60), fill="black")


def letter(start: float) -> Draw:
    def draw(now: float, on: ImageDraw.ImageDraw) -> None:
        if now >= start:
            on.rectangle((310, 1210, 334, 1260), outline="black", width=6)

    return draw


def same(one: Image.Image, other: Image.Image) -> bool:
    return one.tobytes() == other.tobytes()


@pytest.mark.parametrize("seconds", [0.2, 0.3, 0.6])
def test_a_transition_is_waited_out_and_not_much_longer(seconds: float) -> None:
    show = Show(slide(0.05, seconds))
    screen = show.settle_after_act()
    assert screen.settled == "quiet"
    assert same(screen.image, show.at(9))
    assert show.now < 0.05 + seconds + 0.25 + 0.1
    assert screen.moving is None


def test_a_change_that_starts_late_is_waited_for() -> None:
    show = Show(slide(0.35, 0.2))
    screen = show.settle_after_act()
    assert (screen.settled, same(screen.image, show.at(9))) == ("quiet", True)
    assert 0.55 < show.now < 0.9


def test_an_act_without_effect_is_unchanged_once_the_screen_had_its_time_to_react() -> None:
    show = Show()
    screen = show.settle_after_act()
    assert screen.settled == "unchanged"
    assert 1.0 <= show.now < 1.1
    assert screen.timing["settle"] == pytest.approx(1.0, abs=0.05)
    assert screen.timing["capture"] == pytest.approx(0.01)


@pytest.mark.parametrize("draw", [caret, clock_in_the_status_bar])
def test_a_caret_and_the_status_bar_are_no_reaction(draw: Draw) -> None:
    assert Show(draw).settle_after_act().settled == "unchanged"


@pytest.mark.parametrize("draw", [caret, clock_in_the_status_bar])
def test_a_caret_and_the_status_bar_do_not_delay(draw: Draw) -> None:
    show = Show(slide(0.02, 0.2), draw)
    assert show.settle_after_act().settled == "quiet"
    assert show.now < 0.6


def test_a_letter_typed_is_a_reaction_even_beside_a_caret() -> None:
    show = Show(caret, letter(0.03))
    screen = show.settle_after_act()
    assert (screen.settled, same(screen.image, show.at(show.captures[-1]))) == ("quiet", True)
    assert show.now < 0.45


def test_the_first_look_does_not_wait_for_a_reaction() -> None:
    show = Show()
    assert show.settle(None).settled == "quiet"
    assert show.now < 0.35


def test_the_first_look_still_waits_until_the_screen_rests() -> None:
    show = Show(slide(-0.1, 0.4))
    assert same(show.settle(None).image, show.at(9))


def test_a_look_without_an_act_costs_one_capture() -> None:
    show = Show()
    screen = show.settle(Screen(show.at(-1)), acted=False)
    assert (screen.settled, len(show.captures)) == ("quiet", 1)


def test_a_look_without_an_act_waits_if_the_screen_moves_by_itself() -> None:
    show = Show(slide(-0.1, 0.4))
    screen = show.settle(Screen(show.at(-1)), acted=False)
    assert (screen.settled, same(screen.image, show.at(9))) == ("quiet", True)


@pytest.mark.parametrize("phase", [0.0, 0.21, 0.47, 0.83, 1.1])
def test_a_spinner_is_not_waited_for_but_the_transition_before_it_is(phase: float) -> None:
    spinning = spinner()
    show = Show(slide(0.05, 0.3), lambda now, on: spinning(now + phase, on))
    screen = show.settle_after_act()
    assert screen.settled == "quiet"
    assert 0.35 < show.now < 1.4
    assert screen.moving is not None
    assert screen.moving.getpixel((540 // 8, 1105 // 8)) == 255
    assert screen.moving.getpixel((100 // 8, 400 // 8)) == 0
    assert screen.moving.size == (135, 300)


def test_a_spinner_known_from_before_is_no_reaction_and_stays_known() -> None:
    spinning = Show(spinner())
    first = spinning.settle(None)
    assert first.moving is not None
    again = Show(spinner())
    second = again.settle(first)
    assert second.settled == "unchanged"
    third = Show(spinner()).settle(second)
    assert second.moving is not None
    assert third.moving is not None
    assert third.moving.getbbox() == second.moving.getbbox()  # it does not grow from look to look


def ball(start: float = -10.0) -> Draw:
    """A ball that runs to and fro, 120 times a second at another place."""

    def draw(now: float, on: ImageDraw.ImageDraw) -> None:
        if now >= start:
            x = 700 + abs(int(now * 120) * 7 % 440 - 220)
            on.ellipse((x, 960, x + 48, 1008), fill="#d03020")

    return draw


@pytest.mark.parametrize(
    "draw", [ball(), spinner(), spinner(box=(900, 1200, 1010, 1310))], ids=["ball", "large", "small"]
)
@pytest.mark.parametrize(("capture_s", "quiet_s"), [(0.01, 0.1), (0.05, 0.1), (0.01, 0.25), (0.05, 0.25), (0.12, 0.25)])
def test_a_motion_of_which_a_part_was_seen_before_is_no_reaction(draw: Draw, capture_s: float, quiet_s: float) -> None:
    """The first look ends before the whole way of the motion was seen: the second must not take the rest for new."""
    numbers = Settle(react_s=0.3, quiet_s=quiet_s)
    wrong = 0
    for phase in range(8):
        show = Show(draw, capture_s=capture_s)
        show.now = phase * 0.37
        first = show.settle(numbers=numbers)
        if first.moving is None:  # it hid: nothing is known of it
            continue
        wrong += show.settle(first, numbers=numbers).settled != "unchanged"
    assert wrong == 0


@pytest.mark.parametrize("change", [letter(0.1), slide(0.1, 0.3), spinner(0.1, (200, 1800, 320, 1920))])
def test_a_change_beside_a_motion_known_from_before_is_a_reaction(change: Draw) -> None:
    before = Show(ball())
    before.now = -3.0
    first = before.settle()
    assert first.moving is not None
    show = Show(ball(), change)
    assert show.settle(first).settled == "quiet"


def test_a_spinner_that_gives_way_to_a_page_is_waited_out() -> None:
    spinning = spinner()
    page = slide(0.5, 0.2)
    show = Show(lambda now, on: spinning(now, on) if now < 0.5 else page(now, on))
    screen = show.settle(Screen(Image.new("RGB", SIZE, "white")))
    assert same(screen.image, show.at(9))


def test_a_small_video_is_masked() -> None:
    show = Show(slide(0.0, 0.2), video((0, 300, 1080, 800)))
    screen = show.settle_after_act()
    assert screen.settled == "quiet"
    assert show.now < 1.3
    assert screen.moving is not None
    assert screen.moving.getpixel((60, 500 // 8)) == 255
    assert screen.moving.getpixel((60, 1500 // 8)) == 0


def test_a_screen_that_moves_everywhere_is_restless_and_says_where() -> None:
    show = Show(video((0, 0, 1080, 2400)))
    screen = show.settle_after_act()
    assert screen.settled == "restless"
    assert 4.0 <= show.now < 4.2
    assert screen.moving is not None
    assert screen.moving.getpixel((60, 150)) == 255


def test_a_slow_fade_that_no_two_frames_show_is_waited_out() -> None:
    show = Show(slide(0.0, 0.1), fade(0.1, 1.0, 60))
    screen = show.settle_after_act()
    assert same(screen.image, show.at(9))


def fling(start: float = 0.0, seconds: float = 1.6, far: float = 2000) -> Draw:
    """A list of short words that a finger flung: it slows down and comes to rest."""

    def draw(now: float, on: ImageDraw.ImageDraw) -> None:
        left = 1 - min(1.0, max(0.0, (now - start) / seconds))
        scrolled = far * (1 - left**3)
        for row in range(40):
            top = 200 + row * 147 - scrolled
            for column, letter in enumerate(f"{row:06b}"):
                on.rectangle((40 + 24 * column, top, 40 + 24 * column + (18 if letter == "1" else 6), top + 40), fill=0)

    return draw


def test_a_list_of_short_words_is_waited_out_until_it_has_come_to_rest() -> None:
    show = Show(fling())
    after = show.settle_after_act()
    assert after.settled == "quiet"
    assert same(after.image, show.at(10))
    assert after.moving is None  # else what the next act changes there would not count


def test_something_that_travels_is_no_habit() -> None:
    def ball(now: float, on: ImageDraw.ImageDraw) -> None:
        x = 900 * min(1.0, max(0.0, now) / 1.5)
        on.ellipse((x, 900, x + 120, 1020), fill="red")

    show = Show(ball)
    assert same(show.settle_after_act().image, show.at(9))


def test_a_rotation_counts_as_a_change_and_the_new_size_is_waited_for() -> None:
    show = Show(slide(0.0, 0.01))
    sizes = {True: (1080, 2400), False: (2400, 1080)}

    def capture() -> Image.Image:
        show.size = sizes[show.now < 0.4]
        return show.capture()

    before = Screen(show.at(-1))
    screen = settle(capture, before, clock=lambda: show.now, sleep=show.sleep)
    assert screen.settled == "quiet"
    assert screen.size == (1080, 2400)  # it rested for a quarter second before it turned
    late = settle(capture, Screen(before.image, settled="quiet"), clock=lambda: show.now, sleep=show.sleep)
    assert (late.size, late.settled) == ((2400, 1080), "quiet")
    assert show.now < 1.2


def test_a_rotation_in_the_middle_of_waiting_starts_the_quiet_anew() -> None:
    show = Show()
    captured: list[float] = []

    def capture() -> Image.Image:
        show.size = (1080, 2400) if show.now < 0.2 else (2400, 1080)
        captured.append(show.now)
        return show.capture()

    screen = settle(capture, None, clock=lambda: show.now, sleep=show.sleep)
    assert screen.size == (2400, 1080)
    assert show.now >= 0.2 + 0.25


def test_two_equal_frames_a_second_apart_are_quiet() -> None:
    show = Show(slide(0.0, 0.2), capture_s=1.0)
    show.now = 0.3  # the act's effect is already there when the first frame is taken
    screen = show.settle(Screen(show.at(-1)))
    assert (screen.settled, len(show.captures)) == ("quiet", 2)
    assert screen.timing["capture"] == pytest.approx(1.0)
    assert screen.timing["settle"] == pytest.approx(1.0)


def test_with_slow_captures_no_reaction_needs_a_frame_taken_after_the_time_to_react() -> None:
    show = Show(capture_s=3.0)
    assert show.settle_after_act().settled == "unchanged"
    assert len(show.captures) == 2


def test_with_slow_captures_a_transition_is_still_seen_to_its_end() -> None:
    show = Show(slide(0.0, 1.2), capture_s=1.5)
    screen = show.settle_after_act()
    assert (screen.settled, same(screen.image, show.at(9))) == ("quiet", True)


def test_a_fast_phone_is_not_asked_more_than_thirty_times_a_second() -> None:
    show = Show(capture_s=0.001)
    show.settle_after_act()
    assert len(show.captures) <= 32


def test_the_numbers_can_be_set() -> None:
    show = Show()
    show.settle(Screen(show.at(-1)), numbers=Settle(react_s=0.2))
    assert show.now < 0.3


def page(*, dialog: bool = False, shift: int = 0, blink: float = 0.0) -> Image.Image:
    show = Show(slide(-1, 0.1), lambda _, on: caret(blink, on))
    image = show.at(9)
    if shift:
        image.paste(image.crop((0, 0, 1080, 2400 - shift)), (0, shift))
    if dialog:
        ImageDraw.Draw(image).rectangle((100, 900, 980, 1500), fill="white")
    return image


AT = Point(310, 1230)


def test_the_same_picture_has_not_changed() -> None:
    assert not changed_near(Screen(page()), Screen(page()), AT)


def test_a_blinking_caret_beside_the_target_is_no_change() -> None:
    assert not changed_near(Screen(page(blink=0.1)), Screen(page(blink=0.7)), AT)


def test_a_dialog_over_the_target_is_a_change() -> None:
    assert changed_near(Screen(page()), Screen(page(dialog=True)), AT)


def test_a_dialog_elsewhere_is_no_change() -> None:
    assert not changed_near(Screen(page()), Screen(page(dialog=True)), Point(310, 300))


def test_a_list_that_moved_on_is_a_change() -> None:
    assert changed_near(Screen(page()), Screen(page(shift=60)), Point(310, 1245))


def test_another_app_is_a_change_even_if_it_looks_alike() -> None:
    assert changed_near(Screen(page(), app="bank"), Screen(page(), app="fake"), AT)
    assert not changed_near(Screen(page(), app="bank"), Screen(page(), app=""), AT)


def test_another_size_is_a_change() -> None:
    assert changed_near(Screen(page()), Screen(page().rotate(90, expand=True)), AT)


def test_what_never_rests_is_no_change() -> None:
    show = Show(slide(-1, 0.1), video((200, 1100, 420, 1360)))
    first = show.settle(None)
    assert first.moving is not None
    assert not changed_near(first, Screen(show.at(show.now + 0.37)), AT)
    without_mask = Screen(first.image)
    assert changed_near(without_mask, Screen(show.at(show.now + 0.37)), AT)


@pytest.mark.parametrize("at", [Point(0, 0), Point(1079, 2399), Point(1079.9, 5), Point(-3, 9999)])
def test_a_place_at_the_edge_can_be_compared(at: Point) -> None:
    assert not changed_near(Screen(page()), Screen(page()), at)
    assert changed_near(Screen(page()), Screen(Image.new("RGB", SIZE, "red")), at)


def test_a_clock_that_ticks_beside_the_target_is_no_change() -> None:
    ticked = page()
    ImageDraw.Draw(ticked).rectangle((330, 1210, 356, 1250), fill="white")
    assert not changed_near(Screen(page()), Screen(ticked), AT)
