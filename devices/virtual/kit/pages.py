"""What fills a window: a page, and what lies above it: a dialog, a menu, a sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import partial
from typing import Literal

from PIL import Image

from handsight.devices.virtual.kit.arrange import Column, Line
from handsight.devices.virtual.kit.controls import Button, IconButton
from handsight.devices.virtual.kit.layout import Act, Spot
from handsight.devices.virtual.kit.paint import Canvas
from handsight.devices.virtual.kit.theme import Look
from handsight.devices.virtual.kit.widgets import Row, Space, Widget, text_spot


@dataclass
class Page:
    """A whole screen: a bar with the title, a body that scrolls, and what is pinned above and below it.

    `actions` are buttons at the end of the bar; `top` and `bottom` stay where they are (tabs, an input line); `fab` is
    the floating button (icon, what it does, its words). With `scrolls=False` the widgets that grow fill the screen.
    """

    title: str
    body: Sequence[Widget]
    _: KW_ONLY
    actions: Sequence[Button] = ()
    top: Sequence[Widget] = ()
    bottom: Sequence[Widget] = ()
    fab: tuple[str, Act, str] | None = None
    large: bool = False
    bar: bool = True
    scrolls: bool = True
    starts_at: Literal["top", "end"] = "top"
    wallpaper: Image.Image | None = None
    every_s: float = 0  # build it anew so often: for clocks and progress
    secure: bool = False  # forbids pictures of itself
    on_swipe: Callable[[str], object] | None = None  # told "up", "down", "left" or "right" where nothing scrolls

    def place(self, look: Look, width: int, height: int) -> Spot:
        """Lay it out on a window of that size."""
        root = Spot(width, height, cls="android.widget.FrameLayout")
        if self.wallpaper is not None:
            root.mark(Canvas.picture, self.wallpaper, 0, 0)
        bar = self._bar(look, width) if self.bar else Spot(width, 0)
        bar_height = look.inset_top + bar.height
        top = Column(self.top, margin=16).place(look, width) if self.top else Spot(width, 0)
        bottom = self._bottom(look, width)
        room = max(1, height - bar_height - top.height - bottom.height)
        if self.bar:
            root.put(bar, 0, look.inset_top)
        if self.top:
            root.put(top, 0, bar_height)
        root.put(self._body(look, width, room), 0, bar_height + top.height)
        if self.bottom:
            root.put(bottom, 0, max(bar_height + top.height, height - bottom.height))
        if self.fab:
            icon, act, words = self.fab
            made = Button(words, act, icon=icon, style="tonal", big=True, description=words)
            wide = min(made.natural(look) or 0, width)
            button = made.place(look, wide)
            root.put(button, width - wide - look.px(16), max(0, height - bottom.height - button.height - look.px(16)))
        return root

    def _bar(self, look: Look, width: int) -> Spot:
        px, theme = look.px, look.theme
        if self.large and not self.actions and not look.go_back:
            return Spot(width, 0)
        bar = Spot(width, px(64))
        x = px(16)
        if look.go_back:
            arrow = IconButton("back", look.go_back, look.go_back_words, style="raised")
            bar.put(arrow.place(look, px(44)), px(10), px(8))
            x = px(66)
        right = width - px(8)
        for action in reversed(self.actions):
            wide = action.natural(look) or px(48)
            right -= wide
            bar.put(action.place(look, wide), right, px(8))
        if not self.large:
            title = text_spot(look, self.title, "title", max(px(16), right - x - px(8)), theme.text, lines=1)
            bar.put(title, x, (bar.height - title.height) // 2)
        return bar

    def _bottom(self, look: Look, width: int) -> Spot:
        if not self.bottom:
            return Spot(width, 0)
        spot = Column(self.bottom, margin=12).place(look, width)
        pad = look.px(8) if any(child.inset for child in self.bottom) else 0
        outer = Spot(width, spot.height + 2 * pad)
        if self.wallpaper is None:
            outer.mark(Canvas.fill, (0, 0, width, outer.height), look.theme.background)
        outer.put(spot, 0, pad)
        return outer

    def _body(self, look: Look, width: int, room: int) -> Spot:
        widgets = list(self.body)
        if self.large and self.bar:
            widgets = [_Headline(self.title), *widgets]
        content = Column(widgets, margin=16).place(look, width, room if not self.scrolls else 0)
        below = look.px(88 if self.fab else 16) if self.scrolls else 0
        body = Spot(
            width, room, cls="androidx.recyclerview.widget.RecyclerView", scroll_axis="y", key="body",
            content=content.height + below, stick_to_end=self.starts_at == "end",
        )  # fmt: skip
        body.put(content, 0, 0)
        return body


@dataclass
class _Headline(Widget):
    text: str
    inset = False

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        spot = Spot(width, 0)
        px = look.px
        inner = spot.put(
            text_spot(look, self.text, "headline", width - px(48), look.theme.text, lines=2), px(24), px(16)
        )
        spot.height = inner.height + px(36)
        return spot


@dataclass
class Dialog:
    """A question in the middle of the screen. A button closes it, then does what it does; None only closes it."""

    title: str
    text: str = ""
    body: Sequence[Widget] = ()
    buttons: Sequence[tuple[str, Act | None]] = ()
    _: KW_ONLY
    cancelable: bool = True
    dismiss: Act = field(default=lambda: None, repr=False)  # filled in by whoever shows it

    def place(self, look: Look, width: int, height: int) -> Spot:
        """Lay it out on a window of that size: the panel is the only child."""
        px, theme = look.px, look.theme
        wide = max(1, min(width - px(32), px(360)))
        panel = Spot(wide, 0, cls="android.widget.FrameLayout")
        y = px(24)
        if self.title:
            title = text_spot(look, self.title, "title", max(1, wide - px(48)), theme.text, lines=3)
            title.resource_id = "android:id/alertTitle"
            y += panel.put(title, px(24), y).height + px(12)
        buttons = [Button(label, partial(_close, self.dismiss, act), style="text") for label, act in self.buttons]
        foot = Line(buttons, align="right", gap=4).place(look, max(1, wide - px(32))) if buttons else Spot(1, px(8))
        if buttons and foot.children[-1].x + foot.children[-1].width > foot.width:
            foot = Column(buttons, gap=0).place(look, max(1, wide - px(32)))
        text = [_Message(self.text)] if self.text else []
        content = Column([*text, *self.body], margin=24, edge=8).place(look, wide)
        room = max(px(24), min(content.height, height - y - foot.height - px(56) - look.inset_top))
        body = panel.put(Spot(wide, room, scroll_axis="y", key="dialog", content=content.height), 0, y)
        body.put(content, 0, 0)
        y += room + px(16)
        panel.put(foot, px(16), y)
        panel.height = y + foot.height + px(16)
        panel.mark(Canvas.round, (0, 0, wide, panel.height), px(28), theme.raised)
        root = Spot(width, height, cls="android.widget.FrameLayout")
        root.put(panel, (width - wide) // 2, max(look.inset_top, (height - panel.height) // 2))
        return root


@dataclass
class Menu:
    """A short list of things to do, at the top right."""

    items: Sequence[tuple[str, Act]]
    _: KW_ONLY
    cancelable: bool = True
    dismiss: Act = field(default=lambda: None, repr=False)

    def place(self, look: Look, width: int, height: int) -> Spot:
        """Lay it out on a window of that size: the panel is the only child."""
        px = look.px
        wide = max(1, min(width - px(16), px(220)))
        rows = [Row(label, on_tap=partial(_close, self.dismiss, act)) for label, act in self.items]
        content = Column(rows).place(look, wide)
        panel = Spot(wide, min(content.height + px(16), height - look.inset_top), cls="android.widget.ListView")
        panel.mark(Canvas.round, (0, 0, wide, panel.height), px(16), look.theme.raised)
        inner = panel.put(
            Spot(wide, panel.height - px(16), scroll_axis="y", key="menu", content=content.height), 0, px(8)
        )
        inner.put(content, 0, 0)
        root = Spot(width, height, cls="android.widget.FrameLayout")
        root.put(panel, width - wide - px(8), look.inset_top + px(8))
        return root


@dataclass
class Sheet:
    """A panel that comes up from below."""

    title: str
    body: Sequence[Widget]
    _: KW_ONLY
    cancelable: bool = True
    dismiss: Act = field(default=lambda: None, repr=False)

    def place(self, look: Look, width: int, height: int) -> Spot:
        """Lay it out on a window of that size: the panel is the only child."""
        px, theme = look.px, look.theme
        wide = min(width, px(640))
        widgets = [_Message(self.title, "title"), Space(8), *self.body, Space(16)]
        content = Column(widgets, margin=24, edge=8).place(look, wide)
        room = max(1, min(content.height, height - look.inset_top - px(40)))
        panel = Spot(wide, room + px(36), cls="android.widget.FrameLayout")
        panel.mark(Canvas.corners, (0, 0, wide, panel.height), (px(28), px(28), 0, 0), theme.raised)
        panel.mark(Canvas.round, (wide // 2 - px(16), px(14), wide // 2 + px(16), px(18)), px(2), theme.outline)
        body = panel.put(Spot(wide, room, scroll_axis="y", key="sheet", content=content.height), 0, px(36))
        body.put(content, 0, 0)
        root = Spot(width, height, cls="android.widget.FrameLayout")
        root.put(panel, (width - wide) // 2, height - panel.height)
        return root


Overlay = Dialog | Menu | Sheet


def _close(dismiss: Act, act: Act | None) -> None:
    dismiss()
    if act:
        act()


@dataclass
class _Message(Widget):
    text: str
    style: str = "body"

    def place(self, look: Look, width: int, height: int = 0) -> Spot:
        color = look.theme.faint if self.style == "body" else look.theme.text
        spot = text_spot(look, self.text, self.style, width, color)
        spot.resource_id = "android:id/message"
        return spot
