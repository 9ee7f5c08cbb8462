"""What may be done without asking; decides before anything is touched.

What stands on a screen can only make this stricter: a label or the model's own words may name a risk, and nothing but
a rule written by the user, or the user when asked, takes it away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from handsight.errors import NeedsHuman, UsageError
from handsight.types import Point, Screen, ToolCall, Verdict

Ask = Callable[[str], bool]
Read = Callable[[Screen, Point], str]

RISKS = {
    "pay": r"pay|pay now|buy|buy now|purchase|place order|order now|checkout|transfer|donate|subscribe"
    r"|支付|付款|购买|立即购买|下单|提交订单|转账",
    "send": r"send|submit|post|publish|发送|提交|发布|发表",
    "delete": r"delete|remove|erase|uninstall|factory reset|clear data|format|删除|移除|清除|卸载|恢复出厂",
    "install": r"install|安装",
    "grant": r"allow|grant|authorize|authorise|trust|允许|授权|信任",
}
_PATTERNS = {
    risk: re.compile(rf"(?<![a-z])(?:{words})(?![a-z])", re.IGNORECASE) for risk, words in RISKS.items()
}
_TOUCHES = {"tap", "long_press", "double_tap", "click", "double_click", "press"}


@dataclass(frozen=True)
class Rule:
    """What the user allows or forbids: a tool by its exact name, and optionally what it touches by its exact label."""

    decision: Literal["allow", "deny"]
    tool: str
    label: str = ""

    @classmethod
    def parse(cls, decision: Literal["allow", "deny"], text: str) -> Rule:
        """Read `tool` or `tool:label`, as given on a command line."""
        tool, _, label = text.partition(":")
        if not tool.strip():
            raise UsageError(f"a rule is 'tool' or 'tool:label', such as 'tap:Pay now'; this one is {text!r}")
        return cls(decision, tool.strip(), label.strip())

    def covers(self, call: ToolCall, label: str) -> bool:
        return self.tool == call.name and (not self.label or self.label.casefold() == label.casefold())


@dataclass
class Policy:
    """Decides on each call.

    `risky` names tools that always ask. `read` gives the label at a place (from a tree or by OCR); without it the
    model's own words are all that warns. `doubt` is an act that a killed run may already have carried out.
    """

    rules: Sequence[Rule] = ()
    risky: frozenset[str] = frozenset()
    ask: Ask | None = None
    read: Read | None = None
    doubt: ToolCall | None = field(default=None, compare=False)

    def __call__(self, call: ToolCall, screen: Screen) -> Verdict:
        """Allow or deny `call`. Raises NeedsHuman when only a person may decide and nobody can be asked."""
        label = self._label(call, screen)
        covering = [rule for rule in self.rules if rule.covers(call, label)]
        if any(rule.decision == "deny" for rule in covering):
            return Verdict("deny", f"a rule forbids {_name(call, label)}")
        risk = self._risk(call, label)
        if not risk:
            return Verdict("allow", "no risk is known")
        if self._doubtful(call):
            return self._asked(call, label, risk, "; it may already have been done before the run was interrupted")
        if any(rule.label or call.name in self.risky for rule in covering):
            return Verdict("allow", "a rule allows exactly this", risk)
        return self._asked(call, label, risk)

    def _asked(self, call: ToolCall, label: str, risk: str, why: str = "") -> Verdict:
        question = f"{_name(call, label)} ({risk}{why})"
        if self.ask is None:
            raise NeedsHuman(f"nobody is here to allow this: {question}")
        if self.ask(question):
            return Verdict("allow", "the user said yes", risk, asked=True)
        return Verdict("deny", f"the user said no to {question}", risk, asked=True)

    def _label(self, call: ToolCall, screen: Screen) -> str:
        if call.name not in _TOUCHES or "at" not in call.arguments:
            return ""
        at = Point(*call.arguments["at"])
        named = [e for e in screen.elements if at in e.box and (e.text or e.description)]
        if named:
            smallest = min(named, key=lambda e: e.box.width * e.box.height)
            return smallest.text or smallest.description
        return self.read(screen, at) if self.read else ""

    def _risk(self, call: ToolCall, label: str) -> str:
        if call.name in self.risky:
            return f"{call.name} is marked as risky"
        if call.name not in _TOUCHES:
            return ""
        words = label or call.thought
        return next((risk for risk, pattern in _PATTERNS.items() if pattern.search(words)), "")

    def _doubtful(self, call: ToolCall) -> bool:
        doubt = self.doubt
        return doubt is not None and (call.name, dict(call.arguments)) == (doubt.name, dict(doubt.arguments))


def _name(call: ToolCall, label: str) -> str:
    return f"{call.name} {label!r}" if label else f"{call.name} {dict(call.arguments)}"
