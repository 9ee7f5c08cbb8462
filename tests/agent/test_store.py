"""The record of a run: what is written can be read, at whatever byte the writing ended."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from handsight.errors import BadRecord, Denied
from handsight.png import encode
from handsight.store import RECORD, Store, about, events, load, resume
from handsight.types import NativeCall, Outcome, Prompt, Reply, Screen, Step, ToolCall, ToolResult, Trajectory, Verdict

TAP = ToolCall("tap", {"at": [3.5, 4]}, "There it is: «设置»")


def screen(shade: int = 0) -> Screen:
    return Screen(Image.new("RGB", (9, 7), (shade, 20, 30)), "settings", timing={"settle": 0.2, "capture": 0.01})


def see(store: Store, trajectory: Trajectory, shade: int = 0) -> Step:
    step = trajectory.add_step()
    step.screen = screen(shade)
    store(step, trajectory)
    step.prompt = Prompt(())
    step.reply = Reply("tap it", 100, 7)
    return step


def begin(store: Store, trajectory: Trajectory, call: ToolCall = TAP, shade: int = 0) -> Step:
    step = see(store, trajectory, shade)
    step.call = call
    step.verdict = Verdict("allow", "no risk is known")
    step.acting = True
    store(step, trajectory)
    return step


def end(store: Store, trajectory: Trajectory, step: Step) -> None:
    step.over = True
    store(step, trajectory)


def act(store: Store, trajectory: Trajectory, call: ToolCall = TAP, shade: int = 0) -> Step:
    step = begin(store, trajectory, call, shade)
    step.result = ToolResult("Tapped.", seconds=0.004)
    end(store, trajectory, step)
    return step


def short_run(folder: Path) -> Trajectory:
    """Three steps: one done, one the model's mistake, one that finishes."""
    store, trajectory = Store.create(folder, "open «设置»", {"model": "m"}), Trajectory("open «设置»")
    store.note("about", device="a phone", task="another")
    act(store, trajectory, shade=10)
    wrong = see(store, trajectory, 20)
    wrong.problem = Denied("a rule forbids tap 'Pay now'")
    end(store, trajectory, wrong)
    last = begin(store, trajectory, ToolCall("finish", {"success": True, "message": "done"}), 30)
    trajectory.outcome = Outcome("claimed", "done", answer="42")
    end(store, trajectory, last)
    store.close()
    return trajectory


def test_a_run_is_read_back_as_it_was(tmp_path: Path) -> None:
    written = short_run(tmp_path)
    read = load(tmp_path)
    assert read.task == written.task == about(tmp_path)["task"]
    assert (about(tmp_path)["device"], about(tmp_path)["model"]) == ("a phone", "m")
    assert read.outcome == written.outcome
    for one, other in zip(read.steps, written.steps, strict=True):
        assert (one.number, one.reply, one.call, one.verdict) == (other.number, other.reply, other.call, other.verdict)
        assert (one.acting, one.over, str(one.problem)) == (other.acting, other.over, str(other.problem))
        assert one.timing == pytest.approx(other.timing, abs=1e-5)
        assert one.screen
        assert other.screen
        assert one.screen.app == "settings"
        assert one.screen.image.tobytes() == other.screen.image.tobytes()
    assert read.steps[0].result
    assert read.steps[0].result.text == "Tapped."
    assert isinstance(read.steps[1].problem, Denied)


def test_native_calls_are_read_back_as_the_server_gave_them(tmp_path: Path) -> None:
    store, trajectory = Store.create(tmp_path, "task"), Trajectory("task")
    step = see(store, trajectory)
    step.reply = Reply(
        "", 9, 4, native=(NativeCall("c1", "tap", '{"text": "中\\n"}'), NativeCall("call_2", "wait", "{"))
    )
    end(store, trajectory, step)
    act(store, trajectory)
    store.close()
    first, second = load(tmp_path).steps
    assert (first.reply, second.reply) == (step.reply, Reply("tap it", 100, 7))


def test_a_record_from_before_native_calls_is_read_as_one_without(tmp_path: Path) -> None:
    short_run(tmp_path)
    lines = [json.loads(line) for line in (tmp_path / RECORD).read_text("utf-8").splitlines()]
    for event in lines:
        if event.get("reply"):
            assert event["reply"].pop("native") == []
    (tmp_path / RECORD).write_text("".join(json.dumps(event) + "\n" for event in lines))
    assert [step.reply for step in load(tmp_path).steps] == [Reply("tap it", 100, 7)] * 3


