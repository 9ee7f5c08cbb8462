"""The coordinate contract, the whole way: a family's numbers, the picture as sent, the screenshot, the device's input.

Each row of `CONTRACT` is what a family is documented to write. From there on everything follows: a number stands for a
part of the picture, that part of the screenshot is the point, and that part of the display is what is touched.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.devices.playground import QUICK, WatchedPhone

from handsight.calibration.asking import TOOLS
from handsight.devices.android.device import VirtualAndroid, open_virtual
from handsight.devices.pointing import on_desktop, on_display
from handsight.errors import BadCall
from handsight.families import DIALECTS
from handsight.prompts.forms.python import written
from handsight.prompts.functions import Functions
from handsight.prompts.space import OVERSHOOT
from handsight.types import NativeCall, Point, Reply, Screen, ToolCall
from handsight.wiring import open_dialect

SENT = None  # pixels of the picture as it was sent
CONTRACT: dict[str, tuple[int | None, int]] = {  # the number of the far edge, and the side of a token in pixels
    "nous": (1000, 28),
    "qwen_agent": (1000, 28),
    "qwen2_vl": (1000, 28),
    "qwen25_vl": (SENT, 28),
    "qwen3_vl": (1000, 32),
    "qwen3_vl_mobile": (999, 32),
    "qwen35": (1000, 32),
    "ui_tars": (1000, 28),
    "ui_tars_15": (SENT, 28),
    "gui_owl": (1000, 32),
    "gui_owl_1": (SENT, 28),
    "autoglm": (999, 28),
    "native": (SENT, 28),
    "native_1000": (1000, 28),
    "json": (1000, 28),
}
SIZES_SENT = {  # screen: at 1280 tokens of 28, at the most of 28, at 1280 of 32, at the most of 32
    (1080, 2400): ((672, 1484), (1092, 2408), (768, 1696), (1088, 2400)),
    (1440, 3120): ((672, 1456), (1428, 3108), (768, 1664), (1440, 3136)),
    (720, 1280): ((728, 1288), (728, 1288), (704, 1280), (704, 1280)),
    (1920, 1080): ((1316, 728), (1932, 1092), (1504, 832), (1920, 1088)),
    (2560, 1440): ((1316, 728), (2548, 1428), (1504, 832), (2560, 1440)),
    (3840, 2160): ((1316, 728), (3836, 2156), (1504, 832), (3840, 2176)),
}
BUDGETS = [256, 1280, 16384]
FUZZ = settings(
    max_examples=int(os.environ.get("HANDSIGHT_FUZZ", "50")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
every_dialect = pytest.mark.parametrize("name", sorted(CONTRACT))
sides = st.integers(60, 4000)
parts = st.floats(0, 1)

POINTS = {
    "a list": lambda x, y: [x, y],
    "a list in a list": lambda x, y: [[x, y]],
    "a text": lambda x, y: f"[{x}, {y}]",
    "a tuple in a text": lambda x, y: f"({x},{y})",
    "numbers with a space": lambda x, y: f"{x} {y}",
    "named": lambda x, y: {"x": x, "y": y},
    "numbers in texts": lambda x, y: [str(x), str(y)],
    "the box token": lambda x, y: f"<|box_start|>({x},{y})<|box_end|>",
    "a point tag": lambda x, y: f"<point>{x} {y}</point>",
    "full-width brackets": lambda x, y: f"（{x}，{y}）",
}
BOXES = {
    "a box": lambda a, b, c, d: [a, b, c, d],
    "a box in a text": lambda a, b, c, d: f"({a},{b},{c},{d})",
    "a box by its corners": lambda a, b, c, d: f"<|box_start|>({a},{b}),({c},{d})<|box_end|>",
    "a box by names": lambda a, b, c, d: {"left": a, "top": b, "right": c, "bottom": d},
}


def screen_of(size: tuple[int, int]) -> Screen:
    return Screen(Image.new("1", size))


def edges(name: str, dialect: Any, size: tuple[int, int]) -> tuple[int, int]:
    """The numbers of the right and the bottom edge, by the contract."""
    number = CONTRACT[name][0]
    return dialect.sent(size) if number is SENT else (number, number)


def reply(name: str, dialect: Any, value: Any) -> Reply:
    """A tap with `value` for its place, as a model of that dialect writes it."""
    function, arguments = Functions(TOOLS, dialect.vocabulary).write(
        ToolCall("tap", {"at": [0, 0]}), dialect.space(screen_of((100, 100)))
    )
    arguments = {key: value if given == [0, 0] else given for key, given in arguments.items()}
    if name.startswith("native"):
        return Reply("I tap it.", native=(NativeCall("call_1", function, json.dumps(arguments)),))
    if name.startswith("ui_tars"):
        return Reply(f"Thought: I tap it.\nAction: {written(function, arguments)}")
    return Reply(dialect.form.write(function, arguments, "I tap it."))


def tapped(name: str, dialect: Any, value: Any, screen: Screen) -> list[float]:
    (call,) = dialect.parse(reply(name, dialect, value), screen, TOOLS)
    assert call.name == "tap"
    return list(call.arguments["at"])


# A family, and its numbers


def test_the_contract_names_every_dialect() -> None:
    assert CONTRACT.keys() == DIALECTS.keys()


@every_dialect
@pytest.mark.parametrize("size", SIZES_SENT, ids=str)
def test_screens_are_sent_at_the_sizes_that_the_family_would_make_of_them(name: str, size: tuple[int, int]) -> None:
    few, most = SIZES_SENT[size][:2] if CONTRACT[name][1] == 28 else SIZES_SENT[size][2:]
    assert open_dialect(name, screen_tokens=1280).sent(size) == few  # type: ignore[attr-defined]
    assert open_dialect(name, screen_tokens=16384).sent(size) == most  # type: ignore[attr-defined]


@every_dialect
@FUZZ
@given(width=sides, height=sides, budget=st.sampled_from(BUDGETS))
def test_a_picture_is_sent_in_whole_tokens_within_the_budget_and_nearly_in_shape(
    name: str, width: int, height: int, budget: int
) -> None:
    dialect: Any = open_dialect(name, screen_tokens=budget)
    factor = CONTRACT[name][1]
    sent = dialect.sent((width, height))
    assert all(side % factor == 0 and side >= factor for side in sent)
    assert math.prod(sent) // factor**2 <= budget
    assert dialect.sent(sent) == sent, "a server that does the same leaves it as it is"


@every_dialect
@pytest.mark.parametrize("form", POINTS)
@FUZZ
@given(width=sides, height=sides, budget=st.sampled_from(BUDGETS), across=parts, down=parts)
@example(width=1080, height=2400, budget=1280, across=1.0, down=1.0)
@example(width=1080, height=2400, budget=1280, across=0.0, down=0.0)
def test_a_number_stands_for_that_part_of_the_screenshot_however_it_is_written(
    name: str, form: str, width: int, height: int, budget: int, across: float, down: float
) -> None:
    dialect: Any = open_dialect(name, screen_tokens=budget)
    right, bottom = edges(name, dialect, (width, height))
    x, y = round(across * right), round(down * bottom)
    at = tapped(name, dialect, POINTS[form](x, y), screen_of((width, height)))
    assert at == pytest.approx([min(x / right * width, width - 1), min(y / bottom * height, height - 1)])


@every_dialect
@pytest.mark.parametrize("form", BOXES)
@FUZZ
@given(left=parts, top=parts, right=parts, bottom=parts)
def test_a_box_for_a_point_is_its_middle(
    name: str, form: str, left: float, top: float, right: float, bottom: float
) -> None:
    dialect: Any = open_dialect(name)
    size = (1080, 2400)
    last = edges(name, dialect, size)
    xs, ys = (
        sorted(round(part * edge) for part in pair)
        for pair, edge in (((left, right), last[0]), ((top, bottom), last[1]))
    )
    value = BOXES[form](xs[0], ys[0], xs[1], ys[1])
    at = tapped(name, dialect, value, screen_of(size))
    middle = [sum(pair) / 2 / edge * side for pair, edge, side in zip((xs, ys), last, size, strict=True)]
    assert at == pytest.approx([min(part, side - 1) for part, side in zip(middle, size, strict=True)])


@every_dialect
@FUZZ
@given(over=st.floats(0, 0.3), axis=st.sampled_from([0, 1]), below=st.booleans())
def test_a_number_beyond_the_edge_is_the_edge_or_refused_and_never_wraps(
    name: str, over: float, axis: int, below: bool
) -> None:
    dialect: Any = open_dialect(name)
    screen = screen_of((1080, 2400))
    edge = edges(name, dialect, screen.size)[axis]
    number = -math.floor(over * edge) if below else edge + math.floor(over * edge)
    value = [5, 5]
    value[axis] = number
    allowed = -OVERSHOOT * edge <= number <= (1 + OVERSHOOT) * edge
    if allowed:
        at = tapped(name, dialect, value, screen)
        assert at[axis] == (0 if below else screen.size[axis] - 1)
    else:
        with pytest.raises(BadCall, match="is not on the screen"):
            tapped(name, dialect, value, screen)


# A place on a screenshot, and the device's input


@FUZZ
@given(
    width=sides,
    height=sides,
    shrink=st.sampled_from([1, 2, 3, 1.5]),
    across=parts,
    down=parts,
    lagging=st.booleans(),
    known=st.booleans(),
)
def test_a_place_is_touched_at_the_same_part_of_a_phones_display(
    width: int, height: int, shrink: float, across: float, down: float, lagging: bool, known: bool
) -> None:
    """`wm size` and a panel's own scaling give pictures of another size; what is told may lag behind a rotation."""
    shown = max(1, round(width / shrink)), max(1, round(height / shrink))
    display = (height, width) if lagging and (shown[0] > shown[1]) != (height > width) else (width, height)
    at = Point(min(across * shown[0], shown[0] - 1), min(down * shown[1], shown[1] - 1))
    x, y = on_display(at, shown, display if known else None)
    inner = (width, height) if known else shown
    if known and (width > height) != (shown[0] > shown[1]):
        inner = (height, width)  # nearly a square: which way up it is cannot be told, and nothing is far off
    for got, place, side, whole in zip((x, y), (at.x, at.y), shown, inner, strict=True):
        assert 0 <= got <= whole - 1
        assert abs(got - place * whole / side) <= 1


