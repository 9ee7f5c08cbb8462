"""The scripted model: what users build their own tests on."""

from __future__ import annotations

from pathlib import Path

import pytest

from handsight.errors import ModelError, ModelUnreachable, UsageError
from handsight.models.base import Model
from handsight.models.scripted import ScriptedModel
from handsight.types import Message, Prompt, Reply


def ask(text: str) -> Prompt:
    return Prompt((Message("user", (text,)),))


def test_replies_come_in_order() -> None:
    model: Model = ScriptedModel(["one", "two"])
    assert [model.generate(ask("a")).text, model.generate(ask("b")).text] == ["one", "two"]


def test_every_prompt_is_kept() -> None:
    model = ScriptedModel(["one", "two"])
    first, second = ask("a"), ask("b")
    model.generate(first)
    model.generate(second)
    assert model.prompts == [first, second]


def test_a_whole_reply_is_given_as_it_is() -> None:
    reply = Reply("cut", prompt_tokens=7, reply_tokens=3, finish="length")
    assert ScriptedModel([reply]).generate(ask("a")) is reply


def test_an_exception_in_the_script_is_raised_and_the_script_goes_on() -> None:
    model = ScriptedModel([ModelUnreachable("the server is away"), "back"])
    with pytest.raises(ModelUnreachable, match="the server is away"):
        model.generate(ask("a"))
    assert model.generate(ask("a")).text == "back"


def test_a_function_answers_the_prompt_it_is_asked() -> None:
    model = ScriptedModel([lambda prompt: f"{len(prompt.messages)} message"])
    assert model.generate(ask("a")).text == "1 message"


def test_a_script_that_has_run_out_says_so_each_time() -> None:
    model = ScriptedModel(["only"])
    model.generate(ask("a"))
    for _ in range(2):
        with pytest.raises(ModelError, match="the script has 1 replies, and a further one was asked for"):
            model.generate(ask("b"))


def test_left_counts_down_to_zero_and_not_below() -> None:
    model = ScriptedModel(["one", "two"])
    counts = [model.left]
    for _ in range(2):
        model.generate(ask("a"))
        counts.append(model.left)
    with pytest.raises(ModelError):
        model.generate(ask("a"))
    assert [*counts, model.left] == [2, 1, 0, 0]


def test_a_generator_can_be_a_script() -> None:
    model = ScriptedModel(str(n) for n in range(3))
    assert [model.generate(ask("a")).text for _ in range(3)] == ["0", "1", "2"]


def test_a_file_holds_replies_with_a_line_between_two(tmp_path: Path) -> None:
    script = tmp_path / "wifi.txt"
    script.write_text("I open 设置.\n\n<tool_call>\n{}\n</tool_call>\n---\nsecond\n", "utf-8")
    model = ScriptedModel.from_file(script)
    assert model.name == "wifi.txt"
    assert model.generate(ask("a")).text == "I open 设置.\n\n<tool_call>\n{}\n</tool_call>"
    assert model.generate(ask("a")).text == "second"
    assert model.left == 0


def test_a_line_after_the_last_reply_adds_none(tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text("one\n---\n\n---\ntwo\n---\n", "utf-8")
    model = ScriptedModel.from_file(script)
    assert [model.generate(ask("a")).text for _ in range(3)] == ["one", "", "two"]
    assert model.left == 0


def test_dashes_inside_a_line_do_not_divide(tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text("a --- b\n----\nc", "utf-8")
    assert ScriptedModel.from_file(str(script)).generate(ask("a")).text == "a --- b\n----\nc"


@pytest.mark.parametrize("content", [b"", b"\n---\n\n"])
def test_an_empty_script_is_refused(tmp_path: Path, content: bytes) -> None:
    script = tmp_path / "script.txt"
    script.write_bytes(content)
    with pytest.raises(UsageError, match="is empty"):
        ScriptedModel.from_file(script)


def test_a_script_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="absent.txt cannot be read"):
        ScriptedModel.from_file(tmp_path / "absent.txt")


def test_a_script_that_is_not_text_is_refused(tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="cannot be read as UTF-8 text"):
        ScriptedModel.from_file(script)
