"""Mutated replies for every dialect: none may crash or hang the reading, none may become a call that is refused later.

The seeds are the golden replies and what a dialect writes itself. Each reply is read, and what comes of it held against
the promises: nothing but BadReply and BadCall, in one short line; calls that the tools take, places on the screen; what
is written again reads as the same call; in time. Reply N of a seed is always the same one.

    python benchmarks/fuzz.py [DIALECT...] [--replies N] [--seconds S] [--seed TEXT]
    python benchmarks/fuzz.py [DIALECT...] --cost           what reading a sound reply takes
    python benchmarks/fuzz.py [DIALECT...] --guided         led by coverage (pip install atheris)
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import random
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from PIL import Image

from handsight.errors import BadCall, BadReply, UnknownName
from handsight.families import DIALECTS
from handsight.prompts.functions import Functions
from handsight.tools.gestures import long_press, open_app, press, swipe, tap, type_text
from handsight.tools.registry import Tools
from handsight.tools.session import session_tools
from handsight.types import Box, NativeCall, Point, Reply, Screen, ToolCall
from handsight.wiring import open_dialect

GOLDEN = Path(__file__).parents[1] / "tests" / "golden"
SECONDS, CHARS, LINE, HANG = 0.5, 1 << 16, 500, 30  # the most for one reply, of one reply, of a message; a hang
WIDTH, HEIGHT = 1080, 2400
AGAIN = 8  # every how manieth call is written and read again
PIECES = [
    *"{}[]()\"'“”‘’,:：，（）｛｝［］\\ \n\t<>-.=✿`#/*",
    *("0", "7", "-0", "1e9", "1e309", "1001", "-1", "007", "1_0", "0x1f", "１２", "٣", "9" * 60, "null", "True", "NaN"),
    *("\\u00", "\\ud83d", "\\u0000", "\\u202e", "\\n", "\\'", "\ud83d", "\udc00", "\0", "\u202e", "\u200b", "\ufeff"),
    *(
        "\u2028",
        "\x85",
        "\r",
        "\x1b[2J",
        "e\u0301",
        "\U0001f468\u200d\U0001f469",
        "ﬀ",
        "İ",
        "```",
        "```json\n",
        "//",
        "/*",
    ),
    *("<think>", "</think>", "<tool_call>", "</tool_call>", "<tool_response>", "<answer>", "</answer>", "\nAction:"),
    *("Action：", "\nThought: ", "✿ARGS✿", "✿FUNCTION✿", "✿RESULT✿", "<function=", "<function=type>", "</function>"),
    *("<parameter=text>", "</parameter>\n", "<parameter=coordinate>", "do(", "finish(", "click(", "type(content='"),
    *(
        "<|box_start|>",
        "<bbox>1 2 3 4</bbox>",
        "<point>5 7</point>",
        '"action"',
        '"name"',
        '"arguments": ',
        '"text": ""',
    ),
    *('{"x": 1, "y": 2}', "x='y'", "(1,2)", "[[1,2]]", "[1, 2, 3, 4]", "start_box=", "element=", "mark", "take_stock"),
]
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"\w+")


def mark(where: Point, area: Box | None = None, *, sure: bool = False, times: int = 1, note: str = "") -> str:
    """Mark a place."""
    return ""


def take_stock() -> str:
    """Count what is there."""
    return ""


TOOLS = Tools([tap, long_press, swipe, type_text, press, open_app, *session_tools(), mark, take_stock])
SCREEN = Screen(Image.new("RGB", (WIDTH, HEIGHT)))
CALLS = [
    ToolCall("press", {"key": "volume_up"}, "Louder."),
    ToolCall("press", {"key": "back"}),
    ToolCall("tap", {"at": [540.0, 800.0]}, "The switch is off."),
    ToolCall("long_press", {"at": [540.0, 800.0]}),
    ToolCall("swipe", {"start": [540.0, 1800.0], "end": [540.0, 600.0]}),
    ToolCall("type_text", {"text": '你好 "world", it\'s 100%\\n\n\t<b> {x} (y) 😀'}),
    ToolCall("open_app", {"name": "Settings"}),
    ToolCall("wait", {"seconds": 2}),
    ToolCall("finish", {"success": True, "message": "It is done."}),
    ToolCall("answer", {"text": "42"}),
    ToolCall("ask_user", {"question": "Which one?"}),
    ToolCall("mark", {"where": [540.0, 600.0], "area": [54.0, 60.0, 540.0, 600.0], "sure": True}),
    ToolCall("take_stock", {}),
]


def seeds(dialect: Any) -> list[str]:
    """What the dialect writes itself and its golden replies, four times over; and those of the "nous" form."""
    own = [dialect.write(call, SCREEN, TOOLS) for call in CALLS] + golden(dialect.name)
    return own * 4 + golden("nous")


def golden(name: str) -> list[str]:
    """The golden replies of a dialect, of native calls the arguments."""
    found = [json.loads(file.read_text("utf-8")) for file in sorted((GOLDEN / name).glob("*.json"))]
    return [call["arguments"] for given in found for call in given.get("native", ({"arguments": given["reply"]},))]


def mutated(chance: random.Random, texts: Sequence[str]) -> str:
    """A reply that was fine until some of it was cut, doubled, swapped, nested, spliced or written over."""
    text = chance.choice(texts)
    for _ in range(chance.choice((1, 1, 2, 2, 3, 5, 8))):
        start = chance.randint(0, len(text))
        end = min(len(text), start + chance.choice((0, 1, 1, 4, 12, 40)))
        part, kind = text[start:end], chance.randrange(16)
        if kind < 4:
            part = chance.choice(PIECES)
        elif kind < 6:
            part = ""
        elif kind == 6:
            part *= 2
        elif kind == 7:
            part = part[::-1]
        elif kind == 8:
            part = chance.choice("{[(\"'（｛“<") * chance.choice((1, 3, 40)) + part
        elif kind == 9:
            other = chance.choice(texts)
            part, end = other[chance.randint(0, len(other)) :], len(text)
        elif kind == 10:
            part += chr(chance.choice((chance.randrange(128), chance.randrange(0x3000), chance.randrange(0x110000))))
        elif kind in (11, 12):  # a token for another: a number or a word
            pattern = _NUMBER if kind == 11 else _WORD
            if token := pattern.search(text, start):
                other = chance.choice(texts)
                start, end = token.span()
                found = pattern.findall(other) or [""]
                part = chance.choice([*PIECES[40:60], *found])
        elif kind == 13:
            part = part.swapcase()
        elif kind == 14:
            part = text[end : end + 20] + part
            end = min(len(text), end + 20)
        elif not chance.randrange(100):
            part = chance.choice((part, " ", "\n", chance.choice(PIECES))) * chance.choice((200, 2000, 20_000))
        text = (text[:start] + part + text[end:])[:CHARS]
    return text


@dataclass
class Fuzz:
    """One dialect under fire: what came of the replies so far."""

    name: str
    read: int = 0
    refused: int = 0
    slowest: float = 0.0
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dialect = open_dialect(self.name)
        self.seeds = seeds(self.dialect)
        self.own = Functions(TOOLS, self.dialect.vocabulary).own

    def reply(self, number: int, seed: str) -> Reply:
        """Reply `number`: the same one for the same seed and golden files."""
        chance = random.Random(f"{seed}:{self.name}:{number}")
        text = mutated(chance, self.seeds)
        finish = "length" if chance.random() < 0.1 else "stop"
        if self.name.startswith("native") and chance.random() < 0.7:
            calls = tuple(
                NativeCall(str(i), chance.choice(("tap", "type_text", "mark", "wait", text[:20])), _body(text))
                for i in range(chance.choice((1, 1, 2)))
            )
            return Reply(text[:40], finish=finish, native=calls)
        return Reply(text, finish=finish)

    def take(self, reply: Reply) -> None:
        """Read one reply, and keep what is wrong with what came of it."""
        began = time.process_time()
        problem = ""
        calls: tuple[ToolCall, ...] = ()
        try:
            calls = self.dialect.parse(reply, SCREEN, TOOLS)
        except (BadReply, BadCall) as refused:
            problem = _wrong_words(str(refused))
            self.refused += 1
        except Exception as crash:
            problem = f"{type(crash).__name__}: {crash}"
        took = time.process_time() - began
        self.slowest = max(self.slowest, took)
        if took > SECONDS:
            problem = problem or f"took {took:.1f} s"
        for call in calls:
            problem = problem or self._wrong_call(call)
        if calls:
            self.read += 1
            if self.read % AGAIN == 0:
                problem = problem or self._wrong_again(calls[0])
        if problem:
            self.troubles.append(f"{self.name}: {problem[:200]}: {reply!r:.600}")

    def _wrong_call(self, call: ToolCall) -> str:
        try:
            TOOLS.check(call)
        except BadCall as refused:
            return _wrong_words(str(refused)) if call.name in self.own else f"{call} is refused: {refused}"
        for name in ("at", "start", "end", "where"):
            if (place := call.arguments.get(name)) and not (0 <= place[0] < WIDTH and 0 <= place[1] < HEIGHT):
                return f"{name} of {call} is not on the screen"
        return ""

    def _wrong_again(self, call: ToolCall) -> str:
        """What is lost when a call is written and read again, its places at rest on the model's whole numbers."""
        try:
            TOOLS.check(call)
            said = {"message": "Done."} if call.name == "finish" else {}
            call = replace(call, arguments={**call.arguments, **said}, thought="")
            text = self.dialect.write(call, SCREEN, TOOLS)
        except (BadCall, UnknownName):
            return ""
        try:
            (rested,) = self.dialect.parse(Reply(text), SCREEN, TOOLS)
            (again,) = self.dialect.parse(Reply(self.dialect.write(rested, SCREEN, TOOLS)), SCREEN, TOOLS)
        except (BadReply, BadCall, ValueError) as problem:
            return f"{call} is written, and then not read: {problem}"
        same = rested == again and (call.name, _texts(call)) == (rested.name, _texts(rested))
        return "" if same else f"{call} is read again as {rested}, then as {again}"


