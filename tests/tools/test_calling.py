"""A call runs to its end, plain or async, and is waited for no longer than it may take."""

import asyncio
import contextlib
import contextvars
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image

from handsight.devices.base import Device
from handsight.errors import BadTool, Finished, NeedsHuman, ToolFailed
from handsight.tools.registry import Tool, Tools, tool
from handsight.types import Outcome, Screen, ToolCall, ToolResult

SCREEN = Screen(Image.new("RGB", (4, 3)))
SOON, LONG = 0.05, 30.0


class Window:
    name = "window"

    def screenshot(self) -> Screen:
        return SCREEN

    def close(self) -> None: ...


def run(function: Tool | Callable[..., Any], /, **arguments: Any) -> ToolResult:
    (only,) = Tools([function])
    return only.run(ToolCall(only.name, arguments), Window(), SCREEN)


@pytest.fixture
def held() -> Iterator[threading.Event]:
    """What a function that takes too long waits for; it is let go at the end of the test."""
    event = threading.Event()
    yield event
    event.set()


# -- async


@pytest.mark.parametrize("timeout_s", [None, LONG])
def test_an_async_function_is_a_tool_like_any_other(timeout_s: float | None) -> None:
    @tool(timeout_s=timeout_s)
    async def double(number: int, screen: Screen, device: Device) -> str:
        """Double a number."""
        await asyncio.sleep(0)
        return f"{number * 2} on {device.name}, {screen.size}"

    (made,) = Tools([double])
    assert list(made.parameters["properties"]) == ["number"]
    assert made.timeout_s == timeout_s
    assert run(double, number=4).text == "8 on window, (4, 3)"
    assert asyncio.run(double(1, SCREEN, Window())) == "2 on window, (4, 3)"  # it stays what it was


def test_a_plain_function_may_hand_back_a_coroutine() -> None:
    async def later() -> list[int]:
        return [1, 2]

    def promise() -> Any:
        return later()

    assert run(promise).text == "[1,2]"
    assert run(Tool.of(promise, timeout_s=LONG)).text == "[1,2]"


def test_a_loop_that_runs_already_is_left_alone() -> None:
    async def inner() -> str:
        await asyncio.sleep(0)
        return threading.current_thread().name

    async def outer() -> tuple[str, str]:
        return run(inner).text, threading.current_thread().name

    ran_in, called_in = asyncio.run(outer())
    assert ran_in != called_in
    assert run(inner).text == called_in  # without a loop there is no need for a thread


@pytest.mark.parametrize("timeout_s", [None, LONG])
@pytest.mark.parametrize("is_async", [True, False])
def test_what_a_call_raises_is_told_as_ever(timeout_s: float | None, *, is_async: bool) -> None:
    def fail(how: str) -> None:
        raise {"value": ValueError("no such flight"), "end": Finished(Outcome("claimed")), "ask": NeedsHuman("x")}[how]

    async def fail_later(how: str) -> None:
        await asyncio.sleep(0)
        fail(how)

    made = Tool.of(fail_later if is_async else fail, timeout_s=timeout_s)
    with pytest.raises(ToolFailed, match="^ValueError: no such flight$") as problem:
        run(made, how="value")
    assert isinstance(problem.value.__cause__, ValueError)
    with pytest.raises(Finished):
        run(made, how="end")
    with pytest.raises(NeedsHuman):
        run(made, how="ask")


@pytest.mark.parametrize("timeout_s", [None, LONG])
def test_a_function_that_cancels_itself_is_a_failure_and_not_the_end_of_the_run(timeout_s: float | None) -> None:
    async def give_up() -> None:
        raise asyncio.CancelledError

    with pytest.raises(ToolFailed, match="it was cancelled"):
        run(Tool.of(give_up, timeout_s=timeout_s))


USER = contextvars.ContextVar("USER", default="nobody")


