"""The operations of an OpenAPI document become tools, and their calls ask its server for nothing else."""

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.tools.service import Service, serving

from handsight import open_agent, tool_from_schema, tools_from_openapi
from handsight.devices.base import Device
from handsight.errors import BadCall, BadTool, ToolFailed
from handsight.models.scripted import ScriptedModel
from handsight.tools.registry import Tool, Tools
from handsight.types import Screen, ToolCall
from handsight.wiring import load_tools

SCREEN = Screen(Image.new("RGB", (4, 3)))


class Window:
    name = "window"

    def screenshot(self) -> Screen:
        return SCREEN

    def close(self) -> None: ...


def run(tools: Tools, name: str, /, **arguments: Any) -> str:
    call = ToolCall(name, arguments)
    tools.check(call)
    return tools.run(call, Window(), SCREEN).text


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as running:
        yield running


def parameter(name: str, where: str = "path", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": where, "schema": {"type": "string"}, "required": where == "path", **more}


def document(server: str, paths: dict[str, Any], version: str = "3.1.0", **more: Any) -> dict[str, Any]:
    return {"openapi": version, "info": {}, "servers": [{"url": server}], "paths": paths, **more}


PARCELS: dict[str, Any] = {
    "/parcels/{number}": {
        "parameters": [{"$ref": "#/components/parameters/number"}],
        "get": {
            "operationId": "track-parcel",
            "summary": "Say where a parcel is",
            "description": "In the words\n  of the carrier.",
            "parameters": [
                parameter("lang", "query", schema={"type": "string", "enum": ["en", "de"], "default": "en"}),
                parameter("fields", "query", schema={"type": "array", "items": {"type": "string"}}),
                parameter("places", "query", schema={"type": "array", "items": {"type": "integer"}}, explode=False),
                parameter("verbose", "query", schema={"type": "boolean"}),
                parameter("X-Trace", "header", description="any word"),
            ],
        },
        "put": {
            "operationId": "redirect",
            "requestBody": {
                "required": True,
                "content": {"application/json; charset=utf-8": {"schema": {"$ref": "#/components/schemas/Redirect"}}},
            },
        },
    },
    "/stations": {"get": {}},
}
COMPONENTS = {
    "parameters": {"number": parameter("number", description="as on the label")},
    "schemas": {
        "Place": {"type": "object", "properties": {"street": {"type": "string", "example": "x"}}, "title": "Place"},
        "Redirect": {
            "required": ["to", "id"],
            "type": "object",
            "properties": {
                "id": {"type": "integer", "readOnly": True},
                "to": {"$ref": "#/components/schemas/Place", "description": "where to"},
                "day": {"type": "string", "format": "date"},
            },
        },
    },
}


@pytest.fixture
def parcels(service: Service) -> Tools:
    """The tools of a parcel service that runs on the loopback."""
    return Tools(tools_from_openapi(document(f"{service.url}/v1/", PARCELS, components=COMPONENTS)))


# -- what the model is shown


def test_an_operation_is_a_tool_with_one_strict_schema(parcels: Tools) -> None:
    assert [made.name for made in parcels] == ["track_parcel", "redirect", "get_stations"]
    assert parcels["track_parcel"].description == "Say where a parcel is. In the words of the carrier."
    assert parcels["track_parcel"].parameters == {
        "type": "object",
        "properties": {
            "number": {"type": "string", "description": "as on the label"},
            "lang": {"type": "string", "enum": ["en", "de"], "default": "en"},
            "fields": {"type": "array", "items": {"type": "string"}},
            "places": {"type": "array", "items": {"type": "integer"}},
            "verbose": {"type": "boolean"},
            "X-Trace": {"type": "string", "description": "any word"},
        },
        "required": ["number"],
        "additionalProperties": False,
    }
    assert parcels["redirect"].parameters["properties"]["body"] == {
        "type": "object",
        "properties": {
            "to": {
                "type": "object",
                "properties": {"street": {"type": "string"}},
                "additionalProperties": False,
                "description": "where to",
            },
            "day": {"type": "string", "format": "date"},
        },
        "required": ["to"],
        "additionalProperties": False,
    }
    assert parcels["redirect"].parameters["required"] == ["number", "body"]
    assert parcels["get_stations"].parameters["properties"] == {}


def test_what_changes_something_asks_first_unless_it_is_allowed(parcels: Tools, service: Service) -> None:
    assert [made.risky for made in parcels] == [False, True, False]
    described = document(service.url, PARCELS, components=COMPONENTS)
    assert [made.risky for made in tools_from_openapi(described, allow=["redirect"])] == [False] * 3
    with open_agent(Window(), ScriptedModel([]), tools=list(parcels)) as agent:
        assert agent.policy.risky == {"redirect"}


def test_only_the_operations_that_are_picked_are_made(service: Service) -> None:
    paths = PARCELS | {"/odd": {"post": {"operationId": "odd", "requestBody": {"content": {"image/png": {}}}}}}
    described = document(service.url, paths, components=COMPONENTS)
    assert [made.name for made in tools_from_openapi(described, only=["redirect"])] == ["redirect"]
    with pytest.raises(BadTool, match=r"POST /odd: its body is image/png; .*pick the operations that you want by name"):
        tools_from_openapi(described)


# -- what the service is asked


def test_values_go_where_the_document_says(parcels: Tools, service: Service) -> None:
    service.answers["/v1/parcels/A%201%3F%23%25"] = {"at": "Köln"}
    said = run(
        parcels,
        "track_parcel",
        number="A 1?#%",
        lang="de",
        fields=["a&b", "ü c"],
        places=[1, 2],
        verbose=True,
        **{"X-Trace": "t1"},
    )
    assert json.loads(said) == {"at": "Köln"}
    (asked,) = service.asked
    query = "lang=de&fields=a%26b&fields=%C3%BC%20c&places=1%2C2&verbose=true"
    assert (asked.method, asked.path) == ("GET", f"/v1/parcels/A%201%3F%23%25?{query}")
    assert asked.headers["x-trace"] == "t1"
    assert asked.body == b""


def test_a_body_is_sent_as_json(parcels: Tools, service: Service) -> None:
    service.answers["/v1/parcels/7"] = (204, {}, b"")
    assert run(parcels, "redirect", number="7", body={"to": {"street": "Gärten 3"}}) == "204 No Content."
    (asked,) = service.asked
    assert (asked.method, asked.headers["content-type"]) == ("PUT", "application/json")
    assert json.loads(asked.body) == {"to": {"street": "Gärten 3"}}


def test_a_body_may_be_the_fields_of_a_form(service: Service) -> None:
    fields = {"type": "object", "properties": {"q": {"type": "string"}, "n": {"type": "array", "items": {}}}}
    form = {"content": {"application/x-www-form-urlencoded": {"schema": fields}}}
    tools = Tools(tools_from_openapi(document(service.url, {"/s": {"post": {"requestBody": form}}})))
    service.answers["/s"] = "ok"
    assert run(tools, "post_s", body={"q": "a b&c", "n": [1, 2]}) == '"ok"'
    assert run(tools, "post_s") == '"ok"'
    assert [asked.body for asked in service.asked] == [b"q=a+b%26c&n=1&n=2", b""]


@pytest.mark.parametrize("number", ["", ".", "..", "a/b", "../stations", "a\\b", "/"])
def test_a_value_stays_one_part_of_the_path(parcels: Tools, service: Service, number: str) -> None:
    with pytest.raises(BadCall, match="track_parcel: (number is one part of a path|no part of the path may be)"):
        run(parcels, "track_parcel", number=number)
    assert not service.asked


@pytest.mark.parametrize(
    "number", ["@evil.example", "//evil.example"[2:] + ":80", "%2e%2e%2fstations", "?a=b", "#", "ü\n"]
)
def test_nothing_in_a_value_leads_to_another_place(parcels: Tools, service: Service, number: str) -> None:
    with pytest.raises(ToolFailed, match="track_parcel: 404 Not Found: nothing is here"):
        run(parcels, "track_parcel", number=number)
    (asked,) = service.asked
    assert asked.path.startswith("/v1/parcels/")
    assert asked.path.count("/") == 3
    assert "?" not in asked.path
    assert httpx.URL(service.url + asked.path).path == f"/v1/parcels/{number}"


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.text(st.characters(exclude_categories=["Cs"])) | st.text("./\\\\%?#@:;&=+ \n\t2efF"), word=st.text())
def test_whatever_a_model_writes_the_request_is_the_documents(
    parcels: Tools, service: Service, number: str, word: str
) -> None:
    service.asked.clear()
    try:
        run(parcels, "track_parcel", number=number, fields=[word])
    except BadCall:
        assert not service.asked
    except ToolFailed as refused:
        assert "404 Not Found" in str(refused)  # noqa: PT017 - either may come
        (asked,) = service.asked
        path, _, query = asked.path.partition("?")
        *before, last = path.split("/")
        assert (asked.method, before, unquote(last)) == ("GET", ["", "v1", "parcels"], number)
        assert parse_qsl(query, keep_blank_values=True) == [("fields", word)]
        assert asked.headers["host"] == service.url.removeprefix("http://")


