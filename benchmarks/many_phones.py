"""What a step costs when twenty phones are worked at once from one process, against one phone alone.

All phones are virtual and live in this very process, so the processor draws twenty screens as well as reading them:
what a step of one among twenty takes is given next to the processor's time for it. With real phones only our half of
that is left.

    python benchmarks/many_phones.py [PHONES [STEPS]]     exits with 1 when a step among twenty takes over 3 times as
                                                          much of the processor as a step alone
"""

from __future__ import annotations

import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from handsight.devices.android import VirtualAndroid, open_virtual
from handsight.devices.android.adb import AdbServer, open_server
from handsight.devices.virtual import VirtualPhone
from handsight.models.scripted import ScriptedModel
from handsight.prompts.nous import NousDialect
from handsight.types import Prompt, ToolCall
from handsight.wiring import assemble
from step_overhead import Lamp

MOST, ROUNDS = 3.0, 3
AT = (270, 162)


def open_phones(count: int, server: AdbServer) -> list[VirtualAndroid]:
    devices = [open_virtual(VirtualPhone(size=(540, 1200), apps=[Lamp]), server=server) for _ in range(count)]
    for device in devices:
        device.open_app("Lamp")
        device.screenshot()
    return devices


def steps(device: VirtualAndroid, count: int, together: Barrier) -> list[float]:
    """Run an agent of `count` taps, and give the time from each of its model's answers to the next question."""
    dialect, asked = NousDialect(), list[float]()
    agent = assemble(device, ScriptedModel(()), dialect)
    agent.policy.read = None  # the label is read by OCR, whose threads would be measured instead of ours

    def reply(_: Prompt) -> str:
        asked.append(time.perf_counter())
        tap = ToolCall("tap", {"at": list(AT)})
        end = ToolCall("finish", {"success": True, "message": "Done."})
        return dialect.write(tap if len(asked) <= count else end, screen, agent.tools)

    screen = device.glance()
    agent.model = ScriptedModel([reply] * (count + 1))
    together.wait()
    outcome = agent.run("flip the switch").outcome
    if outcome is None or not outcome.ok:
        sys.exit(f"an agent did not get through: {outcome}")
    return [later - earlier for earlier, later in zip(asked, asked[1:], strict=False)]


def at_once(devices: list[VirtualAndroid], count: int) -> tuple[float, float]:
    """The median step in seconds by the clock, and the processor's seconds for each step."""
    together = Barrier(len(devices))
    cpu = time.process_time()
    with ThreadPoolExecutor(len(devices)) as pool:
        took = [step for each in pool.map(lambda device: steps(device, count, together), devices) for step in each]
    return statistics.median(took), (time.process_time() - cpu) / len(took)


def main(phones: int = 20, count: int = 8) -> None:
    alone, among = list[tuple[float, float]](), list[tuple[float, float]]()
    server, devices = open_server(private=True), list[VirtualAndroid]()
    try:
        devices = open_phones(phones, server)
        for _ in range(ROUNDS):
            alone.append(at_once(devices[:1], count))
            among.append(at_once(devices, count))
    finally:
        for device in devices:
            device.close()
        server.close()
    one_s, one_cpu = map(min, zip(*alone, strict=True))
    many_s, many_cpu = map(min, zip(*among, strict=True))
    print(f"one phone alone    {1000 * one_s:7.1f} ms a step, {1000 * one_cpu:6.1f} ms of the processor")
    print(f"one among {phones:<9}{1000 * many_s:7.1f} ms a step, {1000 * many_cpu:6.1f} ms of the processor")
    print(f"ratio              {many_s / one_s:7.2f}            {many_cpu / one_cpu:9.2f}  (at most {MOST})")
    print(f"steps in a second  {1 / one_s:7.1f} alone, {phones / many_s:5.1f} together")
    sys.exit(many_cpu > MOST * one_cpu)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
