"""The official `mobile_use` function: one function of many actions, in the names, fields and order models learned."""

from __future__ import annotations

from handsight.prompts.actions import Action
from handsight.prompts.kinds import NUMBER, PLACE, TEXT, Kind, choice
from handsight.prompts.wording import Wording

NAME = "mobile_use"

BUTTON = choice({"Back": "back", "Home": "home", "Menu": "menu", "Enter": "enter"})
STATUS = choice({"success": True, "failure": False}, total=True)

FIELDS: dict[str, tuple[Kind, Wording]] = {
    "coordinate": (
        PLACE,
        Wording(
            "[x, y], {places}: the place, from the top left of the screenshot",
            "[x, y]，{places}：位置，从截图左上角算起",
        ),
    ),
    "coordinate2": (PLACE, Wording("[x, y], {places}: where the swipe ends", "[x, y]，{places}：滑动的终点")),
    "text": (TEXT, Wording("the text, key, app or answer", "文字、按键、应用或答案")),
    "time": (NUMBER, Wording("seconds", "秒数")),
    "button": (BUTTON, Wording("", "")),
    "status": (STATUS, Wording("", "")),
}

SESSION = (  # what can be done whatever is worked
    Action("wait", "wait", Wording("let `time` seconds pass", "等待 `time` 秒"), {"time": ("seconds", NUMBER)}),
    Action(
        "terminate",
        "finish",
        Wording("end the task with `status`, having said what came of it", "说明结果后，以 `status` 结束任务"),
        {"status": ("success", STATUS)},
        words="message",
    ),
    Action(
        "answer",
        "answer",
        Wording("end the task by answering the user with `text`", "用 `text` 回答用户并结束任务"),
        {"text": ("text", TEXT)},
    ),
)

ACTIONS = (
    Action(
        "key",
        "press",
        Wording(
            "press the key named `text`, such as volume_up, power or del",
            "按名为 `text` 的键，如 volume_up、power、del",
        ),
        {"text": ("key", TEXT)},
    ),
    Action(
        "click", "tap", Wording("touch the point `coordinate`", "点击 `coordinate` 处"), {"coordinate": ("at", PLACE)}
    ),
    Action(
        "long_press",
        "long_press",
        Wording("hold the finger on `coordinate` for `time` seconds", "在 `coordinate` 处按住 `time` 秒"),
        {"coordinate": ("at", PLACE), "time": ("seconds", NUMBER)},
    ),
    Action(
        "swipe",
        "swipe",
        Wording(
            "move the finger from `coordinate` to `coordinate2`; what is shown moves along with it",
            "手指从 `coordinate` 移到 `coordinate2`，画面内容随之移动",
        ),
        {"coordinate": ("start", PLACE), "coordinate2": ("end", PLACE)},
    ),
    Action(
        "type",
        "type_text",
        Wording("enter `text` into the field that has the focus", "在已聚焦的输入框里输入 `text`"),
        {"text": ("text", TEXT)},
    ),
    Action(
        "system_button",
        "press",
        Wording("press the system's `button`", "按系统键 `button`"),
        {"button": ("key", BUTTON)},
    ),
    Action(
        "open", "open_app", Wording("open the app named `text`", "打开名为 `text` 的应用"), {"text": ("name", TEXT)}
    ),
    *SESSION,
)

ABOUT = Wording(
    "Works the screen by touch and keys.{size} Aim at the middle of what you mean to hit.",
    "通过触摸和按键操作屏幕。{size}请对准目标的中心。",
)
