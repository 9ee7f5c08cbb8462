"""What MCP servers send, as plain JSON, turned into tools and results.

All of it is data: a description or an annotation can make the policy stricter, never laxer.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from hashlib import sha256
from io import BytesIO
from typing import Any

from PIL import Image

from handsight.errors import BadTool, ToolFailed
from handsight.tools.gestures import GESTURES
from handsight.tools.mcp_config import Server
from handsight.tools.registry import Tool, Tools
from handsight.tools.session import session_tools
from handsight.types import Picture, ToolResult

_DESCRIPTION_CHARS = 1000
_NAME_CHARS = 64
_PICTURES = 4
_PIXELS = 40_000_000
_OURS = {tool.name for tool in Tools([*(g for all_of in GESTURES.values() for g in all_of), *session_tools()])}
_OFFERED = ("mobile_use", "computer_use")  # the names under which dialects offer the gestures


def make_tool(server: Server, offered: Mapping[str, Any], function: Callable[..., ToolResult]) -> Tool:
    """Make a tool of one that a server lists. Raises BadTool for a name or a schema that cannot be used."""
    own, said = offered["name"], f"of the MCP server {server.name!r}"
    name = tool_name(server.name, own)
    if name in (*_OURS, *_OFFERED):
        raise BadTool(f"the tool {own!r} {said} would be taken for our {name}; give the server another name")
    about = " ".join(str(offered.get("description") or "").split())
    if len(about) > _DESCRIPTION_CHARS:
        about = f"{about[:_DESCRIPTION_CHARS]} ..."
    about = f"A tool of the server {server.name}" + (f", which says of it: {about}" if about else ".")
    try:
        return Tool(name, about, offered["inputSchema"], function, risky=_is_risky(server, offered))
    except BadTool as problem:
        out = json.dumps({"disabledTools": [own]}, ensure_ascii=False)
        raise BadTool(f"a tool {said} cannot be used: {problem}; to leave it out, add {out} to the server") from problem


def tool_name(server: str, tool: str) -> str:
    """`server_tool` in letters that a tool's name may have; a long one ends in digits that tell it from others."""
    name = re.sub(r"[^a-zA-Z0-9_]", "_", f"{server}_{tool}")
    if name[0].isdigit():
        name = f"_{name}"
    if len(name) > _NAME_CHARS:
        name = f"{name[: _NAME_CHARS - 9]}_{sha256(name.encode()).hexdigest()[:8]}"
    return name


def _is_risky(server: Server, offered: Mapping[str, Any]) -> bool:
    """Whether it asks first. Only the user's word takes that away, and the server's own can put it back."""
    hints = offered.get("annotations") or {}
    reads_only = hints.get("readOnlyHint") is True
    if server.trust is True:
        return hints.get("destructiveHint") is True and not reads_only
    return not (isinstance(server.trust, frozenset) and offered["name"] in server.trust and reads_only)


def read_result(server: Server, result: Mapping[str, Any]) -> ToolResult:
    """The words and pictures of a result. Raises ToolFailed, in the server's words, for one that is an error.

    JSON beside the words says the same again, and counts only where there are none.
    """
    parts = result.get("content") or []
    images = [part for part in parts if part.get("type") == "image"]
    texts = [_words(part) for part in parts if part.get("type") != "image"]
    if not texts and (plain := result.get("structuredContent")) is not None:
        texts.append(json.dumps(plain, ensure_ascii=False))
    if len(images) > _PICTURES:
        texts.append(f"[{len(images) - _PICTURES} more pictures were left out]")
    text = "\n".join(texts)
    if result.get("isError"):
        raise ToolFailed(f"{server.name}: {text or 'it failed without a word'}")
    pictures = tuple(_picture(image) for image in images[:_PICTURES])
    return ToolResult(text or ("" if pictures else "Done."), pictures)


def _words(part: Mapping[str, Any]) -> str:
    kind = part.get("type")
    if kind == "text":
        return str(part["text"])
    if kind == "resource" and "text" in part["resource"]:
        return str(part["resource"]["text"])
    if kind == "resource_link":
        return f"[{part['name']}: {part['uri']}]"
    return f"[{kind}, left out]"


def _picture(part: Mapping[str, Any]) -> Picture:
    try:
        image = Image.open(BytesIO(b64decode(part["data"], validate=True)))
        if image.width * image.height > _PIXELS:
            raise ToolFailed(f"the answer holds a picture of {image.width}x{image.height}, which is too large")
        return Picture(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise ToolFailed("the answer holds a picture that cannot be read") from problem
