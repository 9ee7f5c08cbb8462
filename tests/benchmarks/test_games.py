"""The program of the games from end to end: right players, wrong ones, and runs that were cut."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import games
from cards import GAMES
from handsight import ScriptedModel
from handsight.wiring import open_dialect
from scoring.asking import Asker

from .datasets import REFUSED, Server

Serve = Callable[[Callable[[str], str]], Server]


def says(action: str) -> str:
    return f'<tool_call>\n{{"name": "act", "arguments": {{"action": "{action}"}}}}\n</tool_call>'


def best(game: str, count: int, seed: int = 0) -> list[str]:
    """The actions of the best player in the first games of a run."""
    return [
        action
        for episode in games.episodes([game], count, seed, ["best"])
        for action in games.played(episode, None).actions
    ]


def script(path: Path, replies: Sequence[str]) -> str:
    path.write_text("\n---\n".join(replies), "utf-8")
    return f"scripted:{path}"


def rows(text: str) -> dict[tuple[str, str], list[str]]:
    """What stands behind each game and player."""
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return {(row[0], row[1]): row[2:] for row in cells[2:]}


def events(out: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines(keepends=True) if line.endswith("\n")]
    return [line for line in lines if line["event"] == "case"]


@pytest.mark.parametrize("game", GAMES)
def test_a_model_that_plays_as_the_best_player_does_is_counted_as_he_is(
    game: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = script(tmp_path / "replies.txt", [says(action) for action in best(game, 12)])
    out = tmp_path / "run.jsonl"
    assert games.main(["--model", model, "--out", str(out), "--game", game, "--episodes", "12"]) == 0
    printed = rows(capsys.readouterr().out)
    assert printed[game, "model"] == printed[game, "best"]
    assert printed[game, "model"][0] == "12"
    if game in ("numberline", "ezpoint"):
        assert printed[game, "model"][1:3] == ["100.0", "75.8 to 100.0"]
    assert [event["actions"] for event in events(out) if event["id"].endswith("model")] == [
        event["actions"] for event in events(out) if event["id"].endswith("best")
    ]


def test_without_a_model_the_two_other_players_play(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert games.main(["--out", str(tmp_path / "run.jsonl"), "--episodes", "40"]) == 0
    printed = rows(capsys.readouterr().out)
    assert printed.keys() == {(game, player) for game in GAMES for player in ("best", "random")}
    for game in GAMES:
        assert float(printed[game, "random"][1]) < float(printed[game, "best"][1])


def asker(*replies: Any) -> Asker:
    return Asker(ScriptedModel(replies), open_dialect("nous"))


def test_the_model_sees_the_picture_and_its_rewards_and_can_do_nothing_but_act() -> None:
    model = asker(says("+"), says("-"), *[says("+")] * 9)
    game = GAMES["numberline"]()
    came = games.play_with(model, game, 3)
    assert isinstance(model.model, ScriptedModel)
    prompt = model.model.prompts[-1]
    told = "".join(part for message in prompt.messages for part in message.parts if isinstance(part, str))
    assert "Make it equal to the target" in told
    assert "Reward " in told
    for gone in ("mobile_use", "terminate", "ask_user", "wait"):
        assert gone not in told
    assert came.over


def test_the_model_is_not_asked_once_the_game_is_over() -> None:
    model = asker(*[says(action) for action in best("ezpoint", 1)])
    came = games.play_with(model, GAMES["ezpoint"](), 0)
    assert came.success
    assert isinstance(model.model, ScriptedModel)
    assert model.model.left == 0


def test_success_is_a_sum_of_rewards_above_nothing() -> None:
    """As the trainer of gym_cards counts it: a step in the wrong direction costs what the number line is worth."""
    ways = {"+": "-", "-": "+"}
    wrong_first = best("numberline", 1)
    wrong_first = [ways[wrong_first[0]], wrong_first[0], *wrong_first]
    game = GAMES["numberline"]()
    game.reset(seed=0)
    total = sum(game.play(action)[0] for action in wrong_first)
    came = games.play_with(asker(*map(says, wrong_first)), GAMES["numberline"](), 0)
    assert came.over
    assert came.total == total <= 0
    assert not came.success
    assert games.Played(9.0, True, ()).success
    assert not games.Played(9.0, False, ()).success


def test_a_reply_that_is_no_action_is_put_back_and_four_of_them_end_the_game() -> None:
    played = best("ezpoint", 1)
    came = games.play_with(asker("I see two cards.", says("11"), *map(says, played)), GAMES["ezpoint"](), 0)
    assert came.success
    assert len(came.put_back) == 2
    assert came.actions == tuple(played)
    came = games.play_with(asker(*["I would rather not."] * 4), GAMES["ezpoint"](), 0)
    assert not came.over
    assert not came.success
    assert came.broke_off.startswith("4 mistakes in a row")


def test_a_game_that_broke_off_is_counted_as_lost_and_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = script(tmp_path / "replies.txt", ["No."] * 8)
    words = ["--model", model, "--out", str(tmp_path / "run.jsonl"), "--game", "numberline", "--episodes", "2"]
    assert games.main(words) == 0
    assert rows(capsys.readouterr().out)["numberline", "model"] == ["2", "0.0", "0.0 to 65.8", "2"]


def test_a_run_that_was_cut_goes_on_and_asks_nothing_twice(
    serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = [says(action) for action in best("ezpoint", 6)]
    after = len(best("ezpoint", 3)) + 1
    replies = iter([*left[:after], REFUSED, *left[len(best("ezpoint", 3)) :]])
    server = serve(lambda text: next(replies))
    out = tmp_path / "run.jsonl"
    words = ["--model", server.words, "--dialect", "nous", "--out", str(out), "--game", "ezpoint", "--episodes", "6"]
    assert games.main(words) == 1
    said = capsys.readouterr()
    assert "It broke off; so far:" in said.out
    assert rows(said.out)["ezpoint", "model"][0] == "3"
    assert "not this one" in said.err
    whole = out.read_bytes()
    out.write_bytes(whole[: whole.rindex(b"\n", 0, -1) + 20])
    assert games.main(words) == 0
    printed = rows(capsys.readouterr().out)
    assert printed["ezpoint", "model"][:2] == ["6", "100.0"]
    assert next(replies, None) is None
    assert len({event["id"] for event in events(out)}) == len(events(out)) == 18
    asked = len(server.asked)
    assert games.main(words) == 0
    assert len(server.asked) == asked


def test_a_run_can_be_made_longer_and_is_not_mixed_with_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run.jsonl"
    words = ["--out", str(out), "--game", "numberline", "--episodes"]
    assert games.main([*words, "3"]) == 0
    assert games.main([*words, "5", "--game", "ezpoint"]) == 0
    printed = rows(capsys.readouterr().out.split("| game |")[-1].join(["| game |", ""]))
    assert printed["numberline", "best"][0] == printed["ezpoint", "best"][0] == "5"
    assert games.main([*words, "3", "--seed", "1"]) == 2
    assert 'holds another run: its data is "seed 0", not "seed 1"' in capsys.readouterr().err


def test_another_seed_deals_other_hands_and_the_same_seed_the_same() -> None:
    def hands(seed: int) -> list[int]:
        return [episode.seed for episode in games.episodes(["point24"], 5, seed, ["best"])]

    assert hands(0) == hands(0)
    assert not set(hands(0)) & set(hands(1))


def test_the_random_player_is_dealt_his_cards_by_another_chance_than_he_plays_by() -> None:
    """Else his luck would hang together with his hands: he wins 28 % of the hands of blackjack, as simulated apart."""
    won = [games.played(e, None).success for e in games.episodes(["blackjack"], 1500, 0, ["random"])]
    assert 0.24 < sum(won) / len(won) < 0.33


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--game", "chess"], "invalid choice: 'chess'"),
        (["--episodes", "0"], "a number above zero is expected"),
        (["--seed", "-1"], "a seed is 0 or more"),
    ],
)
def test_wrong_words_are_refused(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        games.main(["--out", str(tmp_path / "run.jsonl"), *words])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_a_model_that_there_is_not_is_said_before_anything_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert games.main(["--model", "nonsense", "--out", str(tmp_path / "run.jsonl")]) == 2
    assert "no model is called 'nonsense'" in capsys.readouterr().err
    assert not (tmp_path / "run.jsonl").exists()