def test_two_values_cannot_make_a_step_up_together(service: Service) -> None:
    paths = {"/a/{x}{y}": {"get": {"operationId": "get", "parameters": [parameter("x"), parameter("y")]}}}
    with pytest.raises(BadCall, match=r"no part of the path may be '\.' or '\.\.'"):
        run(Tools(tools_from_openapi(document(service.url, paths))), "get", x=".", y=".")


def test_a_part_of_the_path_that_is_nothing_is_refused(service: Service) -> None:
    number = parameter("x", schema={"type": "string", "nullable": True})
    tools = Tools(tools_from_openapi(document(service.url, {"/a/{x}": {"get": {"parameters": [number]}}})))
    with pytest.raises(BadCall, match=r"each part of the path /a/\{x\} is to be filled in"):
        run(tools, "get_a_x", x=None)


@pytest.mark.parametrize("value", ["a\r\nHost: evil", "ü", "\x00", "a\nb"])
def test_a_value_in_a_header_stays_one_header(parcels: Tools, service: Service, value: str) -> None:
    with pytest.raises(BadCall, match="X-Trace is sent as a header"):
        run(parcels, "track_parcel", number="1", **{"X-Trace": value})
    assert not service.asked


def test_what_steers_the_request_itself_is_not_the_models_to_say(service: Service) -> None:
    names = ["Host", "Authorization", "Content-Type", "accept", "Cookie", "X-Forwarded-Host", "Transfer-Encoding"]
    each = [parameter(name, "header", required=True) for name in names]
    each.append(parameter("session", "cookie"))
    (made,) = tools_from_openapi(document(service.url, {"/a": {"get": {"parameters": each}}}))
    assert made.parameters["properties"] == {}


