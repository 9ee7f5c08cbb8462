"""Pages on which something is read and typed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handsight.types import ToolCall
from wob.oracle.sight import Play, Sight, click, first, pause, press, write

_SUBMIT = "#subbtn"


def quoted_text(see: Sight) -> Iterator[ToolCall]:
    text = see.quoted[0]
    if "upper case" in see.query:
        text = text.upper()
    elif "lower case" in see.query:
        text = text.lower()
    yield from see.enter("#tt", text)
    yield see.click(_SUBMIT)


def password(see: Sight) -> Iterator[ToolCall]:
    for field in ("#password", "#verify"):
        yield from see.enter(field, see.quoted[0])
    yield see.click(_SUBMIT)


def login(see: Sight) -> Iterator[ToolCall]:
    """A popup may come when a field is entered; what was typed into nothing is then typed again."""
    for field, text in zip(("#username", "#password"), see.quoted, strict=True):
        yield see.click(field)
        if see.all("#popup"):
            yield see.click("#popup-cancel")
            yield see.click(field)
        yield write(text)
    yield see.click(_SUBMIT)


def date(see: Sight) -> Iterator[ToolCall]:
    """Month, day and year of a date field, each by its digits."""
    month, day, year = see.word(r"(\d+/\d+/\d+)").split("/")
    yield click(see.one("#tt").at(0.08, 0.5))
    yield write(month + day + year)
    yield see.click(_SUBMIT)


def time(see: Sight) -> Iterator[ToolCall]:
    hour, minute = see.word(r"(\d+:\d+)").split(":")
    half = see.word(r"\b([AP])M")
    yield click(see.one("#tt").at(0.08, 0.5))
    yield write(hour.zfill(2) + minute + half)
    yield see.click(_SUBMIT)


def nth_word(see: Sight) -> Iterator[ToolCall]:
    words = see.one("#area p").text.split()
    word = words[int(see.word(r"the (\d+)\w\w word")) - 1]
    yield from see.enter("#answer-input", re.sub("[^a-zA-Z]", "", word))
    yield see.click(_SUBMIT)


def last_word(see: Sight) -> Iterator[ToolCall]:
    """The oracle need not scroll to read; scrolling is tried by scroll-text-2."""
    words = see.one("#text-area").value.split()
    yield from see.enter("#answer-input", words[-1].strip(".,"))
    yield see.click(_SUBMIT)


def table_cell(see: Sight) -> Iterator[ToolCall]:
    yield from see.enter("#tt", _table(see)[see.word(r"value of (.+) into")])
    yield see.click(_SUBMIT)


def table_cells(see: Sight) -> Iterator[ToolCall]:
    cells = _table(see)
    for index in (1, 2):
        yield from see.enter(f"#tt{index}", cells[see.one(f"#ll{index}").text.rstrip(":")])
    yield see.click(_SUBMIT)


def _table(see: Sight) -> dict[str, str]:
    cells = [node.text for node in see.all("#tab td")]
    return dict(zip(cells[::2], cells[1::2], strict=True))


def arithmetic(see: Sight) -> Iterator[ToolCall]:
    one, sign, two = see.one("#math-problem").text.rstrip("= ").split()
    value = {"+": int(one) + int(two), "-": int(one) - int(two), "x": int(one) * int(two)}[sign]
    yield from see.enter("#math-answer", str(value))
    yield see.click(_SUBMIT)


def algebra(see: Sight) -> Iterator[ToolCall]:
    left, sign, right, _, result = see.one("#math-problem").text.split()
    if sign == "+":
        x = int(result) - int(right if left == "x" else left)
    else:
        x = int(result) + int(right) if left == "x" else int(left) - int(result)
    yield from see.enter("#math-answer", str(x))
    yield see.click(_SUBMIT)


def addition(see: Sight) -> Iterator[ToolCall]:
    yield from see.enter("#math-answer", str(len(see.all(".addition-block"))))
    yield see.click(_SUBMIT)


def transformed(see: Sight) -> Iterator[ToolCall]:
    yield from see.enter("#tt", "".join(node.text for node in see.all("#captcha span")))
    yield see.click(_SUBMIT)


def guess(see: Sight) -> Iterator[ToolCall]:
    """Halve what is left, as the page answers."""
    low, high = 0, 9
    while low <= high:
        middle = (low + high) // 2
        yield see.click("#tt")
        yield press("ctrl+a")
        yield write(str(middle))
        yield see.click(_SUBMIT)
        if see.all("#higher"):
            low = middle + 1
        else:
            high = middle - 1


def film(see: Sight) -> Iterator[ToolCall]:
    """Genre, director and year, in fields whose order and looks differ: each is found by its own caption's place."""
    genre, director, year = see.bold
    for caption, text in (("Genre", genre), ("Director", director), ("Year|Date", year)):
        number = see.value(_FIELD_OF.replace("CAPTION", caption))
        yield from see.enter("#area input[type=text]", text, index=int(str(number)))
    yield click(see.all("#area .final, #area button, #area .ui-submit, #area input[type=submit]")[-1])


