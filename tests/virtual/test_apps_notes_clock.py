"""Notes and the clock: what is written, set, switched, deleted; and that nothing happens without being asked for."""

from __future__ import annotations

import pytest

from handsight.devices.virtual.apps.clock import Alarm

from .opened import opened, write


@pytest.fixture
def notes(thumb):
    return opened(thumb, "notes")


@pytest.fixture
def clock(thumb):
    return opened(thumb, "clock")


def titles(hand):
    return [note.title for note in hand.phone.app("notes").notes]


def described(hand):
    return [node.description for node in hand.nodes()]


# Notes


def test_a_new_note_is_saved_as_typed_and_stands_first(notes):
    notes.tap("New note")
    write(notes, "Title", "Trip")
    write(notes, "Note", "Pack\nboots")
    notes.tap("Save")
    note = notes.phone.app("notes").notes[-1]
    assert (note.title, note.text) == ("Trip", "Pack\nboots")
    texts = notes.texts()
    assert texts.index("Trip") < texts.index("Shopping list")


def test_an_empty_note_is_not_saved(notes):
    before = titles(notes)
    notes.tap("New note")
    notes.tap("Save")
    assert titles(notes) == before
    notes.tap("Navigate up")
    assert "Notes" in notes.texts(), "with nothing written there is nothing to ask about"


@pytest.mark.parametrize("leave", [lambda hand: hand.key(4), lambda hand: hand.tap("Navigate up")])
def test_leaving_with_changes_asks_first(notes, leave):
    before = titles(notes)
    notes.tap("New note")
    write(notes, "Title", "Draft")
    leave(notes)
    notes.tap("Keep editing")
    assert "Draft" in notes.texts()
    leave(notes)
    notes.tap("Discard")
    assert "Notes" in notes.texts()
    assert titles(notes) == before


def test_an_edited_note_is_replaced_and_not_doubled(notes):
    count = len(titles(notes))
    notes.tap("Shopping list")
    write(notes, "Shopping list", "X")
    notes.tap("Save")
    assert len(titles(notes)) == count
    assert "X" in titles(notes)[-1]
    assert "Shopping list" not in titles(notes)


def test_a_note_is_deleted_only_when_confirmed(notes):
    notes.tap("Gift ideas")
    notes.tap("Delete")
    notes.tap("Cancel")
    assert "Gift ideas" in titles(notes)
    notes.tap("Delete")
    assert "Save" not in notes.texts(), "what lies behind the dialog is out of reach"
    notes.tap("Delete")
    assert "Gift ideas" not in titles(notes)
    assert "Search notes" in notes.texts()


def test_a_search_finds_words_inside_notes(notes):
    write(notes, "Search notes", "olive")
    assert "Shopping list" in notes.texts()
    assert "Gift ideas" not in notes.texts()
    write(notes, "olive", "zzz")
    assert "No notes found" in notes.texts()


def test_without_notes_the_page_says_so(notes):
    notes.phone.app("notes").notes.clear()
    notes.phone.changed()
    assert "No notes yet" in notes.texts()


def test_a_stopped_app_forgets_the_form_and_does_not_ask_for_it(notes):
    notes.tap("New note")
    write(notes, "Title", "Draft")
    notes.phone.stop("org.handsight.notes")
    notes.phone.launch("org.handsight.notes")
    notes.key(4)
    assert notes.phone.foreground[0] == "com.android.launcher3"


def test_notes_in_chinese(thumb):
    hand = opened(thumb, "notes", language="zh")
    assert "购物清单" in hand.texts()
    hand.tap("新建便签")
    write(hand, "标题", "买票")
    hand.tap("保存")
    assert titles(hand)[-1] == "买票"


# Alarms


def alarms(hand):
    return hand.phone.app("clock").alarms


def test_an_alarm_is_set_by_steps_and_by_lists(clock):
    clock.tap("Add alarm")
    clock.tap("Later hour")
    clock.tap("00")
    clock.tap("45")
    clock.tap("Earlier minute")
    write(clock, "Label", "Gym")
    clock.tap("Tue")
    clock.tap("Mon")
    clock.tap("Tue")
    clock.tap("Sun")
    clock.tap("Save")
    assert alarms(clock)[-1] == Alarm(7, 44, "Gym", [0, 6])
    assert "07:44" in clock.texts()


def test_hours_and_minutes_go_round(clock):
    clock.tap("Add alarm")
    for _ in range(7):
        clock.tap("Earlier hour")
    clock.tap("Earlier minute")
    clock.tap("Save")
    assert (alarms(clock)[-1].hour, alarms(clock)[-1].minute) == (23, 59)


def test_a_list_of_hours_can_be_left_without_choosing(clock):
    clock.tap("Add alarm")
    clock.tap("06")
    assert "23" in clock.texts()
    assert "Save" not in clock.texts()
    clock.tap("Cancel")
    assert clock.phone.app("clock").draft == Alarm(6, 0)


