"""Step matching: whether a model does at each step of an episode what a person did (AITZ, AITW, AndroidControl).

The model is shown the screens and the true acts before, as if it had done them itself, and asked for the next one; its
first call is mapped to the data set's acts and scored by the data set's rules. A reply without a call counts as wrong.

    python benchmarks/steps.py aitz FOLDER --model server:URL#NAME --out RUN.jsonl
    python benchmarks/steps.py android-control FOLDER --scorer qwen --level low --model ... --out ...
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from handsight.errors import UsageError
from handsight.tools.gestures import long_press, open_app, press, swipe, tap, type_text
from handsight.tools.registry import Tools
from handsight.tools.session import session_tools
from handsight.types import ToolCall
from scoring import aitw, aitz, android_control, program
from scoring.acts import Act, act_of, call_of
from scoring.asking import Question
from scoring.loop import Benchmark, Case
from scoring.readers import aitw as aitw_files
from scoring.readers import aitz as aitz_files
from scoring.readers import android_control as android_control_files
from scoring.readers.steps import Step, Steps

Scorer = Callable[[Step, Act | None], dict[str, bool]]

NAMES = ("aitz", "aitw", "android-control")
METRICS = {"aitz": ("hit", "type", "exact"), "aitw": ("match",), "android-control": ("type", "exact")}
SESSION = {tool.name: tool for tool in session_tools()}


def score_aitw(step: Step, act: Act | None) -> dict[str, bool]:
    return {"match": aitw.matches(step.truth, act, step.boxes)}


def score_aitz(step: Step, act: Act | None) -> dict[str, bool]:
    return aitz.score(step.truth, act, step.boxes)


def scorer(said: argparse.Namespace) -> Scorer:
    if said.benchmark == "android-control":
        chosen = android_control.SCORERS[said.scorer]
        return lambda step, act: chosen(step.options, act)
    return score_aitz if said.benchmark == "aitz" else score_aitw


def tools(benchmark: str) -> Tools:
    """What the model may do: what the data set has words for."""
    if benchmark == "android-control":
        return Tools([tap, long_press, swipe, type_text, press, open_app, SESSION["wait"], SESSION["finish"]])
    return Tools([tap, swipe, type_text, press, SESSION["finish"]])


def build(said: argparse.Namespace) -> Benchmark:
    settings = {"history": said.history}
    if said.benchmark == "android-control":
        if said.scorer is None:
            raise UsageError(
                "AndroidControl has two scorers whose numbers do not compare; name one: --scorer os-atlas|qwen"
            )
        if said.out.resolve().parent == said.folder.resolve():
            raise UsageError(f"{said.out} would be read as a part of the data; put --out into another folder")
        settings |= {"scorer": said.scorer, "level": said.level}
    elif said.scorer or said.level != "high":
        raise UsageError(f"--scorer and --level are for android-control; {said.benchmark} has one scorer and no levels")
    if said.split and said.benchmark != "aitw":
        raise UsageError("--split is for aitw; the other data sets come as folders of one split")
    settings |= {"part": said.part} if said.split else {}
    steps, metrics = _read(said), METRICS[said.benchmark]
    offered, judge = tools(said.benchmark), scorer(said)
    cases = (case(step, offered, judge, said.history, said.level) for step in steps.stream)
    return Benchmark(said.benchmark, steps.mark, metrics, cases, settings, exact=metrics[-1])


def _read(said: argparse.Namespace) -> Steps:
    if said.benchmark == "aitw":
        return aitw_files.read(said.folder, said.split, said.part)
    return aitz_files.read(said.folder) if said.benchmark == "aitz" else android_control_files.read(said.folder)


def case(step: Step, offered: Tools, judge: Scorer, history: str, level: str) -> Case:
    def score(calls: Sequence[ToolCall]) -> dict[str, bool]:
        return judge(step, act_of(calls[0], step.size))

    task = f"{step.task}\nThe next step is: {step.hint}" if level == "low" and step.hint else step.task
    past = tuple((one.screen, call_of(one.truth, one.size)) for one in step.before if history == "steps")
    question = Question(task, offered, (step.screen,), past)
    tags = {"act": step.truth.kind} | ({"subset": step.group} if step.group else {})
    place = {"id": step.episode, "step": step.number, "length": step.length}
    return Case(step.id, question, score, [task, step.size, step.raw], tags, place)


def main(words: list[str] | None = None) -> int:
    parser = program.options(__doc__)
    parser.add_argument("benchmark", choices=NAMES)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--scorer", choices=tuple(android_control.SCORERS), help="AndroidControl: whose rules")
    parser.add_argument(
        "--level", choices=("high", "low"), default="high", help="AndroidControl: low tells each step in words"
    )
    parser.add_argument(
        "--history", choices=("steps", "none"), default="steps", help="show the true steps before, or none"
    )
    parser.add_argument("--split", type=Path, help="AITW: an official file that lists the episodes of each part")
    parser.add_argument("--part", default="test", help="AITW: which part of it")
    return program.main(parser, build, words)


if __name__ == "__main__":
    sys.exit(main())
