"""What a question may be made of, what the model is sent, and what counts as an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from PIL import Image
from pydantic import BaseModel
from tests.models.conftest import Server

from handsight import Chat, ScriptedModel, ask
from handsight.errors import BadAnswer, BadMedia, ModelError, UsageError
from handsight.media import Remote, open_clip
from handsight.models.base import Streaming
from handsight.models.reader import ReaderModel
from handsight.models.server import ServerModel
from handsight.talk import Talks
from handsight.types import Clip, Message, Picture, Prompt, Reply, Screen


class Bill(BaseModel):
    shop: str
    total: float


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "a photo.png"
    Image.new("RGB", (1080, 2400), "navy").save(path)
    return path


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.gif"
    first, *rest = [Image.new("RGB", (64, 48), (40 * n, 0, 0)) for n in range(6)]
    first.save(path, save_all=True, append_images=rest, duration=500)
    return path


def asked(model: ScriptedModel) -> Message:
    return model.prompts[-1].messages[-1]


def test_a_question_is_answered_and_so_is_the_next_with_the_first_before_it() -> None:
    model = ScriptedModel(["Blue.", "Green."])
    chat = Chat(model, "Be brief.")
    assert chat.ask("Which colour?") == "Blue."
    assert chat.ask("And now?") == "Green."
    first, second = (prompt.messages for prompt in model.prompts)
    assert [message.role for message in second] == ["system", "user", "assistant", "user"]
    assert second[: len(first)] == first
    assert first[0].parts == ("Be brief.",)


def test_without_a_system_message_none_is_sent() -> None:
    model = ScriptedModel(["Yes."])
    ask(model, "Well?", system="")
    assert [message.role for message in model.prompts[0].messages] == ["user"]


def test_the_parts_of_a_question_keep_their_order(photo: Path, film: Path) -> None:
    model = ScriptedModel(["Different."])
    ask(model, "Compare", str(photo), "with", film, "and", Image.new("RGB", (56, 56)), "carefully", "please")
    kinds = [part if isinstance(part, str) else type(part) for part in asked(model).parts]
    assert kinds == ["Compare", Picture, "with", Clip, "and", Picture, "carefully\nplease"]


@pytest.mark.parametrize("way", ["path", "words", "address", "bytes", "image", "picture", "screen"])
def test_a_picture_is_taken_from_anything_that_holds_one(photo: Path, way: str) -> None:
    with Image.open(photo) as opened:
        image = opened.copy()
    sources: dict[str, Any] = {
        "path": photo,
        "words": str(photo),
        "address": photo.as_uri(),
        "bytes": photo.read_bytes(),
        "image": image,
        "picture": Picture(image),
        "screen": Screen(photo),
    }
    model = ScriptedModel(["Dark."])
    ask(model, sources[way], "How bright is it?")
    picture, words = asked(model).parts
    assert words == "How bright is it?"
    assert isinstance(picture, Picture)
    assert picture.sent == (672, 1484)
    assert picture.image.getpixel((5, 5)) == (0, 0, 128)


@pytest.mark.parametrize(
    "text",
    [
        "What does photo.png show?",
        "Describe the file nowhere.png",
        "https://example.com is down, why?",
        "first line\nphoto.png",
        "a.txt",
        "",
        "x" * 5000 + " .png",
    ],
)
def test_a_sentence_about_a_file_is_text(text: str) -> None:
    model = ScriptedModel(["I see."])
    ask(model, "Read this:", text)
    assert asked(model).parts == (f"Read this:\n{text}",)


@pytest.mark.parametrize("name", ["nowhere.png", "/tmp/no/where.MP4", "file:///nowhere"])
def test_a_file_that_is_missing_is_said_to_be_and_nothing_is_asked(name: str) -> None:
    model = ScriptedModel(["Never said."])
    with pytest.raises(BadMedia, match="there is no such file"):
        ask(model, name, "What is it?")
    assert model.left == 1


def test_the_budget_and_the_models_own_factor_decide_the_size(photo: Path, film: Path) -> None:
    class Coarse(ScriptedModel):
        factor = 32

    model = Coarse(["Fine."])
    ask(model, photo, film, "What are they?", screen_tokens=300, video_tokens=64)
    picture, clip, _ = asked(model).parts
    assert isinstance(picture, Picture)
    assert isinstance(clip, Clip)
    assert picture.sent
    assert all(side % 32 == 0 for side in picture.sent)
    assert 200 < picture.sent[0] * picture.sent[1] / 32**2 <= 300
    width, height = clip.frames[0].sent or (0, 0)
    assert width * height / 32**2 * len(clip.frames) / 2 <= 64


def test_what_was_sized_by_the_asker_is_sent_at_that_size(photo: Path, film: Path) -> None:
    clip = open_clip(film)
    model = ScriptedModel(["Yes."])
    ask(model, Picture(photo, (56, 84)), clip, "Small?")
    picture, sent, _ = asked(model).parts
    assert isinstance(picture, Picture)
    assert picture.sent == (56, 84)
    assert sent is clip


def test_a_part_of_a_video_can_be_asked_about(film: Path) -> None:
    chat = Chat(ScriptedModel(["Red."]))
    clip = chat.look(film, start_s=1, end_s=2)
    assert isinstance(clip, Clip)
    assert 1 <= clip.seconds[0] < clip.seconds[-1] <= 2


def test_a_private_address_is_asked_only_when_allowed(server: Server, photo: Path) -> None:
    address = server.url.replace("/v1", "/photo.png")
    model = ScriptedModel(["Dark."])
    with pytest.raises(BadMedia, match="127.0.0.1"):
        ask(model, address, "What is it?")
    assert server.requests == []
    server.gives("", status=404)
    with pytest.raises(BadMedia, match="404"):
        ask(model, address, "What is it?", remote=Remote(allow_private=True))
    assert len(server.requests) == 1


@pytest.mark.parametrize("parts", [(), ("",), (" \n",)])
def test_nothing_is_no_question(parts: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="nothing to ask"):
        ask(ScriptedModel(["Never said."]), *parts)


def test_an_answer_is_told_while_it_is_written() -> None:
    pieces: list[str] = []
    assert ask(ScriptedModel(["One two three."]), "Count.", tell=pieces.append) == "One two three."
    assert pieces == ["One ", "two ", "three."]


def test_a_model_that_cannot_stream_tells_its_answer_at_once() -> None:
    class Slow:
        name = "slow"

        def generate(self, prompt: Prompt) -> Reply:
            return Reply("All at once.")

    assert not isinstance(Slow(), Streaming)
    pieces: list[str] = []
    assert ask(Slow(), "Well?", tell=pieces.append) == "All at once."
    assert pieces == ["All at once."]


@pytest.mark.parametrize("reply", ["<think>\nHm. Red?\n</think>\n\nRed it is.", "Red it is.", "  Red it is.\n"])
def test_a_thought_is_no_part_of_the_answer_but_of_what_was_said(reply: str) -> None:
    model = ScriptedModel([reply, "Yes."])
    chat = Chat(model)
    pieces: list[str] = []
    assert chat.ask("Which?", tell=pieces.append) == "Red it is."
    assert "".join(pieces).strip() == "Red it is."
    chat.ask("Sure?")
    assert model.prompts[1].messages[2].parts == (reply,)


def test_words_that_only_begin_like_a_thought_are_told() -> None:
    pieces: list[str] = []
    assert ask(ScriptedModel(["<thin> ice"]), "Where?", tell=pieces.append) == "<thin> ice"
    assert "".join(pieces) == "<thin> ice"
    assert ask(ScriptedModel(["<th"]), "And?", tell=pieces.append) == "<th"


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (Reply(""), "answered nothing"),
        (Reply("<think>\nWell", finish="length"), "thought until its 1024 tokens were used up"),
        (Reply("<think>\nWell\n</think>\n"), "answered nothing"),
    ],
)
def test_a_thought_alone_is_no_answer(reply: Reply, says: str) -> None:
    model = ScriptedModel([reply, "Here I am."])
    chat = Chat(model)
    with pytest.raises(BadAnswer, match=says):
        chat.ask("Anybody?")
    assert chat.ask("Hello?") == "Here I am."
    assert len(model.prompts[-1].messages) == 2


def test_a_question_that_failed_leaves_no_trace() -> None:
    model = ScriptedModel([ModelError("gone"), "Back."])
    chat = Chat(model)
    with pytest.raises(ModelError, match="gone"):
        chat.ask("Lost?")
    assert chat.last is None
    chat.ask("Found?")
    assert [message.parts for message in chat.messages[1:]] == [("Found?",), ("Back.",)]


class Interrupted:
    """Tells some words, then Ctrl-C is pressed."""

    name = "interrupted"

    def __init__(self, *words: str) -> None:
        self.words = words
        self.prompts: list[Prompt] = []

    def generate(self, prompt: Prompt) -> Reply:
        raise KeyboardInterrupt

    def stream(self, prompt: Prompt, tell: Any) -> Reply:
        self.prompts.append(prompt)
        for word in self.words:
            tell(word)
        raise KeyboardInterrupt


def test_ctrl_c_keeps_the_half_answer_and_the_chat_goes_on() -> None:
    model = Interrupted("One ", "two")
    chat = Chat(model)
    pieces: list[str] = []
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            chat.ask("Count.", tell=pieces.append)
    assert pieces == ["One ", "two"] * 2
    assert chat.last == Reply("One two", finish="interrupted")
    assert [message.parts for message in model.prompts[1].messages[1:]] == [("Count.",), ("One two",), ("Count.",)]


def test_ctrl_c_before_the_first_word_takes_the_question_back() -> None:
    chat = Chat(Interrupted())
    with pytest.raises(KeyboardInterrupt):
        chat.ask("Count.", tell=lambda piece: None)
    assert len(chat.messages) == 1
    assert chat.last is None


def test_the_models_can_be_asked_by_methods(photo: Path) -> None:
    model = ScriptedModel(["Blue.", '{"shop": "A", "total": 1}', "Hello."])
    assert model.ask(photo, "Which colour?") == "Blue."
    assert model.ask("Which bill?", type=Bill) == Bill(shop="A", total=1)
    assert model.chat("Be kind.").ask("Hi.") == "Hello."
    assert model.prompts[-1].messages[0].parts == ("Be kind.",)


def test_a_model_of_a_users_own_can_be_asked_by_methods_too() -> None:
    class Mine(Talks):
        name = "mine"

        def generate(self, prompt: Prompt) -> Reply:
            return Reply("Mine.")

    assert Mine().ask("Whose?") == "Mine."
    assert Mine().chat().ask("Whose?") == "Mine."


def test_the_reader_says_that_it_cannot_answer(photo: Path) -> None:
    with pytest.raises(UsageError, match="follows steps on a screen and cannot answer.*server:"):
        ask(ReaderModel(), photo, "What is it?")


def test_a_server_is_asked_with_the_picture_at_its_size(server: Server, photo: Path) -> None:
    server.says("A night sky.")
    model = ServerModel(server.url, "m")
    assert ask(model, photo, "What is it?") == "A night sky."
    model.close()
    content = server.requests[0].body["messages"][1]["content"]
    assert [part["type"] for part in content] == ["image_url", "text"]
    assert content[0]["image_url"]["url"].startswith("data:image/jpeg;base64,")


BILL = '{"shop": "Café", "total": 4.5}'


@pytest.mark.parametrize(
    "written",
    [
        BILL,
        f"```json\n{BILL}\n```",
        f"Here it is:\n```\n{BILL}\n```\nAnything else?",
        f"<think>\n{{1}}\n</think>\n{BILL}",
        f"The bill [of today] is {BILL}.",
        '{"shop": "Café",\n "total": "4.5"}',
        f"{BILL} or, to say it again, {BILL}",
    ],
)
def test_a_typed_answer_is_read_from_the_ways_in_which_models_write_json(written: str) -> None:
    model = ScriptedModel([written])
    assert ask(model, "What was paid?", type=Bill) == Bill(shop="Café", total=4.5)
    words = asked(model).parts[0]
    assert isinstance(words, str)
    assert words.startswith("What was paid?\n")
    assert '"total"' in words


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("I cannot tell.", "no JSON can be read"),
        ('{"shop": "A"}', "total: Field required"),
        ('{"shop": "A", "total": NaN}', "no JSON can be read"),
        ('{"shop": "A", "shop": "B", "total": 1}', "no JSON can be read"),
        ('{"shop": "A", "total": 1} or {"shop": "A", "total": 2}', "several values"),
        ("{'shop': 'A', 'total': 1}", "no JSON can be read"),
        ("", "answered nothing"),
        ("{" * 2000 + "[" * 2000, "no JSON can be read"),
    ],
)
def test_an_answer_that_does_not_fit_is_put_back_with_the_reason(written: str, why: str) -> None:
    if why == "answered nothing":
        with pytest.raises(BadAnswer, match=why):
            ask(ScriptedModel([written]), "What was paid?", type=Bill)
        return
    model = ScriptedModel([written, BILL])
    assert ask(model, "What was paid?", type=Bill) == Bill(shop="Café", total=4.5)
    words = asked(model).parts[0]
    assert isinstance(words, str)
    assert words.startswith("Error: ")
    assert why in words
    assert [message.role for message in model.prompts[1].messages] == ["system", "user", "assistant", "user"]


def test_after_some_attempts_there_is_an_error_that_says_why() -> None:
    model = ScriptedModel(["No.", "Still no.", '{"shop": 7}'])
    with pytest.raises(BadAnswer, match=r"in 3 attempts: shop: Input should be a valid string; total: Field required"):
        ask(model, "What was paid?", type=Bill)
    assert model.left == 0
    with pytest.raises(UsageError, match="once at least"):
        ask(model, "What was paid?", type=Bill, attempts=0)


def test_an_answer_that_was_cut_off_is_said_to_be() -> None:
    model = ScriptedModel([Reply('{"shop": "A', finish="length"), BILL])
    ask(model, "What was paid?", type=Bill, max_tokens=4)
    assert "cut off after 4 tokens" in str(asked(model).parts[0])


@dataclass
class Place:
    x: int
    y: int


@pytest.mark.parametrize(
    ("wanted", "written", "value"),
    [
        (int, "7", 7),
        (bool, "true", True),
        (list[str], '```json\n["a", "b"]\n```', ["a", "b"]),
        (list[Place], 'Both: [{"x": 1, "y": 2}]', [Place(1, 2)]),
        (Literal["yes", "no"], '"no"', "no"),
        (dict[str, int], '{"a": 1}', {"a": 1}),
        ({"type": "object", "required": ["a"]}, '{"a": {"b": [1]}}', {"a": {"b": [1]}}),
        ({"type": "integer", "minimum": 3}, "3", 3),
    ],
)
def test_types_of_all_kinds_and_schemas_can_be_asked_for(wanted: Any, written: str, value: Any) -> None:
    got = ask(ScriptedModel([written]), "Well?", type=wanted)
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize("wrong", [{"type": "nonsense"}, object(), Server])
def test_what_is_no_type_is_refused_before_anything_is_asked(wrong: Any) -> None:
    model = ScriptedModel(["Never said."])
    with pytest.raises(UsageError, match="is no type that an answer can have|is not a JSON schema"):
        ask(model, "Well?", type=wrong)
    assert model.left == 1
