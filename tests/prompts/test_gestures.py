"""Every gesture that a device can give a model is told, written and read in every dialect, those of no family too."""

import pytest
from PIL import Image

from handsight.families import DIALECTS
from handsight.tools.gestures import GESTURES
from handsight.tools.registry import Tools
from handsight.tools.session import session_tools
from handsight.types import NativeCall, Reply, Screen, ToolCall, Trajectory
from handsight.wiring import open_dialect

TOOLS = Tools([*(gesture for gestures in GESTURES.values() for gesture in gestures), *session_tools()])
SCREEN = Screen(Image.new("RGB", (1080, 2400)))


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_a_field_is_emptied_in_every_dialect(name):
    dialect = open_dialect(name)
    call = ToolCall("clear_text", {}, "The old name is still there.")
    written = dialect.write(call, SCREEN, TOOLS)
    reply = Reply(written)
    if name.startswith("native"):  # a server sends the call beside the text
        reply = Reply(call.thought, native=(NativeCall("1", "clear_text", "{}"),))
    assert dialect.parse(reply, SCREEN, TOOLS) == (call,), written


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_every_gesture_is_told_of_in_every_dialect(name):
    dialect = open_dialect(name)
    run = Trajectory("Look around")
    run.add_step().screen = SCREEN
    prompt = dialect.render(run, TOOLS)
    told = "".join(part for m in prompt.messages for part in m.parts if isinstance(part, str)) + str(prompt.functions)
    functions = dialect.functions(TOOLS)
    assert {action.tool for action in functions.actions.offered} | functions.own.keys() == {tool.name for tool in TOOLS}
    assert "clear_text" in told
