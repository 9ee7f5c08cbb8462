"""Notes: write, find, change and delete short texts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from handsight.devices.virtual.apps.notes_words import SEED, TEXTS
from handsight.devices.virtual.apps.signs import nothing, search_field, when
from handsight.devices.virtual.kit import App, Button, Card, Dialog, Field, IconButton, Page, Space, Text


@dataclass
class Note:
    title: str
    text: str
    edited: datetime


class Notes(App):
    package = "org.handsight.notes"
    labels = {"en": "Notes", "zh": "便签", "de": "Notizen", "ja": "メモ"}
    icon, color = "note", "#F9A825"
    texts = TEXTS
    notes: list[Note] = []
    search = ""
    draft: Note | None = None  # what is being written: saved, it becomes a new note, or the content of `opened`
    opened: Note | None = None

    def start(self) -> None:
        now = self.phone.now().replace(second=0, microsecond=0)
        seed = SEED.get(self.phone.language, SEED["en"])
        self.notes = [
            Note(title, text, now - timedelta(hours=31 * i + 2))
            for i, (title, text) in reversed(list(enumerate(seed)))
        ]  # fmt: skip

    def main(self) -> Page:
        t, wanted = self.t, self.search.casefold()
        found = [note for note in self.notes if wanted in f"{note.title}\n{note.text}".casefold()]
        cards = [self._card(note) for note in sorted(found, key=lambda note: note.edited, reverse=True)]
        field = search_field(t("Search notes"), self.search, self.set("search"))
        return Page(
            self.label(),
            cards or nothing("note", t("No notes found" if self.notes else "No notes yet")),
            top=[field, Space(4)],
            fab=("add", partial(self.write, None), t("New note")),
        )

    def form(self) -> Page:
        t, draft = self.t, self.draft
        assert draft is not None
        title = Field(t("Title"), draft.title, partial(setattr, draft, "title"), style="subtitle")
        text = Field(t("Note"), draft.text, partial(setattr, draft, "text"), lines=8)
        delete = [IconButton("delete", self.ask_delete, t("Delete"))] if self.opened else []
        return Page(t("Edit note") if self.opened else t("New note"), [Space(4), title, text],
                    actions=[*delete, Button(t("Save"), self.save, style="text")])  # fmt: skip

    # What can be done

    def write(self, note: Note | None) -> None:
        """Open the form for a new note, or for a copy of one: only saving changes it."""
        self.opened, self.draft = note, replace(note) if note else Note("", "", self.phone.now())
        self.open(self.form)

    def save(self) -> None:
        draft = self.draft
        assert draft is not None
        if not (draft.title.strip() or draft.text.strip()):
            self.toast(self.t("Write something first"))
            return
        if self.opened:
            self.notes.remove(self.opened)
        self.notes.append(replace(draft, title=draft.title.strip(), edited=self.phone.now()))
        self._close()
        self.toast(self.t("Note saved"))

    def ask_delete(self) -> None:
        assert self.opened is not None
        text = self.t("“{}” will be gone for good.").format(self.opened.title or self.t("Untitled"))
        self.confirm(self.t("Delete note?"), text, self.t("Delete"), self._delete)

    def on_back(self) -> bool:
        before = (self.opened.title, self.opened.text) if self.opened else ("", "")
        if self.depth == 1 or self.draft is None or (self.draft.title, self.draft.text) == before:
            self.draft = self.opened = None
            return False
        t = self.t
        self.show(Dialog(t("Discard changes?"), t("What you have written will be lost."),
                         buttons=[(t("Keep editing"), None), (t("Discard"), self._close)]))  # fmt: skip
        return True

    def _card(self, note: Note) -> Card:
        lines = [
            Text(note.title or self.t("Untitled"), style="subtitle", lines=1),
            Text(note.text, style="small", faint=True, lines=3),
            Text(when(note.edited, self.phone.now(), self.phone.language), style="caption", faint=True),
        ]
        return Card(lines if note.text else lines[::2], on_tap=partial(self.write, note))

    def _delete(self) -> None:
        if self.opened:
            self.notes.remove(self.opened)
        self._close()
        self.toast(self.t("Note deleted"))

    def _close(self) -> None:
        self.draft = self.opened = None
        self.back()
