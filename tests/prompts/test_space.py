import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsight.errors import BadCall, UsageError
from handsight.prompts.space import Space, smart_resize

CAP_28, HUB_28 = 1280 * 28 * 28, 12_845_056
CAP_32, HUB_32 = 1280 * 32 * 32, 16_777_216

sides = st.integers(1, 8000)
edges = st.sampled_from([(1000, 1000), (999, 999), (672, 1484), (1316, 728)])


@pytest.mark.parametrize(
    ("size", "factor", "least", "most", "expected", "tokens"),
    [
        ((1080, 2400), 28, 3136, CAP_28, (672, 1484), 1272),
        ((1080, 2400), 28, 3136, HUB_28, (1092, 2408), 3354),
        ((1080, 2400), 32, 65536, HUB_32, (1088, 2400), 2550),
        ((1080, 2400), 32, 65536, CAP_32, (768, 1696), 1272),
        ((1440, 3120), 28, 3136, CAP_28, (672, 1456), 1248),
        ((1440, 3120), 28, 3136, HUB_28, (1428, 3108), 5661),
        ((1440, 3120), 32, 65536, HUB_32, (1440, 3136), 4410),
        ((1440, 3120), 32, 65536, CAP_32, (768, 1664), 1248),
        ((720, 1280), 28, 3136, CAP_28, (728, 1288), 1196),
        ((720, 1280), 28, 3136, HUB_28, (728, 1288), 1196),
        ((720, 1280), 32, 65536, HUB_32, (704, 1280), 880),
        ((720, 1280), 32, 65536, CAP_32, (704, 1280), 880),
        ((1920, 1080), 28, 3136, CAP_28, (1316, 728), 1222),
        ((1920, 1080), 28, 3136, HUB_28, (1932, 1092), 2691),
        ((1920, 1080), 32, 65536, HUB_32, (1920, 1088), 2040),
        ((1920, 1080), 32, 65536, CAP_32, (1504, 832), 1222),
        ((2560, 1440), 28, 3136, CAP_28, (1316, 728), 1222),
        ((2560, 1440), 28, 3136, HUB_28, (2548, 1428), 4641),
        ((2560, 1440), 32, 65536, HUB_32, (2560, 1440), 3600),
        ((2560, 1440), 32, 65536, CAP_32, (1504, 832), 1222),
        ((3840, 2160), 28, 3136, CAP_28, (1316, 728), 1222),
        ((3840, 2160), 28, 3136, HUB_28, (3836, 2156), 10549),
        ((3840, 2160), 32, 65536, HUB_32, (3840, 2176), 8160),
        ((3840, 2160), 32, 65536, CAP_32, (1504, 832), 1222),
        ((224, 224), 28, 3136, HUB_28, (224, 224), 64),
        ((42, 70), 28, 3136, HUB_28, (56, 56), 4),  # 1.5 and 2.5 both round to 2
        ((10, 10), 28, 3136, HUB_28, (56, 56), 4),
    ],
)
def test_a_picture_is_sized_as_the_official_processors_do(size, factor, least, most, expected, tokens):
    width, height = size
    assert smart_resize(height, width, factor, least, most) == expected[::-1]
    assert expected[0] * expected[1] // factor**2 == tokens


@given(sides, sides)
def test_a_sent_picture_fits_the_patches_and_the_budget(height, width):
    if max(height, width) > 200 * min(height, width):
        with pytest.raises(UsageError, match="factor of 200"):
            smart_resize(height, width, 28, 3136, CAP_28)
        return
    rows, columns = smart_resize(height, width, 28, 3136, CAP_28)
    assert rows % 28 == columns % 28 == 0
    assert 3136 <= rows * columns <= max(CAP_28, 28 * max(rows, columns))  # one patch high is as thin as it gets
    assert smart_resize(rows, columns, 28, 3136, CAP_28) == (rows, columns) or min(rows, columns) == 28


def test_a_picture_that_is_a_line_or_nothing_is_refused():
    for height, width in [(1, 201), (201, 1), (0, 5), (5, 0)]:
        with pytest.raises(UsageError, match=f"{width}x{height}"):
            smart_resize(height, width, 28, 3136, CAP_28)


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