def test_the_users_headers_and_fixed_arguments_are_sent_and_never_shown(service: Service) -> None:
    each = [
        parameter("appid", "query", required=True),
        parameter("q", "query"),
        parameter("X-Api-Key", "header", required=True),
    ]
    service.answers["/a"] = 1
    tools = tools_from_openapi(
        document(service.url, {"/a": {"get": {"parameters": each}}}),
        headers={"x-api-key": "k-1", "Authorization": "Bearer b-2"},
        fixed={"appid": "f-3"},
    )
    assert list(tools[0].parameters["properties"]) == ["q"]
    assert run(Tools(tools), "get_a", q="x") == "1"
    (asked,) = service.asked
    assert asked.path == "/a?appid=f-3&q=x"
    assert (asked.headers["x-api-key"], asked.headers["authorization"]) == ("k-1", "Bearer b-2")
    assert not any(secret in repr(tools) for secret in ("k-1", "b-2", "f-3"))
    with pytest.raises(BadCall, match="'appid' was unexpected"):
        run(Tools(tools), "get_a", appid="mine")


def test_values_of_one_name_in_two_places_are_told_apart(service: Service) -> None:
    each = [parameter("id"), parameter("id", "query"), parameter("body", "query")]
    each += [parameter(name, "query") for name in ("self", "id_query", "filter[a b]", "日")]
    tools = Tools(tools_from_openapi(document(service.url, {"/a/{id}": {"get": {"parameters": each}}})))
    service.answers["/a/1"] = 1
    run(
        tools, "get_a_id", id="1", id_query="2", body_query="3", self="4", id_query_query="5", filter_a_b="6", query="7"
    )
    assert unquote(service.asked[0].path) == "/a/1?id=2&body=3&self=4&id_query=5&filter[a b]=6&日=7"


