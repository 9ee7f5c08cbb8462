import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsight.errors import BadCall
from handsight.prompts.space import Space

sides = st.integers(1, 8000)
edges = st.sampled_from([(1000, 1000), (999, 999), (672, 1484), (1316, 728)])


@given(sides, sides, edges, st.data())
def test_a_pixel_comes_back_within_half_of_the_models_own_step(width, height, edge, data):
    space = Space((width, height), edge)
    at = [data.draw(st.floats(0, width - 1)), data.draw(st.floats(0, height - 1))]
    back = space.to_pixels(space.to_model(at))
    assert abs(back[0] - at[0]) <= 0.5 * width / edge[0] + 1e-9
    assert abs(back[1] - at[1]) <= 0.5 * height / edge[1] + 1e-9


@given(sides, sides, edges, st.data())
def test_a_models_number_comes_back_as_itself(width, height, edge, data):
    space = Space((width, height), edge)
    written = [data.draw(st.integers(0, edge[0])), data.draw(st.integers(0, edge[1]))]
    pixels = space.to_pixels(written)
    back = space.to_model(pixels)
    for number, again, pixel, side in zip(written, back, pixels, (width, height), strict=True):
        assert number == again or pixel == side - 1  # the last pixel stands for all numbers beyond it


@given(sides, sides, edges, st.floats(-0.05, 1.05), st.floats(-0.05, 1.05))
def test_a_small_overshoot_ends_on_the_screen(width, height, edge, right, down):
    x, y = Space((width, height), edge).to_pixels([right * edge[0], down * edge[1]])
    assert 0 <= x <= width - 1
    assert 0 <= y <= height - 1


@pytest.mark.parametrize("place", [[1051, 5], [5, -51], [5, 2100], [float("inf"), 1], [1, float("nan")], [10**400, 1]])
def test_numbers_of_another_space_are_refused_and_not_clamped(place):
    with pytest.raises(BadCall, match="each from 0 to 1000"):
        Space((1080, 2400)).to_pixels(place)


def test_the_official_example_of_the_mobile_convention():
    for edge in [(999, 999), (1000, 1000)]:
        x, y = Space((1440, 3120), edge).to_pixels([447, 81])
        assert (round(x), round(y)) == (644, 253)


def test_a_box_reaches_the_edge_and_a_point_stays_inside():
    space = Space((1080, 2400))
    assert space.to_pixels([0, 0, 1000, 1000]) == [0, 0, 1080, 2400]
    assert space.to_pixels([1000, 1000]) == [1079, 2399]
    assert space.to_model([0, 0, 1080, 2400]) == [0, 0, 1000, 1000]


def test_the_range_is_said_in_words():
    assert Space((1, 1)).words == "each from 0 to 1000"
    assert Space((1, 1), (672, 1484)).words == "x from 0 to 672, y from 0 to 1484"
