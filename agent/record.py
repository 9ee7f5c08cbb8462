"""A step as plain JSON, and back."""

from __future__ import annotations

from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

from handsight import errors
from handsight.types import Box, Element, NativeCall, Reply, Screen, Step, ToolCall, ToolResult, Verdict

Event = dict[str, Any]


def record(step: Step) -> Event:
    """A step as plain JSON, as far as it has come."""
    screen, problem = step.screen, step.problem
    return {
        "number": step.number,
        "screen": screen and _screen(step.number, screen),
        "reply": step.reply and asdict(step.reply),
        "call": step.call and asdict(step.call),
        "rest": [asdict(call) for call in step.rest],
        "verdict": step.verdict and asdict(step.verdict),
        "acting": step.acting,
        "result": step.result and {"text": step.result.text, "seconds": step.result.seconds},
        "problem": problem and {"kind": type(problem).__name__, "message": str(problem)},
        "timing": {phase: round(seconds, 6) for phase, seconds in step.timing.items()},
    }


def _screen(number: int, screen: Screen) -> Event:
    seen: Event = {"picture": picture_name(number), "app": screen.app, "settled": screen.settled}
    if screen.marked is not None:
        seen["marked"] = marked_name(number)
    if screen.elements:
        seen["elements"] = [_element(element) for element in screen.elements]
    return seen | ({"remark": screen.remark} if screen.remark else {})


def _element(element: Element) -> Event:
    """An element without what is as it is by default."""
    said = {name: value for name, value in vars(element).items() if value != getattr(Element, name, None)}
    return {**said, "box": list(astuple(element.box))}


def read_step(event: Event, folder: Path) -> Step:
    """A recorded step; its screen is None where the screenshot is gone."""
    screen, result, problem = event["screen"], event["result"], event["problem"]
    step = Step(event["number"], acting=event["acting"], over=event["event"] == "step")
    if screen and (folder / screen["picture"]).is_file():
        marked = folder / screen["marked"] if "marked" in screen else None
        step.screen = Screen(
            folder / screen["picture"],
            screen["app"],
            screen["settled"],
            elements=tuple(Element(**{**said, "box": Box(*said["box"])}) for said in screen.get("elements", ())),
            marked=marked if marked and marked.is_file() else None,
            remark=screen.get("remark", ""),
        )
    step.reply = event["reply"] and _reply(event["reply"])
    step.call = event["call"] and ToolCall(**event["call"])
    step.rest = tuple(ToolCall(**call) for call in event.get("rest", ()))
    step.verdict = event["verdict"] and Verdict(**event["verdict"])
    step.result = result and ToolResult(result["text"], seconds=result["seconds"])
    step.problem = problem and _problem(problem["kind"], problem["message"])
    step.timing = event["timing"]
    return step


def _reply(written: Event) -> Reply:
    native = tuple(NativeCall(**call) for call in written.get("native", ()))
    return Reply(**{**written, "native": native})


def _problem(kind: str, message: str) -> Exception:
    known = getattr(errors, kind, None)
    if isinstance(known, type) and issubclass(known, errors.Feedback):
        return known(message)
    return errors.Feedback(message)


def picture_name(number: int) -> str:
    """The file that holds the screenshot of a step."""
    return f"{number:04}.png"


def marked_name(number: int) -> str:
    """The file that holds the screenshot of a step with its marks."""
    return f"{number:04}-marked.png"
