"""Where the record of a test stands: in a folder that bears its name, and never in another test's."""

from pathlib import Path

import pytest

from handsight.testing.folders import Folders


def test_a_folder_is_named_after_the_test(tmp_path: Path) -> None:
    folder = Folders(tmp_path).new("tests/ui/test_shop.py::TestCart::test_pay[card-1.5]")
    assert folder == tmp_path / "tests" / "ui" / "test_shop.py" / "TestCart" / "test_pay[card-1.5]"
    assert not folder.exists()


def test_the_second_hand_of_a_test_has_a_folder_of_its_own(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    assert [folders.new("test_a.py::test_b").name for _ in range(3)] == ["test_b", "test_b-2", "test_b-3"]


@pytest.mark.parametrize(
    "value", ["a/b", "a::b", "a b", 'what? "this"', "x" * 300, "..", "C:\\x", "\\u4f60", "tab\there"]
)
def test_whatever_stands_in_a_parameter_makes_one_name_that_every_system_takes(tmp_path: Path, value: str) -> None:
    folder = Folders(tmp_path).new(f"test_a.py::test_b[{value}]")
    assert folder.parent == tmp_path / "test_a.py"
    assert folder.name.startswith("test_b[")
    assert len(folder.name.encode()) < 255
    assert not set(folder.name) & set('<>:"/\\|?*\t ')
    folder.mkdir(parents=True)


def test_two_tests_never_share_a_folder(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    names = ["test_b[a b]", "test_b[a-b]", "test_b[a/b]", "test_b[" + "x" * 200 + "1]", "test_b[" + "x" * 200 + "2]"]
    assert len({folders.new(f"test_a.py::{name}") for name in names}) == len(names)


def test_no_test_leaves_the_folder_that_was_named(tmp_path: Path) -> None:
    folder = Folders(tmp_path / "runs").new("../../other/test_a.py::test_b")
    assert folder.is_relative_to(tmp_path / "runs")
    assert ".." not in folder.parts


def test_what_an_earlier_session_recorded_makes_way_and_nothing_else(tmp_path: Path) -> None:
    old = Folders(tmp_path).new("test_a.py::test_b")
    old.mkdir(parents=True)
    (old / "mine.txt").write_text("kept")
    assert Folders(tmp_path).new("test_a.py::test_b") == old
    assert (old / "mine.txt").exists()  # it is no record
    (old / "run.jsonl").write_text("{}")
    folders = Folders(tmp_path)
    assert folders.new("test_a.py::test_b") == old
    assert not old.exists()
    old.mkdir()
    (old / "run.jsonl").write_text("{}")
    assert folders.new("test_a.py::test_b") != old  # of this session
    assert old.exists()
