"""The schemas of an OpenAPI document as plain JSON schemas: references written out, the words of 3.0 in today's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from handsight.errors import BadTool

Schema = dict[str, Any]

_AS_IT_IS = (
    *("type", "enum", "const", "format", "pattern", "description", "default", "required", "additionalProperties"),
    *("minimum", "maximum", "multipleOf", "minLength", "maxLength"),
    *("minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
)
_ONE = ("items", "not", "additionalProperties")
_SEVERAL = ("anyOf", "oneOf", "allOf", "prefixItems")
_OBJECT = {"type", "properties", "required", "description", "additionalProperties", "default"}
_MOST_PARTS = 5_000


def part(node: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The object under `key`, empty where there is none. Raises BadTool for anything else."""
    found = node.get(key, {})
    if isinstance(found, Mapping):
        return found
    raise BadTool(f"{key} is an object, and this is {str(found)[:80]!r}")


def parts(node: Mapping[str, Any], key: str) -> list[Any]:
    """The list under `key`, empty where there is none. Raises BadTool for anything else."""
    found = node.get(key, [])
    if isinstance(found, list):
        return found
    raise BadTool(f"{key} is a list, and this is {str(found)[:80]!r}")


def words(node: Mapping[str, Any], key: str) -> str:
    """The text under `key`, empty where there is none. Raises BadTool for anything else."""
    found = node.get(key, "")
    if isinstance(found, str):
        return found
    raise BadTool(f"{key} is a text, and this is {str(found)[:80]!r}")


class References:
    """Follows what a document refers to within itself, and nowhere else."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._parts = 0

    def follow(self, node: Any) -> Mapping[str, Any]:
        """The object that stands here, or the one that is referred to. Raises BadTool."""
        seen: list[str] = []
        while isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
            reference = node["$ref"]
            if reference in seen:
                raise BadTool(f"{reference} refers to itself")
            seen.append(reference)
            node = self._at(reference)
        if not isinstance(node, Mapping):
            raise BadTool(f"an object is expected, and this is {str(node)[:80]!r}")
        return node

    def schema(self, node: Any, inside: tuple[str, ...] = (), *, closed: bool = True) -> Any:
        """A schema by itself; no object in it takes what it does not name, where the document leaves that open."""
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise BadTool("the schemas are too large to be written out")
        if isinstance(node, bool):
            return node
        if isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
            reference = node["$ref"]
            if reference in inside:
                raise BadTool(f"{reference} contains itself")
            said = {key: node[key] for key in ("description", "default") if key in node}
            found = self.schema(self._at(reference), (*inside, reference), closed=closed)
            return found if isinstance(found, bool) else found | said
        if not isinstance(node, Mapping):
            raise BadTool(f"a schema is an object, and this is {str(node)[:80]!r}")
        made: Schema = {key: value for key, value in node.items() if key in _AS_IT_IS}
        for key in _ONE:
            if isinstance(node.get(key), (Mapping, bool)):
                made[key] = self.schema(node[key], inside)
        for key in _SEVERAL:
            if isinstance(node.get(key), list):
                alone = key == "prefixItems" or (key != "allOf" and closed and "properties" not in node)
                made[key] = [self.schema(each, inside, closed=alone) for each in node[key]]
        if isinstance(node.get("properties"), Mapping):
            self._properties(node["properties"], made, inside)
        _limits(node, made)
        made = _merged(made)
        is_open = "patternProperties" in node or made.keys() & {"anyOf", "oneOf", "allOf"}
        if closed and "properties" in made and not is_open:
            made.setdefault("additionalProperties", False)
        return _nullable(made) if node.get("nullable") is True else made

    def _properties(self, properties: Mapping[str, Any], made: Schema, inside: tuple[str, ...]) -> None:
        asked = {name: each for name, each in properties.items() if not self._is_answer_only(each)}
        made["properties"] = {name: self.schema(each, inside) for name, each in asked.items()}
        if isinstance(made.get("required"), list):
            hidden = properties.keys() - asked.keys()
            made["required"] = [name for name in made["required"] if not isinstance(name, str) or name not in hidden]

    def _is_answer_only(self, schema: Any) -> bool:
        return isinstance(schema, Mapping) and self.follow(schema).get("readOnly") is True

    def _at(self, reference: str) -> Any:
        if not reference.startswith("#/"):
            raise BadTool(f"it refers to {reference}; only what stands in the document itself is looked up")
        node: Any = self.document
        for step in reference.removeprefix("#/").split("/"):
            name = unquote(step).replace("~1", "/").replace("~0", "~")
            node = node.get(name) if isinstance(node, Mapping) else None
        if node is None:
            raise BadTool(f"it refers to {reference}, which is not in the document")
        return node


def _limits(node: Mapping[str, Any], made: Schema) -> None:
    """In 3.0 an exclusive limit is a flag beside the limit; since 3.1 it is the limit."""
    for flag, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if node.get(flag) is True and limit in made:
            made[flag] = made.pop(limit)
        elif flag in node and not isinstance(node[flag], bool):
            made[flag] = node[flag]


def _nullable(made: Schema) -> Schema:
    if not isinstance(made.get("type"), str):
        return {"anyOf": [made, {"type": "null"}]}
    values = {"enum": [*made["enum"], None]} if "enum" in made and None not in made["enum"] else {}
    return made | {"type": [made["type"], "null"]} | values


def _merged(made: Schema) -> Schema:
    """One object of those that a value must be all at once, where they are nothing but objects with properties."""
    several = made.get("allOf", [])
    if any(isinstance(one, bool) for one in several):
        return made
    if len(several) == 1 and made.keys() <= {"allOf", "description", "default"}:
        return {**several[0], **{key: value for key, value in made.items() if key != "allOf"}}
    own = {key: value for key, value in made.items() if key != "allOf"}
    every = (*several, own)
    if not several or not all(each.keys() <= _OBJECT and each.get("type", "object") == "object" for each in every):
        return made
    one: Schema = {"type": "object", "properties": {}, "required": []}
    for each in every:
        one["properties"] |= each.get("properties", {})
        one["required"] += [name for name in each.get("required", []) if name not in one["required"]]
        one |= {key: each[key] for key in ("description", "default", "additionalProperties") if key in each}
    return one
