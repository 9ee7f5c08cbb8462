"""A checklist in Markdown is read as a person means it."""

from __future__ import annotations

import pytest

from handsight.errors import BadTask
from handsight.play.taskfile import TaskStep, each_step, find_tasks, read_task, write_task

from .conftest import Write

LIST = """\
---
device: virtual:zh     # its options, as for --device
variables: {item: milk}
timeout_s: 5
---
Before the heading.

# Buy the ${item}

- what has no box is for people
- [ ] open Notes, tap "New note"
- [x] type "${item}, 2 l" into Title
* [ ] type: 007
  into: Note
  clear: true
1. [ ] tap the second Delete button
2) [ ] scroll down to "About phone" and tap it

```
- [ ] tap "what stands in a fence is an example"
```

  - [ ] for: [a, b]
    as: each
    steps:
      - tap: ${each}
- [ ] check that Wi-Fi is on, make sure Bluetooth is off
- [ ] wait for "Saved", wait until Loading disappears, verify that there is no Error
- [ ] go back twice, swipe up, turn off Wi-Fi, 打开“深色主题”的开关
"""


def test_boxes_are_steps_and_the_rest_is_for_people(write: Write) -> None:
    task = read_task(write("list.md", LIST))
    assert (task.task, task.device, task.timeout_s) == ("Buy the ${item}", "virtual:zh", 5)
    assert task.variables == {"item": "milk"}
    assert list(each_step(task.steps)) == [
        TaskStep("open", "Notes", line=11),
        TaskStep("tap", "New note", line=11),
        TaskStep("type", "${item}, 2 l", {"into": "Title"}, line=12),
        TaskStep("type", "007", {"into": "Note", "clear": True}, line=13),
        TaskStep("tap", "2nd Delete button", line=16),
        TaskStep("scroll_to", "About phone", {"direction": "down"}, line=17),
        TaskStep("tap", "About phone", line=17),
        TaskStep("tap", "${each}", line=26),
        TaskStep("check", "Wi-Fi", {"on": True}, line=27),
        TaskStep("check", "Bluetooth", {"on": False}, line=27),
        TaskStep("wait_for", "Saved", line=28),
        TaskStep("gone", "Loading", line=28),
        TaskStep("gone", "Error", line=28),
        TaskStep("press", "back", line=29),
        TaskStep("press", "back", line=29),
        TaskStep("swipe", "down", line=29),  # the finger goes up, so the view goes down
        TaskStep("turn_off", "Wi-Fi", line=29),
        TaskStep("turn_on", "深色主题", line=29),
    ]


@pytest.mark.parametrize(
    ("words", "argument"),
    [
        ('tap "Delete" next to "Milk"', 'Delete next to "Milk"'),
        ("tap Delete next to Milk", 'Delete next to "Milk"'),
        ('tap "Delete next to Milk"', '"Delete next to Milk"'),
        ("tap the last Add", "last Add"),
        ("tap the third Add below Total", '3rd Add below "Total"'),
    ],
)
def test_what_points_at_one_of_several_keeps_its_meaning(words: str, argument: str, write: Write) -> None:
    assert read_task(write("list.md", f"- [ ] {words}\n")).steps == (TaskStep("tap", argument, line=1),)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("# Nothing\n\nto do\n", "there is no step; one is a line such as"),
        ("\n- [ ] frobnicate the widget\n", "line 2: the reader follows steps .* cannot follow"),
        ("- [ ] wait 3 seconds\n", 'a step waits by itself; say what is waited for: wait for "Saved"'),
        ("- [ ] scroll to the bottom\n", "say what is scrolled to"),
        ("- [ ] call weather(city=Rome)\n", "is no step of a checklist; write `read: Total`"),
        ("- [ ] tap: [a\n", "line 1: this is no YAML"),
        ("- [ ] tap: A\n  near: B\n", "line 2: `tap` has no 'near'"),
        ("- [ ] tap ${x}\n", "line 1: there is no variable 'x' here"),
        ("---\ndevice: virtual\nsteps: []\n---\n- [ ] tap A\n", "line 3: a checklist has no 'steps'"),
        ("---\n- a\n---\n- [ ] tap A\n", "line 2: between the --- lines stand keys and values"),
        ("---\ndevice: virtual\n\n- [ ] tap A\n", "line 1: the keys that begin below --- end with another"),
        ("---\n\ndevice: [a]\n---\n- [ ] tap A\n", "line 3: `device` needs words"),
    ],
)
def test_what_cannot_be_followed_is_said_with_its_line(text: str, says: str, write: Write) -> None:
    with pytest.raises(BadTask, match=says) as raised:
        read_task(write("list.md", text))
    assert "--model Qwen" not in str(raised.value)


def test_what_stands_in_a_comment_is_no_step(write: Write) -> None:
    text = "# A\n<!-- not yet\n- [ ] tap Delete\n-->\n<!-- one -->\n- [ ] tap Save\n- [ ] tap 1 <!-- 2\n"
    steps = read_task(write("list.md", text)).steps
    assert steps == (TaskStep("tap", "Save", line=6), TaskStep("tap", "1 <!-- 2", line=7))
    assert find_tasks([write("rest/list.md", "<!--\n- [ ] tap A\n-->\n- [ ] tap B\n").parent])
    with pytest.raises(BadTask, match="there is no task file in"):
        find_tasks([write("none/list.md", "<!--\n- [ ] tap A\n-->\n").parent])


def test_a_checklist_becomes_yaml_that_means_the_same(write: Write) -> None:
    path = write("list.md", LIST)
    task = read_task(path)
    again = read_task(write_task(task, path.with_suffix(".yaml")))
    assert [vars(s) | {"line": 0} for s in each_step(again.steps)] == [
        vars(s) | {"line": 0} for s in each_step(task.steps)
    ]


def test_a_folder_means_all_task_files_in_it(write: Write) -> None:
    written = [write(name, "- [ ] tap A\n") for name in ("a.md", "deeper/c.yml", "deeper/b.yaml")]
    write("README.md", "# What this is\n\n- [links](there)\n")
    write("rows.csv", "a\n1\n")
    folder = written[0].parent
    assert find_tasks([folder]) == sorted(written)
    assert find_tasks([written[1], written[0]]) == [written[1], written[0]]
    with pytest.raises(BadTask, match="there is no task file in"):
        find_tasks([write("empty/x.txt", "").parent])
    with pytest.raises(BadTask, match="no task file was named"):
        find_tasks([])
