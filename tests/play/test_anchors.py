"""An anchor knows its place again when two senses agree, and never by its numbers alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PIL import Image, ImageDraw, ImageOps

from handsight.errors import Ambiguous, BadTask, NotFound
from handsight.play import patches
from handsight.play.anchors import Anchor, Made, anchor_at, with_pictures
from handsight.play.locating import Located, locate
from handsight.play.patches import around, cut
from handsight.sight.finding import Finder
from handsight.sight.lines import Line
from handsight.types import Box, Element, Point, Screen

SIZE = (540, 1200)
PLACE = around(Point(270, 600), SIZE)


def icon(shape: int, at: Point, canvas: ImageDraw.ImageDraw, unit: float = 1) -> None:
    """One of a few shapes that nobody takes for another."""
    x, y, r = at.x, at.y, 24 * unit
    if shape == 0:
        canvas.ellipse((x - r, y - r, x + r, y + r), fill="#2244AA")
        canvas.rectangle((x - r / 4, y - r * 0.8, x + r / 4, y + r * 0.8), fill="white")
    elif shape == 1:
        canvas.polygon([(x - r, y + r), (x + r, y + r), (x, y - r)], fill="#AA2222")
    else:
        canvas.rectangle((x - r, y - r / 2, x + r, y + r / 2), outline="black", width=max(2, round(6 * unit)))


def paper(*icons: tuple[int, tuple[float, float]], size: tuple[int, int] = SIZE, unit: float = 1) -> Image.Image:
    image = Image.new("RGB", size, "#F4F4F4")
    for shape, at in icons:
        icon(shape, Point(*at), ImageDraw.Draw(image), unit)
    return image


def line(text: str, x: float, y: float, wide: float = 120) -> Line:
    return Line(text, Box(x - wide / 2, y - 14, x + wide / 2, y + 14))


def thing(text: str, x: float, y: float, **more: object) -> Element:
    said = {"role": "button", "clickable": True, **more}
    return Element(text, Box(x - 80, y - 30, x + 80, y + 30), **said)  # type: ignore[arg-type]


def seen(image: Image.Image, lines: Sequence[Line] | None = (), elements: Sequence[Element] = ()) -> Finder:
    """A screen to find things on; without lines, reading it is an error."""

    def read(shown: Image.Image) -> Sequence[Line]:
        assert lines is not None, "nothing has to be read"
        return lines

    return Finder(Screen(image), read, lambda: elements)


def found(made: Made, finder: Finder, **more: bool) -> Located:
    anchor, pictures = with_pictures(made, "p/1")
    return locate(Anchor.read(anchor.plain()), finder, lambda name: pictures.get(name), **more)


def made(
    image: Image.Image, at: tuple[float, float], lines: Sequence[Line] = (), elements: Sequence[Element] = ()
) -> Made:
    return anchor_at(Point(*at), Screen(image), lines, elements)


def test_what_was_touched_is_taken_in_by_every_sense() -> None:
    save = thing("Save", 270, 600, id="org.example:id/save", description="Keep it")
    one = made(paper((0, (270, 600))), (270.4, 600.6), [line("Save", 270, 600, 60)], [save])
    assert one.anchor.text == "Save"
    assert one.anchor.element == {"role": "button", "id": "org.example:id/save", "description": "Keep it"}
    assert one.anchor.near is None  # the words stand there once
    assert one.anchor.at == Point(270, 601)
    assert one.picture
    assert max(one.picture.size) <= 200
    anchor, pictures = with_pictures(one, "buy/003")
    assert list(pictures) == [anchor.patch] == ["buy/003.png"]
    assert Anchor.read(anchor.plain()) == anchor


def test_words_that_stand_there_twice_need_their_neighbour() -> None:
    rows = [line("Milk", 80, 300), line("Delete", 460, 300), line("Eggs", 80, 400), line("Delete", 460, 400)]
    one = made(paper(), (460, 400), rows)
    assert one.anchor.text == "Delete"
    assert one.anchor.near
    assert one.anchor.near.text == "Eggs"


def test_a_row_is_known_by_its_words_where_nothing_else_is_seen() -> None:
    assert made(paper(), (400, 300), [line("Display", 80, 300), line("Sound", 80, 400)]).anchor.text == "Display"


def test_an_icon_has_no_words_of_its_own() -> None:
    one = made(paper((1, (460, 300))), (460, 300), [line("Milk", 80, 300)])
    assert one.anchor.text == ""
    assert one.anchor.near
    assert one.anchor.near.text == "Milk"


def test_the_part_of_a_thing_that_was_touched_is_kept() -> None:
    slider = Element("", Box(0, 580, 540, 620), "slider", id="org.example:id/volume", clickable=True)
    anchor = made(paper(), (486, 600), (), [slider]).anchor
    assert anchor.element["part"] == [0.9, 0.5]
    wider = Element("", Box(0, 580, 1080, 620), "slider", id="org.example:id/volume", clickable=True)
    place = found(made(paper(), (486, 600), (), [slider]), seen(paper(size=(1080, 1200)), (), [wider]))
    assert place.at == Point(972, 600)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"at": [1], "screen": [2, 2]},
        {"at": [1, 2], "screen": [0, 2]},
        {"at": [1, 2], "screen": [float("inf"), 2]},
        {"at": "here", "screen": [2, 2]},
        {"at": ["nan", 1], "screen": [2, 2]},
        *(
            {"at": [1, 2], "screen": [2, 2], **more}
            for more in (
                {"element": {"part": [0.5]}},
                {"element": {"part": [0.5, 1.5]}},
                {"element": {"checked": "maybe"}},
                {"near": "Save"},
            )
        ),
    ],
)
def test_what_is_no_anchor_is_said_in_words(said: dict[str, object]) -> None:
    with pytest.raises(BadTask, match="an anchor is written as|of an anchor is (true or false|two shares)"):
        Anchor.read(said)


@pytest.mark.parametrize("name", ["../photo.png", "t/../../photo.png", "/home/ada/photo.png"])
def test_a_picture_stands_beside_its_task_file_or_below(name: str) -> None:
    place = {"at": [1, 2], "screen": [2, 2]}
    for more in ({"patch": name}, {"near": {"text": "Save", "at": [1, 1], "patch": name}}):
        with pytest.raises(BadTask, match="stands beside its task file or below, unlike"):
            Anchor.read(place | more)
    assert Anchor.read(place | {"patch": "t/001.png"}).patch == "t/001.png"


def test_the_very_picture_at_the_very_place_is_certain_and_nothing_is_read_for_it() -> None:
    image = paper((0, (270, 600)))
    assert found(made(image, (270, 600)), seen(image, lines=None)) == Located(Point(270, 600), ("as it was",))


def test_the_same_button_in_a_row_that_is_another_one_is_not_certain() -> None:
    image = paper((0, (460, 300)), (1, (80, 300)))
    one = made(image, (460, 300), [line("Milk", 80, 300)])
    other = paper((0, (460, 300)), (2, (80, 300)))
    with pytest.raises(NotFound):
        found(one, seen(other, [line("Eggs", 80, 300)]))


def row(word: str) -> Image.Image:
    """A row whose words stand far from its middle, where it is touched, and are not on the picture of that place."""
    image = paper()
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((0, 570, 539, 630), outline="black")
    canvas.text((30, 590), word, fill="black", font_size=20)
    return image


@pytest.mark.parametrize("tree", [True, False])
def test_the_same_row_with_other_words_is_another_row(tree: bool) -> None:
    def words(text: str) -> list[Line]:
        return [Line(text, Box(28, 588, 90, 614))]

    def named(text: str) -> list[Element]:
        return [Element(text, Box(0, 570, 540, 630), "button", clickable=True)] if tree else []

    one = made(row("Mall"), (270, 600), words("Mall"), named("Mall"))
    assert one.anchor.text == ("Mall" if tree else "")
    assert found(one, seen(row("Mall"), None)).by == ("as it was",) if tree else True
    with pytest.raises(NotFound):
        found(one, seen(row("Mail"), words("Mail"), named("Mail")))


def test_a_picture_that_does_not_show_the_words_is_not_kept() -> None:
    wide = Element("Mall", Box(0, 570, 540, 630), "button", clickable=True)
    assert made(row("Mall"), (270, 600), (), [wide]).picture is None  # nobody read where they are


def test_the_numbers_alone_are_no_place_to_touch() -> None:
    one = made(paper((0, (270, 600))), (270, 600))
    with pytest.raises(NotFound, match="what stood at 270, 600 is not there"):
        found(one, seen(paper()))
    with pytest.raises(NotFound):
        found(made(paper(), (270, 600)), seen(paper()))  # nothing was known of it but where it was


def test_words_that_stand_there_once_are_followed_wherever_they_are() -> None:
    one = made(paper(), (270, 600), [line("Save", 270, 600)])
    place = found(one, seen(paper(size=(720, 900)), [line("Cancel", 100, 80), line("Save", 600, 80)]))
    assert (place.at, place.by) == (Point(600, 80), ("text",))


def test_of_several_the_neighbour_decides_or_nothing_does() -> None:
    rows = [line("Milk", 80, 300), line("Delete", 460, 300), line("Eggs", 80, 400), line("Delete", 460, 400)]
    one = made(paper(), (460, 400), rows)
    moved = [line("Eggs", 80, 700), line("Delete", 460, 700), line("Milk", 80, 800), line("Delete", 460, 800)]
    assert found(one, seen(paper(), moved)).at == Point(460, 700)
    with pytest.raises(Ambiguous, match="'Delete' may be any of 2 places") as raised:
        found(one, seen(paper(), [each for each in moved if each.text != "Eggs"]))
    assert len(raised.value.candidates) == 2


def test_what_the_app_calls_it_counts_in_another_language_when_it_is_in_its_place() -> None:
    one = made(paper(), (270, 600), (), [thing("Save", 270, 600, id="org.example:id/save")])
    place = found(one, seen(paper(), (), [thing("保存", 270, 600, id="org.example:id/save")]))
    assert (place.at, place.by) == (Point(270, 600), ("id", "place"))
    with pytest.raises(NotFound):
        found(one, seen(paper(), (), [thing("保存", 270, 100, id="org.example:id/save")]))
    system = made(paper(), (270, 600), (), [thing("Save", 270, 600, id="android:id/button1")])
    with pytest.raises(NotFound):  # which is what every dialog calls its first button
        found(system, seen(paper(), (), [thing("Discard", 270, 600, id="android:id/button1")]))


@pytest.mark.parametrize("unit", [1.0, 0.66, 1.3])
@pytest.mark.parametrize("dark", [False, True])
def test_an_icon_is_known_by_its_picture_in_its_place_at_another_size_and_theme(unit: float, dark: bool) -> None:
    one = made(paper((0, (480, 1100)), (1, (60, 60))), (480, 1100))
    width, height = round(SIZE[0] * unit), round(SIZE[1] * unit)
    image = paper((0, (480 * unit, 1100 * unit)), (1, (60 * unit, 60 * unit)), size=(width, height), unit=unit)
    place = found(one, seen(ImageOps.invert(image) if dark else image))
    assert place.at.x == pytest.approx(480 * unit, abs=6)
    assert place.at.y == pytest.approx(1100 * unit, abs=6)


def test_an_icon_elsewhere_is_not_certain_by_its_picture_alone() -> None:
    one = made(paper((0, (480, 1100))), (480, 1100))
    with pytest.raises(NotFound):
        found(one, seen(paper((0, (60, 60)))))


def test_what_has_become_risky_is_not_touched() -> None:
    one = made(paper(), (270, 600), (), [thing("Next", 270, 600, id="org.example:id/go")])
    with pytest.raises(NotFound, match=r"says 'Pay now' \(pay\): it is not touched"):
        found(one, seen(paper(), (), [thing("Pay now", 270, 600, id="org.example:id/go")]))
    icon_alone = made(paper((0, (270, 600))), (270, 600))
    elsewhere = paper((0, (280, 610)))
    with pytest.raises(NotFound, match=r"\(delete\)"):
        found(icon_alone, seen(elsewhere, [line("Delete all", 280, 630)]))


def test_what_was_risky_when_it_was_recorded_was_allowed_by_whoever_recorded_it() -> None:
    one = made(paper(), (270, 600), (), [thing("Delete", 270, 600, id="org.example:id/go")])
    assert found(one, seen(paper(), (), [thing("Delete", 100, 100, id="org.example:id/go")])).at == Point(100, 100)


def test_a_switch_that_stands_already_as_it_is_to_be_is_done() -> None:
    one = made(paper(), (270, 600), (), [thing("Wi-Fi", 270, 600, role="switch", checked=False)])
    assert not found(one, seen(paper(), (), [thing("Wi-Fi", 270, 600, role="switch", checked=False)])).done
    assert found(one, seen(paper(), (), [thing("Wi-Fi", 270, 600, role="switch", checked=True)])).done


def test_a_quick_look_asks_one_sense_only() -> None:
    one = made(paper(), (270, 600), (), [thing("Save", 270, 600)])
    with pytest.raises(NotFound):
        found(one, seen(paper((1, (9, 9))), [line("Save", 1, 1)], [thing("Other", 99, 99)]), quickly=True)
    assert found(one, seen(paper(), [line("Save", 90, 90)]), quickly=True).at == Point(90, 90)


def test_the_nearest_words_are_told() -> None:
    one = made(paper(), (270, 600), [line("Screen timeout", 270, 600)])
    with pytest.raises(NotFound, match="'Screen timeout' is not there; nearest: 'Screen time-out'"):
        found(one, seen(paper(), [line("Screen time-out", 270, 600), line("Wi-Fi", 1, 1)]))


def test_a_picture_of_nothing_is_none() -> None:
    assert cut(paper(), around(Point(270, 600), SIZE)) is None
    assert cut(paper((0, (3, 3))), around(Point(0, 0), SIZE)) is not None


def test_one_changed_letter_makes_another_picture() -> None:
    def written(word: str) -> Image.Image:
        image = paper()
        ImageDraw.Draw(image).text((240, 590), word, fill="black", font_size=20)
        return image

    patch = cut(written("Mall"), PLACE)
    assert patch
    assert patches.unchanged(written("Mall"), patch, PLACE)
    assert not patches.unchanged(written("Mail"), patch, PLACE)
    assert not patches.unchanged(written("Mall"), patch, around(Point(2, 2), SIZE))


def test_likeness_is_of_shape_and_not_of_colour() -> None:
    image = paper((0, (100, 100)), (1, (300, 300)))
    patch = cut(image, around(Point(100, 100), SIZE))
    assert patch
    assert patches.likeness(image, patch, Point(100, 100)) > 0.99
    assert patches.likeness(ImageOps.invert(image), patch, Point(100, 100)) > 0.99
    assert patches.likeness(image, patch, Point(300, 300)) < patches.SURE
    assert patches.likeness(image, patch, Point(100, 900)) == 0
    assert patches.likeness(image, patch, Point(100, 100), 0.001) == 0
    assert patches.seek(image, patch, [0.001]) == []


def test_a_picture_that_stands_twice_is_found_twice() -> None:
    patch = cut(paper((1, (100, 100))), around(Point(100, 100), SIZE))
    assert patch
    places = [
        box.center for box, _ in patches.seek(paper((1, (100, 300)), (1, (400, 900)), (2, (300, 600))), patch, [1])
    ]
    assert len(places) == 2
    assert patches.seek(paper((2, (300, 600))), patch, [1.0]) == []
    assert patches.seek(paper(size=(40, 40)), patch, [1.0]) == []
