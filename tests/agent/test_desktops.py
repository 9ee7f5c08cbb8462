"""Desktops in words."""

import shutil
import tempfile
from pathlib import Path

import pytest

from handsight.errors import UsageError
from handsight.wiring import device_opener
from handsight.wiring.desktops import desktop_settings, private_settings


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        ("", {}),
        ("2", {"monitor": 2}),
        ("2,pointer", {"monitor": 2, "pointer": True}),
        ("yield, pointer", {"yielding": True, "pointer": True}),
        ("paste=ctrl+shift+v", {"paste": "ctrl+shift+v"}),
        ("window=Notes", {"window": "Notes"}),
        ("pointer,window=Notes, of today", {"pointer": True, "window": "Notes, of today"}),
    ],
)
def test_a_desktop_in_words(words: str, settings: dict[str, object]) -> None:
    assert desktop_settings(words) == settings


@pytest.mark.parametrize("words", ["second", "2,cursor", "paste=", "window=", "2,window=Notes", "0x1", ",", "-1", "²"])
def test_what_is_no_desktop_says_how_one_is_written(words: str) -> None:
    with pytest.raises(UsageError, match="a desktop is written as desktop:2"):
        desktop_settings(words)


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        ("xterm", {"program": ["xterm"]}),
        ("xterm -e 'top -d 1'", {"program": ["xterm", "-e", "top -d 1"]}),
        ("800x600,show,pointer,mousepad a,b.txt", {
            "size": (800, 600), "shown": True, "pointer": True, "program": ["mousepad", "a,b.txt"],
        }),
        ("show", {"program": ["show"]}),
    ],
)  # fmt: skip
def test_a_private_desktop_in_words(words: str, settings: dict[str, object]) -> None:
    assert private_settings(words) == settings


@pytest.mark.parametrize(
    ("words", "says"), [("", "no program was named"), ("show,", "no program was named"), ("xterm 'x", "as in a shell")]
)
def test_what_is_no_private_desktop_is_refused(words: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        private_settings(words)


def test_wrong_words_are_refused_before_anything_is_opened() -> None:
    with pytest.raises(UsageError, match="'cursor' is none of these"):
        device_opener("desktop:cursor")
    with pytest.raises(UsageError, match="no program was named"):
        device_opener("private:")
    device_opener("desktop:7")  # which monitors there are is seen when it is opened


@pytest.mark.skipif(not shutil.which("Xvfb"), reason="there is no X server of our own: apt-get install xvfb")
def test_a_program_that_is_not_there_leaves_no_display(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(UsageError, match="no program 'mousepda'"):
        device_opener("private:mousepda")()
    assert [*tmp_path.iterdir()] == []
