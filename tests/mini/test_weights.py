"""The checkpoint that the package carries: loaded as any other, asked as any other, and good enough to work a phone."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from PIL import Image

from handsight import open_agent
from handsight.devices.android import VirtualAndroid
from handsight.devices.virtual.apps.shop import Shop
from handsight.models.base import Model, Streaming
from handsight.models.mini import FOLDER
from handsight.models.mini.school.acts import read_act
from handsight.models.mini.school.lessons import lessons, written
from handsight.models.mini.school.pages import Pages
from handsight.models.mini.school.phones import random_phone
from handsight.models.mini.school.screens import Eye, View
from handsight.models.mini.school.words import Words, characters
from handsight.models.mini.vocabulary import Vocabulary, stored
from handsight.types import Message, Picture, Prompt
from handsight.wiring import close, model_opener, open_model


@pytest.fixture(scope="module")
def mini() -> Iterator[Model]:
    model = open_model("mini")
    yield model
    close(model)


def asked(view: View, text: str) -> Prompt:
    return Prompt((Message("user", (Picture(view.image), text)),), max_tokens=64)


def page(seed: int) -> View:
    random = Random(seed)
    pages = Pages(Words(random, held=True))
    phone = random_phone(random, [pages], language="en")
    phone.launch(Pages.package)
    pages.turn()
    return Eye(phone).look()


def test_it_is_small_and_speaks_the_vocabulary_of_the_school() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) <= 25_000_000
    assert stored(FOLDER).tokens == Vocabulary(characters()).tokens


def test_any_qwen2_vl_tool_would_know_it() -> None:
    from transformers import AutoConfig, AutoTokenizer

    assert AutoConfig.from_pretrained(FOLDER).architectures == ["Qwen2VLForConditionalGeneration"]
    text = "tap “Save” ‹455›‹120› 保存"
    tokenizer = AutoTokenizer.from_pretrained(FOLDER)
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text
    assert tokenizer(text)["input_ids"] == stored(FOLDER).encode(text)


def test_it_taps_labels_that_it_has_never_read(mini: Model) -> None:
    hits = []
    for seed in range(500, 530):
        view, random = page(seed), Random(seed)
        asking = lessons(view, random, Words(random, held=True))
        lesson = next((one for one, _ in zip(asking, range(60), strict=False) if one.kind == "tap"), None)
        if lesson is None or lesson.act.thing is None:
            continue
        act = read_act(mini.generate(asked(view, lesson.ask)).text, view)
        assert act is not None
        area = lesson.act.thing.area
        hits.append(
            act.thing is not None
            and area[0] <= act.thing.middle[0] <= area[2]
            and area[1] <= act.thing.middle[1] <= area[3]
        )
    assert len(hits) >= 20
    assert sum(hits) >= 0.85 * len(hits)


def test_a_second_question_about_a_screen_reads_no_picture_again(mini: Model) -> None:
    view = page(7)
    first = mini.generate(asked(view, "go back"))
    again = mini.generate(asked(view, "type two eggs"))
    assert (first.text, again.text) == ("back", "type “two eggs”")
    assert again.computed_tokens is not None
    assert again.computed_tokens < 60 < again.prompt_tokens


def test_it_streams_its_acts(mini: Model) -> None:
    parts: list[str] = []
    assert isinstance(mini, Streaming)
    reply = mini.stream(asked(page(8), "type milk and honey"), parts.append)
    assert "".join(parts) == reply.text == "type “milk and honey”"
    assert len(parts) > 2


def test_it_reaches_a_goal_and_says_so() -> None:
    with open_agent("virtual", "mini") as agent:
        run = agent.run("Put a desk lamp into the cart")
        assert isinstance(agent.device, VirtualAndroid)
        shop = agent.device.phone.app("shop")
    assert isinstance(shop, Shop)
    assert run.outcome
    assert run.outcome.kind == "claimed"
    assert shop.cart == {"Desk lamp": 1}


def test_a_blank_screen_gets_an_act_and_nothing_else(mini: Model) -> None:
    image = Image.new("RGB", (336, 728), "white")
    view = View(image, [], [])
    assert read_act(mini.generate(asked(view, "tap Save")).text, view) is not None


def test_it_is_named_in_words_and_written_places_come_back() -> None:
    assert callable(model_opener("mini"))
    view, random = page(9), Random(9)
    for lesson, _ in zip(lessons(view, random, Words(random)), range(40), strict=False):
        act = read_act(written(lesson.act, view.image.size), view)
        assert act is not None
        assert (act.verb, act.words) == (lesson.act.verb, lesson.act.words)
