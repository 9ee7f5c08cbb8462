"""The phrases for acting, one pattern for each way to say it, in the order in which they are tried."""

from __future__ import annotations

import re

from handsight.errors import UsageError
from handsight.models.reader.steps import Instruction, Rules, Words, collector, target, times

Match = re.Match[str]
RULES: Rules = []
rule = collector(RULES)

VERB = re.compile(
    r"(?:double[\s-]*(?:click|tap)|right[\s-]*click|"
    r"open|launch|start|tap|click|press|select|choose|pick|touch|hit|go|navigate|return|back|long|hold|type|enter|write|"
    r"input|put|fill|turn|switch|toggle|enable|disable|activate|deactivate|check|uncheck|tick|untick|scroll|swipe|wait|"
    r"verify|make\s+sure|ensure|confirm|answer|read|say|tell|report|what|call|use|invoke|ask)\b|"
    r"打开|启动|运行|双击|右键|右击|点|单击|选择|选中|按|长按|进入|输入|键入|填写|在.+输入|开启|启用|关闭|关掉|禁用|停用|把|将|勾选|取消勾选|"
    r"向|往|滚动|滑动|上滑|下滑|返回|后退|回到|等|检查|确认|确保|验证|回答|读|告诉|报告|调用|使用|询问|问",
    re.IGNORECASE,
)
"""How a step begins: an "and" before anything else is a part of a name."""

_SEEN = (
    r"(?:\s+(?:is|are|to\s+be|becomes?)?\s*(?:shown|visible|seen|there|present|displayed|found|in\s+view|on\s+(?:the\s+)?screen)"
    r"|\s+(?:to\s+)?(?:appears?|shows?(?:\s+up)?|exists?|comes?\s+up|comes?\s+into\s+view))?"
)
_SEEN_ZH = r"(?:出现|显示|可见|为止|存在)*"
_TIMES = r"(?P<n>once|twice|\d+\s*times?|[一二两三四五六七八九十\d]+(?:次|下|屏))"
_VERIFY = r"(?:check|verify|make\s+sure|ensure|confirm|assert)(?:\s+(?:that|if|whether))?\s+"
_VERIFY_ZH = r"(?:检查|确认|确保|验证)"
_KEYS = (
    r"enter|return|tab|esc(?:ape)?|space|menu|delete|backspace|recents?|power|volume[ _](?:up|down)|end|insert|"
    r"f\d{1,2}|"
    r"(?:page|arrow)?[ _]?(?:up|down|left|right)|(?:(?:ctrl|control|alt|shift|cmd|super|win)\s*\+\s*)+\S+"
)
_KEYS_ZH = {"回车": "enter", "确认": "enter", "菜单": "menu", "删除": "delete", "退格": "backspace", "空格": "space"}
_KEYS_ZH |= {"主页": "home", "返回": "back"}
_OPPOSITE = {"up": "down", "down": "up", "left": "right", "right": "left"}
_WAYS_ZH = {"上": "up", "下": "down", "左": "left", "右": "right"}


@rule(rf"(?:(?:go|navigate|press|hit|return)\s+)?(?:the\s+)?back(?:\s+(?:button|key|arrow))?(?:\s+{_TIMES})?")
@rule(rf"(?:返回|后退)(?:上一?[页级层步]|键)?{_TIMES}?")
def _back(words: Words, found: Match) -> Instruction:
    return Instruction("press", "", text="back", count=times(found["n"]))


@rule(r"(?:go|return|navigate)\s+(?:back\s+)?(?:to\s+)?(?:the\s+)?home(?:\s*screen|\s+page)?")
@rule(r"(?:press|hit)\s+(?:the\s+)?home(?:\s+(?:button|key))?")
@rule(r"(?:返回|回到?)(?:主屏幕?|桌面|主页|首页)")
def _home(words: Words, found: Match) -> Instruction:
    return Instruction("press", "", text="home")


@rule(rf"(?:press|hit|push)\s+(?:the\s+)?(?P<key>{_KEYS})(?:\s+(?:key|button))?(?:\s+{_TIMES})?")
@rule(r"(?P<key>enter|return)(?P<n>(?!))?")
@rule(rf"按(?:一?下)?(?P<key>{'|'.join(_KEYS_ZH)})键?{_TIMES}?")
def _press(words: Words, found: Match) -> Instruction:
    key = re.sub(r"\s*\+\s*", "+", found["key"].lower())
    key = {"return": "enter", "escape": "esc", **_KEYS_ZH}.get(key, key.replace(" ", "_"))
    return Instruction("press", "", text=key, count=times(found["n"]))


