"""Any text arrives exactly, in real fields, by keys or through a clipboard that is given back."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from handsight.devices.desktop import DesktopDevice, open_desktop
from handsight.devices.desktop.writing import check, paste_keys
from handsight.devices.desktop.x11 import Server
from handsight.errors import ToolFailed
from handsight.types import Point

from .conftest import Form

needs_xclip = pytest.mark.skipif(
    not shutil.which("xclip"), reason="nothing gives a clipboard back: apt-get install xclip"
)

ASCII = "".join(map(chr, range(32, 127)))
TEXTS = [
    ASCII,
    "a < b << c <= d > e",
    "zwölf Zürich Ünïcödé ß",
    "牛奶和面包，三点半",
    "שלום عليكم नमस्ते ไทย",
    "emoji 👍🏽 🇨🇳 👩‍👩‍👧 ❤️",
    "mixed: ascii, 日本語, ascii again < and > 😀",
    "  spaces at both ends  ",
    "x" * 3000,
    "長" * 3000,
    "e\u0301 and é are two spellings",
]


@pytest.fixture(scope="module")
def fields(display: str) -> Iterator[Form]:
    program = Form("fields.py")
    yield program
    program.close()


def enter(desktop: DesktopDevice, fields: Form, which: str) -> None:
    """Put the focus into a field, and empty it. A window manager may hold a click back longer than the next keys."""
    desktop.click(Point(*fields.places[which]), desktop.glance())
    desktop.screenshot()
    desktop.press("f3")
    fields.next("erased")


def written(desktop: DesktopDevice, fields: Form) -> str:
    desktop.press("f2")
    return str(fields.next("text")["text"])


@pytest.mark.parametrize("which", ["line", "page"])
@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text)[:24])
def test_a_text_arrives_exactly(desktop: DesktopDevice, fields: Form, text: str, which: str) -> None:
    enter(desktop, fields, which)
    desktop.type_text(text)
    assert written(desktop, fields) == text


def test_lines_and_tabs_arrive(desktop: DesktopDevice, fields: Form) -> None:
    enter(desktop, fields, "page")
    desktop.type_text("first\r\nzweite Zeile: ä\n\n\tviertens 四\n")
    assert written(desktop, fields) == "first\nzweite Zeile: ä\n\n\tviertens 四\n"


def test_it_arrives_every_time(desktop: DesktopDevice, fields: Form) -> None:
    enter(desktop, fields, "line")
    for number in range(20):
        desktop.type_text(f"第{number}次 ")
    assert written(desktop, fields) == "".join(f"第{number}次 " for number in range(20))


@pytest.mark.parametrize("text", ["bell\x07", "half \ud83d of it", "\x1b[A"])
def test_what_nobody_can_type_is_refused_before_anything_is_typed(
    desktop: DesktopDevice, fields: Form, text: str
) -> None:
    enter(desktop, fields, "line")
    with pytest.raises(ToolFailed, match="nothing was typed") as refused:
        desktop.type_text(text)
    assert "bell" not in str(refused.value)  # it may be a secret
    assert written(desktop, fields) == ""


def clipboard(*options: str, content: bytes | None = None) -> bytes:
    """Ask or fill the clipboard as another program does."""
    command = ["xclip", "-selection", "clipboard", *options]
    if content is not None:
        subprocess.run([*command, "-i"], input=content, check=True, stdout=subprocess.DEVNULL)
        while clipboard(*options) != content:
            pass
        return content
    return subprocess.run([*command, "-o"], capture_output=True).stdout


@needs_xclip
@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("UTF8_STRING", "what the user copied: 重要 😀\nsecond line".encode()),
        ("image/png", b"\x89PNG of a picture" * 50_000),
    ],
)
def test_what_was_in_the_clipboard_is_there_again(
    desktop: DesktopDevice, fields: Form, form: str, content: bytes
) -> None:
    clipboard("-t", form, content=content)
    enter(desktop, fields, "line")
    desktop.type_text("ä secret")
    assert written(desktop, fields) == "ä secret"
    assert clipboard("-t", form) == content


@needs_xclip
def test_the_clipboard_is_given_back_where_nobody_takes_the_text(desktop: DesktopDevice, buttons: Form) -> None:
    clipboard(content=b"kept")
    with pytest.raises(ToolFailed, match=r"no field took the text; click it first; nothing was typed") as refused:
        desktop.type_text("geheim ä")
    assert "geheim" not in str(refused.value)
    assert clipboard() == b"kept"


def test_an_empty_clipboard_stays_empty_and_needs_no_tool(
    desktop: DesktopDevice, fields: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    from handsight.devices.desktop.x11 import connect

    server = connect()  # whoever takes the clipboard and goes leaves it to nobody
    window = server.screen().root.create_window(0, 0, 1, 1, 0, 0)
    window.set_selection_owner(server.intern_atom("CLIPBOARD"), 0)
    window.destroy()
    server.sync()
    server.close()
    monkeypatch.setenv("PATH", "/nowhere")
    enter(desktop, fields, "line")
    desktop.type_text("ä")
    assert written(desktop, fields) == "ä"


@needs_xclip
def test_without_the_tool_that_gives_it_back_a_full_clipboard_is_not_touched(
    desktop: DesktopDevice, fields: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    clipboard(content=b"kept")
    enter(desktop, fields, "line")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ToolFailed, match="apt install xclip; nothing was typed"):
        desktop.type_text("ä")
    monkeypatch.undo()
    assert clipboard() == b"kept"
    assert written(desktop, fields) == ""


def test_it_says_how_much_stands_there_where_the_rest_could_not_be_typed(
    desktop: DesktopDevice, fields: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("xclip"):
        clipboard(content=b"kept")
    enter(desktop, fields, "page")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ToolFailed, match="only the first 6 characters were typed"):
        desktop.type_text("first\nä")
    monkeypatch.undo()
    assert written(desktop, fields) == "first\n"


def test_caps_lock_changes_nothing(desktop: DesktopDevice, fields: Form) -> None:
    enter(desktop, fields, "line")
    desktop.press("capslock")
    try:
        desktop.type_text("Not Shouted")
        assert written(desktop, fields) == "Not Shouted"
    finally:
        desktop.press("capslock")


@pytest.mark.skipif(
    not shutil.which("setxkbmap"), reason="no other layout can be chosen: apt-get install x11-xkb-utils"
)
def test_another_layout_changes_nothing(display: str) -> None:
    """In a process of its own: pyautogui learns the keys once."""
    code = """
