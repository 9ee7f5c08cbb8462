"""What a script says is done on a real screen over the real adb, by the tree and by reading alone."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from handsight import Hand, Point, Screen, ScriptedModel, open_hand
from handsight.errors import Ambiguous, BadAnswer, BadCall, CheckFailed, NotFound, UsageError, UserStopped
from handsight.store import load

from .conftest import Eyes
from .desk import Desk


def test_a_thing_is_tapped_by_its_name(hand: Hand, desk: Desk) -> None:
    hand.tap("Row 3")
    assert desk.done == ["row 3"]


@pytest.mark.parametrize(
    ("what", "done"),
    [("the second Delete", "delete Eggs"), ("Delete next to Bread", "delete Bread"), ("last Delete", "delete Bread")],
)
def test_one_of_several_is_named_by_its_number_or_its_neighbour(hand: Hand, desk: Desk, what: str, done: str) -> None:
    hand.tap(what)
    assert desk.done == [done]


def test_what_may_be_several_things_is_an_error_with_all_of_them_and_touches_none(hand: Hand, desk: Desk) -> None:
    hand.timeout_s = 0.5
    with pytest.raises(Ambiguous, match='there are 3 candidates for "Delete"') as raised:
        hand.tap("Delete")
    assert len(raised.value.candidates) == 3
    assert desk.done == []


def test_text_goes_into_the_field_that_is_named(hand: Hand, desk: Desk) -> None:
    hand.type("Ada Lovelace", into="Your name")
    assert desk.name == "Ada Lovelace"
    hand.type("你好 <3", into="Your name", clear=True)
    assert desk.name == "你好 <3"


def test_a_switch_is_read_and_checked(hand: Hand, desk: Desk) -> None:
    assert not hand.is_on("Wi-Fi")
    hand.tap("Wi-Fi")
    hand.check("Wi-Fi", on=True)
    assert desk.on
    hand.timeout_s = 0.5
    with pytest.raises(CheckFailed, match="'Wi-Fi' is not off"):
        hand.check("Wi-Fi", on=False)


def test_a_switch_is_turned_only_where_it_is_not_so_yet(hand: Hand, desk: Desk) -> None:
    for turn, on in ((hand.turn_on, True), (hand.turn_on, True), (hand.turn_off, False), (hand.turn_off, False)):
        turn("Wi-Fi")
        assert desk.on is on
    taps = [step for step in hand.trajectory.steps if step.call and step.call.name == "tap"]
    assert len(taps) == 2


def test_what_stands_beside_a_label_is_read_and_checked(hand: Hand) -> None:
    assert hand.read("Total") == "12.50"
    hand.check("Total", reads="12.50")
    hand.timeout_s = 0.5
    with pytest.raises(CheckFailed, match="'Total' reads '12.50', not '12.5'"):
        hand.check("Total", reads="12.5")


def test_what_comes_late_is_waited_for_and_then_for_its_end(hand: Hand, desk: Desk) -> None:
    hand.tap("Send later")
    hand.wait_for("It was sent")
    hand.gone("It was sent")
    assert desk.done == ["send"]


def test_what_does_not_come_is_said_with_what_is_nearest(hand: Hand) -> None:
    with pytest.raises(CheckFailed, match="'Row 31' does not show"):
        hand.wait_for("Row 31", timeout_s=0.3)
    hand.timeout_s = 0.3
    with pytest.raises(NotFound, match='no "Total amount" on the screen; nearest: "Total"'):
        hand.find("Total amount")


def test_a_check_is_an_assertion_for_those_who_wait_for_one(hand: Hand) -> None:
    hand.timeout_s = 0.3
    with pytest.raises(AssertionError):
        hand.check("Nothing like it")


def test_it_is_scrolled_to_both_ways(hand: Hand, desk: Desk) -> None:
    hand.scroll_to("The very last")
    hand.tap("The very last")
    hand.scroll_to("Send later")
    hand.tap("Send later")
    assert desk.done == ["last", "send"]


def test_what_is_nowhere_is_not_found_at_either_end(hand: Hand, desk: Desk) -> None:
    with pytest.raises(NotFound, match="however far"):
        hand.scroll_to("Row 1234")
    assert desk.done == []


def test_a_place_is_tapped_as_it_is(hand: Hand, desk: Desk) -> None:
    hand.tap(hand.find("Row 2").box.center)
    assert desk.done == ["row 2"]
    with pytest.raises(BadCall, match="not on the screen"):
        hand.tap(Point(5000, 5000))


def test_wrong_words_are_said_before_anything_is_done(hand: Hand) -> None:
    with pytest.raises(UsageError, match="a direction is down, up, left or right"):
        hand.swipe("sideways")
    with pytest.raises(UsageError, match="a direction is down, up, left or right"):
        hand.scroll_to("Total", "sideways")
    with pytest.raises(BadCall, match="no tool 'click'"):
        hand.right_click("Row 1")  # a phone has no mouse
    with pytest.raises(UsageError, match="without a model"):
        hand.run("buy milk")
    with pytest.raises(UsageError, match="without a model"):
        hand.ask("How many rows are there?")


def test_every_call_is_recorded_and_a_failed_one_has_a_picture(device: Eyes, tmp_path: Path, desk: Desk) -> None:
    device.blind = False
    device.phone.launch(Desk.package)
    folder = tmp_path / "run"

    def script() -> None:
        with open_hand(device, folder=folder, title="deleting", timeout_s=0.2, secrets=["hunter2"]) as hand:
            hand.type("hunter2", into="Your name")
            hand.check("Total")
            hand.tap("Delete")

    with pytest.raises(Ambiguous) as raised:
        script()
    picture = folder / "failed-004.png"
    assert [f"what it saw: {picture}"] == raised.value.__notes__
    with Image.open(picture) as shown:
        assert shown.width == device.phone.size[0]
        assert shown.height > device.phone.size[1]  # the reason stands below
        assert (213, 0, 0) in {colour for _, colour in shown.getcolors(1 << 24)}  # frames around what it may be
    record = load(folder)
    assert record.task == "deleting"
    assert [step.call and step.call.name for step in record.steps] == [
        "tap",
        "type_text",
        "wait_for",
        None,
        "finish",
    ]
    assert record.outcome
    assert record.outcome.kind == "failed"
    assert "3 candidates" in record.outcome.message
    assert "hunter2" not in (folder / "run.jsonl").read_text()
    report = (folder / "report.html").read_text()
    assert "3 candidates" in report
    assert "tap the field Your name" in report
    assert "of the same reply" not in report
    assert json.loads((folder / "run.jsonl").read_text().splitlines()[0])["task"] == "deleting"


def test_no_secret_is_written_below_the_picture_of_a_failure(device: Eyes, tmp_path: Path, desk: Desk) -> None:
    device.blind = False

    def words(wanted: str, folder: Path) -> Image.Image:
        """What stands below the screen."""
        device.phone.launch(Desk.package)
        with open_hand(device, folder=folder, timeout_s=0, secrets=["hunter2"]) as hand, pytest.raises(CheckFailed):
            hand.check("Total", reads=wanted)
        with Image.open(folder / "failed-001.png") as shown:
            return shown.crop((0, device.phone.size[1], shown.width, shown.height))

    secret, masked, other = (words(said, tmp_path / said) for said in ("hunter2", "•••", "hunter3"))
    assert secret.tobytes() == masked.tobytes() != other.tobytes()


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (KeyboardInterrupt(), "stopped"),
        (SystemExit(), "claimed"),
        (SystemExit(0), "claimed"),
        (SystemExit("no milk"), "failed"),
        (ValueError("no milk"), "failed"),
    ],
)
def test_the_record_says_how_a_script_ended(
    device: Eyes, tmp_path: Path, raised: BaseException, kind: str, desk: Desk
) -> None:
    with pytest.raises(type(raised)), open_hand(device, folder=tmp_path / "run"):
        raise raised
    outcome = load(tmp_path / "run").outcome
    assert outcome
    assert outcome.kind == kind
    assert ("no milk" in outcome.message) is (kind == "failed")


def test_a_model_is_closed_by_whoever_opened_it(device: Eyes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "thinker.py").write_text(
        "from handsight import ScriptedModel\n"
        "class Thinker(ScriptedModel):\n"
        "    closed = 0\n"
        "    def __init__(self):\n"
        "        super().__init__([])\n"
        "    def close(self):\n"
        "        Thinker.closed += 1\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with open_hand(device, "thinker:Thinker", folder=tmp_path / "named"):
        from thinker import Thinker

        assert Thinker.closed == 0
    assert Thinker.closed == 1
    with open_hand(device, Thinker(), folder=tmp_path / "open"):
        pass
    assert Thinker.closed == 1


def test_what_a_model_does_within_a_script_counts(device: Eyes, tmp_path: Path, desk: Desk) -> None:
    device.blind = False
    device.phone.launch(Desk.package)
    desk.on = False
    with open_hand(device, "reader", folder=tmp_path / "run") as hand:
        assert hand.run("turn on Wi-Fi, check Total is shown").kind == "claimed"
        with pytest.raises(CheckFailed, match="ended as failed"):
            hand.run("check Thunder is shown")
        goals = [step for step in hand.trajectory.steps if step.call and step.call.name == "run"]
    assert goals[0].result
    assert goals[0].result.text.startswith("claimed: ")
    assert isinstance(goals[1].problem, CheckFailed)
    assert desk.on


def test_a_model_is_asked_about_the_screen_for_a_value_of_a_type(device: Eyes, tmp_path: Path) -> None:
    device.phone.launch(Desk.package)
    model = ScriptedModel(["three or so", "3", "a list of goods", "none", "none", "none"])
    with open_hand(device, model, folder=tmp_path / "run") as hand:
        assert hand.ask("How many can be deleted?", type=int) == 3
        assert hand.ask("What is it?") == "a list of goods"
        with pytest.raises(BadAnswer, match="in 3 attempts"):
            hand.ask("How many are sold out?", type=int)
    asked = [step for step in load(tmp_path / "run").steps if step.call and step.call.name == "ask"]
    assert [step.result and step.result.text for step in asked] == ["3", "a list of goods", None]
    assert "in 3 attempts" in str(asked[2].problem)


def test_the_report_of_a_script_speaks_of_no_model(device: Eyes, tmp_path: Path, desk: Desk) -> None:
    with open_hand(device, folder=tmp_path / "run") as hand:
        hand.press("back")
    report = (tmp_path / "run" / "report.html").read_text()
    assert "<dt>by</dt><dd>a script</dd>" in report
    assert "says the model" not in report
    assert "<dt>model</dt>" not in report


def test_what_breaks_a_script_off_between_its_calls_is_shown_with_the_screen_as_it_was(
    device: Eyes, tmp_path: Path, desk: Desk
) -> None:
    device.blind = False
    device.phone.launch(Desk.package)
    why = "\n".join(f"line {number} of many" for number in range(100))

    def script() -> None:
        with open_hand(device, folder=tmp_path / "run", timeout_s=0.2) as hand:
            hand.check("Total")
            raise AssertionError(why)

    with pytest.raises(AssertionError) as raised:
        script()
    picture = tmp_path / "run" / "failed-002.png"
    assert raised.value.__notes__ == [f"what it saw: {picture}"]
    with Image.open(picture) as shown:
        assert 0 < shown.height - device.phone.size[1] < 700  # however long the words are
    record = load(tmp_path / "run")
    assert [step.call and step.call.name for step in record.steps] == ["wait_for", "finish"]
    assert record.steps[1].screen
    assert "line 3 of many" in (tmp_path / "run" / "report.html").read_text()


def test_what_a_call_has_told_already_is_not_told_again_and_what_stands_between_calls_is(
    device: Eyes, tmp_path: Path, desk: Desk
) -> None:
    device.blind = False
    device.phone.launch(Desk.package)

    def told(folder: Path, fails: Callable[[Hand], None]) -> list[str]:
        with pytest.raises((CheckFailed, NotFound)), open_hand(device, folder=folder, timeout_s=0.1) as hand:
            fails(hand)
        return [type(step.problem).__name__ for step in load(folder).steps if step.problem]

    assert told(tmp_path / "check", lambda hand: hand.check("Nothing like it")) == ["NotFound"]
    assert told(tmp_path / "scroll", lambda hand: hand.scroll_to("Nothing like it", "up")) == ["NotFound"]
    assert len([*tmp_path.rglob("failed-*.png")]) == 2


class Gone(Eyes):
    """A phone that cannot be looked at any more."""

    def screenshot(self) -> Screen:
        raise KeyError("gone")


def test_a_screen_that_cannot_be_seen_does_not_hide_what_a_script_failed_of(device: Eyes, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="as it is"), open_hand(Gone(device.link, device.phone), folder=tmp_path):
        raise AssertionError("as it is")
    assert not [*tmp_path.glob("failed-*.png")]
    record = load(tmp_path)
    assert str(record.steps[-1].problem) == "as it is"
    assert record.steps[-1].screen is None


def test_a_script_is_stopped_before_its_next_look(device: Eyes, tmp_path: Path, desk: Desk) -> None:
    def script() -> None:
        with open_hand(device, folder=tmp_path / "run") as hand:
            threading.Timer(0.5, hand.stop.set).start()
            hand.wait_for("Godot", timeout_s=60)

    with pytest.raises(UserStopped):
        script()
    outcome = load(tmp_path / "run").outcome
    assert outcome
    assert outcome.kind == "stopped"
