"""The phone as a whole: what it shows, and when; what it keeps, and what it forgets."""

from __future__ import annotations

import json
import threading
import time
from datetime import datetime

import pytest
from PIL import ImageChops, ImageStat

from handsight.devices.virtual.kit import App, Button, Dialog, Field, Menu, Page, Row, Sheet, Switch, Text
from handsight.devices.virtual.phone import Phone
from handsight.devices.virtual.timing import StillClock
from handsight.errors import UnknownName


class Diary(App):
    package = "org.example.diary"
    labels = {"en": "Diary", "zh": "日记"}
    texts = {"zh": {"New": "新建"}}
    activities = {".NewActivity": "new"}
    icon = "日"
    entries = ["Monday", "Tuesday"]
    asked = 0
    held = ""
    draft = ""
    pressed = False

    def main(self) -> Page:
        rows = [
            Row(day, on_tap=lambda day=day: self.open(self.entry, day), on_long_press=lambda day=day: self.hold(day))
            for day in self.entries
        ]
        more = [Row(f"Old {i}", on_tap=lambda: None) for i in range(40)]
        return Page(self.label(), [*rows, *more], fab=("add", lambda: self.open(self.new), self.t("New")))

    def entry(self, day: str) -> Page:
        return Page(
            day, [Text(f"About {day}"), Button("Delete", lambda: self.ask(day)), Switch("Starred", False, print)]
        )

    def new(self) -> Page:
        return Page(self.t("New"), [Field("Title", self.draft, self.set("draft"))])

    def secret(self) -> Page:
        return Page("Secret", [Text("1234")], secure=True)

    def hold(self, day: str) -> None:
        self.held = day

    def ask(self, day: str) -> None:
        self.asked += 1
        self.confirm("Delete?", f"{day} will be gone.", "Yes", lambda: self.remove(day))

    def remove(self, day: str) -> None:
        self.entries.remove(day)
        self.back()


def diary(thumb, **options):
    hand = thumb(apps=[Diary], **options)
    hand.phone.launch("org.example.diary")
    hand.settle()
    return hand


def differs(a, b):
    return sum(ImageStat.Stat(ImageChops.difference(a, b)).mean)


def test_a_tap_on_a_row_opens_its_page_by_a_transition(thumb):
    hand = diary(thumb)
    before = hand.phone.frame()
    hand.phone.tap(*hand.at("Tuesday"))
    hand.clock.sleep(0.1)
    during = hand.phone.frame()
    hand.clock.sleep(0.3)
    after = hand.phone.frame()
    assert "About Tuesday" in hand.texts()
    assert differs(before, during) > 1
    assert differs(during, after) > 1
    assert hand.phone.frame() is after


def test_transitions_last_between_200_and_300_milliseconds(thumb):
    hand = diary(thumb)
    for act in (lambda: hand.phone.tap(*hand.at("Tuesday")), lambda: hand.phone.key(4), lambda: hand.phone.key(3)):
        act()
        hand.clock.sleep(0.19)
        moving = hand.phone.frame()
        hand.clock.sleep(0.12)
        assert differs(moving, hand.phone.frame()) > 0.01
        assert hand.phone.frame() is hand.phone.frame()


def test_without_animations_the_new_page_is_there_at_once(thumb):
    hand = diary(thumb)
    hand.phone.settings["global"]["transition_animation_scale"] = "0"
    hand.phone.tap(*hand.at("Tuesday"))
    assert hand.phone.frame() is hand.phone.frame()
    assert "About Tuesday" in hand.texts()


def test_the_picture_is_the_same_object_while_nothing_changes(thumb):
    hand = diary(thumb)
    first = hand.phone.frame()
    hand.clock.sleep(5)
    assert hand.phone.frame() is first
    hand.phone.app("diary").entries.append("Wednesday")
    hand.phone.changed()
    assert hand.phone.frame() is not first
    assert hand.phone.frame().mode == "RGB"