def _body(text: str) -> str:
    """The arguments out of a text that holds a whole call; any other text as it is."""
    return text.partition('"arguments": ')[2] or text


def _wrong_words(said: str) -> str:
    if not said or len(said) >= LINE or len(said.splitlines()) != 1:
        return f"a message of {len(said.splitlines())} lines and {len(said)} characters: {said[:80]!r}"
    return (
        "" if said.isascii() or not re.search("[\ud800-\udfff]", said) else f"half a character in a message: {said!r}"
    )


def _texts(call: ToolCall) -> dict[str, Any]:
    return {name: value for name, value in call.arguments.items() if not isinstance(value, (list, float, int))}


def run(names: Sequence[str], replies: int, seconds: float, seed: str) -> int:
    """Mutate for each dialect, and print what came of it; how many promises were broken."""
    print(
        f"{'dialect':16} {'replies':>9} {'read':>9} {'put back':>9} {'broken':>7} {'slowest':>9} {'rate':>9}",
        flush=True,
    )
    broken = 0
    for name in names:
        fuzz, began, number = Fuzz(name), time.monotonic(), 0
        while number < replies and (not seconds or time.monotonic() - began < seconds / len(names)):
            if number % 1000 == 0:
                faulthandler.dump_traceback_later(HANG, exit=True)
            fuzz.take(fuzz.reply(number, seed))
            number += 1
        faulthandler.cancel_dump_traceback_later()
        rate = number / (time.monotonic() - began)
        counts = f"{number:9,} {fuzz.read:9,} {fuzz.refused:9,} {len(fuzz.troubles):7,}"
        print(f"{name:16} {counts} {fuzz.slowest * 1000:6.1f} ms {rate:7,.0f}/s", flush=True)
        for trouble in fuzz.troubles[:5]:
            print(f"  {trouble}".encode("ascii", "backslashreplace").decode(), file=sys.stderr)
        broken += len(fuzz.troubles)
    return broken