def test_a_phones_display_turns_along_with_the_picture() -> None:
    assert on_display(Point(1200, 540), (2400, 1080), (1080, 2400)) == (1200, 540)
    assert on_display(Point(1200, 540), (2400, 1080), (2400, 1080)) == (1200, 540)
    assert on_display(Point(270, 600), (540, 1200), (1080, 2400)) == (540, 1200)
    assert on_display(Point(600, 270), (1200, 540), (1080, 2400)) == (1200, 540)


@pytest.mark.parametrize("at", [(-3, 5), (5, -3), (9999, 9999), (539.9999, 1199.9999)])
def test_no_touch_is_ever_outside_the_display(at: tuple[float, float]) -> None:
    x, y = on_display(Point(*at), (540, 1200), (1080, 2400))
    assert 0 <= x <= 1079
    assert 0 <= y <= 2399


@FUZZ
@given(
    left=st.integers(-8000, 8000),
    top=st.integers(-8000, 8000),
    width=st.integers(320, 4000),
    height=st.integers(240, 4000),
    scale=st.sampled_from([1, 1.25, 1.5, 1.75, 2, 3]),
    across=parts,
    down=parts,
)
def test_a_place_is_touched_at_the_same_part_of_a_monitor_wherever_it_stands(
    left: int, top: int, width: int, height: int, scale: float, across: float, down: float
) -> None:
    """A scaled monitor has fewer points than pixels; one to the left of the first begins below zero."""
    monitor = {"left": left, "top": top, "width": width, "height": height}
    shown = round(width * scale), round(height * scale)
    at = Point(min(across * shown[0], shown[0] - 1), min(down * shown[1], shown[1] - 1))
    x, y = on_desktop(at, shown, monitor)
    assert left <= x < left + width
    assert top <= y < top + height
    assert abs(x - left - at.x / shown[0] * width) <= 1
    assert abs(y - top - at.y / shown[1] * height) <= 1


