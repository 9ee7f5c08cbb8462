"""What people write, and the steps it is."""

from __future__ import annotations

import pytest

from handsight.errors import UsageError
from handsight.models.reader import check_task
from handsight.models.reader.instructions import parse
from handsight.models.reader.steps import Instruction
from handsight.sight.targets import Target


def brief(step: Instruction) -> str:
    """One line that says all that a step means."""
    parts = [step.act]
    if step.target:
        parts.append(shown(step.target))
    if step.text:
        parts.append(repr(step.text))
    if step.act in ("press", "scroll", "wait") and step.count != 1:
        parts.append(f"{step.count:g}")
    if step.expects != "shown":
        parts.append(step.expects)
    parts += [f"{name}={shown(given) if isinstance(given, Target) else repr(given)}" for name, given in step.arguments]
    return " ".join(parts)


def shown(target: Target) -> str:
    words = "|".join(target.names)
    words = f"#{target.ordinal} {words}" if target.ordinal else words
    return f"<{words}{f' {target.relation} {target.anchor}'.rstrip() if target.relation else ''}>"


TABLE = [
    ('open Settings, tap "Display", turn on Dark theme', "open <Settings>; tap <Display>; turn_on <Dark theme>"),
    ("Open the Clock app and then press back", "open <Clock app|Clock>; press 'back'"),
    ("launch Notes; start Timer\nrun Files", "open <Notes>; open <Timer>; open <Files>"),
    ("1. open Settings\n2. tap Display\n3. go back", "open <Settings>; tap <Display>; press 'back'"),
    ("- open Notes\n- type 'hello, world' into Title", "open <Notes>; type <Title> 'hello, world'"),
    ("1) open Settings 2) tap Display", "open <Settings>; tap <Display>"),
    ("Step 1: open Settings\nStep 2: tap Apps", "open <Settings>; tap <Apps>"),
    ("First, open Clock. Then tap Alarm. Finally, turn on 7:00.", "open <Clock>; tap <Alarm>; turn_on <7:00>"),
    ("open Settings > Display > Dark theme", "open <Settings>; tap <Display>; tap <Dark theme>"),
    ("open Settings -> Display", "open <Settings>; tap <Display>"),
    ("please open Settings and tap Display, thanks", "open <Settings>; tap <Display>"),
    ("scroll down until you see About phone and tap it", "scroll <About phone> 'down' 0; tap <About phone>"),
    ("tap Network and internet", "tap <Network and internet>"),
    ("tap 'Save, then close'", "tap <Save, then close>"),
    ("tap “Don't allow”", "tap <Don't allow>"),
    ("tap on the Sign in button", "tap <Sign in button|Sign in>"),
    ('click the "OK" button', "tap <OK>"),
    ("select 'Dark' from the list", "tap <Dark>"),
    ("choose English", "tap <English>"),
    ("tap 2.4 GHz", "tap <2.4 GHz>"),
    ("go to Network & internet", "go <Network & internet>"),
    ('tap the second "Add"', "tap <#2 Add>"),
    ("tap the last Delete", "tap <#-1 Delete>"),
    ("tap the 3rd Edit button", "tap <#3 Edit button|Edit>"),
    ('tap "Add" next to "Milk"', "tap <Add beside Milk>"),
    ("click Delete under Total", "tap <Delete below Total>"),
    ("tap Edit in the row of Bread", "tap <Edit beside Bread>"),
    ("tap 'Close' above 'Total'", "tap <Close above Total>"),
    ('long press "Note 1"', "long_press <Note 1>"),
    ("press and hold Photo", "long_press <Photo>"),
    ("type hello, world", "type 'hello, world'"),
    ("type hello into the search box and press enter", "type <search box|search> 'hello'; press 'enter'"),
    ('enter "Ann" in "Name"', "type <Name> 'Ann'"),
    ("write 'a then b' into Body then go home", "type <Body> 'a then b'; press 'home'"),
    ("fill in Email with 'a@b.c'", "type <Email> 'a@b.c'"),
    ("turn Wi-Fi off", "turn_off <Wi-Fi>"),
    ("switch on Bluetooth", "turn_on <Bluetooth>"),
    ("enable 'Airplane mode' and disable NFC", "turn_on <Airplane mode>; turn_off <NFC>"),
    ('check the "I agree" box', "turn_on <I agree>"),
    ("uncheck Newsletter", "turn_off <Newsletter>"),
    ("scroll down", "scroll 'down'"),
    ("scroll down 3 times", "scroll 'down' 3"),
    ("scroll to the bottom", "scroll 'down' 0"),
    ("scroll up to the top", "scroll 'up' 0"),
    ("swipe up", "scroll 'down'"),
    ("swipe left twice", "scroll 'right' 2"),
    ('scroll to "Privacy"', "scroll <Privacy> 'down' 0"),
    ("scroll up until Title is visible", "scroll <Title> 'up' 0"),
    ("go back twice", "press 'back' 2"),
    ("press the home button", "press 'home'"),
    ("go to the home screen", "press 'home'"),
    ("press Ctrl + S", "press 'ctrl+s'"),
    ("press volume up", "press 'volume_up'"),
    ('press "OK"', "tap <OK>"),
    ("wait 3 seconds", "wait 3"),
    ("wait 2 min", "wait 120"),
    ("wait for 'Done' to appear", "wait_for <Done>"),
    ("wait until Loading disappears", "wait_for <Loading> gone"),
    ('check that "Saved" is shown', "check <Saved>"),
    ("verify Wi-Fi is on", "check <Wi-Fi> on"),
    ("make sure 'Wi-Fi' is turned off", "check <Wi-Fi> off"),
    ("verify there is no Error", "check <Error> gone"),
    ("check that Cart is not shown", "check <Cart> gone"),
    ('answer what stands next to "Battery"', "answer <Battery beside>"),
    ("read the text under Version", "answer <Version below>"),
    ("tell me the value of Storage", "answer <Storage beside>"),
    ("What is next to Model?", "answer <Model beside>"),
    ('answer "42"', "answer '42'"),
    ("call save_note with title 'A, b' and body 'C'", "call 'save_note' title='A, b' body='C'"),
    ("call save_note(title='x', body='y')", "call 'save_note' title='x' body='y'"),
    ('use keep with text = the text next to "Model"', "call 'keep' text=<Model beside>"),
    ('use lookup with name = "Ann", age 5', "call 'lookup' name='Ann' age='5'"),
    ('ask "Which account?"', "ask 'Which account?'"),
    ("打开设置，点击“显示”，打开深色主题", "open <设置>; tap <显示>; open <深色主题>"),
    ("打开设置，然后向下滚动直到看到“关于手机”，点击它", "open <设置>; scroll <关于手机> 'down' 0; tap <关于手机>"),
    ("点击「蓝牙」。返回", "tap <蓝牙>; press 'back'"),
    ("请在“姓名”中输入“小明，你好”", "type <姓名> '小明，你好'"),
    ("输入“你好”到标题", "type <标题> '你好'"),
    ("输入你好", "type '你好'"),
    ("打开蓝牙开关", "turn_on <蓝牙>"),
    ("关闭WLAN", "turn_off <WLAN>"),
    ("把深色主题打开", "turn_on <深色主题>"),
    ("勾选“我同意”", "turn_on <我同意>"),
    ("等待3秒", "wait 3"),
    ("等待“完成”出现", "wait_for <完成>"),
    ("检查“已保存”是否显示", "check <已保存>"),
    ("检查蓝牙是否已打开", "check <蓝牙> on"),
    ("长按“备忘录”", "long_press <备忘录>"),
    ("向上滑动", "scroll 'down'"),
    ("返回主屏幕", "press 'home'"),
    ("按回车键", "press 'enter'"),
    ("回答“电池”旁边的文字", "answer <电池 beside>"),
    ("告诉我“版本”下面的内容", "answer <版本 below>"),
    ("“型号”旁边是什么？", "answer <型号 beside>"),
    ("点击第二个“添加”", "tap <#2 添加>"),
    ("点击“牛奶”旁边的“添加”", "tap <添加 beside 牛奶>"),
    ("调用 save_note 参数 title 为“甲”", "call 'save_note' title='甲'"),
    ("询问“哪个账户？”", "ask '哪个账户？'"),
]


