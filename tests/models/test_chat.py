"""A conversation with a checkpoint: what was said before is not computed again, on disk or not, broken off or not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handsight import Chat
from handsight.models.local import TransformersModel
from handsight.talk.history import History, read

LONG = "Say what you see on this picture, and take your time over it. " * 4


@pytest.mark.parametrize("family", ["qwen2_vl", "qwen3_vl"])
def test_a_question_costs_only_what_is_new(opened: Callable[[str], Any], family: str) -> None:
    model: TransformersModel = opened(family)
    model.forget()  # other tests talk with it too
    chat = Chat(model, max_tokens=8)
    chat.ask(Image.new("RGB", (200, 300), "green"), LONG)
    first = chat.last
    chat.ask("Now?")
    second = chat.last
    assert first
    assert second
    assert first.computed_tokens == first.prompt_tokens > len(LONG)
    said_before = first.prompt_tokens + first.reply_tokens
    assert second.computed_tokens is not None
    assert second.computed_tokens <= second.prompt_tokens - said_before + 1
    assert second.computed_tokens < 40


def test_a_chat_that_is_taken_up_is_the_same_token_for_token(opened: Callable[[str], Any], tmp_path: Path) -> None:
    model: TransformersModel = opened("qwen2_vl")
    history = History.create(tmp_path / "chat", {})
    chat = Chat(model, max_tokens=8)
    question = history.question((chat.look(Image.new("RGB", (200, 300), "teal")), LONG))
    history.answer(chat.reply(*question))
    history.close()
    again = Chat(model, max_tokens=8, messages=read(tmp_path / "chat").messages)
    again.ask("Now?")
    assert again.last
    assert again.last.computed_tokens is not None
    assert again.last.computed_tokens < 40


def test_after_ctrl_c_the_model_goes_on_and_what_it_saw_is_the_same(opened: Callable[[str], Any]) -> None:
    def stop(piece: str) -> None:
        raise KeyboardInterrupt

    model: TransformersModel = opened("qwen2_vl")
    chat = Chat(model, max_tokens=16)
    with pytest.raises(KeyboardInterrupt):
        chat.ask(Image.new("RGB", (200, 300), "olive"), LONG, tell=stop)
    assert chat.last
    assert chat.last.finish == "interrupted"
    answer = chat.ask("Now?")
    fresh = Chat(model, max_tokens=16, messages=chat.messages[1:3])
    model.forget()
    assert fresh.ask("Now?") == answer
