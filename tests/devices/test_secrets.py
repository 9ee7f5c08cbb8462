"""A secret that is typed in a run, and fails on the way, is in nothing that is kept or said."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from handsight import ScriptedModel, open_agent
from handsight.devices.android import open_virtual
from handsight.store import Store

from .playground import QUICK
from .test_ime import FAILURES
from .writing import Office

SECRETS = {"by keys": "hunter2-$(id)", "by a keyboard app": "hünter2 你好 🙂"}
CALL = '<tool_call>\n{"name": "mobile_use", "arguments": {"action": "type", "text": "%s"}}\n</tool_call>'
DONE = '<tool_call>\n{"name": "mobile_use", "arguments": {"action": "terminate", "status": "failure"}}\n</tool_call>'

CASES = [
    ("by keys", "nothing"),
    ("by keys", "keys fail and repeat what they were told"),
    ("by keys", "cable"),
    ("by a keyboard app", "nothing"),
    *(
        ("by a keyboard app", name)
        for name in FAILURES
        if name not in ("control", "keys fail and repeat what they were told")
    ),
]


@pytest.mark.parametrize(("way", "failure"), CASES)
def test_a_secret_is_nowhere(
    way: str,
    failure: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    secret, office = SECRETS[way], Office()
    caplog.set_level(logging.DEBUG)
    device = open_virtual(office, numbers=QUICK)
    request.addfinalizer(device.close)
    breaks: Callable[[Office, pytest.MonkeyPatch], object] = FAILURES.get(failure, lambda office, patch: None)
    breaks(office, monkeypatch)
    with Store.create(tmp_path / "run", "Log in", secrets=[secret]) as store:
        model = ScriptedModel([f"I log in.\n{CALL % secret}", DONE])
        with open_agent(device, model, secrets=[secret], allow=["type_text"], hooks=[store]) as agent:
            run = agent.run("Log in")
    assert (run.steps[0].problem is None) == (failure == "nothing")
    assert (office.desk.text == secret) == (failure in ("nothing", "cable"))
    said = [str(run.steps[0].problem or run.steps[0].result), caplog.text, *capfd.readouterr()]
    kept = [path.read_text("utf-8") for path in (tmp_path / "run").iterdir() if path.suffix != ".png"]
    for text in (*said, *kept):
        for part in (secret, secret[:6], base64.b64encode(secret.encode()).decode()):
            assert part not in text
    assert "•••" in "".join(kept)
