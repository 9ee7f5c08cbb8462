import pytest

from handsight.errors import BadCall
from handsight.prompts.places import convert, described, numbers, read_place
from handsight.tools.registry import Tool
from handsight.types import Box, Point


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ([3, 4], [3, 4]),
        (["3", "4.5"], [3, 4.5]),
        ([[3, 4]], [3, 4]),
        ({"x": 3, "y": 4}, [3, 4]),
        ({"top": 2, "left": 1, "bottom": 4, "right": 3}, [1, 2, 3, 4]),
        ({"x2": 3, "y2": 4, "x1": 1, "y1": 2}, [1, 2, 3, 4]),
        ("3, 4", [3, 4]),
        ("(3，4)", [3, 4]),
        ("3 4", [3, 4]),
        ("<point>3 4</point>", [3, 4]),
        ("<|box_start|>(1,2),(3,4)<|box_end|>", [1, 2, 3, 4]),
    ],
)
def test_a_place_in_an_unusual_form_is_read(written, meant):
    assert numbers(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        None,
        True,
        3,
        "here",
        "3 px, 4 px",
        [True, 1],
        [None, 1],
        [[1, 2], [3, 4]],
        [[[1, 2]]],
        {"x": 1},
        {"x": 1, "y": 2, "z": 3},
    ]
    + ["1," * 100, [1, 2, 3, 4, 5], ["٣", "4"], [{}, {}]],
)
def test_what_is_no_place_has_no_numbers(written):
    assert numbers(written) is None


def test_only_a_box_that_is_one_has_a_middle():
    assert read_place([10, 20, 30, 60], "point", "at") == [20, 40]
    with pytest.raises(BadCall, match=r"at is \[x, y\], not \[30, 20, 10, 60\]"):
        read_place([30, 20, 10, 60], "point", "at")
    with pytest.raises(BadCall, match=r"area is \[left, top, right, bottom\]"):
        read_place([1, 2], "box", "area")


def twice(value, form, name):
    return [2 * number for number in read_place(value, form, name)]


def drag(at: Point, path: list[Point], target: Point | str, area: Box | Point | None = None) -> None:
    """Drag."""


def named(stops: dict[str, Point], pair: tuple[Point, int]) -> None:
    """Name."""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"at": [1, 2], "path": [[1, 2], [3, 4]]}, {"at": [2, 4], "path": [[2, 4], [6, 8]]}),
        ({"target": [1, 2], "area": None}, {"target": [2, 4], "area": None}),
        ({"target": "1, 2"}, {"target": "1, 2"}),
        ({"target": {"x": 1, "y": 2}}, {"target": [2, 4]}),
        ({"area": [1, 2]}, {"area": [2, 4]}),
        ({"area": [1, 2, 3, 4]}, {"area": [2, 4, 6, 8]}),
        ({"other": [1, 2]}, {"other": [1, 2]}),
    ],
)
def test_every_place_the_schema_marks_is_converted_and_nothing_else(arguments, expected):
    assert convert(arguments, Tool.of(drag).parameters, twice) == expected


def test_places_in_mappings_and_tuples_are_converted():
    arguments = {"stops": {"home": [1, 2], "shop": [3, 4]}, "pair": [[5, 6], 7]}
    expected = {"stops": {"home": [2, 4], "shop": [6, 8]}, "pair": [[10, 12], 7]}
    assert convert(arguments, Tool.of(named).parameters, twice) == expected


def test_a_schema_of_ones_own_may_refer_to_its_definitions():
    place = {"type": "array", "format": "point", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
    schema = {"type": "object", "properties": {"at": {"$ref": "#/$defs/place"}}, "$defs": {"place": place}}
    assert convert({"at": [1, 2]}, schema, twice) == {"at": [2, 4]}


def test_a_place_that_fits_no_branch_is_refused_in_its_own_words():
    with pytest.raises(BadCall, match=r"area is \[left, top, right, bottom\], not \[1\]"):
        convert({"area": [1]}, Tool.of(drag).parameters, twice)


def test_the_arguments_given_are_not_changed():
    arguments = {"path": [[1, 2]]}
    convert(arguments, Tool.of(drag).parameters, twice)
    assert arguments == {"path": [[1, 2]]}


def test_a_model_reads_which_numbers_a_place_takes():
    printed = described(Tool.of(drag).parameters, "each from 0 to 1000")
    assert printed["properties"]["at"] == {
        "type": "array",
        "items": {"type": "number"},
        "description": "[x, y], each from 0 to 1000",
    }
    assert "format" not in str(printed)
    assert printed["required"] == Tool.of(drag).parameters["required"]
