"""Inboxes, contacts, posts and menus of dishes: the right ones are found, by scrolling if need be, and worked."""

from __future__ import annotations

from collections.abc import Iterator

from handsight.types import ToolCall
from wob.oracle.sight import Play, Sight


def by_words(see: Sight) -> Iterator[ToolCall]:
    """What is asked for is told by the instruction's words."""
    bold = see.bold
    if "reply" in see.query:
        task = {"task": "reply", "by": bold[0], "message": bold[1]}
    elif "forward" in see.query:
        task = {"task": "forward", "by": bold[0], "to": bold[1]}
    else:
        task = {"task": "delete" if "trash" in see.query else "star", "by": bold[0]}
    yield from _do(see, task)


def by_fields(see: Sight) -> Iterator[ToolCall]:
    """The same in many words; what they mean is noted by the page."""
    task = see.value("core.currentFields")
    assert isinstance(task, dict)
    yield from _do(see, task)


def _do(see: Sight, task: dict[str, str]) -> Iterator[ToolCall]:
    at = [node.text for node in see.all("#main .email-sender")].index(task["by"])
    what = task.get("task", "forward")
    part = {"delete": "#main .trash", "star": "#main .star"}.get(what, "#main .email-sender")
    yield from see.reach(part, "#main", index=at)
    if what in ("delete", "star"):
        return
    if what == "reply":
        yield from see.reach(".email-reply", "#email")
        yield from see.enter("#reply-text", task["message"])
        yield see.click("#send-reply")
    else:
        yield from see.reach(".email-forward", "#email")
        yield from see.enter(".forward-sender", task["to"])
        yield see.click("#send-forward")


def contact(see: Sight) -> Iterator[ToolCall]:
    """Turn the pages of an address book."""
    name = see.word(r"Find (\S+) in")
    for _ in range(4):
        if see.one("#contact .name").text == name:
            break
        yield see.click("#pagination a", ">")
    yield see.click(f"#contact .{see.word(r'their (phone|email|address)')}")


def post(see: Sight) -> Iterator[ToolCall]:
    """One button of one post; some are in a menu of the post."""
    user, action = see.bold
    at = [node.text for node in see.all(".username")].index(user)
    yield from see.reach(f".{_ON_POST.get(action, 'more')}", "#area", index=at)
    if action in _ON_POST:
        return
    items = [node.text for node in see.all(".controls ul li")]
    at = next((index for index, text in enumerate(items) if text.startswith(action)), len(items))
    yield from see.reach(".controls ul li", "#area", index=at)


def posts(see: Sight) -> Iterator[ToolCall]:
    """The same button of all posts of somebody, or of so many."""
    action, *amount, user = see.bold
    theirs = [index for index, node in enumerate(see.all(".username")) if node.text == user]
    for at in theirs[: int(amount[0]) if amount else None]:
        yield from see.reach(f".{_ON_POST[action]}", "#area", index=at)
    yield from see.reach("#submitRow button", "#area")


def order(see: Sight) -> Iterator[ToolCall]:
    """Dishes by name, or so many of a kind, which pictures tell."""
    if "items that are" in see.query:
        kind = see.word(r"that are (.*)")
        dishes = [str(name) for name in see.ask(_DISHES % kind, "dataset.item")]
        wanted = (dishes * 4)[: int(see.word(r"Order (\d+) items"))]
    else:
        wanted = [name.strip() for name in see.word(r"each item: (.*)").split(",")]
    names = [node.text for node in see.all(".item-name")]
    for dish in wanted:
        at = names.index(dish.strip())
        yield from see.reach(".food-item .add", "#area", index=at)
    yield from see.reach("#submit-order button", "#area")


_ON_POST = {"Reply": "reply", "Retweet": "retweet", "Like": "like", "Share": "share"}
_DISHES = "[...document.querySelectorAll('.food-item')].filter(e => e.querySelector('img[alt=%s]'))"

PLAYS: dict[str, Play] = {
    "email-inbox-delete": by_words,
    "email-inbox-forward": by_words,
    "email-inbox-forward-nl": by_fields,
    "email-inbox-important": by_words,
    "email-inbox-noscroll": by_words,
    "email-inbox-reply": by_words,
    "email-inbox-star-reply": by_words,
    "email-inbox": by_words,
    "email-inbox-forward-nl-turk": by_fields,
    "email-inbox-nl-turk": by_fields,
    "order-food": order,
    "phone-book": contact,
    "social-media": post,
    "social-media-all": posts,
    "social-media-some": posts,
}