def test_a_client_of_the_users_own_is_used_and_stays_open(service: Service) -> None:
    service.answers["/stations"] = []
    with httpx.Client(headers={"x-mine": "yes"}, follow_redirects=True) as client:
        tools = Tools(
            tools_from_openapi(
                document("http://elsewhere.example", PARCELS),
                base_url=service.url,
                only=["get_stations"],
                client=client,
            )
        )
        assert [run(tools, "get_stations") for _ in range(2)] == ["[]", "[]"]
        assert not client.is_closed
    assert [asked.headers["x-mine"] for asked in service.asked] == ["yes", "yes"]


# -- what comes back


def stations(service: Service, **options: Any) -> Tools:
    return Tools(tools_from_openapi(document(service.url, {"/stations": PARCELS["/stations"]}), **options))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"a": "ü"}, '{"a": "\\u00fc"}'),
        ((200, {"content-type": "text/plain; charset=latin-1"}, "ü\n".encode("latin-1")), "ü"),
        ((200, {"content-type": "text/plain; charset=nonsense"}, "ü".encode()), "ü"),
        ((200, {}, b"as it is"), "as it is"),
        ((201, {}, b""), "201 Created."),
        ((200, {"content-type": "application/problem+json"}, b"{}"), "{}"),
    ],
)
def test_an_answer_is_text(service: Service, answer: Any, said: str) -> None:
    service.answers["/stations"] = answer
    assert run(stations(service), "get_stations") == said


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((404, {}, b"no such parcel"), "get_stations: 404 Not Found: no such parcel"),
        (
            (422, {"content-type": "application/json"}, b'{"detail":"bad"}'),
            '422 Unprocessable Entity: {"detail":"bad"}',
        ),
        ((500, {}, b""), "get_stations: 500 Internal Server Error"),
        ((503, {}, b"x" * 2000), "x" * 500 + "..."),
        ((302, {"location": "http://evil.example/"}, b""), "302 Found: the service points to another address"),
        ((200, {"content-type": "image/png"}, b"\x89PNG"), "the answer is image/png, and text or JSON was expected"),
        ((200, {"content-encoding": "gzip"}, gzip.compress(b"0" * 10)), "the answer comes compressed"),
        ((200, {}, b"0" * 2001), "the answer is larger than 2,000 bytes"),
    ],
)
def test_what_the_service_refuses_is_told_to_the_model(service: Service, answer: Any, said: str) -> None:
    service.answers["/stations"] = answer
    with pytest.raises(ToolFailed) as problem:
        run(stations(service, max_bytes=2000), "get_stations")
    assert said in str(problem.value)
    assert len(service.asked) == 1


@pytest.mark.parametrize("pieces", [[None, b"late"], [b"half ", None, b"an answer"]])
def test_a_service_that_goes_silent_is_given_up(service: Service, pieces: list[Any]) -> None:
    service.answers["/stations"] = (200, {}, pieces)
    with pytest.raises(ToolFailed, match="get_stations(: no answer within| took longer than the) 0.2 s"):
        run(stations(service, timeout_s=0.2), "get_stations")


