"""Every page of every app, in four languages, both themes and on four screens: whole, apart, readable, translated."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator

import pytest
from PIL import Image

from handsight.devices.virtual.apps import default_apps
from handsight.devices.virtual.kit import App
from handsight.devices.virtual.kit.fonts import line_box, system_fonts
from handsight.devices.virtual.kit.layout import Node, Spot, hits, paint
from handsight.devices.virtual.kit.paint import Canvas, Rect, overlap
from handsight.devices.virtual.kit.theme import Color
from handsight.devices.virtual.phone import Phone

from .tour import SIZES, TOUR, tour

LANGUAGES = ["en", "zh", "de", "ja"]
CALLING = {"Calling…", "正在呼叫…", "Wird angerufen…", "発信中…"}
BUILT = ("Page", "Dialog", "Menu", "Sheet")
# Where only the beginning of a long text is shown, on purpose: there, or on the page below a menu or dialog.
EXCERPTS = {"notes main", "messages main", "messages more", "messages ask_delete", "messages ask_delete_message"}
# What is no word: names, addresses, units, and what stands on the pages in English on purpose.
NAMES = re.compile(
    r"[\w./@ ]*(?:example\.com|\.(?:png|mp3|txt|csv|md)|/sdcard|/\S+)|(?:org|com)\.[\w.]+|virtual-\w+|Virtual [Pp]hone"
    r"|Home|Office|Guest|English \(United States\)|Deutsch \(Deutschland\)|Ada|1 Main Street|London|nobody|zzz"
    r"|None|none|Alarms|DCIM|Documents|Download|Movies|Music|Notifications|Pictures|Podcasts|pinewood"
    r"|GMT|WPA3|GHz|GB|kB|MB|dpi|min|IP|USB|WLAN|Android"
)


class Seen(Canvas):
    """A canvas that only notes the texts: where they stand, what cuts them, and their colours."""

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__(Image.new("RGB", size), system_fonts())
        self.texts: list[tuple[str, Rect, Rect, Color, int]] = []

    def text(self, x: int, y: int, text: str, size: int, weight: str, color: Color) -> None:
        left, top, _, _ = self._shift((x, y, x, y))
        box = (left, top, left + round(self.fonts.width(text, size, weight)), top + line_box(size))
        if text.strip() and overlap(self._clip, box):
            self.texts.append((text, box, self._clip, color, size))


class Blind(Seen):
    """Draws nothing at all."""

    def fill(self, box: Rect, color: Color) -> None:
        pass

    def _stamp(self, *_: object) -> None:
        pass


class Contrast(Seen):
    """Draws everything, and looks at the ground under each text just before it is written."""

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__(size)
        self.grounds: list[tuple[str, float, int]] = []

    def text(self, x: int, y: int, text: str, size: int, weight: str, color: Color) -> None:
        before = len(self.texts)
        super().text(x, y, text, size, weight, color)
        if len(self.texts) > before:
            left, top, _, bottom = self.texts[-1][1]
            seen = overlap(self.texts[-1][1], self._clip)
            assert seen
            ground = self.image.getpixel((max(seen[0], left), min(max((top + bottom) // 2, seen[1]), seen[3] - 1)))
            self.grounds.append((text, contrast(color, ground), size))  # type: ignore[arg-type]
        Canvas.text(self, x, y, text, size, weight, color)


def contrast(a: Color, b: Color) -> float:
    """How well one colour can be read on another, 1 to 21, as WCAG has it."""

    def light(color: Color) -> float:
        parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((light(a), light(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def windows(phone: Phone, canvas: Seen) -> Seen:
    """Draw what is on the screen, without the status bar."""
    phone.tree()
    for window in phone.stage.windows:
        paint(window.root, canvas, phone.clock())
    return canvas


@pytest.fixture(scope="module", params=[(lang, size) for lang in LANGUAGES for size in SIZES], ids=str)
def pages(request: pytest.FixtureRequest) -> list[tuple[str, Phone, Node]]:
    """All pages in one language on one screen."""
    language, size = request.param
    return [(name, phone, phone.tree()) for name, phone in tour(language=language, size=size)]


def test_no_text_is_cut_off_or_reaches_over_the_edge_of_the_screen(pages: list[tuple[str, Phone, Node]]) -> None:
    wrong = []
    for name, phone, _ in pages:
        texts = windows(phone, Blind(phone.size)).texts
        assert texts, f"{name} shows no text"
        for text, (left, _, right, _), clip, _, _ in texts:
            if left < clip[0] or right > clip[2]:
                wrong.append((name, text, "is cut"))
            if text.endswith("…") and text not in CALLING and name not in EXCERPTS:
                wrong.append((name, text, "is not whole"))
    assert wrong == []


def test_what_can_be_tapped_lies_apart_and_each_tap_reaches_its_own(pages: list[tuple[str, Phone, Node]]) -> None:
    wrong = []
    for name, phone, root in pages:
        nodes = [node for node in root.walk() if node.clickable]
        inside = {id(inner): node for node in nodes for inner in node.walk() if inner is not node}
        for i, node in enumerate(nodes):
            left, top, right, bottom = node.bounds
            found = hits(phone.stage.top.root, (left + right) // 2, (top + bottom) // 2, phone.clock())
            if not any(hit.spot.on_tap or hit.spot.edit for hit in found):
                wrong.append((name, node.text, "cannot be tapped"))
            for other in nodes[i + 1 :]:
                nested = inside.get(id(other)) is node or node.bounds == other.bounds
                if overlap(node.bounds, other.bounds) and not nested and not floats(other, nodes):
                    wrong.append((name, words(node), words(other)))
    assert wrong == []


def floats(node: Node, nodes: list[Node]) -> bool:
    """The floating button may lie on the list below it."""
    return node is nodes[-1] and node.text == node.description and node.cls.endswith("Button")


def words(node: Node) -> str:
    return next((inner.text or inner.description for inner in node.walk() if inner.text or inner.description), "")


def test_the_tree_lies_within_the_screen_and_names_what_is_drawn(pages: list[tuple[str, Phone, Node]]) -> None:
    for name, phone, root in pages:
        width, height = phone.size
        for node in root.walk():
            left, top, right, bottom = node.bounds
            assert 0 <= left < right <= width, name
            assert 0 <= top < bottom <= height, name
        said = "".join(re.sub(r"\s", "", node.text) for node in root.walk())
        shown = Blind(phone.size)
        phone.tree()
        paint(phone.stage.top.root, shown, phone.clock())
        assert shown.texts, name
        for text, box, clip, _, _ in shown.texts:
            seen = overlap(box, clip)
            if seen and seen[3] - seen[1] == box[3] - box[1] and phone.stage.navigation.y >= box[3]:
                assert re.sub(r"\s", "", text.rstrip("…")) in said, (name, text)


def test_whatever_can_be_tapped_has_words_for_it(pages: list[tuple[str, Phone, Node]]) -> None:
    nameless = [
        (name, node.bounds)
        for name, phone, root in pages
        for node in root.walk()
        if node.clickable and not words(node) and node.bounds[3] - node.bounds[1] > 20 * phone.scale  # no mere edge
    ]
    assert nameless == []


def test_every_word_is_chinese_on_a_chinese_phone(pages: list[tuple[str, Phone, Node]]) -> None:
    wrong = set()
    for name, phone, root in pages:
        for node in root.walk() if phone.language == "zh" else ():
            for text in (node.text, node.description):
                if re.search("[A-Za-z]{2}", NAMES.sub("", text)):
                    wrong.add((name, text))
    assert wrong == set()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_of_every_page_stands_out_from_its_ground(dark: bool) -> None:
    pale = []
    for name, phone in tour(dark=dark, size=(540, 1200)):
        phone.tree()
        canvas = Contrast(phone.size)
        canvas.fill((0, 0, *phone.size), phone.stage.look.theme.background)
        paint(phone.stage.windows[0].root, canvas, phone.clock())
        off = disabled(phone.stage.windows[0].root)
        assert canvas.grounds, name
        for text, level, size in canvas.grounds:
            if text not in off and level < (3 if size >= 18 * phone.scale else 4.5):
                pale.append((name, text, round(level, 1)))
    assert pale == []


def disabled(root: Spot) -> set[str]:
    """What need not be readable: words of what cannot be used."""
    return {inner.text for spot in root.walk() if not spot.enabled for inner in spot.walk()}


def test_the_state_on_any_page_survives_json(pages: list[tuple[str, Phone, Node]]) -> None:
    for name, phone, _ in pages:
        state = phone.state()
        assert json.loads(json.dumps(state)) == state, name
        assert set(state["apps"]) == set(phone.apps)


def test_pages_differ_from_one_another_and_are_the_same_each_time() -> None:
    first, again = (
        {name: phone.frame().tobytes() for name, phone in tour(size=(180, 400), serial="s")} for _ in range(2)
    )
    assert first == again
    assert len(set(first.values())) == len(first)


def builders() -> Iterator[str]:
    """The methods that build pages and what lies above pages, by app."""
    for app in default_apps():
        for owner in app.__mro__[: app.__mro__.index(App)]:
            for name, method in vars(owner).items():
                if inspect.isfunction(method) and method.__annotations__.get("return") in (
                    "Page",
                    "Dialog",
                    "Menu",
                    "Sheet",
                ):
                    yield f"{app.__name__.lower()} {name}"


def test_the_tour_goes_to_every_page_that_an_app_can_build() -> None:
    visited = {name.partition(",")[0] for name in TOUR}
    assert set(builders()) - visited == set()
