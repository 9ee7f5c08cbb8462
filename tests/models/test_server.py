"""Any OpenAI-compatible server, by a real one on loopback."""

from __future__ import annotations

import socket
from base64 import b64decode
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handsight.errors import ModelRefused, ModelUnreachable, UsageError
from handsight.models.base import Model
from handsight.models.server import ServerModel, open_server, parse_server
from handsight.types import Clip, Message, Picture, Prompt, Reply

JPEG = "data:image/jpeg;base64,"
ASK = Prompt((Message("system", ("You see a screen.",)), Message("user", ("What now?",))))
SOON = "0.001"

Open = Callable[..., ServerModel]


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HANDSIGHT_API_KEY", "OPENAI_API_KEY", "DASHSCOPE_API_KEY"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def ask_at(server: Any) -> Iterator[Open]:
    """Makes models that ask the scripted server, and closes them."""
    made: list[ServerModel] = []

    def make(name: str = "qwen", **options: Any) -> ServerModel:
        made.append(ServerModel(server.url, name, **{"retries": 0, **options}))
        return made[-1]

    yield make
    for model in made:
        model.close()


def screenshot(color: str = "white") -> Image.Image:
    return Image.new("RGB", (108, 240), color)


def decoded(url: str) -> Image.Image:
    assert url.startswith(JPEG)
    return Image.open(BytesIO(b64decode(url.removeprefix(JPEG), validate=True)))


# What is asked


def test_text_is_asked_as_text_and_the_reply_is_counted(server: Any, ask_at: Open) -> None:
    server.says("I tap it.")
    model: Model = ask_at()
    assert model.generate(ASK) == Reply("I tap it.", prompt_tokens=1290, reply_tokens=23, finish="stop")
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/v1/chat/completions")
    assert request.body == {
        "model": "qwen",
        "messages": [{"role": "system", "content": "You see a screen."}, {"role": "user", "content": "What now?"}],
        "temperature": 0.0,
        "max_tokens": 512,
    }


def test_pictures_stand_between_the_texts_at_the_size_the_dialect_chose(server: Any, ask_at: Open) -> None:
    server.says("ok")
    parts = ("before", Picture(screenshot(), (56, 112)), "after", Picture(screenshot("black"), (28, 56)))
    ask_at().generate(Prompt((Message("user", parts),)))
    (message,) = server.requests[0].body["messages"]
    before, first, after, second = message["content"]
    assert (before, after) == ({"type": "text", "text": "before"}, {"type": "text", "text": "after"})
    assert {first["type"], second["type"]} == {"image_url"}
    assert decoded(first["image_url"]["url"]).size == (56, 112)
    assert decoded(first["image_url"]["url"]).getpixel((5, 5)) == (255, 255, 255)
    assert decoded(second["image_url"]["url"]).size == (28, 56)
    assert decoded(second["image_url"]["url"]).getpixel((5, 5)) == (0, 0, 0)


def test_a_video_is_a_row_of_pictures_each_after_its_second(server: Any, ask_at: Open) -> None:
    server.says("It opens.")
    clip = Clip((Picture(screenshot(), (56, 112)), Picture(screenshot("black"), (56, 112))), (0.0, 1.25))
    ask_at().generate(Prompt((Message("user", ("What happens?", clip, "Say it.")),)))
    content = server.requests[0].body["messages"][0]["content"]
    texts = [part["text"] for part in content if part["type"] == "text"]
    shown = [decoded(part["image_url"]["url"]) for part in content if part["type"] == "image_url"]
    assert [part["type"] for part in content] == ["text", "text", "image_url", "text", "image_url", "text"]
    assert texts == ["What happens?", "<0.0 seconds>", "<1.2 seconds>", "Say it."]
    assert [image.getpixel((5, 5)) for image in shown] == [(255, 255, 255), (0, 0, 0)]
    assert [image.size for image in shown] == [(56, 112), (56, 112)]


def test_texts_side_by_side_are_one_text(server: Any, ask_at: Open) -> None:
    server.says("ok")
    ask_at().generate(Prompt((Message("user", ("one\n", "two")),)))
    assert server.requests[0].body["messages"] == [{"role": "user", "content": "one\ntwo"}]


def test_stops_limits_temperature_and_extras_are_sent(server: Any, ask_at: Open) -> None:
    server.says("ok")
    model = ask_at(temperature=0.5, extra={"chat_template_kwargs": {"enable_thinking": False}})
    model.generate(Prompt(ASK.messages, stop=("</tool_call>",), max_tokens=99))
    body = server.requests[0].body
    assert (body["stop"], body["max_tokens"], body["temperature"]) == (["</tool_call>"], 99, 0.5)
    assert body["chat_template_kwargs"] == {"enable_thinking": False}


