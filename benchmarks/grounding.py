"""Grounding: whether a model, told to tap an element, points into its box (ScreenSpot, ScreenSpot-v2, ScreenSpot-Pro).

The model is asked as an agent with one tool, the tap, and the task "Tap: <instruction>"; the place of its call, in
pixels of the screenshot as it came, is the point. A reply without such a call counts as wrong.

    python benchmarks/grounding.py screenspot FOLDER --model server:URL#NAME --out RUN.jsonl
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from handsight.tools.gestures import tap
from handsight.tools.registry import Tools
from handsight.types import ToolCall
from scoring import program, screenspot
from scoring.acts import Spot
from scoring.asking import Question
from scoring.loop import Benchmark, Case
from scoring.readers.screenspot import NAMES, Element, read

TASK = "Tap: {instruction}"
RIGHT = "in the box"


def build(said: argparse.Namespace) -> Benchmark:
    mark, elements = read(said.benchmark, said.folder)
    tools = Tools([tap])
    return Benchmark(
        said.benchmark, mark, (RIGHT,), (case(one, tools) for one in elements), {"task": TASK}, total=len(elements)
    )


def case(element: Element, tools: Tools) -> Case:
    def score(calls: Sequence[ToolCall]) -> dict[str, bool]:
        x, y = calls[0].arguments["at"]
        return {RIGHT: screenspot.score(element.box, Spot(x, y))}

    question = Question(TASK.format(instruction=element.instruction), tools, (element.picture,))
    raw = [element.instruction, element.picture.name, element.size, element.box, dict(element.tags)]
    return Case(element.id, question, score, raw, element.tags)


def main(words: list[str] | None = None) -> int:
    parser = program.options(__doc__)
    parser.add_argument("benchmark", choices=NAMES)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    return program.main(parser, build, words)


if __name__ == "__main__":
    sys.exit(main())
