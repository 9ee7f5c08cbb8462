"""The scorers against the vectors that the official ones were run with."""

from __future__ import annotations

import pytest

from handsight.types import ToolCall
from scoring import aitw, aitz, android_control, function_calling, screenspot
from scoring.acts import Act, Area, Spot, act_of, call_of, direction, from_points
from scoring.android_control import Option
from scoring.intervals import wilson
from scoring.texts import contains_either_way, likeness, word_f1

SCREEN = (1000, 2000)


def tap(x: float, y: float) -> Act:
    return Act("tap", Spot(x, y), Spot(x, y))


def swipe(x: float, y: float, to_x: float, to_y: float) -> Act:
    return Act("swipe", Spot(x, y), Spot(to_x, to_y))


def box(y: float, x: float, height: float, width: float) -> Area:
    """A box in the order of Android in the Wild."""
    return Area(x, y, width, height)


UP, DOWN = swipe(0.5, 0.8, 0.5, 0.2), swipe(0.5, 0.2, 0.5, 0.8)
LEFT, RIGHT = swipe(0.8, 0.5, 0.2, 0.5), swipe(0.2, 0.5, 0.8, 0.5)
DONE, IMPOSSIBLE = Act("finish", success=True), Act("finish", success=False)


# Android in the Wild


@pytest.mark.parametrize(("away", "same"), [(0.0, True), (0.139, True), (0.141, False)])
def test_two_taps_match_within_14_hundredths_of_the_screen(away: float, same: bool) -> None:
    assert aitw.matches(tap(0.3, 0.5), tap(0.3, 0.5 + away)) is same
    assert aitw.matches(tap(0.3, 0.5), tap(0.3 + away, 0.5)) is same  # no correction for the screen's shape


def test_a_box_grows_to_2_4_times_its_size() -> None:
    grown = aitw.enlarged(box(0.5, 0.5, 0.04, 0.1))
    assert [grown.top, grown.left, grown.height, grown.width] == pytest.approx([0.472, 0.43, 0.096, 0.24])


def test_a_box_grows_no_further_than_the_screen() -> None:
    assert aitw.enlarged(box(0.01, 0.0, 0.5, 0.6)) == pytest.approx(box(0.0, 0.0, 1.0, 1.0))


@pytest.mark.parametrize(("x", "same"), [(0.66, True), (0.68, False)])
def test_two_taps_in_one_grown_box_match_however_far_apart(x: float, same: bool) -> None:
    boxes = [box(0.1, 0.1, 0.01, 0.01), box(0.5, 0.5, 0.04, 0.1)]
    assert aitw.matches(tap(0.44, 0.52), tap(x, 0.52), boxes) is same
    assert not aitw.matches(tap(0.44, 0.52), tap(x, 0.52))


def test_taps_in_two_boxes_do_not_match() -> None:
    boxes = [box(0.5, 0.2, 0.04, 0.05), box(0.5, 0.6, 0.04, 0.05)]
    assert not aitw.matches(tap(0.22, 0.52), tap(0.62, 0.52), boxes)


@pytest.mark.parametrize(("lift", "kind"), [(0.039, "tap"), (0.041, "swipe")])
def test_a_finger_that_hardly_moves_taps(lift: float, kind: str) -> None:
    act = from_points(Spot(0.5, 0.5), Spot(0.5, 0.5 + lift))
    assert act.kind == kind
    assert aitw.matches(tap(0.5, 0.5), Act("swipe", *act.way or ())) is (kind == "tap")


def test_swipes_match_by_their_axis_so_that_up_equals_down() -> None:
    assert aitw.matches(UP, DOWN)
    assert aitw.matches(LEFT, RIGHT)
    assert not aitw.matches(UP, LEFT)
    assert not aitw.matches(UP, tap(0.5, 0.8))
    assert not aitw.matches(tap(0.5, 0.8), UP)


def test_other_acts_match_by_their_type_alone() -> None:
    assert aitw.matches(Act("type", text="milk"), Act("type", text="bread"))
    assert aitw.matches(DONE, DONE)
    assert not aitw.matches(DONE, IMPOSSIBLE)
    assert not aitw.matches(Act("press", text="back"), Act("press", text="home"))
    assert not aitw.matches(Act("type", text="milk"), tap(0.5, 0.5))


def test_the_types_have_the_numbers_of_the_data_set() -> None:
    acts = [
        Act("type"),
        UP,
        tap(0, 0),
        *(Act("press", text=key) for key in ("back", "home", "enter")),
        DONE,
        IMPOSSIBLE,
    ]
    assert [aitw.action_type(act) for act in acts] == [3, 4, 4, 5, 6, 7, 10, 11]