@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_secret_within_the_json_of_a_call_is_not_written_either(tmp_path: Path, ascii_only: bool) -> None:
    secret = 'quo"te\\тайна\n2'
    written = json.dumps({"text": secret}, ensure_ascii=ascii_only)
    store, trajectory = Store.create(tmp_path, "task", secrets=[secret]), Trajectory("task")
    step = see(store, trajectory)
    step.reply = Reply(f"I type it.\n{written}", native=(NativeCall("c1", "type_text", written),))
    end(store, trajectory, step)
    store.close()
    reply = load(tmp_path).steps[0].reply
    assert reply
    assert json.loads(reply.native[0].arguments) == {"text": "•••"}
    assert reply.text == 'I type it.\n{"text": "•••"}'


def test_an_act_stands_in_the_record_with_its_screenshot_before_it_is_carried_out(tmp_path: Path) -> None:
    store, trajectory = Store.create(tmp_path, "task"), Trajectory("task")
    begin(store, trajectory, shade=77)
    last = load(tmp_path).steps[-1]  # while the run is still going on
    assert last.in_doubt
    assert last.call == TAP
    assert last.screen
    assert last.screen.image.getpixel((0, 0)) == (77, 20, 30)
    store.close()


def test_what_was_only_seen_is_not_yet_an_event(tmp_path: Path) -> None:
    store, trajectory = Store.create(tmp_path, "task"), Trajectory("task")
    see(store, trajectory)
    assert [event["event"] for event in events(tmp_path)] == ["start"]
    store.close()
    assert (tmp_path / "0001.png").is_file()


def test_a_record_cut_at_any_byte_loads_and_can_go_on(tmp_path: Path) -> None:
    full, cut = tmp_path / "full", tmp_path / "cut"
    written = short_run(full)
    data = (full / RECORD).read_bytes()
    (first_line,) = [len(line) + 1 for line in data.split(b"\n")[:1]]
    cut.mkdir()
    for picture in full.glob("*.png"):
        (cut / picture.name).write_bytes(picture.read_bytes())
    lines_gone_on_from = set()
    for length in range(len(data) + 1):
        (cut / RECORD).write_bytes(data[:length])
        if length < first_line:
            with pytest.raises(BadRecord, match="does not begin with a task"):
                load(cut)
            continue
        read = load(cut)
        assert read.task == written.task
        assert [s.number for s in read.steps] == list(range(1, len(read.steps) + 1))
        lines = data[:length].count(b"\n")
        if read.outcome is None and (lines not in lines_gone_on_from or length % 50 == 0):
            lines_gone_on_from.add(lines)
            going_on, _ = resume(cut)
            assert all(s.result or s.problem or s.in_doubt for s in going_on.steps)
            store = Store.reopen(cut)
            act(store, going_on)
            store.close()
            assert len(load(cut).steps) == len(going_on.steps)
    assert read.outcome == written.outcome
    assert len(lines_gone_on_from) == data.count(b"\n") - 1


@pytest.mark.parametrize("missing", ["0001.png", "0002.png", "0003.png"])
def test_a_record_loads_without_one_of_its_pictures(tmp_path: Path, missing: str) -> None:
    written = short_run(tmp_path)
    (tmp_path / missing).unlink()
    read = load(tmp_path)
    assert [s.screen is None for s in read.steps] == [f"{s.number:04}.png" == missing for s in written.steps]


def test_a_line_that_was_cut_off_is_taken_away_before_the_run_goes_on(tmp_path: Path) -> None:
    store, trajectory = Store.create(tmp_path, "task"), Trajectory("task")
    act(store, trajectory)
    store.close()
    with (tmp_path / RECORD).open("ab") as file:
        file.write(b'{"event": "acting", "numb')
    Store.reopen(tmp_path).close()
    assert [event["event"] for event in events(tmp_path)] == ["start", "acting", "step", "resume"]


def test_an_act_in_flight_is_in_doubt(tmp_path: Path) -> None:
    store, trajectory = Store.create(tmp_path, "task"), Trajectory("task")
    act(store, trajectory)
    pay = ToolCall("tap", {"at": [1, 2]}, "pay")
    begin(store, trajectory, pay)
    store.close()
    going_on, doubt = resume(tmp_path)
    assert doubt == pay
    assert going_on.steps[-1].in_doubt
    again = Store.reopen(tmp_path)  # killed once more, before the next act: still in doubt
    see(again, going_on)
    again.close()
    assert resume(tmp_path)[1] == pay
    assert len(resume(tmp_path)[0].steps) == 2