_FIELD_OF = """(() => {
    const fields = [...document.querySelectorAll('#area input[type=text]')];
    const near = fields.map(field => {
        let around = field;
        while (!/Genre|Director|Year|Date/.test(around.innerText) && !around.placeholder) around = around.parentElement;
        return (around.placeholder ?? '') + ' ' + (around.innerText ?? '');
    });
    return near.findIndex(text => /CAPTION/.test(text));
})()"""


def search(see: Sight) -> Iterator[ToolCall]:
    yield from see.enter("#search-text", see.quoted[0])
    yield see.click("#search")
    number = int(see.word(r"the (\d+)\w\w search result")) - 1
    if number >= 3:
        yield see.click("#pagination a", str(number // 3 + 1))
    yield see.click("#page-content .search-title", index=number % 3)


def completed(see: Sight) -> Iterator[ToolCall]:
    """Type how the item begins, then take from the list the one that ends as it should."""
    begin, *end = see.quoted
    yield from see.enter("#tags", begin)
    if not see.all(".ui-menu-item"):
        yield pause(0.5)  # the list comes when nothing was typed for a while
    yield click(
        first((node for node in see.all(".ui-menu-item") if node.text.endswith(end[0] if end else "")), "such item")
    )
    yield see.click(_SUBMIT)


def radio_and_number(see: Sight) -> Iterator[ToolCall]:
    radio, box = re.findall(r"(\d)(?:st|nd|rd)", see.query)
    yield see.click("#area input[type=radio]", index=int(radio) - 1)
    yield from see.enter(f"#input-{box}", see.quoted[0])
    yield see.click(_SUBMIT)


def copied(see: Sight) -> Iterator[ToolCall]:
    """By the clipboard, as a person would."""
    number = {"1st": 1, "2nd": 2, "3rd": 3}.get(see.bold[0] if see.bold else "")
    yield see.click(f"#text-{number}" if number else "#to-copy")
    yield press("ctrl+a")
    yield press("ctrl+c")
    yield see.click("#answer-input")
    yield press("ctrl+v")
    yield see.click(_SUBMIT)


def terminal(see: Sight) -> Iterator[ToolCall]:
    yield see.click("#terminal")
    yield write("ls\n")
    files = see.all(".terminal-output")[-1].text.split()
    ending = re.search(r"extension (\.\S+)", see.query)
    wanted = first((name for name in files if (name.endswith(ending[1]) if ending else "." not in name)), "such file")
    yield write(f"rm {wanted}\n")


PLAYS: dict[str, Play] = {
    "copy-paste": copied,
    "copy-paste-2": copied,
    "enter-date": date,
    "enter-password": password,
    "enter-text": quoted_text,
    "enter-text-2": quoted_text,
    "enter-text-dynamic": quoted_text,
    "enter-time": time,
    "find-word": nth_word,
    "form-sequence-2": radio_and_number,
    "guess-number": guess,
    "login-user": login,
    "login-user-popup": login,
    "multi-layouts": film,
    "multi-orderings": film,
    "read-table": table_cell,
    "read-table-2": table_cells,
    "scroll-text": last_word,
    "search-engine": search,
    "simple-algebra": algebra,
    "simple-arithmetic": arithmetic,
    "terminal": terminal,
    "text-transform": transformed,
    "use-autocomplete": completed,
    "use-autocomplete-nodelay": completed,
    "visual-addition": addition,
}
