"""Pages on which a thing has to be opened before another can be clicked: tabs, sections, menus, trees."""

from __future__ import annotations

from collections.abc import Iterator

from handsight.types import ToolCall
from wob.oracle.sight import Lost, Play, Sight, click, pause, press


def tab(see: Sight) -> Iterator[ToolCall]:
    number = see.word(r"Tab #(\d)")
    yield see.click("#area ul a", f"Tab #{number}")


def link_in_a_tab(see: Sight) -> Iterator[ToolCall]:
    """Look at one tab after the other."""
    for index in range(len(see.all("#area ul a"))):
        if not see.all("#area .alink", see.quoted[0]):
            yield see.click("#area ul a", index=index)
    yield see.click("#area .alink", see.quoted[0])


def section_and_submit(see: Sight) -> Iterator[ToolCall]:
    yield see.click("#area h3")
    yield see.click("#subbtn")


def link_in_a_section(see: Sight) -> Iterator[ToolCall]:
    for index in range(3):
        yield see.click("#area h3", index=index)
        if found := see.all("#area .alink", see.quoted[0]):
            yield click(found[0])
            return
    raise Lost("no section has the link")


def path_of_a_menu(see: Sight) -> Iterator[ToolCall]:
    """By keys: a click on an item that holds others counts as the choice of it."""
    *above, last = see.word(r"Select (.*)").split(">")
    yield press("tab")
    level = "#menu"
    for name in (*above, last):
        items = see.ask(f"[...document.querySelectorAll('{level} > li > div')]", "innerText.trim()")
        number = items.index(name)
        for _ in range(number):
            yield press("down")
        yield press("enter" if name is last else "right")
        level = f"{level} > li:nth-child({number + 1}) > ul"


def item_of_a_menu(see: Sight) -> Iterator[ToolCall]:
    """By its name or by its icon; some items are in a menu of their own."""
    icon = see.all("#query .ui-icon")
    yield see.click("#open-menu")
    for _ in range(2):
        items = see.all(f"#menu .{icon[0].name.split()[-1]}") if icon else see.all("#menu div", see.quoted[1])
        if items:
            yield click(items[0])
            return
        yield see.click("#menu div", "Playback")
        yield pause(0.5)  # that menu comes late, and moves nothing before
    raise Lost("the menu has no such item")


def tree(see: Sight) -> Iterator[ToolCall]:
    """Open every folder until the name shows; the page counts a click on the first of that name."""
    wanted, opened = see.quoted[0], set[tuple[float, str]]()
    while not (found := see.all("#tree span", wanted)):
        folder = next((node for node in see.all("#tree span.folder") if (node.box.left, node.text) not in opened), None)
        if folder is None:
            raise Lost(f"the tree has no {wanted}")
        opened.add((folder.box.left, folder.text))
        yield click(folder)
    yield click(found[0])


PLAYS: dict[str, Play] = {
    "click-collapsible": section_and_submit,
    "click-collapsible-2": link_in_a_section,
    "click-collapsible-2-nodelay": link_in_a_section,
    "click-collapsible-nodelay": section_and_submit,
    "click-menu": path_of_a_menu,
    "click-menu-2": item_of_a_menu,
    "click-tab": tab,
    "click-tab-2": link_in_a_tab,
    "click-tab-2-easy": link_in_a_tab,
    "click-tab-2-hard": link_in_a_tab,
    "click-tab-2-medium": link_in_a_tab,
    "navigate-tree": tree,
}
