"""The four games: their rules, their pictures, and players who play them as well as they can be played."""

from __future__ import annotations

import warnings
from fractions import Fraction
from itertools import combinations_with_replacement, product
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from PIL import Image

import cards
from cards import GAMES
from cards.blackjack import (
    Blackjack,
    ceiling,
    chance_of_hitting,
    chance_of_standing,
    chance_of_winning,
    dealers,
    hand,
    total,
)
from cards.deck import RANKS, SUITS, Card, cloth, lay
from cards.formula import SIGNS, solution, value
from cards.numberline import NumberLine
from cards.points import EZPoint, Point24, Points
from cards.table import Game
from handsight.devices.gym import GymDevice

every_game = pytest.mark.parametrize("name", GAMES)


def begun(kind: type[Game], seed: int = 0) -> Any:
    game = kind()
    game.reset(seed=seed)
    return game


def rewards(game: Game, *actions: str) -> list[tuple[float, bool, bool]]:
    return [game.play(action) for action in actions]


@every_game
def test_a_game_is_an_environment_as_gymnasium_wants_it(name: str) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*not.*within.*PassiveEnvChecker.*")
        check_env(GAMES[name](), skip_render_check=True)


@every_game
def test_a_game_is_made_by_its_id_and_worked_by_the_names_of_its_actions(name: str) -> None:
    kind = GAMES[name]
    env = gymnasium.make(f"cards/{kind.__name__}-v0", render_mode="rgb_array")
    device = GymDevice(env, seed=1)
    assert device.acts()[0].parameters["properties"]["action"]["enum"] == list(kind.ACTIONS)
    assert device.screenshot().size == (300, 300)
    device.close()
    with pytest.raises(ValueError, match="drawn as 'rgb_array', not 'human'"):
        kind("human")


@every_game
def test_the_seed_decides_the_hand_and_different_seeds_deal_different_ones(name: str) -> None:
    def shown(seed: int) -> bytes:
        return bytes(begun(GAMES[name], seed).draw().tobytes())

    assert shown(3) == shown(3)
    assert len({shown(seed) for seed in range(30)}) > 10


# Number line


def test_the_number_line_rewards_reaching_the_target_and_punishes_the_wrong_way() -> None:
    game = begun(NumberLine)
    game.target, game.current = 4, 2
    assert rewards(game, "-", "+", "+", "+") == [
        (-1, False, False),
        (0, False, False),
        (0, False, False),
        (1, True, False),
    ]
    game.target, game.current = 3, 0
    assert rewards(game, "-") == [(-1, False, False)]
    assert game.current == 0
    game.target, game.current = 2, 5
    assert rewards(game, "+") == [(-1, False, False)]
    assert game.current == 5


def test_the_number_line_is_cut_off_after_ten_steps() -> None:
    game = begun(NumberLine)
    game.target, game.current = 5, 0
    assert rewards(game, *"-" * 10) == [(-1, False, False)] * 9 + [(-1, False, True)]
    game.deal()
    game.target, game.current = 5, 4
    assert rewards(game, *"-+" * 4, "-", "+")[-1] == (0, False, True)
    game.deal()
    game.target, game.current = 5, 4
    assert rewards(game, *"-+" * 4, "-", "+")[-1][2]
    game.deal()
    game.target, game.current, game.steps = 5, 4, 9
    assert rewards(game, "+") == [(1, True, False)]


def test_a_number_line_never_begins_at_its_target() -> None:
    dealt = {(game.target, game.current) for game in (begun(NumberLine, seed) for seed in range(400))}
    assert dealt == {(a, b) for a in range(6) for b in range(6) if a != b}


# Blackjack


@pytest.mark.parametrize(
    ("numbers", "counts"),
    [([1, 13], 21), ([1, 1], 12), ([1, 5, 10], 16), ([11, 12, 5], 25), ([1] * 11, 21), ([1] * 12, 12), ([10, 9], 19)],
)
def test_an_ace_counts_eleven_where_that_does_not_go_over(numbers: list[int], counts: int) -> None:
    assert total(hand([Card(number, "S") for number in numbers])) == counts


