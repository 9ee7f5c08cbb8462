"""Formulas of numbers, + - * / and brackets: what one is worth, exactly, and one that is worth what is wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import permutations

SIGNS = ("+", "-", "*", "/")
Formula = tuple[str, ...]


def value(formula: Sequence[str]) -> Fraction | None:
    """What a formula is worth by the usual rules; None where it is none, or divides by nothing.

    Numbers side by side, signs before a number, `**` and `//` make no formula.
    """
    left = list(formula)
    try:
        worth = _sum(left)
    except (_NoFormula, ZeroDivisionError):
        return None
    return None if left else worth


def solution(numbers: Sequence[int], target: int, signs: Sequence[str] = SIGNS) -> Formula | None:
    """A formula that takes each number once and is worth `target`; None where there is none."""
    return _solution(tuple(sorted(numbers)), target, tuple(signs))


@cache
def _solution(numbers: tuple[int, ...], target: int, signs: tuple[str, ...]) -> Formula | None:
    for order in dict.fromkeys(permutations(numbers)):
        for formula, worth in _trees(order, signs):
            if worth == target:
                return formula[1:-1] if len(formula) > 1 else formula
    return None


def _trees(numbers: tuple[int, ...], signs: tuple[str, ...]) -> Iterator[tuple[Formula, Fraction]]:
    """Every formula over the numbers in this order, each part in brackets, with what it is worth."""
    if len(numbers) == 1:
        yield (str(numbers[0]),), Fraction(numbers[0])
    for cut in range(1, len(numbers)):
        for left, one in _trees(numbers[:cut], signs):
            for right, other in _trees(numbers[cut:], signs):
                for sign in signs:
                    if sign != "/" or other:
                        yield ("(", *left, sign, *right, ")"), _joined(one, sign, other)


def _joined(one: Fraction, sign: str, other: Fraction) -> Fraction:
    if sign == "+":
        return one + other
    if sign == "-":
        return one - other
    return one * other if sign == "*" else one / other


class _NoFormula(Exception):
    pass


def _sum(left: list[str]) -> Fraction:
    worth = _product(left)
    while left and left[0] in "+-":
        worth = _joined(worth, left.pop(0), _product(left))
    return worth


def _product(left: list[str]) -> Fraction:
    worth = _part(left)
    while left and left[0] in "*/":
        worth = _joined(worth, left.pop(0), _part(left))
    return worth


def _part(left: list[str]) -> Fraction:
    first = left.pop(0) if left else ""
    if first.isdecimal():
        return Fraction(first)
    if first != "(":
        raise _NoFormula
    worth = _sum(left)
    if not left or left.pop(0) != ")":
        raise _NoFormula
    return worth
