"""A chat in a folder: what was said and shown can be had again, whatever became of the program."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from handsight.errors import BadRecord
from handsight.media import open_clip, open_picture, resized
from handsight.store import Store
from handsight.talk.history import RECORD, History, in_markdown, named, read
from handsight.types import Clip, Message, NativeCall, Picture, Reply

SAID = {"model": "scripted:a.txt", "screen_tokens": 1280}


def picture() -> Picture:
    image = Image.new("RGB", (200, 100), "red")
    image.putpixel((3, 3), (1, 2, 3))
    return open_picture(image, max_tokens=16)


def clip() -> Clip:
    return open_clip([Image.new("RGB", (56, 56), (50 * n, 0, 0)) for n in range(3)])


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    """A chat of two questions, with a picture and a video."""
    history = History.create(tmp_path / "chat", SAID)
    history.question((picture(), "Which colour?"))
    history.answer(Reply("Red. 红。", 10, 3))
    history.question(("And these?", clip()))
    history.answer(Reply("Red, at", 20, 2, "interrupted"))
    history.close()
    return tmp_path / "chat"


def test_what_was_said_and_shown_is_read_back(chat: Path) -> None:
    past = read(chat)
    assert past.said == SAID
    assert [message.role for message in past.messages] == ["user", "assistant"] * 2
    assert past.messages[1].parts == ("Red. 红。",)
    assert past.finishes == ("stop", "interrupted")
    assert past.unanswered == ""
    shown = past.messages[0].parts[0]
    assert isinstance(shown, Picture)
    assert shown.sent == shown.size == picture().sent
    film = past.messages[2].parts[1]
    assert isinstance(film, Clip)
    assert film.seconds == clip().seconds
    assert sorted(path.name for path in chat.iterdir()) == [
        "0001.png",
        *(f"0002-{number:03}.png" for number in (1, 2, 3, 4)),
        RECORD,
    ]


def test_a_model_sees_the_very_pixels_that_it_would_have_seen(tmp_path: Path) -> None:
    history = History.create(tmp_path / "chat", SAID)
    before = picture()
    (kept,) = history.question((before,))
    history.close()
    assert isinstance(kept, Picture)
    assert kept.source == tmp_path / "chat" / "0001.png"
    assert resized(kept).tobytes() == resized(before).tobytes()


def test_pictures_after_a_resume_do_not_overwrite_the_first_ones(chat: Path) -> None:
    before = (chat / "0001.png").read_bytes()
    history = History.reopen(chat, read(chat))
    history.question((picture(), "Again?"))
    history.answer(Reply("Red."))
    history.close()
    assert (chat / "0003.png").is_file()
    assert (chat / "0001.png").read_bytes() == before
    assert [message.parts[-1] for message in read(chat).messages][-2:] == ["Again?", "Red."]


def test_a_record_that_was_cut_anywhere_is_read_as_far_as_it_goes_and_goes_on(chat: Path, tmp_path: Path) -> None:
    whole = (chat / RECORD).read_bytes()
    full = read(chat)
    seen = set()
    for cut in range(whole.index(b"\n") + 1, len(whole) + 1, 7):
        (chat / RECORD).write_bytes(whole[:cut])
        past = read(chat)
        count = len(past.messages)
        assert [message.role for message in past.messages] == [message.role for message in full.messages[:count]]
        history = History.reopen(chat, past)
        history.question(("More?",))
        history.answer(Reply("Yes."))
        history.close()
        assert [message.parts for message in read(chat).messages[count:]] == [("More?",), ("Yes.",)]
        seen.add((count, past.unanswered))
    assert seen == {(0, ""), (0, "Which colour?"), (2, ""), (2, "And these?")}


def test_a_question_that_failed_is_no_part_of_the_chat(tmp_path: Path) -> None:
    history = History.create(tmp_path / "chat", SAID)
    history.question(("Lost?",))
    history.error(BadRecord("no server"))
    history.question(("Found?",))
    history.answer(Reply("Yes."))
    history.close()
    assert [message.parts for message in read(tmp_path / "chat").messages] == [("Found?",), ("Yes.",)]


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ("", "holds no chat: chat.jsonl is empty"),
        ('{"event": "start"}\n', "is no record of a chat: .*'said'"),
        ('{"event": "start", "said": 7}\n', "is no record of a chat"),
        ("[]\n", "is no record of a chat"),
        ("nonsense\n", "is damaged: b'nonsense' is not JSON"),
        ('{"said": {}}\n{"event": "question", "parts": [{"picture": "9.png", "sent": [1, 1]}]}\n', "lacks the picture"),
        ('{"said": {}}\n{"event": "question", "parts": [{"video": [], "seconds": []}]}\n', "even number of frames"),
    ],
)
def test_what_is_no_chat_is_said_to_be_none(tmp_path: Path, record: str, says: str) -> None:
    (tmp_path / RECORD).write_text(record)
    with pytest.raises(BadRecord, match=says):
        read(tmp_path)


def test_a_run_is_no_chat_and_a_chat_no_place_for_another(tmp_path: Path, chat: Path) -> None:
    Store.create(tmp_path / "run", "task").close()
    with pytest.raises(BadRecord, match="run holds no chat: chat.jsonl cannot be read"):
        read(tmp_path / "run")
    with pytest.raises(BadRecord, match="already holds a chat"):
        History.create(chat, SAID)


def test_a_picture_outside_of_the_folder_is_never_read(tmp_path: Path) -> None:
    resized(picture()).save(tmp_path / "secret.png")
    (tmp_path / "chat").mkdir()
    (tmp_path / "chat" / RECORD).write_text(
        '{"said": {}}\n{"event": "question", "parts": [{"picture": "../secret.png", "sent": [28, 28]}]}\n'
    )
    with pytest.raises(BadRecord, match="lacks the picture secret.png"):
        read(tmp_path / "chat")


def test_a_folder_that_cannot_be_written_is_said_to_be(chat: Path) -> None:
    past = read(chat)
    history = History.reopen(chat, past)
    (chat / "0003.png").mkdir()
    with pytest.raises(BadRecord, match="the chat folder .* cannot be written: Is a directory"):
        history.question((picture(),))
    history.close()


def test_a_chat_as_markdown_names_what_was_shown_and_how_answers_ended(chat: Path) -> None:
    past = read(chat)
    system = Message("system", ("Never shown.",))
    thought = Message("assistant", ("<think>\nhm\n</think>\n\nRed. 红。",))
    messages = [system, past.messages[0], thought, *past.messages[2:]]
    assert "\n".join(in_markdown(messages, past.finishes)) == (
        "## Question\n\n*picture, 140x56*\n\nWhich colour?\n\n## Answer\n\nRed. 红。\n\n"
        "## Question\n\nAnd these?\n\n*video, 4 frames from 0.0 to 1.0 s*\n\n"
        "## Answer\n\nRed, at\n\n*(interrupted)*\n"
    )


def test_what_is_shown_is_named_in_few_words() -> None:
    assert named(Picture(Image.new("RGB", (30, 20)))) == "picture, 30x20"
    assert named(clip()) == "video, 4 frames from 0.0 to 1.0 s"


def test_an_answer_with_native_calls_in_it_is_still_an_answer(tmp_path: Path) -> None:
    history = History.create(tmp_path / "chat", SAID)
    history.question(("Which colour?",))
    history.answer(Reply("Red.", native=(NativeCall("c1", "look", "{}"),)))
    history.close()
    assert read(tmp_path / "chat").messages[-1] == Message("assistant", ("Red.",))