def test_a_step_that_had_not_come_to_its_act_is_taken_again(tmp_path: Path) -> None:
    store, trajectory = Store.create(tmp_path, "task"), Trajectory("task")
    act(store, trajectory)
    end(store, trajectory, see(store, trajectory))  # such as when the server was lost
    store.note("error", kind="ModelUnreachable", message="no server at 8000")
    store.close()
    assert len(load(tmp_path).steps) == 2
    assert [e["message"] for e in events(tmp_path) if e["event"] == "error"] == ["no server at 8000"]
    going_on, doubt = resume(tmp_path)
    assert len(going_on.steps) == 1
    assert doubt is None


def test_a_step_taken_again_replaces_the_one_before(tmp_path: Path) -> None:
    store, trajectory = Store.create(tmp_path, "task"), Trajectory("task")
    end(store, trajectory, see(store, trajectory, 1))
    store.close()
    going_on, _ = resume(tmp_path)
    store = Store.reopen(tmp_path)
    act(store, going_on, shade=2)
    store.close()
    (step,) = load(tmp_path).steps
    assert step.result
    assert step.screen
    assert step.screen.image.getpixel((0, 0)) == (2, 20, 30)


@pytest.mark.parametrize("kind", ["stopped", "budget", "needs_human"])
def test_a_run_that_was_held_up_can_go_on(tmp_path: Path, kind: str) -> None:
    store, trajectory = Store.create(tmp_path, "task"), Trajectory("task")
    act(store, trajectory)
    trajectory.outcome = Outcome(kind, "why")
    end(store, trajectory, trajectory.add_step())
    store.close()
    assert load(tmp_path).outcome == Outcome(kind, "why")
    going_on, _ = resume(tmp_path)
    assert going_on.outcome is None
    assert len(going_on.steps) == 1
    Store.reopen(tmp_path).close()
    assert load(tmp_path).outcome is None


@pytest.mark.parametrize("kind", ["claimed", "verified", "failed", "stuck"])
def test_a_run_that_is_over_does_not_go_on(tmp_path: Path, kind: str) -> None:
    store, trajectory = Store.create(tmp_path, "task"), Trajectory("task")
    trajectory.outcome = Outcome(kind, "why")
    end(store, trajectory, begin(store, trajectory))
    store.close()
    with pytest.raises(BadRecord, match=rf"is over \({kind}: why\)"):
        resume(tmp_path)


def test_what_a_person_has_to_decide_was_not_done_and_is_not_in_doubt(tmp_path: Path) -> None:
    store, trajectory = Store.create(tmp_path, "task"), Trajectory("task")
    step = begin(store, trajectory, ToolCall("ask_user", {"question": "which one?"}))
    trajectory.outcome = Outcome("needs_human", "nobody is here to answer: which one?")
    end(store, trajectory, step)
    store.close()
    assert resume(tmp_path) == (Trajectory("task"), None)


def test_secrets_are_never_written_whatever_they_look_like(tmp_path: Path) -> None:
    secrets = ["hunter2", 'quo"te\\back', "тайна\n2", "hunter2-longer", ""]
    store, trajectory = Store.create(tmp_path, "log in with hunter2", secrets=secrets), Trajectory("task")
    step = begin(store, trajectory, ToolCall("type_text", {"text": 'quo"te\\back', "all": [secrets]}, "тайна\n2"))
    step.result = ToolResult("typed hunter2-longer into tag hunter2.")
    end(store, trajectory, step)
    store.close()
    record = (tmp_path / RECORD).read_text("utf-8")
    values = json.dumps(list(events(tmp_path)), ensure_ascii=False)
    for secret in secrets[:-1]:
        assert secret not in record
        assert json.dumps(secret, ensure_ascii=False)[1:-1] not in values
    read = load(tmp_path)
    assert read.task == "log in with •••"
    assert read.steps[0].result
    assert read.steps[0].result.text == "typed ••• into tag •••."


def test_a_secret_that_is_a_word_of_the_format_leaves_the_record_readable(tmp_path: Path) -> None:
    store, trajectory = Store.create(tmp_path, "task", secrets=["e", '"', ":"]), Trajectory("task")
    act(store, trajectory)
    store.close()
    assert all(isinstance(event, dict) for event in events(tmp_path))


