"""What a worker keeps from test to test, and which devices several workers may work at once."""

from pathlib import Path

import pytest

from handsight.errors import NotFound, UnknownName, UsageError
from handsight.testing.folders import Folders
from handsight.testing.worker import Worker, check_alone


@pytest.mark.parametrize("words", [None, "desktop", "desktop:2,pointer", "emulator-5554", "127.0.0.1:5555"])
def test_several_workers_never_touch_one_and_the_same_device(words: str | None) -> None:
    check_alone(words, 1)
    with pytest.raises(UsageError, match="2 workers would touch one and the same device, .*--handsight-device virtual"):
        check_alone(words, 2)


@pytest.mark.parametrize(
    "words",
    ["virtual", "virtual:720x1280", "private:xterm", "gym:CartPole-v1", "handsight.devices.examples.template:Crane"],
)
def test_a_device_that_is_a_new_one_each_time_is_for_any_number_of_workers(words: str) -> None:
    check_alone(words, 8)


def test_the_phone_that_is_attached_is_one_word(tmp_path: Path) -> None:
    worker = Worker(Folders(tmp_path), workers=2)
    with pytest.raises(UsageError, match="the phone that is attached"), worker.hand("test_a.py::test_b", "phone"):
        raise AssertionError("it was opened")
    assert not [*tmp_path.iterdir()]


def test_a_device_that_is_not_there_leaves_no_record(tmp_path: Path) -> None:
    worker = Worker(Folders(tmp_path))
    with pytest.raises(UnknownName), worker.hand("test_a.py::test_b", "no.such.module:Device"):
        raise AssertionError("it was opened")
    assert not [*tmp_path.rglob("run.jsonl")]


def test_what_reads_and_thinks_is_kept_and_the_phone_is_not(tmp_path: Path) -> None:
    worker = Worker(Folders(tmp_path), "reader")
    opened = []
    for _ in range(2):
        with worker.hand("test_a.py::test_b", "virtual") as held:
            opened.append((held.hand.device, held.hand._model, held.folder.name))
    (phone, model, name), (other, same, second) = opened
    assert phone is not other
    assert model is same
    assert (name, second) == ("test_b", "test_b-2")
    worker.close()


def test_a_failure_is_told_once_while_the_test_runs_and_not_when_it_is_over(tmp_path: Path) -> None:
    worker = Worker(Folders(tmp_path))
    with worker.hand("test_a.py::test_b", "virtual") as held:
        held.hand.timeout_s = 0.1
        assert held.picture is None
        with pytest.raises(NotFound):
            held.hand.tap("Nowhere")
        held.fail(SystemExit("it wanted to go"))
        assert held.report.is_file()
        assert held.picture == held.folder / "failed-002.png"
        held.fail(AssertionError("again"))
        assert len([*held.folder.glob("failed-*.png")]) == 2  # the call that was caught, and the end
    held.fail(AssertionError("too late"))
    assert len([*held.folder.glob("failed-*.png")]) == 2
    assert "it wanted to go" in held.report.read_text()
    assert "too late" not in held.report.read_text()
