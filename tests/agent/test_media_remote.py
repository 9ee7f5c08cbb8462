"""Files from the web, by a real server on loopback, which nothing is fetched from unless that is allowed."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import pytest
from PIL import Image

from handsight.errors import BadMedia
from handsight.media import Remote, open_picture
from handsight.media.remote import fetch, is_public, shown

HERE = Remote(allow_private=True, timeout_s=10)
Answer = Callable[[BaseHTTPRequestHandler], None]


def png() -> bytes:
    file = BytesIO()
    Image.effect_noise((64, 64), 90).save(file, "PNG")
    return file.getvalue()


PNG = png()


class Site:
    """Answers each path as the test says, and keeps what was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.over = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def port(self) -> int:
        return self._http.server_port

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def has(self, path: str, data: bytes = PNG, status: int = 200, length: int | None = None, **headers: str) -> str:
        """Serve bytes at a path and give its address; `length` is what the server claims."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            for name, value in headers.items():
                request.send_header(name.replace("_", "-"), value)
            request.send_header("content-length", str(len(data) if length is None else length))
            request.end_headers()
            request.wfile.write(data)

        self.pages[path] = answer
        return self.url(path)

    def leads(self, path: str, to: str, status: int = 302) -> str:
        return self.has(path, b"", status, location=to)

    def close(self) -> None:
        self.over.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def _handler(site) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                try:
                    site.pages[self.path](self)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True  # the other side has heard enough

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


def fetched(url: str, remote: Remote = HERE) -> bytes:
    file = BytesIO()
    fetch(url, file, remote)
    return file.getvalue()


def refusal(url: str, remote: Remote = HERE) -> str:
    with pytest.raises(BadMedia) as caught:
        fetched(url, remote)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# Fetched


def test_a_picture_comes_over_whatever_the_server_calls_it(site: Site) -> None:
    url = site.has("/a.txt", content_type="text/html; charset=utf-8")
    assert open_picture(url, remote=HERE).size == (64, 64)


def test_what_is_no_picture_is_told_by_its_bytes(site: Site) -> None:
    url = site.has("/a.png", b"<!doctype html><p>Please log in", content_type="image/png")
    with pytest.raises(BadMedia, match=rf"{url} is not a picture .*a web page"):
        open_picture(url, remote=HERE)


def test_redirects_are_followed_and_relative_ones_understood(site: Site) -> None:
    site.has("/deep/c.png")
    site.leads("/deep/b", "c.png", 307)
    assert fetched(site.leads("/a", "/deep/b")) == PNG
    assert [path for path, _ in site.asked] == ["/a", "/deep/b", "/deep/c.png"]


def test_the_host_is_named_and_nothing_else_is_told(site: Site) -> None:
    site.has("/a.png?size=2")
    fetched(site.url("/a.png?size=2#part", host="localhost"))
    path, headers = site.asked[0]
    assert path == "/a.png?size=2"
    assert headers["host"] == f"localhost:{site.port}"
    assert headers["accept-encoding"] == "identity"
    assert "cookie" not in headers
    assert "authorization" not in headers


def test_a_proxy_is_not_asked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetched(site.has("/a.png")) == PNG


def test_of_several_addresses_the_next_is_tried(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    url = site.has("/a.png").replace("127.0.0.1", "pictures.example")
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, site.port)) for ip in ("127.0.0.2", "127.0.0.1")]
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *_, **__: found if host == "pictures.example" else REAL(host, *_, **__)
    )
    assert fetched(url) == PNG


REAL = socket.getaddrinfo


# Where from


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0.0.0.0"])
def test_this_computer_is_not_asked_unless_that_is_allowed(site: Site, host: str) -> None:
    site.has("/a.png")
    assert "of this computer or its network" in refusal(site.url("/a.png", host), Remote())
    assert not site.asked


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/",
        "http://192.168.1.1/a.png",
        "http://172.16.9.9/",
        "http://100.64.0.1/",
        "http://[::1]/",
        "http://[fc00::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://224.0.0.1/",
    ],
)
def test_no_address_of_a_private_network_is_asked(url: str) -> None:
    assert "nothing is fetched from there unless --allow-private, or Remote(allow_private=True), says so" in refusal(
        url, Remote()
    )


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_the_open_internet_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_a_redirect_to_this_computer_is_not_followed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first host is taken for a public one, as none can be reached here; the second is looked at like any."""
    import handsight.media.remote as remote

    monkeypatch.setattr(remote, "is_public", lambda address: str(address) == "127.0.0.1")
    site.has("/secret.png")
    url = site.leads("/a", site.url("/secret.png", "127.0.0.2"))
    assert "127.0.0.2 is an address of this computer" in refusal(url, Remote())
    assert [path for path, _ in site.asked] == ["/a"]


