"""A model that names marks on a desktop works a real program by them."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import json, re, sys
from handsight import ScriptedModel, open_agent

def press(key):
    def reply(prompt):
        text = "\\n".join(part for m in prompt.messages for part in m.parts if isinstance(part, str))
        last = text.rpartition("Marks on this screenshot:")[2]
        number = int(re.search(rf'^(\\d+): button "{re.escape(key)}"', last, re.MULTILINE)[1])
        call = {"name": "tap_mark", "arguments": {"mark": number}}
        return "So.\\n<tool_call>\\n" + json.dumps(call) + "\\n</tool_call>"
    return reply

def wait(prompt):
    call = {"name": "computer_use", "arguments": {"action": "wait", "time": 2}}
    return "So.\\n<tool_call>\\n" + json.dumps(call) + "\\n</tool_call>"

end = {"name": "computer_use", "arguments": {"action": "terminate", "status": "success"}}
replies = [wait, *map(press, "6*7="), "So.\\n<tool_call>\\n" + json.dumps(end) + "\\n</tool_call>"]
with open_agent("private:800x600,galculator", ScriptedModel(replies), marks=True) as agent:
    run = agent.run("work it out")
    said = [element.text for element in agent.device.elements(agent.device.screenshot())]
    print(json.dumps({"outcome": run.outcome.kind, "calls": [s.call.name for s in run.steps], "shown": "42" in said}))
"""


@pytest.mark.skipif(
    not all(map(shutil.which, ("Xvfb", "openbox", "dbus-daemon", "galculator"))),
    reason="apt-get install xvfb openbox dbus at-spi2-core python3-gi gir1.2-atspi-2.0 galculator",
)
def test_a_mark_on_a_desktop_is_a_click(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, cwd=tmp_path, env=os.environ)
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    assert said["shown"]
    assert said["outcome"] == "claimed"
    assert re.fullmatch("wait(,click){4},finish", ",".join(said["calls"]))
