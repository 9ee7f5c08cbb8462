"""How a call, a time and an outcome are put to people, on the terminal and in the report alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from handsight.types import Step, ToolCall, Trajectory

PHASES = ("settle", "capture", "model", "act", "other")
OUTCOMES = {
    "claimed": "done, says the model",
    "verified": "done, and verified",
    "failed": "failed",
    "stuck": "stuck",
    "budget": "out of budget",
    "stopped": "stopped",
    "needs_human": "needs a person",
}


def call_in_words(call: ToolCall) -> str:
    """One line, such as `tap (412, 980)` or `swipe (540, 1800) → (540, 600)`."""
    rest = dict(call.arguments)
    words = [call.name]
    if is_place(rest.get("at")):
        words.append(_place(rest.pop("at")))
    if is_place(rest.get("start")) and is_place(rest.get("end")):
        words.append(f"{_place(rest.pop('start'))} → {_place(rest.pop('end'))}")
    named = len(call.arguments) > 1
    words += [f"{key}={_value(value)}" if named else _value(value) for key, value in rest.items()]
    return " ".join(words)


def outcome_in_words(trajectory: Trajectory) -> str:
    """How a run ended. Where no model said anything, as in a script, it is not the model who says that it is done."""
    outcome = trajectory.outcome
    if outcome and outcome.kind == "claimed" and not any(step.reply for step in trajectory.steps):
        return "done"
    return OUTCOMES[outcome.kind] if outcome else "unfinished"


def seconds_in_words(seconds: float) -> str:
    """Three figures at most: `8 ms`, `1.2 s`, `3 min 5 s`."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    return f"{round(seconds) // 60} min {round(seconds) % 60} s"


def phases(timing: Mapping[str, float]) -> dict[str, float]:
    """Seconds by phase; what none of them accounts for is "other"."""
    split = {phase: timing.get(phase, 0.0) for phase in PHASES[:-1]}
    return {**split, "other": max(0.0, timing.get("total", 0.0) - sum(split.values()))}


def total_phases(trajectory: Trajectory) -> dict[str, float]:
    """Seconds by phase over all steps."""
    by_step = [phases(step.timing) for step in trajectory.steps]
    return {phase: sum(split[phase] for split in by_step) for phase in PHASES}


def happened(step: Step) -> bool:
    """Whether there is anything to tell of a step: the one in which a limit ends a run is empty."""
    return bool(step.screen or step.reply or step.problem)


def is_place(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and len(value) == 2 and all(_is_number(inner) for inner in value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _place(at: Any) -> str:
    return f"({at[0]:.0f}, {at[1]:.0f})"


def _value(value: Any) -> str:
    return _place(value) if is_place(value) else json.dumps(value, ensure_ascii=False)