def test_a_service_that_is_not_there_is_a_failure_in_words() -> None:
    with serving() as gone:
        tools = stations(gone)
    with pytest.raises(ToolFailed, match="get_stations: the service cannot be reached: "):
        run(tools, "get_stations")


# -- schemas


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "enum": ["a"], "nullable": True}, {"type": ["string", "null"], "enum": ["a", None]}),
        (
            {"anyOf": [{"type": "string"}], "nullable": True},
            {"anyOf": [{"anyOf": [{"type": "string"}]}, {"type": "null"}]},
        ),
        ({"type": "number", "minimum": 1, "exclusiveMinimum": True}, {"type": "number", "exclusiveMinimum": 1}),
        ({"type": "number", "maximum": 1, "exclusiveMaximum": False}, {"type": "number", "maximum": 1}),
        ({"type": "number", "exclusiveMaximum": 5}, {"type": "number", "exclusiveMaximum": 5}),
        ({"type": "string", "xml": {}, "example": 1, "title": "T", "x-mine": 2}, {"type": "string"}),
        ({"allOf": [{"$ref": "#/components/schemas/Word"}], "default": "b"}, {"type": "string", "default": "b"}),
        (
            {"allOf": [{"$ref": "#/components/schemas/Named"}, {"properties": {"n": {}}, "required": ["n"]}]},
            {
                "type": "object",
                "properties": {"name": {"type": "string"}, "n": {}},
                "required": ["name", "n"],
                "additionalProperties": False,
            },
        ),
        (
            {"allOf": [{"$ref": "#/components/schemas/Named"}, {"minProperties": 1}]},
            {
                "allOf": [
                    {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
                    {"minProperties": 1},
                ]
            },
        ),
        (
            {"oneOf": [{"$ref": "#/components/schemas/Named"}, {"type": "string"}], "discriminator": {}},
            {
                "oneOf": [
                    {
                        "type": "object",
                        "properties": {"name": {"type": "string"}},
                        "required": ["name"],
                        "additionalProperties": False,
                    },
                    {"type": "string"},
                ]
            },
        ),
        (
            {"type": "object", "properties": {"a": True}, "additionalProperties": {"type": "string", "nullable": True}},
            {"type": "object", "properties": {"a": True}, "additionalProperties": {"type": ["string", "null"]}},
        ),
        (
            {"type": "array", "items": {"$ref": "#/components/schemas/a~1b%20c"}},
            {"type": "array", "items": {"const": 1}},
        ),
    ],
)
def test_a_schema_of_the_document_is_written_out_in_todays_words(written: Any, read: Any) -> None:
    schemas = {
        "Word": {"type": "string"},
        "Named": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
        "a/b c": {"const": 1},
    }
    body = {"content": {"application/json": {"schema": written}}}
    paths = {"/a": {"post": {"requestBody": body}}}
    described = document("http://127.0.0.1:9", paths, "3.0.3", components={"schemas": schemas})
    (made,) = tools_from_openapi(described)
    assert made.parameters["properties"]["body"] == read


