"""Games: how often a model wins NumberLine, Blackjack, EZPoint and Point24, played by what their pictures show.

Two players that need no model play the same hands: "best" knows the game and plays as well as it can be played, and
"random" takes any action. The rules, and what counts as success, stand in benchmarks/README.md.

    python benchmarks/games.py --model server:URL#NAME --out RUN.jsonl --game point24 --episodes 100
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from cards import GAMES
from cards.table import Game
from handsight import __version__
from handsight.devices.gym import GymDevice
from handsight.errors import HandsightError
from handsight.loop import Agent, Limits
from handsight.tools.gestures import gestures_for
from handsight.tools.registry import Tools
from handsight.types import Step, Trajectory
from scoring import program
from scoring.asking import Asker
from scoring.readers.files import digest
from scoring.results import Results
from scoring.tables import rate
from scoring.tally import Counts, Tally

PLAYERS = ("model", "best", "random")
_LIMITS = partial(Limits, steps=40, mistakes=4)
_APART = 1_000_000  # so that runs of other seeds are other hands


@dataclass(frozen=True)
class Episode:
    """One game by one player. The seed decides the hand, which is the same for all players."""

    game: str
    player: str
    number: int
    seed: int

    @property
    def id(self) -> str:
        return f"{self.game} {self.number} {self.player}"

    @property
    def mark(self) -> str:
        return digest([self.game, self.seed])


@dataclass(frozen=True)
class Played:
    """What came of it: the rewards, each action, the replies that were put back, and why it ended before its end."""

    total: float
    over: bool
    actions: tuple[str, ...]
    put_back: tuple[str, ...] = ()
    broke_off: str = ""
    tokens: tuple[int, int] = (0, 0)

    @property
    def success(self) -> bool:
        return self.over and self.total > 0


def episodes(games: Iterable[str], count: int, seed: int, players: Iterable[str] = PLAYERS) -> Iterator[Episode]:
    """All players' games, hand by hand."""
    for game in games:
        for number in range(count):
            for player in players:
                yield Episode(game, player, number, seed * _APART + number)


def play_by(choose: Callable[[Game], str], game: Game, seed: int) -> Played:
    """Play with a player who knows the game from inside."""
    game.reset(seed=seed)
    actions: list[str] = []
    total, over = 0.0, False
    while not over:
        actions.append(choose(game))
        reward, ended, cut = game.play(actions[-1])
        total, over = total + reward, ended or cut
    return Played(total, over, tuple(actions))


def play_with(asker: Asker, game: Game, seed: int) -> Played:
    """Play with a model, which sees the picture and can do nothing but act. Raises ModelError."""
    device = GymDevice(game, seed=seed)
    agent = Agent(device, asker.model, asker.dialect, Tools(gestures_for(device)), limits=_LIMITS())

    def end(step: Step, trajectory: Trajectory) -> None:
        if device.over:
            agent.stop.set()

    agent.hooks = [end]
    run = agent.run(f"{game.RULES} Take one action in each reply.")
    assert run.outcome
    if run.outcome.kind == "stopped" and not device.over:
        raise KeyboardInterrupt
    replies = [step.reply for step in run.steps if step.reply]
    return Played(
        device.total,
        device.over,
        tuple(str(step.call.arguments["action"]) for step in run.steps if step.call and step.result),
        tuple(" ".join(str(step.problem).split()) for step in run.steps if step.problem),
        "" if device.over else run.outcome.message,
        (sum(reply.prompt_tokens for reply in replies), sum(reply.reply_tokens for reply in replies)),
    )


def played(episode: Episode, asker: Asker | None) -> Played:
    game = GAMES[episode.game]()
    if episode.player == "model":
        assert asker
        return play_with(asker, game, episode.seed)
    chance = np.random.default_rng([episode.seed, 1])  # not the stream that deals the hand
    choose = {"best": lambda g: g.best(), "random": lambda g: str(chance.choice(g.ACTIONS))}[episode.player]
    return play_by(choose, game, episode.seed)


def event(episode: Episode, came: Played) -> dict[str, Any]:
    """An episode as it is recorded."""
    return {
        "id": episode.id,
        "mark": episode.mark,
        "tags": {"played": f"{episode.game} | {episode.player}"},
        "scores": {"success": came.success},
        "problem": came.broke_off,
        "seed": episode.seed,
        "rewards": came.total,
        "actions": list(came.actions),
        "put back": list(came.put_back),
        "tokens": list(came.tokens),
    }


def table(tally: Tally) -> Iterator[str]:
    """A row for each game and player."""
    yield "| game | player | episodes | success, % | 95 % | broken off |"
    yield "|---|---|---|---|---|---|"
    rows: dict[str, Counts] = tally.groups.get("played", {})
    for game in GAMES:
        for player in PLAYERS:
            if counts := rows.get(f"{game} | {player}"):
                cells = rate(counts.hits["success"], counts.cases)
                yield f"| {game} | {player} | {counts.cases} | {' | '.join(cells)} | {counts.malformed} |"


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="as for handsight run; left out, only the players that need none play")
    parser.add_argument("--dialect", help="how the model is asked; left out, as its name says")
    parser.add_argument("--screen-tokens", type=program.number, help="the most that a picture may cost")
    parser.add_argument(
        "--out", type=Path, required=True, help="the file of results; one that is there is gone on with"
    )
    parser.add_argument("--game", action="append", choices=[*GAMES], help="may be given again; left out, all four")
    parser.add_argument("--episodes", type=program.number, default=100, help="of each game")
    parser.add_argument("--seed", type=int, default=0, help="another one deals other hands")
    said = parser.parse_args(words)
    if said.seed < 0 or said.episodes > _APART:
        parser.error(f"a seed is 0 or more, and there are at most {_APART} episodes")
    try:
        return _carry_out(said)
    except HandsightError as problem:
        print(f"{parser.prog}: {' '.join(str(problem).split())}", file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:  # before anything was asked
        return 130


def _carry_out(said: argparse.Namespace) -> int:
    with ExitStack() as opened:
        asker = Asker.open(said.model, said.dialect, said.screen_tokens) if said.model else None
        if asker:
            opened.callback(asker.close)
        about = {
            "benchmark": "games",
            "data": f"seed {said.seed}",
            "model": asker.model.name if asker else "none",
            "dialect": asker.dialect.name if asker else "none",
            "settings": {"screen_tokens": said.screen_tokens},
            "handsight": __version__,
        }
        results = Results.open(said.out, about, Tally(("success",)))
        opened.callback(results.close)
        players = PLAYERS if asker else PLAYERS[1:]
        todo = list(episodes(dict.fromkeys(said.game or GAMES), said.episodes, said.seed, players))
        word, code = "", 0
        try:
            with program.progress("games", len(todo)) as tell:
                for done, episode in enumerate(todo, 1):
                    if not results.held(episode.id, episode.mark):
                        results.add(event(episode, played(episode, asker)))
                    tell(done)
        except KeyboardInterrupt:
            word, code = "Stopped; so far:", 130
        except HandsightError:
            print("It broke off; so far:\n", *table(results.tally), sep="\n")
            raise
        print(*([f"{word}\n"] if word else []), *table(results.tally), sep="\n")
        if word:
            print(f"\nThe same command goes on from {results.path}.")
        return code


if __name__ == "__main__":
    sys.exit(main())
