import pytest

from handsight.prompts.mending import mended, nearest

NAMES = ["take_stock", "pay_bill", "open_app", "tap"]


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("tap", "tap"),
        ("Tap ", "tap"),
        ("TakeStock", "take_stock"),
        ("take-stock", "take_stock"),
        ("take_stok", "take_stock"),
        ("pay_bills", "pay_bill"),
        ("opn_app", "open_app"),
        ("double_tap", None),
        ("map", None),
        ("", None),
        ("x" * 100_000, None),
    ],
)
def test_a_name_is_the_one_that_can_be_meant(word, name):
    assert nearest(word, NAMES) == name


def test_a_name_that_may_be_one_of_two_is_none():
    assert nearest("delete_notez", ["delete_notes", "delete_noted"]) is None
    assert nearest("PayBill", ["pay_bill", "paybill"]) is None
    assert nearest("delete_notes", ["delete_notes", "delete_noted"]) == "delete_notes"


@pytest.mark.parametrize(
    ("value", "schema", "meant"),
    [
        ("2", {"type": "number"}, 2),
        (" 2.5 ", {"type": "number"}, 2.5),
        ("3", {"type": "integer"}, 3),
        ("3 s", {"type": "number"}, "3 s"),
        ("007", {"type": "integer"}, "007"),
        ("1e400", {"type": "number"}, "1e400"),
        ("True", {"type": "boolean"}, True),
        ("false", {"type": "boolean"}, False),
        ("yes", {"type": "boolean"}, "yes"),
        (1, {"type": "boolean"}, 1),
        (42, {"type": "string"}, "42"),
        (4.2, {"type": "string"}, 4.2),
        (True, {"type": "string"}, True),
        (None, {"type": "string"}, None),
        ("2", {"anyOf": [{"type": "number"}, {"type": "string"}]}, "2"),
        ("2", {"type": ["number", "string"]}, "2"),
        ("2", True, "2"),
        (["2"], {"type": "array", "items": {"type": "number"}}, ["2"]),
    ],
)
def test_a_value_is_mended_only_where_one_type_is_asked_for(value, schema, meant):
    made = mended({"it": value}, {"properties": {"it": schema}})["it"]
    assert made == meant
    assert type(made) is type(meant)


def test_what_the_schema_does_not_name_stays():
    assert mended({"other": "2"}, {"properties": {"it": {"type": "number"}}}) == {"other": "2"}
    assert mended({"it": "2"}, {}) == {"it": "2"}