def chain(length: int) -> dict[str, Any]:
    """Schemas of which each holds the next one twice."""
    refers = [{"$ref": f"#/components/schemas/s{n + 1}"} for n in range(length)]
    schemas: dict[str, Any] = {f"s{n}": {"properties": {"a": r, "b": r}} for n, r in enumerate(refers)}
    return schemas | {f"s{length}": {}}


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"$ref": "https://evil.example/schema.json"}, "only what stands in the document itself is looked up"),
        ({"$ref": "other.json#/a"}, "only what stands in the document itself is looked up"),
        ({"$ref": "#/components/schemas/None"}, "which is not in the document"),
        ({"$ref": "#/components/schemas/Tree"}, "#/components/schemas/Tree contains itself"),
        ({"$ref": "#/components/schemas/s0"}, "too large to be written out"),
        ({"properties": {"a": {"$ref": "#/components/schemas/Loop"}}}, "#/components/schemas/Loop refers to itself"),
        (3, "a schema is an object, and this is '3'"),
        ({"type": "strin"}, "the schema is malformed"),
    ],
)
def test_a_schema_that_cannot_be_written_out_is_refused(schema: Any, says: str) -> None:
    schemas = {
        "Tree": {"properties": {"next": {"$ref": "#/components/schemas/Tree"}}},
        "Loop": {"$ref": "#/components/schemas/Loop"},
        **chain(40),
    }
    paths = {"/a": {"get": {"parameters": [parameter("x", "query", schema=schema)]}}}
    with pytest.raises(BadTool) as problem:
        tools_from_openapi(document("http://127.0.0.1:9", paths, components={"schemas": schemas}))
    assert says in str(problem.value)
    assert str(problem.value).startswith("GET /a: ")


# -- documents that cannot be used


@pytest.mark.parametrize(
    ("changes", "options", "says"),
    [
        ({"openapi": "2.0"}, {}, "version 3 is expected; the version of this one is 2.0"),
        ({"openapi": None}, {}, "the version of this one is None"),
        ({"servers": []}, {}, "begins with http:// or https://, and '' does not; give base_url="),
        ({"servers": [{"url": "/v1"}]}, {}, "'/v1' does not; give base_url="),
        ({"servers": [{"url": "file:///etc"}]}, {}, "'file:///etc' does not"),
        ({}, {"base_url": "http://[::1"}, "'http://[::1' does not"),
        ({}, {"base_url": "http://a.example?x=1"}, "does not"),
        ({"paths": {}}, {}, "the document describes no operation"),
        ({}, {"only": []}, "the document describes no operation"),
        ({}, {"only": ["fly"]}, "only names 'fly', which is none of the 1 operations; get_a?"),
        ({}, {"allow": ["fly"]}, "allow names 'fly', which is none of the 1 operations"),
        ({}, {"fixed": {"key": 1}}, "fixed gives key, which no operation takes"),
        ({}, {"headers": {"x-name": "Zoë"}}, "a header holds ASCII alone, and 'x-name' does not"),
        ({}, {"timeout_s": 0}, "timeout_s is a number of seconds above zero"),
        ({"paths": {"/a": {"get": {}}, "/a/": {"get": {}}}}, {}, "two operations are called 'get_a'"),
        ({"paths": {"/a/{x}": {"get": {}}}}, {}, "GET /a/{x}: the path and its parameters differ in x"),
        ({"paths": {"/a": {"get": {"parameters": [parameter("x")]}}}}, {}, "the path and its parameters differ in x"),
        ({"paths": {"a": {"get": {}}}}, {}, "a path begins with / and has no query, and this one is 'a'"),
        ({"paths": {"/a?b": {"get": {}}}}, {}, "a path begins with /"),
        ({"paths": {"/a": {"get": {"parameters": [{"in": "query"}]}}}}, {}, "a parameter has a name"),
        (
            {"paths": {"/a": {"get": {"parameters": [parameter("x", "query", style="deepObject")]}}}},
            {},
            "x is written as deepObject, which is not supported",
        ),
        (
            {"paths": {"/a": {"get": {"parameters": [{"name": "x", "in": "query", "content": {}}]}}}},
            {},
            "x is written as a document of its own",
        ),
        (
            {"paths": {"/a": {"get": {"parameters": [parameter("s", "cookie", required=True)]}}}},
            {},
            "s is a cookie, and no model fills in cookies",
        ),
        ({"paths": {"/a": {"post": {"requestBody": {}}}}}, {}, "its body is not described; JSON and form fields are"),
        ({"paths": {"/a": []}}, {}, "an object is expected"),
        ({"paths": {"/a": {"get": {"operationId": "42"}}}}, {}, "a tool's name is letters, digits and _"),
    ],
)
def test_a_document_that_cannot_be_used_is_refused_in_words(
    changes: dict[str, Any], options: dict[str, Any], says: str
) -> None:
    described = document("http://127.0.0.1:9", {"/a": {"get": {}}}) | changes
    with pytest.raises(BadTool) as problem:
        tools_from_openapi(described, **options)
    assert says in str(problem.value)


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each part of a document."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))