def guided(names: Sequence[str], replies: int, seconds: float) -> None:
    """Let atheris look for replies that reach new branches; it ends the process itself, with 77 at a broken promise.

    The first byte of its data names the dialect, the others are the reply in UTF-8. It begins with the same seeds.
    """
    try:
        import atheris
    except ImportError:
        sys.exit("--guided needs atheris, which is not installed: pip install atheris")
    under_fire = [Fuzz(name) for name in names]
    corpus = Path(mkdtemp(prefix="fuzz-"))
    for which, fuzz in enumerate(under_fire):
        for number, text in enumerate(sorted({*fuzz.seeds})):
            (corpus / f"{which}-{number}").write_bytes(bytes([which]) + text.encode())
    atheris.instrument_all()

    def take(data: bytes) -> None:
        fuzz = under_fire[data[0] % len(under_fire)] if data else under_fire[0]
        text = data[1:].decode("utf-8", "surrogateescape")
        native = (NativeCall("a", "tap", text),) if fuzz.name.startswith("native") else ()
        fuzz.take(Reply("" if native else text, native=native))
        if fuzz.troubles:
            raise AssertionError(fuzz.troubles[0])

    limits = [f"-runs={replies}", f"-max_total_time={seconds:.0f}", f"-timeout={HANG}", "-max_len=4096"]
    atheris.Setup([sys.argv[0], *limits, str(corpus)], take)
    atheris.Fuzz()


