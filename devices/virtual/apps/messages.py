"""Messages: conversations, each with its bubbles, and people who answer after a moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from handsight.devices.virtual.apps.contacts import Contacts
from handsight.devices.virtual.apps.messages_words import ANSWERS, ANSWERS_TO_QUESTIONS, SEED, TEXTS
from handsight.devices.virtual.apps.signs import nothing, tint, when
from handsight.devices.virtual.kit import (
    App,
    Bubble,
    Field,
    Group,
    IconButton,
    Line,
    Menu,
    Page,
    Row,
    Space,
    Text,
    Widget,
)

ANSWER_S = 1.2


@dataclass
class Message:
    text: str
    mine: bool
    sent: datetime


@dataclass
class Conversation:
    name: str
    messages: list[Message] = field(default_factory=list)
    unread: int = 0
    draft: str = ""


class Messages(App):
    package = "org.handsight.messages"
    labels = {"en": "Messages", "zh": "信息", "de": "Nachrichten", "ja": "メッセージ"}
    icon, color = "message", "#2E7D32"
    texts = TEXTS
    conversations: list[Conversation] = []
    to = ""

    def start(self) -> None:
        now = self.phone.now().replace(second=0, microsecond=0)
        for i, (name, said) in enumerate(SEED.get(self.phone.language, SEED["en"]).items()):
            last, lines = now - timedelta(minutes=25), said.split("|")
            if i:
                last = (now - timedelta(days=i)).replace(hour=9 + 5 * i % 12)
            sent = [last - timedelta(minutes=4 * (len(lines) - 1 - n)) for n in range(len(lines))]
            talk = [Message(line[1:], line[0] == ">", at) for line, at in zip(lines, sent, strict=True)]
            self.conversations.append(Conversation(name, talk, unread=1 if i in (0, 3) else 0))

    def main(self) -> Page:
        newest_first = sorted(self.conversations, key=lambda talk: talk.messages[-1].sent, reverse=True)
        rows = [self._row(talk) for talk in newest_first]
        body = [Group(rows)] if rows else nothing("message", self.t("No conversations"))
        return Page(self.label(), body, fab=("add", self.begin, self.t("Start chat")))

    def thread(self, talk: Conversation) -> Page:
        talk.unread = 0  # it is being looked at
        now, language = self.phone.now(), self.phone.language
        bubbles: list[Widget] = []
        for i, message in enumerate(talk.messages):
            last = i + 1 == len(talk.messages) or talk.messages[i + 1].mine != message.mine
            note = when(message.sent, now, language) if last else ""
            delete = partial(self.ask_delete_message, talk, message)
            bubbles.append(Bubble(message.text, mine=message.mine, note=note, on_long_press=delete))
        return Page(
            talk.name,
            [Space(4), *bubbles],
            bottom=[self._input(talk)],
            actions=[IconButton("more", partial(self.show, self.more, talk), self.t("More options"))],
            starts_at="end",
        )

    def more(self, talk: Conversation) -> Menu:
        return Menu([(self.t("Delete conversation"), partial(self.ask_delete, talk))])

    def new(self) -> Page:
        t, typed = self.t, self.to.strip()
        people = self.phone.apps.get(Contacts.package)
        names = sorted(contact.name for contact in people.contacts) if isinstance(people, Contacts) else []
        found = [name for name in names if typed.casefold() in name.casefold()]
        if typed and typed not in found:
            found.insert(0, typed)
        rows = [Row(name, icon=name[0], tint=tint(name), on_tap=partial(self._choose, name)) for name in found]
        done = partial(self._choose, typed) if typed else None
        to = Field(t("Name or number"), self.to, self.set("to"), icon="person", on_done=done)
        return Page(t("New conversation"), [Group(rows)] if rows else [Text("")], top=[to, Space(0)])

    # What can be done

    def begin(self) -> None:
        """Ask whom to write to."""
        self.to = ""
        self.open(self.new)

    def talk_to(self, name: str) -> None:
        """Open the conversation with someone, a new one if there was none."""
        known = next((talk for talk in self.conversations if talk.name == name), None)
        self.open(self.thread, known or Conversation(name))

    def send(self, talk: Conversation) -> None:
        text, talk.draft = talk.draft.strip(), ""
        if not text:
            return
        if not any(known is talk for known in self.conversations):
            self.conversations.append(talk)
        talk.messages.append(Message(text, True, self.phone.now()))
        self.after(ANSWER_S, partial(self._answer, talk, text))

    def ask_delete(self, talk: Conversation) -> None:
        self.confirm(self.t("Delete conversation?"), self.t("This can't be undone."), self.t("Delete"),
                     partial(self._delete, talk))  # fmt: skip

    def ask_delete_message(self, talk: Conversation, message: Message) -> None:
        self.confirm(self.t("Delete message?"), message.text, self.t("Delete"),
                     partial(self._delete_message, talk, message))  # fmt: skip

    def _row(self, talk: Conversation) -> Row:
        last = talk.messages[-1]
        said = self.t("You: {}").format(last.text) if last.mine else last.text
        time = when(last.sent, self.phone.now(), self.phone.language) + ("  ●" if talk.unread else "")
        return Row(talk.name, said, icon=talk.name[0], tint=tint(talk.name), bold=talk.unread > 0, lines=1,
                   value=time, on_tap=partial(self.open, self.thread, talk))  # fmt: skip

    def _input(self, talk: Conversation) -> Line:
        send, write = partial(self.send, talk), partial(setattr, talk, "draft")
        field = Field("", talk.draft, write, hint=self.t("Message"), on_done=send, key="input")
        return Line([field, IconButton("send", send, self.t("Send"), style="filled")])

    def _choose(self, name: str) -> None:
        self.back()
        self.talk_to(name)

    def _answer(self, talk: Conversation, text: str) -> None:
        if not any(known is talk for known in self.conversations):
            return  # deleted meanwhile
        language = self.phone.language if self.phone.language in ANSWERS else "en"
        mine = sum(message.mine for message in talk.messages)
        answer = ANSWERS[language][mine % 3] if text[-1] not in "?？" else ANSWERS_TO_QUESTIONS[language]
        talk.messages.append(Message(answer, False, self.phone.now()))
        talk.unread += 1

    def _delete(self, talk: Conversation) -> None:
        self.conversations = [known for known in self.conversations if known is not talk]
        self.back()

    def _delete_message(self, talk: Conversation, message: Message) -> None:
        talk.messages = [known for known in talk.messages if known is not message]
        if not talk.messages:
            self._delete(talk)