JUNK: list[Any] = [None, 3, "x", [], {}, True, [None], {"a": None}, {"$ref": "#/paths"}, {"$ref": 3}, [[]], ""]


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_a_document_with_anything_in_any_place_is_read_or_refused_in_a_sentence(junk: Any) -> None:
    form = {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object", "allOf": [{}, {}]}}}}
    paths = PARCELS | {"/form": {"post": {"requestBody": form}}}
    whole = document("http://127.0.0.1:9/{v}", paths, components=COMPONENTS)
    whole["servers"][0]["variables"] = {"v": {"default": "1"}}
    refused = []
    for *way, last in places(whole):
        changed = json.loads(json.dumps(whole))
        node = changed
        for key in way:
            node = node[key]
        node[last] = junk
        try:
            tools_from_openapi(changed)
        except BadTool as problem:
            refused.append(str(problem))
    assert len(refused) > 20
    assert not any("\n" in said for said in refused)


def test_the_words_of_a_server_may_have_blanks_with_defaults(service: Service) -> None:
    described = document(service.url + "/{version}", {"/stations": {"get": {}}})
    described["servers"][0]["variables"] = {"version": {"default": "v2"}}
    service.answers["/v2/stations"] = 2
    assert run(Tools(tools_from_openapi(described)), "get_stations") == "2"


def test_a_large_document_is_read_and_a_wrong_name_told_shortly(service: Service) -> None:
    wide = {"type": "object", "properties": {f"p{n}": {"type": "string"} for n in range(200)}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Wide"}}}}
    paths = {f"/things{n}": {"put": {"operationId": f"change_{n}", "requestBody": body}} for n in range(30)}
    described = document(service.url, paths, components={"schemas": {"Wide": wide}})
    assert len(tools_from_openapi(described)) == 30
    with pytest.raises(BadTool, match=r"only names 'chnge_2', which is none of the 30 operations; change_2 or") as told:
        tools_from_openapi(described, only=["chnge_2"])
    assert len(str(told.value)) < 200


def test_documents_are_files_too_in_json_and_yaml(tmp_path: Path, service: Service) -> None:
    described = document(service.url, PARCELS, components=COMPONENTS)
    (tmp_path / "api.json").write_text(json.dumps(described))
    yaml = pytest.importorskip("yaml")
    (tmp_path / "api.yaml").write_text(yaml.safe_dump(described))
    made = [tools_from_openapi(tmp_path / name) for name in ("api.json", "api.yaml")]
    assert [tool.parameters for tool in made[0]] == [tool.parameters for tool in made[1]]
    assert [tool.name for tool in load_tools([f"{tmp_path}/api.json#redirect,get_stations"])] == [
        "redirect",
        "get_stations",
    ]
    assert len(load_tools([f"{tmp_path}/api.yaml"])) == 3


def test_without_the_yaml_reader_a_document_is_told_what_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "api.yml").write_text("openapi: 3.1.0")
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(BadTool, match="pip install pyyaml, or give the document as JSON"):
        tools_from_openapi(tmp_path / "api.yml")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("none.json", None, "none.json cannot be read as an OpenAPI document: [Errno 2]"),
        ("half.json", "{", "half.json cannot be read as an OpenAPI document: "),
        ("half.yaml", "a: [", "half.yaml cannot be read as an OpenAPI document: "),
        ("latin.json", b'"\xff"', "latin.json cannot be read as an OpenAPI document: "),
        ("list.json", "[]", "list.json holds no OpenAPI document: an object is expected"),
        ("other.json", '{"swagger": "2.0"}', "other.json: an OpenAPI document of version 3 is expected"),
        ("empty.json#fly", '{"openapi": "3.1.0", "paths": {"/a": {"get": {}}}}', "only names 'fly'"),
    ],
)
def test_a_file_that_is_no_document_is_refused_by_name(tmp_path: Path, name: str, text: Any, says: str) -> None:
    if name.endswith("yaml"):
        pytest.importorskip("yaml")
    if text is not None:
        content = text.encode() if isinstance(text, str) else text
        (tmp_path / name.partition("#")[0]).write_bytes(content)
    with pytest.raises(BadTool) as problem:
        load_tools([f"{tmp_path}/{name}"])
    assert says in str(problem.value)
    assert "\n" not in str(problem.value)


