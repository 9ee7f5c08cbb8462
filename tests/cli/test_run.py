"""`handsight run` as a user meets it: what is printed, what is left behind, and the exit code."""

import json
import os
import pty
import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from handsight.store import about, load

Run = Callable[..., subprocess.CompletedProcess[str]]
BOARD = ("--device", "mine:Board")


def call(thought: str = "", **arguments: object) -> str:
    return f"{thought}\n<tool_call>\n{json.dumps({'name': 'mobile_use', 'arguments': arguments})}\n</tool_call>"


def script(folder: Path, *replies: str) -> tuple[str, str]:
    """--model and a file of replies."""
    (folder / "script.txt").write_text("\n---\n".join(replies))
    return "--model", "scripted:script.txt"


TAP = call("I touch the light.", action="click", coordinate=[500, 500])
DONE = call("It is lit.", action="terminate", status="success")


def the_run(folder: Path) -> Path:
    (found,) = (folder / "runs").iterdir()
    return found


def test_a_run_prints_a_line_per_step_the_outcome_and_where_its_report_is(handsight: Run, folder: Path) -> None:
    ran = handsight("run", "light it", *BOARD, *script(folder, TAP, DONE))
    assert ran.returncode == 0
    assert ran.stderr == ""
    lines = ran.stdout.splitlines()
    assert lines[0] == "light it"
    assert lines[1].startswith("board · script.txt · runs/")
    assert lines[2].startswith("  1  I touch the light.  tap (50, 100)  ")
    assert lines[3].startswith("  2  finish  ")
    assert lines[5] == "done, says the model: It is lit."
    assert lines[6].startswith("2 steps in ")
    assert all(phase in lines[6] for phase in ("settle", "capture", "model", "act", "other"))
    assert lines[7] == f"report: {the_run(folder).relative_to(folder)}/report.html"
    assert "\x1b" not in ran.stdout
    assert (folder / "board.log").read_text() == "[50.0, 100.0]\n"


def test_the_run_folder_is_named_after_time_and_task_and_holds_everything(handsight: Run, folder: Path) -> None:
    handsight("run", "Light it: «设置» / ../now!", *BOARD, *script(folder, TAP, DONE))
    run = the_run(folder)
    assert run.name[10] == "_"
    assert run.name.endswith("_light-it-设置-now")
    assert sorted(path.name for path in run.iterdir()) == ["0001.png", "0002.png", "report.html", "run.jsonl"]
    known = about(run)
    assert (known["device"], known["model"], known["dialect"]) == ("board", "script.txt", "nous")
    assert "Light it: «设置» / ../now!" in (run / "report.html").read_text("utf-8")


def test_json_is_one_event_per_line_and_nothing_else(handsight: Run, folder: Path) -> None:
    ran = handsight("run", "light it", *BOARD, *script(folder, TAP, "nonsense", DONE), "--json", "--run-folder", "here")
    events = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [event["event"] for event in events] == ["start", "acting", "step", "step", "acting", "step", "outcome"]
    assert events[0]["folder"] == "here"
    assert events[2]["call"]["name"] == "tap"
    assert events[3]["problem"]["kind"] == "BadReply"
    assert (events[-1]["kind"], events[-1]["report"]) == ("claimed", "here/report.html")
    assert ran.stderr == ""


@pytest.mark.parametrize(
    ("replies", "options", "code", "says"),
    [
        ([call("", action="terminate", status="failure")], [], 1, "failed"),
        (["a"] * 9, [], 3, "stuck: 4 mistakes in a row"),
        ([TAP] * 9, ["--max-steps", "2"], 4, "out of budget: the limit of 2 steps is reached"),
        ([call("Tap 'Pay now'.", action="click", coordinate=[5, 5])], [], 5, "needs a person: nobody is here"),
    ],
)
def test_the_exit_code_says_how_it_ended(
    handsight: Run, folder: Path, replies: list[str], options: list[str], code: int, says: str
) -> None:
    ran = handsight("run", "light it", *BOARD, *script(folder, *replies), *options)
    assert ran.returncode == code
    assert says in ran.stdout
    assert ran.stderr == ""


def test_a_users_own_tool_is_called_and_may_be_allowed(handsight: Run, folder: Path) -> None:
    (folder / "bank.py").write_text(
        "from handsight import tool\nfrom rates import RATE\n\n"
        "@tool(risky=True)\ndef pay(euros: int) -> str:\n    '''Pay.'''\n    return f'paid {euros * RATE}'\n"
    )
    (folder / "rates.py").write_text("RATE = 2\n")
    pay = '<tool_call>\n{"name": "pay", "arguments": {"euros": 21}}\n</tool_call>'
    words = ("run", "pay", *BOARD, *script(folder, pay, DONE), "--tools", "bank.py", "--json")
    assert handsight(*words).returncode == 5
    ran = handsight(*words, "--allow", "pay")
    assert ran.returncode == 0
    assert json.loads(ran.stdout.splitlines()[2])["result"]["text"] == "paid 42"
    assert handsight(*words, "--deny", "pay", "--allow", "pay").stdout.count("a rule forbids pay") >= 1


