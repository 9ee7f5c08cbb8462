"""Function calling: type match and exact match, as the Qwen2-VL report counts them.

Wang et al. 2024 (arXiv 2409.12191), section on agents: TM asks whether the model tried the correct function, EM whether
the arguments it gave match exactly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from handsight.types import ToolCall


def score(expected: Sequence[ToolCall], made: Sequence[ToolCall], *, any_order: bool = False) -> dict[str, bool]:
    """`TM` and `EM` of the calls that were `made`.

    TM: each expected function is among the calls tried, as often as it is expected; further calls do not count against
    it. EM: the calls are the expected ones, all of them, no others, in this order unless `any_order`, and their
    arguments are equal as JSON. There is no leniency: a default that is spelt out, a number written as a text, another
    case or another space is wrong.
    """
    if not expected:
        raise ValueError("a case expects at least one call")
    tried = Counter(call.name for call in made)
    wanted = Counter(call.name for call in expected)
    theirs, ours = ([normal([c.name, dict(c.arguments)]) for c in calls] for calls in (made, expected))
    same = sorted(theirs, key=repr) == sorted(ours, key=repr) if any_order else theirs == ours
    return {"TM": all(tried[name] >= count for name, count in wanted.items()), "EM": same}


def normal(value: Any) -> Any:
    """A form in which two values are equal if and only if they are the same JSON.

    Order of keys does not count; 1 and 1.0 are one number, as JSON knows only one kind; 1 and true are not the same.
    """
    if isinstance(value, Mapping):
        return ("object", tuple(sorted((str(key), normal(part)) for key, part in value.items())))
    if isinstance(value, (list, tuple)):
        return ("array", tuple(normal(part) for part in value))
    if isinstance(value, bool) or value is None:
        return ("constant", str(value))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, (int, float)):
        return ("number", repr(value))
    return ("text", value)
