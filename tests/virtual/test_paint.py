"""Drawing: corners, clipping, dimming, icons, letters, and the ways of transitions and lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from handsight.devices.virtual.kit.fonts import Fonts, line_box, system_fonts
from handsight.devices.virtual.kit.icons import ICONS, icon_mask
from handsight.devices.virtual.kit.paint import Canvas, overlap
from handsight.devices.virtual.kit.scroll import Scroll
from handsight.devices.virtual.kit.theme import mix, rgb
from handsight.devices.virtual.transitions import SECONDS, Transition

WHITE, RED = (255, 255, 255), (255, 0, 0)


@pytest.fixture
def canvas():
    return Canvas(Image.new("RGB", (100, 80), WHITE), system_fonts())


def drawn(canvas):
    """The box of all that is not white."""
    return Image.eval(canvas.image, lambda level: 255 - level).getbbox()


def test_a_round_box_has_smooth_corners_and_a_full_middle(canvas):
    canvas.round((10, 10, 90, 70), 20, RED)
    assert drawn(canvas) == (10, 10, 90, 70)
    assert canvas.image.getpixel((10, 10)) == WHITE
    assert canvas.image.getpixel((50, 10)) == canvas.image.getpixel((50, 40)) == RED
    edge = [canvas.image.getpixel((x, 13))[1] for x in range(10, 40)]
    assert edge == sorted(edge, reverse=True)
    assert any(0 < level < 255 for level in edge)
    flipped = canvas.image.transpose(Image.Transpose.ROTATE_180)
    assert canvas.image.tobytes() == flipped.tobytes()


def test_each_corner_may_have_its_own_radius(canvas):
    canvas.corners((0, 0, 100, 80), (30, 0, 10, 0), RED)
    corners = [canvas.image.getpixel(at) for at in ((0, 0), (99, 0), (99, 79), (0, 79))]
    assert corners == [WHITE, RED, WHITE, RED]
    assert canvas.image.getpixel((5, 40)) == canvas.image.getpixel((95, 60)) == RED


@given(st.tuples(*[st.integers(-20, 120)] * 4), st.integers(-3, 60))
def test_no_box_draws_outside_itself(box, radius):
    canvas = Canvas(Image.new("RGB", (100, 80), WHITE), system_fonts())
    canvas.round(box, radius, RED)
    found, seen = drawn(canvas), overlap(box, (0, 0, 100, 80))
    assert found is None or (seen is not None and overlap(found, seen) == found)


def test_nothing_is_drawn_outside_the_clip_and_the_origin_comes_back(canvas):
    with canvas.moved(10, 10, (0, 0, 20, 20)) as seen:
        assert seen
        canvas.fill((-50, -50, 200, 200), RED)
        canvas.disc(20, 20, 15, RED)
        canvas.icon("star", 10, 10, 30, RED)
        canvas.text(5, 5, "Wide text", 20, "regular", RED)
        canvas.picture(Image.new("RGB", (90, 90), RED), 3, 3)
    assert drawn(canvas) == (0, 0, 20, 20)
    with canvas.moved(0, 0, (200, 200, 300, 300)) as seen:
        assert not seen
        canvas.fill((0, 0, 300, 300), (0, 0, 0))
    assert canvas.image.getpixel((50, 50)) == WHITE


def test_drawing_with_less_light_is_drawing_and_then_darkening(canvas):
    canvas.light = 0.5
    canvas.fill((0, 0, 50, 80), (200, 100, 50))
    canvas.picture(Image.new("RGB", (50, 80), (200, 100, 50)), 50, 0)
    assert canvas.image.getpixel((10, 10)) == canvas.image.getpixel((60, 10)) == (100, 50, 25)


def test_colours_mix_and_parse():
    assert rgb("#1A73E8") == (26, 115, 232)
    assert mix((0, 0, 0), (200, 100, 50), 0.5) == (100, 50, 25)


@pytest.mark.parametrize("name", sorted(ICONS))
def test_every_icon_draws_something_within_its_square(name):
    mask = icon_mask(name, 48)
    levels = mask.histogram()
    assert mask.size == (48, 48)
    assert levels[255] > 20, "hardly any ink"
    assert levels[0] > 400, "more a blot than an icon"
    assert sum(levels[1:255]) > 10, "no smooth edges"
    assert icon_mask(name, 48) is mask


def test_a_name_that_is_no_icon_is_drawn_as_a_letter():
    assert icon_mask("日", 40).getbbox()
    assert icon_mask("A", 40).tobytes() != icon_mask("B", 40).tobytes()


# Letters


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    return Fonts([tmp_path_factory.mktemp("no-fonts")])


def test_without_any_installed_font_text_is_still_drawn(bare):
    assert set(bare.in_use.values()) == {"built in"}
    assert bare.lacking == ["latin", "cjk", "symbols"]
    assert bare.mask("Settings", 40).getbbox()
    assert bare.width("Settings", 40) > bare.width("Set", 40) > 0
    assert bare.mask("设置", 40).size[0] > 0


def test_each_character_is_drawn_by_a_font_that_has_it():
    fonts = system_fonts()
    if "built in" in fonts.in_use.values():
        pytest.skip(f"needs the fonts that `make system` brings; in use: {fonts.in_use}")
    families = [fonts._family(char) for char in "Aé设→∑"]
    assert families[:3] == ["latin", "latin", "cjk"]
    assert fonts._draws(families[3], "→")
    assert fonts.mask("设", 40).tobytes() != fonts.mask("置", 40).tobytes()
    assert fonts.in_use["cjk"] != fonts.in_use["latin"]


def test_masks_and_widths_are_kept_and_lines_are_equally_high():
    fonts = system_fonts()
    assert fonts.mask("Kept", 30) is fonts.mask("Kept", 30)
    assert {fonts.mask(text, 30).height for text in ("x", "Äg", "设置", "")} == {line_box(30)}


@given(st.text(alphabet="ab cd设置\n,.-", max_size=80), st.integers(1, 400))
def test_wrapping_loses_no_character_but_the_line_breaks(text, width):
    spans = system_fonts().wrap(text, 20, "regular", width)
    assert "".join(text[a:b] for a, b in spans) == text.replace("\n", "")
    for a, b in spans:
        line = text[a:b].rstrip()
        assert len(line) <= 1 or system_fonts().width(line, 20) <= width


def test_text_that_does_not_fit_ends_with_an_ellipsis():
    fonts = system_fonts()
    rows = fonts.fit("one two three four five six", 20, "regular", 100, 2)
    assert len(rows) == 2
    assert rows[1].endswith("…")
    assert fonts.width(rows[1], 20) <= 100
    assert fonts.fit("short", 20, "regular", 100, 1) == ["short"]


# Lists in motion


@pytest.fixture
def scroll():
    scroll = Scroll()
    scroll.fit(1000, 5000, 0)
    return scroll


def test_a_list_follows_the_finger_within_its_limits(scroll):
    scroll.drag(300)
    assert scroll.at(0) == 300
    scroll.drag(-900)
    assert scroll.at(0) == 0
    scroll.drag(9000)
    assert scroll.at(0) == scroll.limit == 4000


def test_a_fling_glides_ever_slower_and_comes_to_rest(scroll):
    scroll.fling(4000, 0)
    places = [scroll.at(step / 10) for step in range(40)]
    ways = [b - a for a, b in zip(places, places[1:], strict=False)]
    assert places == sorted(places)
    assert all(later <= earlier + 1 for earlier, later in zip(ways, ways[1:], strict=False))
    assert 700 < places[-1] < 1200
    assert not scroll.moving(4)


def test_a_fling_stops_at_the_end_at_once(scroll):
    scroll.fling(90_000, 0)
    assert scroll.at(0.4) == 4000
    assert not scroll.moving(0.4)


def test_a_finger_stops_a_glide_where_it_is(scroll):
    scroll.fling(4000, 0)
    middle = scroll.at(0.1)
    scroll.hold(0.1)
    assert scroll.at(5) == middle


def test_a_pager_comes_to_rest_on_whole_pages(scroll):
    scroll.snap = 1000
    scroll.jump(1300)
    scroll.fling(100, 0)
    assert scroll.at(9) == 1000
    scroll.jump(1300)
    scroll.fling(3000, 9)
    assert scroll.at(20) == 2000
    scroll.jump(1900)
    scroll.fling(-3000, 20)
    assert scroll.at(40) == 1000


def test_a_list_that_shrinks_stays_within_itself(scroll):
    scroll.jump(4000)
    scroll.fit(1000, 2000, 0)
    assert scroll.at(0) == 1000
    scroll.fit(1000, 300, 0)
    assert scroll.at(0) == 0


def test_what_is_to_be_seen_is_revealed_by_the_shortest_way(scroll):
    scroll.reveal(1500, 1600)
    assert scroll.at(0) == 600
    scroll.reveal(700, 800)
    assert scroll.at(0) == 600
    scroll.reveal(100, 200)
    assert scroll.at(0) == 100


# Transitions


@pytest.mark.parametrize("kind", sorted(SECONDS))
def test_a_transition_begins_at_the_old_picture_and_ends_at_the_new(kind):
    old, new = Image.new("RGB", (40, 80), RED), Image.new("RGB", (40, 80), (0, 0, 255))
    transition = Transition(kind, old, 10.0, SECONDS[kind], 50, 80)
    share = {
        at: transition.frame(new, 10.0 + SECONDS[kind] * at).reduce((40, 80)).getpixel((0, 0))[2] for at in (0, 0.3, 1)
    }
    whole = 255 * (30 / 80 if kind == "keyboard_in" else 1)
    assert share[0] <= (255 * 50 / 80 + 1 if kind == "keyboard_out" else 1)
    assert share[0] < share[0.3] < share[1]
    assert share[1] == pytest.approx(whole, abs=1)
    assert not transition.over(10.0)
    assert transition.over(10.0 + SECONDS[kind])
    assert 0.2 <= SECONDS[kind] <= 0.3