@pytest.mark.parametrize(("task", "steps"), TABLE, ids=[task for task, _ in TABLE])
def test_a_task_is_read_as_its_steps(task: str, steps: str) -> None:
    assert "; ".join(brief(step) for step in parse(task)) == steps


def test_case_does_not_matter_and_words_are_kept_as_written() -> None:
    first, second = parse('OPEN Settings, TAP "Wi-Fi"')
    assert (first.act, second.act) == ("open", "tap")
    assert first.words == "OPEN Settings"
    assert second.words == 'TAP "Wi-Fi"'


@pytest.mark.parametrize(
    ("task", "named"),
    [
        ("find the cheapest flight to Rome", "find the cheapest flight to Rome"),
        ("open Settings, find out how old the phone is", "find out how old the phone is"),
        ("if Wi-Fi is off turn it on", "if Wi-Fi is off turn it on"),
        ("帮我订一张票", "帮我订一张票"),
    ],
)
def test_what_is_no_step_is_named_and_the_way_out_with_it(task: str, named: str) -> None:
    with pytest.raises(UsageError) as refused:
        check_task(task)
    assert named in str(refused.value)
    assert "--model server:URL#name" in str(refused.value)


@pytest.mark.parametrize("task", ["", "  \n", ".", "please"])
def test_an_empty_task_is_refused(task: str) -> None:
    with pytest.raises(UsageError, match="the task is empty"):
        check_task(task)


def test_words_around_a_quoted_label_that_mean_nothing_known_are_not_dropped() -> None:
    with pytest.raises(UsageError, match="which words on the screen"):
        check_task('tap the blue "Save" twice as large')


def test_a_task_of_steps_passes() -> None:
    check_task("open Settings, tap Display")
