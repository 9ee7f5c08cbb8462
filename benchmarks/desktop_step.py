"""What a step on a desktop costs outside the model, against the least that any loop must do.

Both sides work the same window on the same private X server of 1920x1080, turn about. The bare loop clicks, waits as
long as a screen must be quiet, and captures. The agent's step is a whole one: settled screenshot, prompt, call, policy
with the label read by OCR, record on the disk, a last look at the target, the click. The clicks flip a switch, which
shows at once. The model is scripted and answers at once.

    python benchmarks/desktop_step.py             exits with 1 when a step takes over 1.3 times the bare loop
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from handsight.devices.desktop import DesktopDevice, open_desktop, open_display
from handsight.devices.settle import SETTLE
from handsight.models.scripted import ScriptedModel
from handsight.prompts.nous import NousDialect
from handsight.store import Store
from handsight.types import Point, Prompt, ToolCall
from handsight.wiring import assemble
from step_overhead import fastest_ms

ROUNDS, STEPS, MOST = 6, 8, 1.3
AT = Point(400, 300)
LAMPS = """
import tkinter as tk
root = tk.Tk()
root.geometry("1500x900+100+60")
on = False
def flip():
    global on
    on = not on
    switch.config(text="On" if on else "Off", bg="gold" if on else "gray")
switch = tk.Button(root, text="Off", font=("DejaVu Sans", 40), command=flip, bg="gray", activebackground="white")
switch.place(x=100, y=100, width=500, height=300)
for number in range(24):
    tk.Label(root, text=f"Lamp {number} in the house").place(x=700 + number % 3 * 250, y=100 + number // 3 * 60)
root.mainloop()
"""


def bare_steps(device: DesktopDevice) -> list[float]:
    """Click, wait until a screen that changes at once would be quiet, capture."""
    took = []
    for _ in range(STEPS):
        began = time.perf_counter()
        device.click(AT, device_screen)
        time.sleep(SETTLE.quiet_s)
        device.glance()
        took.append(time.perf_counter() - began)
    return took


def agent_steps(device: DesktopDevice, folder: Path) -> tuple[list[float], list[float]]:
    """Run an agent: the time from each of its model's answers to the next question, and what of it was settling."""
    dialect, asked = NousDialect(), list[float]()
    agent = assemble(device, ScriptedModel(()), dialect)

    def reply(_: Prompt) -> str:
        asked.append(time.perf_counter())
        click = ToolCall("click", {"at": [AT.x, AT.y]}, "The next step is to flip the switch.")
        end = ToolCall("finish", {"success": True, "message": "Done."})
        return dialect.write(click if len(asked) <= STEPS else end, device_screen, agent.tools)

    agent.model = ScriptedModel([reply] * (STEPS + 1))
    store = Store.create(folder, "flip the switch")
    agent.hooks = [store]
    run = agent.run("flip the switch")
    store.close()
    if run.outcome is None or not run.outcome.ok:
        sys.exit(f"the agent did not get through: {run.outcome}")
    settled = [step.screen.timing["settle"] for step in run.steps[1:] if step.screen]
    return [later - earlier for earlier, later in zip(asked, asked[1:], strict=False)], settled


bare: list[float] = []
whole: list[float] = []
settling: list[float] = []
with open_display() as display, tempfile.TemporaryDirectory() as folder:
    display.start([sys.executable, "-c", LAMPS])
    device = open_desktop(display=display)
    try:
        device_screen = device.screenshot()
        while device.glance().image.getpixel((300, 300)) == (0, 0, 0):  # the program draws its window in its own time
            device_screen = device.screenshot()
        for number in range(ROUNDS):
            bare += bare_steps(device)
            more, waits = agent_steps(device, Path(folder) / str(number))
            whole, settling = whole + more, settling + waits
        print(f"capture               {fastest_ms(device.glance):7.1f} ms")
        print(f"click                 {fastest_ms(lambda: device.click(AT, device_screen)):7.1f} ms")
    finally:
        device.close()
ratio = statistics.median(whole) / statistics.median(bare)
beside = statistics.median(whole) - statistics.median(settling)
print(f"bare step             {1000 * statistics.median(bare):7.1f} ms  (median of {len(bare)})")
print(f"agent's step          {1000 * statistics.median(whole):7.1f} ms  (median of {len(whole)})")
print(f"  of it not settling  {1000 * beside:7.1f} ms")
print(f"ratio                 {ratio:7.2f}     (at most {MOST})")
print(f"ratio, best rounds    {min(whole) / min(bare):7.2f}")
sys.exit(ratio > MOST)
