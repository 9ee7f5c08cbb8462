"""Pages on which something is clicked, once or several times."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from itertools import product

from handsight.types import Point, ToolCall
from wob.oracle.sight import Lost, Play, Sight, click, pause

_LOOK_S = 0.4


def named_button(see: Sight) -> Iterator[ToolCall]:
    """The button, or link, with the text between quotes."""
    yield see.click("#area button, #area .alink, .ui-dialog button", see.quoted[0])


def only_button(see: Sight) -> Iterator[ToolCall]:
    yield see.click("#area button")


def one_or_two(see: Sight) -> Iterator[ToolCall]:
    """The button of that name, at a place where the other one does not cover it."""
    yield click(_free(see, see.word(r"button (\w+)\.$")))


def one_then_two(see: Sight) -> Iterator[ToolCall]:
    yield click(_free(see, "ONE"))
    yield click(_free(see, "TWO"))


def one_wait_two(see: Sight) -> Iterator[ToolCall]:
    """What the looking took is a part of the waiting; what the next look will take is left for it."""
    seconds, began = int(see.word(r"wait (\d+) seconds")), time.monotonic()
    yield click(_free(see, "ONE"))
    left = seconds - (time.monotonic() - began) - _LOOK_S
    if left > 0:
        yield pause(left)
    yield click(_free(see, "TWO"))


def dialog(see: Sight) -> Iterator[ToolCall]:
    wanted = see.quoted[0]
    if wanted == "x":
        yield see.click(".ui-dialog-titlebar-close")
    else:
        yield see.click(".ui-dialog-buttonset button", wanted)


def widget(see: Sight) -> Iterator[ToolCall]:
    yield see.click(f"#area [data-type='{see.quoted[0]}']")


def color(see: Sight) -> Iterator[ToolCall]:
    shown = see.all("#query-color, #query .color")
    name = shown[0].style.split(":")[1].strip(" ;") if shown else see.word(r"on the (\w+) colored")
    yield see.click(f"#area [data-color='{name}']")


def shades(see: Sight) -> Iterator[ToolCall]:
    wanted = see.word(r"shades of (\w+)")
    for shade in see.all(f"#area [data-color='{wanted}']"):
        yield click(shade)
    yield see.click("#submit")


def focus(see: Sight) -> Iterator[ToolCall]:
    ordinal = re.search(r"(\d)\w\w input", see.query)
    yield see.click("#area input", index=int(ordinal[1]) - 1 if ordinal else 0)


def greatest_card(see: Sight) -> Iterator[ToolCall]:
    """Each card shows its number only while it is turned."""
    numbers = []
    for index in range(3):
        yield see.click(".card", index=index)
        numbers.append(int(see.one(".card:not(.hidden) .card-value").text))
    yield see.click(".card", index=numbers.index(max(numbers)))
    yield see.click("#submit")


def odd_or_even(see: Sight) -> Iterator[ToolCall]:
    for index, number in enumerate(see.all(".display-number")):
        yield see.click(".odd" if int(number.text) % 2 else ".even", index=index)
    yield see.click("#submit")


def generate(see: Sight) -> Iterator[ToolCall]:
    limit = re.search(r"(less|greater) than (\d+)", see.query)
    for _ in range(30):
        yield see.click("#generate")
        number = int(see.one("#display-number").text)
        if limit:
            good = number < int(limit[2]) if limit[1] == "less" else number > int(limit[2])
        else:
            good = number % 2 == (" odd " in see.query)
        if good:
            yield see.click("#submit")
            return


def ticket(see: Sight) -> Iterator[ToolCall]:
    prices = [int(node.text.split("$")[1]) for node in see.all(".buy-ticket")]
    times = [re.findall(r"\d+", node.text) for node in see.all(".time-duration")]
    values = prices if "cost" in see.query else [60 * int(hours) + int(minutes) for hours, minutes in times]
    best = max(values) if re.search("longest|expensive", see.query) else min(values)
    yield see.click(".buy-ticket", index=values.index(best))


def _free(see: Sight, name: str) -> Point:
    """A place of the button `name` that no other button covers."""
    wanted = see.one("#area button", name)
    others = [node.box for node in see.all("#area button") if node != wanted]
    for across, down in product((0.5, 0.15, 0.85), repeat=2):
        place = wanted.at(across, down)
        if not any(place in box for box in others):
            return place
    raise Lost(f"the button {name} is covered")


PLAYS: dict[str, Play] = {
    "button-delay": one_wait_two,
    "buy-ticket": ticket,
    "click-button": named_button,
    "click-button-sequence": one_then_two,
    "click-color": color,
    "click-dialog": dialog,
    "click-dialog-2": dialog,
    "click-link": named_button,
    "click-shades": shades,
    "click-test": only_button,
    "click-test-2": one_or_two,
    "click-test-transfer": one_or_two,
    "click-widget": widget,
    "find-greatest": greatest_card,
    "focus-text": focus,
    "focus-text-2": focus,
    "generate-number": generate,
    "odd-or-even": odd_or_even,
    "unicode-test": named_button,
}
