"""Where a model server is, and which keys it may be sent."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from handsight.errors import UsageError

EXAMPLE = "server:http://localhost:8000/v1#Qwen/Qwen2.5-VL-7B-Instruct"
KEYS = {"openai.com": "OPENAI_API_KEY", "aliyuncs.com": "DASHSCOPE_API_KEY"}


def parse_server(words: str) -> tuple[str, str]:
    """Split `server:URL#NAME` into URL and name. A URL without a path gets `/v1`, where such servers answer."""
    url, _, name = words.removeprefix("server:").partition("#")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"a server is written as {EXAMPLE}, not as {words!r}")
    if parts.path in ("", "/"):
        parts = parts._replace(path="/v1")
    return parts.geturl().rstrip("/"), name


def key_variables(base_url: str) -> list[str]:
    """The environment variables that may hold a key for the host, the first that is set being taken."""
    host = urlsplit(base_url).hostname or ""
    known = [variable for domain, variable in KEYS.items() if host == domain or host.endswith(f".{domain}")]
    return ["HANDSIGHT_API_KEY", *known]


def is_local(base_url: str) -> bool:
    """Whether the address is this machine's own."""
    host = urlsplit(base_url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
