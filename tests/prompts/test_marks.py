"""A mark can be named in every dialect, in whatever form its calls have."""

from __future__ import annotations

import pytest
from PIL import Image

from handsight.families import DIALECTS
from handsight.tools.gestures import tap
from handsight.tools.marks import Marks
from handsight.tools.registry import Tools
from handsight.tools.session import session_tools
from handsight.types import Box, Element, Picture, Reply, Screen, Step, ToolCall, Trajectory
from handsight.wiring import open_dialect

THINGS = tuple(Element(f"Thing {n}", Box(0, 100 * n, 90, 100 * n + 80), "button", clickable=True) for n in range(12))
PLAIN, MARKED = Image.new("RGB", (1080, 2400)), Image.new("RGB", (1080, 2400), "white")
SCREEN = Screen(PLAIN, elements=THINGS, marked=MARKED)


@pytest.mark.parametrize("name", DIALECTS)
def test_a_mark_is_listed_shown_and_read_in_every_dialect(name: str) -> None:
    marks, dialect = Marks(), open_dialect(name)
    tools = Tools([tap, *session_tools(), marks.tool])
    prompt = dialect.render(Trajectory("x", [Step(1, screen=SCREEN)]), tools)
    parts = [part for message in prompt.messages for part in message.parts]
    assert [part.source for part in parts if isinstance(part, Picture)] == [MARKED]
    assert '12: button "Thing 11"' in "".join(part for part in parts if isinstance(part, str))
    offered = "".join(map(str, prompt.functions)) if prompt.functions else "".join(map(str, parts))
    assert "tap_mark" in offered

    written = dialect.write(ToolCall("tap_mark", {"mark": 12}, "The last one."), SCREEN, tools)
    calls = dialect.parse(Reply(written), SCREEN, tools)
    assert [(call.name, call.arguments) for call in marks.all_meant(calls, SCREEN)] == [("tap", {"at": [45, 1140]})]