@pytest.mark.parametrize(
    ("player", "dealer", "reward"),
    [([10, 9], [10, 8], 1), ([10, 8], [10, 8], 0), ([10, 7], [10, 8], -1), ([1, 12], [10, 1], 0), ([2, 3], [1, 6], -1)],
)
def test_standing_compares_with_a_dealer_who_has_seventeen(player: list[int], dealer: list[int], reward: int) -> None:
    game = begun(Blackjack)
    game.player, game.dealer = ([Card(number, "S") for number in held] for held in (player, dealer))
    assert game.play("stand") == (reward, True, False)
    assert len(game.dealer) == 2


def test_the_dealer_draws_to_seventeen_and_no_further() -> None:
    ends = set()
    for seed in range(300):
        game = begun(Blackjack, seed)
        reward, over, _ = game.play("stand")
        theirs, mine = total(hand(game.dealer)), total(hand(game.player))
        assert over
        assert theirs >= 17
        assert total(hand(game.dealer[:-1])) < 17 or len(game.dealer) == 2
        assert reward == (1 if theirs > 21 or mine > theirs else 0 if mine == theirs else -1)
        ends.add(min(theirs, 22))
    assert ends == {17, 18, 19, 20, 21, 22}


def test_going_over_is_lost_at_once() -> None:
    game = begun(Blackjack)
    game.player = [Card(10, "S"), Card(10, "H"), Card(1, "H")]
    assert game.play("hit") == (-1, True, False)
    assert total(hand(game.player)) > 21


def test_the_hidden_card_is_seen_only_when_the_hand_is_over() -> None:
    game = begun(Blackjack)
    game.player, game.dealer = [Card(10, "S"), Card(9, "S")], [Card(10, "D"), Card(7, "D")]
    before = game.draw().tobytes()
    game.dealer = [Card(10, "D"), Card(8, "C")]
    assert game.draw().tobytes() == before
    game.play("stand")
    assert game.draw().tobytes() != before


def test_the_chances_are_those_of_an_endless_deck() -> None:
    """Held against every way the dealer's cards may come, counted one by one."""

    def counted(held: list[int]) -> dict[int, Fraction]:
        now = total(hand([Card(number, "S") for number in held]))
        if now >= 17:
            return {min(now, 22): Fraction(1)}
        ends: dict[int, Fraction] = {}
        for number in range(1, 14):
            for end, chance in counted([*held, number]).items():
                ends[end] = ends.get(end, Fraction(0)) + chance / 13
        return ends

    for number in (6, 10, 1):
        exact = counted([number, 10])
        assert dealers(hand([Card(number, "S"), Card(10, "S")])) == pytest.approx(
            {e: float(c) for e, c in exact.items()}
        )
    ten = hand([Card(10, "S")])
    assert sum(dealers(ten).values()) == pytest.approx(1)
    assert chance_of_standing((20, False), ten) < chance_of_standing((21, False), ten)
    assert chance_of_winning((22, False), ten) == 0


@pytest.mark.parametrize(
    ("player", "dealer", "act"),
    [
        ([10, 10], 6, "stand"),
        ([10, 7], 10, "stand"),
        ([10, 4], 10, "hit"),
        ([10, 6], 6, "stand"),
        ([10, 3], 2, "stand"),
        ([10, 2], 10, "hit"),
        ([5, 6], 6, "hit"),
        ([1, 6], 6, "hit"),
        ([1, 8], 6, "stand"),
        ([1, 7], 9, "hit"),
    ],
)
def test_the_best_player_plays_the_basic_strategy(player: list[int], dealer: int, act: str) -> None:
    game = begun(Blackjack)
    game.player, game.dealer = [Card(number, "S") for number in player], [Card(dealer, "S"), Card(2, "S")]
    assert game.best() == act
    game.dealer[1] = Card(10, "S")
    assert game.best() == act, "what is face down is not known"


