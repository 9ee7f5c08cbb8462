"""Answers in a form, from a model that knows nothing: held to the form, it gives a value of it every time."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import torch
from jsonschema import Draft202012Validator
from PIL import Image
from pydantic import BaseModel, Field

from handsight import Chat, ask
from handsight.cli import main
from handsight.errors import BadAnswer, UsageError
from handsight.models.grammar import Grammars
from handsight.models.local import TransformersModel, open_local
from handsight.models.stopping import end_of_call
from handsight.talk.forms import Form
from handsight.types import Calls, Message, Prompt, Reply

from .checkpoints import qwen_tokenizer

Short = Annotated[str, Field(max_length=8)]


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Place:
    x: Annotated[int, Field(ge=0, le=1000)]
    y: Annotated[int, Field(ge=0, le=1000)]


class Bill(BaseModel):
    shop: Short
    total: Annotated[int, Field(ge=0, le=9999)]
    type: Annotated[int, Field(ge=1, le=3)]  # a name that schemas use as well
    paid: bool
    colour: Colour | None = None
    where: Annotated[list[Place], Field(max_length=2)]


TYPES: list[Any] = [Bill, Place, Literal["yes", "no"], Annotated[int, Field(ge=1, le=99)], bool, Colour, Short]


@pytest.fixture(scope="module")
def free(checkpoint: Callable[[str], Path]) -> TransformersModel:
    return _sampling(open_local(checkpoint("qwen2_vl"), device="cpu", drafts=0))


@pytest.fixture(scope="module")
def held(checkpoint: Callable[[str], Path]) -> TransformersModel:
    return _sampling(open_local(checkpoint("qwen2_vl"), device="cpu", constrain=True, drafts=0))


def _sampling(model: TransformersModel) -> TransformersModel:
    """The random model with chance in it, so that each seed has a say; guessing ahead is greedy, and off."""
    model._model.generation_config.update(do_sample=True, temperature=1.5, top_k=0)
    return model


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("wanted", TYPES, ids=str)
def test_the_first_answer_is_always_of_the_type(held: TransformersModel, wanted: Any, seed: int) -> None:
    torch.manual_seed(seed)
    assert ask(held, "What?", type=wanted, attempts=1, max_tokens=400) is not None


SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Bill",
    "type": "object",
    "properties": {
        "shop": {"type": "string", "maxLength": 6, "description": "as printed"},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}, "maxItems": 2},
        "kind": {"enum": ["cash", "卡"]},
    },
    "required": ["shop", "lines", "kind"],
    "additionalProperties": False,
    "$defs": {"line": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "boolean"}], "minItems": 2}},
}
SCHEMA["$defs"]["line"]["maxItems"] = 2  # type: ignore[index]


@pytest.mark.parametrize("seed", range(6))
def test_the_value_always_fits_a_schema_of_the_users_own(held: TransformersModel, seed: int) -> None:
    torch.manual_seed(seed)
    chat = Chat(held, max_tokens=400)
    value = chat.ask(Image.new("RGB", (56, 56), "red"), "What was paid?", type=SCHEMA, attempts=1)
    assert not list(Draft202012Validator(SCHEMA).iter_errors(value))
    assert chat.last
    assert chat.last.finish == "stop"
    assert json.loads(chat.last.text) == value  # nothing stands around it


def test_answers_differ_and_so_were_not_forced_to_one_value(held: TransformersModel) -> None:
    torch.manual_seed(0)
    assert len({ask(held, "Which?", type=Place, attempts=1).x for _ in range(6)}) > 2


def test_the_same_model_left_free_gives_no_such_answer(free: TransformersModel) -> None:
    torch.manual_seed(0)
    with pytest.raises(BadAnswer, match="no JSON can be read"):
        ask(free, "What?", type=Place, attempts=2, max_tokens=40)


def test_the_answer_is_told_as_it_is_written(held: TransformersModel) -> None:
    torch.manual_seed(0)
    told: list[str] = []
    value = ask(held, "Where?", type=Place, attempts=1, tell=told.append)
    assert json.loads("".join(told)) == {"x": value.x, "y": value.y}
    assert len(told) > 1


def test_what_follows_in_the_chat_is_free_again(held: TransformersModel) -> None:
    torch.manual_seed(0)
    chat = Chat(held, max_tokens=30)
    chat.ask("Where?", type=Place, attempts=1)
    assert not chat.ask("Why?").startswith("{")


def test_an_answer_that_ran_out_of_room_is_asked_for_again_and_never_taken(held: TransformersModel) -> None:
    with pytest.raises(BadAnswer, match="it was cut off after 3 tokens"):
        ask(held, "Where?", type=Place, attempts=2, max_tokens=3)


def test_a_schema_that_no_grammar_can_express_is_refused_in_words(held: TransformersModel) -> None:
    with pytest.raises(UsageError, match=r"cannot be held to this schema: .*let the model write freely"):
        ask(held, "What?", type={"type": "object", "properties": {"a": {"$ref": "#/nowhere"}}})


# What the grammar takes, token by token


@pytest.fixture(scope="module")
def grammars() -> Grammars:
    tokenizer = qwen_tokenizer(256)
    return Grammars(tokenizer, len(tokenizer), [tokenizer.convert_tokens_to_ids("<|im_end|>")])


def taken(grammars: Grammars, text: str, schema: dict[str, Any], **how: Any) -> tuple[bool, bool]:
    """Whether the grammar takes each token of a text, and whether the reply may end there."""
    tokenizer = qwen_tokenizer(256)
    ids = tokenizer(text, add_special_tokens=False, split_special_tokens=True).input_ids
    holder = grammars.hold(Calls.answer(schema), 0, **how)
    for at in range(len(ids) + 1):
        scores = holder(torch.tensor([ids[:at]], dtype=torch.long), torch.zeros(1, len(tokenizer)))
        if at < len(ids) and torch.isneginf(scores[0, ids[at]]):
            return False, False
    return True, not bool(torch.isneginf(scores[0, tokenizer.convert_tokens_to_ids("<|im_end|>")]))


NUMBER = {"type": "integer", "minimum": 1, "maximum": 99}


@pytest.mark.parametrize(
    ("text", "how", "fits"),
    [
        ("1", {}, (True, True)),  # it may end, or go on
        ("12", {}, (True, True)),
        ("", {}, (True, False)),
        ("100", {}, (False, False)),
        (" 1", {}, (False, False)),
        ("It is 1", {}, (False, False)),
        ("1 ", {}, (False, False)),
        ("Perhaps 7?\n</think>\n\n12", {"thinking": True}, (True, True)),
        ("Perhaps 7?\n</think>12", {"thinking": True}, (True, True)),
        ("Perhaps 7?\n</think>\n\nIt", {"thinking": True}, (False, False)),
        ("12", {"thinking": True}, (True, False)),  # still the thought
    ],
)
def test_an_answer_is_the_value_alone(grammars: Grammars, text: str, how: Any, fits: tuple[bool, bool]) -> None:
    assert taken(grammars, text, NUMBER, **how) == fits


def test_a_reply_without_marks_is_not_ended_where_it_could_be(free: TransformersModel) -> None:
    """A model that nobody holds may write words first, or a longer number."""
    form = Calls.answer(NUMBER)
    assert [end_of_call(text, form) for text in ("1", "Well", '{"a": 1} or')] == [-1, -1, -1]
    torch.manual_seed(0)
    asked = Prompt((Message("user", ("How many?",)),), max_tokens=8, calls=form)
    assert free.generate(asked).reply_tokens == 8


class Open(BaseModel, extra="allow"):
    a: int


def test_types_that_ignore_other_keys_are_held_to_their_own_and_those_that_take_them_are_not() -> None:
    assert Form(Bill).calls.schema["additionalProperties"] is False
    assert Form(Bill).calls.schema["properties"].keys() == Bill.model_fields.keys()
    assert Form(Bill).calls.schema["$defs"]["Place"]["additionalProperties"] is False
    assert Form(Open).calls.schema["additionalProperties"] is True
    assert Form(SCHEMA).calls.schema == SCHEMA
    assert "additionalProperties" not in Form(Bill).schema  # what the model is told


def test_a_model_is_told_the_form_only_where_one_is_asked_for() -> None:
    heard: list[Prompt] = []

    class Listening:
        name = "listening"

        def generate(self, prompt: Prompt) -> Reply:
            heard.append(prompt)
            return Reply("12")

    chat = Chat(Listening())
    assert chat.ask("How many?", type=int) == 12
    chat.ask("Sure?")
    assert [prompt.calls and prompt.calls.schema for prompt in heard] == [{"type": "integer"}, None]


def test_the_command_holds_a_checkpoint_to_the_schema_in_a_file(
    checkpoint: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    schema = {**SCHEMA, "properties": {**SCHEMA["properties"], "shop": {"enum": ["Luna", "月"]}}}  # type: ignore[dict-item]
    (tmp_path / "bill.json").write_text(json.dumps(schema))
    Image.new("RGB", (56, 56), "red").save(tmp_path / "bill.png")
    words = ["ask", "What?", str(tmp_path / "bill.png"), "--model", str(checkpoint("qwen3_vl")), "--max-tokens", "400"]
    with pytest.raises(SystemExit) as left:
        main([*words, "--json-schema", str(tmp_path / "bill.json"), "--constrain", "--json"])
    out, err = capsys.readouterr()
    assert left.value.code == 0, err  # where transformers tells how far it has loaded
    answer = json.loads(out)
    assert not list(Draft202012Validator(schema).iter_errors(answer["answer"]))
    assert answer["prompt_tokens"] == answer["computed_tokens"]  # it was asked once
