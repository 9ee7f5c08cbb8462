"""An episode as it is written down: a line of the results, and its pictures as small files beside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handsight.types import Screen, Step
from scoring.readers.files import digest

if TYPE_CHECKING:
    from wob.episode import Episode

WIDE_PX = 240


@dataclass(frozen=True)
class Job:
    """Which episode to run, and the folder that its pictures go to, if they are kept."""

    task: str
    seed: int
    pictures: Path | None = None

    @property
    def id(self) -> str:
        return f"{self.task}#{self.seed}"

    @property
    def mark(self) -> str:
        return digest([self.task, self.seed])


def event(came: Episode, job: Job) -> dict[str, Any]:
    """An episode as the results hold it. Its pictures are whole in their folder before this is given."""
    steps = [step for step in came.steps if step.call or step.reply or step.problem]  # not the one that was only seen
    replies = [step.reply for step in steps if step.reply]
    return {
        "id": job.id,
        "mark": job.mark,
        "tags": {"task": came.task},
        "scores": {"success": came.success},
        "problem": "",
        "reward": came.reward,
        "query": came.query,
        "ended": came.ended,
        "message": came.message,
        "steps": [_step(step, job) for step in steps],
        "last": _picture(came.last, job, "end"),
        "tokens": [sum(r.prompt_tokens for r in replies), sum(r.reply_tokens for r in replies)],
        "seconds": round(came.seconds, 3),
    }


def _step(step: Step, job: Job) -> dict[str, Any]:
    return {
        "call": {"name": step.call.name, "arguments": dict(step.call.arguments)} if step.call else None,
        "problem": str(step.problem or ""),
        "settled": step.screen.settled if step.screen else "",
        "picture": _picture(step.screen, job, str(step.number)),
    }


def _picture(screen: Screen | None, job: Job, name: str) -> dict[str, Any] | None:
    """Save a screen, small, and give its file and the size it had."""
    if screen is None or job.pictures is None:
        return None
    path = job.pictures / f"{job.task}-{job.seed}-{name}.webp"
    image = screen.image
    size = image.size
    image = image.resize((WIDE_PX, round(WIDE_PX * size[1] / size[0])), reducing_gap=2.0)
    part = path.with_suffix(".part")
    image.save(part, "WEBP", quality=70, method=2)
    part.replace(path)
    return {"file": path.name, "size": list(size)}