@pytest.mark.parametrize(("player", "dealer"), [([10, 6], 10), ([10, 2], 2)])
def test_where_a_draw_is_worth_nothing_the_best_player_leaves_the_basic_strategy(
    player: list[int], dealer: int
) -> None:
    """There a card is taken for the sake of draws; who counts hands that are won alone stands."""
    mine, theirs = hand([Card(number, "S") for number in player]), hand([Card(dealer, "S")])
    assert chance_of_standing(mine, theirs) > chance_of_hitting(mine, theirs)
    assert chance_of_hitting(mine, theirs) > chance_of_standing(mine, theirs) - 0.03


def test_the_best_player_wins_as_often_as_computed() -> None:
    won, hands = 0, 2000
    for seed in range(hands):
        game = begun(Blackjack, seed)
        over = False
        while not over:
            reward, over, _ = game.play(game.best())
        won += reward > 0
    assert ceiling() == pytest.approx(0.4316, abs=1e-4)
    assert abs(won / hands - ceiling()) < 4 * (0.25 / hands) ** 0.5


# Formulas


@pytest.mark.parametrize(
    ("formula", "worth"),
    [
        ("2 + 10", 12),
        ("2 + 3 * 4", 14),
        ("( 2 + 3 ) * 4", 20),
        ("8 / ( 3 - 8 / 3 )", 24),
        ("10 - 3 - 2", 5),
        ("8 / 2 / 2", 2),
        ("8 - ( 3 - 2 )", 7),
        ("( ( 7 ) )", 7),
        ("1 / 3", Fraction(1, 3)),
    ],
)
def test_a_formula_is_worth_what_arithmetic_says(formula: str, worth: Any) -> None:
    assert value(formula.split()) == worth


@pytest.mark.parametrize(
    "formula",
    ["", "+", "2 +", "2 3", "( 2", "2 )", "- 2", "2 * * 3", "8 / / 2", "( )", "2 ( 3 )", "8 / ( 2 - 2 )", "2 + - 3"],
)
def test_what_is_no_formula_is_worth_nothing(formula: str) -> None:
    assert value(formula.split()) is None


@pytest.mark.parametrize("seed", range(200))
def test_a_formula_is_worth_what_python_says_of_it(seed: int) -> None:
    chance = np.random.default_rng(seed)

    def made(depth: int) -> list[str]:
        if depth == 0 or chance.random() < 0.2:
            return [str(chance.integers(1, 11))]
        inner = [*made(depth - 1), str(chance.choice(SIGNS)), *made(depth - 1)]
        return ["(", *inner, ")"] if chance.random() < 0.5 else inner

    formula = made(3)
    exact = "".join(f"Fraction({sign})" if sign.isdecimal() else sign for sign in formula)
    try:
        expected = eval(exact, {"Fraction": Fraction})  # made up here, out of numbers and signs
    except ZeroDivisionError:
        expected = None
    assert value(formula) == expected


def reachable(numbers: tuple[Fraction, ...]) -> set[Fraction]:
    """All values that can be made, by joining any two numbers until one is left: another way than the solver's."""
    if len(numbers) == 1:
        return {numbers[0]}
    found: set[Fraction] = set()
    for i, one in enumerate(numbers):
        for j, other in enumerate(numbers):
            if i == j:
                continue
            rest = tuple(n for k, n in enumerate(numbers) if k not in (i, j))
            joined = [one + other, one - other, one * other, *([one / other] if other else [])]
            for worth in joined:
                found |= reachable(tuple(sorted((*rest, worth))))
    return found


def test_the_solver_solves_all_hands_that_can_be_solved() -> None:
    """It finds a formula exactly where another way of searching reaches 24: in a hundred of all 715 hands."""
    chance = np.random.default_rng(0)
    hands = list(combinations_with_replacement(range(1, 11), 4))
    assert len(hands) == 715
    for number in chance.permutation(len(hands))[:100]:
        held = hands[number]
        found = solution(held, 24)
        assert (found is not None) == (24 in reachable(tuple(map(Fraction, held)))), held
    for held in hands:
        found = solution(held, 24)
        if found:
            assert value(found) == 24
            assert sorted(int(sign) for sign in found if sign.isdecimal()) == list(held)
            assert len(found) <= 13


# Points


def table(kind: type[Points], *numbers: int) -> Any:
    game = begun(kind)
    game.begin([Card(number, "S") for number in numbers])
    return game


