"""Words to fill screens with: English ones, made-up ones that look English, Chinese ones, names, times and prices.

One word in ten is held out by its checksum and never shown while training: a model that finds it has learned to read.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter, defaultdict
from functools import cache
from importlib.resources import files
from random import Random

HELD_OUT = 10  # one word in so many


def held_out(word: str) -> bool:
    """Whether a word is kept for the report card."""
    return zlib.crc32(word.casefold().encode()) % HELD_OUT == 0


@cache
def english() -> tuple[str, ...]:
    """The words of the manual that comes with Python: plain English, and there wherever Python is."""
    from pydoc_data.topics import topics

    counted = Counter(re.findall(r"[a-z]{2,11}", " ".join(topics.values()).lower()))
    return tuple(sorted(word for word, count in counted.items() if count > 1))


@cache
def _follows() -> dict[str, tuple[list[str], list[int]]]:
    """Which letter follows which two in English words, and how often; "$" ends a word."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for word in english():
        padded = f"^^{word}$"
        for at in range(2, len(padded)):
            counts[padded[at - 2 : at]][padded[at]] += 1
    return {pair: (list(after), list(after.values())) for pair, after in counts.items()}


@cache
def chinese() -> tuple[str, ...]:
    """The Chinese texts of the virtual phone, in pieces of one to four characters."""
    from handsight.devices.virtual.apps import default_apps

    texts = [text for app in default_apps() for text in app.texts.get("zh", {}).values()]
    pieces = {piece for text in texts for piece in re.findall(r"[\u4e00-\u9fff]{1,4}", text)}
    return tuple(sorted(pieces))


class Words:
    """Draws words, either those for training or those that are held out; `unseen`, also phrasings that are."""

    def __init__(self, random: Random, *, held: bool = False, language: str = "en", unseen: bool = False) -> None:
        self.random, self.held, self.language, self.unseen = random, held, language, unseen

    def word(self) -> str:
        """One word in small letters."""
        while True:
            word = self.random.choice(english()) if self.random.random() < 0.35 else self._made_up()
            if held_out(word) is self.held:
                return word

    def phrase(self, most: int = 3, longest: int = 22) -> str:
        """A label: one word or a few, written as labels are."""
        if self.language == "zh" and self.random.random() < 0.8:
            return self._chinese()
        random = self.random
        while True:
            words = [self.word() for _ in range(random.choice((1, 1, 1, 2, 2, 3)[: 3 + most]))]
            text = random.choices(
                (
                    " ".join(word.capitalize() for word in words),
                    " ".join(words).capitalize(),
                    " ".join(words).upper(),
                    " ".join(words),
                    f"{' '.join(words).capitalize()} {random.randint(0, 999)}",
                    f"{words[0].capitalize()} & {words[-1]}",
                ),
                (30, 40, 6, 12, 8, 4),
            )[0]
            if len(text) <= longest:
                return text

    def sentence(self, longest: int = 60) -> str:
        """A longer text, as stands under a title."""
        if self.language == "zh" and self.random.random() < 0.8:
            return "，".join(self._chinese() for _ in range(self.random.randint(1, 3)))
        words = [self.word() for _ in range(self.random.randint(2, 9))]
        text = " ".join(words).capitalize() + self.random.choice(("", ".", "", "!", "?"))
        return text[:longest].strip()

    def value(self) -> str:
        """What stands at the end of a row: a time, a price, a number, a word."""
        random = self.random
        return random.choice(
            (
                f"{random.randint(0, 23):02}:{random.randint(0, 59):02}",
                f"${random.randint(1, 900)}.{random.randint(0, 99):02}",
                f"{random.randint(1, 99)}%",
                f"{random.randint(1, 120)} GB",
                f"{random.randint(1, 999)}",
                self.phrase(1, 12),
            )
        )

    def typed(self) -> str:
        """What a person may want typed."""
        random, kind = self.random, self.random.random()
        if self.language == "zh" and kind < 0.5:
            return self._chinese() + self.random.choice(("", "", "123", "！"))
        if kind < 0.6:
            return " ".join(self.word() for _ in range(random.randint(1, 5)))
        if kind < 0.7:
            letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
            return "".join(random.choice(letters) for _ in range(random.randint(3, 12)))
        if kind < 0.78:
            return f"{self.word()}@{self.word()}.{random.choice(('com', 'org', 'net'))}"
        if kind < 0.88:
            return str(random.randint(0, 10 ** random.randint(1, 11)))
        words = [self.word() for _ in range(random.randint(1, 4))]
        return " ".join(words).capitalize() + random.choice((".", "!", "?", f", {self.word()}", f" {self.value()}"))

    def name(self) -> str:
        """A person's name."""
        return self._chinese()[:3] if self.language == "zh" else f"{self.word()} {self.word()}".title()

    def _chinese(self) -> str:
        while True:
            text = "".join(self.random.choice(chinese()) for _ in range(self.random.choice((1, 1, 2))))
            if len(text) <= 7 and held_out(text) is self.held:
                return text

    def _made_up(self) -> str:
        follows = _follows()
        while True:
            word = "^^"
            while not word.endswith("$") and len(word) < 14:
                letters, weights = follows[word[-2:]]
                word += self.random.choices(letters, weights)[0]
            made = word[2:-1]
            if word.endswith("$") and 3 <= len(made) <= 10:
                return made


@cache
def characters() -> str:
    """Every character that the model knows, in the order of their ids; more may be added at the end."""
    return files(__package__).joinpath("characters.txt").read_text("utf-8")
