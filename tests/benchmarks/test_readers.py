"""The official files, small ones written here, and what is said of those that are not as they should be."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handsight.errors import UsageError
from handsight.types import ToolCall
from scoring.acts import Act, Area, Spot
from scoring.android_control import Option
from scoring.readers import aitw, aitz, android_control, cases, screenspot
from scoring.readers.files import digest, read_lines
from scoring.readers.steps import Step
from scoring.readers.tfrecord import features, masked_crc, read_examples

from . import datasets
from .datasets import SIZE, save, tfrecord, write, write_lines

# Android in the Zoo


def test_aitz_gives_the_steps_of_an_episode_with_those_before(tmp_path: Path) -> None:
    datasets.aitz_episode(tmp_path)
    steps = list(aitz.read(tmp_path).stream)
    assert [step.truth.kind for step in steps] == ["press", "swipe", "tap", "type", "finish"]
    assert [step.number for step in steps] == [len(step.before) for step in steps] == [0, 1, 2, 3, 4]
    assert steps[4].before == tuple(steps[:4])
    assert {(step.group, step.length, step.task) for step in steps} == {("general", 5, "look for a coffee maker")}
    assert len({step.id for step in steps}) == 5
    assert len({step.episode for step in steps}) == 1


def test_aitz_places_are_y_before_x_and_boxes_are_pixels(tmp_path: Path) -> None:
    datasets.aitz_episode(tmp_path)
    steps = list(aitz.read(tmp_path).stream)
    assert steps[1].truth == Act("swipe", Spot(0.5, 0.8), Spot(0.55, 0.1))
    assert steps[2].truth.touch == Spot(0.607, 0.498)
    assert steps[2].boxes == (Area(0.5, 0.45, 0.3, 0.1), Area(0.05, 0.025, 0.06, 0.02))
    assert steps[2].size == SIZE
    assert isinstance(steps[2].screen, Path)


def test_aitz_says_which_button_was_pressed_and_how_it_ended(tmp_path: Path) -> None:
    datasets.aitz_episode(tmp_path, steps=[{"result_action_type": kind} for kind in (5, 6, 7, 10, 11)])
    acts = [step.truth for step in aitz.read(tmp_path).stream]
    assert [act.text for act in acts[:3]] == ["back", "home", "enter"]
    assert acts[3:] == [Act("finish", success=True), Act("finish", success=False)]


def test_aitz_finds_episodes_in_one_subset_too(tmp_path: Path) -> None:
    datasets.aitz_episode(tmp_path)
    assert len(list(aitz.read(tmp_path / "general").stream)) == 5  # the picture is beside the file as well


def broken(change: dict[str, Any], *, without: str = "") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = datasets.aitz_episode(folder)
        entries = json.loads(path.read_text("utf-8"))
        entries[1] |= change
        entries[1].pop(without, None)
        return write(path, entries)

    return make


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (broken({"result_touch_yx": "0.1"}), "entry 2: result_touch_yx is a list"),
        (broken({"result_touch_yx": "[0.1]"}), "entry 2: touch is 2 numbers, not [0.1]"),
        (broken({"result_touch_yx": "[0.1, NaN]"}), "entry 2: touch is 2 numbers"),
        (broken({"ui_positions": "[[1, 2, 3]]"}), "entry 2: each of ui_positions is 4 numbers, not [1, 2, 3]"),
        (broken({"ui_positions": "[[1, "}), "entry 2: ui_positions is a text that holds a list"),
        (broken({"result_action_type": 9}), "entry 2: an action is one of the types 3, 4, 5, 6, 7, 10, 11, not 9"),
        (broken({"result_action_type": True}), "entry 2: result_action_type is a whole number, not true"),
        (broken({"image_path": "gone.png"}), "entry 2: the picture gone.png is not there"),
        (broken({}, without="instruction"), "entry 2: the field instruction is missing"),
        (lambda folder: write(datasets.aitz_episode(folder), {"a": 1}), "is a list of entries, not"),
        (lambda folder: write(datasets.aitz_episode(folder), [7]), "entry 1: an object is expected, not 7"),
    ],
)
def test_aitz_names_the_entry_that_is_wrong(make: Callable[[Path], Path], said: str, tmp_path: Path) -> None:
    path = make(tmp_path)
    with pytest.raises(UsageError) as raised:
        list(aitz.read(tmp_path).stream)
    assert said in str(raised.value)
    assert str(path) in str(raised.value)


def test_a_picture_that_is_none_is_said_to_be(tmp_path: Path) -> None:
    path = datasets.aitz_episode(tmp_path)
    (path.parent / "GENERAL-523_0.png").write_text("no picture")
    with pytest.raises(UsageError, match="entry 1: the picture .*_0.png cannot be read"):
        next(aitz.read(tmp_path).stream)


@pytest.mark.parametrize("text", ["[1, ", "\udcff"])
def test_a_file_that_is_no_json_is_named(text: str, tmp_path: Path) -> None:
    path = datasets.aitz_episode(tmp_path)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError, match="GENERAL-523.json is not JSON"):
        next(aitz.read(tmp_path).stream)


@pytest.mark.parametrize("read", [aitz.read, aitw.read, android_control.read])
def test_a_folder_without_the_data_set_is_said_to_be(read: Callable[[Path], Any], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no data set: there is no file"):
        read(tmp_path)
    with pytest.raises(UsageError, match="is no folder"):
        read(tmp_path / "nowhere")


# Android in the Wild


def test_aitw_reads_what_protobuf_wrote(tmp_path: Path) -> None:
    tfrecord(tmp_path / "general" / "general-00000-of-00321", [*datasets.aitw_episode("7")], packed=True)
    (tmp_path / "general" / "general-00000-of-00321").rename(tmp_path / "general" / "a.tfrecord.gz")
    steps = list(aitw.read(tmp_path).stream)
    assert [step.truth.kind for step in steps] == ["swipe", "tap", "type", "finish"]
    assert steps[0].truth.touch == pytest.approx((0.5, 0.8))
    assert steps[0].truth.lift == pytest.approx((0.5, 0.1))
    assert steps[1].boxes[0] == pytest.approx(Area(0.5, 0.45, 0.3, 0.1))
    assert steps[2].truth.text == "coffee maker"
    assert {(step.group, step.episode, step.length, step.size) for step in steps} == {("general", "7", 4, (20, 40))}
    assert [[one.number for one in step.before] for step in steps] == [[], [0], [0, 1], [0, 1, 2]]
    screen = steps[3].screen
    assert isinstance(screen, Image.Image)
    assert screen.getpixel((19, 39)) == (3, 100, 200)


def test_aitw_takes_the_files_by_the_names_google_gave_them(tmp_path: Path) -> None:
    tfrecord(tmp_path / "google_apps" / "google_apps-00001-of-11688", datasets.aitw_episode("7"))
    assert len(list(aitw.read(tmp_path).stream)) == 4
    assert len(list(aitw.read(tmp_path / "google_apps").stream)) == 4


def test_aitw_parts_episodes_that_follow_one_another(tmp_path: Path) -> None:
    tfrecord(tmp_path / "a.tfrecord", [*datasets.aitw_episode("7"), *datasets.aitw_episode("8")], packed=False)
    steps = list(aitw.read(tmp_path).stream)
    assert [(step.episode, len(step.before)) for step in steps] == [(e, n) for e in "78" for n in range(4)]


def test_aitw_takes_the_episodes_of_an_official_split(tmp_path: Path) -> None:
    tfrecord(tmp_path / "a.tfrecord", [*datasets.aitw_episode("7"), *datasets.aitw_episode("8")])
    split = write(tmp_path / "standard.json", {"train": ["7"], "test": ["8"]})
    assert {step.episode for step in aitw.read(tmp_path, split).stream} == {"8"}
    assert {step.episode for step in aitw.read(tmp_path, split, "train").stream} == {"7"}
    with pytest.raises(UsageError, match="'validation' is not among them: train, test"):
        aitw.read(tmp_path, split, "validation")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"results/action_type": []}, "the feature results/action_type is missing"),
        ({"results/action_type": [b"4"]}, "results/action_type holds int, not bytes"),
        ({"results/yx_touch": [0.5]}, "results/yx_touch is 2 floats, not 1 values"),
        ({"image/ui_annotations_positions": [0.5] * 6}, "is 4 numbers a box, not 6 in all"),
        ({"image/encoded": [b"\x89PNG"]}, "image/encoded is 40 x 20 x 3 bytes, not 4 of 3 channels"),
        ({"goal_info": [b"\xff\xfe"]}, "goal_info is not UTF-8"),
    ],
)
def test_aitw_names_the_record_that_is_wrong(change: dict[str, Any], said: str, tmp_path: Path) -> None:
    first, second = datasets.aitw_episode("7")[:2]
    path = tfrecord(tmp_path / "a.tfrecord", [first, {**second, **change}])
    with pytest.raises(UsageError) as raised:
        list(aitw.read(tmp_path).stream)
    assert str(raised.value).startswith(f"{path}, record 2: ")
    assert said in str(raised.value)


def test_aitw_may_have_no_boxes_and_no_text(tmp_path: Path) -> None:
    one = datasets.aitw_episode("7")[3]
    tfrecord(tmp_path / "a.tfrecord", [{**one, "image/ui_annotations_positions": [], "results/type_action": []}])
    (step,) = aitw.read(tmp_path).stream
    assert (step.boxes, step.truth.text) == ((), "")


# TFRecord


def test_the_checksum_is_the_published_one() -> None:
    crc = 0xE3069283  # CRC-32C of "123456789"
    assert masked_crc(b"123456789") == ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def test_features_of_each_kind_are_read_packed_or_one_by_one() -> None:
    made = {"a": [b"x", b""], "b": [0.5, -2.0], "c": [0, -1, 1 << 40], "d": []}
    assert features(datasets.example(made)) == made
    floats = b"\x0d\x00\x00\x00\x3f\x0d\x00\x00\x00\xc0"
    feature = b"\x12" + bytes([len(floats)]) + floats
    entry = b"\x0a\x01b\x12" + bytes([len(feature)]) + feature
    whole = b"\x0a" + bytes([len(entry) + 2]) + b"\x0a" + bytes([len(entry)]) + entry
    assert features(whole) == {"b": [0.5, -2.0]}
    assert features(b"") == {}


def test_a_file_cut_anywhere_gives_its_whole_records_and_says_where_it_ends(tmp_path: Path) -> None:
    data = b"".join(datasets.record(datasets.example({"n": [number]})) for number in range(3))
    path = tmp_path / "a.tfrecord"
    each = len(data) // 3
    for size in range(len(data) + 1):
        path.write_bytes(data[:size])
        whole, left = divmod(size, each)
        records = read_examples(path)
        assert [next(records)[1]["n"] for _ in range(whole)] == [[number] for number in range(whole)]
        if left:
            with pytest.raises(UsageError, match=f"record {whole + 1}: the file ends within"):
                next(records)
        else:
            assert next(records, None) is None


def test_a_packed_file_that_is_cut_or_damaged_is_said_to_be(tmp_path: Path) -> None:
    path = tfrecord(tmp_path / "a.tfrecord", datasets.aitw_episode("7"))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UsageError, match="a.tfrecord, record"):
        list(read_examples(path))
    path.write_bytes(whole[:-8] + b"\0\0\0\0" + whole[-4:])
    with pytest.raises(UsageError, match="a.tfrecord, record 5"):
        list(read_examples(path))


@pytest.mark.parametrize(
    "data", [b"this is no such file at all", b"\0" * 40, gzip.compress(b"nor is this, within gzip", mtime=0)]
)
def test_a_file_of_another_kind_is_said_to_be(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.tfrecord"
    path.write_bytes(data)
    with pytest.raises(UsageError, match="record 1: this is no TFRecord file, or it is damaged"):
        list(read_examples(path))


@pytest.mark.parametrize(
    "data", [b"\x0a\xff", b"\x0a\x05abc", b"\x0b", b"\x08\x01" * 3 + b"\xff" * 11, b"\x0a\x04\x0a\x02\x0a\x80"]
)
def test_a_record_that_is_no_example_is_said_to_be(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.tfrecord"
    path.write_bytes(datasets.record(datasets.example({"n": [1]})) + datasets.record(data))
    with pytest.raises(UsageError, match="record 2: not a tf.train.Example"):
        list(read_examples(path))


# AndroidControl


def test_android_control_gives_the_steps_of_each_line(tmp_path: Path) -> None:
    write_lines(tmp_path / "test.jsonl", *(datasets.control_episode(tmp_path, episode) for episode in (1, 2)))
    steps = list(android_control.read(tmp_path).stream)
    assert len(steps) == 16
    kinds = ["open", "tap", "swipe", "type", "long_press", "press", "wait", "finish"]
    assert [step.truth.kind for step in steps[:8]] == kinds
    assert [len(step.before) for step in steps] == [*range(8), *range(8)]
    assert steps[1].truth.touch == Spot(0.5, 0.25)
    assert steps[1].options[0].boxes[0] == pytest.approx(Area(0.4, 0.2, 0.5, 0.1))
    assert steps[2].truth == Act("swipe", Spot(0.5, 0.75), Spot(0.5, 0.25))
    assert (steps[5].truth.text, steps[3].hint, steps[3].task) == ("back", "Do step 3", "Set an alarm")
    assert len({step.id for step in steps}) == 16


def test_android_control_takes_several_options_what_was_done_first(tmp_path: Path) -> None:
    back = {"action": "system_button", "button": "Back"}
    arrow = {"action": "click", "coordinate": [10, 10], "candidate_bbox": [[0, 0, 20, 20]]}
    line = datasets.control_episode(tmp_path, options=[[back, arrow]])
    line["steps"][0]["action_content"] = {"action": "click", "coordinate": [10, 10]}
    write_lines(tmp_path / "test.jsonl", line)
    (step,) = android_control.read(tmp_path).stream
    assert [option.act.kind for option in step.options] == ["tap", "press"]


def test_an_app_may_say_where_its_icon_is(tmp_path: Path) -> None:
    line = datasets.control_episode(tmp_path, options=[{"action": "open", "text": "Clock", "coordinate": [50, 100]}])
    write_lines(tmp_path / "test.jsonl", line)
    (step,) = android_control.read(tmp_path).stream
    assert step.options == (Option(Act("open", Spot(0.25, 0.25), Spot(0.25, 0.25), "Clock")),)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"action": "click"}, "step 0: coordinate is 2 numbers, not null"),
        ({"action": "click", "coordinate": "1, 2"}, "step 0: coordinate is 2 numbers"),
        ({"action": "swipe", "coordinate": [1, 2]}, "step 0: coordinate2 is 2 numbers, not null"),
        ({"action": "jump"}, "step 0: action is one of click, long_press, swipe, type, system_button, open, wait"),
        ({"action": "type"}, "step 0: the field text is missing"),
        ({"action": "click", "coordinate": [1, 2], "candidate_bbox": [[1, 2]]}, "each of candidate_bbox is 4 numbers"),
        ([], "step 0: check_options names at least one way"),
        (None, "step 0, check_options: an object is expected, not null"),
    ],
)
def test_android_control_names_line_and_step_that_are_wrong(option: Any, said: str, tmp_path: Path) -> None:
    line = datasets.control_episode(tmp_path, options=[datasets.CONTROL_STEPS[0]])
    line["steps"][0]["check_options"] = option
    path = write_lines(tmp_path / "test.jsonl", datasets.control_episode(tmp_path, 1), line)
    with pytest.raises(UsageError) as raised:
        list(android_control.read(tmp_path).stream)
    assert str(raised.value).startswith(f"{path}, line 2, step 0")
    assert said in str(raised.value)


# ScreenSpot


@pytest.mark.parametrize("version", ["screenspot", "screenspot-v2"])
def test_screenspot_gives_text_and_icon_for_each_platform(version: str, tmp_path: Path) -> None:
    datasets.screenspot(tmp_path, version)
    _, elements = screenspot.read(version, tmp_path)
    named = sorted(element.tags["platform"] for element in elements)
    assert named == sorted(
        f"{platform} {kind}" for platform in ("mobile", "desktop", "web") for kind in ("text", "icon")
    )
    assert elements[0].box == Area(20, 100, 60, 40)
    assert elements[0].size == SIZE


def test_screenspot_pro_has_corners_and_counts_by_group_and_application(tmp_path: Path) -> None:
    datasets.screenspot_pro(tmp_path)
    _, (first, second) = screenspot.read("screenspot-pro", tmp_path)
    assert first.box == Area(20, 100, 60, 40)
    assert first.tags == {"group": "CAD icon", "application": "autocad", "platform": "windows", "kind": "icon"}
    assert second.tags["group"] == "CAD text"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"bbox": [1, 2, 3]}, "entry 1: bbox is 4 numbers, not [1, 2, 3]"),
        ({"bbox": [30, 30, 20, 40]}, "entry 1: bbox [30, 30, 20, 40] is inside out"),
        ({"ui_type": "widget"}, 'entry 1: an element is text or icon, not "widget"'),
        ({"img_size": [10, 10]}, "is 200x400, and img_size says [10, 10]"),
        ({"img_filename": "no.png"}, "entry 1: the picture no.png is not there"),
        ({"instruction": 3}, "entry 1: instruction is a text, not 3"),
    ],
)
def test_screenspot_names_the_entry_that_is_wrong(change: dict[str, Any], said: str, tmp_path: Path) -> None:
    datasets.screenspot_pro(tmp_path)
    path = tmp_path / "annotations" / "autocad_windows.json"
    entries = json.loads(path.read_text("utf-8"))
    write(path, [entries[0] | change, entries[1]])
    with pytest.raises(UsageError) as raised:
        screenspot.read("screenspot-pro", tmp_path)
    assert said in str(raised.value)
    assert str(raised.value).startswith(str(path))


def test_a_file_of_screenspot_says_its_platform_by_its_name(tmp_path: Path) -> None:
    datasets.screenspot(tmp_path)
    (tmp_path / "screenspot_web.json").rename(tmp_path / "screenspot_tv.json")
    with pytest.raises(UsageError, match="is for none of mobile, desktop, web"):
        screenspot.read("screenspot", tmp_path)


# Function calling

TOOL = {
    "name": "order",
    "description": "Order.",
    "parameters": {"type": "object", "properties": {"item": {"type": "string"}}, "required": ["item"]},
}
CASE = {"id": "a", "tools": [TOOL], "question": "Tea!", "expected": [{"name": "order", "arguments": {"item": "tea"}}]}


def test_a_case_has_tools_a_question_and_calls(tmp_path: Path) -> None:
    save(tmp_path / "menu.png")
    drawn = {
        "size": [60, 40],
        "boxes": [{"at": [0, 0, 9, 9], "color": "red"}],
        "texts": [{"at": [20, 5], "text": "Tea"}],
    }
    whole = {**CASE, "id": "b", "pictures": ["menu.png", drawn], "any_order": True, "language": "en"}
    envelope = {**CASE, "tools": [{"type": "function", "function": TOOL}]}
    _, (first, second) = cases.read(write_lines(tmp_path / "cases.jsonl", envelope, whole))
    assert [tool.name for tool in first.tools] == ["order"]
    assert first.expected == (ToolCall("order", {"item": "tea"}),)
    assert (first.pictures, first.any_order, second.any_order) == ((), False, True)
    path, image = second.pictures
    assert path == tmp_path / "menu.png"
    assert isinstance(image, Image.Image)
    assert image.size == (60, 40)
    assert image.getpixel((5, 5)) == (255, 0, 0)
    assert image.crop((20, 5, 60, 40)).getextrema()[0][0] < 128  # the text is there


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"expected": []}, "expected names at least one call"),
        ({"expected": [{"name": "pay"}]}, "does not fit its own tools: there is no tool 'pay'"),
        ({"expected": [{"name": "order", "arguments": {"item": 3}}]}, "does not fit its own tools: order: item"),
        ({"expected": ["order"]}, 'expected: an object is expected, not "order"'),
        ({"tools": [{**TOOL, "parameters": {"type": "text"}}]}, "schema is malformed"),
        ({"tools": [TOOL, TOOL]}, "two tools are called 'order'"),
        ({"tools": [{"name": "order"}]}, "the field parameters is missing"),
        ({"questions": "Tea!"}, "there is no field 'questions'"),
        ({"question": None}, "question is a text, not null"),
        ({"any_order": 1}, "any_order is true or false, not 1"),
        ({"pictures": ["no.png"]}, "the picture no.png is not there"),
        ({"pictures": [7]}, "a picture is the name of a file or an object"),
        ({"pictures": [{"size": [0, 10]}]}, "the sides of a picture are 1 to 4096"),
        ({"pictures": [{"size": [9, 9], "texts": [{"at": [0, 0], "text": "茶"}]}]}, "has Latin signs only"),
        ({"pictures": [{"size": [9, 9], "boxes": [{"at": [5, 0, 1, 1]}]}]}, "at is [left, top, right, bottom]"),
        ({"pictures": [{"size": [9, 9], "boxes": [{"at": [0, 0, 1, 1], "color": "reddish"}]}]}, "no color 'reddish'"),
    ],
)
def test_a_case_that_is_wrong_is_named_by_its_line(change: dict[str, Any], said: str, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "cases.jsonl", CASE, {**CASE, "id": "b", **change})
    with pytest.raises(UsageError) as raised:
        cases.read(path)
    assert str(raised.value).startswith(f"{path}, line 2")
    assert said in str(raised.value)


def test_two_cases_have_two_ids_and_a_file_has_cases(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="line 2: a case before it has the id 'a'"):
        cases.read(write_lines(tmp_path / "cases.jsonl", CASE, CASE))
    with pytest.raises(UsageError, match="holds no cases"):
        cases.read(write_lines(tmp_path / "cases.jsonl"))
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        cases.read(tmp_path / "none.jsonl")


def test_the_cases_that_ship_are_sound_and_of_every_kind() -> None:
    path = Path(__file__).parents[2] / "benchmarks" / "cases" / "function_calling.jsonl"
    _, shipped = cases.read(path)
    assert len(shipped) >= 20
    kinds = {(case.language, bool(case.pictures)) for case in shipped}
    assert kinds == {(language, picture) for language in ("en", "zh") for picture in (True, False)}
    assert max(len(case.expected) for case in shipped) > 1
    assert max(len(case.pictures) for case in shipped) > 1
    assert any(case.any_order for case in shipped)


# What they share


def test_lines_that_are_no_objects_are_named_and_empty_ones_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n\n  \n{"a": 2}\n[3]\n', "utf-8")
    lines = read_lines(path)
    assert [next(lines)[1], next(lines)] == [{"a": 1}, (f"{path}, line 4", {"a": 2})]
    with pytest.raises(UsageError, match="line 5: an object is expected"):
        next(lines)
    path.write_text("{'a': 1}\n")
    with pytest.raises(UsageError, match="line 1: not JSON"):
        next(read_lines(path))


def test_a_mark_is_the_same_for_equal_values_and_for_no_others() -> None:
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})


def test_a_data_set_is_known_by_its_files_wherever_it_lies(tmp_path: Path) -> None:
    marks = []
    for name in ("one", "two"):
        datasets.aitz_episode(tmp_path / name)
        marks.append(aitz.read(tmp_path / name).mark)
    datasets.aitz_episode(tmp_path / "two", "GENERAL-524")
    assert marks[0] == marks[1] != aitz.read(tmp_path / "two").mark


def test_a_stream_opens_a_file_only_when_it_comes_to_it(tmp_path: Path) -> None:
    datasets.aitz_episode(tmp_path, "GENERAL-1")
    datasets.aitz_episode(tmp_path, "GENERAL-2").write_text("broken")
    stream = aitz.read(tmp_path).stream
    first: list[Step] = [next(stream) for _ in range(5)]
    assert {step.episode for step in first} == {"general/GENERAL-1/GENERAL-1.json"}
    with pytest.raises(UsageError, match="GENERAL-2.json is not JSON"):
        next(stream)