def cost(names: Sequence[str]) -> None:
    """Print what a sound reply takes to be read, a short one and one of 4 KB, and checked: the best of rounds."""
    print(f"{'dialect':16} {'short':>10} {'4 KB':>10}")
    for name in names:
        dialect = open_dialect(name)
        best = []
        for said in ("The switch is off.", "I look at { the (screen) <b> 'and' think. " * 98):
            reply = Reply(dialect.write(replace(CALLS[2], thought=said), SCREEN, TOOLS))
            best.append(min(_took(dialect, reply) for _ in range(20)))
        print(f"{name:16} {best[0] * 1000:7.3f} ms {best[1] * 1000:7.3f} ms")


def _took(dialect: Any, reply: Reply) -> float:
    began = time.process_time()
    for _ in range(50):
        for call in dialect.parse(reply, SCREEN, TOOLS):
            TOOLS.check(call)
    return (time.process_time() - began) / 50


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Read mutated replies, and hold what comes of them to what is promised."
    )
    parser.add_argument("dialects", nargs="*", metavar="DIALECT", help=f"out of {', '.join(DIALECTS)}; all without")
    parser.add_argument("--replies", type=int, default=20_000, help="for each dialect (20000)")
    parser.add_argument("--seconds", type=float, default=0, help="for all together; 0 is no limit")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--guided", action="store_true", help="by coverage, with atheris")
    parser.add_argument("--cost", action="store_true", help="what reading a sound reply takes")
    given = parser.parse_args()
    names = given.dialects or [*DIALECTS]
    if unknown := [name for name in names if name not in DIALECTS]:
        parser.error(f"there is no dialect {unknown[0]!r}; the dialects are {', '.join(DIALECTS)}")
    if given.cost:
        cost(names)
        return
    if given.guided:
        guided(names, given.replies, given.seconds)
    sys.exit(1 if run(names, given.replies, given.seconds, given.seed) else 0)


if __name__ == "__main__":
    main()
