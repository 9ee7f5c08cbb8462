"""What a step costs outside the model, against the least that any loop must do.

Both sides work the same virtual phone through the same adb server, turn about. The bare loop taps, waits as long as a
screen must be quiet, and captures. The agent's step is a whole one: settled screenshot, prompt, call, policy, record on
the disk, a last look at the target, the tap. The taps flip a switch, which shows at once, so neither side waits for a
transition. The model is scripted and answers at once.

    python benchmarks/step_overhead.py            exits with 1 when a step takes over 1.5 times the bare loop
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from handsight.devices.android import VirtualAndroid, open_virtual
from handsight.devices.android.screencap import ENCODED, RAW, from_png, from_raw
from handsight.devices.settle import SETTLE
from handsight.devices.virtual import VirtualPhone
from handsight.devices.virtual.kit import App, Page, Row, Switch
from handsight.models.scripted import ScriptedModel
from handsight.prompts.nous import NousDialect
from handsight.store import Store
from handsight.types import Point, Prompt, ToolCall
from handsight.wiring import assemble

ROUNDS, STEPS, MOST = 6, 8, 1.5
AT = (540, 324)


class Lamp(App):
    """A switch to tap, and enough rows to look like a screen."""

    package = "org.example.lamp"
    labels = {"en": "Lamp"}
    on = False

    def main(self) -> Page:
        rows = [Row(f"Lamp {number}", "in the house", icon="apps", on_tap=self.more) for number in range(12)]
        return Page("Lamps", [Switch("All lamps", self.on, self.set("on")), *rows])

    def more(self) -> None:
        self.open(self.one)

    def one(self) -> Page:
        return Page("A lamp", [Row(f"Bulb {number}", "in this lamp") for number in range(20)])


def bare_steps(device: VirtualAndroid) -> list[float]:
    """Tap, wait until a screen that changes at once would be quiet, capture."""
    took = []
    for _ in range(STEPS):
        began = time.perf_counter()
        device.link.act("input", "tap", *map(str, AT))
        time.sleep(SETTLE.quiet_s)
        from_raw(device.link.fetch(*RAW))
        took.append(time.perf_counter() - began)
    return took


def agent_steps(device: VirtualAndroid, folder: Path) -> list[float]:
    """Run an agent, and give the time from each of its model's answers to the next question."""
    dialect, asked = NousDialect(), list[float]()
    agent = assemble(device, ScriptedModel(()), dialect)

    def reply(_: Prompt) -> str:
        asked.append(time.perf_counter())
        tap = ToolCall("tap", {"at": list(AT)}, "The next step is to tap the switch.")
        end = ToolCall("finish", {"success": True, "message": "Done."})
        return dialect.write(tap if len(asked) <= STEPS else end, screen, agent.tools)

    screen = device.glance()
    agent.model = ScriptedModel([reply] * (STEPS + 1))
    store = Store.create(folder, "flip the switch")
    agent.hooks = [store]
    outcome = agent.run("flip the switch").outcome
    store.close()
    if outcome is None or not outcome.ok:
        sys.exit(f"the agent did not get through: {outcome}")
    return [later - earlier for earlier, later in zip(asked, asked[1:], strict=False)]


def fastest_ms(act: Callable[[], object], times: int = 15) -> float:
    """The fastest of several runs: what it takes when nothing else runs on the machine."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        took.append(time.perf_counter() - began)
    return 1000 * min(took)


def seconds_to_settle(device: VirtualAndroid) -> float:
    """From going back, which slides for 0.25 s, to the settled screenshot of the page before."""
    device.tap(Point(540, 700), on=device.screenshot())
    device.screenshot()
    device.press("back")
    began = time.perf_counter()
    screen = device.screenshot()
    took = time.perf_counter() - began
    if screen.settled != "quiet" or screen.image.tobytes() != device.phone.frame().tobytes():
        sys.exit("the screen had not settled")
    return took


def main() -> None:
    bare: list[float] = []
    whole: list[float] = []
    device = open_virtual(VirtualPhone(apps=[Lamp]))
    try:
        device.open_app("Lamp")
        device.screenshot()
        with tempfile.TemporaryDirectory() as folder:
            for number in range(ROUNDS):
                bare += bare_steps(device)
                whole += agent_steps(device, Path(folder) / str(number))
        print(f"capture, raw          {fastest_ms(lambda: from_raw(device.link.fetch(*RAW))):7.1f} ms")
        print(f"capture, PNG          {fastest_ms(lambda: from_png(device.link.fetch(*ENCODED))):7.1f} ms")
        print(f"glance                {fastest_ms(device.glance):7.1f} ms")
        print(f"app in front          {fastest_ms(device.foreground):7.1f} ms")
        print(f"tap                   {fastest_ms(lambda: device.link.act('input', 'tap', '1', '1')):7.1f} ms")
        print(f"settle, 250 ms slide  {1000 * min(seconds_to_settle(device) for _ in range(5)):7.1f} ms")
    finally:
        device.close()
    ratio = statistics.median(whole) / statistics.median(bare)
    print(f"bare step             {1000 * statistics.median(bare):7.1f} ms  (median of {len(bare)})")
    print(f"agent's step          {1000 * statistics.median(whole):7.1f} ms  (median of {len(whole)})")
    print(f"ratio                 {ratio:7.2f}     (at most {MOST})")
    sys.exit(ratio > MOST)


if __name__ == "__main__":
    main()