def test_the_status_bar_shows_the_minute_it_is_given():
    moment = [datetime(2026, 3, 14, 9, 41)]
    phone = Phone(apps=[Diary], now=lambda: moment[0])
    first = phone.frame()
    moment[0] = datetime(2026, 3, 14, 9, 42)
    assert phone.frame() is not first
    assert differs(first, phone.frame()) > 0


def test_two_phones_with_the_same_clock_show_the_same_picture(thumb):
    assert diary(thumb).settle().tobytes() == diary(thumb).settle().tobytes()


def test_two_phones_share_no_state(thumb):
    first, second = diary(thumb), diary(thumb)
    first.phone.app("diary").entries.append("Wednesday")
    assert second.phone.app("diary").entries == ["Monday", "Tuesday"]
    assert Diary.entries == ["Monday", "Tuesday"]


def test_the_state_of_every_app_is_plain_json(thumb):
    hand = diary(thumb)
    hand.hold("Monday")
    state = json.loads(json.dumps(hand.phone.state()))
    assert state["apps"]["org.example.diary"]["held"] == "Monday"
    assert state["apps"]["org.example.diary"]["entries"] == ["Monday", "Tuesday"]
    assert "labels" not in state["apps"]["org.example.diary"]
    assert state["foreground"] == ["org.example.diary", ".MainActivity"]
    assert state["settings"]["global"]["wifi_on"] == "1"


def test_back_leads_from_the_page_to_the_app_to_the_home_screen(thumb):
    hand = diary(thumb)
    hand.tap("Monday")
    hand.key(4)
    assert "Tuesday" in hand.texts()
    hand.key(4)
    assert hand.phone.foreground[0] == "com.android.launcher3"
    hand.key(4)
    assert hand.phone.foreground[0] == "com.android.launcher3"


def test_the_arrow_in_the_bar_leads_back(thumb):
    hand = diary(thumb)
    hand.tap("Monday")
    hand.tap("Navigate up")
    assert "Tuesday" in hand.texts()
    assert "Navigate up" not in [node.description for node in hand.nodes()]


def test_an_app_that_is_opened_again_stands_where_it_was_left(thumb):
    hand = diary(thumb)
    hand.tap("Monday")
    hand.key(3)
    hand.phone.launch("org.example.diary")
    assert "About Monday" in hand.texts()


def test_a_stopped_app_starts_at_its_first_page_with_its_state(thumb):
    hand = diary(thumb)
    hand.hold("Monday")
    hand.tap("Tuesday")
    hand.phone.stop("org.example.diary")
    assert hand.phone.foreground[0] == "com.android.launcher3"
    hand.phone.launch("org.example.diary")
    assert "Monday" in hand.texts()
    assert hand.phone.app("diary").held == "Monday"


def test_an_activity_of_its_own_opens_above_the_first_page(thumb):
    hand = thumb(apps=[Diary])
    hand.phone.launch("org.example.diary", "org.example.diary.NewActivity")
    assert hand.phone.foreground == ("org.example.diary", ".NewActivity")
    assert "Title" in hand.texts()
    hand.key(4)
    assert hand.phone.foreground == ("org.example.diary", ".MainActivity")


@pytest.mark.parametrize(("package", "activity"), [("org.example.none", None), ("org.example.diary", ".Nothing")])
def test_launching_what_is_not_there_says_so(thumb, package, activity):
    hand = thumb(apps=[Diary])
    with pytest.raises(UnknownName, match=r"org\.example"):
        hand.phone.launch(package, activity)


def test_apps_are_found_by_short_name_label_and_package(thumb):
    phone = thumb(apps=[Diary]).phone
    assert phone.app("diary") is phone.app("日记") is phone.app("org.example.diary") is phone.apps["org.example.diary"]
    with pytest.raises(UnknownName, match="diary"):
        phone.app("calendar")


def test_a_dialog_blocks_what_is_behind_it(thumb):
    hand = diary(thumb)
    hand.tap("Monday")
    behind = hand.at("Starred")
    hand.tap("Delete")
    assert hand.texts() == ["Delete?", "Monday will be gone.", "Cancel", "Yes"]
    hand.phone.tap(*behind)
    hand.settle()
    assert "About Monday" in hand.texts()  # a tap beside it only closes it
    hand.tap("Delete")
    hand.tap("Yes")
    assert hand.phone.app("diary").entries == ["Tuesday"]
    assert "Tuesday" in hand.texts()


