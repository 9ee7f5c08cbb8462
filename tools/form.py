"""What is to be filled in for one operation of an OpenAPI document, and where in the request each value goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from handsight.errors import BadTool
from handsight.tools.operation import FORM, Parameter
from handsight.tools.references import References, part, parts, words

# What steers a request itself is never the model's to say.
_NEVER = re.compile(
    r"accept(-.*)?|authorization|connection|content-.*|cookie|expect|forwarded|host|keep-alive|proxy-.*|te|trailer|"
    r"transfer-.*|upgrade|x-forwarded-.*|x-http-method.*",
    re.IGNORECASE,
)
_JOINED = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
_MOST_CHARS = 600


def shortened(text: str) -> str:
    """A document's words at a length that a model is given with every prompt."""
    text = " ".join(text.split())
    return text if len(text) <= _MOST_CHARS else f"{text[:_MOST_CHARS]}..."


class Form:
    """`parameters` is the schema of one operation's arguments, `places` where they go, `body` its body's type.

    What `headers` or `fixed` gives is not asked for; `fixed` is the part of it that this operation takes.
    """

    def __init__(
        self,
        references: References,
        path: str,
        described: list[Mapping[str, Any]],
        headers: Mapping[str, str],
        fixed: Mapping[str, Any],
    ) -> None:
        self.places: dict[str, Parameter] = {}
        self.body = ""
        self.fixed: dict[str, Any] = {}
        self._properties: dict[str, Any] = {}
        self._required: list[str] = []
        self._references, self._all_fixed, self._headers = references, fixed, {name.lower() for name in headers}
        each = [references.follow(one) for shared in described for one in parts(shared, "parameters")]
        for parameter in {(words(one, "in"), words(one, "name")): one for one in each}.values():
            self._add(parameter)
        if "requestBody" in described[-1]:
            self._add_body(references.follow(described[-1]["requestBody"]))
        named = set(re.findall(r"\{([^{}]*)\}", path))
        placed = {place.name for place in self.places.values() if place.where == "path"}
        if named != placed:
            raise BadTool(f"the path and its parameters differ in {', '.join(sorted(named ^ placed))}")
        properties: dict[str, Any] = {"type": "object", "properties": self._properties, "required": self._required}
        self.parameters = properties | {"additionalProperties": False}

    def _add(self, parameter: Mapping[str, Any]) -> None:
        where, name = words(parameter, "in"), words(parameter, "name")
        if where not in ("path", "query", "header", "cookie") or not name:
            raise BadTool(f"a parameter has a name and stands in path, query or header; this one is {dict(parameter)}")
        required = where == "path" or parameter.get("required") is True
        if where == "header" and name.lower() in self._headers:
            return  # the user's own is sent
        if where == "cookie" or (where == "header" and _NEVER.fullmatch(name)):
            if required and "cookie" not in self._headers and where == "cookie":
                raise BadTool(f"{name} is a cookie, and no model fills in cookies; send it along in headers")
            return
        style = words(parameter, "style") or ("form" if where == "query" else "simple")
        if "schema" not in parameter or style not in (_JOINED if where == "query" else ("simple",)):
            how = style if "schema" in parameter else "a document of its own"
            raise BadTool(f"{name} is written as {how}, which is not supported")
        joined = None if parameter.get("explode", style == "form") or where != "query" else _JOINED[style]
        argument = (
            re.sub(r"[^\w.-]+", "_", name, flags=re.ASCII).strip("_") or where
        )  # as servers let arguments be called
        while argument == "body" or argument in self.places:
            argument += f"_{where}"
        self.places[argument] = Parameter(where, name, joined)
        self._fill_in(argument, self._references.schema(parameter["schema"]), parameter, required=required)

    def _add_body(self, body: Mapping[str, Any]) -> None:
        content = {kind.partition(";")[0].strip().lower(): one for kind, one in part(body, "content").items()}
        known = [kind for kind in content if kind.endswith(("/json", "+json"))] + [FORM] * (FORM in content)
        if not known:
            raise BadTool(f"its body is {', '.join(content) or 'not described'}; JSON and form fields are supported")
        self.body = known[0]
        schema = self._references.schema(self._references.follow(content[self.body]).get("schema", True))
        if self.body == FORM and (isinstance(schema, bool) or schema.get("type") != "object"):
            raise BadTool("the fields of its form are not described as an object")
        self._fill_in("body", schema, body, required=body.get("required") is True)

    def _fill_in(self, name: str, schema: Any, described: Mapping[str, Any], *, required: bool) -> None:
        if name in self._all_fixed:
            self.fixed[name] = self._all_fixed[name]
            return
        said = shortened(words(described, "description"))
        schema = ({} if schema else {"not": {}}) if isinstance(schema, bool) else schema
        self._properties[name] = schema | ({"description": said} if said else {})
        if required:
            self._required.append(name)
