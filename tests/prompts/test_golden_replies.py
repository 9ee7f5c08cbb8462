"""Each file in golden/qwen2_vl is one way in which a model writes, named after the quirk."""

import json
from pathlib import Path

import pytest

from handsight import errors
from handsight.prompts.qwen2_vl import Qwen2VLDialect
from handsight.types import Reply, ToolCall

FILES = sorted((Path(__file__).parents[1] / "golden" / "qwen2_vl").glob("*.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_reply_is_read_as_the_file_says(file, tools, screen):
    given = json.loads(file.read_text("utf-8"))
    reply = Reply(given["reply"], finish=given.get("finish", "stop"))
    on = screen(*given["size"])
    if "call" in given:
        call = Qwen2VLDialect().parse(reply, on, tools)
        tools.check(call)
        assert call == ToolCall(**given["call"])
    else:
        with pytest.raises(getattr(errors, given["error"]["kind"])) as refused:
            Qwen2VLDialect().parse(reply, on, tools)
        assert given["error"]["says"] in str(refused.value)
        assert "\n" not in str(refused.value), "one line goes back to the model"


def test_no_quirk_is_lost():
    assert len(FILES) >= 90