def test_unicode_goes_and_comes_as_it_is(server: Any, ask_at: Open) -> None:
    server.says("输入 🙂 \u200d é e\u0301")
    assert ask_at().generate(Prompt((Message("user", ("打开设置 🙂",)),))).text == "输入 🙂 \u200d é e\u0301"
    assert server.requests[0].body["messages"][0]["content"] == "打开设置 🙂"


def test_one_connection_serves_all_steps(server: Any, ask_at: Open) -> None:
    model = ask_at()
    for _ in range(3):
        server.says("ok")
        model.generate(ASK)
    assert len({request.connection for request in server.requests}) == 1


def test_a_closed_model_opens_a_new_connection_when_asked_again(server: Any, ask_at: Open) -> None:
    model = ask_at()
    for _ in range(2):
        server.says("ok")
        model.generate(ASK)
        model.close()
    assert len({request.connection for request in server.requests}) == 2


def test_a_picture_of_the_history_is_encoded_once(server: Any, ask_at: Open) -> None:
    image = screenshot("white")
    model = ask_at()
    for color in ("black", "red", "blue"):  # painting over it afterwards shows whether it is looked at again
        server.says("ok")
        model.generate(Prompt((Message("user", (Picture(image, (56, 112)),)),)))
        image.paste(color, (0, 0, *image.size))
    urls = [request.body["messages"][0]["content"][0]["image_url"]["url"] for request in server.requests]
    assert decoded(urls[0]).getpixel((5, 5)) == (255, 255, 255)
    assert urls == [urls[0]] * 3


# Keys


@pytest.mark.parametrize(
    ("given", "variables", "sent"),
    [
        (None, {"HANDSIGHT_API_KEY": "mine"}, "Bearer mine"),
        ("given", {"HANDSIGHT_API_KEY": "mine"}, "Bearer given"),
        (None, {"OPENAI_API_KEY": "theirs", "DASHSCOPE_API_KEY": "theirs"}, "Bearer none"),
    ],
)
def test_a_key_goes_only_to_the_host_that_it_is_for(
    server: Any,
    ask_at: Open,
    monkeypatch: pytest.MonkeyPatch,
    given: str | None,
    variables: dict[str, str],
    sent: str,
) -> None:
    for variable, key in variables.items():
        monkeypatch.setenv(variable, key)
    server.says("ok")
    ask_at(api_key=given).generate(ASK)
    assert server.requests[0].headers["authorization"] == sent


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://dashscope.aliyuncs.com/compatible-mode/v1", "ali"),
        ("https://dashscope-intl.aliyuncs.com/compatible-mode/v1", "ali"),
        ("https://api.openai.com/v1", "open"),
        ("https://api.openai.com.evil.example/v1", ""),
        ("https://evilopenai.com/v1", ""),
    ],
)
def test_a_known_host_gets_its_own_key(monkeypatch: pytest.MonkeyPatch, url: str, key: str) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "open")
    monkeypatch.setenv("DASHSCOPE_API_KEY", "ali")
    model = ServerModel(url, "qwen")
    with model._client as client:
        assert client.auth_headers == {"Authorization": f"Bearer {key or 'none'}"}