def test_back_closes_a_dialog_and_cancel_does_nothing(thumb):
    hand = diary(thumb)
    hand.tap("Monday")
    for close in (lambda: hand.key(4), lambda: hand.tap("Cancel")):
        hand.tap("Delete")
        close()
        assert "About Monday" in hand.texts()
    assert hand.phone.app("diary").entries == ["Monday", "Tuesday"]


def test_a_dialog_that_must_be_answered_stays(thumb):
    hand = diary(thumb)
    hand.phone.app("diary").show(Dialog("Agree?", buttons=[("OK", None)], cancelable=False))
    hand.key(4)
    hand.phone.tap(5, 500)
    assert "Agree?" in hand.texts()
    hand.tap("OK")
    assert "Agree?" not in hand.texts()


def test_menus_and_sheets_close_before_they_act(thumb):
    hand = diary(thumb)
    app = hand.phone.app("diary")
    app.show(Menu([("Mark", lambda: app.set("pressed")(True))]))
    hand.tap("Mark")
    assert app.pressed
    assert "Mark" not in hand.texts()
    app.show(lambda: Sheet("Share", [Row("By mail", on_tap=app.dismiss)]))
    assert "Share" in hand.texts()
    hand.tap("By mail")
    assert "Share" not in hand.texts()


def test_a_picture_of_what_lies_under_a_dialog_is_darker(thumb):
    hand = diary(thumb)
    before = hand.phone.frame().getpixel((5, 1200))
    hand.phone.app("diary").confirm("Sure?", "", "Yes", print)
    after = hand.settle().getpixel((5, 1200))
    assert [round(level * 0.6) for level in before] == list(after)


def test_holding_a_row_is_a_long_press_and_no_tap(thumb):
    hand = diary(thumb)
    hand.hold("Tuesday")
    assert hand.phone.app("diary").held == "Tuesday"
    assert "Monday" in hand.texts()


def test_a_toast_goes_after_two_seconds(thumb):
    hand = diary(thumb)
    empty = hand.settle()
    hand.phone.app("diary").toast("Saved")
    hand.clock.sleep(0.5)
    assert differs(empty, hand.phone.frame()) > 0
    hand.settle()
    assert differs(empty, hand.settle()) == 0


def test_what_is_due_later_happens_by_the_clock(thumb):
    hand = diary(thumb)
    hand.phone.app("diary").after(3, lambda: hand.phone.app("diary").entries.insert(0, "Sunday"))
    hand.clock.sleep(2.9)
    assert "Sunday" not in hand.texts()
    hand.clock.sleep(0.2)
    assert "Sunday" in hand.texts()


def test_asleep_it_is_black_and_deaf(thumb):
    hand = diary(thumb)
    hand.phone.key(223)
    assert not hand.phone.awake
    assert hand.phone.frame().getextrema() == ((0, 0), (0, 0), (0, 0))
    assert hand.phone.frame() is hand.phone.frame()
    hand.phone.tap(540, 400)
    hand.phone.key(4)
    hand.phone.key(224)
    assert hand.phone.awake
    assert hand.phone.foreground[0] == "org.example.diary"
    hand.phone.key(26)
    hand.phone.key(26)
    assert hand.phone.awake


def test_the_lock_screen_opens_by_a_swipe_up_only(thumb):
    hand = diary(thumb)
    hand.phone.locked = True
    hand.settle()
    assert hand.phone.tree().package == "com.android.systemui"
    hand.key(4)
    hand.key(3)
    hand.phone.swipe(540, 800, 540, 1500, 0.2)
    assert hand.phone.locked
    hand.phone.swipe(540, 1800, 540, 700, 0.2)
    assert not hand.phone.locked
    assert "Monday" in hand.texts()


