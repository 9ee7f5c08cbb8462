"""Each file in golden/nous is one way in which a model writes, named after the quirk."""

import json
from pathlib import Path

import pytest

from handsight import errors
from handsight.prompts.nous import NousDialect
from handsight.types import Reply, ToolCall

FILES = sorted((Path(__file__).parents[1] / "golden" / "nous").glob("*.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_reply_is_read_as_the_file_says(file, tools, screen):
    given = json.loads(file.read_text("utf-8"))
    reply = Reply(given["reply"], finish=given.get("finish", "stop"))
    on = screen(*given["size"])
    if "call" in given:
        call = NousDialect().parse(reply, on, tools)[0]
        tools.check(call)
        assert call == ToolCall(**given["call"])
    else:
        with pytest.raises(getattr(errors, given["error"]["kind"])) as refused:
            NousDialect().parse(reply, on, tools)
        assert given["error"]["says"] in str(refused.value)
        assert "\n" not in str(refused.value), "one line goes back to the model"


def test_no_quirk_is_lost():
    assert len(FILES) >= 90
