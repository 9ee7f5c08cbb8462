"""What a model is shown, and what is read of its reply."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from handsight import ScriptedModel
from handsight.errors import ModelError, UnknownName, UsageError
from handsight.families import DIALECTS
from handsight.tools.gestures import press, swipe, tap
from handsight.tools.registry import Tool, Tools
from handsight.types import Picture, Reply, Screen, ToolCall
from handsight.wiring import open_dialect
from scoring.asking import Asker, Question

from .plain import Plain

GESTURES = Tools([tap, swipe, press])
TAP = '<tool_call>\n{"name": "mobile_use", "arguments": {"action": "click", "coordinate": [500, 250]}}\n</tool_call>'


def asker(*replies: str | Reply | Exception) -> Asker:
    return Asker(ScriptedModel(replies), open_dialect("nous"))


def image(width: int = 200, height: int = 400) -> Image.Image:
    return Image.new("RGB", (width, height), "white")


def pictures(made: Asker, question: Question) -> list[Picture]:
    prompt, _ = made.prompt(question)
    return [part for message in prompt.messages for part in message.parts if isinstance(part, Picture)]


def order(item: str) -> None:
    """Order something."""


def test_a_place_comes_back_in_pixels_of_the_picture_as_it_came() -> None:
    answer = asker(Reply(TAP, 90, 12)).ask(Question("Tap: the clock", GESTURES, (image(),)))
    assert answer.calls == (ToolCall("tap", {"at": [100.0, 100.0]}),)
    assert (answer.problem, answer.text, answer.tokens) == ("", TAP, (90, 12))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It is in the middle.",
        '<tool_call>\n{"name": "mobile_use", "arguments": {"action": "click"}}\n</tool_call>',
        '<tool_call>\n{"name": "mobile_use", "arguments": {"action": "click", "coordinate": [5000, 1]}}\n</tool_call>',
        '<tool_call>\n{"name": "finish", "arguments": {}}\n</tool_call>',
    ],
)
def test_what_is_no_call_is_an_answer_with_a_problem(text: str) -> None:
    answer = asker(text).ask(Question("Tap: the clock", GESTURES, (image(),)))
    assert answer.calls == ()
    assert answer.problem
    assert answer.text == text


def test_a_call_that_its_tool_refuses_is_a_problem_only_where_it_is_to_be_carried_out() -> None:
    reply, tools = '<tool_call>\n{"name": "order", "arguments": {"item": [3]}}\n</tool_call>', Tools([Tool.of(order)])
    assert "order: item" in asker(reply).ask(Question("Tea!", tools, (image(),))).problem
    answer = asker(reply).ask(Question("Tea!", tools, (image(),), strict=False))
    assert answer.calls == (ToolCall("order", {"item": [3]}),)


def test_arguments_can_be_had_as_the_model_wrote_them() -> None:
    """A dialect mends a number for a text; who counts exact matches wants to know what was written."""
    reply, tools = '<tool_call>\n{"name": "order", "arguments": {"item": 3}}\n</tool_call>', Tools([Tool.of(order)])
    mended, exact = (asker(reply).ask(Question("Tea!", tools, (image(),), exact=how)).calls for how in (False, True))
    assert mended == (ToolCall("order", {"item": "3"}),)
    assert exact == (ToolCall("order", {"item": 3}),)


def test_the_task_and_the_tools_are_in_the_prompt() -> None:
    prompt, _ = asker().prompt(Question("Tap: the clock", Tools([tap]), (image(),)))
    system, user = prompt.messages
    assert "click" in str(system.parts[0])
    assert "swipe" not in str(system.parts[0])
    assert "Tap: the clock" in str(user.parts[0])


def test_a_question_without_a_picture_shows_none() -> None:
    made = asker('<tool_call>\n{"name": "order", "arguments": {"item": "tea"}}\n</tool_call>')
    question = Question("Tea!", Tools([Tool.of(order)]))
    assert pictures(made, question) == []
    assert "Tea!" in str(made.prompt(question)[0].messages[-1].parts[0])
    assert made.ask(question).calls == (ToolCall("order", {"item": "tea"}),)


def test_several_pictures_stand_in_order_each_at_its_own_size() -> None:
    wide, tall = image(560, 280), image(280, 560)
    shown = pictures(asker(), Question("Which?", Tools([Tool.of(order)]), (wide, tall)))
    assert [picture.source for picture in shown] == [wide, tall]
    assert [picture.sent for picture in shown] == [(560, 280), (280, 560)]


def test_the_steps_before_are_shown_as_the_models_own() -> None:
    past = ((image(), ToolCall("tap", {"at": [100.0, 100.0]})), (image(), ToolCall("press", {"key": "back"})))
    prompt, _ = asker().prompt(Question("Open the clock", GESTURES, (image(),), past))
    assert [message.role for message in prompt.messages] == ["system", *["user", "assistant"] * 2, "user"]
    assert '"action": "click", "coordinate": [500, 250]' in str(prompt.messages[2].parts[0])
    assert '"button": "Back"' in str(prompt.messages[4].parts[0])
    assert "Done." in str(prompt.messages[5].parts[0])
    assert "Error" not in str(prompt.messages)


def test_a_dialect_that_cannot_write_the_steps_before_is_refused_with_them() -> None:
    made = Asker(ScriptedModel(['[{"name": "press", "arguments": {"key": "back"}}]']), Plain())
    question = Question("Back", GESTURES, (image(),), ((image(), ToolCall("press", {"key": "back"})),))
    with pytest.raises(UsageError, match="plain cannot write the steps before .*--history none"):
        made.ask(question)
    assert made.ask(Question("Back", GESTURES, (image(),))).calls == (ToolCall("press", {"key": "back"}),)


def test_a_dialect_may_read_several_calls() -> None:
    made = Asker(ScriptedModel(['[{"name": "a", "arguments": {}}, {"name": "b", "arguments": {}}]']), Plain())
    assert [call.name for call in made.ask(Question("Both", GESTURES, strict=False)).calls] == ["a", "b"]


def test_what_keeps_a_model_from_answering_is_raised() -> None:
    with pytest.raises(ModelError, match="gone"):
        asker(ModelError("gone")).ask(Question("Tap: the clock", GESTURES, (image(),)))


def test_a_model_and_its_dialect_are_opened_by_their_names(tmp_path: Path) -> None:
    script = tmp_path / "replies.txt"
    script.write_text(TAP)
    made = Asker.open(f"scripted:{script}")
    assert (made.model.name, made.dialect.name) == ("replies.txt", "nous")
    made.close()
    with pytest.raises(UnknownName, match="no dialect is called 'klingon'"):
        Asker.open(f"scripted:{script}", "klingon")
    with pytest.raises(UnknownName, match="no model is called"):
        Asker.open("nonsense")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_shows_the_steps_before_and_reads_the_next(dialect: str) -> None:
    done = [ToolCall("tap", {"at": [100.0, 100.0]}), ToolCall("press", {"key": "back"})]
    spoken = open_dialect(dialect)
    write = getattr(spoken, "write")  # noqa: B009
    reply = write(done[1], Screen(image()), GESTURES)
    made = Asker(ScriptedModel([reply]), spoken)
    question = Question("Go back", GESTURES, (image(),), tuple((image(), call) for call in done))
    answer = made.ask(question)
    assert [(call.name, dict(call.arguments)) for call in answer.calls] == [("press", {"key": "back"})], answer.problem
    assert len(pictures(made, question)) == 3


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("count", [0, 1, 2])
def test_every_dialect_shows_as_many_pictures_as_there_are(dialect: str, count: int) -> None:
    made = Asker(ScriptedModel([]), open_dialect(dialect))
    question = Question("Tea!", Tools([Tool.of(order)]), tuple(image(56 * (n + 1), 56) for n in range(count)))
    assert [picture.source for picture in pictures(made, question)] == list(question.pictures)
    assert "Tea!" in str(made.prompt(question)[0].messages)