def test_what_the_data_set_has_no_type_for_never_matches() -> None:
    for act in (Act("wait"), Act("press", text="menu"), Act("open", text="Clock"), None):
        assert not aitw.matches(tap(0.5, 0.5), act)
    assert not aitw.matches(Act("wait"), Act("wait"))


# Android in the Zoo


def test_a_click_is_exact_in_a_box_grown_by_a_fifth_else_by_distance() -> None:
    boxes = [box(0.5, 0.1, 0.1, 0.5)]  # grown: 0.05 to 0.65
    truth = tap(0.12, 0.55)
    assert aitz.score(truth, tap(0.64, 0.55), boxes) == {"hit": True, "type": True, "exact": True}
    assert aitz.score(truth, tap(0.66, 0.55), boxes) == {"hit": True, "type": True, "exact": False}
    assert aitz.score(truth, tap(0.12, 0.685), boxes)["exact"]
    assert not aitz.score(truth, tap(0.12, 0.695), boxes)["exact"]


def test_a_box_without_the_true_place_does_not_count() -> None:
    assert not aitz.score(tap(0.9, 0.9), tap(0.3, 0.55), [box(0.5, 0.1, 0.1, 0.5)])["exact"]


def test_a_scroll_goes_the_way_of_the_finger() -> None:
    assert aitz.score(UP, UP)["exact"]
    assert aitz.score(UP, DOWN) == {"hit": True, "type": True, "exact": False}
    assert not aitz.score(UP, tap(0.5, 0.8))["type"]


@pytest.mark.parametrize(
    ("true", "given", "exact"),
    [
        ("Coffee Maker", " coffee maker ", True),
        ("coffee maker", "best coffee maker", True),
        ("best coffee maker", "coffee", True),
        ("restaurants", "restorants", True),  # 2 * 9 / 21 = 0.86
        ("coffee", "toffees", False),  # 2 * 5 / 13 = 0.77
        ("coffee", "", False),
        ("耳机", "买耳机", True),
    ],
)
def test_a_text_may_be_part_of_the_other_or_nearly_it(true: str, given: str, exact: bool) -> None:
    assert aitz.score(Act("type", text=true), Act("type", text=given))["exact"] is exact


def test_a_press_is_exact_by_its_button_and_a_stop_always() -> None:
    assert aitz.score(Act("press", text="back"), Act("press", text="Back"))["exact"]
    assert aitz.score(Act("press", text="back"), Act("press", text="home")) == {
        "hit": True,
        "type": True,
        "exact": False,
    }
    assert aitz.score(DONE, IMPOSSIBLE)["exact"]


def test_only_the_five_acts_are_a_hit() -> None:
    nothing = {"hit": False, "type": False, "exact": False}
    assert aitz.score(DONE, None) == nothing
    assert aitz.score(DONE, Act("wait")) == nothing


def test_an_episode_is_right_as_a_whole_as_far_as_it_goes_and_by_its_share() -> None:
    assert aitz.episode([True, True]) == aitz.Episode(True, 1.0, 1.0)
    assert aitz.episode([True, False, True, True]) == aitz.Episode(False, 0.25, 0.75)
    assert aitz.episode([False, True]) == aitz.Episode(False, 0.0, 0.5)
    with pytest.raises(ValueError, match="at least one step"):
        aitz.episode([])


# AndroidControl


def options(act: Act, *boxes: Area) -> list[Option]:
    return [Option(act, boxes)]


@pytest.mark.parametrize("kind", ["tap", "long_press"])
def test_the_two_scorers_differ_in_how_near_a_click_must_be(kind: str) -> None:
    truth, spot = Act(kind, Spot(0.5, 0.5), Spot(0.5, 0.5)), Spot(0.5, 0.6)
    given = Act(kind, spot, spot)
    assert android_control.os_atlas(options(truth), given) == {"type": True, "exact": True}
    assert android_control.qwen(options(truth), given) == {"type": True, "exact": False}
    near = Act(kind, Spot(0.5, 0.539), Spot(0.5, 0.539))
    assert android_control.qwen(options(truth), near)["exact"]
    assert not android_control.os_atlas(options(truth), Act(kind, Spot(0.5, 0.641), Spot(0.5, 0.641)))["exact"]


def test_qwen_takes_a_click_in_a_candidate_box_grown_by_a_fifth() -> None:
    wide = Area(0.1, 0.45, 0.5, 0.1)
    assert android_control.qwen(options(tap(0.2, 0.5), wide), tap(0.649, 0.5))["exact"]
    assert not android_control.qwen(options(tap(0.2, 0.5), wide), tap(0.651, 0.5))["exact"]
    assert not android_control.os_atlas(options(tap(0.2, 0.5), wide), tap(0.649, 0.5))["exact"]