def test_a_page_may_forbid_pictures_of_itself(thumb):
    hand = diary(thumb)
    assert not hand.phone.secure
    hand.phone.app("diary").open(hand.phone.app("diary").secret)
    assert hand.phone.secure


def test_turning_the_phone_lays_out_anew_and_loses_nothing(thumb):
    hand = diary(thumb)
    hand.tap("New")
    hand.tap("Title")
    hand.phone.text("Half a thought")
    upright = hand.settle()
    hand.phone.rotation = 1
    lying = hand.settle()
    assert (upright.size, lying.size) == ((1080, 2400), (2400, 1080))
    assert hand.see("Half a thought").focused
    hand.phone.text("!")
    hand.phone.rotation = 0
    assert hand.settle().size == (1080, 2400)
    assert hand.phone.app("diary").draft == "Half a thought!"
    assert hand.phone.settings["system"]["user_rotation"] == "0"
    with pytest.raises(ValueError, match="quarter turns"):
        hand.phone.rotation = 4


def test_size_and_density_can_be_overridden_and_come_back(thumb):
    hand = diary(thumb)
    hand.phone.override_size, hand.phone.override_density = (720, 1280), 320
    assert hand.settle().size == hand.phone.size == (720, 1280)
    assert hand.phone.density == 320
    assert all(node.bounds[2] <= 720 for node in hand.nodes())
    hand.phone.override_size = hand.phone.override_density = None
    assert hand.settle().size == hand.phone.physical_size
    assert hand.phone.density == hand.phone.physical_density == 420


def test_everything_keeps_its_proportions_on_another_size(thumb):
    small = thumb(apps=[Diary], size=(540, 1200))
    assert small.phone.density == 210
    assert thumb(apps=[Diary], size=(540, 1200), density=420).phone.density == 420


def test_dark_and_light_differ(thumb):
    light, dark = diary(thumb).settle(), diary(thumb, dark=True).settle()
    assert ImageStat.Stat(light).mean[0] > 200
    assert ImageStat.Stat(dark).mean[0] < 60


def test_labels_come_in_the_language_of_the_phone(thumb):
    hand = diary(thumb, language="zh")
    assert hand.phone.language == "zh"
    assert "日记" in hand.texts()
    assert hand.see("新建").clickable
    hand.phone.settings["system"]["system_locales"] = "en-US"
    assert "Diary" in hand.texts()


def test_a_list_follows_the_finger_while_it_moves():
    phone = Phone(apps=[Diary])
    phone.launch("org.example.diary")
    phone.settings["global"]["transition_animation_scale"] = "0"
    before, seen = phone.frame(), []
    finger = threading.Thread(target=phone.swipe, args=(540, 1800, 540, 800, 0.4))
    finger.start()
    while finger.is_alive():
        seen.append(phone.frame())
        time.sleep(0.02)
    finger.join()
    assert len({id(frame) for frame in seen}) >= 3
    assert differs(before, seen[len(seen) // 2]) > 0


def test_many_hands_at_once_do_no_harm(thumb):
    phone = Phone(apps=[Diary])
    phone.launch("org.example.diary")
    problems = []

    def work(act):
        try:
            for i in range(12):
                act(i)
        except Exception as problem:
            problems.append(problem)
            raise

    acts = [
        lambda i: phone.frame(),
        lambda i: phone.tap(500, 300 + 90 * i),
        lambda i: phone.tree(),
        lambda i: phone.key(4 if i % 2 else 3),
        lambda i: phone.launch("org.example.diary"),
        lambda i: phone.swipe(500, 1500, 500, 700, 0.02),
    ]
    hands = [threading.Thread(target=work, args=(act,)) for act in acts]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(30)
    assert problems == []
    assert not any(hand.is_alive() for hand in hands)


def test_a_still_clock_moves_only_when_it_is_slept_on():
    clock = StillClock(datetime(2026, 1, 1))
    assert clock() == clock() == 0
    clock.sleep(90)
    assert clock() == 90
    assert clock.now() == datetime(2026, 1, 1, 0, 1, 30)
