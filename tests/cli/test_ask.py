"""`handsight ask`, as it is run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from tests.models.conftest import Server

from handsight.cli import main

Run = Callable[..., subprocess.CompletedProcess[str]]
ECHO = ("--model", "talker:Echo")


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder, as the current one, with a model, a picture and a video in it."""
    shutil.copy(Path(__file__).with_name("talker.py"), folder)
    Image.new("RGB", (1080, 2400), "navy").save(folder / "photo.png")
    first, *rest = [Image.new("RGB", (64, 48), (40 * n, 0, 0)) for n in range(6)]
    first.save(folder / "film.gif", save_all=True, append_images=rest, duration=500)
    (folder / "bill.json").write_text('{"type": "object", "required": ["total"]}')
    monkeypatch.setenv("BOARD", str(folder / "board.log"))
    monkeypatch.chdir(folder)
    monkeypatch.delitem(sys.modules, "talker", raising=False)
    return folder


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def said(here: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the command in this process: exit code, output and errors."""

    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["ask", *words])
        return int(left.value.code or 0), *capsys.readouterr()

    return run


Said = Callable[..., tuple[int, str, str]]


def test_an_answer_is_the_whole_output(here: Path, handsight: Run) -> None:
    ran = handsight("ask", "Which colour? 什么颜色", "photo.png", *ECHO)
    assert (ran.stdout, ran.stderr) == ("[0] You said: picture 672x1484, Which colour? 什么颜色. \n", "")
    assert ran.returncode == 0
    assert not list(here.glob("chats"))


def test_pictures_videos_and_a_screen_come_in_order_before_the_question(said: Said) -> None:
    code, out, err = said("Same?", "photo.png", "film.gif", "--device", "mine:Board", *ECHO, "--screen-tokens", "64")
    assert (code, err) == (0, "")
    assert out == "[0] You said: picture 140x308, video from 0 s, picture 112x196, Same?. \n"


def test_a_part_of_a_video_can_be_asked_about(said: Said) -> None:
    assert "video from 1 s" in said("What happens?", "film.gif", "--start", "1", "--end", "2", *ECHO)[1]


def test_a_question_without_pictures_is_one_too(said: Said) -> None:
    assert said("Hello?", *ECHO) == (0, "[0] You said: Hello?. \n", "")


def test_for_programs_the_answer_is_one_json_object(said: Said) -> None:
    code, out, err = said("Hello?", "photo.png", "--json", *ECHO)
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert answer.pop("seconds") >= 0
    assert answer == {
        "answer": "[0] You said: picture 672x1484, Hello?.",
        "model": "echo",
        "prompt_tokens": 100,
        "reply_tokens": 10,
        "finish": "stop",
        "computed_tokens": None,
    }


def test_an_answer_that_was_cut_off_is_said_to_be_beside_it(said: Said) -> None:
    code, out, err = said("Say it at length", *ECHO)
    assert code == 0
    assert out == "[0] You said: Say it at length. \n"
    assert err == "(cut off after 1024 tokens; --max-tokens allows more)\n"


def test_an_answer_in_a_form_is_asked_for_until_it_fits(said: Said, server: Server) -> None:
    server.says("It is 4.50.")
    server.says('```json\n{"total": 4.5}\n```')
    code, out, err = said(
        "What was paid?", "photo.png", "--json-schema", "bill.json", "--model", f"server:{server.url}#m"
    )
    assert (code, err) == (0, "")
    assert json.loads(out) == {"total": 4.5}
    first, second = (request.body["messages"] for request in server.requests)
    assert second[: len(first)] == first
    assert "no JSON can be read" in second[-1]["content"]


def test_an_answer_that_never_fits_is_an_error(said: Said, server: Server) -> None:
    for _ in range(3):
        server.says("It is 4.50.")
    code, out, err = said("What was paid?", "--json-schema", "bill.json", "--model", f"server:{server.url}#m", "--json")
    assert (code, out) == (1, "")
    assert (
        err == "handsight: m gave no answer of the form asked for, in 3 attempts: no JSON can be read from the answer\n"
    )


def test_the_reader_prints_what_stands_there(said: Said, here: Path) -> None:
    image = Image.new("RGB", (400, 120), "white")
    ImageDraw.Draw(image).text((20, 30), "Total 42 EUR", "black", ImageFont.load_default(40))
    image.save(here / "bill.png")
    assert said("What does it say?", "bill.png") == (0, "Total 42 EUR\n", "")
    assert json.loads(said("Read it.", "bill.png", "--json")[1])["answer"] == "Total 42 EUR"
    code, out, err = said("What does it say?", "photo.png")
    assert (code, out) == (2, "")
    assert "finds no text" in err


def test_a_model_cannot_steer_the_terminal(said: Said, here: Path) -> None:
    (here / "s.txt").write_text("a\x1b[2Jb\r\n\u3000全\u00a0👩\u200d💻\u202e!")
    assert said("Well?", "--model", "scripted:s.txt")[1] == "a�[2Jb\n\u3000全\u00a0👩\u200d💻�!\n"


def test_a_reader_that_goes_away_ends_the_answer_without_a_trace(here: Path, environment: dict[str, str]) -> None:
    (here / "long.txt").write_text("word " * 200_000)
    command = [sys.executable, "-m", "handsight", "ask", "Well?", "--model", "scripted:long.txt"]
    with subprocess.Popen(
        command, cwd=here, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.read(4) == b"word"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 1


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("cut.png", None, "cut.png is cut off or broken"),
        ("phone.heic", b"\0\0\0\x18ftypheic\0\0\0\0", "it is a HEIF picture; save it as JPEG or PNG first"),
        ("paper.pdf", b"%PDF-1.7\n", "it is a PDF"),
        ("film.mp4", b"", "film.mp4 is empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_before_a_model_is_opened(
    said: Said, here: Path, server: Server, name: str, data: bytes | None, says: str
) -> None:
    picture = (here / "photo.png").read_bytes()
    (here / name).write_bytes(picture[: len(picture) // 2] if data is None else data)
    code, out, err = said("What?", "photo.png", name, "--model", f"server:{server.url}")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert says in err
    assert server.requests == []


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["", *ECHO], 2, "the question is empty"),
        ([], 2, "Missing argument"),
        (["Which colour?", "photo.png"], 2, "the reader follows steps on a screen and cannot answer questions"),
        (["Read it", "photo.png", "--json-schema", "bill.json"], 2, "the reader follows steps"),
        (["What does it say?", "film.gif"], 2, "the reader reads pictures, not videos"),
        (["What?", "nowhere.png", *ECHO], 2, "nowhere.png cannot be opened: there is no such file"),
        (["What?", "talker.py", *ECHO], 2, "talker.py"),
        (["What?", "gopher://x/y.png", *ECHO], 2, "an address begins with http"),
        (["What?", "http://127.0.0.1:9/x.png", *ECHO], 2, "127.0.0.1"),
        (["What?", "photo.png", "--start", "2", *ECHO], 2, "photo.png is a picture that does not move"),
        (["What?", "film.gif", "--start", "20", *ECHO], 2, "the video is 3.0 s long"),
        (["What?", "--json-schema", "none.json", *ECHO], 2, "the schema none.json cannot be read as JSON"),
        (["What?", "--json-schema", "photo.png", *ECHO], 2, "the schema photo.png cannot be read as JSON"),
        (["What?", "photo.png", "--screen-tokens", "2", *ECHO], 2, "a picture needs at least 4 tokens"),
        (["What?", "--max-tokens", "0", *ECHO], 2, "an answer has at least one token, not 0"),
        (["What?", "--device", "virtual:tiny", *ECHO], 2, "'tiny' is none of these"),
        (
            ["What?", "--constrain", "--model", "some/checkpoint"],
            2,
            "--constrain holds the answer to a schema: name its",
        ),
        (["What?", "--constrain", "--json-schema", "bill.json", *ECHO], 2, "talker:Echo is none"),
        (["What?", "--constrain", "--json-schema", "bill.json", "--model", "server:http://[::1]/v1#m"], 2, "is none"),
        (["What does it say?", "--constrain", "--json-schema", "bill.json"], 2, "and reader is none"),
        (["What?", "--model", "raeder"], 2, "no model is called 'raeder'"),
        (["Please fail", *ECHO], 1, "nobody is there"),
    ],
)
def test_a_mistake_is_one_clear_sentence(said: Said, words: list[str], code: int, says: str) -> None:
    left, out, err = said(*words)
    assert says in err
    assert err.startswith("handsight: ")
    assert err.count("\n") == 1
    assert out == ""
    assert left == code