def test_httpx_and_yaml_are_loaded_only_when_they_are_needed() -> None:
    code = "import sys, handsight.tools.openapi; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"httpx", "yaml", "jsonschema"}.isdisjoint(ran.stdout.split())


# -- one schema, and a function


FLIGHT = {
    "name": "flight_status",
    "description": "Say whether a flight is on time.",
    "parameters": {"type": "object", "properties": {"number": {"type": "string"}}, "required": ["number"]},
}


@pytest.mark.parametrize(
    "form",
    [
        FLIGHT,
        {"type": "function", "function": FLIGHT},
        {"name": "flight_status", "description": FLIGHT["description"], "input_schema": FLIGHT["parameters"]},
        {"name": "flight_status", "description": FLIGHT["description"], "inputSchema": FLIGHT["parameters"]},
    ],
)
def test_a_function_described_by_a_dictionary_is_a_tool(form: dict[str, Any]) -> None:
    async def status(number: str) -> dict[str, str]:
        return {number: "on time"}

    made = tool_from_schema(form, status, risky=True, timeout_s=30)
    assert (made.name, made.description) == ("flight_status", "Say whether a flight is on time.")
    assert (made.risky, made.timeout_s, made.parameters["additionalProperties"]) == (True, 30, False)
    tools = Tools([made])
    assert run(tools, "flight_status", number="LH 1") == '{"LH 1":"on time"}'
    with pytest.raises(BadCall, match="'gate' was unexpected"):
        run(tools, "flight_status", number="LH 1", gate=2)


def test_a_function_of_a_dictionary_is_given_screen_and_device_unseen() -> None:
    def status(screen: Screen, device: Device, **arguments: Any) -> str:
        return f"{screen.size} {device.name} {arguments}"

    tools = Tools([tool_from_schema(FLIGHT, status)])
    assert run(tools, "flight_status", number="1") == "(4, 3) window {'number': '1'}"
    with pytest.raises(BadCall, match="'device' was unexpected"):
        run(tools, "flight_status", number="1", device="x")


def test_a_dictionary_without_parameters_takes_none() -> None:
    made = tool_from_schema({"name": "now"}, lambda: "noon")
    assert run(Tools([made]), "now") == "noon"
    with pytest.raises(BadCall):
        run(Tools([made]), "now", x=1)


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({}, "a tool's name is letters, digits and _"),
        ({"function": 3}, "a function is described by a dictionary with 'name' and 'parameters'; this is 3"),
        ({"name": "a", "parameters": {"type": "objekt"}}, "a: the schema is malformed"),
        ({"name": "a", "parameters": []}, "a: "),
    ],
)
def test_a_dictionary_that_describes_no_function_is_refused(form: dict[str, Any], says: str) -> None:
    with pytest.raises(BadTool) as problem:
        tool_from_schema(form, print)
    assert says in str(problem.value)


def test_a_tool_that_is_made_is_a_tool_of_any_run() -> None:
    made = tool_from_schema(FLIGHT, lambda number: number)
    assert isinstance(made, Tool)
    with open_agent(Window(), ScriptedModel([]), tools=[made]) as agent:
        assert "flight_status" in agent.tools
