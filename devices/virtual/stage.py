"""What is on the screen: the page, what lies above it, the keyboard and the bars; laid out, drawn, hit and read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from handsight.devices.virtual import bars
from handsight.devices.virtual.keyboard import Keyboard
from handsight.devices.virtual.kit.app import Entry, Memory
from handsight.devices.virtual.kit.edit import Edit
from handsight.devices.virtual.kit.layout import Hit, Node, Spot, hits, paint, place_of, read
from handsight.devices.virtual.kit.pages import Overlay, Page
from handsight.devices.virtual.kit.paint import Canvas
from handsight.devices.virtual.kit.scroll import Scroll
from handsight.devices.virtual.kit.theme import BLACK, DARK, LIGHT, WHITE, Look, mix
from handsight.devices.virtual.kit.widgets import text_spot

if TYPE_CHECKING:
    from handsight.devices.virtual.phone import Phone


@dataclass
class Window:
    """A page, or something above it, in its place."""

    content: Page | Overlay
    root: Spot
    memory: Memory

    def field(self) -> Spot | None:
        """The text field that is being edited."""
        wanted = self.memory.focus
        return next((spot for spot in self.root.walk() if spot.edit and spot.key == wanted), None) if wanted else None

    def focused(self) -> Spot | None:
        """Whatever has the focus."""
        wanted = self.memory.focus
        return next((spot for spot in self.root.walk() if spot.key == wanted), None) if wanted else None


class Stage:
    """Keeps the layout and the picture up to date with the phone."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self.windows: list[Window] = []
        self.keyboard = Keyboard(phone.press_key)
        self.keyboard_spot: Spot | None = None
        self.navigation = Spot(1, 1)
        self.canvas = Canvas  # what it draws on; one that takes notes learns where each letter stands
        self.look = self._look()

    @property
    def top(self) -> Window:
        """The window that takes the input."""
        return self.windows[-1]

    @property
    def keyboard_top(self) -> int:
        """Where the part of the screen ends that windows may fill."""
        return self.keyboard_spot.y if self.keyboard_spot else self.navigation.y

    def edit(self) -> Edit | None:
        """The text field that is being edited."""
        field = self.top.field()
        return field.edit if field else None

    def lay_out(self) -> None:
        """Build all windows anew and put them in their places."""
        phone = self._phone
        self.look = self._look()
        self._place_navigation()
        entries = phone.entries
        contents = [entry.build() for entry in entries]
        self.keyboard_spot = None
        self._place(contents, entries, self.navigation.y)
        field = self.top.field()
        if not phone.ime_shown:
            return
        if field is None or field.edit is None:
            phone.hide_keyboard()
            return
        self.keyboard_spot = self._keyboard(field.edit)
        self._place(contents, entries, self.keyboard_spot.y)
        field = self.top.field()
        if field:
            self._reveal(self.top, field)

    def paint(self) -> Image.Image:
        """Draw everything."""
        phone, look = self._phone, self.look
        width, height = phone.size
        now = phone.clock()
        light = 0.5 if look.theme.dark else 0.6
        above = len(self.windows) - 1
        image = Image.new("RGB", (width, height), mix(BLACK, look.theme.background, light**above))
        canvas = self.canvas(image, look.fonts)
        page = self.windows[0].content
        for i, window in enumerate(self.windows):
            canvas.light = light ** (above - i)
            paint(window.root, canvas, now)
            if not i:
                paint(self.navigation, canvas, now)
            self._draw_focus(canvas, window, now)
        wallpaper = isinstance(page, Page) and page.wallpaper is not None
        ink = WHITE if wallpaper or len(self.windows) > 1 else look.theme.text
        bars.status_bar(
            canvas, look, width, ink, phone.now().strftime("%H:%M"), phone.battery, phone.settings["global"]
        )
        if self.keyboard_spot:
            paint(self.keyboard_spot, canvas, now)
            paint(self.navigation, canvas, now)
        if phone.later.toast_text:
            self._draw_toast(canvas, phone.later.toast_text)
        return image

    def hit(self, x: int, y: int) -> tuple[Window | None, list[Hit]]:
        """What is under a finger: spots of the bars, the keyboard (no window), or of the topmost window."""
        now = self._phone.clock()
        for spot in (self.navigation, self.keyboard_spot):
            found = hits(spot, x, y, now) if spot else []
            if found:
                return None, found
        return self.top, hits(self.top.root, x, y, now)

    def tree(self, package: str) -> Node:
        """The topmost window as `uiautomator` reads it."""
        root = self.top.root
        if not isinstance(self.top.content, Page):
            root = root.children[0]
        clip = (0, 0, self._phone.size[0], self.keyboard_top)
        left, top = (0, 0) if root is self.top.root else (self.top.root.x, self.top.root.y)
        node = read(root, clip, package, self.top.memory.focus, self._phone.clock(), left, top)
        return node or Node("", "", "", root.cls, clip, package)

    def moving(self, now: float) -> bool:
        """Whether a list still glides."""
        return any(scroll.moving(now) for window in self.windows for scroll in window.memory.scrolls.values())

    def due(self) -> float:
        """The shortest time in seconds after which a visible page wants to be built anew, or 0."""
        waits = [w.content.every_s for w in self.windows if isinstance(w.content, Page) and w.content.every_s > 0]
        return min(waits, default=0.0)

    def _look(self) -> Look:
        phone = self._phone
        high = min(round(bars.STATUS_DP * phone.scale), phone.size[1] // 10)
        theme, words = phone.themes[phone.dark], phone.word("Navigate up")
        return Look(theme, phone.fonts, phone.scale, phone.font_scale, inset_top=high, go_back_words=words)

    def _place_navigation(self) -> None:
        phone, look = self._phone, self.look
        width, height = phone.size
        page = phone.locked or phone.running.at_home
        ink, ground = (WHITE, None) if page else (look.theme.faint, look.theme.background)
        buttons = phone.settings["secure"].get("navigation_mode", "0") != "2"
        spot = bars.navigation_bar(look, width, ink, ground, buttons=buttons, press=phone.press_button)
        spot.y = height - spot.height
        self.navigation = spot

    def _place(self, contents: list[Page | Overlay], entries: list[Entry], bottom: int) -> None:
        """Lay the windows out above `bottom`."""
        phone, look = self._phone, self.look
        self.windows = []
        for content, entry in zip(contents, entries, strict=True):
            look.focus, look.cursor = entry.memory.focus, entry.memory.cursor
            look.go_back = None if self.windows or phone.locked else phone.running.way_back()
            root = content.place(look, phone.size[0], bottom)
            _attach(root, entry.memory, "0", phone.clock())
            self.windows.append(Window(content, root, entry.memory))

    def _keyboard(self, edit: Edit) -> Spot:
        phone = self._phone
        most = round(phone.size[1] * 0.5) - self.navigation.height
        spot = self.keyboard.place(
            self.look, phone.size[0], most, kind=edit.kind, multiline=edit.multiline,
            keys="adb" not in phone.ime.lower(), name=phone.ime.partition("/")[0],
        )  # fmt: skip
        spot.y = self.navigation.y - spot.height
        return spot

    def _reveal(self, window: Window, field: Spot) -> None:
        """Scroll so far that the line with the cursor is seen."""
        edit, now = field.edit, self._phone.clock()
        assert edit is not None
        for spot in window.root.walk():
            if spot.scroll is None or spot.scroll_axis != "y" or spot.scroll.moving(now):
                continue
            inner = next((box for child in spot.children if (box := place_of(child, field, now))), None)
            if inner:
                line = edit.row_of(min(window.memory.cursor, len(edit.value))) * edit.line
                top = inner[1] + (line if edit.multiline else 0)
                high = edit.top + edit.line * 2 if edit.multiline else field.height + self.look.px(8)
                spot.scroll.reveal(max(0, top), top + high)

    def _draw_focus(self, canvas: Canvas, window: Window, now: float) -> None:
        spot = window.focused()
        box = place_of(window.root, spot, now) if spot and not spot.edit else None
        if box:
            px, (left, top, right, bottom) = self.look.px, box
            for edge in ((left, top, right, top + px(2)), (left, bottom - px(2), right, bottom),
                         (left, top, left + px(2), bottom), (right - px(2), top, right, bottom)):  # fmt: skip
                canvas.fill(edge, self.look.theme.primary)

    def _draw_toast(self, canvas: Canvas, text: str) -> None:
        look, px = self.look, self.look.px
        width = self._phone.size[0]
        size, _, weight = look.style("small")
        room = max(1, min(width - px(64), round(look.fonts.width(text, size, weight)) + 2))
        ground, ink = (LIGHT.card, LIGHT.text) if look.theme.dark else (DARK.raised, DARK.text)
        body = text_spot(look, text, "small", room, ink, lines=2)
        wide, high = room + px(40), body.height + px(24)
        toast = Spot(wide, high, (width - wide) // 2, self.keyboard_top - high - px(24))
        toast.mark(Canvas.round, (0, 0, wide, high), px(24), ground)
        toast.put(body, px(20), px(12))
        paint(toast, canvas, 0)


def _attach(spot: Spot, memory: Memory, path: str, now: float) -> None:
    """Give every spot its key, and every list the place where it was."""
    spot.key = spot.key or path
    if spot.scroll_axis:
        scroll = memory.scrolls.setdefault(spot.key, Scroll(stick_to_end=spot.stick_to_end))
        scroll.snap = spot.snap
        scroll.fit(spot.width if spot.scroll_axis == "x" else spot.height, spot.content, now)
        spot.scroll = scroll
    for i, child in enumerate(spot.children):
        _attach(child, memory, f"{spot.key}/{i}", now)
