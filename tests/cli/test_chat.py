"""`handsight chat`, on a terminal and with piped lines."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from PIL import Image
from tests.cli.terminal import CTRL_C, CTRL_D, Terminal

from handsight.cli import main
from handsight.talk.history import RECORD, read

ECHO = ("--model", "talker:Echo")
Typed = Callable[..., Terminal]
Piped = Callable[..., subprocess.CompletedProcess[bytes]]
Fails = Callable[..., tuple[int, str]]


@pytest.fixture
def here(folder: Path) -> Path:
    """The user's folder, with a model, a picture and a video in it."""
    shutil.copy(Path(__file__).with_name("talker.py"), folder)
    Image.new("RGB", (1080, 2400), "navy").save(folder / "a photo.png")
    first, *rest = [Image.new("RGB", (64, 48), (40 * n, 0, 0)) for n in range(6)]
    first.save(folder / "film.gif", save_all=True, append_images=rest, duration=500)
    return folder


@pytest.fixture
def typed(here: Path, environment: dict[str, str]) -> Typed:
    """Begin a chat on a terminal."""
    return lambda *words: Terminal(["chat", *words], here, environment)


@pytest.fixture
def piped(here: Path, environment: dict[str, str]) -> Piped:
    """Carry on a chat whose lines come from a file."""

    def run(lines: str | bytes, *words: str, **more: str) -> subprocess.CompletedProcess[bytes]:
        data = lines.encode() if isinstance(lines, str) else lines
        command = [sys.executable, "-m", "handsight", "chat", *words]
        return subprocess.run(
            command, input=data, capture_output=True, cwd=here, env={**environment, **more}, timeout=100
        )

    return run


def said(folder: Path) -> list[str]:
    """Question, answer, question, answer ... of the one chat in a folder."""
    (chat,) = folder.glob("chats/*") if (folder / "chats").is_dir() else [folder / "chat"]
    return [str(message.parts[-1]).strip() for message in read(chat).messages]


def test_piped_lines_are_answered_one_after_another(here: Path, piped: Piped) -> None:
    ran = piped("Hello.\n\n  Und jetzt?\n你好，世界 🌍\n", *ECHO)
    assert ran.stderr == b""
    assert ran.stdout.decode() == (
        "[0] You said: Hello.. \n[1] You said: Und jetzt?. \n[2] You said: 你好，世界 🌍. \n"
    )
    assert ran.returncode == 0
    assert said(here)[::2] == ["Hello.", "Und jetzt?", "你好，世界 🌍"]


def test_what_is_shown_belongs_to_the_next_question(here: Path, piped: Piped) -> None:
    lines = "/image a photo.png\n/video film.gif\n/screen\nSame?\nAnd now?\n/video film.gif 1-2\nRed?\n/screen Lit?\n"
    ran = piped(lines, *ECHO, "--device", "mine:Board")
    assert ran.stderr == b""
    assert ran.stdout.decode().splitlines() == [
        "[0] You said: picture 672x1484, video from 0 s, picture 112x196, Same?. ",
        "[1] You said: And now?. ",
        "[2] You said: video from 1 s, Red?. ",
        "[3] You said: picture 112x196, Lit?. ",
    ]
    (chat,) = here.glob("chats/*")
    assert {path.name[:4] for path in chat.glob("*.png")} == {"0001", "0002", "0003", "0004", "0005"}


def test_a_file_that_is_dropped_on_the_terminal_comes_in_quotes(here: Path, piped: Piped) -> None:
    shutil.copy(here / "film.gif", here / "'odd'.gif")
    shutil.copy(here / "film.gif", here / "'")
    lines = f"/image '{here / 'a photo.png'}'\n/video \"film.gif\" 1-2\n/video 'odd'.gif\n/video '\nSame?\n"
    ran = piped(lines, *ECHO)
    assert ran.stderr == b""
    shown = "picture 672x1484, video from 1 s, video from 0 s, video from 0 s"
    assert ran.stdout.decode() == f"[0] You said: {shown}, Same?. \n"


def test_a_line_that_names_a_file_is_still_a_question(piped: Piped) -> None:
    assert piped("film.gif\n", *ECHO).stdout == b"[0] You said: film.gif. \n"


def test_a_chat_is_taken_up_where_it_was_left(here: Path, piped: Piped) -> None:
    piped("/image a photo.png\nFirst?\n", *ECHO, "--chat-folder", "chat", "--screen-tokens", "64")
    ran = piped("/image a photo.png\nSecond?\n", "--resume", "chat")
    assert ran.stdout == b"[1] You said: picture 140x308, Second?. \n"
    past = read(here / "chat")
    assert past.said["model"] == "talker:Echo"
    assert past.pictures == 2
    ran = piped("Third?\n", "--resume", "chat", "--model", "scripted:film.txt")
    assert b"film.txt cannot be read" in ran.stderr


def test_the_last_line_needs_no_end_and_an_empty_chat_leaves_nothing(here: Path, piped: Piped) -> None:
    assert piped("", *ECHO).returncode == 0
    assert piped("/help\n\n/quit\nNever asked.\n", *ECHO).stdout == b""
    assert not (here / "chats").exists()
    assert piped("Hello", *ECHO).stdout == b"[0] You said: Hello. \n"


