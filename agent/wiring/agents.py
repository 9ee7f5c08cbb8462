"""An agent from its parts: a device, a model, a dialect, tools and rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handsight.errors import UsageError
from handsight.families import ACTS_ALONE
from handsight.plugins import mcp_tools
from handsight.rules import read_rules
from handsight.wiring.devices import device_opener
from handsight.wiring.later import later
from handsight.wiring.models import close, dialect_of, open_model

if TYPE_CHECKING:
    from handsight.devices.base import Device
    from handsight.loop import Agent, Check, Hook, Limits
    from handsight.models.base import Model
    from handsight.policy import Ask, Read
    from handsight.prompts.base import Dialect


@contextmanager
def open_agent(
    device: str | Device = "virtual",
    model: str | Model = "reader",
    *,
    tools: Iterable[object] = (),
    mcp: str | Path | Mapping[str, Any] | None = None,
    allow: Iterable[str] = (),
    deny: Iterable[str] = (),
    dialect: str | None = None,
    limits: Limits | None = None,
    hooks: Sequence[Hook] = (),
    ask: Ask | None = None,
    answer: Callable[[str], str] | None = None,
    check: Check | None = None,
    secrets: Sequence[str] = (),
    marks: bool = False,
    cache: str | Path | bool = False,
) -> Iterator[Agent]:
    """An agent that is ready to run. A device or model given in words is opened, and closed at the end.

    `tools` are functions, with `@tool` or without, tools, and objects with methods under `@tool`.
    `ask` decides on risky acts, `answer` answers what the model asks; without them such a run ends as "needs_human".
    `allow` and `deny` are rules such as "tap:Pay now"; a rule without a label holds for the whole tool.
    `mcp`, a file or what it holds, names MCP servers whose tools may be called; they ask first.
    With `marks` the model sees numbered marks on what can be tapped, and may name one in place of aiming.
    With `cache` (a folder, or True for the user's own) what it has done before is done again without the model.
    """
    opener = device_opener(device) if isinstance(device, str) else None
    opened = open_model(model) if isinstance(model, str) else model
    try:
        spoken = dialect_of(opened, dialect)
        with mcp_tools(mcp) as offered:
            held = opener() if opener else device
            assert not isinstance(held, str)
            try:
                more = (limits, hooks, ask, answer, check, secrets)
                made = assemble(held, opened, spoken, [*tools, *offered], allow, deny, *more, marks=marks)
                yield later("handsight.play.cache:with_plans", made, cache)() if cache else made
            finally:
                if opener:
                    held.close()
    finally:
        if isinstance(model, str):
            close(opened)


def assemble(
    device: Device,
    model: Model,
    dialect: Dialect,
    tools: Iterable[object] = (),
    allow: Iterable[str] = (),
    deny: Iterable[str] = (),
    limits: Limits | None = None,
    hooks: Sequence[Hook] = (),
    ask: Ask | None = None,
    answer: Callable[[str], str] | None = None,
    check: Check | None = None,
    secrets: Sequence[str] = (),
    *,
    marks: bool = False,
) -> Agent:
    """Put an agent together from what is open: gestures for the device, session tools, the user's tools, the policy."""
    from handsight.devices.base import Judge, Touch
    from handsight.loop import Agent, Limits
    from handsight.policy import Policy
    from handsight.tools.gestures import acts_of, gestures_for
    from handsight.tools.marks import Marks
    from handsight.tools.registry import Tools
    from handsight.tools.session import session_tools

    if getattr(dialect, "phones_only", False) and not isinstance(device, Touch):
        raise UsageError(f"{dialect.name} was made for phones and knows no mouse; name another model for {device.name}")
    tools = list(tools)
    if dialect.name in ACTS_ALONE and (tools or marks):
        raise UsageError(
            f"{dialect.name} was taught the phone's acts alone: leave tools and marks out, or name another model"
        )
    marking = Marks.on(device, model.name) if marks else None
    every = Tools([*gestures_for(device), *session_tools(answer), *([marking.tool] if marking else []), *tools])
    risky = frozenset(tool.name for tool in every if tool.risky)
    rules = read_rules(allow, deny, [*acts_of(device), *tools])
    same_app = getattr(device, "same_app", None)
    policy = Policy(rules, risky, ask, _labels(model), secrets, same_app=same_app)
    check = check or (device.judge if isinstance(device, Judge) else None)
    return Agent(device, model, dialect, every, policy, limits or Limits(), hooks, check, marks=marking)


def _labels(model: Model) -> Read | None:
    """How the policy reads what a call is about to touch; None where the part that reads is not installed."""
    from importlib.util import find_spec

    from handsight.models.reader import ReaderModel
    from handsight.sight.labels import Labels

    if find_spec("rapidocr") is None or find_spec("onnxruntime") is None:
        return None
    return Labels(model.ocr if isinstance(model, ReaderModel) else None)
