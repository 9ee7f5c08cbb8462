"""The steps that write, wait, look and call; the pointer's are in acts."""

from __future__ import annotations

import re
from typing import Any

from handsight.models.reader import acts
from handsight.models.reader.acts import Done, Giveup, Move, Scene, locate, search
from handsight.models.reader.match import loose
from handsight.models.reader.steps import Instruction, Target
from handsight.models.reader.talk import HANDS

_MOST_SCROLLS = 15
_MOST_WAITS = 15
_CARET_PX = 24
_HINT = re.compile(r"search|type (?:here|a|your)|enter (?:a|your|text)|message|搜索|输入", re.I)


def type_(scene: Scene, step: Instruction) -> Move | Done:
    """Type into the field that is named, or that has the focus; the text on the screen shows that it worked."""
    last = scene.last
    typed = scene.acts("type ")
    focused = scene.acts("tap the field")
    if last in typed and last is not None:
        if last.denied or len([turn for turn in typed if turn.failed]) > 1:
            raise Giveup(f"{step.words}: {last.response.removeprefix('Error: ')}")
        if not last.failed and (scene.view.shows(step.text) or not (last.in_doubt or last.unchanged)):
            return Done()  # changed, yet not readable: a password shows as dots
        if last.in_doubt and scene.view.differs(last.before, but_px=_CARET_PX) is not False:
            raise Giveup(
                "the run was interrupted while it typed, and the text may stand there in part: clear the field"
            )
        if not last.in_doubt and len(typed) > 1:
            raise Giveup(f'nothing seems to take the text; say where: type {step.text!r} into "the field\'s label"')
    wants_focus = step.target is not None and not any(not turn.failed and not turn.in_doubt for turn in focused)
    if wants_focus and step.target is not None:
        found = locate(scene, step.target)
        if isinstance(found, Move):
            return found
        return scene.tap(f"tap the field {step.target}", scene.view.place(scene.view.field(found).center))
    if typed and not focused and step.target is None and (typed[-1].failed or typed[-1].unchanged):
        hints = [line for line in scene.view.lines if _HINT.search(line.text)]
        if len(hints) != 1:
            raise Giveup(f'no field has the focus; say where: type {step.text!r} into "the field\'s label"')
        return scene.tap(f'tap the field "{hints[0].text}"', scene.view.place(hints[0].box.center))
    return Move(f'type "{step.text}"', "type", {"text": step.text})


def scroll(scene: Scene, step: Instruction) -> Move | Done:
    """Scroll so often, to the end, or until something shows."""
    if step.target:
        return Done() if scene.view.find(step.target) else search(scene, step.target, step.text)
    said = f"scroll {step.text}"
    scrolled = scene.acts(said)
    if scrolled and scrolled[-1].failed:
        raise Giveup(f"{step.words}: {scrolled[-1].response.removeprefix('Error: ')}")
    if any(turn.unchanged for turn in scrolled) or len(scrolled) >= (step.count or 2 * _MOST_SCROLLS):
        return Done()
    return acts.scroll(scene, f"{said} ({len(scrolled) + 1})", step.text)


def wait(scene: Scene, step: Instruction) -> Move | Done:
    """Let time pass."""
    return Done() if scene.acts("wait") else Move(f"wait {step.count:g} s", "wait", {"time": min(step.count, 60)})


def wait_for(scene: Scene, step: Instruction) -> Move | Done:
    """Look again every two seconds, for half a minute, until something shows or is gone."""
    assert step.target is not None
    if bool(scene.view.find(step.target, strict=True)) == (step.expects == "shown"):
        return Done()
    waited = len(scene.acts("wait"))
    if waited >= _MOST_WAITS:
        raise Giveup(f"{step.target} {'did not show' if step.expects == 'shown' else 'did not go away'} in time")
    return Move(f"wait until {step.target} is {step.expects} ({waited + 1})", "wait", {"time": 2})