@rule(r"wait(?:\s+for)?\s+(?P<n>\d+(?:\.\d+)?)\s*(?P<unit>s|secs?|seconds?|m|mins?|minutes?)?")
@rule(r"(?:等待?|暂停)\s*(?P<n>\d+(?:\.\d+)?|[一二两三四五六七八九十])\s*(?:秒钟?|s|(?P<unit>分钟?))")
def _wait(words: Words, found: Match) -> Instruction:
    return Instruction("wait", "", count=times(found["n"]) * (60 if (found["unit"] or "s")[0] in "mM分" else 1))


@rule(r"wait(?:\s+(?:for\s+)?a\s+(?:moment|bit|while|second|little))?|等一?下|等一会儿?|稍等(?:一下)?")
def _wait_a_bit(words: Words, found: Match) -> Instruction:
    return Instruction("wait", "", count=2)


@rule(r"wait\s+(?:until|for|till)\s+(?P<t>.+?)\s+(?:is\s+gone|(?:to\s+)?disappears?|goes\s+away)")
@rule(r"等(?:待|到)?(?P<t>.+?)消失")
def _wait_gone(words: Words, found: Match) -> Instruction:
    return Instruction("wait_for", "", target(words, found["t"]), expects="gone")


@rule(rf"wait\s+(?:until|for|till)\s+(?:you\s+(?:can\s+)?see\s+)?(?P<t>.+?){_SEEN}")
@rule(rf"等(?:待|到)?(?:看到)?(?P<t>.+?){_SEEN_ZH}")
def _wait_for(words: Words, found: Match) -> Instruction:
    return Instruction("wait_for", "", target(words, found["t"]))


@rule(
    rf"{_VERIFY}(?P<t>.+?)\s+(?:is|are|has\s+been)\s+(?:turned\s+|switched\s+)?",
    r"(?P<on>not\s+on|on(?!\s+(?:the\s+)?screen)|off|(?:un)?checked|enabled|disabled|(?:un)?ticked)",
)
@rule(rf"{_VERIFY_ZH}(?P<t>.+?)是?否?(?:已经?)?被?(?P<on>打开|开启|启用|关闭|关掉|禁用)(?:了|状态)?")
def _check_state(words: Words, found: Match) -> Instruction:
    off = re.search(r"off|un|disabled|not|关|禁", found["on"].lower())
    return Instruction("check", "", target(words, found["t"]), expects="off" if off else "on")


@rule(
    rf"{_VERIFY}(?P<t>.+?)\s*(?:(?:is|are)\s*n[o']t|does\s*n[o']t)\s+",
    r"(?:shown|visible|there|displayed|present|appear|exist|on\s+(?:the\s+)?screen)",
)
@rule(rf"{_VERIFY}(?:there\s+(?:is|are)\s+)?no\s+(?P<t>.+?){_SEEN}")
@rule(rf"{_VERIFY_ZH}(?:没有(?P<t>.+))")
@rule(rf"{_VERIFY_ZH}(?P<t>.+?)(?:不存在|没有出现|未出现|不可见)")
def _check_gone(words: Words, found: Match) -> Instruction:
    return Instruction("check", "", target(words, found["t"]), expects="gone")


@rule(r"(?:check|tick|mark)\s+(?P<t>.+?)\s+(?:check\s*box|box|option)|tick\s+(?P<named>.+)")
@rule(r"(?:turn|switch|toggle)\s+on\s+(?P<t>.+)|(?:turn|switch|toggle)\s+(?P<named>.+?)\s+on")
@rule(r"(?:enable|activate)\s+(?P<t>.+)|勾选(?P<named>.+)")
@rule(r"(?:开启|启用)(?P<t>.+?)(?:的?开关)?|(?:打开|开)(?P<named>.+?)的?开关")
@rule(r"[把将](?P<t>.+?)(?:的?开关)?(?:打开|开启|启用|勾选)(?P<named>(?!))?")
def _turn_on(words: Words, found: Match) -> Instruction:
    return Instruction("turn_on", "", target(words, found["t"] or found["named"]))


@rule(r"(?:uncheck|untick|unmark)\s+(?P<t>.+?)(?:\s+(?:check\s*box|box|option))?(?P<named>(?!))?")
@rule(r"(?:turn|switch|toggle)\s+off\s+(?P<t>.+)|(?:turn|switch|toggle)\s+(?P<named>.+?)\s+off")
@rule(r"(?:disable|deactivate)\s+(?P<t>.+)|取消勾选(?P<named>.+)")
@rule(r"(?:禁用|停用|关掉|关闭)(?P<t>.+?)(?:的?开关)?|[把将](?P<named>.+?)(?:的?开关)?(?:关闭|关掉|关上|禁用)")
def _turn_off(words: Words, found: Match) -> Instruction:
    return Instruction("turn_off", "", target(words, found["t"] or found["named"]))


