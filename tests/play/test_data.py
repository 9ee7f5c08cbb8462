"""Rows of data, variables and secrets: what they hold, and what is said of those that are none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from handsight.errors import BadTask, ExtraMissing
from handsight.play.cases import cases_of
from handsight.play.data import read_rows
from handsight.play.names import filled, literal, used
from handsight.play.secrets import hidden, resolve
from handsight.play.taskfile import read_task

from .conftest import Write


def test_csv_has_a_header_and_may_have_a_mark_in_front(write: Write) -> None:
    path = write("rows.csv", '\ufeffname, amount\nAda,007\n\n"Bob, Jr.","two\nlines"\n李娜,\n')
    assert read_rows(path) == [
        {"name": "Ada", "amount": "007"},
        {"name": "Bob, Jr.", "amount": "two\nlines"},
        {"name": "李娜", "amount": ""},
    ]


def test_json_is_a_list_of_objects(write: Write) -> None:
    path = write("rows.json", '[{"a": "x", "b": 1.50}, {"b": true, "a": null}]')
    assert read_rows(path) == [{"a": "x", "b": "1.5"}, {"b": "true", "a": ""}]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.csv", "", "there is no row of data in"),
        ("a.csv", "name\n", "there is no row of data in"),
        ("a.csv", "a,b\n1\n", r"a\.csv, line 2: 2 values are expected, as in the header, and 1 stand"),
        ("a.csv", "a,a\n1,2\n", "line 1: each column needs a name of its own"),
        ("a.csv", "a,\n1,2\n", "line 1: each column needs a name of its own"),
        ("a.csv", 'a\n"x"y\n', "line 2: this is no CSV"),
        ("a.json", "[]", "there is no row of data in"),
        ("a.json", "[{]", "this is no JSON"),
        ("a.json", "[" * 100_000, "this is no JSON"),
        ("a.json", '{"a": 1}', "a list of objects is expected"),
        ("a.json", "[1]", "a list of objects is expected"),
        ("a.json", '[{"a": [1]}]', "row 1: 'a' is a single value"),
        ("a.json", '[{"a": 1}, {"b": 1}]', "row 2 has the columns b, and the first one a"),
        ("a.xlsx", "", r"data is a \.csv file with a header or a \.json list"),
    ],
)
def test_data_that_is_none_is_said(name: str, text: str, says: str, write: Write) -> None:
    with pytest.raises(BadTask, match=says):
        read_rows(write(name, text))


def test_data_that_is_not_there_is_said_where_it_is_named(write: Write) -> None:
    path = write("task.yaml", "steps:\n  - for: none.csv\n    steps: [{tap: A}]\n")
    with pytest.raises(BadTask, match=r"task\.yaml, line 2: the data .*none\.csv cannot be read: No such file"):
        read_task(path)
    write("none.csv", "").write_bytes(b"a\n\xff\n")
    with pytest.raises(BadTask, match="is not UTF-8 text"):
        read_task(path)


def test_variables_are_put_in_once() -> None:
    values = {"a": "${b}", "b": "x", "First name": "Ada"}
    assert filled("${a} ${ b }, ${First name}: $5 $${a}", values) == "${b} x, Ada: $5 ${a}"
    assert used("${a} $${b} ${First name} ${c") == ["a", "First name", "${c"]


@given(st.text())
def test_any_text_can_be_said_literally(text: str) -> None:
    assert filled(literal(text), {}) == text
    assert used(literal(text)) == []


TASK = """\
task: Pay ${name}
variables: {patience: 3, name: nobody, wanted: "true"}
data: people.csv
steps:
  - wait_for: ${name}
    timeout_s: ${patience}
  - for: [{n: 1}, {n: 2}]
    steps:
      - check: ${name} ${n}
        on: ${wanted}
  - read: Total
    as: total
  - tap: ${total}
