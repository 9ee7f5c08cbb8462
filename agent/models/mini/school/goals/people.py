"""Goals about people: contacts, calls, messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from handsight.devices.virtual.apps.contacts import Contacts
from handsight.devices.virtual.apps.messages import Messages
from handsight.models.mini.school.goals.base import DONE, Asked, Goal
from handsight.models.mini.school.phrasing import phrased
from handsight.models.mini.school.words import Words
from handsight.models.mini.school.world import Act, World


@dataclass
class Added(Asked):
    """A contact is there, with a number."""

    name: str
    number: str

    def next(self, world: World) -> Act:
        people = cast(Contacts, world.app("contacts"))
        there = any((who.name, who.phone) == (self.name, self.number) for who in people.contacts)
        form = world.front is people and world.title == people.t("Create contact") and world.above is None
        if not form:
            if there and world.did(people.t("Save")):
                return DONE
            return world.reach(people) or world.find(people.t("Create contact")) or Act("back")
        draft = people.draft
        assert draft
        return (
            world.write(people.t("Name"), draft.name, self.name)
            or world.write(people.t("Phone"), draft.phone, self.number)
            or world.find(people.t("Save"))
            or Act("back")
        )


def added(words: Words, world: World, language: str) -> Goal:
    random, name = words.random, words.name()
    number = random.choice((f"555 {random.randint(1000, 9999)}", str(random.randint(10**6, 10**10 - 1))))
    return Added(phrased(words, "contact", language, name=name, number=number), name, number)


@dataclass
class Called(Asked):
    """Somebody is being called."""

    name: str

    def next(self, world: World) -> Act:
        people = cast(Contacts, world.app("contacts"))
        if world.front is people and people.talking_to == self.name:
            return DONE
        if world.front is people and people.depth > 1 and world.holds(self.name) and world.above is None:
            call = world.tap(people.t("Call"))
            if call:
                return call
        go = world.reach(people)
        return go or world.searched(self.name, people.t("Search contacts"), people.search)


def called(words: Words, world: World, language: str) -> Goal:
    people = cast(Contacts, world.app("contacts"))
    there = words.random.random() < 0.85
    name = words.random.choice(people.contacts).name if there else words.name()
    return Called(phrased(words, "call", language, name=name), name)


@dataclass
class Sent(Asked):
    """A message was sent to somebody."""

    name: str
    body: str

    def next(self, world: World) -> Act:
        messages = cast(Messages, world.app("messages"))
        talk = next((talk for talk in messages.conversations if talk.name == self.name), None)
        in_talk = world.front is messages and world.title == self.name and messages.depth > 1 and world.above is None
        if in_talk:
            said = talk.messages if talk else []
            sent = any(message.mine and message.text == self.body for message in said)
            if sent and world.did(messages.t("Send")):
                return DONE
            draft = next(spot.edit.value for spot in world.phone.stage.top.root.walk() if spot.edit)
            key = world.write(messages.t("Message"), draft, self.body, key="input")
            return key or world.named(messages.t("Send")) or Act("back")
        if (
            world.front is messages
            and world.title == messages.t("New conversation")
            and world.above is None
            and not talk
        ):
            wanted = world.thing(self.name, kind="row")
            if wanted and messages.to == self.name:
                return Act("tap", self.name, wanted)
            return world.write(messages.t("Name or number"), messages.to, self.name) or Act("back")
        go = world.reach(messages)
        if go:
            return go
        return (world.find(self.name) if talk else world.find(messages.t("Start chat"))) or Act("back")


def sent(words: Words, world: World, language: str) -> Goal:
    messages, people = cast(Messages, world.app("messages")), cast(Contacts, world.app("contacts"))
    known = [talk.name for talk in messages.conversations]
    name = words.random.choice(known if words.random.random() < 0.8 else [who.name for who in people.contacts])
    body = words.typed()[:32].strip()
    return Sent(phrased(words, "message", language, name=name, body=body), name, body)
