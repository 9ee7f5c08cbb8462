"""Who may call over HTTP: only programs of this machine that know the token, and no page in a browser."""

from __future__ import annotations

import contextlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import uvicorn

_LINGER_S = 1


def names_of(port: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names under which a port of this machine is called: as hosts, and as origins."""
    hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
    return hosts, tuple(f"http://{host}" for host in hosts)


class Guard:
    """An ASGI application around another: turns away, with the reason, whoever may not call it.

    A page of another site could reach a port of this machine, also under a name of its own choice: Host and Origin
    show that. The answer has the protocol's form, so that a client shows the reason.
    """

    def __init__(self, app: Any, port: int, token: str) -> None:
        self._app = app
        self._hosts, self._origins = names_of(port)
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and (refused := self._refused(scope["headers"])):
            await _turn_away(send, *refused)
        else:
            await self._app(scope, receive, send)

    def _refused(self, headers: list[tuple[bytes, bytes]]) -> tuple[int, str] | None:
        def all_of(name: bytes) -> list[bytes]:
            return [value for key, value in headers if key == name]

        hosts, origins = all_of(b"host"), all_of(b"origin")
        if [host.decode("latin-1") for host in hosts] not in ([host] for host in self._hosts):
            return 403, f"this server is called {' or '.join(self._hosts)}, and the request is for another host"
        if any(origin.decode("latin-1") not in self._origins for origin in origins):
            return 403, "pages of other sites may not call this server"
        given = all_of(b"authorization")
        if len(given) != 1 or not hmac.compare_digest(given[0], self._expected):
            wrong = "the token is wrong" if given else "a token is missing"
            return 401, f"{wrong}: send the one that handsight mcp printed, as 'Authorization: Bearer TOKEN'"
        return None


async def _turn_away(send: Any, status: int, reason: str) -> None:
    error = {"code": -32600, "message": reason}
    body = json.dumps({"jsonrpc": "2.0", "id": None, "error": error}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Listener(uvicorn.Server):
    """Serves an application on sockets until it is told to end; signals are left to the program."""

    def __init__(self, app: Any) -> None:
        how: dict[str, Any] = {"log_level": "critical", "access_log": False, "lifespan": "on", "server_header": False}
        super().__init__(uvicorn.Config(app, timeout_graceful_shutdown=_LINGER_S, **how))

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def end(self) -> None:
        self.should_exit = True