"""


def test_each_row_is_a_case_with_its_values(write: Write) -> None:
    write("people.csv", "name\nAda\nBob\n")
    task = read_task(write("task.yaml", TASK))
    ada, bob = cases_of(task, {"patience": "7", "wanted": "False"})
    assert (ada.name, bob.name) == ("Pay Ada (row 1: Ada)", "Pay Bob (row 2: Bob)")
    assert [planned.call({"total": "5"}) for planned in bob.steps] == [
        ("Bob", {"timeout_s": 7.0}),
        ("Bob 1", {"on": False}),
        ("Bob 2", {"on": False}),
        ("Total", {}),
        ("5", {}),
    ]
    assert ada.steps[1].words({}) == 'check "Ada 1", on "False"'


@pytest.mark.parametrize(
    ("given_", "says"),
    [
        ({"patience": "soon"}, "line 5: `timeout_s` is a number, not 'soon'"),
        ({"patience": "nan"}, "line 5: `timeout_s` is a number, not 'nan'"),
        ({"patience": "-1"}, "line 5: `timeout_s` is a number, not '-1'"),
        ({"wanted": "maybe"}, "line 9: `on` is true or false, not 'maybe'"),
    ],
)
def test_a_value_that_does_not_fit_is_found_before_anything_is_done(
    given_: dict[str, str], says: str, write: Write
) -> None:
    write("people.csv", "name\nAda\n")
    task = read_task(write("task.yaml", TASK))
    with pytest.raises(BadTask, match=says):
        cases_of(task, given_)


def test_a_direction_is_one_of_four(write: Write) -> None:
    task = read_task(write("task.yaml", "steps:\n  - swipe: sideways\n"))
    with pytest.raises(BadTask, match="line 2: `direction` is one of down, up, left, right, not 'sideways'"):
        cases_of(task, {})


class Kept(KeyringBackend):
    """A keyring with one secret in it."""

    priority = 1.0

    def get_password(self, service: str, username: str) -> str | None:
        if service == "locked":
            raise KeyringError("it is\nlocked")
        return "hunter2" if (service, username) == ("shop", "ada/1") else None

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


@pytest.fixture
def kept() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(Kept())
    yield
    keyring.set_keyring(before)


def test_secrets_come_from_the_environment_and_the_keyring(kept: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PIN", "1234")
    assert resolve({"pin": "env:SHOP_PIN", "password": "keyring:shop/ada/1"}) == {"pin": "1234", "password": "hunter2"}


def test_a_secret_is_hidden_as_it_is_and_as_it_stands_within_quotes() -> None:
    secret = "it's a \\"
    assert hidden(f"typed {secret} into {secret!r}", [secret, "it"]) == 'typed ••• into "•••"'
    assert hidden("it is a secret", [secret, "it"]) == "••• is a secret"
    assert hidden("nothing", []) == "nothing"


def test_a_secret_that_is_not_there_is_one_sentence(kept: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPTY", "")
    for name in ("SHOP_PIN", "EMPTY"):
        monkeypatch.delenv("SHOP_PIN", raising=False)
        with pytest.raises(BadTask, match=f"the secret 'pin' is not there; set the environment variable {name}"):
            resolve({"pin": f"env:{name}"})
    with pytest.raises(BadTask, match="store it with: keyring set shop eve"):
        resolve({"pin": "keyring:shop/eve"})
    with pytest.raises(BadTask, match="the keyring cannot be read: it is locked"):
        resolve({"pin": "keyring:locked/eve"})


def test_a_keyring_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ExtraMissing, match=r"handsight\[keyring\]"):
        resolve({"pin": "keyring:shop/ada"})


def test_here_is_the_folder_of_the_file(write: Write) -> None:
    path = write("task.yaml", "steps:\n  - type: ${here}/x\n")
    [case] = cases_of(read_task(path), {})
    assert case.steps[0].call({}) == (f"{path.parent}/x", {})
    assert Path(str(case.steps[0].call({})[0])).is_absolute()
