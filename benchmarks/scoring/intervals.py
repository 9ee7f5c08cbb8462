"""How sure a rate is."""

from __future__ import annotations

import math

Z95 = 1.959963984540054  # the normal distribution's 97.5 % point


def wilson(hits: int, trials: int, z: float = Z95) -> tuple[float, float]:
    """The Wilson score interval of `hits` in `trials` (E. B. Wilson 1927), both ends within 0..1.

    Trials count as independent of one another; the steps of one episode are not quite, so there it is too narrow.
    Without trials nothing is known: (0, 1).
    """
    if not 0 <= hits <= trials:
        raise ValueError(f"hits lie between 0 and the number of trials, not {hits} of {trials}")
    if trials == 0:
        return 0.0, 1.0
    rate, square = hits / trials, z * z
    middle = (rate + square / (2 * trials)) / (1 + square / trials)
    half = z / (1 + square / trials) * math.sqrt(rate * (1 - rate) / trials + square / (4 * trials * trials))
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == trials else min(1.0, middle + half)
    return low, high
