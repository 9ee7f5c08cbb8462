"""Each file in golden/<dialect> is one way in which models write, named after the quirk."""

import json
from collections import Counter
from pathlib import Path

import pytest

from handsight import errors
from handsight.families import DIALECTS
from handsight.types import NativeCall, Reply, ToolCall
from handsight.wiring import open_dialect

GOLDEN = Path(__file__).parents[1] / "golden"
FILES = sorted(file for name in DIALECTS for file in (GOLDEN / name).glob("*.json"))


def name(file):
    return f"{file.parent.name}-{file.stem}"


@pytest.mark.parametrize("file", FILES, ids=name)
def test_a_reply_is_read_as_the_file_says(file, tools, screen):
    given = json.loads(file.read_text("utf-8"))
    native = tuple(NativeCall(**call) for call in given.get("native", ()))
    reply = Reply(given["reply"], finish=given.get("finish", "stop"), native=native)
    dialect, on = open_dialect(file.parent.name), screen(*given["size"])
    if "error" in given:
        with pytest.raises(getattr(errors, given["error"]["kind"])) as refused:
            dialect.parse(reply, on, tools)
        assert given["error"]["says"] in str(refused.value)
        assert "\n" not in str(refused.value), "one line goes back to the model"
        return
    read = dialect.parse(reply, on, tools)
    for call in read:
        tools.check(call)
    if "call" in given:
        assert read[0] == ToolCall(**given["call"])
    else:
        assert list(read) == [ToolCall(**call) for call in given["calls"]]


def test_no_quirk_is_lost():
    kept = Counter(file.parent.name for file in FILES)
    assert kept.keys() == DIALECTS.keys(), "every dialect has golden replies"
    assert kept["nous"] >= 90
    for own_form in (
        "ui_tars",
        "ui_tars_15",
        "autoglm",
        "qwen_agent",
        "qwen2_vl",
        "qwen35",
        "gui_owl",
        "native",
        "json",
    ):
        assert kept[own_form] >= 11, own_form
