"""The next reply: find the step the conversation is at, and take it one move further."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from handsight.errors import UsageError
from handsight.models.reader import acts, doings
from handsight.models.reader.acts import Done, Giveup, Move, Scene
from handsight.models.reader.instructions import parse
from handsight.models.reader.steps import Instruction
from handsight.models.reader.talk import Talk
from handsight.models.reader.view import Read, View

_ACTS: dict[str, Callable[[Scene, Instruction], Move | Done]] = {
    "open": acts.open_,
    "go": acts.go,
    "tap": lambda scene, step: acts.touch(scene, step, "tap"),
    "long_press": lambda scene, step: acts.touch(scene, step, "long press"),
    "double_click": lambda scene, step: acts.touch(scene, step, "double click"),
    "right_click": lambda scene, step: acts.touch(scene, step, "right click"),
    "turn_on": lambda scene, step: acts.turn(scene, step, wanted=True),
    "turn_off": lambda scene, step: acts.turn(scene, step, wanted=False),
    "press": acts.press,
    "type": doings.type_,
    "scroll": doings.scroll,
    "wait": doings.wait,
    "wait_for": doings.wait_for,
    "check": doings.check,
    "answer": doings.answer,
    "call": doings.call,
    "ask": doings.ask,
}


def decide(talk: Talk, read: Read) -> str:
    """Write the reply to a conversation: a thought that carries the state, and one call."""
    try:
        steps = parse(talk.task)
    except UsageError as problem:
        return _reply(talk.hand, str(problem), Move("", "terminate", {"status": "failure"}))
    view = View(talk.picture, read)
    number = talk.turns[-1].step if talk.turns else 0
    notes: list[str] = []
    while number < len(steps):
        tries = [turn for turn in talk.turns if turn.step == number]
        scene = Scene(view, talk, tries, first=number == 0, more=number + 1 < len(steps))
        try:
            move = _ACTS[steps[number].act](scene, steps[number])
            if isinstance(move, Move) and not move.function and move.action not in talk.actions:
                raise Giveup(f"this device offers no {move.action}, which is needed to {move.said}")
        except Giveup as why:
            thought = f"Step {number + 1} of {len(steps)} cannot be done: {why}."
            return _reply(talk.hand, thought, Move("", "terminate", {"status": "failure"}))
        if isinstance(move, Move):
            noted = "".join(f" Noted: {json.dumps(note, ensure_ascii=False)}." for note in notes)
            return _reply(talk.hand, f"Step {number + 1} of {len(steps)}: {move.said}.{noted}", move)
        notes += [move.note] if move.note else []
        number += 1
    return _finished(talk.hand, steps, [*talk.notes, *notes])


def _finished(hand: str, steps: Sequence[Instruction], notes: list[str]) -> str:
    count = "The step is" if len(steps) == 1 else f"All {len(steps)} steps are"
    thought = f"{count} done: {'; '.join(step.words for step in steps)}."
    if notes:
        return _reply(hand, thought, Move("", "answer", {"text": "; ".join(notes)}))
    return _reply(hand, thought, Move("", "terminate", {"status": "success"}))


def _reply(hand: str, thought: str, move: Move) -> str:
    arguments = dict(move.arguments) if move.function else {"action": move.action, **move.arguments}
    call = json.dumps({"name": move.function or hand, "arguments": arguments}, ensure_ascii=False).replace(
        "<", "\\u003c"
    )
    words = " ".join(thought.replace("<", "‹").split())  # what stands on a screen must not open a tag
    return f"{words}\n<tool_call>\n{call}\n</tool_call>"
