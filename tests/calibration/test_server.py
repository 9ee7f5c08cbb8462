"""`handsight doctor` on models behind a real server, on models of one's own and on checkpoints, as a user runs it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.calibration.looking_server import looking_server
from tests.calibration.simulated import pixels_seen, relative, shrinking

from handsight.calibration import ask, draw_sheets, judge
from handsight.calibration.asking import Answer, Shown
from handsight.calibration.tokens import compare, cost
from handsight.cli.calibrate import calibrate
from handsight.cli.fit import tell_model
from handsight.errors import ModelUnavailable, UnknownName, UsageError
from handsight.models.memory import architecture
from handsight.models.server import open_server
from handsight.sizes import smart_resize
from handsight.wiring import is_checkpoint, open_dialect

SHEETS = draw_sheets()


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HANDSIGHT_API_KEY", "OPENAI_API_KEY", "DASHSCOPE_API_KEY"):
        monkeypatch.delenv(variable, raising=False)


def as_sent(size: tuple[int, int]) -> tuple[int, int]:
    return size


# Behind a server


def test_a_server_that_leaves_pictures_alone_passes(capsys: pytest.CaptureFixture[str]) -> None:
    with looking_server(open_dialect("qwen25_vl"), pixels_seen, as_sent) as (words, came):  # type: ignore[arg-type]
        assert calibrate(f"{words}#Qwen2.5-VL-7B-Instruct", None, 1280, "1080x2400") == 0
    said = capsys.readouterr().out
    assert "dialect         qwen25_vl: the name Qwen2.5-VL-7B-Instruct says Qwen2.5\n" in said
    assert "answers         12 of 12 can be read; 12 of them hit their target as qwen25_vl reads them" in said
    assert "1080x2400       sent as 672x1484; its numbers run from " in said
    assert re.search(r"counts the tokens of the pictures as sent \(127\d for 672x1484, 122\d for 1316x728\)\.", said)
    assert said.endswith("The model writes pixels of the picture as it was sent, and qwen25_vl reads them so.\n")
    assert came == [(672, 1484)] * 5 + [(1316, 728)] * 4 + [(644, 476)] * 3


def test_a_server_that_resizes_again_is_named_with_its_sizes_and_its_count(capsys: pytest.CaptureFixture[str]) -> None:
    with looking_server(open_dialect("qwen25_vl"), pixels_seen, shrinking(800)) as (words, _):  # type: ignore[arg-type]
        assert calibrate(f"{words}#Qwen2.5-VL-7B-Instruct", None, 1280, "1080x2400", as_json=True) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == "wrong"
    assert told["found"]["convention"]["kind"] == "capped"
    assert told["found"]["hits"] == told["readable"] == told["asked"] == 12
    assert told["as_is"]["hits"] < 12
    assert not told["tokens"]["as_sent"]
    phone = told["tokens"]["screens"][0]
    height, width = smart_resize(1484, 672, 28, 3136, 800 * 784)
    assert phone["expected"] == 1272
    assert phone["counted"] == pytest.approx(width * height / 784, abs=24)
    assert "should cost 1272 tokens, and the server counts about" in told["tokens"]["said"]
    assert "take --screen-tokens" in told["tokens"]["said"]
    assert [screen["sent"] for screen in told["screens"]] == [[672, 1484], [1316, 728], [644, 476]]
    across, down = told["screens"][0]["numbers"]
    assert across["end"] - across["start"] == pytest.approx(width, rel=0.03)
    assert down["end"] - down["start"] == pytest.approx(height, rel=0.03)


def test_a_relative_model_is_right_though_its_server_resizes_which_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with looking_server(open_dialect("nous"), relative(1000), shrinking(800)) as (words, _):  # type: ignore[arg-type]
        assert calibrate(f"{words}#my-own", None, 1280, "1080x2400") == 0
    said = capsys.readouterr().out
    assert "The server resizes what it is sent (a screen sent at 672x1484 should cost 1272 tokens" in said
    assert said.endswith("The model writes relative numbers, from 0 to 1000, and nous reads them so.\n")


def test_a_dialect_that_is_named_is_measured_and_its_reason_told(capsys: pytest.CaptureFixture[str]) -> None:
    with looking_server(open_dialect("nous"), relative(1000), as_sent) as (words, _):  # type: ignore[arg-type]
        assert calibrate(f"{words}#Qwen2.5-VL-7B-Instruct", "nous", 600, "720x1280") == 0
    said = capsys.readouterr().out
    assert "nous: named by --dialect; by itself it would be qwen25_vl, as the name" in said
    assert "720x1280        sent as " in said


def test_a_model_of_another_factor_is_told_by_the_count() -> None:
    def of_32(size: tuple[int, int]) -> tuple[int, int]:
        height, width = smart_resize(size[1], size[0], 32, 1, 10**9)
        return width, height

    dialect: Any = open_dialect("nous")
    with looking_server(dialect, relative(1000), of_32, factor=32) as (words, _):
        model = open_server(f"{words}#x")
        report = judge(ask(model, dialect, SHEETS), dialect, {})
        model.close()
    assert report.verdict == "right"
    assert report.tokens
    assert "sees a token in each 32x32 pixels, and this dialect in each 28x28" in report.tokens.said


# By the count alone


def counted(dialect: Any, count: Any, text: int = 700) -> Any:
    made = []
    for sheet in SHEETS:
        size = sheet.screen.size
        shown = Shown(size, dialect.sent(size), dialect.space(sheet.screen).edge)
        made += [Answer(target, shown, None, prompt_tokens=count(shown.sent, text)) for target in sheet.targets]
    return compare(made, dialect.factor)


@pytest.mark.parametrize("name", ["nous", "qwen3_vl"])
@pytest.mark.parametrize("budget", [1280, 4096, 16384])
def test_a_count_that_is_right_is_said_to_be(name: str, budget: int) -> None:
    dialect: Any = open_dialect(name, "", budget)
    found = counted(dialect, lambda sent, text: text + cost(sent, dialect.factor))
    assert found.as_sent
    assert all(seen.counted == seen.expected for seen in found.screens)


@pytest.mark.parametrize("limit", [300, 500, 700, 1000, 1280])
def test_a_limit_is_found_whatever_the_text_costs(limit: int) -> None:
    dialect: Any = open_dialect("nous", "", 4096)

    def count(sent: tuple[int, int], text: int) -> int:
        return text + cost(shrinking(limit)(sent), 28)

    few, many = counted(dialect, count, 100), counted(dialect, count, 5000)
    assert few == many
    assert not few.as_sent


def test_a_count_that_leaves_pictures_out_tells_nothing_and_says_so() -> None:
    found = counted(open_dialect("nous"), lambda sent, text: text)
    assert not found.as_sent
    assert "counts as many tokens for every picture" in found.said


def test_a_count_that_is_higher_is_no_limit() -> None:
    found = counted(open_dialect("nous"), lambda sent, text: text + 3 * cost(sent, 28))
    assert "The server counts more than was sent" in found.said


def test_a_server_that_does_not_count_is_not_spoken_of() -> None:
    assert counted(open_dialect("nous"), lambda sent, text: 0) is None


# Which dialect, and why


def test_the_dialect_of_a_server_is_told_without_asking_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell_model("server:http://localhost:1/v1#Qwen3-VL-8B", None, "1080x2400", 1280) == 0
    assert capsys.readouterr().out == (
        "dialect         qwen3_vl: the name Qwen3-VL-8B says Qwen3\n"
        "places          relative numbers, from 0 to 1000\n"
        "a screen        1080x2400 is sent as 768x1696, 1272 tokens\n"
    )


def test_the_dialect_of_a_checkpoint_is_told_by_its_config_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "qwen2_5_vl", "vision_config": {}}', "utf-8")
    with pytest.raises(ModelUnavailable, match="holds no weights"):
        tell_model(str(tmp_path), None, "1080x2400", 1280)
    said = capsys.readouterr().out
    assert "dialect         qwen25_vl: the checkpoint's architecture is qwen2_5_vl\n" in said
    assert "places          pixels of the picture as it was sent\n" in said
    assert architecture(f"local:{tmp_path}") == "qwen2_5_vl"


@pytest.mark.parametrize("config", ["[]", "{", '{"model_type"}'])
def test_a_config_that_cannot_be_read_is_said_to_be(tmp_path: Path, config: str) -> None:
    (tmp_path / "config.json").write_text(config, "utf-8")
    with pytest.raises(ModelUnavailable, match="the files of .* cannot be read"):
        architecture(tmp_path)


def test_the_dialect_of_the_reader_and_of_scripts_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "qwen3-vl.txt"
    script.write_text("x", "utf-8")
    assert tell_model("reader", None, "1080x2400", 1280) == 0
    assert tell_model(f"scripted:{script}", None, "1080x2400", 1280) == 0
    said = capsys.readouterr().out
    assert "nous: reader names no family that has a dialect of its own" in said
    assert "qwen3_vl: the name qwen3-vl.txt says qwen3" in said


def test_a_dialect_that_there_is_not_is_refused() -> None:
    with pytest.raises(UnknownName, match="no dialect is called 'klingon'"):
        tell_model("reader", "klingon", "1080x2400", 1280)


@pytest.mark.parametrize(
    ("words", "is_one"),
    [
        ("Qwen/Qwen2-VL-2B-Instruct", True),
        ("local:here", True),
        (".", True),
        ("server:http://localhost:8000/v1#Qwen/Qwen2-VL", False),
        ("scripted:a/b.txt", False),
        ("reader", False),
        ("nowhere-to-be-found", False),
        ("", False),
    ],
)
def test_a_checkpoint_is_told_from_other_models_by_its_words(words: str, *, is_one: bool) -> None:
    assert is_checkpoint(words) == is_one


# What cannot be measured


@pytest.mark.parametrize("words", ["reader", "scripted:replies.txt"])
def test_what_has_no_convention_is_refused(words: str) -> None:
    with pytest.raises(UsageError, match="has no convention to be measured"):
        calibrate(words, None, 1280, "1080x2400")


@pytest.mark.parametrize("size", ["large", "100x2400", "1080x99999", "9x9"])
def test_a_size_that_no_screen_has_is_refused_before_a_model_is_opened(size: str) -> None:
    with pytest.raises(UsageError, match="is written as|sides are"):
        calibrate("no_such_module:Model", None, 1280, size)
