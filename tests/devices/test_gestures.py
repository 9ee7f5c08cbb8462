"""What a way of a finger or a pointer is taken for."""

from __future__ import annotations

import random

import pytest

from handsight.devices.gestures import AGAIN_S, HOLD_S, TURN_S, Clicked, Contact, Fingers, Mouse, Turned, Way

SLOP = 20.0
EDGE = 0.001


def way(*points: tuple[float, float], seconds: float = 0.1) -> Way:
    made = Way(10.0, points[0])
    for number, point in enumerate(points[1:], 1):
        made.go(10.0 + seconds * number / (len(points) - 1), point)
    return made


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (way((100, 100), (100, 100)), "short"),
        (way((100, 100), (115, 110), (102, 101)), "short"),  # a finger trembles
        (way((100, 100), (100, 100), seconds=HOLD_S), "long"),
        (way((100, 100), (100, 100), seconds=HOLD_S - EDGE), "short"),
        (way((100, 100), (121, 100)), "stroke"),
        (way((100, 900), (120, 700), (140, 500), (100, 200)), "stroke"),  # a thumb draws an arc
        (way((100, 900), (300, 900), (300, 1100)), "bent"),  # a pattern
        (way((100, 100), (300, 100), (300, 300), (100, 300), (101, 101)), "bent"),  # a circle
        (way((100, 100), (100, 500), (100, 100)), "bent"),  # there and back
    ],
)
def test_a_way_is_told_by_its_length_its_time_and_its_bend(made: Way, kind: str) -> None:
    assert made.kind(SLOP) == kind


def test_a_way_without_end_is_not_kept_without_end() -> None:
    long = Way(0.0, (0, 0))
    for number in range(20_000):
        long.go(number / 100, (number, 0))
    assert len(long.points) == 5000
    assert long.end == (19_999, 0)
    assert long.kind(SLOP) == "stroke"


def contacts(*moments: tuple[str, float, float, float, int]) -> list[Contact]:
    return [Contact(phase, at, (x, y), finger) for phase, at, x, y, finger in moments]  # type: ignore[arg-type]


def test_a_finger_is_followed_from_down_to_up() -> None:
    fingers = Fingers()
    told = [
        fingers.feed(c)
        for c in contacts(("down", 1, 5, 5, 3), ("move", 1.1, 50, 5, 3), ("up", 1.2, 90, 5, 3), ("down", 2, 1, 1, 0))
    ]
    assert told[:2] == [None, None]
    assert told[2] is not None
    gone, several = told[2]
    assert (gone.start, gone.end, gone.seconds, several) == ((5, 5), (90, 5), pytest.approx(0.2), False)
    assert told[3] is None
    assert fingers.way is not None


def test_several_fingers_are_one_gesture_that_ends_with_the_last() -> None:
    fingers = Fingers()
    moments = contacts(
        ("down", 1, 5, 5, 0),
        ("down", 1.1, 9, 9, 1),
        ("up", 1.2, 5, 5, 0),
        ("move", 1.3, 9, 30, 1),
        ("up", 1.4, 9, 40, 1),
    )
    told = [fingers.feed(c) for c in moments]
    assert told[:-1] == [None] * 4
    assert told[-1] is not None
    gone, several = told[-1]
    assert several
    assert (gone.start, gone.ended) == ((5, 5), 1.4)


def test_a_finger_whose_beginning_was_not_seen_is_not_one() -> None:
    fingers = Fingers()
    assert [fingers.feed(c) for c in contacts(("move", 1, 5, 5, 0), ("up", 1, 5, 5, 0))] == [None, None]
    fingers.feed(Contact("down", 2, (1, 1)))
    fingers.lose()
    assert fingers.feed(Contact("up", 3, (1, 1))) is None


