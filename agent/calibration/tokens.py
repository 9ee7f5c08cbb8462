"""Whether a server sees pictures at the size at which they were sent, by its own count of prompt tokens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from handsight.calibration.asking import Answer, Shown
from handsight.sizes import smart_resize

FACTORS = (28, 32)
SLACK, SLACK_SHARE = 24, 0.02  # tokens: names and numbers in the text are not all equally long


@dataclass(frozen=True)
class Seen:
    """What a screen should have cost in tokens, and what it did by the server's count."""

    shown: Shown
    expected: int
    counted: int


@dataclass(frozen=True)
class Counted:
    """The server's count beside ours, and what it means in one sentence.

    The text's tokens cancel out between pictures of different sizes; of the smallest it is taken that it came as sent.
    """

    screens: tuple[Seen, ...]
    as_sent: bool
    said: str


def compare(answers: Iterable[Answer], factor: int) -> Counted | None:
    """Compare the counts; None where the server does not count, or all the screens cost alike."""
    prompts: dict[Shown, list[int]] = {}
    for answer in answers:
        if answer.prompt_tokens:
            prompts.setdefault(answer.shown, []).append(answer.prompt_tokens)
    counts = {shown: median(every) for shown, every in prompts.items()}
    if not counts:
        return None
    least = min(counts, key=lambda shown: cost(shown.sent, factor))
    ours = {shown: cost(shown.sent, factor) for shown in counts}
    if all(_near(ours[shown] - ours[least], 0) for shown in counts):
        return None
    seen = tuple(
        Seen(shown, ours[shown], round(counts[shown] - counts[least] + ours[least]))
        for shown in counts
        if shown is not least
    )
    if all(_near(one.counted, one.expected) for one in seen):
        tokens = ", ".join(f"{one.counted} for {_size(one.shown.sent)}" for one in seen)
        return Counted(seen, True, f"The server counts the tokens of the pictures as sent ({tokens}).")
    return Counted(seen, False, _meaning(seen, least, factor))


def cost(size: tuple[int, int], factor: int) -> int:
    """The tokens of a picture that is seen at `size`."""
    return size[0] * size[1] // factor**2


def _meaning(seen: Sequence[Seen], least: Shown, factor: int) -> str:
    base = cost(least.sent, factor)
    one = max(seen, key=lambda each: abs(each.counted - each.expected))
    came = (
        f"a screen sent at {_size(one.shown.sent)} should cost {one.expected} tokens, and the server counts about "
        f"{one.counted}"
    )
    if all(_near(each.counted, base) for each in seen):
        return (
            f"The server counts as many tokens for every picture ({came}): it brings all of them to one size, or "
            "leaves pictures out of its count."
        )
    for other in FACTORS:
        there = {each.shown: cost(_resized(each.shown, other), other) for each in seen}
        small = cost(_resized(least, other), other)
        if other != factor and all(_near(each.counted - base, there[each.shown] - small) for each in seen):
            return (
                f"The server sees a token in each {other}x{other} pixels, and this dialect in each {factor}x{factor} "
                f"({came}): the model is of another family, whose dialect sends pictures that fit."
            )
    smaller = all(each.counted <= each.expected + SLACK for each in seen)
    if not smaller:
        return f"The server counts more than was sent ({came}): it enlarges pictures, or counts them in another way."
    cap = max(each.counted for each in seen) // 32 * 32
    by = (one.counted / one.expected) ** 0.5 if one.counted > 0 else 0
    width, height = (round(side * by) for side in one.shown.sent)
    return (
        f"The server resizes what it is sent ({came}, as of {width}x{height}): its own limit is near {cap} tokens: "
        f"take --screen-tokens {cap} at most, or start it with a greater limit."
    )


def _resized(shown: Shown, factor: int) -> tuple[int, int]:
    height, width = smart_resize(shown.sent[1], shown.sent[0], factor, factor**2, 10**9)
    return width, height


def _near(counted: float, expected: float) -> bool:
    return abs(counted - expected) <= SLACK + SLACK_SHARE * abs(expected)


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"
