"""Goals about things that are kept: notes, files, and what is in the cart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from handsight.devices.virtual.apps.files import PLACES, Files
from handsight.devices.virtual.apps.notes import Notes
from handsight.devices.virtual.apps.shop import Shop
from handsight.devices.virtual.apps.shop_goods import GOODS
from handsight.devices.virtual.files import SHARED
from handsight.models.mini.school.goals.base import DONE, Asked, Goal, in_language
from handsight.models.mini.school.phrasing import phrased
from handsight.models.mini.school.words import Words
from handsight.models.mini.school.world import Act, World


@dataclass
class Noted(Asked):
    """A note is written."""

    title: str
    body: str

    def next(self, world: World) -> Act:
        notes = cast(Notes, world.app("notes"))
        there = any((note.title, note.text) == (self.title, self.body) for note in notes.notes)
        form = world.front is notes and world.title == notes.t("New note") and world.above is None
        if not form:
            if there and world.did(notes.t("Save")):
                return DONE
            if world.front is notes and world.above is not None:
                return world.tap(notes.t("Discard")) or Act("back")
            return world.reach(notes) or world.find(notes.t("New note")) or Act("back")
        draft = notes.draft
        assert draft
        return (
            world.write(notes.t("Title"), draft.title, self.title)
            or world.write(notes.t("Note"), draft.text, self.body)
            or world.find(notes.t("Save"))
            or Act("back")
        )


def noted(words: Words, world: World, language: str) -> Goal:
    title = words.phrase(3, 20)
    body = words.typed()[:30].strip() if words.random.random() < 0.5 else ""
    return Noted(phrased(words, "note with text" if body else "note", language, title=title, body=body), title, body)


@dataclass
class NoteOpened(Asked):
    """A note that is there is open."""

    title: str

    def next(self, world: World) -> Act:
        notes = cast(Notes, world.app("notes"))
        if world.front is notes and notes.opened and notes.opened.title == self.title and world.above is None:
            return DONE
        if world.front is notes and world.above is not None:
            return world.tap(notes.t("Discard")) or Act("back")
        return world.reach(notes) or world.searched(self.title, notes.t("Search notes"), notes.search)


def note_opened(words: Words, world: World, language: str) -> Goal:
    notes = cast(Notes, world.app("notes"))
    there = notes.notes and words.random.random() < 0.9
    title = words.random.choice(notes.notes).title if there else words.phrase(2, 16)
    return NoteOpened(phrased(words, "open note", language, title=title), title)


@dataclass
class FileOpened(Asked):
    """A file is open."""

    folder: str
    name: str

    def next(self, world: World) -> Act:
        files = cast(Files, world.app("files"))
        if world.front is files and world.title == self.name and world.above is None:
            return DONE
        return world.reach(files, files.t(self.folder)) or world.find(self.name) or Act("fail", f"no {self.name}")


def file_opened(words: Words, world: World, language: str) -> Goal:
    files = cast(Files, world.app("files"))
    folders = [name for name in PLACES if world.phone.files.is_folder(f"{SHARED}/{name}")]
    there = [
        (folder, entry.name)
        for folder in folders
        for entry in world.phone.files.list(f"{SHARED}/{folder}")
        if not entry.is_folder
    ]
    folder, name = words.random.choice(there)
    shown = in_language(language, files, folder)
    return FileOpened(phrased(words, "file", language, name=name, folder=shown), folder, name)


@dataclass
class InCart(Asked):
    """A product is in the cart, and nothing was paid."""

    product: str  # in English

    def next(self, world: World) -> Act:
        shop = cast(Shop, world.app("shop"))
        shown = shop.t(self.product)
        if world.front is shop and world.above is None and shop.depth > 1 and world.thing(shop.t("Add to cart")):
            if world.holds(shown):
                if shop.cart.get(self.product) and world.did(shop.t("Add to cart")):
                    return DONE
                return world.find(shop.t("Add to cart")) or Act("back")
            return Act("back")
        go = world.reach(shop)
        return go or world.searched(shown, shop.t("Search products"), shop.search)


def in_cart(words: Words, world: World, language: str) -> Goal:
    product = words.random.choice(GOODS)
    name = in_language(language, world.app("shop"), product.name)
    name = name.lower() if words.random.random() < 0.5 else name
    return InCart(phrased(words, "cart", language, what=name), product.name)


@dataclass
class Opened(Asked):
    """An app is in front."""

    label: str

    def next(self, world: World) -> Act:
        app = world.app(self.label)
        return DONE if world.front is app else Act("open", app.label())


def opened(words: Words, world: World, language: str) -> Goal:
    apps = [app for app in world.phone.apps.values() if not app.hidden and app.label() != "School"]
    app = words.random.choice(apps)
    return Opened(phrased(words, "open", language, what=app.label(language)), app.label())
