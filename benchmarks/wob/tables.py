"""What came of a run, by task: success, how sure it is, and the reward that the pages gave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from statistics import fmean
from typing import Any

from scoring.tables import rate
from scoring.tally import Counts, Tally

SUCCESS = "success"


class Rewards(Tally):
    """Counts episodes, and keeps the rewards and the number of steps of each task."""

    def __init__(self) -> None:
        super().__init__((SUCCESS,))
        self.rewards: dict[str, list[float]] = {}
        self.steps: dict[str, list[int]] = {}

    def add(self, case: Mapping[str, Any]) -> None:
        super().add(case)
        task = case["tags"]["task"]
        self.rewards.setdefault(task, []).append(float(case["reward"]))
        self.steps.setdefault(task, []).append(len(case["steps"]))

    @property
    def tasks(self) -> dict[str, Counts]:
        """The counts by task, in the order of their names."""
        return dict(sorted(self.groups.get("task", {}).items()))


def report(tally: Rewards) -> Iterator[str]:
    """The lines of a table in Markdown, a row for each task and one for all."""
    if not tally.total.cases:
        yield "no episode was run"
        return
    yield "| task | episodes | success, % | 95 % | mean reward | mean steps |"
    yield "|---|---|---|---|---|---|"
    for task, counts in tally.tasks.items():
        yield _row(task, counts, tally.rewards[task], tally.steps[task])
    every = [reward for rewards in tally.rewards.values() for reward in rewards]
    yield _row("all episodes", tally.total, every, [count for counts in tally.steps.values() for count in counts])
    shares = [counts.hits[SUCCESS] / counts.cases for counts in tally.tasks.values()]
    yield ""
    yield f"{len(shares)} tasks; the mean of their rates is {100 * fmean(shares):.1f} %, {_at_least(shares)}"


def _row(name: str, counts: Counts, rewards: list[float], steps: list[int]) -> str:
    success, interval = rate(counts.hits[SUCCESS], counts.cases)
    return f"| {name} | {counts.cases} | {success} | {interval} | {fmean(rewards):.2f} | {fmean(steps):.1f} |"


def _at_least(shares: list[float]) -> str:
    return f"{sum(share >= 0.95 for share in shares)} of them reach 95 %."
