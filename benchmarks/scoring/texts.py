"""How much two texts are alike."""

from __future__ import annotations


def likeness(one: str, other: str) -> float:
    """2 m / (length of both), m being the longest common subsequence: the `ratio` of the Levenshtein package.

    There a replaced character costs as much as one taken out and one put in. Two empty texts are alike: 1.
    """
    if not one and not other:
        return 1.0
    row = [0] * (len(other) + 1)
    for character in one:
        corner = 0
        for index, against in enumerate(other, 1):
            corner, row[index] = row[index], corner + 1 if character == against else max(row[index], row[index - 1])
    return 2 * row[-1] / (len(one) + len(other))


def word_f1(one: str, other: str) -> float:
    """The harmonic mean of precision and recall over the two sets of words, in lower case and parted at spaces.

    Scripts without spaces, such as Chinese, are one word. 0 where either text has none.
    """
    ours, theirs = set(one.lower().split()), set(other.lower().split())
    if not ours or not theirs:
        return 0.0
    return 2 * len(ours & theirs) / (len(ours) + len(theirs))


def contains_either_way(one: str, other: str) -> bool:
    """Whether one text, in lower case and without spaces around it, is part of the other; none is part of nothing."""
    one, other = one.lower().strip(), other.lower().strip()
    return one == other or bool(one and other and (one in other or other in one))