@rule(rf"{_VERIFY}(?:there\s+(?:is|are)\s+|you\s+(?:can\s+)?see\s+)?(?P<t>.+?){_SEEN}")
@rule(rf"{_VERIFY_ZH}(?:是否)?(?:有|看到|能看到)?(?P<t>.+?)(?:是否|已经?)*{_SEEN_ZH}(?:在屏幕上)?")
def _check(words: Words, found: Match) -> Instruction:
    return Instruction("check", "", target(words, found["t"]))


@rule(r"(?:open|launch|start|run)(?:\s+up)?\s+(?P<t>.+)")
@rule(r"(?:打开|启动|运行)\s*(?P<t>.+)")
def _open(words: Words, found: Match) -> Instruction:
    return Instruction("open", "", target(words, found["t"]), or_switch=found[0].startswith("打开"))


@rule(
    r"(?P<verb>scroll|swipe|page|flick)(?:\s+(?P<way>down|up|left|right)(?:wards?)?)?",
    rf"(?:\s+{_TIMES}|\s+(?P<all>(?:all\s+the\s+way\s*)?(?:(?:down\s+|up\s+)?to\s+the\s+",
    r"(?P<edge>bottom|end|top|start|beginning))|all\s+the\s+way))?",
    r"(?:\s+(?:until|till|to|and\s+find|to\s+find|to\s+see)\s+(?:(?:you|i|we)\s+(?:can\s+)?(?:see|find)\s+)?",
    rf"(?P<t>.+?){_SEEN})?",
)
@rule(
    rf"(?:[向往]?(?P<way>[上下左右]))?(?P<verb>滚动?|滑动?|划动?|翻页?|拖动)(?:一?下|{_TIMES})?",
    r"(?P<all>到(?P<edge>最?底部?|最?顶部?|最后))?",
    rf"(?:[，,]?(?:直到|直至|到)(?:看到|看见|找到|出现)?(?P<t>.+?){_SEEN_ZH})?",
)
def _scroll(words: Words, found: Match) -> Instruction:
    """`text` is where the view goes: "swipe up" moves the finger up, so the view goes down."""
    way = _WAYS_ZH.get(found["way"] or "", (found["way"] or "down").lower())
    if found["way"] and re.match(r"swipe|flick|[滑划拖]", found["verb"].lower()):
        way = _OPPOSITE[way]
    if re.match(r"top|start|beg|最?顶", (found["edge"] or "").lower()):
        way = "up"
    endless = bool(found["t"] or found["all"])
    return Instruction(
        "scroll", "", target(words, found["t"]) if found["t"] else None, way, 0 if endless else times(found["n"])
    )


@rule(r"long[\s-]*(?:press|tap|click|touch)\s+(?P<t>.+)|长按\s*(?P<named>.+)")
@rule(r"(?:press|tap|touch)\s+and\s+hold\s+(?P<t>.+)|hold(?:\s+down)?\s+(?P<named>.+)")
def _long_press(words: Words, found: Match) -> Instruction:
    return Instruction("long_press", "", target(words, found["t"] or found["named"]))


@rule(r"double[\s-]*(?:click|tap)\s+(?:on\s+)?(?P<t>.+)|双击\s*(?P<named>.+)")
def _double_click(words: Words, found: Match) -> Instruction:
    return Instruction("double_click", "", target(words, found["t"] or found["named"]))


@rule(r"right[\s-]*click\s+(?:on\s+)?(?P<t>.+)|右键(?:单击|点击)?\s*(?P<named>.+)|右击\s*(?P<also>.+)")
def _right_click(words: Words, found: Match) -> Instruction:
    return Instruction("right_click", "", target(words, found["t"] or found["named"] or found["also"]))


_TYPE = r"(?:type|enter|write|input|put|insert)\s+"
_INTO = r"\s+(?:into|in\s+to|in|to|on|at|as|for)\s+"


@rule(r"(?:输入|键入|填写|填入)\s*(?P<x>.+)(?P<t>(?!))?")
@rule(rf"{_TYPE}(?P<x>.+?)(?:\s+in(?:to)?\s+(?P<t>.+))?")
@rule(r"(?:在|向|往)(?P<t>.+?)(?:中|里面?|内|上)?(?:输入|填写|填入|键入|写)\s*(?P<x>.+)")
@rule(r"(?:输入|键入|填写|填入)\s*(?P<x>[\ue000-\uf8ff])(?:\s*(?:到|进|至|在)\s*(?P<t>.+?)(?:中|里面?|内)?)?")
@rule(r"fill\s+(?:in\s+|out\s+)?(?P<t>.+?)\s+with\s+(?P<x>.+)")
@rule(rf"{_TYPE}(?P<x>[\ue000-\uf8ff])(?:{_INTO}(?P<t>.+))?")
def _type(words: Words, found: Match) -> Instruction:
    text = words.plain(found["x"])
    if not text:
        raise UsageError(f"there is nothing to type in {words.shown(found[0])}")
    return Instruction("type", "", target(words, found["t"]) if found["t"] else None, text)