def test_a_name_that_changes_its_mind_gains_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the name is looked up once, and the connection goes to what was checked."""
    looked: list[str] = []

    def lookup(host: str, port: int, *_: object, **__: object) -> list[object]:
        if host == "rebind.example":
            looked.append(host)
            ip = "127.0.0.1" if len(looked) == 1 else "127.0.0.2"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]
        return list(REAL(host, port, *_, **__))  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    site.has("/a.png")
    assert fetched(site.url("/a.png", "rebind.example")) == PNG
    assert looked == ["rebind.example"]


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]"])
def test_a_link_local_address_is_never_asked_whatever_is_allowed(host: str) -> None:
    assert "nothing is ever fetched from there" in refusal(f"http://{host}/latest", Remote(allow_private=True))


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    assert "(10.0.0.1)" in refusal("http://mixed.example/", Remote())


# Limits


def test_what_says_that_it_is_too_large_is_not_begun(site: Site) -> None:
    url = site.has("/a.png", b"", length=10**9)
    assert "larger than the 1,000,000 bytes" in refusal(url, Remote(max_bytes=10**6, allow_private=True))


def test_what_turns_out_too_large_is_dropped(site: Site) -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while not site.over.is_set():
            request.wfile.write(bytes(65536))

    site.pages["/a"] = endless
    assert "larger than the 1,000,000 bytes" in refusal(site.url("/a"), Remote(max_bytes=10**6, allow_private=True))


def test_a_drip_ends_with_the_time_that_it_has(site: Site) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while not site.over.wait(0.02):
            request.wfile.write(b"x")

    site.pages["/a"] = drip
    assert "was not here within 0.3 s" in refusal(site.url("/a"), Remote(timeout_s=0.3, allow_private=True))


def test_silence_ends_as_well(site: Site) -> None:
    site.pages["/a"] = lambda _: site.over.wait() and None
    assert "went silent for 0.2 s" in refusal(site.url("/a"), Remote(timeout_s=0.2, allow_private=True))


def test_a_circle_is_left(site: Site) -> None:
    site.leads("/a", "/b")
    site.leads("/b", "/a")
    assert "more than 5 redirects" in refusal(site.url("/a"))
    assert len(site.asked) == 6


def test_a_cut_download_is_never_used(site: Site) -> None:
    url = site.has("/a.png", PNG[:-50], length=len(PNG))
    assert "was cut off" in refusal(url)
    with pytest.raises(BadMedia, match="was cut off"):
        open_picture(url, remote=HERE)


def test_a_broken_connection_is_never_used(site: Site) -> None:
    def breaks(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("content-length", "100000")
        request.end_headers()
        request.wfile.write(PNG)
        request.wfile.flush()
        request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.connection.close()

    site.pages["/a"] = breaks
    assert refusal(site.url("/a")).startswith(("the download of", "http://127.0.0.1"))


def test_what_unpacks_itself_is_not_unpacked(site: Site) -> None:
    url = site.has("/a.png", gzip.compress(bytes(10**7)), content_encoding="gzip")
    assert "compressed though that was not asked for" in refusal(url)


# Refused


@pytest.mark.parametrize(
    ("status", "words"), [(404, "404 Not Found"), (500, "500 Internal"), (401, "401"), (204, "204")]
)
def test_an_answer_that_is_no_file_is_no_file(site: Site, status: int, words: str) -> None:
    assert words in refusal(site.has("/a", status=status))


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://example.com/a", "data:,x", "http://a:99999/", "http://[/"])
def test_a_redirect_leads_to_the_web_alone(site: Site, to: str) -> None:
    words = refusal(site.leads("/a", to))
    assert "http or https address" in words or "cannot be fetched" in words


def test_an_unknown_host_and_a_closed_port_are_said() -> None:
    assert "there is no host called nowhere.invalid" in refusal("http://nowhere.invalid/a.png")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert "cannot be fetched" in refusal(f"http://127.0.0.1:{port}/a.png")


def test_a_server_that_speaks_no_tls_is_said(site: Site) -> None:
    assert "cannot be fetched" in refusal(f"https://127.0.0.1:{site.port}/a.png")


def test_passwords_and_keys_in_an_address_are_not_repeated(site: Site) -> None:
    url = site.url("/a?key=s3cret").replace("http://", "http://me:hush@")
    site.has("/a?key=s3cret", status=404)
    words = refusal(url)
    assert "s3cret" not in words
    assert "hush" not in words
    assert shown("https://me:hush@example.com/a?key=1#x") == "https://example.com/a"
