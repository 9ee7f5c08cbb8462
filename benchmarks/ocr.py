"""What reading a phone's screen costs: cold, after small changes, scrolled, and again; beside RapidOCR as it comes.

Every picture is 1080x2400, of the virtual phone. Each case is read by us and by the stock engine turn about; the best
of the rounds counts. CPU is the processor's time of all threads, which other work on the machine changes little; the
clock is for an idle machine of two cores: 0.7 s for a whole screen or a moved list, 0.1 s for a small change. Ends with
1 when it takes longer.

    python benchmarks/ocr.py [ROUNDS]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
from PIL.Image import Image
from rapidocr import RapidOCR

from handsight.devices.virtual.phone import Phone
from handsight.devices.virtual.timing import StillClock
from handsight.sight.ocr import Ocr

Cost = tuple[float, float]  # seconds of the processor, of the clock
COLD_S, CHANGE_S = 0.7, 0.1


class Case:
    """Pictures that were read before, and the one whose reading counts."""

    def __init__(self, name: str, before: Image | None, now: Image) -> None:
        self.name, self.before, self.now = name, before, now


def cases() -> list[Case]:
    """Screens of Settings, Messages and Shop: whole, with a switch turned, a letter typed, and a list moved."""
    clock = StillClock()
    phone = Phone(size=(1080, 2400), clock=clock, sleep=clock.sleep, now=clock.now)
    phone.settings["global"]["transition_animation_scale"] = "0"
    phone.launch("com.android.settings")
    full = phone.frame()
    phone.swipe(540, 1800, 540, 1300, 0.4)
    clock.sleep(3)
    moved = phone.frame()
    settings = phone.app("settings")
    settings.open(settings.display)
    display = phone.frame()
    phone.settings["secure"]["night_display_activated"] = "1"
    turned = phone.frame()
    phone.launch("org.handsight.notes")
    notes = phone.frame()
    phone.app("notes").write(None)
    phone.tap(540, 400)
    clock.sleep(1)
    form = phone.frame()
    phone.text("Milk and eggs")
    typed = phone.frame()
    return [
        Case("cold: Settings", None, full),
        Case("cold: Notes", None, notes),
        Case("a list moved", full, moved),
        Case("a switch turned", display, turned),
        Case("a text typed", form, typed),
        Case("the same picture, taken anew", full, full),
    ]


def cost(act: Callable[[], object]) -> Cost:
    began, clock = time.process_time(), time.perf_counter()
    act()
    return time.process_time() - began, time.perf_counter() - clock


def ours(engine: Ocr, case: Case) -> tuple[Cost, int]:
    """Read with nothing known but what stood there before."""
    engine.forget()
    if case.before:
        engine.read(case.before.copy())
    image, known = case.now.copy(), engine.recognised
    spent = cost(lambda: engine.read(image))
    return spent, engine.recognised - known


def best(costs: list[Cost]) -> Cost:
    return min(cpu for cpu, _ in costs), min(clock for _, clock in costs)


def main(rounds: int = 5) -> int:
    engine = Ocr()
    stock = RapidOCR(params={"Global.log_level": "critical", "Global.use_cls": False})
    over = False
    print("| | lines recognised | ours, CPU ms | clock ms | stock, CPU ms | clock ms | CPU, ours / stock |")
    print("|---|---|---|---|---|---|---|")
    for case in cases():
        pixels = np.ascontiguousarray(np.asarray(case.now.convert("RGB"))[:, :, ::-1])
        read, plain, lines = list[Cost](), list[Cost](), 0
        for _ in range(rounds):
            spent, lines = ours(engine, case)
            read.append(spent)
            plain.append(cost(lambda: stock(pixels)))  # noqa: B023
        (cpu, clock), (their_cpu, their_clock) = best(read), best(plain)
        over = over or clock > (COLD_S if "cold" in case.name or "list" in case.name else CHANGE_S)
        cells = [
            lines,
            *(f"{1000 * one:.0f}" for one in (cpu, clock, their_cpu, their_clock)),
            f"{cpu / their_cpu:.2f}",
        ]
        print(f"| {case.name} | {' | '.join(map(str, cells))} |")
    return int(over)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
