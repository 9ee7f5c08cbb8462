"""Tools from dictionaries: the operations of an OpenAPI document, or one JSON schema with a function behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from handsight.errors import BadTool
from handsight.tools.form import Form, shortened
from handsight.tools.operation import Operation
from handsight.tools.references import References, part, parts, words
from handsight.tools.registry import Tool
from handsight.tools.schema import Signature, injected_into

if TYPE_CHECKING:
    import httpx

_METHODS = ("get", "head", "post", "put", "patch", "delete")
_HARMLESS = ("get", "head")
_FEW = 5


def tool_from_schema(
    schema: Mapping[str, Any], function: Callable[..., Any], *, risky: bool = False, timeout_s: float | None = None
) -> Tool:
    """Make a tool from a function and its description as a dictionary, in the form that chat services take.

    That is `name`, `description` and `parameters` (or `input_schema`, `inputSchema`), alone or under "function". The
    function, plain or async, gets its arguments by name as plain JSON, and `screen: Screen` and `device: Device` where
    it asks for them. What the schema does not name is refused, unless it says "additionalProperties". Raises BadTool.
    """
    inner = schema.get("function", schema)
    if not isinstance(inner, Mapping):
        raise BadTool(f"a function is described by a dictionary with 'name' and 'parameters'; this is {inner!r}")
    name, description = inner.get("name", ""), inner.get("description", "")
    given = [inner[key] for key in ("parameters", "input_schema", "inputSchema") if key in inner]
    parameters = given[0] if given else {"type": "object", "properties": {}}
    if isinstance(parameters, Mapping):
        parameters = {"additionalProperties": False, **parameters}
    made = Tool(name, description, parameters, function, risky, timeout_s=timeout_s)  # it holds the schema to its form
    signature = Signature(description, parameters, {}, injected_into(function))
    return Tool(name, description, parameters, function, risky, signature, timeout_s) if signature.injected else made


def tools_from_openapi(
    document: Mapping[str, Any] | Path | str,
    *,
    base_url: str | None = None,
    only: Iterable[str] | None = None,
    allow: Iterable[str] = (),
    headers: Mapping[str, str] | None = None,
    fixed: Mapping[str, Any] | None = None,
    client: httpx.Client | None = None,
    timeout_s: float = 30.0,
    max_bytes: int = 1 << 20,
) -> list[Tool]:
    """Make a tool of each operation in an OpenAPI 3.0 or 3.1 document: a dictionary, or a file in JSON or YAML.

    Requests go to the first server that the document names, or to `base_url`, and nowhere else. `only` picks operations
    by their operationId. All but GET and HEAD ask first, besides those in `allow`. `headers` (a key, say) are sent
    along, and `fixed` are arguments that you give: the model sees neither. An answer of 400 and above, one that takes
    longer than `timeout_s` or has more than `max_bytes`, is told to the model as the tool's failure. Raises BadTool.
    """
    found = document if isinstance(document, Mapping) else _loaded(Path(document))
    version = str(found.get("openapi", found.get("swagger", "none")))
    if not version.startswith("3."):
        raise BadTool(f"an OpenAPI document of version 3 is expected; the version of this one is {version}")
    described = list(_operations(References(found), found))
    names = [_name(words(operation, "operationId") or f"{method}{path}") for path, method, _, operation in described]
    picked = names if only is None else list(only)
    allowed, fixed, headers = list(allow), fixed or {}, headers or {}
    if wrong := next((name for name, value in headers.items() if not f"{name}{value}".isascii()), None):
        raise BadTool(f"a header holds ASCII alone, and {wrong!r} does not")
    _refuse_unknown({"only": picked, "allow": allowed}, names)
    tools, taken = list[Tool](), set[str]()
    for name, (path, method, item, operation) in zip(names, described, strict=True):
        if name not in picked:
            continue
        try:
            form = Form(References(found), path, [item, operation], headers, fixed)
            server = _server(base_url, [operation, item, found])
            ask = Operation(
                name,
                method.upper(),
                server,
                path,
                form.places,
                form.body,
                headers,
                form.fixed,
                client,
                timeout_s,
                max_bytes,
            )
            risky = method not in _HARMLESS and name not in allowed
            said = ". ".join(filter(None, (words(operation, "summary"), words(operation, "description"))))
            tools.append(Tool(name, shortened(said), form.parameters, ask, risky, timeout_s=timeout_s))
            taken |= form.fixed.keys()
        except BadTool as problem:
            aside = "; to do without it, pick the operations that you want by name" if only is None else ""
            raise BadTool(f"{method.upper()} {path}: {problem}{aside}") from problem
    if not tools:
        raise BadTool("the document describes no operation")
    if unknown := fixed.keys() - taken:
        raise BadTool(f"fixed gives {', '.join(sorted(unknown))}, which no operation takes")
    return tools


def is_document(word: str) -> bool:
    """Whether a word on the command line names a document: "api.json", or "api.yaml#one,other" for two operations."""
    return word.partition("#")[0].endswith((".json", ".yaml", ".yml"))


def read_document(word: str) -> list[Tool]:
    """The tools of a document that is named on the command line. Raises BadTool, naming the file."""
    path, _, only = word.partition("#")
    document = _loaded(Path(path))
    try:
        return tools_from_openapi(document, only=only.split(",") if only else None)
    except BadTool as problem:
        raise BadTool(f"{path}: {problem}") from problem


def _loaded(path: Path) -> Mapping[str, Any]:
    try:
        text = path.read_text("utf-8")
        document = json.loads(text) if path.suffix == ".json" else _yaml(text)
    except (OSError, ValueError) as problem:
        raise BadTool(f"{path} cannot be read as an OpenAPI document: {' '.join(str(problem).split())}") from problem
    if not isinstance(document, Mapping):
        raise BadTool(f"{path} holds no OpenAPI document: an object is expected")
    return document


def _yaml(text: str) -> Any:
    try:
        import yaml
    except ImportError as problem:
        raise BadTool(
            "reading YAML needs one more package: pip install pyyaml, or give the document as JSON"
        ) from problem
    try:
        return json.loads(json.dumps(yaml.safe_load(text), default=str))  # YAML has keys and dates that JSON has not
    except (yaml.YAMLError, TypeError) as problem:
        raise ValueError(problem) from problem


def _operations(
    references: References, document: Mapping[str, Any]
) -> Iterator[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]]:
    """Path, method, what the path's operations share, and the operation, in the order of the document."""
    for path, shared in references.follow(document.get("paths", {})).items():
        item = references.follow(shared)
        for method in filter(item.__contains__, _METHODS):
            if not re.fullmatch(r"/[^?#\s\\]*", path):
                raise BadTool(f"a path begins with / and has no query, and this one is {path!r}")
            yield path, method, item, references.follow(item[method])


