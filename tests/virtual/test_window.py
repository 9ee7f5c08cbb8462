"""The window onto a virtual phone: whoever knows its address sees the phone and touches it, and nobody else."""

from __future__ import annotations

import http.client
import io
import json
import threading
from collections.abc import Iterator

import pytest
from PIL import Image

from handsight.devices.virtual import VirtualPhone
from handsight.devices.virtual.window import Window

from .judges import Pad


@pytest.fixture
def phone() -> VirtualPhone:
    """A phone whose clock runs: what moves on it comes to rest."""
    return VirtualPhone(size=(270, 600), apps=[Pad])


@pytest.fixture
def window(phone: VirtualPhone) -> Iterator[Window]:
    with Window(phone) as window:
        yield window


class Browser:
    def __init__(self, window: Window) -> None:
        self.window = window

    def ask(
        self, method: str, what: str, body: object = None, token: str = "", host: str = ""
    ) -> tuple[int, bytes, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.window.port, timeout=30)
        path = f"/{token or self.window.token}/{what}"
        sent = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        connection.request(method, path, sent, {"Host": host or f"127.0.0.1:{self.window.port}"})
        answer = connection.getresponse()
        try:
            return answer.status, answer.read(), dict(answer.getheaders())
        finally:
            connection.close()

    def touch(self, phase: str, x: float, y: float) -> int:
        return self.ask("POST", "touch", {"phase": phase, "x": x, "y": y})[0]


@pytest.fixture
def browser(window: Window) -> Browser:
    return Browser(window)


def test_the_page_is_one_file_that_asks_for_nothing_elsewhere(browser: Browser) -> None:
    status, page, heads = browser.ask("GET", "")
    assert (status, heads["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert b"://" not in page
    assert browser.window.address.startswith("http://127.0.0.1:")


def test_the_screen_is_shown_as_it_is_and_again_when_it_changes(browser: Browser, phone: VirtualPhone) -> None:
    status, data, heads = browser.ask("GET", "screen?since=0")
    assert status == 200
    assert Image.open(io.BytesIO(data)).convert("RGB").tobytes() == phone.frame().tobytes()
    number = int(heads["X-Number"])
    answers: list[tuple[int, bytes, dict[str, str]]] = []
    waiting = threading.Thread(target=lambda: answers.append(browser.ask("GET", f"screen?since={number}")))
    waiting.start()
    phone.launch(Pad.package)
    waiting.join()
    later = answers[0]
    while later[1] == data:  # a transition begins with what was there
        later = browser.ask("GET", f"screen?since={later[2]['X-Number']}")
    assert later[0] == 200
    assert int(later[2]["X-Number"]) > number


def test_a_touch_takes_effect_and_the_panel_feels_it(browser: Browser, phone: VirtualPhone) -> None:
    phone.launch(Pad.package)
    node = next(node for node in phone.tree().walk() if node.cls.endswith("EditText"))
    x, y = (node.bounds[0] + node.bounds[2]) / 2 / phone.size[0], (node.bounds[1] + node.bounds[3]) / 2 / phone.size[1]
    with phone.hardware.listening() as told:
        assert [browser.touch(phase, x, y) for phase in ("down", "move", "up")] == [204] * 3
        codes = [told.get(timeout=5).code for _ in range(8)]
    assert "ABS_MT_TRACKING_ID" in codes
    assert phone.ime_shown


def test_a_key_at_the_side_is_pressed(browser: Browser, phone: VirtualPhone) -> None:
    assert browser.ask("POST", "key", {"key": "power"})[0] == 204
    assert not phone.awake


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("touch", {"phase": "hover", "x": 0.5, "y": 0.5}),
        ("touch", {"phase": "down", "x": 1.5, "y": 0.5}),
        ("touch", {"phase": "down", "x": "0", "y": 0.5}),
        ("touch", {"phase": "down", "x": 0.5}),
        ("touch", b'{"phase": "down", "x": NaN, "y": 0}'),
        ("touch", b"nonsense"),
        ("touch", b"[" * 1000),
        ("touch", b" " * 5000),
        ("key", {"key": "self_destruct"}),
        ("elsewhere", {}),
    ],
)
def test_what_is_no_touch_is_refused(browser: Browser, phone: VirtualPhone, what: str, body: object) -> None:
    with phone.hardware.listening() as told:
        assert browser.ask("POST", what, body)[0] == 400
        assert told.empty()


@pytest.mark.parametrize(("token", "host"), [("wrong", ""), ("%C3%A9", ""), ("", "evil.example"), ("", "127.0.0.1:1")])
def test_nobody_else_may_look_or_touch(browser: Browser, phone: VirtualPhone, token: str, host: str) -> None:
    for method, what in (("GET", ""), ("GET", "screen?since=0"), ("POST", "key")):
        status, data, _ = browser.ask(method, what, {"key": "power"} if method == "POST" else None, token, host)
        assert (status, data) == (403, b"")
    assert phone.awake


def test_a_finger_that_never_came_down_does_not_go_up(browser: Browser, phone: VirtualPhone) -> None:
    with phone.hardware.listening() as told:
        assert browser.touch("up", 0.5, 0.5) == 204
        assert browser.touch("move", 0.5, 0.5) == 204
        assert told.empty()


def test_it_closes_while_somebody_waits(phone: VirtualPhone) -> None:
    window = Window(phone)
    number, _ = window.picture(0)
    answers: list[tuple[int, bytes]] = []
    waiting = threading.Thread(target=lambda: answers.append(window.picture(number)))
    waiting.start()
    window.close()
    window.close()
    waiting.join(20)
    assert answers == [(number, b"")]
    with pytest.raises(OSError, match="refused"):
        Browser(window).ask("GET", "")
