"""The sizes at which pictures are seen."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handsight.errors import UsageError
from handsight.sizes import smart_resize

CAP_28, HUB_28 = 1280 * 28 * 28, 12_845_056
CAP_32, HUB_32 = 1280 * 32 * 32, 16_777_216

sides = st.integers(1, 8000)


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
@example(29, 5615)  # within a factor of 200 of each other, and as whole patches no longer
def test_a_sent_picture_fits_the_patches_and_the_budget(height, width):
    if max(height, width) > 200 * min(height, width):
        with pytest.raises(UsageError, match="factor of 200"):
            smart_resize(height, width, 28, 3136, CAP_28)
        return
    rows, columns = smart_resize(height, width, 28, 3136, CAP_28)
    assert rows % 28 == columns % 28 == 0
    assert 3136 <= rows * columns <= max(CAP_28, 28 * max(rows, columns))  # one patch high is as thin as it gets
    assert min(rows, columns) == 28 or smart_resize(rows, columns, 28, 3136, CAP_28) == (rows, columns)


def test_a_picture_that_is_a_line_or_nothing_is_refused():
    for height, width in [(1, 201), (201, 1), (0, 5), (5, 0)]:
        with pytest.raises(UsageError, match=f"{width}x{height}"):
            smart_resize(height, width, 28, 3136, CAP_28)
