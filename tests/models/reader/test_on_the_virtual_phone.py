"""The whole way down: the reader works the virtual phone through adb."""

from __future__ import annotations

import pytest

from handsight.devices.android import open_virtual
from handsight.devices.virtual import VirtualPhone
from handsight.loop import Agent
from handsight.models.reader import ReaderModel
from handsight.prompts.nous import NousDialect
from handsight.tools.gestures import gestures_for
from handsight.tools.registry import Tools
from handsight.tools.session import session_tools
from handsight.types import Outcome


def work(reader: ReaderModel, phone: VirtualPhone, task: str) -> Outcome:
    device = open_virtual(phone)
    try:
        tools = Tools([*gestures_for(device), *session_tools()])
        outcome = Agent(device, reader, NousDialect(), tools).run(task).outcome
    finally:
        device.close()
    assert outcome
    return outcome


@pytest.mark.parametrize(
    ("language", "task"),
    [
        ("en", "open Settings, tap Display, turn on Dark theme"),
        ("zh", "打开设置，点击“显示”，打开深色主题"),
    ],
)
def test_a_setting_is_changed(reader: ReaderModel, language: str, task: str) -> None:
    phone = VirtualPhone(language=language)
    assert not phone.dark
    assert work(reader, phone, task).kind == "claimed"
    assert phone.dark


def test_a_setting_far_down_is_read(reader: ReaderModel) -> None:
    outcome = work(reader, VirtualPhone(model="Paper 7"), "open Settings, tap About phone, answer the value of Model")
    assert outcome.answer == "Paper 7"