def check(scene: Scene, step: Instruction) -> Move | Done:
    """Hold the screen against what should be on it; nothing is touched."""
    assert step.target is not None
    found = scene.view.find(step.target, strict=True)
    if step.expects in ("shown", "gone"):
        if bool(found) == (step.expects == "shown"):
            return Done()
        if not scene.tries:
            return Move(f"wait a moment for {step.target}", "wait", {"time": 1})
        near = scene.view.nearest(step.target)
        more = f"; nearest: {', '.join(map(repr, near))}" if near and not found else ""
        raise Giveup(f"{step.target} is {'still' if found else 'not'} on the screen{more}")
    states = [switch.on for match in found if (switch := scene.view.switch(match))]
    if len(states) != 1:
        located = locate(scene, step.target)
        if isinstance(located, Move):
            return located
        states = [_said_state(scene.view.value(located, "beside"))]
    if states[0] is None:
        raise Giveup(f"it cannot be seen whether {step.target} is on or off")
    if states[0] is not (step.expects == "on"):
        raise Giveup(f"{step.target} is {'on' if states[0] else 'off'}, not {step.expects}")
    return Done()


def _said_state(text: str | None) -> bool | None:
    said = loose(text or "")
    if said in {loose(word) for word in ("on", "enabled", "开", "已开启", "已打开", "开启")}:
        return True
    return False if said in {loose(word) for word in ("off", "disabled", "关", "已关闭", "关闭")} else None


def answer(scene: Scene, step: Instruction) -> Move | Done:
    """Read what stands at a place; it is given as the answer once every step is done."""
    if step.target is None:
        return Done(step.text)
    read = _read_value(scene, step.target)
    return read if isinstance(read, Move) else Done(read)


def call(scene: Scene, step: Instruction) -> Move | Done:
    """Call a function of the user's own, with texts that are given or read from the screen."""
    name = step.text
    own = [known for known in scene.talk.functions if known not in (*HANDS, "ask_user")]
    if name not in own:
        raise Giveup(f"there is no function {name}; the functions are: {', '.join(own) or 'none'}")
    if (last := scene.last) and last.said.startswith("call "):
        if last.in_doubt:
            raise Giveup(f"the run was interrupted while {name} was called; it may have been carried out already")
        if last.failed and not last.interrupted:
            raise Giveup(f"{name}: {last.response.removeprefix('Error: ')}")
        if not last.failed:
            return Done()
    properties = scene.talk.functions[name].get("parameters", {}).get("properties", {})
    arguments: dict[str, Any] = {}
    for argument, given in step.arguments:
        text = _read_value(scene, given) if isinstance(given, Target) else given
        if isinstance(text, Move):
            return text
        arguments[argument] = _typed(text, properties.get(argument, {}).get("type"))
    return Move(f"call {name}", "", arguments, function=name)


def ask(scene: Scene, step: Instruction) -> Move | Done:
    """Put a question to the user."""
    if (last := scene.last) and last.said.startswith("ask "):
        if last.failed and not last.interrupted:
            raise Giveup(f"{step.words}: {last.response.removeprefix('Error: ')}")
        if not last.failed and not last.in_doubt:
            return Done()
    if "ask_user" not in scene.talk.functions:
        raise Giveup("there is nobody to ask here")
    return Move("ask the user", "", {"question": step.text}, function="ask_user")


def _read_value(scene: Scene, target: Target) -> str | Move:
    located = locate(scene, Target(target.names, target.ordinal))
    if isinstance(located, Move):
        return located
    read = scene.view.value(located, target.relation or "beside")
    if read is None:
        raise Giveup(f'nothing stands next to "{target.names[-1]}"')
    return read


def _typed(text: str, kind: object) -> Any:
    """The argument as the function's schema wants it; what cannot be so stays text, for the schema to refuse."""
    if kind == "integer" and re.fullmatch(r"-?\d+", text):
        return int(text)
    if kind == "number" and re.fullmatch(r"-?\d+(?:\.\d+)?", text):
        return float(text)
    if kind == "boolean" and text.lower() in ("true", "yes", "on", "false", "no", "off"):
        return text.lower() in ("true", "yes", "on")
    return text
