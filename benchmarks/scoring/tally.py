"""Counts of a run, kept small however long it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scoring.aitz import Episode, episode

ALL = "all"
_LISTED = 20


@dataclass
class Counts:
    """How many cases there were, how many were right by each metric, and how many replies could not be read."""

    cases: int = 0
    hits: dict[str, int] = field(default_factory=dict)
    malformed: int = 0


class Tally:
    """Counts cases by `metrics`, over all and by category; steps also by episode, whose last word is `exact`."""

    def __init__(self, metrics: Sequence[str], exact: str = "") -> None:
        self.metrics = tuple(metrics)
        self.exact = exact
        self.total = Counts()
        self.groups: dict[str, dict[str, Counts]] = {}
        self.malformed: list[tuple[str, str]] = []  # the first few, each with why
        self.tokens = [0, 0]
        self._episodes: dict[str, tuple[int, dict[int, bool]]] = {}

    def add(self, case: Mapping[str, Any]) -> None:
        """Count one case as it stands in the results."""
        counted = [self.total]
        counted += [self.groups.setdefault(tag, {}).setdefault(value, Counts()) for tag, value in case["tags"].items()]
        for counts in counted:
            counts.cases += 1
            counts.malformed += bool(case["problem"])
            for metric in self.metrics:
                counts.hits[metric] = counts.hits.get(metric, 0) + bool(case["scores"][metric])
        if case["problem"] and len(self.malformed) < _LISTED:
            self.malformed.append((case["id"], case["problem"]))
        self.tokens = [held + new for held, new in zip(self.tokens, case.get("tokens", (0, 0)), strict=True)]
        if place := case.get("episode"):
            _, steps = self._episodes.setdefault(place["id"], (place["length"], {}))
            steps[place["step"]] = case["scores"][self.exact]

    def episodes(self) -> tuple[list[Episode], int]:
        """What came of the episodes of which every step was asked, and how many others were begun."""
        whole = [
            episode([steps[number] for number in range(length)])
            for length, steps in self._episodes.values()
            if length > 0 and set(steps) >= set(range(length))
        ]
        return whole, len(self._episodes) - len(whole)