def test_qwen_takes_any_swipe_and_os_atlas_its_direction() -> None:
    assert android_control.qwen(options(UP), LEFT)["exact"]
    assert android_control.os_atlas(options(UP), LEFT) == {"type": True, "exact": False}
    assert android_control.os_atlas(options(UP), swipe(0.3, 0.5, 0.3, 0.4))["exact"]


def test_qwen_lets_an_app_be_opened_by_its_icon() -> None:
    icon = Area(0.4, 0.4, 0.1, 0.1)
    opened = Act("open", text="Clock")
    assert android_control.qwen(options(opened, icon), tap(0.45, 0.45)) == {"type": True, "exact": True}
    assert android_control.qwen(options(opened, icon), tap(0.8, 0.45)) == {"type": False, "exact": False}
    assert android_control.qwen(options(opened, icon), Act("open", text="clock"))["exact"]
    assert android_control.os_atlas(options(opened, icon), tap(0.45, 0.45)) == {"type": False, "exact": False}
    assert not android_control.qwen(options(tap(0.45, 0.45), icon), opened)["exact"]


@pytest.mark.parametrize(
    ("given", "os_atlas", "qwen"),
    [
        ("buy milk today", True, True),
        ("buy milk", True, True),
        ("milk", False, True),  # F1 is 2 / 4, which is not above a half
        ("buy bread today", True, False),
        ("eggs", False, False),
    ],
)
def test_the_two_scorers_differ_in_what_text_is_right(given: str, os_atlas: bool, qwen: bool) -> None:
    truth = options(Act("type", text="Buy milk today"))
    assert android_control.os_atlas(truth, Act("type", text=given))["exact"] is os_atlas
    assert android_control.qwen(truth, Act("type", text=given))["exact"] is qwen


@pytest.mark.parametrize("score", android_control.SCORERS.values())
def test_both_scorers_agree_on_everything_else(score: object) -> None:
    assert callable(score)
    back, home = Act("press", text="back"), Act("press", text="home")
    assert score(options(back), back) == {"type": True, "exact": True}
    assert score(options(back), home) == {"type": True, "exact": False}
    assert score(options(Act("wait")), Act("wait")) == {"type": True, "exact": True}
    assert score(options(DONE), DONE) == {"type": True, "exact": True}
    assert score(options(DONE), back) == {"type": False, "exact": False}
    assert score(options(back), None) == {"type": False, "exact": False}


def test_qwen_takes_what_fits_any_of_several_options() -> None:
    both = [Option(Act("press", text="back")), Option(tap(0.1, 0.1))]
    assert android_control.qwen(both, tap(0.1, 0.1))["exact"]
    assert android_control.qwen(both, tap(0.9, 0.9)) == {"type": True, "exact": False}
    assert not android_control.os_atlas(both, tap(0.1, 0.1))["type"]


# ScreenSpot


def test_a_box_is_written_with_its_size_or_in_pro_with_its_corners() -> None:
    sized, corners = (
        screenspot.box_of([10, 20, 30, 40], corners=False),
        screenspot.box_of([10, 20, 30, 40], corners=True),
    )
    assert screenspot.score(sized, Spot(40, 60))
    assert not screenspot.score(corners, Spot(40, 60))
    assert screenspot.score(corners, Spot(30, 40))
    assert not screenspot.score(sized, Spot(40.5, 60))
    assert not screenspot.score(sized, None)


# Function calling


def calls(*named: tuple[str, dict[str, object]]) -> list[ToolCall]:
    return [ToolCall(name, arguments) for name, arguments in named]


TEA = ("order", {"item": "tea", "count": 2})


def test_tm_asks_for_the_function_and_em_for_the_arguments_too() -> None:
    assert function_calling.score(calls(TEA), calls(TEA)) == {"TM": True, "EM": True}
    assert function_calling.score(calls(TEA), calls(("order", {"item": "tea"}))) == {"TM": True, "EM": False}
    assert function_calling.score(calls(TEA), calls(("pay", {}))) == {"TM": False, "EM": False}
    assert function_calling.score(calls(TEA), []) == {"TM": False, "EM": False}


def test_further_calls_do_not_hurt_tm_but_em() -> None:
    assert function_calling.score(calls(TEA), calls(("pay", {}), TEA)) == {"TM": True, "EM": False}