def test_a_formula_that_is_worth_the_target_wins() -> None:
    assert rewards(table(EZPoint, 2, 13), "2", "+", "10", "=") == [(0, False, False)] * 3 + [(10, True, False)]
    hard = table(Point24, 3, 3, 8, 8)
    assert rewards(hard, *"8/(3-8/3)=")[-1] == (10, True, False)


@pytest.mark.parametrize("written", ["2 * 10 =", "2 =", "=", "+ =", "10 - 2 =", "2 10 ="])
def test_any_other_formula_loses(written: str) -> None:
    game = table(EZPoint, 2, 10)
    assert rewards(game, *written.split())[-1] == (-1, True, False)


def test_a_number_without_a_card_is_refused_and_takes_up_a_place() -> None:
    game = table(EZPoint, 6, 6)
    assert rewards(game, "7", "6", "+", "6", "6") == [(-1, False, False), (0, False, False)] + [
        (0, False, False)
    ] * 2 + [(-1, False, False)]
    assert rewards(game, "=") == [(10, True, False)]


def test_cards_side_by_side_are_no_larger_number() -> None:
    game = table(EZPoint, 1, 2)
    assert rewards(game, "1", "2", "=")[-1] == (-1, True, False)


@pytest.mark.parametrize(("kind", "places"), [(EZPoint, 5), (Point24, 20)])
def test_a_formula_that_grows_too_long_ends_the_game(kind: type[Points], places: int) -> None:
    game = table(kind, *[6] * (2 if kind is EZPoint else 4))
    assert rewards(game, *"+" * (places + 1)) == [(0, False, False)] * (places + 1)
    assert rewards(game, "=") == [(-1, False, True)]


def test_every_two_cards_of_ezpoint_make_twelve() -> None:
    kinds = set()
    for seed in range(300):
        game = begun(EZPoint, seed)
        one, other = game.numbers
        assert 12 in (one + other, one * other)
        assert all(1 <= card.number <= 13 for card in game.cards)
        kinds.add((one + other == 12, one * other == 12))
    assert kinds == {(True, False), (False, True)}


@pytest.mark.parametrize("kind", [NumberLine, EZPoint, Point24])
def test_the_best_player_wins_whatever_can_be_won(kind: type[Game]) -> None:
    lost = 0
    for seed in range(200):
        game = begun(kind, seed)
        gained, over = 0.0, False
        while not over:
            reward, over, cut = game.play(game.best())
            assert not cut
            gained += reward
        if isinstance(game, Point24) and solution(game.numbers, 24) is None:
            lost += 1
            assert gained == -1
        else:
            assert gained == (1 if kind is NumberLine else 10)
    assert (lost > 0) == (kind is Point24)


def test_the_best_player_gives_up_on_a_formula_that_leads_nowhere() -> None:
    game = table(EZPoint, 2, 10)
    rewards(game, "+")
    assert game.best() == "="


# Pictures


def pictures() -> dict[str, bytes]:
    made = {}
    for number, suit in product(range(1, 14), SUITS):
        image, pen = cloth()
        lay(pen, [Card(number, suit)], (10, 10), 60)
        made[f"{RANKS[number - 1]}{suit}"] = image.tobytes()
    return made


def test_every_card_looks_different() -> None:
    assert len(set(pictures().values())) == 52


def test_cards_stay_on_the_table_however_many_there_are() -> None:
    for count in (2, 4, 9, 21):
        image, pen = cloth()
        lay(pen, [Card(5, "H")] * count, (8, 178), 70)
        white = image.convert("L").point(lambda light: 255 * (light > 250)).getbbox()
        assert white
        assert white[0] >= 8
        assert white[2] <= 292


def test_a_long_formula_is_shown_to_its_end() -> None:
    game = table(Point24, 10, 10, 10, 10)
    seen = set()
    for _ in range(20):
        picture = game.draw()
        assert isinstance(picture, Image.Image)
        seen.add(picture.tobytes())
        game.formula.append("10")
    assert len(seen) == 20
    assert cards.GAMES["point24"] is Point24