# The whole way


@every_dialect
@FUZZ
@given(
    width=sides,
    height=sides,
    budget=st.sampled_from(BUDGETS),
    shrink=st.sampled_from([1, 2]),
    across=parts,
    down=parts,
)
def test_what_a_model_means_is_touched_within_half_of_its_own_step(
    name: str, width: int, height: int, budget: int, shrink: int, across: float, down: float
) -> None:
    """From a thing at a part of the display to what is touched: half a number of the model's, and a pixel."""
    dialect: Any = open_dialect(name, screen_tokens=budget)
    shown = width // shrink, height // shrink
    number = [round(part * edge) for part, edge in zip((across, down), edges(name, dialect, shown), strict=True)]
    point = Point(*tapped(name, dialect, number, screen_of(shown)))
    touched = on_display(point, shown, (width, height))
    meant = across * width, down * height
    for got, want, whole, side, edge in zip(
        touched, meant, (width, height), shown, edges(name, dialect, shown), strict=True
    ):
        assert abs(got - want) <= whole / edge / 2 + whole / side + 1


@contextmanager
def worked(**how: Any) -> Iterator[tuple[WatchedPhone, VirtualAndroid]]:
    turns, override = how.pop("rotation", 0), how.pop("override", None)
    phone = WatchedPhone(**how)
    phone.rotation = turns
    if override:
        phone.override_size = override
    with closing(open_virtual(phone, numbers=QUICK)) as device:
        yield phone, device


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"rotation": 1},
        {"rotation": 3, "shrink": 2},
        {"size": (720, 1280), "shrink": 2},
        {"override": (720, 1600)},
        {"override": (720, 1600), "rotation": 1},
    ],
    ids=str,
)
def test_a_real_phone_is_touched_where_a_model_of_every_family_points(how: dict[str, Any]) -> None:
    """Through adb, `input tap` and all, on the phone that ships: upright, turned, with `wm size`, scaled pictures."""
    across, down = 0.31, 0.83
    with worked(**how) as (phone, device):
        screen = device.screenshot()
        assert screen.size == tuple(side // how.get("shrink", 1) for side in phone.size)
        for name in sorted(CONTRACT):
            dialect: Any = open_dialect(name)
            last = edges(name, dialect, screen.size)
            value = [round(part * edge) for part, edge in zip((across, down), last, strict=True)]
            device.tap(Point(*tapped(name, dialect, value, screen)), on=screen)
            kind, x, y = phone.events[-1]
            assert kind == "tap"
            assert abs(x - across * phone.size[0]) <= phone.size[0] / last[0] / 2 + how.get("shrink", 1) + 1
            assert abs(y - down * phone.size[1]) <= phone.size[1] / last[1] / 2 + how.get("shrink", 1) + 1