def test_several_calls_are_expected_in_order_unless_any_order_will_do() -> None:
    pay = ("pay", {})
    assert function_calling.score(calls(TEA, pay), calls(TEA, pay))["EM"]
    assert function_calling.score(calls(TEA, pay), calls(pay, TEA)) == {"TM": True, "EM": False}
    assert function_calling.score(calls(TEA, pay), calls(pay, TEA), any_order=True)["EM"]
    assert function_calling.score(calls(TEA, TEA), calls(TEA)) == {"TM": False, "EM": False}
    assert not function_calling.score(calls(TEA, TEA), calls(TEA, ("order", {"item": "tea", "count": 3})))["EM"]


@pytest.mark.parametrize(
    ("expected", "given", "same"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1}, {"a": 1.0}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": 1}, {"a": "1"}, False),
        ({"a": None}, {}, False),
        ({"a": "Tea"}, {"a": "tea"}, False),
        ({"a": "tea"}, {"a": "tea "}, False),
        ({"a": [1, 2]}, {"a": [2, 1]}, False),
        ({"a": [1, {"b": []}]}, {"a": [1, {"b": []}]}, True),
        ({"a": []}, {"a": {}}, False),
        ({"a": 10**400}, {"a": 10**400}, True),
        ({"a": "北京"}, {"a": "北京"}, True),
    ],
)
def test_arguments_are_equal_as_json_and_no_further(expected: object, given: object, same: bool) -> None:
    assert isinstance(expected, dict)
    assert isinstance(given, dict)
    assert function_calling.score(calls(("f", expected)), calls(("f", given)))["EM"] is same


def test_a_case_that_expects_nothing_cannot_be_scored() -> None:
    with pytest.raises(ValueError, match="at least one call"):
        function_calling.score([], [])


# What they share


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I
        (15, 148, 0.0624, 0.1605),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(hits: int, trials: int, low: float, high: float) -> None:
    assert wilson(hits, trials) == pytest.approx((low, high), abs=5e-5)


def test_without_trials_nothing_is_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="between 0 and"):
        wilson(3, 2)


def test_likeness_counts_a_replaced_letter_twice() -> None:
    assert likeness("", "") == 1
    assert likeness("abc", "") == 0
    assert likeness("kitten", "kitten") == 1
    assert likeness("kitten", "sitting") == pytest.approx(2 * 4 / 13)
    assert likeness("ab", "ba") == 0.5


def test_word_f1_counts_words_once_and_whatever_their_case() -> None:
    assert word_f1("Buy Milk", "milk buy buy") == 1
    assert word_f1("a b c", "c d") == pytest.approx(0.4)
    assert word_f1("", "a") == word_f1("a", " ") == 0


def test_nothing_is_part_of_no_text() -> None:
    assert contains_either_way(" A ", "a")
    assert contains_either_way("", "")
    assert not contains_either_way("", "a")


@pytest.mark.parametrize(("act", "said"), [(UP, "up"), (DOWN, "down"), (LEFT, "left"), (RIGHT, "right")])
def test_a_direction_is_the_fingers(act: Act, said: str) -> None:
    assert act.way
    assert direction(*act.way) == said


def test_a_swipe_that_goes_nearly_as_far_down_as_sideways_is_vertical() -> None:
    assert direction(Spot(0, 0), Spot(0.1, 0.091)) == "down"
    assert direction(Spot(0, 0), Spot(0.1, 0.089)) == "right"


@pytest.mark.parametrize(
    "act",
    [
        tap(0.5, 0.25),
        Act("long_press", Spot(0.1, 0.2), Spot(0.1, 0.2)),
        UP,
        Act("type", text="milk"),
        Act("press", text="back"),
        Act("open", text="Clock"),
        Act("wait"),
        DONE,
        IMPOSSIBLE,
    ],
)
def test_an_act_becomes_a_call_and_the_same_act_again(act: Act) -> None:
    assert act_of(call_of(act, SCREEN), SCREEN) == act


def test_a_true_place_on_the_edge_becomes_a_call_on_the_screen() -> None:
    assert call_of(tap(1.0, 1.0), SCREEN).arguments == {"at": [999.0, 1999.0]}
    assert call_of(tap(-0.1, 0.5), SCREEN).arguments == {"at": [0.0, 1000.0]}


def test_an_app_that_is_shown_as_an_icon_is_opened_by_name() -> None:
    spot = Spot(0.5, 0.5)
    assert call_of(Act("open", spot, spot, "Clock"), SCREEN) == ToolCall("open_app", {"name": "Clock"})


def test_a_call_of_another_tool_is_no_act() -> None:
    assert act_of(ToolCall("answer", {"text": "42"}), SCREEN) is None
