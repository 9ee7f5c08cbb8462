"""The screens that are shown: every target can be told from the others and stands where it is said to stand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.calibration.simulated import NAMED, middle

from handsight.calibration import QUESTIONS, Sheet, draw_sheets
from handsight.calibration.sheets import COLORS, LEAST_SIDE, MOST_SIDE
from handsight.errors import UsageError

SHEETS = draw_sheets()
every_sheet = pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: f"{sheet.screen.size}")


def test_a_phone_a_desktop_and_a_small_screen_are_shown_with_a_dozen_targets() -> None:
    assert [sheet.screen.size for sheet in SHEETS] == [(1080, 2400), (1920, 1080), (640, 480)]
    assert sum(len(sheet.targets) for sheet in SHEETS) == QUESTIONS == 12


def test_the_users_own_screen_comes_with_one_of_the_other_orientation() -> None:
    assert [sheet.screen.size for sheet in draw_sheets((2560, 1440))] == [(2560, 1440), (1080, 2400), (640, 480)]
    assert [sheet.screen.size for sheet in draw_sheets((720, 1280))] == [(720, 1280), (1920, 1080), (640, 480)]


@every_sheet
def test_a_target_is_found_by_its_colour_where_it_is_said_to_be(sheet: Sheet) -> None:
    width, height = sheet.screen.size
    for target in sheet.targets:
        across, down = middle(sheet.screen.image, target.color)
        assert across * width == pytest.approx(target.box.center.x, abs=1.5)
        assert down * height == pytest.approx(target.box.center.y, abs=1.5)


@every_sheet
def test_a_name_means_one_target(sheet: Sheet) -> None:
    for names in zip(*((t.letter, t.color, t.shape) for t in sheet.targets), strict=True):
        assert len(set(names)) == len(sheet.targets)
    for target in sheet.targets:
        assert NAMED.findall(target.words) == [target.color]
        assert f"{'digit' if target.letter.isdigit() else 'letter'} {target.letter}" in target.words


@every_sheet
def test_targets_reach_into_the_corners_and_share_no_line(sheet: Sheet) -> None:
    width, height = sheet.screen.size
    across = sorted(target.box.center.x / width for target in sheet.targets)
    down = sorted(target.box.center.y / height for target in sheet.targets)
    for places in (across, down):
        assert places[0] <= 0.125
        assert places[-1] >= 0.9
        assert any(0.3 < place < 0.7 for place in places)
    assert len({round(place, 2) for place in across}) == len({round(place, 2) for place in down}) == len(sheet.targets)


@settings(max_examples=20, deadline=None)
@given(st.integers(LEAST_SIDE, 3000), st.integers(LEAST_SIDE, 3000))
def test_targets_are_whole_on_screens_of_any_shape(width: int, height: int) -> None:
    for target in draw_sheets((width, height))[0].targets:
        assert 0 <= target.box.left < target.box.right <= width
        assert 0 <= target.box.top < target.box.bottom <= height


@pytest.mark.parametrize("size", [(LEAST_SIDE - 1, 480), (480, MOST_SIDE + 1), (0, 0)])
def test_a_size_that_no_screen_has_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(UsageError, match="a screen's sides are 200 to 8000 pixels long"):
        draw_sheets(size)


def test_the_colours_are_far_from_one_another() -> None:
    rgb = list(COLORS.values())
    apart = [sum(abs(a - b) for a, b in zip(one, other, strict=True)) for one in rgb for other in rgb if one != other]
    assert min(apart) > 100
