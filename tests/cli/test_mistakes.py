"""Whatever a user gets wrong is one clear sentence, the right exit code, and nothing half written."""

from pathlib import Path

import pytest

from handsight.cli import main

BOARD = ("--device", "mine:Board")


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder, as the current one."""
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["run", ""], 2, "the task is empty"),
        (["run", "  "], 2, "the task is empty"),
        (["run", "x", "--model", "raeder"], 2, "no model is called 'raeder'; there are: reader, mini, server:URL#NAME"),
        (["run", "x", "--model", "server:nowhere"], 2, "a server is written as"),
        (["run", "x", "--model", "scripted:none.txt"], 2, "none.txt cannot be read"),
        (["run", "x", "--model", "mine:Nothing"], 2, "the module mine has no Nothing"),
        (["run", "x", "--model", "nowhere:Model"], 2, "there is no module 'nowhere'"),
        (["run", "x", "--model", "mine:Counting", "--dialect", "klingon"], 2, "no dialect is called 'klingon'"),
        (["run", "x", "--model", "mine:Counting", "--device", "virtual:tiny"], 2, "'tiny' is none of these"),
        (["run", "x", "--model", "mine:Counting", "--device", ""], 2, "none was named"),
        (["run", "x", "--model", "mine:Counting", "--device", "mine:Board", "--apps", "mine"], 2, "--device virtual"),
        (["run", "x", "--model", "mine:Counting", *BOARD, "--tools", "none.py"], 2, "there is no file none.py"),
        (["run", "x", "--model", "mine:Counting", *BOARD, "--tools", "mine.py"], 2, "mine.py holds no tool"),
        (
            ["run", "x", "--model", "mine:Counting", *BOARD, "--tools", "broken.py"],
            2,
            "broken.py cannot be loaded: line 1",
        ),
        (["run", "x", "--model", "mine:Counting", *BOARD, "--tools", "raises.py"], 2, "ZeroDivisionError"),
        (["run", "x", "--model", "mine:Counting", *BOARD, "--tools", "untyped.py"], 2, "untyped.py cannot be loaded"),
        (["run", "x", "--model", "mine:Counting", *BOARD, "--allow", ":Pay"], 2, "a rule is 'tool' or 'tool:label'"),
        (["run", "x", "--model", "mine:Counting", *BOARD, "--allow", "tpa"], 2, "a rule names 'tpa'"),
        (["run", "x", "--model", "mine:Counting", *BOARD, "--max-steps", "0"], 2, "a limit is a number above zero"),
        (["run", "x", "--model", "mine:Counting", *BOARD, "--max-steps", "many"], 2, "--max-steps"),
        (["run", "x", "--model", "mine:Counting", *BOARD, "--run-folder", "mine.py"], 2, "is a file"),
        (["run", "x", "--model", "mine:Counting", *BOARD, "--run-folder", "mine.py/a"], 2, "cannot be written"),
        (["mcp", *BOARD, "--screen-tokens", "5"], 2, "greater than or equal to 256"),
        (["run", "x", "--resume", "."], 2, "leave TASK and --run-folder out"),
        (["run", "--resume", "nothing"], 2, "nothing holds no run"),
        (["run", "--nonsense"], 2, "No such option"),
        (["chat", "--constrain"], 2, "No such option"),  # what is said there has no form
        (["nonsense"], 2, "No such command 'nonsense'"),
        (["report", "nothing"], 2, "nothing holds no run"),
        (["report"], 2, "Missing argument"),
        (["phone", "--size", "big"], 2, "'big' is none of these"),
        (["phone", "--port", "99999"], 2, "a port is a number from 0 to 65535"),
    ],
)
def test_a_mistake_is_one_clear_sentence_and_leaves_nothing(
    here: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, says: str
) -> None:
    (here / "broken.py").write_text("def broken(:\n")
    (here / "raises.py").write_text("1 / 0\n")
    (here / "untyped.py").write_text("from handsight import tool\n@tool\ndef f(x): pass\n")
    before = sorted(path.name for path in here.iterdir())
    with pytest.raises(SystemExit) as left:
        main(words)
    out, err = capsys.readouterr()
    assert says in err
    assert err.startswith("handsight: ")
    assert err.count("\n") == 1
    assert out == ""
    assert left.value.code == code
    assert [name for name in sorted(path.name for path in here.iterdir()) if name != "__pycache__"] == before