def test_what_was_said_can_be_saved(here: Path, piped: Piped) -> None:
    ran = piped("/image a photo.png\nSame?\n/save talk.md\n", *ECHO)
    assert ran.stderr == b"saved as talk.md\n"
    assert (
        (here / "talk.md")
        .read_text("utf-8")
        .startswith(
            "## Question\n\n*picture, 672x1484*\n\nSame?\n\n## Answer\n\n[0] You said: picture 672x1484, Same?."
        )
    )


@pytest.fixture
def fails(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Fails:
    """Carry on a chat that is to fail, in this process: its exit code, and the sentence it ends with."""

    def run(lines: str, *words: str) -> tuple[int, str]:
        monkeypatch.chdir(here)
        monkeypatch.setattr("sys.stdin", StringIO(lines))
        with pytest.raises(SystemExit) as left:
            main(["chat", *words])
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        return int(left.value.code or 0), err.removeprefix("handsight: ")

    return run


@pytest.mark.parametrize(
    ("lines", "code", "says"),
    [
        ("/image\n", 2, "a name is missing, as in /image photo.jpg"),
        ("/image none.png\n", 2, "none.png cannot be opened: there is no such file"),
        ("/video a photo.png\n", 2, "is a picture that does not move"),
        ("/video film.gif 2-1\n", 2, "comes after its start"),
        ("/screen\n", 2, "there is no device to look at; begin the chat with --device"),
        ("/look\n", 2, "there is no /look; there are /screen, /image, /video, /save, /help, /quit"),
        ("/save mine.py\n", 2, "mine.py is there already"),
        ("/save no/where.md\n", 2, "no/where.md cannot be written: No such file or directory"),
        ("Please fail\n", 1, "nobody is there"),
    ],
)
def test_a_mistake_in_piped_lines_ends_the_chat_with_one_sentence(
    fails: Fails, lines: str, code: int, says: str
) -> None:
    left, sentence = fails(lines + "Never asked.\n", *ECHO)
    assert says in sentence
    assert left == code


def test_from_this_computer_something_is_fetched_only_where_that_is_allowed(here: Path, fails: Fails) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        line = f"/image http://127.0.0.1:{gone.getsockname()[1]}/a.png\n"
    assert "unless --allow-private" in fails(line, *ECHO)[1]
    assert "cannot be fetched: [Errno" in fails(line, *ECHO, "--allow-private")[1]


@pytest.mark.parametrize("locale", ["C.UTF-8", "POSIX"])
def test_lines_that_are_no_text_are_not_guessed_at(piped: Piped, locale: str) -> None:
    ran = piped(b"Gr\xc3\xbc\xc3\x9fe\n\xff\xfe?\n", *ECHO, LC_ALL=locale)
    assert ran.stdout.decode() == "[0] You said: Grüße. \n"
    assert ran.stderr == b"handsight: line 2 of the input is not UTF-8 text\n"
    assert ran.returncode == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "the reader follows steps on a screen and cannot answer questions"),
        (["--model", "raeder"], "no model is called 'raeder'"),
        (["--resume", "nothing"], "nothing holds no chat"),
        (["--resume", ".", "--chat-folder", "x"], "leave --chat-folder out"),
        ([*ECHO, "--device", ""], "none was named"),
        ([*ECHO, "--max-tokens", "0"], "at least one token"),
    ],
)
def test_a_chat_that_cannot_begin_leaves_nothing(here: Path, fails: Fails, words: list[str], says: str) -> None:
    left, sentence = fails("Hello?\n", *words)
    assert says in sentence
    assert left == 2
    assert not (here / "chats").exists()


def test_a_folder_that_holds_a_chat_is_not_begun_again(here: Path, piped: Piped) -> None:
    piped("Hello?\n", *ECHO, "--chat-folder", "chat")
    ran = piped("Hello?\n", *ECHO, "--chat-folder", "chat")
    assert ran.stderr == b"handsight: chat already holds a chat, or is a file; resume it, or name another folder\n"
    assert len(said(here)) == 2


def test_on_a_terminal_a_person_talks_with_the_model(here: Path, typed: Typed) -> None:
    with typed(*ECHO, "--device", "mine:Board") as terminal:
        terminal.shows("echo; /help says what can be typed")
        terminal.shows("> ")
        terminal.types("Grüße, 你好 🌍!\n")
        terminal.shows("[0] You said: Grüße, 你好 🌍!.")
        terminal.types("/screen\n")
        terminal.shows("board: picture, 112x196; now ask")
        terminal.types("Lit?\n")
        terminal.shows("[1] You said: picture 112x196, Lit?.")
        terminal.types("/help\n")
        terminal.shows("/video PATH_OR_URL [2-10.5]")
        terminal.shows("> ")  # before, the terminal itself would take what is typed
        terminal.types(CTRL_D)
        terminal.shows("go on with: handsight chat --resume chats/")
        assert terminal.ends() == 0
    assert said(here)[::2] == ["Grüße, 你好 🌍!", "Lit?"]