def test_an_alarm_is_switched_off_and_on(clock):
    clock.tap("Weekdays")
    assert alarms(clock)[0] == Alarm(7, 0, "", [0, 1, 2, 3, 4], on=False)
    clock.tap("Weekdays")
    assert alarms(clock)[0].on


def test_leaving_the_form_leaves_the_alarm(clock):
    before = list(alarms(clock))
    clock.tap("07:00")
    clock.tap("Later hour")
    clock.tap("Mon")
    clock.key(4)
    assert alarms(clock) == before
    assert alarms(clock)[0].days == [0, 1, 2, 3, 4]


def test_a_changed_alarm_takes_its_own_place(clock):
    clock.tap("07:00")
    clock.tap("Later hour")
    clock.tap("Save")
    assert sorted((alarm.hour, alarm.minute) for alarm in alarms(clock)) == [(8, 0), (8, 30), (22, 15)]


def test_an_alarm_is_deleted_only_when_confirmed(clock):
    clock.tap("22:15")
    clock.tap("Delete")
    clock.tap("Cancel")
    assert len(alarms(clock)) == 3
    clock.tap("Delete")
    clock.tap("Delete")
    assert [alarm.hour for alarm in alarms(clock)] == [7, 8]


def test_without_alarms_the_page_says_so(clock):
    alarms(clock).clear()
    clock.phone.changed()
    assert "No alarms" in clock.texts()


# World clock, stopwatch, timer


def test_cities_are_found_added_and_removed(clock):
    clock.tap("World clock")
    assert "04:41" in clock.texts(), "New York is five hours behind"
    clock.tap("Add city")
    write(clock, "Search for a city", "par")
    clock.tap("Paris")
    clock.tap("Remove London")
    assert clock.phone.app("clock").cities == ["New York", "Tokyo", "Paris"]
    assert "10:41" in clock.texts()


def test_a_day_may_have_begun_elsewhere(clock):
    clock.tap("World clock")
    clock.clock.sleep(10 * 3600)
    assert "Tomorrow, +9 h" in clock.texts()


def test_the_stopwatch_counts_only_while_it_runs(clock):
    app = clock.phone.app("clock")
    clock.tap("Stopwatch")
    assert not clock.see("Lap").enabled
    clock.tap("Start")
    clock.clock.sleep(60)
    counted = app.stopwatch.read(clock.clock())
    assert counted > 60
    clock.tap("Lap")
    clock.tap("Pause")
    stopped = app.stopwatch.read(clock.clock())
    clock.clock.sleep(60)
    assert app.stopwatch.read(clock.clock()) == stopped
    assert app.stopwatch.laps == [counted]
    assert "Lap 1" in clock.texts()
    clock.tap("Reset")
    assert (app.stopwatch.read(clock.clock()), app.stopwatch.laps) == (0, [])
    assert "00:00.00" in clock.texts()


def test_the_stopwatch_page_moves_by_itself(clock):
    clock.tap("Stopwatch")
    clock.tap("Start")
    before = clock.texts()
    clock.clock.sleep(0.2)
    assert clock.texts() != before


def test_a_timer_counts_down_and_tells_its_end(clock):
    clock.tap("Timer")
    assert not clock.see("Start").enabled
    for key in ("1", "3", "0"):
        clock.tap(key)
    assert "00:01:30" in clock.texts()
    clock.tap("Start")
    assert 80 < clock.phone.app("clock").timer.read(clock.clock()) < 90
    clock.clock.sleep(91)
    assert "Time's up" in clock.texts()
    clock.tap("OK")
    assert "00:00:00" in clock.texts()


def test_a_paused_timer_waits_and_a_cancelled_one_never_ends(clock):
    app = clock.phone.app("clock")
    clock.tap("Timer")
    clock.tap("1")
    clock.tap("00")
    clock.tap("Start")
    clock.tap("Pause")
    left = app.timer.read(clock.clock())
    clock.clock.sleep(100)
    assert app.timer.read(clock.clock()) == left
    assert "Time's up" not in clock.texts()
    clock.tap("Resume")
    clock.tap("Cancel timer")
    clock.clock.sleep(100)
    assert "Time's up" not in clock.texts()


def test_a_typed_timer_can_be_corrected(clock):
    clock.tap("Timer")
    clock.tap("5")
    clock.tap("7")
    clock.tap("Delete")
    assert "00:00:05" in clock.texts()


def test_the_clock_in_chinese(thumb):
    hand = opened(thumb, "clock", language="zh")
    assert hand.texts()[:4] == ["闹钟", "07:00", "工作日", "瑜伽"]
    hand.tap("世界时钟")
    assert "今天，-8 小时" in hand.texts()
    hand.tap("添加城市")
    hand.tap("柏林")
    assert hand.phone.app("clock").cities[-1] == "Berlin"