def _name(said: str) -> str:
    """A name that models can call."""
    return re.sub(r"\W+", "_", said, flags=re.ASCII).strip("_")[:64]


def _refuse_unknown(picks: Mapping[str, list[str]], names: list[str]) -> None:
    for word, picked in picks.items():
        if unknown := next((name for name in picked if name not in names), None):
            near = get_close_matches(unknown, names, n=_FEW) or names[:_FEW]
            raise BadTool(
                f"{word} names {unknown!r}, which is none of the {len(names)} operations; {' or '.join(near)}?"
            )
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise BadTool(f"two operations are called {twice!r}; give each an operationId of its own")


def _server(base_url: str | None, described: list[Mapping[str, Any]]) -> str:
    """Where requests go: the address without a slash at its end."""
    first: Any = next((each[0] for each in (parts(one, "servers") for one in described) if each), {})
    server: Mapping[str, Any] = first if isinstance(first, Mapping) and base_url is None else {"url": base_url or ""}
    url = words(server, "url")
    for name in part(server, "variables"):
        url = url.replace("{" + name + "}", words(part(part(server, "variables"), name), "default"))
    try:
        split = urlsplit(url)
        whole = split.scheme in ("http", "https") and bool(split.hostname) and split.port != 0
        whole = whole and not split.query and not split.fragment
    except ValueError:  # a port that is no number, a bracket that is not closed
        whole = False
    if not whole:
        raise BadTool(f"the server's address begins with http:// or https://, and {url!r} does not; give base_url=")
    return url.rstrip("/")
