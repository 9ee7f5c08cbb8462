"""Twenty recorded steps, replayed, beside the same twenty acts taken by the loop with a model.

Both work the same kind of virtual phone (1080x2400, its transitions as they are) from its home screen, turn about. The
loop's model is scripted: it answers at once with the acts that were recorded, so what is measured is everything but the
model. What a model takes for a reply is added, and printed: N seconds for each of its replies.

    python benchmarks/replay.py            exits with 1 when a replay is not 10 times as fast at 10 s a reply
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL.Image import Image

from handsight import open_hand, store
from handsight.devices.android import VirtualAndroid, open_virtual
from handsight.hand.hand import Hand
from handsight.models.scripted import ScriptedModel
from handsight.play.again import record_run, replay
from handsight.prompts.nous import NousDialect
from handsight.sight import ocr
from handsight.sight.finding import Read
from handsight.sight.lines import Line
from handsight.tools.registry import Tools
from handsight.types import Prompt, Screen, ToolCall, Trajectory
from handsight.wiring import assemble

ROUNDS, REPLIES_S, LEAST, AT_S = 3, (0, 1, 3, 10), 10, 10


def script(hand: Hand) -> None:
    """Twenty steps over four apps."""
    hand.open("Settings")
    hand.tap("Display")
    hand.tap("Night light")
    hand.tap("Screen timeout")
    hand.tap("30 seconds")
    hand.press("back")
    hand.tap("Battery")
    hand.tap("Battery Saver")
    hand.press("back")
    hand.open("Notes")
    hand.tap("New note")
    hand.type("Milk", into="Title")
    hand.tap("Save")
    hand.open("Shop")
    hand.tap("Sports")
    hand.tap("Cart")
    hand.press("back")
    hand.open("Clock")
    hand.tap("Timer")
    hand.press("home")


def on_a_phone(work: Callable[[VirtualAndroid], float]) -> float:
    device = open_virtual()
    try:
        device.screenshot()
        return work(device)
    finally:
        device.close()


def replayed(path: Path, folder: Path, read: Read) -> Callable[[VirtualAndroid], float]:
    def work(device: VirtualAndroid) -> float:
        began = time.perf_counter()
        done = replay(path, device, folder=folder, read=read)
        took = time.perf_counter() - began
        if not done.passed or {each.how for each in done.taken} != {"as recorded"}:
            sys.exit(f"the replay did not hold: {done.played[0].problem or Counter(each.how for each in done.taken)}")
        return took

    return work


def by_the_loop(calls: Sequence[ToolCall], folder: Path) -> Callable[[VirtualAndroid], float]:
    def work(device: VirtualAndroid) -> float:
        dialect, screen = NousDialect(), device.screenshot()
        agent = assemble(device, ScriptedModel(()), dialect)
        agent.model = ScriptedModel([_writing(dialect, call, screen, agent.tools) for call in calls])
        record = store.Store.create(folder / str(time.time_ns()), "a trip")
        agent.hooks = [record]
        began = time.perf_counter()
        outcome = agent.run("a trip").outcome
        took = time.perf_counter() - began
        record.close()
        if outcome is None or not outcome.ok:
            sys.exit(f"the agent did not get through: {outcome}")
        return took

    return work


def _writing(dialect: NousDialect, call: ToolCall, screen: Screen, tools: Tools) -> Callable[[Prompt], str]:
    return lambda prompt: dialect.write(call, screen, tools)


def acts(run: Trajectory) -> list[ToolCall]:
    end = ToolCall("finish", {"success": True, "message": "Done."})
    return [*(step.call for step in run.steps if step.call and step.call.name != "finish"), end]


def main() -> None:
    reader, reads = ocr.Ocr(), 0

    def read(image: Image) -> Sequence[Line]:
        nonlocal reads
        reads += 1
        return reader.read(image)

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)

        def record(device: VirtualAndroid) -> float:
            with open_hand(device, folder=folder / "run", title="A trip") as hand:
                script(hand)
            return 0.0

        on_a_phone(record)
        path, made = record_run(folder / "run", folder / "trip.yaml")
        calls = acts(store.load(folder / "run"))
        replays, loops = [], []
        for _ in range(ROUNDS):
            replays.append(on_a_phone(replayed(path, folder / "replays", read)))
            loops.append(on_a_phone(by_the_loop(calls, folder / "loops")))
        size = sum(each.stat().st_size for each in (path, *path.with_suffix("").iterdir()))
    steps = len(made.file.steps)
    best, loop = min(replays), min(loops)
    print(f"replay, {steps} steps      {best:7.1f} s   {1000 * best / steps:6.0f} ms a step  (best of {ROUNDS})")
    print(f"the loop, {len(calls)} replies  {loop:7.1f} s   {1000 * loop / len(calls):6.0f} ms a reply")
    print(f"screens read by OCR    {reads // ROUNDS:5}     the file and its pictures {size / 1000:.0f} kB")
    for seconds in REPLIES_S:
        ratio = _times(best, loop, seconds, calls)
        print(f"with {seconds:2} s a reply     {loop + seconds * len(calls):7.1f} s   {ratio:6.1f} times the replay")
    sys.exit(_times(best, loop, AT_S, calls) < LEAST)


def _times(best: float, loop: float, seconds: float, calls: Sequence[ToolCall]) -> float:
    return (loop + seconds * len(calls)) / best


if __name__ == "__main__":
    main()