def test_a_proxy_is_not_asked_for_this_machine(server: Any, ask_at: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    server.says("ok")
    assert ask_at().generate(ASK).text == "ok"


# Trying again


def test_a_busy_server_is_asked_again_when_it_says(server: Any, ask_at: Open) -> None:
    server.refuses(429, "too many requests", retry_after=SOON)
    server.refuses(503, "loading", retry_after=SOON)
    server.says("ok")
    assert ask_at(retries=2).generate(ASK).text == "ok"
    assert len(server.requests) == 3
    assert server.requests[0].body == server.requests[2].body


def test_a_dropped_connection_is_made_again(server: Any, ask_at: Open) -> None:
    server.gives(None, drop=True)
    server.says("ok")
    assert ask_at(retries=1).generate(ASK).text == "ok"
    first, second = server.requests
    assert first.connection != second.connection


def test_a_server_that_keeps_failing_is_unreachable(server: Any, ask_at: Open) -> None:
    for _ in range(3):
        server.refuses(500, "CUDA out of memory", retry_after=SOON)
    with pytest.raises(ModelUnreachable, match=r"error 500 \(asked 3 times\): CUDA out of memory"):
        ask_at(retries=2).generate(ASK)
    assert len(server.requests) == 3


def test_a_quota_that_stays_used_up_is_a_refusal(server: Any, ask_at: Open) -> None:
    for _ in range(2):
        server.refuses(429, "quota exceeded", retry_after=SOON)
    with pytest.raises(ModelRefused, match=r"out of quota \(asked 2 times\): quota exceeded"):
        ask_at(retries=1).generate(ASK)


def test_a_request_that_is_wrong_is_not_repeated(server: Any, ask_at: Open) -> None:
    server.refuses(400, "This model's maximum context length is 4096 tokens")
    with pytest.raises(ModelRefused, match=r"does not take the request \(400\): This model's maximum context"):
        ask_at(retries=3).generate(ASK)
    assert len(server.requests) == 1


def test_a_server_that_does_not_answer_in_time_is_unreachable(server: Any, ask_at: Open) -> None:
    server.gives(None, wait=True)
    with pytest.raises(ModelUnreachable, match=r"did not answer within 0.2 s \(asked once\)"):
        ask_at(timeout_s=0.2).generate(ASK)


def test_nobody_there_names_the_address_and_what_to_start() -> None:
    with socket.socket() as taken:  # bound and not listening: nobody else can answer there
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        model = ServerModel(url, "qwen", retries=0)
        with pytest.raises(ModelUnreachable, match=rf"{url} cannot be reached: .*refused.*vllm serve"):
            model.generate(ASK)
        model.close()


# Saying no


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_says_which_variable_to_set(server: Any, ask_at: Open, status: int) -> None:
    server.refuses(status, "Invalid token")
    with pytest.raises(ModelRefused, match=rf"\({status}: Invalid token\); set HANDSIGHT_API_KEY to a key"):
        ask_at().generate(ASK)


def test_an_error_never_says_the_key(server: Any, ask_at: Open) -> None:
    server.refuses(401, "Incorrect API key provided: sk-secret.")
    with pytest.raises(ModelRefused) as caught:
        ask_at(api_key="sk-secret").generate(ASK)
    assert "sk-secret" not in str(caught.value)
    assert "Incorrect API key provided" in str(caught.value)


def test_an_unknown_model_is_answered_with_those_there_are(server: Any, ask_at: Open) -> None:
    server.refuses(404, "The model `qwen` does not exist.")
    server.has("Qwen/Qwen2-VL-2B-Instruct", "other")
    with pytest.raises(ModelRefused, match=r"no model 'qwen' .* it has: Qwen/Qwen2-VL-2B-Instruct, other"):
        ask_at().generate(ASK)
    assert [(r.method, r.path) for r in server.requests] == [("POST", "/v1/chat/completions"), ("GET", "/v1/models")]


def test_a_wrong_path_asks_about_the_address(server: Any, ask_at: Open) -> None:
    server.gives({"detail": "Not Found"}, status=404)
    server.gives({"detail": "Not Found"}, status=404)
    with pytest.raises(ModelRefused, match=r"\(404: Not Found\); nor does it list .* end in /v1"):
        ask_at().generate(ASK)


def test_a_page_of_a_proxy_is_not_shown_as_the_servers_words(server: Any, ask_at: Open) -> None:
    server.gives("<html>Bad gateway</html>", status=502, kind="text/html")
    with pytest.raises(ModelUnreachable, match=r"error 502 \(asked once\): a web page"):
        ask_at().generate(ASK)


def test_an_answer_that_was_filtered_is_a_refusal(server: Any, ask_at: Open) -> None:
    server.says("I ca", finish="content_filter")
    with pytest.raises(ModelRefused, match="content filter"):
        ask_at().generate(ASK)


def test_calls_taken_out_by_the_server_are_a_refusal(server: Any, ask_at: Open) -> None:
    server.says(None, "tool_calls", tool_calls=[{"function": {"name": "tap", "arguments": "{}"}}])
    with pytest.raises(ModelRefused, match="without a tool call parser"):
        ask_at().generate(ASK)


# What was written


def test_a_reply_cut_short_says_so(server: Any, ask_at: Open) -> None:
    server.says("I would", finish="length")
    assert ask_at().generate(ASK).finish == "length"


def test_an_empty_reply_is_a_reply(server: Any, ask_at: Open) -> None:
    server.says("")
    assert ask_at().generate(ASK).text == ""


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
@pytest.mark.parametrize(("finish", "text"), [("length", "<think>\nI could"), ("stop", "<think>\nI could\n</think>")])
def test_a_thought_without_an_answer_stays_a_thought(
    server: Any, ask_at: Open, field: str, finish: str, text: str
) -> None:
    server.says(None, finish, **{field: "I could"})
    assert ask_at().generate(ASK).text == text


def test_beside_an_answer_the_thought_is_left_out(server: Any, ask_at: Open) -> None:
    server.says("done", reasoning_content="I could")
    assert ask_at().generate(ASK).text == "done"


def test_a_server_that_does_not_count_gives_zero(server: Any, ask_at: Open) -> None:
    server.gives({"choices": [{"message": {"content": "ok"}}], "usage": None})
    assert ask_at().generate(ASK) == Reply("ok", 0, 0)


@pytest.mark.parametrize(
    "body",
    [{}, {"choices": []}, {"choices": None}, {"choices": [{}]}, {"choices": [{"message": None}]}, [], None, "{broken"],
    ids=str,
)
def test_an_answer_without_choices_is_no_answer(server: Any, ask_at: Open, body: Any) -> None:
    server.gives(body)
    with pytest.raises(ModelUnreachable, match="not as an OpenAI-compatible server does"):
        ask_at(retries=1).generate(ASK)
    assert len(server.requests) == 1


def test_an_answer_without_text_is_no_answer(server: Any, ask_at: Open) -> None:
    server.says(None)
    with pytest.raises(ModelUnreachable, match="not as an OpenAI-compatible server does"):
        ask_at().generate(ASK)


def test_a_web_page_is_no_answer(server: Any, ask_at: Open) -> None:
    server.gives("<!doctype html><title>Log in</title>" + "<p>x" * 500, kind="text/html")
    with pytest.raises(ModelUnreachable, match="<title>Log in") as caught:
        ask_at().generate(ASK)
    assert len(str(caught.value)) < 500


# Words


@pytest.mark.parametrize(
    ("words", "url", "name"),
    [
        ("server:http://localhost:8000/v1#Qwen/Qwen2-VL-2B", "http://localhost:8000/v1", "Qwen/Qwen2-VL-2B"),
        ("server:http://localhost:8000", "http://localhost:8000/v1", ""),
        ("http://localhost:11434/#qwen2.5vl:7b", "http://localhost:11434/v1", "qwen2.5vl:7b"),
        ("server:http://[::1]:8000/api/v3/", "http://[::1]:8000/api/v3", ""),
    ],
)
def test_words_name_an_address_and_a_model(words: str, url: str, name: str) -> None:
    assert parse_server(words) == (url, name)


@pytest.mark.parametrize(
    "words", ["server:", "server:localhost:8000", "server:ftp://host/v1", "server:http://", "qwen"]
)
def test_words_that_name_no_address_are_refused_with_an_example(words: str) -> None:
    with pytest.raises(UsageError, match="a server is written as server:http://localhost"):
        parse_server(words)


def test_without_a_name_the_only_model_is_taken(server: Any) -> None:
    server.has("Qwen/Qwen2-VL-2B-Instruct")
    model = open_server(f"server:{server.url}", retries=0)
    assert model.name == "Qwen/Qwen2-VL-2B-Instruct"
    model.close()


def test_with_a_name_nothing_is_asked_until_the_first_step(server: Any) -> None:
    assert open_server(f"server:{server.url}#qwen").name == "qwen"
    assert server.requests == []


def test_whoever_answers_is_reached_even_if_it_has_no_list_of_models(server: Any, ask_at: Open) -> None:
    server.gives({"detail": "Not Found"}, status=404)
    ask_at().reach()
    assert [request.path for request in server.requests] == ["/v1/models"]


def test_where_nobody_answers_nobody_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}/v1"
    model = ServerModel(url, "qwen", retries=0)
    with pytest.raises(ModelUnreachable, match=f"{url} cannot be reached"):
        model.reach()
    model.close()