def test_a_model_cannot_steer_the_terminal(handsight: Run, folder: Path) -> None:
    evil = call("\x1b[2J\x1b]0;owned\x07 [red]hm[/red] :smile:", action="click", coordinate=[500, 500])
    ran = handsight("run", "light \x1b[2Jit", *BOARD, *script(folder, evil, DONE))
    assert "\x1b" not in ran.stdout
    assert "\x07" not in ran.stdout
    assert "[red]hm[/red] :smile:" in ran.stdout


def test_what_goes_wrong_on_the_way_is_one_sentence_and_the_record_stays(handsight: Run, folder: Path) -> None:
    ran = handsight("run", "light it", *BOARD, *script(folder, TAP))
    assert ran.returncode == 1
    assert ran.stderr == "handsight: the script has 1 replies, and a further one was asked for\n"
    run = the_run(folder)
    assert len(load(run).steps) == 2
    assert "It broke off: the script has 1 replies" in (run / "report.html").read_text("utf-8")


def test_no_phone_is_one_clear_sentence_and_leaves_nothing(handsight: Run, folder: Path) -> None:
    nowhere = {"ADBUTILS_ADB_PATH": "/nowhere/adb", "PATH": "/nowhere", "ANDROID_ADB_SERVER_PORT": "1"}
    ran = handsight("run", "x", "--model", "mine:Counting", **nowhere)
    assert ran.returncode == 1
    assert ran.stderr.startswith("handsight: ")
    assert "Traceback" not in ran.stderr
    assert not (folder / "runs").exists() or not list((folder / "runs").iterdir())


def test_a_question_is_put_on_a_terminal_and_the_answer_counts(folder: Path, environment: dict[str, str]) -> None:
    pay = call("Tap 'Pay now'.", action="click", coordinate=[500, 500])
    words = ["run", "pay", *BOARD, *script(folder, pay, DONE), "--json"]

    def answering(answer: bytes) -> tuple[int, str, str]:
        ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "handsight", *words]
        with subprocess.Popen(
            command, cwd=folder, env=environment, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            os.close(theirs)
            assert process.stderr
            assert select.select([process.stderr], [], [], 60)[0]
            question = os.read(process.stderr.fileno(), 1000).decode()
            os.write(ours, answer)
            out, _ = process.communicate(timeout=60)
        os.close(ours)
        return process.returncode, question, out.decode()

    code, question, out = answering(b"y\n")
    assert question.startswith("Allow tap ")
    assert question.endswith("(pay)? [y/N] ")
    assert '"the user said yes"' in out
    assert code == 0
    assert (folder / "board.log").read_text() == "[50.0, 100.0]\n"
    assert "the user said no" in answering(b"\n")[2]
    assert "nobody answered" in answering(b"\x04")[2]
    assert (folder / "board.log").read_text() == "[50.0, 100.0]\n"


def test_on_a_terminal_there_is_colour_and_the_last_line_stands(folder: Path, environment: dict[str, str]) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "handsight", "run", "light it", *BOARD, *script(folder, TAP, DONE)]
    env = {**environment, "TERM": "xterm-256color"}
    with subprocess.Popen(command, cwd=folder, env=env, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                more = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            if not more:
                break
            shown += more
    os.close(ours)
    assert process.returncode == 0
    assert b"\x1b[36mtap (50, 100)" in shown
    assert b"thinking" in shown
    assert b"done, says the model" in shown


MARKED = """So.
<tool_call>
{"name": "tap_mark", "arguments": {"mark": 1}}
</tool_call>
---
Done.
<tool_call>
{"name": "mobile_use", "arguments": {"action": "terminate", "status": "success"}}
</tool_call>
"""


def test_a_run_with_marks_from_the_command_line(handsight: Run, folder: Path) -> None:
    (folder / "marked.txt").write_text(MARKED)
    words = ("run", "open it", "--device", "virtual:270x600", "--model", "scripted:marked.txt", "--marks")
    ran = handsight(*words, "--run-folder", "run", "--json")
    assert (ran.returncode, ran.stderr) == (0, "")
    steps = [event for event in map(json.loads, ran.stdout.splitlines()) if event["event"] == "step"]
    assert [step["call"]["name"] for step in steps] == ["tap", "finish"]
    left, top, right, bottom = steps[0]["screen"]["elements"][2]["box"]
    assert left <= steps[0]["call"]["arguments"]["at"][0] < right
    assert top <= steps[0]["call"]["arguments"]["at"][1] < bottom
    assert steps[1]["screen"]["app"] == "com.android.settings"
    assert {"0001.png", "0001-marked.png", "0002-marked.png"} <= {path.name for path in (folder / "run").iterdir()}
    assert about(folder / "run")["said"]["marks"] is True


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--device", "virtual:270x600"], "the reader finds things by their words"),
        (["--device", "mine:Board", "--model", "mine:Counting"], "marks need a device that names what it shows"),
    ],
)
def test_marks_that_could_be_of_no_use_are_refused_in_one_line(
    handsight: Run, folder: Path, more: list[str], says: str
) -> None:
    ran = handsight("run", "open Settings", "--marks", "--run-folder", "run", *more)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert says in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert not (folder / "run").exists()
