"""What a model can do besides working the device: wait, end the run, answer, ask."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated

from pydantic import Field

from handsight.errors import Finished, NeedsHuman
from handsight.tools.registry import Tool, Tools, tool
from handsight.types import Outcome


@tool
def wait(seconds: Annotated[float, Field(ge=0, le=60)]) -> str:
    """Wait for something that takes time, such as a download. Screens are given to you settled: it is rarely needed.

    Args:
        seconds: how long
    """
    time.sleep(seconds)  # the model's own wish; Ctrl-C ends it at once
    return f"Waited {seconds:g} s."


@tool
def finish(*, success: bool, message: str) -> None:
    """End the task.

    Args:
        success: whether all that was asked for is done
        message: what was done, or why it cannot be
    """
    raise Finished(Outcome("claimed" if success else "failed", message))


@tool
def answer(text: str) -> None:
    """End the task with the answer to the user's question.

    Args:
        text: the answer
    """
    raise Finished(Outcome("claimed", answer=text))


def session_tools(ask: Callable[[str], str] | None = None) -> list[Tool]:
    """The tools of every run. `ask` puts a question to the user; without it a question ends the run."""

    def ask_user(question: str) -> str:
        """Ask the user what only the user can know or decide.

        Args:
            question: what you need to know
        """
        if ask is None:
            raise NeedsHuman(f"nobody is here to answer: {question}")
        return ask(question)

    return [*Tools([wait, finish, answer, ask_user])]
