"""Words that say of a switch that it is on or off, in English and Chinese, and words that do not."""

import pytest

from handsight.sight.states import state_of


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("Wi-Fi is on", ("Wi-Fi", True)),
        ("Wi-Fi is off", ("Wi-Fi", False)),
        ("Wi-Fi is turned on.", ("Wi-Fi", True)),
        ("Wi-Fi is switched off", ("Wi-Fi", False)),
        ("Wi-Fi is not on", ("Wi-Fi", False)),
        ("Milk is checked", ("Milk", True)),
        ("Milk is unchecked", ("Milk", False)),
        ("the switch next to Dark theme is on", ("the switch next to Dark theme", True)),
        ("Wi-Fi已打开", ("Wi-Fi", True)),
        ("Wi-Fi 已经开启", ("Wi-Fi", True)),
        ("蓝牙已关闭", ("蓝牙", False)),
        ("蓝牙是打开的", ("蓝牙", True)),
        ("蓝牙未开启", ("蓝牙", False)),
        ("深色主题的开关已打开", ("深色主题", True)),
    ],
)
def test_a_state_is_read_from_words(words: str, read: tuple[str, bool]) -> None:
    assert state_of(words) == read


@pytest.mark.parametrize(
    "words", ["Wi-Fi", "is on", "The light is on the table", "Come on", "It is online", "已打开", "打开Wi-Fi", "Saved"]
)
def test_other_words_say_no_state(words: str) -> None:
    assert state_of(words) is None
