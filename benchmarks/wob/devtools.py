"""Chromium's DevTools protocol over its socket: as much of it as opens a page and asks it things."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from handsight.errors import DeviceLost, ExtraMissing

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

ANSWERS_S = 30.0
_DIALOG = "Page.javascriptDialogOpening"  # a page with an open dialog answers nothing until it is closed


class Page:
    """One tab of a browser. Everything raises DeviceLost once the browser does not answer any more."""

    def __init__(self, socket: ClientConnection, close: Callable[[], None]) -> None:
        self._socket = socket
        self.close = close
        self._asked = 0
        self._loaded: set[str] = set()
        self.ask("Page.enable")
        self.ask("Page.setLifecycleEventsEnabled", enabled=True)

    @classmethod
    def connect(cls, address: str) -> Page:
        """Connect to a tab by its own address, `ws://127.0.0.1:PORT/devtools/page/ID`."""
        try:
            from websockets.exceptions import WebSocketException
            from websockets.sync.client import connect
        except ImportError as problem:
            raise ExtraMissing("miniwob", "working MiniWoB++ pages") from problem
        opened = ExitStack()
        try:
            way = connect(address, max_size=None, proxy=None, compression=None, open_timeout=ANSWERS_S)
            socket = opened.enter_context(way)
        except (OSError, WebSocketException) as problem:
            raise DeviceLost(f"the browser's tab at {address} cannot be reached: {problem}") from problem
        return cls(socket, opened.close)

    def open(self, url: str) -> None:
        """Go to `url`, until it is loaded."""
        self._loaded.clear()
        answer = self.ask("Page.navigate", url=url)
        if answer.get("errorText"):
            raise DeviceLost(f"the browser cannot open {url}: {answer['errorText']}")
        while answer["loaderId"] not in self._loaded:  # each loading has its own: that of the page before may come late
            self._hear()

    def value(self, expression: str) -> Any:
        """What a JavaScript expression comes to, as JSON has it; a promise is waited for.

        Raises DeviceLost where the expression throws: the page is not what it was taken for.
        """
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            thrown = answer["exceptionDetails"]
            said = thrown.get("exception", {}).get("description", thrown["text"]).splitlines()[0]
            raise DeviceLost(f"the page does not know what was asked of it: {said}")
        return answer["result"].get("value")

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and give its result."""
        number = self._send(method, parameters)
        while True:
            said = self._hear()
            if said.get("id") == number:
                if "error" in said:
                    raise DeviceLost(f"the browser refuses {method}: {said['error']['message']}")
                result: dict[str, Any] = said["result"]
                return result

    def _send(self, method: str, parameters: dict[str, Any]) -> int:
        from websockets.exceptions import WebSocketException

        self._asked += 1
        try:
            self._socket.send(json.dumps({"id": self._asked, "method": method, "params": parameters}))
        except (OSError, WebSocketException) as problem:
            raise DeviceLost(f"the browser is gone: {problem}") from problem
        return self._asked

    def _hear(self) -> dict[str, Any]:
        """The next thing the browser says. What was loaded is noted; a page's dialog is put away."""
        from websockets.exceptions import WebSocketException

        try:
            said: dict[str, Any] = json.loads(self._socket.recv(timeout=ANSWERS_S))
        except TimeoutError as problem:
            raise DeviceLost(f"the browser said nothing for {ANSWERS_S:.0f} s") from problem
        except (OSError, WebSocketException) as problem:
            raise DeviceLost(f"the browser is gone: {problem}") from problem
        if said.get("method") == "Page.lifecycleEvent" and said["params"]["name"] == "load":
            self._loaded.add(said["params"]["loaderId"])
        elif said.get("method") == _DIALOG:
            self._send("Page.handleJavaScriptDialog", {"accept": True})
        return said
