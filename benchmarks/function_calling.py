"""Function calling: whether a model calls the right function (TM), and with exactly the right arguments (EM).

Reads cases from a file, one JSON object a line, and puts each to the model as the dialect asks for calls. The format,
and what counts as exact, stand in benchmarks/README.md.

    python benchmarks/function_calling.py CASES.jsonl --model server:URL#NAME --out RUN.jsonl
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

from scoring import function_calling, program
from scoring.asking import Question
from scoring.loop import Benchmark, Case
from scoring.readers.cases import FunctionCase, read


def build(said: argparse.Namespace) -> Benchmark:
    mark, cases = read(said.cases)
    return Benchmark("function_calling", mark, ("TM", "EM"), map(case, cases), {}, total=len(cases))


def case(one: FunctionCase) -> Case:
    question = Question(one.question, one.tools, one.pictures, strict=False, exact=True)
    score = partial(function_calling.score, one.expected, any_order=one.any_order)
    tags = {
        "language": one.language,
        "pictures": str(len(one.pictures)),
        "calls": str(len(one.expected)),
    }
    return Case(one.id, question, score, one.raw, tags)


def main(words: list[str] | None = None) -> int:
    parser = program.options(__doc__)
    parser.add_argument("cases", type=Path, metavar="CASES.jsonl")
    return program.main(parser, build, words)


if __name__ == "__main__":
    sys.exit(main())
