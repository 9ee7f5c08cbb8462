"""The mini model's dialect: each act read back as it was written, one screen in a prompt, nothing else accepted."""

from __future__ import annotations

from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from handsight.errors import BadCall, BadReply, UsageError
from handsight.models.scripted import ScriptedModel
from handsight.prompts.mini import MiniDialect
from handsight.tools.gestures import clear_text, long_press, open_app, press, swipe, tap, type_text
from handsight.tools.registry import Tools
from handsight.tools.session import session_tools
from handsight.types import Picture, Reply, Screen, ToolCall, ToolResult, Trajectory
from handsight.wiring import assemble, open_agent, open_device, open_dialect

TOOLS = Tools([tap, long_press, swipe, type_text, clear_text, press, open_app, *session_tools()])
SCREEN = Screen(Image.new("RGB", (1000, 2000)))
WRITTEN = {
    "tap “Save” ‹455›‹120›": ToolCall("tap", {"at": [455, 240]}, "Save"),
    "hold “Milk” ‹500›‹300›": ToolCall("long_press", {"at": [500, 600]}, "Milk"),
    "type “two eggs”": ToolCall("type_text", {"text": "two eggs"}),
    "open “Clock”": ToolCall("open_app", {"name": "Clock"}),
    "clear": ToolCall("clear_text", {}),
    "back": ToolCall("press", {"key": "back"}),
    "home": ToolCall("press", {"key": "home"}),
    "enter": ToolCall("press", {"key": "enter"}),
    "wait": ToolCall("wait", {"seconds": 1}),
    "done": ToolCall("finish", {"success": True, "message": "done"}),
    "say “14”": ToolCall("answer", {"text": "14"}),
    "fail “no Thunder”": ToolCall("finish", {"success": False, "message": "no Thunder"}),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_an_act_is_read_and_written(text: str) -> None:
    dialect = open_dialect("mini")
    (read,) = dialect.parse(Reply(text), SCREEN, TOOLS)
    assert (read.name, dict(read.arguments), read.thought) == (
        WRITTEN[text].name, dict(WRITTEN[text].arguments), WRITTEN[text].thought,
    )  # fmt: skip
    assert dialect.parse(Reply(dialect.write(read, SCREEN, TOOLS)), SCREEN, TOOLS) == (read,)
    TOOLS.check(read)


@pytest.mark.parametrize(
    ("way", "start", "end"),
    [("down", [500, 1400], [500, 700]), ("up", [500, 700], [500, 1400]), ("left", [200, 1000], [800, 1000])],
)
def test_scrolling_moves_the_finger_the_other_way(way: str, start: list[int], end: list[int]) -> None:
    (read,) = open_dialect("mini").parse(Reply(f"scroll {way}"), SCREEN, TOOLS)
    assert (read.name, dict(read.arguments)) == ("swipe", {"start": start, "end": end})


@pytest.mark.parametrize(
    "text",
    ["", "Tap Save", "tap", "tap “Save”", "tap “Save” ‹455›", "fly “home”", "done done", "type", "tap “Save” ‹4000›‹1›",
     "tap “Save” ‹455›‹120› tap “No” ‹1›‹1›", "scroll forward", "say", "rm -rf /", "type “\ud83d”"],
)  # fmt: skip
def test_what_is_no_act_is_put_back(text: str) -> None:
    with pytest.raises((BadReply, BadCall)) as refused:
        open_dialect("mini").parse(Reply(text), SCREEN, TOOLS)
    assert "\n" not in str(refused.value)


@given(st.text(st.characters(codec="utf-8", exclude_characters="”"), min_size=1, max_size=60))
def test_a_text_comes_back_in_every_character(text: str) -> None:
    dialect = open_dialect("mini")
    call = ToolCall("type_text", {"text": text})
    assert dialect.parse(Reply(dialect.write(call, SCREEN, TOOLS)), SCREEN, TOOLS) == (call,)


def test_a_prompt_is_the_last_screen_the_task_and_the_acts_without_their_places() -> None:
    dialect, run = open_dialect("mini"), Trajectory("Save it")
    for number in range(12):
        step = run.add_step()
        step.screen = Screen(Image.new("RGB", (1080, 2400), (number, 0, 0)))
        step.reply = Reply(f"tap “Save {number}” ‹455›‹120›")
        step.call, step.result = dialect.parse(step.reply, step.screen, TOOLS)[0], ToolResult("Tapped.")
    run.add_step().screen = Screen(Image.new("RGB", (1080, 2400), (99, 0, 0)))
    (message,) = dialect.render(run, TOOLS).messages
    picture, text = message.parts
    assert isinstance(picture, Picture)
    assert picture.image.getpixel((0, 0)) == (99, 0, 0)
    assert picture.sent == (336, 728)
    assert text == "\n".join(["Save it", *(f"tap “Save {number}”" for number in range(2, 12))])


def test_what_was_done_on_this_very_screen_is_to_be_avoided() -> None:
    dialect, run = open_dialect("mini"), Trajectory("Save it")
    here, there = (Image.new("RGB", (1080, 2400), (0, 0, shade)) for shade in (0, 1))
    later = here.copy()
    later.paste((255, 255, 255), (900, 20, 1000, 60))  # the time, in the status bar
    for image, said in ((here, "tap “Save” ‹455›‹120›"), (there, "back"), (later, "type “a‹1›‹2›b”")):
        step = run.add_step()
        step.screen, step.reply, step.result = Screen(image), Reply(said), ToolResult("Done.")
        step.call = dialect.parse(step.reply, step.screen, TOOLS)[0]
    run.add_step().screen = Screen(here)
    assert dialect.render(run, TOOLS).avoid == ("tap “Save”", "type “a‹1›‹2›b”")
    run.steps[-1].screen = Screen(there)
    assert dialect.render(run, TOOLS).avoid == ("back",)
    run.steps[-1].screen = Screen(Image.new("RGB", (2400, 1080)))
    assert dialect.render(run, TOOLS).avoid == ()


def test_a_reply_without_words_forbids_nothing() -> None:
    run = Trajectory("Save it")
    step = run.add_step()
    step.screen, step.reply, step.problem = SCREEN, Reply("\n"), BadReply("the reply is no act")
    run.add_step().screen = SCREEN
    assert open_dialect("mini").render(run, TOOLS).avoid == ()


def test_no_tools_are_offered_to_a_model_that_was_taught_none() -> None:
    def price(item: str) -> str:
        """Look up a price."""
        return item

    with closing(open_device("virtual")) as device, pytest.raises(UsageError, match="taught the phone's acts alone"):
        assemble(device, ScriptedModel([]), MiniDialect(), [price])


def test_acts_work_a_phone() -> None:
    acts = ["open “Settings”", "scroll down", "scroll up", "home", "done"]
    with open_agent("virtual", ScriptedModel(acts), dialect="mini") as agent:
        run = agent.run("look around")
    assert run.outcome
    assert run.outcome.kind == "claimed"
    assert [step.call.name for step in run.steps if step.call] == [
        "open_app", "swipe", "swipe", "press", "finish",
    ]  # fmt: skip
