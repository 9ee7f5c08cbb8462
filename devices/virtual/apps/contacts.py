"""Contacts: people to find, call, write to, add, change and delete."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, cast

from handsight.devices.virtual.apps.contacts_words import NAMES, NUMBERS, TEXTS, UMLAUTS, letter, order
from handsight.devices.virtual.apps.signs import Sign, nothing, search_field, tint
from handsight.devices.virtual.kit import (
    App,
    Button,
    Chip,
    Column,
    Field,
    Grid,
    Group,
    IconButton,
    Menu,
    Page,
    Row,
    Space,
    Text,
    Widget,
)

if TYPE_CHECKING:
    from handsight.devices.virtual.apps.messages import Messages

MESSAGES = "org.handsight.messages"


@dataclass
class Contact:
    name: str
    phone: str = ""
    email: str = ""
    favourite: bool = False


class Contacts(App):
    package = "org.handsight.contacts"
    labels = {"en": "Contacts", "zh": "通讯录", "de": "Kontakte", "ja": "連絡先"}
    icon, color = "person", "#1976D2"
    texts = TEXTS
    contacts: list[Contact] = []
    search = ""
    only_favourites = False
    draft: Contact | None = None  # what is being written: saved, it takes the place of `edited`
    edited: Contact | None = None
    talking_to = ""
    calls: list[str] = []  # the names that were called

    def start(self) -> None:
        language = self.phone.language if self.phone.language in NAMES else "en"
        for i, name in enumerate(NAMES[language].split(", ")):
            number = NUMBERS[language].format(1042 + 37 * i, 10 + 3 * i)
            latin = language in ("en", "de")
            box = (
                name.lower().translate(UMLAUTS).replace(". ", ".").replace(" ", ".")
                if latin
                else f"user{1042 + 37 * i}"
            )
            self.contacts.append(Contact(name, number, f"{box}@example.com", i in (1, 11, 19)))

    def main(self) -> Page:
        t = self.t
        wanted = self.search.casefold()
        found = [
            contact
            for contact in sorted(self.contacts, key=lambda contact: order(contact.name))
            if wanted in f"{contact.name} {contact.phone} {contact.email}".casefold()
            and (contact.favourite or not self.only_favourites)
        ]
        groups = [
            Group([self._row(contact) for contact in same], first)
            for first, same in groupby(found, key=lambda contact: letter(contact.name))
        ]
        choices = Grid([
            Chip(t("All"), partial(self.set("only_favourites"), False), on=not self.only_favourites),
            Chip(t("Favourites"), partial(self.set("only_favourites"), True), on=self.only_favourites),
        ], 2)  # fmt: skip
        field = search_field(t("Search contacts"), self.search, self.set("search"))
        return Page(
            self.label(),
            groups or nothing("people", t("No contacts found")),
            top=[field, choices],
            fab=("add", partial(self.write, None), t("Create contact")),
        )

    def one(self, contact: Contact) -> Page:
        t = self.t
        star = "Remove from favourites" if contact.favourite else "Add to favourites"
        call = Button(t("Call"), partial(self.call, contact), icon="phone", enabled=bool(contact.phone))
        message = Button(t("Message"), partial(self.message, contact), icon="message", style="tonal",
                         enabled=MESSAGES in self.phone.apps)  # fmt: skip
        facts = [Row(contact.phone, t("Phone"), icon="phone", on_tap=call.on_tap)] if contact.phone else []
        facts += [Row(contact.email, t("Email"), icon="mail")] if contact.email else []
        body: list[Widget] = [
            Space(8),
            Sign(contact.name[0], tint(contact.name)),
            Text(contact.name, style="headline", align="center"),
            Space(4),
            Grid([call, message], 2),
        ]
        return Page("", [*body, Group(facts, t("Contact info"))] if facts else body, actions=[
            IconButton("star" if contact.favourite else "star_outline", partial(self._star, contact), t(star)),
            IconButton("edit", partial(self.write, contact), t("Edit")),
            IconButton("more", partial(self.show, self.more, contact), t("More options")),
        ])  # fmt: skip

    def more(self, contact: Contact) -> Menu:
        return Menu([(self.t("Delete"), partial(self.ask_delete, contact))])

    def form(self) -> Page:
        t, draft = self.t, self.draft or Contact("")

        def field(label: str, name: str, value: str, icon: str) -> Field:
            return Field(t(label), value, lambda text: setattr(draft, name, text), icon=icon)

        phone, email = field("Phone", "phone", draft.phone, "phone"), field("Email", "email", draft.email, "mail")
        phone.kind, email.kind = "phone", "email"
        fields = Column([field("Name", "name", draft.name, "person"), phone, email], gap=16)
        save = Button(t("Save"), self.save, style="text")
        return Page(t("Edit contact") if self.edited else t("Create contact"), [Space(4), fields], actions=[save])

    def calling(self) -> Page:
        hang_up = Button(self.t("End call"), self.hang_up, icon="phone", style="danger", big=True)
        body: list[Widget] = [
            Space(96),
            Text(self.t("Calling…"), align="center", faint=True),
            Text(self.talking_to, style="headline", align="center"),
            Space(24),
            Sign(self.talking_to[:1], tint(self.talking_to), side=160),
        ]
        return Page("", body, bottom=[hang_up, Space(16)], bar=False)

    # What can be done

    def write(self, contact: Contact | None) -> None:
        """Open the form for a new contact, or for a copy of one: only saving changes it."""
        self.edited, self.draft = contact, replace(contact) if contact else Contact("")
        self.open(self.form)

    def save(self) -> None:
        draft = self.draft
        if draft is None or not draft.name.strip():
            self.toast(self.t("Enter a name"))
            return
        draft.name = draft.name.strip()
        if self.edited:
            vars(self.edited).update(vars(draft))
        else:
            self.contacts.append(draft)
        self.draft = self.edited = None
        self.back()
        self.toast(self.t("Contact saved"))

    def ask_delete(self, contact: Contact) -> None:
        text = self.t("{} will be removed from this phone.").format(contact.name)
        self.confirm(self.t("Delete contact?"), text, self.t("Delete"), partial(self._delete, contact))

    def call(self, contact: Contact) -> None:
        self.talking_to = contact.name
        self.calls.append(contact.name)
        self.open(self.calling)

    def hang_up(self) -> None:
        self.talking_to = ""
        self.back()

    def message(self, contact: Contact) -> None:
        self.phone.launch(MESSAGES)
        cast("Messages", self.phone.apps[MESSAGES]).talk_to(contact.name)

    def on_back(self) -> bool:
        if self.talking_to:
            self.hang_up()
            return True
        return False

    def _row(self, contact: Contact) -> Row:
        return Row(contact.name, icon=contact.name[0], tint=tint(contact.name), on_tap=self._opener(contact))

    def _opener(self, contact: Contact) -> Callable[[], None]:
        return partial(self.open, self.one, contact)

    def _star(self, contact: Contact) -> None:
        contact.favourite = not contact.favourite

    def _delete(self, contact: Contact) -> None:
        self.contacts.remove(contact)
        self.back()
        self.toast(self.t("Contact deleted"))
