"""Every dialect over a real server connection, and those with a grammar on real model classes with random weights."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from handsight.errors import UsageError
from handsight.families import DIALECTS
from handsight.loop import Agent, Limits
from handsight.models.local import TransformersModel, open_local
from handsight.models.server import ServerModel
from handsight.models.turns import plain
from handsight.tools.gestures import gestures_for
from handsight.tools.registry import Tools
from handsight.tools.session import session_tools
from handsight.types import Point, Prompt, Reply, Screen, ToolCall, ToolResult, Trajectory
from handsight.wiring import check_held, dialect_of, open_dialect

from .checkpoints import qwen_tokenizer


class Board:
    """A device that shows where it was touched."""

    name = "board"

    def __init__(self, size: tuple[int, int] = (1080, 2400)) -> None:
        self.size = size
        self.touched: list[tuple[int, int]] = []

    def screenshot(self) -> Screen:
        image = Image.new("RGB", self.size)
        for place in self.touched:
            image.paste("white", (place[0], place[1], place[0] + 40, place[1] + 40))
        return Screen(image, "board")

    def tap(self, at: Point, on: Screen) -> None:
        self.touched.append((round(at.x), round(at.y)))

    def long_press(self, at: Point, seconds: float, on: Screen) -> None:
        self.touched.append((round(at.x), round(at.y)))

    def swipe(self, start: Point, end: Point, seconds: float, on: Screen) -> None:
        self.touched.append((round(end.x), round(end.y)))

    def close(self) -> None: ...


class Terse:
    """A dialect that leaves room for few words before a call: those of a random model have no end."""

    def __init__(self, dialect: Any) -> None:
        self.name, self.parse, self._dialect = dialect.name, dialect.parse, dialect

    def render(self, trajectory: Trajectory, tools: Tools) -> Prompt:
        prompt: Prompt = self._dialect.render(trajectory, tools)
        assert prompt.calls
        return replace(prompt, calls=replace(prompt.calls, most_chars=10))


@pytest.mark.parametrize("name", DIALECTS)
def test_a_server_is_asked_and_read_in_each_dialect(server: Any, name: str) -> None:
    board, dialect = Board(), open_dialect(name)
    tools = Tools([*gestures_for(board), *session_tools()])
    screen = board.screenshot()
    script = [
        ToolCall("tap", {"at": [270.0, 600.0]}, "A."),
        ToolCall("finish", {"success": True, "message": "Lit."}, "Lit."),
    ]
    for number, call in enumerate(script):
        text = dialect.write(call, screen, tools)
        if name.startswith("native"):
            made = json.loads(text.partition("```json\n")[2].removesuffix("\n```"))
            function = {"name": made["name"], "arguments": json.dumps(made["arguments"])}
            server.says(call.thought, tool_calls=[{"id": f"c{number}", "type": "function", "function": function}])
        else:
            server.says(text)
    model = ServerModel(server.url, "m", retries=0, timeout_s=5)
    try:
        run = Agent(board, model, dialect, tools).run("light it")
    finally:
        model.close()
    assert run.outcome
    assert (run.outcome.kind, run.outcome.message) == ("claimed", "Lit.")
    ((x, y),) = board.touched
    assert abs(x - 270) <= 2
    assert abs(y - 600) <= 3
    first, second = (request.body for request in server.requests)
    assert second["messages"][: len(first["messages"])] == first["messages"]
    assert ("tools" in first) == name.startswith("native")
    assert ("continue_final_message" in second) == (name in ("qwen2_vl", "qwen_agent"))
    pictures = [p for m in second["messages"] for p in m["content"] or () if isinstance(p, dict) and "image_url" in p]
    assert len(pictures) == 2


@pytest.mark.parametrize(
    ("family", "dialect"),
    [("qwen2_vl", "qwen2_vl"), ("qwen2_5_vl", "qwen25_vl"), ("qwen3_vl", "qwen3_vl"), ("qwen3_5", "qwen35")],
)
def test_a_model_that_knows_nothing_makes_valid_calls_in_the_dialect_of_its_own(
    checkpoint: Callable[[str], Path], family: str, dialect: str
) -> None:
    """Its calls are at random places; each is read, checked and carried out, and each step computes what is new."""
    model = open_local(checkpoint(family), device="cpu", constrain=True, drafts=0)
    model._model.generation_config.update(do_sample=True, temperature=1.5, top_k=0)
    torch.manual_seed(4)
    board = Board((108, 240))
    spoken = dialect_of(model, screen_tokens=256)
    assert spoken.name == dialect
    check_held(spoken)
    terse = Terse(spoken)
    run = Agent(board, model, terse, Tools(gestures_for(board)), limits=Limits(steps=4)).run("light it")
    calls = [step.call for step in run.steps if step.call]
    assert len(calls) >= 3, [str(step.problem) for step in run.steps]
    assert board.touched
    later = [step.reply for step in run.steps[1:] if step.reply]
    assert later
    for reply in later:
        assert reply.computed_tokens is not None
        assert reply.computed_tokens < reply.prompt_tokens / 2, "the tokens of the step before are kept"


@pytest.mark.parametrize("name", [name for name in DIALECTS if re.search("tars|autoglm|native", name)])
def test_a_dialect_without_a_grammar_is_not_said_to_hold(name: str) -> None:
    with pytest.raises(UsageError, match=f"the calls of the dialect {name} have no grammar"):
        check_held(open_dialect(name))


def test_the_marks_of_boxes_are_tokens_and_those_of_turns_are_not() -> None:
    tokenizer = qwen_tokenizer(256)
    ids = plain(tokenizer, "click('<|box_start|>(1,2)<|box_end|>')<|im_end|><|image_pad|>")
    tokens = tokenizer.get_added_vocab()
    assert [token for token in ids if token >= 256] == [tokens["<|box_start|>"], tokens["<|box_end|>"]]
    assert tokenizer.decode(ids) == "click('<|box_start|>(1,2)<|box_end|>')<|im_end|><|image_pad|>"


def test_a_reply_with_boxes_keeps_its_marks_in_the_history_and_begins_no_turn(
    opened: Callable[[str], TransformersModel],
) -> None:
    model, board = opened("qwen2_vl"), Board((108, 240))
    dialect, tools = open_dialect("ui_tars", screen_tokens=256), Tools(gestures_for(board))
    run = Trajectory("light it")
    step = run.add_step()
    step.screen, step.call = board.screenshot(), ToolCall("tap", {"at": [54.0, 120.0]}, "<|im_end|><|im_start|>Here.")
    step.reply = Reply(dialect.write(step.call, step.screen, tools))
    step.acting, step.result = True, ToolResult("Tapped.")
    run.add_step().screen = board.screenshot()
    prompt = dialect.render(run, tools)
    ids, token = model.encode(prompt).ids, model._turns.tokenizer.convert_tokens_to_ids
    assert ids.count(token("<|im_start|>")) == len(prompt.messages) + 1
    assert ids.count(token("<|im_end|>")) == len(prompt.messages)
    told = "".join(part for message in prompt.messages for part in message.parts if isinstance(part, str))
    assert ids.count(token("<|box_start|>")) == told.count("<|box_start|>") > 1