@pytest.mark.parametrize(
    ("names", "said"), [(("a", "b"), "several models: a, b; name one"), ((), "has no model; name one")]
)
def test_without_a_name_several_or_none_are_an_error(server: Any, names: tuple[str, ...], said: str) -> None:
    server.has(*names)
    with pytest.raises(UsageError, match=said):
        open_server(f"server:{server.url}")


def test_without_a_name_a_server_without_a_list_must_be_told(server: Any) -> None:
    server.gives({"detail": "Not Found"}, status=404)
    with pytest.raises(ModelRefused, match="has no list of models .* name one"):
        open_server(f"server:{server.url}")


def test_a_list_of_another_shape_is_no_list(server: Any) -> None:
    server.gives({"models": ["a"]})
    with pytest.raises(ModelUnreachable, match="not as an OpenAI-compatible server does"):
        open_server(f"server:{server.url}")


def test_a_picture_in_a_file_is_sent(server: Any, ask_at: Open, tmp_path: Path) -> None:
    screenshot("blue").save(tmp_path / "screen.png")
    server.says("ok")
    ask_at().generate(Prompt((Message("user", (Picture(tmp_path / "screen.png"),)),)))
    (part,) = server.requests[0].body["messages"][0]["content"]
    assert decoded(part["image_url"]["url"]).size == (108, 240)