def test_clicks_that_follow_in_one_place_are_one_with_a_count() -> None:
    mouse = Mouse(5)
    at, told = 1.0, []
    for _ in range(4):  # the fourth begins anew
        told += [*mouse.press("left", at, (10, 10)), *mouse.release("left", at + 0.05, (11, 10))]
        at += AGAIN_S
    told += mouse.flush()
    assert [(c.count, c.way.began) for c in told if isinstance(c, Clicked)] == [(3, 1.0), (1, at - AGAIN_S)]


@pytest.mark.parametrize(
    ("second", "place", "button"),
    [(1.05 + AGAIN_S + EDGE, (10, 10), "left"), (1.2, (40, 10), "left"), (1.2, (10, 10), "right")],
)
def test_clicks_apart_in_time_place_or_button_are_two(second: float, place: tuple[float, float], button: str) -> None:
    mouse = Mouse(5)
    told = [*mouse.press("left", 1.0, (10, 10)), *mouse.release("left", 1.05, (10, 10))]
    told += mouse.press(button, second, place)  # type: ignore[arg-type]
    told += mouse.release(button, second + 0.05, place)  # type: ignore[arg-type]
    told += mouse.flush()
    assert [c.count for c in told if isinstance(c, Clicked)] == [1, 1]


def test_a_click_is_kept_back_while_it_may_become_a_double_click() -> None:
    mouse = Mouse(5)
    [*mouse.press("left", 1.0, (10, 10))]
    assert mouse.began == 1.0
    assert [*mouse.release("left", 1.05, (10, 10))] == []
    assert (mouse.began, [*mouse.due(1.1)]) == (1.0, [])
    (click,) = mouse.due(1.05 + max(AGAIN_S, TURN_S) + EDGE)
    assert isinstance(click, Clicked)
    assert mouse.began is None


def test_a_click_comes_before_the_drag_that_follows_it() -> None:
    mouse = Mouse(5)
    told = [*mouse.press("left", 1.0, (10, 10)), *mouse.release("left", 1.05, (10, 10))]
    told += mouse.press("left", 1.2, (10, 10))
    mouse.move(1.3, (100, 10))
    told += mouse.release("left", 1.4, (200, 10))
    assert [(c.way.start, c.way.end) for c in told if isinstance(c, Clicked)] == [
        ((10, 10), (10, 10)),
        ((10, 10), (200, 10)),
    ]


def test_a_wheel_that_is_turned_on_is_one_turn() -> None:
    mouse = Mouse(5)
    told: list[Clicked | Turned] = []
    for at, way_ in ((1.0, "down"), (1.1, "down"), (1.2, "down"), (1.3, "up"), (1.3 + TURN_S + EDGE, "up")):
        told += mouse.turn(way_, at, (7, 8))  # type: ignore[arg-type]
    told += mouse.flush()
    assert [(t.direction, t.notches, t.place) for t in told if isinstance(t, Turned)] == [
        ("down", 3, (7, 8)), ("up", 1, (7, 8)), ("up", 1, (7, 8)),
    ]  # fmt: skip


def test_any_order_of_events_gives_gestures_and_no_error() -> None:
    chance = random.Random(7)
    mouse, fingers, at = Mouse(5), Fingers(), 0.0
    for _ in range(20_000):
        at += chance.random() * 0.3
        place = (chance.random() * 50, chance.random() * 50)
        button = chance.choice(("left", "right", "middle"))
        match chance.randrange(6):
            case 0:
                told = [*mouse.press(button, at, place)]
            case 1:
                told = [*mouse.release(button, at, place)]
            case 2:
                told = [*mouse.turn(chance.choice(("up", "down")), at, place)]
            case 3:
                mouse.move(at, place)
                told = []
            case 4:
                told = [*mouse.due(at)]
            case _:
                gone = fingers.feed(Contact(chance.choice(("down", "move", "up")), at, place, chance.randrange(3)))
                told = [Clicked("left", gone[0])] if gone else []
        for each in told:
            if isinstance(each, Clicked):
                assert each.way.seconds >= 0
                assert 1 <= each.count <= 3