import subprocess, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from handsight.devices.desktop import open_desktop
from handsight.types import Point
import json
subprocess.run(["setxkbmap", "de"], check=True)
desktop = open_desktop()
program = subprocess.Popen([sys.executable, sys.argv[2]], stdout=subprocess.PIPE, text=True)
def event(kind):
    for line in program.stdout:
        if (found := json.loads(line))["kind"] == kind:
            return found
at = event("ready")["line"]
desktop.click(Point(*at), desktop.glance())
desktop.screenshot()
desktop.type_text(sys.argv[3])
desktop.press("f2")
print(json.dumps(event("text")["text"]))
desktop.close()
program.terminate(); program.wait()
subprocess.run(["setxkbmap", "us"], check=True)
"""
    import json

    text = ASCII + " zwölf Straßen y z"
    run = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parents[2]), str(Path(__file__).with_name("fields.py")), text],
        capture_output=True,
        text=True,
        env=dict(os.environ),
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == text


@pytest.mark.skipif(not shutil.which("xterm"), reason="there is no terminal: apt-get install xterm")
@pytest.mark.parametrize("text", ["plain ascii <&>", "Zürich 牛奶 😀"])
def test_a_terminal_takes_any_text(desktop: DesktopDevice, tmp_path: Path, text: str) -> None:
    typed, ready = tmp_path / "typed", tmp_path / "ready"
    os.mkfifo(ready)
    os.mkfifo(typed)
    shell = f"stty -echo; echo > {ready}; head -n 1 > {typed}"
    terminal = subprocess.Popen(
        ["xterm", "-geometry", "80x24+50+400", "-u8", "-e", "sh", "-c", shell], env={**os.environ, "LC_ALL": "C.UTF-8"}
    )
    try:
        ready.read_text()
        desktop.click(Point(200, 500), desktop.screenshot())
        desktop.screenshot()
        desktop.type_text(text + "\n")
        assert typed.read_text() == text + "\n"
    finally:
        terminal.terminate()
        terminal.wait()


@pytest.mark.skipif(not shutil.which("chromium"), reason="there is no browser: apt-get install chromium")
def test_a_browser_takes_any_text(desktop: DesktopDevice, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<meta charset=utf-8><title>empty</title><textarea autofocus style='width:90vw;height:90vh'"
        " oninput='document.title = [...value].map(c => c.codePointAt(0).toString(16)).join()'></textarea>"
    )
    browser = subprocess.Popen(
        [
            "chromium", f"--app=file://{page}", f"--user-data-dir={tmp_path / 'profile'}", "--window-size=900,600",
            "--no-sandbox", "--no-first-run", "--disable-gpu", "--disable-sync", "--disable-background-networking",
            "--disable-component-update", "--disable-extensions", "--password-store=basic",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    text = "a < b, Zürich 牛奶 👩‍👩‍👧 שלום"
    server = Server()
    try:
        wait_for(server, "empty")
        desktop.click(Point(300, 300), desktop.screenshot())
        desktop.screenshot()
        desktop.type_text(text)
        wait_for(server, ",".join(f"{ord(c):x}" for c in text))
    finally:
        server.close()
        os.killpg(browser.pid, signal.SIGTERM)
        browser.wait()


def wait_for(server: Server, title: str) -> None:
    """Wait until a window has this title; the test's own time is the limit."""
    while title not in [window.title for window in server.windows()]:
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("program", "chosen", "keys"),
    [
        ("Tk", "", ("ctrl+v", "CLIPBOARD")),
        ("", "", ("ctrl+v", "CLIPBOARD")),
        ("XTerm", "", ("shift+insert", "PRIMARY")),
        ("URxvt", "", ("shift+insert", "PRIMARY")),
        ("Gnome-terminal", "", ("ctrl+shift+v", "CLIPBOARD")),
        ("konsole", "", ("ctrl+shift+v", "CLIPBOARD")),
        ("Emacs", "ctrl+y", ("ctrl+y", "CLIPBOARD")),
        ("XTerm", "shift+insert", ("shift+insert", "PRIMARY")),
    ],
)
def test_each_program_pastes_by_its_own_keys(program: str, chosen: str, keys: tuple[str, str]) -> None:
    assert paste_keys(program, chosen) == keys


def test_line_breaks_of_windows_are_line_breaks() -> None:
    assert check("a\r\nb\n\tc") == "a\nb\n\tc"


def test_the_keys_that_paste_can_be_chosen(display: str, fields: Form) -> None:
    own = open_desktop(paste="shift+insert")
    try:
        enter(own, fields, "line")
        own.type_text("über")
        assert written(own, fields) == "über"
    finally:
        own.close()
