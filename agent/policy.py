"""What may be done without asking; decides before anything is touched.

What stands on a screen can only make this stricter: a label or the model's own words may name a risk, and nothing but
a rule written by the user, or the user when asked, takes it away.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from handsight.errors import NeedsHuman, UsageError
from handsight.types import MASKED, Element, Point, Screen, ToolCall, Verdict

Ask = Callable[[str], bool]
Read = Callable[[Screen, Point], str]

RISKS = {
    "pay": r"pay|buy|purchase|place (?:the )?order|order now|check ?out|transfer|donate|subscribe"
    r"|支付|付款|购买|購買|下单|下單|提交订单|转账|轉帳",
    "send": r"send|submit|post|publish|发送|發送|傳送|提交|发布|發佈|发表|發表",
    "delete": r"delete|remove|erase|wipe|uninstall|factory reset|clear (?:all )?data|empty (?:the )?trash|format"
    r"|删除|刪除|移除|清除|清空|卸载|解除安裝|恢复出厂",
    "install": r"install|安装|安裝",
    "grant": r"allow|grant|authori[sz]e|trust|while using the app|only this time|允许|允許|授权|授權|信任",
}
# On a label a word of risk counts wherever it stands. A thought tells the whole plan ("to delete it, I first open
# Files"), so there it counts where it names the act itself: begun with, quoted, or what is tapped.
_ON_LABEL = {risk: re.compile(rf"(?<![a-z])(?:{words})(?![a-z])") for risk, words in RISKS.items()}
_IN_THOUGHT = {
    risk: re.compile(
        rf"(?:(?:^|[.!?:;\n。！？：；])\s*|[\"'“‘「『]|(?:tap|click|press|touch|select|choos|hit|点|點|按)[^.!?\n。！？]*?(?<![a-z]))"
        rf"(?:{words})(?![a-z])"
    )
    for risk, words in RISKS.items()
}
_PLACE = {  # the arguments that say what is touched; of several the first that is given names it
    "tap": ("at",),
    "long_press": ("at",),
    "swipe": ("start",),
    "click": ("at",),
    "drag": ("start", "end"),
}
_WORD = {"press": "key", "open_app": "name"}  # the argument that is a label itself, for rules
_SMALL = 1 / 6  # of the screen: what is larger has more on it than its name says
_SAME_PLACE_PX = 48


@dataclass(frozen=True)
class Rule:
    """What the user allows or forbids: a tool by its exact name, and optionally what it touches by its exact label."""

    decision: Literal["allow", "deny"]
    tool: str
    label: str = ""

    @classmethod
    def parse(cls, decision: Literal["allow", "deny"], text: str) -> Rule:
        """Read `tool` or `tool:label`, as given on a command line. Raises UsageError."""
        tool, colon, label = (part.strip() for part in text.partition(":"))
        if not tool or (colon and not label):
            raise UsageError(f"a rule is 'tool' or 'tool:label', such as 'tap:Pay now'; this one is {text!r}")
        if label and tool not in (*_PLACE, *_WORD):
            raise UsageError(f"{tool} touches nothing that has a label; write {tool!r}, not {text!r}")
        return cls(decision, tool, label)

    def covers(self, call: ToolCall, label: str) -> bool:
        return self.tool == call.name and (not self.label or _plain(self.label) == _plain(label))


@dataclass
class Policy:
    """Decides on each call: a rule that forbids wins, then what carries no risk passes, then a rule that allows exactly
    this, and what is left is asked.

    `risky` names tools that always ask. `read` gives the label at a place by OCR, where the device's tree names
    nothing. `secrets` are texts that are not typed or passed on unasked. `doubt` is an act that a killed run may
    already have carried out: it is asked even where a rule allows it. `same_app` says whether two names mean one app,
    so that what is forbidden under one name does not pass under another.
    """

    rules: Sequence[Rule] = ()
    risky: frozenset[str] = frozenset()
    ask: Ask | None = None
    read: Read | None = None
    secrets: Sequence[str] = ()
    doubt: ToolCall | None = None
    same_app: Callable[[str, str], bool] | None = None

    def __call__(self, call: ToolCall, screen: Screen) -> Verdict:
        """Allow or deny `call`. Raises NeedsHuman when only a person may decide and nobody can be asked."""
        label, seen = self._touched(call, screen)
        covering = [rule for rule in self.rules if rule.covers(call, label)]
        if any(rule.decision == "deny" for rule in covering) or self._forbidden_app(call, label):
            return Verdict("deny", f"a rule forbids {self._act(call, label)}")
        act = self._risk(call, seen)
        risk = act or (f"{call.name} is marked as risky" if call.name in self.risky else "")
        if not risk:
            return Verdict("allow", "no risk is known")
        if self.doubt is not None and _same_act(call, self.doubt):
            return self._asked(call, label, risk, "; it may already have been done before the run was interrupted")
        # A rule for a whole tool takes away that tool's own mark, not a risk that this one act carries.
        if any(rule.label or not act or call.name == "type_text" for rule in covering):
            return Verdict("allow", "a rule allows exactly this", risk)
        return self._asked(call, label, risk)

    def _asked(self, call: ToolCall, label: str, risk: str, doubt: str = "") -> Verdict:
        question = f"{self._act(call, label)} ({risk}{doubt})"
        if self.ask is None:
            raise NeedsHuman(f"nobody is here to allow this: {question}")
        if self.ask(question):
            return Verdict("allow", "the user said yes", risk, asked=True)
        return Verdict("deny", f"the user said no to {question}", risk, asked=True)

    def _touched(self, call: ToolCall, screen: Screen) -> tuple[str, str]:
        """What the call touches: its label, by which rules know it, and all the words that stand on it."""
        if call.name in _WORD:
            return str(call.arguments[_WORD[call.name]]), ""
        if call.name not in _PLACE:
            return "", ""
        places = [Point(*call.arguments[name]) for name in _PLACE[call.name] if name in call.arguments]
        found = [self._standing(at, screen) for at in places]
        return found[0][0], "\n".join(words for _, words in found)

    def _standing(self, at: Point, screen: Screen) -> tuple[str, str]:
        """The label at a place, and all the words of what stands there."""
        named = [e for e in screen.elements if at in e.box and e.name]
        smallest = min(named, key=_area, default=None)
        if smallest and (self.read is None or _area(smallest) < _SMALL * screen.size[0] * screen.size[1]):
            return smallest.name, f"{smallest.text}\n{smallest.description}"
        label = self.read(screen, at) if self.read else ""
        if smallest:  # the name of a whole page or game says nothing of what is painted in it
            return smallest.name, f"{smallest.text}\n{smallest.description}\n{label}"
        return label, label

    def _forbidden_app(self, call: ToolCall, name: str) -> bool:
        """Whether an app is to be opened that a rule forbids by another of its names."""
        forbidden = [rule.label for rule in self.rules if rule.decision == "deny" and rule.tool == "open_app"]
        if call.name != "open_app" or self.same_app is None:
            return False
        return any(label and self.same_app(label, name) for label in forbidden)

    def _risk(self, call: ToolCall, seen: str) -> str:
        """The risk of this one act, as far as words can tell. A harmless label does not outweigh a warning thought."""
        if self._hidden(call.arguments) != call.arguments:
            return "passes on a secret"
        seen = _plain(seen)
        thought = "\n".join(map(_plain, call.thought.splitlines())) if call.name in (*_PLACE, "press") else ""
        return next((r for r in RISKS if _ON_LABEL[r].search(seen) or _IN_THOUGHT[r].search(thought)), "")

    def _act(self, call: ToolCall, label: str) -> str:
        """Name the call for a person, without its secrets; quoted, so that no label can pass for our own words."""
        said = repr(self._hidden(label or call.arguments))
        return f"{call.name} {said if len(said) <= 120 else said[:120] + '...'}"

    def _hidden(self, value: Any) -> Any:
        """The same value with "•••" for each secret."""
        if isinstance(value, Mapping):
            return {key: self._hidden(part) for key, part in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._hidden(part) for part in value]
        for secret in filter(None, self.secrets if isinstance(value, str) else ()):
            value = value.replace(secret, MASKED)
        return value


def risks(label: str) -> frozenset[str]:
    """The risks that the words on a label name."""
    seen = _plain(label)
    return frozenset(risk for risk, words in _ON_LABEL.items() if words.search(seen))


def _area(element: Element) -> float:
    return element.box.width * element.box.height


def _plain(text: str) -> str:
    """Text as an eye compares it: full-width letters, invisible characters and case make no difference."""
    visible = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return " ".join(visible.lower().split())


def _same_act(one: ToolCall, other: ToolCall) -> bool:
    """Whether two calls do the same, though the place was read off two looks."""
    return (
        one.name == other.name
        and one.arguments.keys() == other.arguments.keys()
        and all(_alike(value, other.arguments[key]) for key, value in one.arguments.items())
    )


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other) == 2:
        return all(_alike(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= _SAME_PLACE_PX
    return bool(one == other)
