"""What a thing is, where it is named by that: "the switch next to Wi-Fi", "the first button", "blue Save button"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handsight.sight.colours import COLOURS
from handsight.types import Element

_WORDS = {
    "button": "button 按钮", "icon": "icon 图标", "image": "image|picture|photo 图片", "link": "link 链接",
    "tab": "tab 选项卡 标签页", "menu": "menu|dropdown|drop-down 下拉菜单", "menu item": "menu\\s+item 菜单项",
    "switch": "switch|toggle 开关", "checkbox": "check\\s*box|tick\\s*box 复选框",
    "radio button": "radio\\s+button 单选按钮 单选框", "slider": "slider 滑块",
    "field": "(?:(?:text|input)\\s*)?field|(?:text|input)\\s*box 输入框 文本框 搜索框",
}  # fmt: skip
_ROLES = {"button": ("button", "tab"), "icon": ("icon", "image"), "menu": ("menu",)}
_KIND = "|".join(f"(?:{word})" for words in _WORDS.values() for word in words.split())
_COLOUR = "|".join(word for word in COLOURS if word.isascii())
_COLOUR_ZH = "|".join(word for word in COLOURS if not word.isascii())
_LOOK = re.compile(
    rf"(?:(?P<colour>{_COLOUR})(?:-?colou?red)?\b\s*|(?P<zh>{_COLOUR_ZH})色的?)?(?P<name>.*?)[\s的]*"
    rf"(?:(?<![A-Za-z])(?P<kind>{_KIND}))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Look:
    """What something is seen to be: a kind and a colour, "" where none is said, and what is left of its own words."""

    kind: str
    colour: str
    name: str

    def __str__(self) -> str:
        name = f'"{self.name}"' if self.name else ""
        return " ".join(part for part in (self.colour, name, self.kind) if part)


def look(words: str) -> Look | None:
    """Read a kind and a colour in words that name a thing; None where they name neither."""
    found = _LOOK.fullmatch(words.strip())
    if found is None or not (found["kind"] or found["colour"] or found["zh"]):
        return None
    colour = COLOURS[(found["colour"] or found["zh"]).lower()] if found["colour"] or found["zh"] else ""
    name = found["name"].strip()
    return Look(_kind(found["kind"] or ""), colour, name) if name or found["kind"] else None


def _kind(said: str) -> str:
    return next((k for k, words in _WORDS.items() for word in words.split() if re.fullmatch(word, said, re.I)), "")


def is_of_kind(element: Element, kind: str) -> bool:
    """Whether what a device names is of that kind. An icon is what has no words on it, only a description."""
    if kind == "icon" and element.role == "button":
        return not element.text
    if kind == "switch" and element.role not in ("checkbox", "radio button", "menu item"):
        return element.checked is not None
    return element.role in _ROLES.get(kind, (kind,))
