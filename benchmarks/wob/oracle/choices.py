"""Pages on which boxes are ticked, entries chosen and values set."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator

from handsight.types import Point, ToolCall
from wob.oracle.sight import Lost, Play, Sight, click, drag, press, write

_SUBMIT = "#subbtn"


def boxes(see: Sight) -> Iterator[ToolCall]:
    """Tick what is named; the words of the instruction are the labels, or mean the same."""
    named = see.word(r"(?:Select|similar to) (?:words similar to )?(.*) and click")
    wanted = [] if named == "nothing" else named.split(", ")
    labels = see.all("#area label")
    for label in labels:
        if label.text in wanted or ("similar" in see.query and _similar(see, label.text, wanted)):
            yield click(label)
    yield see.click(_SUBMIT)


def _similar(see: Sight, word: str, wanted: list[str]) -> bool:
    groups = see.value("SYNONYMS")
    assert isinstance(groups, list)
    return any(word in group and set(wanted) & set(group) for group in groups)


def drawn_number(see: Sight) -> Iterator[ToolCall]:
    """The example is a picture; the page's own table says which boxes it shows."""
    rows = see.value(f"PATTERNS[{see.quoted[0]}]")
    assert isinstance(rows, list)
    for ticked, box in zip([ticked for row in rows for ticked in row], see.all("#checkboxes input"), strict=True):
        if ticked:
            yield click(box)
    yield see.click(_SUBMIT)


def entry(see: Sight) -> Iterator[ToolCall]:
    """One of a list that drops down: to the first by a key, then down to it."""
    wanted = see.word(r"Select (.*) from the list")
    options = [str(text) for text in see.ask("[...document.querySelectorAll('#options option')]", "innerText")]
    yield see.click("#options")
    yield press("home")
    for _ in range(options.index(wanted)):
        yield press("down")
    yield press("enter")
    yield see.click("#area button")


def day(see: Sight) -> Iterator[ToolCall]:
    """A day of a calendar that shows one month, at first the last one that is allowed or the first."""
    month, number, year = (int(part) for part in see.word(r"(\d+/\d+/\d+)").split("/"))
    yield see.click("#datepicker")
    for _ in range(24):
        shown = see.one(".ui-datepicker-month").text, see.one(".ui-datepicker-year").text
        away = 12 * (int(shown[1]) - year) + [*calendar.month_name].index(shown[0]) - month
        if not away:
            yield see.click(".ui-datepicker-calendar a", str(number))
            yield see.click(_SUBMIT)
            return
        yield see.click(".ui-datepicker-prev" if away > 0 else ".ui-datepicker-next")
    raise Lost("the month is not to be found")


def slider(see: Sight) -> Iterator[ToolCall]:
    yield from _slide(see, "#slider", "#val", int(see.word(r"Select (-?\d+) with")))
    yield see.click(_SUBMIT)


def sliders(see: Sight) -> Iterator[ToolCall]:
    for number, value in enumerate(re.findall(r"\d+", see.word(r"\[(.*)\]")), 1):
        yield from _slide(see, f"#slider-{number}", f"#val-{number}", int(value))
    yield see.click(_SUBMIT)


def slider_and_box(see: Sight) -> Iterator[ToolCall]:
    yield from _slide(see, "#slider", "#val", int(see.word(r"Select (-?\d+) with")))
    number = see.word(r"the (\d)\w\w checkbox")
    yield see.click(f"#checkbox-{number}")
    yield see.click(_SUBMIT)


def _slide(see: Sight, slider: str, shown: str, wanted: int) -> Iterator[ToolCall]:
    """Drag the handle to where the value is, then go the last steps by keys."""
    low, high = (int(str(see.value(f"$('{slider}').slider('option', '{end}')"))) for end in ("min", "max"))
    handle, bar = see.one(f"{slider} .ui-slider-handle"), see.one(slider).box
    share = (wanted - low) / (high - low)
    upright = bar.height > bar.width
    to = (
        Point(handle.middle.x, bar.bottom - share * bar.height)
        if upright
        else Point(bar.left + share * bar.width, handle.middle.y)
    )
    yield drag(handle, to)
    for _ in range(5):
        away = wanted - int(see.one(shown).text)
        if not away:
            return
        yield press(("right" if not upright else "up") if away > 0 else ("left" if not upright else "down"))


def spinner(see: Sight) -> Iterator[ToolCall]:
    """Keys are switched off there: the arrows are clicked as often as it takes."""
    wanted = int(see.word(r"Select (-?\d+) with"))
    while (now := int(see.one("#spinner").value)) != wanted:
        yield see.click(".ui-spinner-up" if now < wanted else ".ui-spinner-down")
    yield see.click(_SUBMIT)


def drop_down_and_button(see: Sight) -> Iterator[ToolCall]:
    wanted = see.word(r"Choose (.*) from")
    yield see.click(".selectric")
    entries = [node.text for node in see.all(".selectric-items li")]
    for _ in range(entries.index(wanted)):
        yield press("down")
    yield press("enter")
    yield see.click("#buttons button", see.quoted[0])


def color(see: Sight) -> Iterator[ToolCall]:
    """Write the colour into the picker's field; where it is shown as a patch, the patch says which."""
    patch = see.value("(document.querySelector('#query .cc') ?? {style: {}}).style.backgroundColor ?? ''")
    if patch:
        wanted = "".join(f"{int(part):02x}" for part in re.findall(r"\d+", str(patch)))
    else:
        wanted = str(see.value(f"ui_utils.colorNameToHex('{see.word(r'Select (.*) with')}')")).lstrip("#")
    yield see.click("#col")
    yield press("ctrl+a")
    yield write(wanted)
    yield press("tab")
    yield press("enter")  # the picker lies over the button, which the keys reach


PLAYS: dict[str, Play] = {
    "choose-date": day,
    "choose-date-easy": day,
    "choose-date-medium": day,
    "choose-date-nodelay": day,
    "choose-list": entry,
    "click-checkboxes": boxes,
    "click-checkboxes-large": boxes,
    "click-checkboxes-soft": boxes,
    "click-checkboxes-transfer": boxes,
    "click-option": boxes,
    "form-sequence": slider_and_box,
    "form-sequence-3": drop_down_and_button,
    "number-checkboxes": drawn_number,
    "use-colorwheel": color,
    "use-colorwheel-2": color,
    "use-slider": slider,
    "use-slider-2": sliders,
    "use-spinner": spinner,
}
