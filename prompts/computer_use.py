"""The official `computer_use` function: a mouse and a keyboard, in the names, fields and order that models learned."""

from __future__ import annotations

from typing import Any

from handsight.errors import BadCall
from handsight.prompts.actions import Action, Arguments
from handsight.prompts.kinds import NUMBER, PLACE, TEXT, Kind
from handsight.prompts.mobile_use import SESSION, STATUS
from handsight.prompts.space import Space
from handsight.prompts.wording import Wording

NAME = "computer_use"


def _listed(value: Any) -> Any:
    """The keys of "ctrl+c" as a list; a list in which each is one key stays as it is."""
    if isinstance(value, str) and value:
        return _parted(value)
    return value


def _parted(chord: str) -> list[str]:
    """The keys of a chord, of which the last may be the plus itself."""
    head, plus, _ = chord.rpartition("+") if chord.endswith("+") else ("", "", "")
    keys = [*head.removesuffix("+").split("+"), "+"] if plus else chord.split("+")
    return [key.strip() for key in keys if key.strip()]


KEYS = Kind(
    {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
    'a list of keys, such as ["ctrl", "c"]',
    _listed,
    ours=lambda value, space: "+".join(value),
    theirs=lambda value, space: _parted(value),
)
PIXELS = Kind(NUMBER.schema, "a number of pixels", NUMBER.mend)

FIELDS: dict[str, tuple[Kind, Wording]] = {
    "keys": (KEYS, Wording("the keys", "按键")),
    "text": (TEXT, Wording("the text or the answer", "文字或答案")),
    "coordinate": (
        PLACE,
        Wording(
            "[x, y], {places}: the place, from the top left of the screenshot",
            "[x, y]，{places}：位置，从截图左上角算起",
        ),
    ),
    "pixels": (PIXELS, Wording("how far", "滚动的距离")),
    "time": (NUMBER, Wording("seconds", "秒数")),
    "status": (STATUS, Wording("", "")),
}


def _scrolling(ahead: str, back: str) -> dict[str, Any]:
    """An action whose number says by its sign which of two ways to turn the wheel."""

    def complete(made: Arguments, space: Space) -> Arguments:
        if not made["direction"]:
            raise BadCall("pixels is a number of pixels other than 0")
        return {**made, "direction": ahead if made["direction"] > 0 else back, "pixels": abs(made["direction"])}

    def reduce(made: Arguments) -> Arguments | None:
        if made["direction"] not in (ahead, back) or "pixels" not in made:
            return None
        rest = {name: value for name, value in made.items() if name != "pixels"}
        return {**rest, "direction": made["pixels"] * (1 if made["direction"] == ahead else -1)}

    fields = {"pixels": ("direction", PIXELS), "coordinate": ("at", PLACE)}
    return {"tool": "scroll", "fields": fields, "complete": complete, "reduce": reduce}


_AT: dict[str, tuple[str, Kind]] = {"coordinate": ("at", PLACE)}

ACTIONS = (
    Action(
        "key",
        "press",
        Wording(
            "hold down the `keys` one after the other, then let go in reverse", "依次按下 `keys` 各键，再按相反次序松开"
        ),
        {"keys": ("key", KEYS)},
    ),
    Action("type", "type_text", Wording("type `text` on the keyboard", "用键盘输入 `text`"), {"text": ("text", TEXT)}),
    Action("mouse_move", "move_to", Wording("move the pointer to `coordinate`", "把指针移到 `coordinate`"), _AT),
    Action("left_click", "click", Wording("click `coordinate`", "单击 `coordinate` 处"), _AT),
    Action(
        "left_click_drag",
        "drag",
        Wording(
            "drag with the left button from where the pointer is to `coordinate`",
            "按住左键，从指针所在处拖到 `coordinate`",
        ),
        {"coordinate": ("end", PLACE)},
    ),
    Action(
        "right_click",
        "click",
        Wording("click `coordinate` with the right button", "右键单击 `coordinate` 处"),
        _AT,
        {"button": "right"},
    ),
    Action(
        "middle_click",
        "click",
        Wording("click `coordinate` with the middle button", "中键单击 `coordinate` 处"),
        _AT,
        {"button": "middle"},
    ),
    Action("double_click", "click", Wording("double-click `coordinate`", "双击 `coordinate` 处"), _AT, {"count": 2}),
    Action(
        "triple_click",
        "click",
        Wording("click `coordinate` three times in a row", "连击 `coordinate` 处三次"),
        _AT,
        {"count": 3},
    ),
    Action(
        "scroll",
        help=Wording(
            "turn the wheel by `pixels`, at `coordinate` if given: above 0 shows what is above, below 0 what is below",
            "滚轮滚动 `pixels`，可用 `coordinate` 指明位置：大于 0 看上方，小于 0 看下方",
        ),
        **_scrolling("up", "down"),
    ),
    Action(
        "hscroll",
        help=Wording(
            "the same sideways: above 0 shows what is further right, below 0 further left",
            "横向滚动：大于 0 看右方，小于 0 看左方",
        ),
        **_scrolling("right", "left"),
    ),
    *SESSION,
)

ABOUT = Wording(
    "Works a computer's desktop by mouse and keyboard.{size} Aim at the middle of what you mean to hit.",
    "通过鼠标和键盘操作电脑桌面。{size}请对准目标的中心。",
)