def test_lines_are_edited_with_wide_letters_and_had_again(typed: Typed) -> None:
    with typed(*ECHO) as terminal:
        terminal.shows("> ")
        terminal.types("你好世界\x7f\x7f\x01我说\n")
        terminal.shows("[0] You said: 我说你好.")
        terminal.types("\x1b[A!\n")
        terminal.shows("[1] You said: 我说你好!.")


def test_ctrl_c_breaks_an_answer_off_and_the_chat_goes_on(here: Path, typed: Typed) -> None:
    with typed(*ECHO) as terminal:
        terminal.shows("> ")
        terminal.types("Please wait\n")
        terminal.shows("One two")
        terminal.types(CTRL_C)
        terminal.shows("(interrupted)")
        terminal.types("Still there?\n")
        terminal.shows("[1] You said: Still there?.")
        terminal.types("/quit\n")
        assert terminal.ends() == 0
    assert said(here) == ["Please wait", "One two", "Still there?", "[1] You said: Still there?."]
    (chat,) = here.glob("chats/*")
    assert read(chat).finishes == ("interrupted", "stop")


def test_ctrl_c_before_the_first_word_takes_back_the_question_alone(here: Path, typed: Typed) -> None:
    with typed(*ECHO) as terminal:
        terminal.shows("> ")
        terminal.types("/image a photo.png\nPlease be silent\n")
        terminal.shows("thinking")
        time.sleep(0.3)  # it is shown a moment before the model is asked
        terminal.types(CTRL_C)
        terminal.shows("(interrupted before the first word: the question is taken back)")
        terminal.types("Speak!\n")
        terminal.shows("[0] You said: picture 672x1484, Speak!.")


def test_ctrl_c_while_nothing_is_asked_says_how_to_leave(typed: Typed) -> None:
    with typed(*ECHO) as terminal:
        terminal.shows("> ")
        terminal.types("half a li")
        terminal.shows("half a li")
        time.sleep(0.5)  # the line editor waits again: a signal that comes before that waits for the next key
        terminal.types(CTRL_C)
        terminal.shows("(/quit or Ctrl-D leaves)")
        terminal.types("Whole.\n")
        terminal.shows("[0] You said: Whole..")


def test_a_mistake_on_a_terminal_is_said_and_the_chat_goes_on(here: Path, typed: Typed) -> None:
    with typed(*ECHO) as terminal:
        terminal.shows("> ")
        terminal.types("/image none.png\n")
        terminal.shows("handsight: none.png cannot be opened: there is no such file")
        terminal.types("Please fail\n")
        terminal.shows("handsight: nobody is there")
        terminal.types("/home is what?\n")
        terminal.shows("handsight: there is no /home")
        terminal.types("Well?\n")
        terminal.shows("[0] You said: Well?.")
        terminal.shows("> ")  # by now it is recorded
    (chat,) = here.glob("chats/*")
    events = [json.loads(line)["event"] for line in (chat / RECORD).read_text("utf-8").splitlines()]
    assert events == ["start", "question", "error", "question", "answer"]


def test_a_chat_that_is_taken_up_shows_where_it_was_left(typed: Typed, piped: Piped) -> None:
    piped("First?\nSecond?\n", *ECHO, "--chat-folder", "chat")
    with typed("--resume", "chat") as terminal:
        terminal.shows("2 questions so far; the last one:")
        terminal.shows("> Second?\n[1] You said: Second?.")
        terminal.shows("\n> ")
        terminal.types("\x1b[A\x1b[A\n")
        terminal.shows("[2] You said: First?.")


def test_a_chat_that_is_killed_keeps_all_that_was_answered_and_names_the_question_that_was_not(
    here: Path, typed: Typed, environment: dict[str, str]
) -> None:
    with typed(*ECHO, "--chat-folder", "chat") as terminal:
        terminal.shows("> ")
        terminal.types("Hello?\n")
        terminal.shows("[0] You said: Hello?.")
        terminal.shows("> ")
        terminal.types("Please wait\n")
        terminal.shows("One two")
    assert said(here) == ["Hello?", "[0] You said: Hello?."]
    with typed("--resume", "chat") as terminal:
        terminal.shows("not answered: Please wait")
        terminal.types("Again.\n")
        terminal.shows("[1] You said: Again..")


def test_ctrl_c_ends_a_chat_of_piped_lines_with_the_half_answer_kept(here: Path, environment: dict[str, str]) -> None:
    (here / "lines.txt").write_text("Please wait\nNever asked.\n")
    command = [sys.executable, "-m", "handsight", "chat", *ECHO, "--chat-folder", "chat"]
    with (
        (here / "lines.txt").open() as lines,
        subprocess.Popen(
            command, cwd=here, env=environment, stdin=lines, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process,
    ):
        assert process.stdout
        assert process.stdout.read(len("One two")) == b"One two"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (out, err) == (b"\n", b"(interrupted)\n")
    assert process.returncode == 130
    assert said(here) == ["Please wait", "One two"]