@pytest.mark.parametrize("timeout_s", [None, LONG])
def test_context_variables_come_along(timeout_s: float | None) -> None:
    def plain() -> str:
        return USER.get()

    async def later() -> str:
        return USER.get()

    async def from_a_loop() -> str:
        return run(Tool.of(later, timeout_s=timeout_s)).text

    token = USER.set("Ada")
    try:
        assert run(Tool.of(plain, timeout_s=timeout_s)).text == "Ada"
        assert run(Tool.of(later, timeout_s=timeout_s)).text == "Ada"
        assert asyncio.run(from_a_loop()) == "Ada"
    finally:
        USER.reset(token)


# -- time-outs


def test_a_plain_function_that_overruns_may_go_on_and_the_model_is_told(held: threading.Event) -> None:
    threads: list[threading.Thread] = []
    ended = threading.Event()

    @tool(timeout_s=SOON)
    def slow() -> None:
        threads.append(threading.current_thread())
        held.wait()
        ended.set()

    with pytest.raises(
        ToolFailed, match=r"^slow took longer than the 0\.05 s that it may take; it may still be running"
    ):
        run(slow)
    assert threads[0].daemon  # it keeps no program from ending
    held.set()
    assert ended.wait(LONG)


def test_an_async_function_that_overruns_is_broken_off() -> None:
    cleaned_up = threading.Event()

    @tool(timeout_s=SOON)
    async def slow() -> None:
        try:
            await asyncio.sleep(LONG)
        finally:
            cleaned_up.set()

    with pytest.raises(ToolFailed, match="slow took longer than .*; it was broken off"):
        run(slow)
    assert cleaned_up.is_set()


def test_an_async_function_that_does_not_await_cannot_be_broken_off(held: threading.Event) -> None:
    @tool(timeout_s=SOON)
    async def stubborn() -> None:
        held.wait()

    with pytest.raises(ToolFailed, match="stubborn took longer than .*; it may still be running"):
        run(stubborn)


def test_what_ends_while_it_is_broken_off_has_its_result() -> None:
    @tool(timeout_s=SOON)
    async def late() -> str:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(LONG)
        return "here after all"

    assert run(late).text == "here after all"


def test_a_tool_of_a_schema_of_ones_own_has_a_time_out_too(held: threading.Event) -> None:
    made = Tool("slow", "", {"type": "object"}, held.wait, timeout_s=SOON)
    with pytest.raises(ToolFailed, match="slow took longer"):
        run(made)


def test_without_a_time_out_a_function_runs_in_the_thread_of_the_run() -> None:
    def where() -> str:
        return threading.current_thread().name

    assert run(where).text == threading.current_thread().name
    assert run(Tool.of(where, timeout_s=LONG)).text != threading.current_thread().name


@pytest.mark.parametrize("timeout_s", [0, -1, float("nan"), float("inf")])
def test_a_time_out_is_a_number_above_zero(timeout_s: float) -> None:
    with pytest.raises(BadTool, match="wait_long: timeout_s is a number of seconds above zero; this one is"):

        @tool(timeout_s=timeout_s)
        def wait_long() -> None: ...


INTERRUPTED = """
import asyncio, sys, time
from PIL import Image
from handsight.tools.registry import Tools, tool
from handsight.types import Screen, ToolCall

@tool(timeout_s=TIMEOUT)
async def later() -> None:
    print("ready", flush=True)
    try:
        await asyncio.sleep(60)
    finally:
        print("cleaned up", flush=True)

@tool(timeout_s=60)
def plain() -> None:
    print("ready", flush=True)
    time.sleep(60)

(made,) = Tools([NAME])
try:
    made.run(ToolCall(made.name), None, Screen(Image.new("RGB", (4, 3))))
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="a signal cannot be sent to one process there")
@pytest.mark.parametrize(
    ("name", "timeout", "said"),
    [
        ("later", "None", ["cleaned up", "interrupted"]),
        ("later", "60", ["cleaned up", "interrupted"]),
        ("plain", "60", ["interrupted"]),
    ],
)
def test_ctrl_c_ends_a_call_at_once(name: str, timeout: str, said: list[str]) -> None:
    code = INTERRUPTED.replace("NAME", name).replace("TIMEOUT", timeout)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout
        assert program.stdout.readline() == "ready\n"
        program.send_signal(signal.SIGINT)
        assert program.stdout.read().splitlines() == said
        assert program.wait(LONG) == 0
