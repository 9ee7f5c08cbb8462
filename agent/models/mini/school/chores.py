"""Goals within the apps: alarms, contacts, notes, messages, files, shopping."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import cast

from handsight.devices.virtual.apps.clock import Clock
from handsight.devices.virtual.apps.contacts import Contacts
from handsight.devices.virtual.apps.files import PLACES, Files
from handsight.devices.virtual.apps.messages import Messages
from handsight.devices.virtual.apps.notes import Notes
from handsight.devices.virtual.apps.shop import Shop
from handsight.devices.virtual.apps.shop_goods import GOODS
from handsight.devices.virtual.files import SHARED
from handsight.models.mini.school import goals
from handsight.models.mini.school.goals import DONE, Asked, Goal, Maker, phrased
from handsight.models.mini.school.words import Words
from handsight.models.mini.school.world import Act, World


def _saved(world: World, label: str) -> bool:
    return f"tap “{label}”" in world.history


# Clock


@dataclass
class Alarm(Asked):
    """An alarm rings at a time."""

    hour: int
    minute: int

    def next(self, world: World) -> Act:
        clock = cast(Clock, world.app("clock"))
        if world.front is clock and world.title == clock.t("Add alarm"):
            return self._form(world, clock)
        go = world.reach(clock) if world.front is not clock or world.above is not None else None
        if go or clock.depth > 1:
            return go or Act("back")
        if clock.tab:
            return world.tap(clock.t("Alarms")) or Act("back")
        time = f"{self.hour:02}:{self.minute:02}"
        card = world.thing(time)
        if any((alarm.hour, alarm.minute) == (self.hour, self.minute) for alarm in clock.alarms):
            if card is None:
                return world.toward(time) or Act("fail", time)
            inner = (thing for thing in world.view.things if thing.kind == "switch" and _within(thing.area, card.area))
            switch = next(inner, None)
            if switch is None:  # out of sight
                return Act("scroll down")
            return DONE if switch.on else Act("tap", switch.label, switch)
        return world.find(clock.t("Add alarm")) or Act("back")

    def _form(self, world: World, clock: Clock) -> Act:
        draft = clock.draft
        assert draft
        if world.above in (clock.t("Hour"), clock.t("Minute")):
            wanted = f"{self.hour:02}" if world.above == clock.t("Hour") else f"{self.minute // 5 * 5:02}"
            return world.tap(wanted) or world.toward(wanted) or Act("back")
        if world.above is not None:
            return Act("back")
        for name, wanted, now in (("Hour", self.hour, draft.hour), ("Minute", self.minute, draft.minute)):
            if wanted == now:
                continue
            if name == "Minute" and wanted // 5 * 5 <= now < wanted:
                return _named(world, clock.t("Later minute")) or Act("back")
            return self._wheel(world, name, f"{now:02}") or Act("back")
        return world.tap(clock.t("Save")) or Act("back")

    def _wheel(self, world: World, name: str, shown: str) -> Act | None:
        left = [thing for thing in world.view.things if thing.label == shown and thing.kind == "button"]
        if not left:
            return world.toward(shown)
        middle = world.view.image.width / 2
        wanted = [thing for thing in left if (thing.middle[0] < middle) is (name == "Hour")]
        return Act("tap", shown, wanted[0]) if wanted else None


def alarm(random: Random, words: Words, world: World, language: str) -> Goal:
    hour = random.randrange(24)
    minute = random.choice((0, 15, 30, 45, 5 * random.randrange(12), 5 * random.randrange(12)))
    if random.random() < 0.08:
        minute = random.randrange(60)
    forms = [f"{hour}:{minute:02}", f"{hour:02}:{minute:02}"]
    if language == "en" and random.random() < 0.25:
        forms = [f"{(hour - 1) % 12 + 1}:{minute:02} {'am' if hour < 12 else 'pm'}"]
    elif language == "zh" and random.random() < 0.4:
        forms = [f"{hour}点{minute}分" if minute else f"{hour}点"]
    english = ("set an alarm for {at}", "set an alarm at {at}", "add an alarm for {at}", "wake me up at {at}",
               "create a {at} alarm", "I need an alarm at {at}")  # fmt: skip
    chinese = ("设置{at}的闹钟", "定一个{at}的闹钟", "添加{at}的闹钟", "{at}叫我起床")
    return Alarm(phrased(random, english, chinese, language, at=random.choice(forms)), hour, minute)


@dataclass
class Timed(Asked):
    """A timer runs for some minutes."""

    minutes: int

    def next(self, world: World) -> Act:
        clock = cast(Clock, world.app("clock"))
        if world.front is not clock:
            return Act("open", clock.label())
        if world.above is not None or clock.depth > 1:
            return Act("back")
        if clock.tab != 3:
            return world.tap(clock.t("Timer")) or Act("back")
        if clock.timer.left_s:
            if _saved(world, clock.t("Start")):
                return DONE
            return world.tap(clock.t("Cancel timer")) or Act("back")
        wanted = f"{self.minutes}00"
        if clock.digits == wanted:
            return world.tap(clock.t("Start")) or Act("back")
        if not wanted.startswith(clock.digits):
            return _named(world, clock.t("Delete")) or Act("back")
        rest = wanted[len(clock.digits) :]
        return world.tap("00" if rest == "00" else rest[0]) or Act("back")


def timed(random: Random, words: Words, world: World, language: str) -> Goal:
    minutes = random.choice((1, 2, 3, 5, 8, 10, 12, 15, 20, 25, 30, 45, random.randint(1, 59)))
    english = ("set a timer for {n} minutes", "start a {n} minute timer", "count down {n} minutes")
    chinese = ("设置{n}分钟的计时器", "倒计时{n}分钟", "定时{n}分钟")
    return Timed(phrased(random, english, chinese, language, n=str(minutes)), minutes)


# Contacts


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
            if there and _saved(world, people.t("Save")):
                return DONE
            return world.reach(people) or world.find(people.t("Create contact")) or Act("back")
        draft = people.draft
        assert draft
        return (
            world.write(people.t("Name"), draft.name, self.name)
            or world.write(people.t("Phone"), draft.phone, self.number)
            or world.tap(people.t("Save"))
            or Act("back")
        )


def added(random: Random, words: Words, world: World, language: str) -> Goal:
    name = words.name()
    number = random.choice((f"555 {random.randint(1000, 9999)}", str(random.randint(10**6, 10**10 - 1))))
    english = ("add {name} with the number {number} to my contacts", "create a contact {name}, {number}",
               "save {number} as {name}", "add a contact named {name} with phone {number}")  # fmt: skip
    chinese = ("添加联系人{name}，电话{number}", "新建联系人{name}，号码{number}", "把{number}存为{name}")
    return Added(phrased(random, english, chinese, language, name=name, number=number), name, number)


@dataclass
class Called(Asked):
    """Somebody is being called."""

    name: str

    def next(self, world: World) -> Act:
        people = cast(Contacts, world.app("contacts"))
        if world.front is people and people.talking_to == self.name:
            return DONE
        if world.front is people and people.depth > 1 and world.shows(self.name) and world.above is None:
            call = world.tap(people.t("Call"))
            if call:
                return call
        go = world.reach(people)
        return go or _searched(world, self.name, people.t("Search contacts"), people.search, people.set("search"))


def called(random: Random, words: Words, world: World, language: str) -> Goal:
    people = cast(Contacts, world.app("contacts"))
    there = random.random() < 0.85
    name = random.choice(people.contacts).name if there else words.name()
    english = ("call {name}", "phone {name}", "give {name} a call", "ring {name}")
    return Called(
        phrased(random, english, ("给{name}打电话", "呼叫{name}", "打电话给{name}"), language, name=name), name
    )


# Notes


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
            if there and _saved(world, notes.t("Save")):
                return DONE
            if (
                world.front is notes
                and world.above is not None
                and notes.t("Discard") in world.above + notes.t("Discard")
            ):
                return world.tap(notes.t("Discard")) or Act("back")
            return world.reach(notes) or world.find(notes.t("New note")) or Act("back")
        draft = notes.draft
        assert draft
        return (
            world.write(notes.t("Title"), draft.title, self.title)
            or world.write(notes.t("Note"), draft.text, self.body)
            or world.tap(notes.t("Save"))
            or Act("back")
        )


def noted(random: Random, words: Words, world: World, language: str) -> Goal:
    title, body = words.phrase(3, 20), words.typed()[:30].strip() if random.random() < 0.5 else ""
    if body:
        english: tuple[str, ...] = ("write a note titled {title} saying {body}", "new note {title}: {body}",
                                    'make a note "{title}" with the text "{body}"')  # fmt: skip
        chinese: tuple[str, ...] = ("写一条便签，标题{title}，内容{body}", "新建便签{title}：{body}")
    else:
        english = (
            "write a note titled {title}",
            "make a note: {title}",
            'create a note called "{title}"',
            "note down {title}",
        )
        chinese = ("写一条标题为{title}的便签", "新建便签{title}", "记下{title}")
    return Noted(phrased(random, english, chinese, language, title=title, body=body), title, body)


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
        return world.reach(notes) or _searched(
            world, self.title, notes.t("Search notes"), notes.search, notes.set("search")
        )


def note_opened(random: Random, words: Words, world: World, language: str) -> Goal:
    notes = cast(Notes, world.app("notes"))
    title = random.choice(notes.notes).title if notes.notes and random.random() < 0.9 else words.phrase(2, 16)
    english = ("open the note {title}", 'show me the note "{title}"', "find my note {title}", "open {title} in Notes")
    return NoteOpened(phrased(random, english, ("打开便签{title}", "找到便签{title}"), language, title=title), title)


# Messages


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
            if sent and _saved(world, messages.t("Send")):
                return DONE
            draft = next(spot.edit.value for spot in world.phone.stage.top.root.walk() if spot.edit)
            key = world.write(messages.t("Message"), draft, self.body, key="input")
            return key or _named(world, messages.t("Send")) or Act("back")
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


def sent(random: Random, words: Words, world: World, language: str) -> Goal:
    messages, people = cast(Messages, world.app("messages")), cast(Contacts, world.app("contacts"))
    known = [talk.name for talk in messages.conversations]
    name = random.choice(known if random.random() < 0.8 else [who.name for who in people.contacts])
    body = words.typed()[:32].strip()
    english = ('send {name} the message "{body}"', "text {name}: {body}", "tell {name} {body}", "message {name}: {body}",
               'write "{body}" to {name}')  # fmt: skip
    chinese = ("给{name}发信息：{body}", "发信息给{name}，说{body}", "告诉{name}{body}")
    return Sent(phrased(random, english, chinese, language, name=name, body=body), name, body)


# Files and shopping


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


def file_opened(random: Random, words: Words, world: World, language: str) -> Goal:
    files = cast(Files, world.app("files"))
    folders = [name for name in PLACES if world.phone.files.is_folder(f"{SHARED}/{name}")]
    there = [
        (folder, entry.name)
        for folder in folders
        for entry in world.phone.files.list(f"{SHARED}/{folder}")
        if not entry.is_folder
    ]
    folder, name = random.choice(there)
    shown = goals.in_language(language, files, folder)
    english = ("open the file {name} in {folder}", "open {name} from {folder}", "show me {name} in the folder {folder}")
    chinese = ("打开{folder}里的{name}", "在{folder}中打开{name}")
    return FileOpened(phrased(random, english, chinese, language, name=name, folder=shown), folder, name)


@dataclass
class InCart(Asked):
    """A product is in the cart, and nothing was paid."""

    product: str  # in English

    def next(self, world: World) -> Act:
        shop = cast(Shop, world.app("shop"))
        shown = shop.t(self.product)
        if world.front is shop and world.above is None and shop.depth > 1 and world.thing(shop.t("Add to cart")):
            if world.shows(shown):
                if shop.cart.get(self.product) and _saved(world, shop.t("Add to cart")):
                    return DONE
                return world.tap(shop.t("Add to cart")) or Act("back")
            return Act("back")
        go = world.reach(shop)
        return go or _searched(world, shown, shop.t("Search products"), shop.search, shop.set("search"))


def in_cart(random: Random, words: Words, world: World, language: str) -> Goal:
    product = random.choice(GOODS)
    name = goals.in_language(language, world.app("shop"), product.name)
    name = name.lower() if random.random() < 0.5 else name
    english = (
        "put the {what} into the cart",
        "add {what} to the cart",
        "add a {what} to my cart",
        "put a {what} in the basket",
    )
    return InCart(
        phrased(random, english, ("把{what}加入购物车", "将{what}放进购物车"), language, what=name), product.name
    )


# Parts


def _searched(world: World, name: str, field: str, now: str, clear: Callable[[str], None]) -> Act:
    """Tap what is in sight, else look for it by the search field; say so where nothing is found."""
    seen = world.thing(name, kind="row")
    if seen:
        return Act("tap", name, seen)
    if now == name:
        return Act("fail", f"no {name}")
    key = world.write(field, now, name, key="search")
    return key or Act("fail", f"no {name}")


def _named(world: World, said: str) -> Act | None:
    """Tap an icon by what is said of it."""
    thing = world.thing(said)
    return Act("tap", said, thing) if thing else None


def _within(inner: tuple[float, ...], outer: tuple[float, ...]) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


MAKERS: dict[Maker, int] = {
    goals.switched: 20, goals.chosen: 7, goals.told: 7, goals.opened: 3, goals.missing: 3, alarm: 14, timed: 5,
    added: 7, called: 7, noted: 9, note_opened: 5, sent: 9, file_opened: 5, in_cart: 7,
}  # fmt: skip
