"""A task file is read strictly, with the line of whatever is wrong, and written so that comments stay."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from handsight.errors import BadTask
from handsight.play.taskfile import Loop, TaskFile, TaskStep, each_step, read_task, write_task

from .conftest import Write

WHOLE = """\
# Shopping
task: Buy ${item}            # its title
device: virtual
variables: {item: milk}
secrets: {pin: env:SHOP_PIN}
timeout_s: 20
steps:
  - open: Notes              # a step
  - type: ${item}
    into: Title
  - tap: Save
    anchor: {at: [540, 1210], screen: [1080, 2400], text: Save, patch: buy/003.png}
  - check: Wi-Fi
    on: true
  - read: Total
    as: total
  - ask: How many unread?
    type: int
    as: unread
  - type: ${pin}
  - tap: [540, 1210]
  - for: [milk, eggs]
    as: good
    steps:
      - drag: ${good}
        to: ${total}
after:
  - press: home
"""


def test_a_whole_file_is_read(write: Write) -> None:
    task = read_task(write("buy.yaml", WHOLE))
    assert (task.task, task.device, task.timeout_s) == ("Buy ${item}", "virtual", 20)
    assert (task.variables, task.secrets) == ({"item": "milk"}, {"pin": "env:SHOP_PIN"})
    opens, types, taps, checks, reads, asks, pin, place, loop = task.steps
    assert opens == TaskStep("open", "Notes", line=8)
    assert types == TaskStep("type", "${item}", {"into": "Title"}, line=9)
    assert isinstance(taps, TaskStep)
    assert taps.anchor == {"at": [540, 1210], "screen": [1080, 2400], "text": "Save", "patch": "buy/003.png"}
    assert checks == TaskStep("check", "Wi-Fi", {"on": True}, line=13)
    assert reads == TaskStep("read", "Total", keep="total", line=15)
    assert asks == TaskStep("ask", "How many unread?", {"type": "int"}, keep="unread", line=17)
    assert pin == TaskStep("type", "${pin}", line=20)
    assert place == TaskStep("tap", [540, 1210], line=21)
    inner = TaskStep("drag", "${good}", {"to": "${total}"}, line=25)
    assert loop == Loop([{"good": "milk"}, {"good": "eggs"}], (inner,), line=22)
    assert task.after == (TaskStep("press", "home", line=28),)
    assert [step.line for step in each_step(task.steps)] == [8, 9, 11, 13, 15, 17, 20, 21, 25]


def test_words_are_kept_as_they_stand(write: Write) -> None:
    words = ["007", "1.20", "7:30", "yes", "on", "2026-01-01", "="]
    text = (
        "steps:\n" + "".join(f"  - type: {each}\n" for each in words) + "  - type: ''\n    into: A\n    clear: true\n"
    )
    steps = read_task(write("words.yaml", text)).steps
    assert [step.argument for step in each_step(steps)] == [*words, ""]


WRONG = {
    "unknown key": ("steps: [{tap: Save}]\nstep: 3\n", "line 2: a task file has no 'step'; there are: task, device"),
    "no steps": ("task: Buy\n", "there are no `steps`"),
    "empty": ("", "a task file is a mapping with `steps`"),
    "empty steps": ("steps: []\n", "line 1: here a list of steps is expected"),
    "unknown verb": ("steps:\n  - tap: Save\n  - touch: Save\n", "line 3: there is no step 'touch'; there are: ask"),
    "unknown argument": ("steps:\n  - tap: Save\n    into: X\n", "line 3: `tap` has no 'into'; there are: anchor"),
    "missing argument": ("steps:\n  - drag: A\n", "line 2: `drag` also needs `to`"),
    "nothing named": ("steps:\n  - tap:\n", "line 2: `tap` needs words"),
    "list for words": ("steps:\n  - press: [a, b]\n", "line 2: `press` is words, not"),
    "no number": ("steps:\n  - wait_for: Saved\n    timeout_s: soon\n", "line 3: `timeout_s` is a number such as 10"),
    "negative": ("steps: [{tap: A}]\ntimeout_s: -1\n", "line 2: `timeout_s` is a number"),
    "not true or false": ("steps:\n  - check: A\n    on: 3\n", "line 3: `on` is true or false, not '3'"),
    "no type": ("steps:\n  - ask: A\n    type: money\n", "line 3: `type` is one of str, int"),
    "nothing to keep": ("steps:\n  - tap: A\n    as: b\n", "line 3: `tap` has no 'as'"),
    "anchor of a field that is not named": ("steps:\n  - type: A\n    anchor: {at: [1, 2]}\n", "only with `into`"),
    "anchor of what points nowhere": ("steps:\n  - press: a\n    anchor: {}\n", "`press` has no 'anchor'"),
    "unknown variable": (
        "steps:\n  - tap: A\n  - tap: ${b}\n",
        "line 3: there is no variable 'b' here; there are: here",
    ),
    "kept later": (
        "steps:\n  - tap: ${total}\n  - read: Total\n    as: total\n",
        "line 2: there is no variable 'total' here",
    ),
    "column outside of its loop": (
        "steps:\n  - for: [{a: 1}]\n    steps: [{tap: A}]\n  - tap: ${a}\n",
        "line 4: there is no variable 'a' here",
    ),
    "open variable": ("steps:\n  - tap: ${b\n", "there is no variable '${b' here"),
    "variable in a title": ("task: Buy ${x}\nsteps: [{tap: A}]\n", "`task` uses 'x', and there are: here"),
    "secret in the open": (
        "secrets: {pin: '1234'}\nsteps: [{tap: A}]\n",
        "line 1: the secret 'pin' is given by reference",
    ),
    "secret that is no text to type": (
        "secrets: {pin: env:PIN}\nsteps:\n  - check: ${pin}\n",
        "line 3: the secret 'pin' can be typed, and nothing else",
    ),
    "secret under another name": (
        "secrets: {pin: env:PIN}\nsteps:\n  - read: PIN\n    as: pin\n",
        "line 3: 'pin' is the name of a secret already",
    ),
    "twice": ("steps: [{tap: A}]\ntask: a\ntask: b\n", "line 3: 'task' is said twice"),
    "alias": ("steps: &a\n  - for: *a\n", "leave & and * out"),
    "tag": ("steps:\n  - tap: !!binary aGk=\n", "line 2: words are plain here; leave tag:yaml.org,2002:binary out"),
    "tag of one's own": ("steps:\n  - tap: !word A\n", "line 2: words are plain here; leave !word out"),
    "older YAML": ("%YAML 1.1\n---\nsteps: [{check: A, on: yes}]\n", "line 3: `on` is true or false, not 'yes'"),
    "two documents": ("steps: [{tap: A}]\n---\nsteps: [{tap: B}]\n", "line 2: this is no YAML"),
    "no YAML": ("steps:\n  - tap: 'Save\n", "line 3: this is no YAML"),
    "unprintable": ("steps: [{tap: 'a\x07'}]", "this is no YAML"),
    "deep": ("[" * 5000, "no YAML|nested too deeply"),
    "rows that differ": (
        "steps:\n  - for: [{a: 1}, {b: 2}]\n    steps: [{tap: A}]\n",
        "line 2: row 2 has the columns b",
    ),
    "no rows": ("data: []\nsteps: [{tap: A}]\n", "line 1: data is a .csv or .json file"),
    "values without a name": ("steps:\n  - for: [1, 2]\n    steps: [{tap: A}]\n", "line 2: a row is written as"),
    "nested value": ("variables: {a: [1]}\nsteps: [{tap: A}]\n", "line 1: 'a' is a single value"),
    "no name": ("variables: {'1+1': a}\nsteps: [{tap: A}]\n", "line 1: '1+1' is no name"),
}


@pytest.mark.parametrize("name", WRONG)
def test_whatever_is_wrong_is_one_sentence_with_the_line(name: str, write: Write) -> None:
    text, says = WRONG[name]
    with pytest.raises(BadTask, match="|".join(map(re.escape, says.split("|")))) as raised:
        read_task(write("wrong.yaml", text))
    assert "wrong.yaml" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_none_is_said(write: Write) -> None:
    path = write("a.yaml", "")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadTask, match="is not UTF-8 text"):
        read_task(path)
    with pytest.raises(BadTask, match="cannot be read: No such file"):
        read_task(path.with_name("none.yaml"))
    with pytest.raises(BadTask, match=r"a task file ends in \.yaml, \.yml, \.md"):
        read_task(write("a.txt", "x"))


def test_what_was_not_changed_is_written_as_it_stood(write: Write) -> None:
    path = write("buy.yaml", WHOLE)
    assert write_task(read_task(path), path.with_name("copy.yaml")).read_text("utf-8") == WHOLE


def test_what_was_changed_is_written_and_comments_stay(write: Write) -> None:
    path = write("buy.yaml", WHOLE)
    task = read_task(path)
    opens, types, taps, *rest, loop = task.steps
    assert isinstance(opens, TaskStep)
    assert isinstance(taps, TaskStep)
    assert isinstance(loop, Loop)
    assert taps.anchor
    repaired = replace(
        task,
        steps=(
            replace(opens, argument="Memos"),
            types,
            replace(taps, anchor={**taps.anchor, "at": [7, 8]}),
            *rest[:-1],
            TaskStep("press", "enter"),
            replace(loop, steps=(*loop.steps, TaskStep("tap", "007", {"seconds": 1.5}))),
        ),
        after=(),
    )
    text = write_task(repaired, path).read_text("utf-8")
    assert "- open: Memos              # a step" in text
    assert text.startswith("# Shopping\ntask: Buy ${item}            # its title\n")
    assert "anchor: {at: [7, 8], screen: [1080, 2400], text: Save, patch: buy/003.png}" in text
    assert "- press: enter" in text
    assert "'007'" in text
    assert "after" not in text


def test_a_task_of_ones_own_making_is_written_and_read_back(write: Write) -> None:
    path = write("new.yaml", "")
    steps = (
        TaskStep("type", "true", {"into": "A: #b", "clear": True}, line=2),
        TaskStep("type", "two\nlines $${x}", line=5),
        TaskStep("tap", "Save", anchor={"at": [1, 2.5], "element": {"role": "button"}}, line=6),
        Loop([{"a": "1"}], (TaskStep("tap", "${a}", line=15),), line=12),
    )
    made = TaskFile("Buy", steps, device="virtual", timeout_s=3)
    read = read_task(write_task(made, path))
    assert [replace(step, line=0) for step in each_step(read.steps)] == [replace(s, line=0) for s in each_step(steps)]
    assert (read.task, read.device, read.timeout_s) == ("Buy", "virtual", 3)


def test_it_is_written_whole_or_not_at_all(write: Write) -> None:
    path = write("buy.yaml", WHOLE)
    task = read_task(path)
    with pytest.raises(BadTask, match="cannot be written: No such file"):
        write_task(task, path.parent / "none" / "buy.yaml")
    with pytest.raises(BadTask, match=r"is written as YAML: name it .*list\.yaml"):
        write_task(task, path.with_name("list.md"))
    assert [each.name for each in path.parent.iterdir()] == ["buy.yaml"]
