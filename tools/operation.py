"""One operation of a web service as a call: its request, built from checked arguments, and its answer, within limits.

The model fills in values and nothing else. Scheme, host and path are the document's; a value in the path is quoted and
stays one segment of it; no redirect is followed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from handsight.errors import BadCall, ToolFailed

if TYPE_CHECKING:
    import httpx

FORM = "application/x-www-form-urlencoded"
_SHOWN = 500


@dataclass(frozen=True)
class Parameter:
    """A value's place: `where` is path, query or header, `name` the service's own, `joined` what parts a list."""

    where: str
    name: str
    joined: str | None = None


@dataclass(frozen=True)
class Operation:
    """What is asked of whom: a function that a tool stands on.

    `parameters` goes by the names of the arguments; `body` is the content type of the argument of that name. `fixed`
    are arguments, and `headers` headers, that the user gave.
    """

    name: str
    method: str
    server: str
    path: str
    parameters: Mapping[str, Parameter]
    body: str
    headers: Mapping[str, str] = field(repr=False)  # keys travel here
    fixed: Mapping[str, Any] = field(repr=False)
    client: httpx.Client | None = field(default=None, repr=False)
    timeout_s: float = 30.0
    max_bytes: int = 1 << 20

    def __call__(self, /, **arguments: Any) -> str:
        """Ask, and give the answer's text. Raises BadCall for a value that has no place, ToolFailed for a refusal."""
        import httpx

        given = {**self.fixed, **arguments}
        url, headers, content = self._url(given), self._headers(given), self._content(given)
        ends = time.monotonic() + self.timeout_s
        try:
            with ExitStack() as opened:
                tls = url.startswith("https:")  # the certificates of the world take long to read
                client = self.client or opened.enter_context(httpx.Client(timeout=self.timeout_s, verify=tls))
                request = client.build_request(self.method, url, headers=headers, content=content)
                answer = client.send(request, stream=True, follow_redirects=False)
                opened.callback(answer.close)
                return self._told(answer, self._read(answer, ends))
        except httpx.TimeoutException as problem:
            raise ToolFailed(f"{self.name}: no answer within {self.timeout_s:g} s") from problem
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise ToolFailed(f"{self.name}: the service cannot be reached: {problem}") from problem

    def _url(self, given: Mapping[str, Any]) -> str:
        path = self.path
        for name, place in self._placed("path", given):
            path = path.replace("{" + place.name + "}", self._segment(name, given[name]))
        if "{" in path:
            raise BadCall(f"{self.name}: each part of the path {self.path} is to be filled in")
        if any(part in (".", "..") for part in path.split("/")):
            raise BadCall(f"{self.name}: no part of the path may be '.' or '..'")
        pairs = [pair for name, place in self._placed("query", given) for pair in self._pairs(name, given[name], place)]
        return f"{self.server}{path}{'?' if pairs else ''}{urlencode(pairs, quote_via=quote)}"

    def _segment(self, name: str, value: Any) -> str:
        text = ",".join(self._texts(name, value))
        # A server may undo the quoting before it looks which operation is meant, and find another one.
        if not text or "/" in text or "\\" in text:
            raise BadCall(f"{self.name}: {name} is one part of a path, neither empty nor with a slash in it")
        return quote(text, safe="")

    def _pairs(self, name: str, value: Any, place: Parameter) -> list[tuple[str, str]]:
        texts = self._texts(name, value)
        return [(place.name, text) for text in ([place.joined.join(texts)] if place.joined else texts)]

    def _headers(self, given: Mapping[str, Any]) -> dict[str, str]:
        headers = {"accept": "application/json, text/*;q=0.9", "accept-encoding": "identity"}
        for name, place in self._placed("header", given):
            text = ",".join(self._texts(name, given[name]))
            if not (text.isascii() and text.isprintable()):
                raise BadCall(f"{self.name}: {name} is sent as a header, which holds printable ASCII alone")
            headers[place.name.lower()] = text
        if "body" in given:
            headers["content-type"] = self.body
        return headers | {name.lower(): value for name, value in self.headers.items()}

    def _content(self, given: Mapping[str, Any]) -> bytes | None:
        if "body" not in given:
            return None
        if self.body != FORM:
            return json.dumps(given["body"], ensure_ascii=False).encode()
        fields = given["body"].items()
        return urlencode([(key, text) for key, value in fields for text in self._texts(f"body.{key}", value)]).encode()

    def _placed(self, where: str, given: Mapping[str, Any]) -> Iterator[tuple[str, Parameter]]:
        for name, place in self.parameters.items():
            if place.where == where and given.get(name) is not None:
                yield name, place

    def _texts(self, name: str, value: Any) -> list[str]:
        parts = value if isinstance(value, (list, tuple)) else [value]
        if any(isinstance(part, (dict, list)) for part in parts):
            raise BadCall(f"{self.name}: {name} is a text, a number or a list of them")
        return [part if isinstance(part, str) else json.dumps(part) for part in parts if part is not None]

    def _read(self, answer: httpx.Response, ends: float) -> bytes:
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise ToolFailed(f"{self.name}: the answer comes compressed though that was not asked for")
        came = bytearray()
        for piece in answer.iter_raw():
            came += piece
            if len(came) > self.max_bytes:
                raise ToolFailed(f"{self.name}: the answer is larger than {self.max_bytes:,} bytes")
            if time.monotonic() > ends:
                raise ToolFailed(f"{self.name}: the answer was not here within {self.timeout_s:g} s")
        return bytes(came)

    def _told(self, answer: httpx.Response, content: bytes) -> str:
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        status = f"{answer.status_code} {answer.reason_phrase}".strip()
        is_text = not kind or kind.startswith("text/") or kind.endswith(("json", "xml", "x-www-form-urlencoded"))
        text = content.decode(answer.encoding or "utf-8", "replace").strip() if is_text else ""
        if answer.is_redirect:
            raise ToolFailed(f"{self.name}: {status}: the service points to another address, which is not followed")
        if not answer.is_success:
            said = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
            raise ToolFailed(f"{self.name}: {status}{': ' + said if said else ''}")
        if content and not is_text:
            raise ToolFailed(f"{self.name}: {status}, but the answer is {kind}, and text or JSON was expected")
        return text or f"{status}."
