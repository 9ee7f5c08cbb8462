"""What each kind of step does next, given the screen and what was already tried for it.

Every function returns the next `Move`, or `Done`; it raises `Giveup` with one clear sentence. Nothing is remembered
between calls: `tries` are the turns this step has had, read back from the conversation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handsight.models.reader.match import Match
from handsight.models.reader.steps import Instruction, Target
from handsight.models.reader.talk import Talk, Turn
from handsight.models.reader.view import View

_MOST_SCROLLS = 15
_MOST_TAPS = 2
_ONCE = re.compile(r"pay|buy|order|purchase|checkout|send|submit|post|publish|transfer|donate|delete|remove|"
                   r"支付|付款|购买|下单|提交|转账|发送|发布|删除", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True)
class Move:
    """One call and what to say before it: an action of the device, or another `function`."""

    said: str
    action: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    function: str = ""


@dataclass(frozen=True)
class Done:
    """The step needs nothing more. `note` is what it found out."""

    note: str = ""


class Giveup(Exception):
    """The task cannot go on; the text says why."""


@dataclass(frozen=True)
class Scene:
    """All that a step may look at. `more` is whether steps follow."""

    view: View
    talk: Talk
    tries: Sequence[Turn]
    first: bool
    more: bool

    def acts(self, said: str) -> list[Turn]:
        """The tries that began with these words, those left out that certainly did not happen."""
        return [turn for turn in self.tries if turn.said.startswith(said) and not turn.interrupted]

    @property
    def last(self) -> Turn | None:
        return self.tries[-1] if self.tries else None

    def offers(self, action: str) -> bool:
        return action in self.talk.actions

    def tap(self, said: str, at: Sequence[int]) -> Move:
        """Touch a place, or click it with the mouse."""
        return Move(said, "left_click" if self.offers("left_click") else "click", {"coordinate": at})


def touch(scene: Scene, step: Instruction, verb: str) -> Move | Done:
    """Tap what the step names (or long-press it, double-click it ...), and see that it did something."""
    assert step.target is not None
    said = f"{verb} {step.target}"
    if (happened := _happened(scene, said, step)) is not None:
        if happened:
            return Done()
        found = scene.view.find(step.target)
        if len(found) == 1 and (switch := scene.view.switch(found[0])) and switch.kind == "box" and switch.on:
            return Done()  # a radio button or a box that was chosen already
        if len(scene.acts(said)) >= _MOST_TAPS or _ONCE.search(str(step.target)):
            raise Giveup(f"the screen did not change after: {said}")
    found_or_move = locate(scene, step.target)
    if isinstance(found_or_move, Move):
        return found_or_move
    at = scene.view.place(found_or_move.box.center)
    if verb == "tap":
        return scene.tap(said, at)
    return Move(said, verb.replace(" ", "_"), {"coordinate": at} | ({"time": 1} if verb == "long press" else {}))


def _happened(scene: Scene, said: str, step: Instruction) -> bool | None:
    """Whether the last try did something; None when there was none, or it has to be decided anew."""
    last = scene.last
    if last is None or not last.said.startswith(said) or last.interrupted:
        return None
    if last.failed:
        if last.denied or len([turn for turn in scene.acts(said) if turn.failed]) > 1:
            raise Giveup(f"{step.words}: {last.response.removeprefix('Error: ')}")
        return None
    if last.in_doubt:  # never twice, unless nothing at all has come of it
        return True if scene.view.differs(last.before) in (True, None) else None
    return not last.unchanged


def locate(scene: Scene, target: Target) -> Match | Move:
    """The one place that is meant, or the scroll that may bring it up."""
    found = scene.view.find(target)
    if len(found) > 1:
        near = [f'"{match.text}" next to "{scene.view.beside(match)}"' for match in found[:4]]
        name = target.names[-1]
        raise Giveup(
            f"there are {len(found)} candidates for {target}: {', '.join(near)}; "
            f'say which: the second "{name}", or "{name}" next to "{scene.view.beside(found[0])}"'
        )
    if found:
        return found[0]
    return search(scene, target, "down")


def search(scene: Scene, target: Target, way: str) -> Move:
    """Scroll one way to the end, then the other."""
    if scene.view.blank and len(scene.acts("wait")) < 3:
        return Move("wait for the screen to fill", "wait", {"time": 1})
    other = {"down": "up", "up": "down", "left": "right", "right": "left"}[way]
    for direction, most in ((way, _MOST_SCROLLS), (other, 2 * _MOST_SCROLLS)):
        said = f"look further {direction} for"
        tried = scene.acts(said)
        ended = any(turn.unchanged or turn.failed for turn in tried)
        if scene.talk.scrolls and not ended and len(tried) < most:
            return scroll(scene, f"{said} {target} ({len(tried) + 1})", direction)
    near = scene.view.nearest(target)
    raise Giveup(f"there is no {target} on the screen" + (f"; nearest: {', '.join(map(repr, near))}" if near else ""))


def scroll(scene: Scene, said: str, way: str) -> Move:
    """Move the view `way` by a third of the screen, so that nothing is flung past: by the wheel, or by a finger."""
    if scene.offers("scroll"):
        third = scene.talk.picture.size[way in ("up", "down")] // 3
        pixels = third if way in ("up", "right") else -third
        sideways = way in ("left", "right")
        return Move(said, "hscroll" if sideways else "scroll", {"pixels": pixels, "coordinate": [500, 500]})
    low, high = [500, 660], [500, 330]
    left, right = [200, 500], [800, 500]
    start, end = {"down": (low, high), "up": (high, low), "right": (right, left), "left": (left, right)}[way]
    return Move(said, "swipe", {"coordinate": start, "coordinate2": end})


def open_(scene: Scene, step: Instruction) -> Move | Done:
    """Open an app: by name where the device can, else by its label here, else by its label on the home screen."""
    assert step.target is not None
    name = step.target.names[-1]
    opened = scene.acts("open ")
    last = scene.last
    if last and last in opened and not last.failed and not last.in_doubt:
        return Done()
    if last and last in opened and last.denied:
        raise Giveup(f"{step.words}: {last.response.removeprefix('Error: ')}")
    if scene.acts("turn on"):
        return turn(scene, step, wanted=True)
    tapped = bool(scene.acts("tap "))
    here = scene.view.find(step.target) if step.or_switch or not scene.first or not scene.offers("open") else []
    if step.or_switch and len(here) >= 1 and any(scene.view.switch(match) for match in here):
        return turn(scene, step, wanted=True)
    standing = len(here) == 1 and here[0].box == here[0].line.box and not (opened or scene.first)  # a line of its own
    if scene.offers("open") and not tapped and not standing and not any(turn.failed for turn in opened):
        return Move(f'open "{name}"', "open", {"text": name})
    if not tapped and not scene.view.find(step.target) and not scene.acts("go home"):
        return Move(f'go home and look for "{name}" there', *_key(scene, "home"))
    return touch(scene, step, "tap")


def go(scene: Scene, step: Instruction) -> Move | Done:
    """Go to what stands here; else to the app of that name; else look for it by scrolling."""
    assert step.target is not None
    if not scene.tries and not scene.view.find(step.target) and scene.offers("open"):
        return Move(f'open "{step.target.names[-1]}"', "open", {"text": step.target.names[-1]})
    opened = scene.acts("open ")
    if opened and scene.last in opened and not opened[-1].failed:
        return Done()
    return touch(scene, step, "tap")


def turn(scene: Scene, step: Instruction, *, wanted: bool) -> Move | Done:
    """Bring the switch beside a label into a state; tap only if it is in the other."""
    assert step.target is not None
    said = f"turn {'on' if wanted else 'off'} {step.target}"
    tapped = scene.acts(said)
    if tapped and scene.last is tapped[-1] and tapped[-1].failed and (tapped[-1].denied or len(tapped) > 1):
        raise Giveup(f"{step.words}: {tapped[-1].response.removeprefix('Error: ')}")
    found = scene.view.find(step.target)
    switches = [(match, scene.view.switch(match)) for match in found]
    having = [(match, switch) for match, switch in switches if switch]
    if not found and tapped and not tapped[-1].failed and scene.view.differs(tapped[-1].before):
        if scene.more:
            return Done()  # a dialog came up over it: the next step deals with that
        raise Giveup(f"{said} was tapped, and then its switch could not be seen any more")
    if len(having) != 1:
        located = locate(scene, step.target)
        if isinstance(located, Move):
            return located
        raise Giveup(
            f"there is no switch or check box in the row of {step.target}; name the words that stand beside it"
        )
    switch = having[0][1]
    if switch.on is wanted:
        return Done()
    if switch.on is None:
        raise Giveup(f"it cannot be seen whether {step.target} is on or off")
    if len([turn for turn in tapped if not turn.failed and not turn.in_doubt]) >= _MOST_TAPS:
        raise Giveup(f"{step.target} is still {'off' if wanted else 'on'} after {_MOST_TAPS} taps")
    return scene.tap(said, scene.view.place(switch.box.center))


def press(scene: Scene, step: Instruction) -> Move | Done:
    """Press a key so many times."""
    said = f"press {step.text}"
    pressed = [turn for turn in scene.acts(said) if not (turn.in_doubt and not scene.view.differs(turn.before))]
    if pressed and pressed[-1].failed:
        raise Giveup(f"{step.words}: {pressed[-1].response.removeprefix('Error: ')}")
    if len(pressed) >= step.count:
        return Done()
    return Move(said, *_key(scene, step.text))


def _key(scene: Scene, key: str) -> tuple[str, dict[str, Any]]:
    buttons = {"back": "Back", "home": "Home", "menu": "Menu", "enter": "Enter"}
    if key in buttons and scene.offers("system_button"):
        return "system_button", {"button": buttons[key]}
    return "key", {"keys": key.split("+")} if scene.talk.hand == "computer_use" else {"text": key}