def test_only_the_last_screenshots_stay_in_memory_and_the_others_can_still_be_seen(tmp_path: Path) -> None:
    store, trajectory = Store.create(tmp_path, "task"), Trajectory("task")
    steps = [act(store, trajectory, shade=n) for n in range(12)]
    store.close()
    held = [s.number for s in steps if s.screen and not isinstance(s.screen.source, Path)]
    assert held == [5, 6, 7, 8, 9, 10, 11, 12]
    assert [s.screen.image.getpixel((0, 0)) for s in steps if s.screen] == [(n, 20, 30) for n in range(12)]
    assert [s.number for s in steps if s.prompt is None] == [1, 2, 3, 4]


def test_a_folder_that_already_holds_a_run_is_left_alone(tmp_path: Path) -> None:
    short_run(tmp_path)
    before = (tmp_path / RECORD).read_bytes()
    with pytest.raises(BadRecord, match="already holds a run"):
        Store.create(tmp_path, "another task")
    assert (tmp_path / RECORD).read_bytes() == before


def test_a_folder_that_cannot_be_made_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadRecord, match=r"cannot be written: Not a directory"):
        Store.create(tmp_path / "file" / "run", "task")
    with pytest.raises(BadRecord, match="or is a file"):
        Store.create(tmp_path / "file", "task")


def test_a_discarded_record_leaves_nothing_but_what_was_there(tmp_path: Path) -> None:
    Store.create(tmp_path / "new", "task").discard()
    assert not (tmp_path / "new").exists()
    (tmp_path / "mine").write_text("my own file")
    Store.create(tmp_path, "task").discard()
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_discarding_takes_the_folders_above_that_were_made_and_never_a_record_that_was_there_before(
    tmp_path: Path,
) -> None:
    Store.create(tmp_path / "runs" / "today" / "one", "task").discard()
    assert list(tmp_path.iterdir()) == []
    Store.create(tmp_path / "runs" / "one", "task").close()
    Store.create(tmp_path / "runs" / "two", "task").discard()
    Store.reopen(tmp_path / "runs" / "one").discard()
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["one"]
    assert load(tmp_path / "runs" / "one").task == "task"


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from test_store import act, begin
from handsight.errors import BadRecord
from handsight.store import Store
from handsight.types import Trajectory
store, trajectory = Store.create(Path(sys.argv[1]), "task"), Trajectory("task")
act(store, trajectory)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
for _ in range(2):
    try:
        begin(store, trajectory)
    except BadRecord as problem:
        print(problem)
store.close()
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs POSIX file size limits")
@pytest.mark.parametrize("limit", [40, 1200])
def test_a_disk_without_room_ends_the_run_in_one_sentence_and_the_record_stays_whole(
    tmp_path: Path, limit: int
) -> None:
    """At 40 bytes the screenshot no longer fits, at 1200 the line that names it."""
    paths = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path), str(limit)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert run.stderr == ""
    assert run.stdout.splitlines() == [f"the run folder {tmp_path} cannot be written: File too large"] * 2
    assert len(load(tmp_path).steps) == 1
    Store.reopen(tmp_path).close()
    assert [event["event"] for event in events(tmp_path)] == ["start", "acting", "step", "resume"]


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (None, "cannot be read"),
        ("", "does not begin with a task"),
        ("half a line", "does not begin with a task"),
        ("no json\n", "is not JSON"),
        ("[1, 2]\n", "not as handsight writes it"),
        ('{"event": "start"}\n', "not as handsight writes it"),
        ('{"event": "start", "task": "t"}\n{"event": "step"}\n', "not as handsight writes it"),
        ('{"event": "start", "task": "t"}\n\x00\x00\x00\n', "is not JSON"),
    ],
)
def test_what_is_no_record_is_said_to_be_none(tmp_path: Path, record: str | None, says: str) -> None:
    if record is not None:
        (tmp_path / RECORD).write_text(record)
    with pytest.raises(BadRecord, match=says):
        load(tmp_path)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_a_screenshot_is_kept_to_the_pixel(tmp_path: Path, mode: str) -> None:
    image = Image.effect_noise((37, 23), 80).convert("RGB").convert(mode)
    (tmp_path / "a.png").write_bytes(encode(image))
    with Image.open(tmp_path / "a.png") as read:
        read.verify()
    with Image.open(tmp_path / "a.png") as read:
        assert (read.mode, read.size) == ("RGB", (37, 23))
        assert read.tobytes() == image.convert("RGB").tobytes()
