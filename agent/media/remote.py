"""Files from the web, within limits of size and time, and never from this machine or its network unless allowed.

Of each address, those of its redirects included, the host's name is looked up here, what it resolves to is checked, and
the connection is made to the checked number itself: a name that resolves to something else a moment later (DNS
rebinding) gains nothing. Certificates are checked against the name all the same. For this no proxy is used.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import SplitResult, urljoin, urlsplit

from handsight.errors import BadMedia

if TYPE_CHECKING:
    import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_IDLE_S = 15.0


@dataclass(frozen=True)
class Remote:
    """What may be fetched: bytes at most, seconds for all of it, redirects, addresses that are not public."""

    max_bytes: int = 256 << 20
    timeout_s: float = 120.0
    max_redirects: int = 5
    allow_private: bool = False


def fetch(url: str, into: BinaryIO, remote: Remote) -> None:
    """Write what stands at `url` into a file; when it raises BadMedia, what has been written is worth nothing."""
    ends = time.monotonic() + remote.timeout_s
    at = url
    for _ in range(remote.max_redirects + 1):
        if time.monotonic() > ends:
            raise BadMedia(f"{shown(url)} was not here within {remote.timeout_s:g} s")
        with _asked(at, remote, ends) as answer:
            if answer.is_redirect:
                at = _next(at, answer.headers["location"])
                continue
            if answer.status_code != 200:
                raise BadMedia(f"{shown(at)} answers with {answer.status_code} {answer.reason_phrase}".rstrip())
            _keep(answer, into, shown(at), remote, ends)
            return
    raise BadMedia(f"{shown(url)} leads on and on: more than {remote.max_redirects} redirects")


def shown(url: str) -> str:
    """An address as it may be shown: without a password, and without the query, where keys travel."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet, looking into the IPv4 address that an IPv6 one may carry."""
    inner = _inner(address)
    return inner.is_global and not inner.is_multicast


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 one carries, else the address itself."""
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address


@contextmanager
def _asked(url: str, remote: Remote, ends: float) -> Iterator[httpx.Response]:
    """The answer to a GET. Here, and nowhere else, what httpx raises becomes ours."""
    import httpx

    parts = _parts(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    addresses = _addresses(host, port, remote)
    name = f"[{host}]" if ":" in host else host
    headers = {"host": name if parts.port is None else f"{name}:{port}", "accept-encoding": "identity"}
    extensions = {"sni_hostname": host}
    try:
        tls = parts.scheme == "https"  # the certificates of the world take longer to read than most pictures
        with httpx.Client(trust_env=False, verify=tls, timeout=min(_IDLE_S, remote.timeout_s)) as client:
            for address in addresses:
                number = f"[{address}]" if address.version == 6 else str(address)
                target = parts._replace(netloc=f"{number}:{port}", fragment="").geturl()
                request = client.build_request("GET", target, headers=headers, extensions=extensions)
                try:
                    answer = client.send(request, stream=True)
                except (httpx.ConnectError, httpx.ConnectTimeout):
                    if address == addresses[-1] or time.monotonic() > ends:
                        raise
                    continue
                try:
                    yield answer
                finally:
                    answer.close()
                return
    except httpx.TimeoutException as problem:
        raise BadMedia(f"{shown(url)} went silent for {min(_IDLE_S, remote.timeout_s):g} s") from problem
    except httpx.RemoteProtocolError as problem:
        raise BadMedia(f"the download of {shown(url)} was cut off: {problem}; try it again") from problem
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise BadMedia(f"{shown(url)} cannot be fetched: {problem}") from problem


def _keep(answer: httpx.Response, into: BinaryIO, name: str, remote: Remote, ends: float) -> None:
    too_big = f"{name} is larger than the {remote.max_bytes:,} bytes that may be fetched"
    claimed = answer.headers.get("content-length", "")
    if claimed.isdecimal() and int(claimed) > remote.max_bytes:
        raise BadMedia(too_big)
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise BadMedia(f"{name} comes compressed though that was not asked for")
    came = 0
    for piece in answer.iter_raw():
        came += len(piece)
        if came > remote.max_bytes:
            raise BadMedia(too_big)
        if time.monotonic() > ends:
            raise BadMedia(f"{name} was not here within {remote.timeout_s:g} s ({came:,} bytes were)")
        into.write(piece)


def _next(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as problem:
        raise BadMedia(f"{shown(url)} leads to what is no http or https address: {location[:200]}") from problem


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        usable = False
    if not usable:
        raise BadMedia(f"a file is fetched from an http or https address, and this is none: {url[:200]}")
    return parts


def _addresses(host: str, port: int, remote: Remote) -> list[Address]:
    """All addresses of a host, each of them allowed. Raises BadMedia."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise BadMedia(f"there is no host called {host}, or it cannot be looked up now") from problem
    addresses = list(dict.fromkeys(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))
    if any(_inner(address).is_link_local for address in addresses):  # where a cloud keeps the secrets of its machines
        raise BadMedia(f"{host} is a link-local address ({addresses[0]}), and nothing is ever fetched from there")
    private = [str(address) for address in addresses if not is_public(address)]
    if private and not remote.allow_private:
        raise BadMedia(
            f"{host} is an address of this computer or its network ({private[0]}), "
            "and nothing is fetched from there unless --allow-private, or Remote(allow_private=True), says so"
        )
    return addresses
