"""Held to a grammar, even a model that knows nothing writes only calls that are allowed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from jsonschema import Draft202012Validator
from PIL import Image

from handsight.errors import UsageError
from handsight.models.grammar import Grammars
from handsight.models.local import TransformersModel, open_local
from handsight.prompts.forms.tagged import Tagged
from handsight.prompts.functions import Functions
from handsight.tools.gestures import long_press, open_app, press, swipe, tap, type_text
from handsight.tools.registry import Tool, Tools
from handsight.tools.session import session_tools
from handsight.types import Calls, Message, Prompt, Reply, Screen, ToolCall, Trajectory
from handsight.wiring import open_dialect

from .checkpoints import picture, qwen_tokenizer


def pin(where: list[int], label: str = "") -> str:
    """Put a pin on the map."""
    return f"{where} {label}"


def short(schema: Any) -> Any:
    """The schema with an end to every text, so that a model that knows no end finds one."""
    if isinstance(schema, list):
        return [short(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: short(part) for key, part in schema.items()}
    if made.get("type") == "string" and "enum" not in made:
        made["maxLength"] = min(made.get("maxLength", 12), 12)
    if made.get("type") == "array" and "prefixItems" not in made:
        made["maxItems"] = 3
    return made


TOOLS = Tools([tap, long_press, swipe, type_text, press, open_app, *session_tools(), Tool.of(pin)])
ALLOWED = Tagged().calls(Functions(TOOLS), (1000, 1000))
assert ALLOWED
CALLS = Calls(short(ALLOWED.schema), most_chars=20)
PROMPT = Prompt((Message("user", ("Do something.", picture("red", (56, 84)))),), max_tokens=500, calls=CALLS)
FITS = Draft202012Validator(CALLS.schema)


@pytest.fixture(scope="module")
def held(checkpoint: Callable[[str], Path]) -> TransformersModel:
    """A random model that samples, and is held to the calls that are allowed."""
    model = open_local(checkpoint("qwen2_vl"), device="cpu", constrain=True, drafts=0)
    model._model.generation_config.update(do_sample=True, temperature=1.5, top_k=0)
    return model


def call_in(text: str, calls: Calls = CALLS) -> Any:
    """The call that a reply ends with."""
    thought, opening, rest = text.partition(calls.opening)
    assert opening, text
    assert rest.endswith(calls.closing), text
    return json.loads(rest.removesuffix(calls.closing))


def test_a_model_that_knows_nothing_writes_valid_calls(held: TransformersModel) -> None:
    torch.manual_seed(0)
    for _ in range(4):
        reply = held.generate(PROMPT)
        assert reply.finish == "stop"
        assert not [error.message for error in FITS.iter_errors(call_in(reply.text))]


def test_fifty_of_fifty_replies_of_pure_chance_are_valid_calls(grammars: Grammars) -> None:
    """As a model that gives all tokens the same odds."""
    tokenizer, random, names = qwen_tokenizer(256), torch.Generator().manual_seed(0), set()
    for _ in range(50):
        holder, ids = grammars.hold(CALLS, 0), torch.zeros((1, 0), dtype=torch.long)
        while True:
            scores = holder(ids, torch.zeros(1, len(tokenizer) + 60))
            if holder.done:
                break
            ids = torch.cat([ids, torch.multinomial(scores.softmax(-1), 1, generator=random)], dim=1)
        call = call_in(tokenizer.decode(ids[0]))
        assert not [error.message for error in FITS.iter_errors(call)]
        names.add(call["name"])
    assert len(names) > 2  # there was a choice


@pytest.mark.parametrize("name", ["nous", "json", "qwen2_vl", "qwen_agent", "qwen35"])
def test_by_pure_chance_each_form_that_has_a_grammar_gives_calls_that_run(grammars: Grammars, name: str) -> None:
    """The calls are read by the dialect and checked by the tools, as a run does."""
    dialect, screen = open_dialect(name), Screen(Image.new("RGB", (1080, 2400)))
    trajectory = Trajectory("x")
    trajectory.add_step().screen = screen
    prompt = dialect.render(trajectory, TOOLS)
    assert prompt.calls
    tokenizer, random, names = qwen_tokenizer(256), torch.Generator().manual_seed(1), set()
    unlikely = torch.zeros(1, len(tokenizer) + 60)
    unlikely[0, 10:256] = -2  # texts would grow long, were all letters as likely as their end
    for _ in range(20):
        holder, ids = grammars.hold(replace(prompt.calls, most_chars=20), 0), torch.zeros((1, 0), dtype=torch.long)
        while ids.shape[1] < 600:
            scores = holder(ids, unlikely.clone())
            if holder.done:
                break
            ids = torch.cat([ids, torch.multinomial(scores.softmax(-1), 1, generator=random)], dim=1)
        if not holder.done:
            continue  # a text without an end
        (call,) = dialect.parse(Reply(tokenizer.decode(ids[0])), screen, TOOLS)
        if call.name in ("type_text", "press", "open_app") and not any(call.arguments.values()):
            continue  # free text may be empty, which the tool's own check refuses
        TOOLS.check(call)
        names.add(call.name)
    assert len(names) > 3


@pytest.mark.parametrize("name", ["nous", "json", "qwen2_vl", "qwen_agent", "qwen35", "gui_owl"])
def test_what_a_dialect_writes_passes_its_own_grammar(grammars: Grammars, name: str) -> None:
    dialect, screen = open_dialect(name), Screen(Image.new("RGB", (1080, 2400)))
    trajectory = Trajectory("x")
    trajectory.add_step().screen = screen
    calls = dialect.render(trajectory, TOOLS).calls
    assert calls
    for call in [
        ToolCall("tap", {"at": [12.0, 2300.0]}, "Here."),
        ToolCall("swipe", {"start": [1.0, 2.0], "end": [3.0, 4.0]}),
        ToolCall("type_text", {"text": '打 "a"\n</x> b'}, "Type."),
        ToolCall("press", {"key": "home"}),
        ToolCall("finish", {"success": False, "message": "No."}, "No."),
        ToolCall("pin", {"where": [1, 2], "label": "x"}),
        ToolCall("pin", {"where": []}),
    ]:
        text = dialect.write(call, screen, TOOLS)
        ending = "" if text.endswith(calls.closing) else calls.closing
        assert refused_at(grammars, text + ending, calls) is None, text


def test_without_the_grammar_the_same_model_writes_no_call(checkpoint: Callable[[str], Path]) -> None:
    free = open_local(checkpoint("qwen2_vl"), device="cpu")
    reply = free.generate(replace(PROMPT, max_tokens=40))
    assert CALLS.opening not in reply.text


def test_a_prompt_that_allows_no_calls_is_answered_freely(held: TransformersModel) -> None:
    torch.manual_seed(0)
    assert CALLS.opening not in held.generate(replace(PROMPT, calls=None, max_tokens=20)).text


def test_a_reply_that_runs_out_of_room_says_so(held: TransformersModel) -> None:
    assert held.generate(replace(PROMPT, max_tokens=5)).finish == "length"


# What the grammar takes, token by token


@pytest.fixture(scope="module")
def grammars() -> Grammars:
    tokenizer = qwen_tokenizer(256)
    return Grammars(tokenizer, len(tokenizer) + 60, [tokenizer.convert_tokens_to_ids("<|im_end|>")])


def refused_at(grammars: Grammars, text: str, calls: Calls = CALLS, **how: Any) -> str | None:
    """What is left of the text where the grammar refuses it; "" where it wants more, None where it is complete."""
    tokenizer = qwen_tokenizer(256)
    ids = tokenizer(text, add_special_tokens=False, split_special_tokens=True).input_ids
    holder = grammars.hold(calls, 3, **how)
    size = len(tokenizer) + 60
    for at in range(len(ids)):
        scores = holder(torch.tensor([[0, 0, 0, *ids[:at]]]), torch.zeros(1, size))
        assert torch.isneginf(scores[0, len(tokenizer) :]).all()  # ids that are no token
        if holder.done or torch.isneginf(scores[0, ids[at]]):
            return str(tokenizer.decode(ids[at:]))
    holder(torch.tensor([[0, 0, 0, *ids]]), torch.zeros(1, size))
    return None if holder.done else ""


CLICK = '{"name": "mobile_use", "arguments": {"action": "click", "coordinate": [12, 1000]}}'


@pytest.mark.parametrize(
    "text",
    [
        f"<tool_call>\n{CLICK}\n</tool_call>",
        f"A < and a {{: tap\n<tool_call>\n{CLICK}\n</tool_call>",
        f"我点这里 <tool_call>?\n<tool_call>\n{CLICK}\n</tool_call>",
        '<tool_call>\n{"name": "ask_user", "arguments": {"question": "</tool_"}}\n</tool_call>',
        '<tool_call>\n{"name": "pin", "arguments": {"where": [1, 2], "label": "é\\n 打"}}\n</tool_call>',
        '<tool_call>\n{"name": "pin", "arguments": {"where": []}}\n</tool_call>',
    ],
)
def test_a_reply_as_it_is_meant_passes_whole(grammars: Grammars, text: str) -> None:
    assert refused_at(grammars, text) is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('<tool_call>\n{"name": "dance"', 'dance"'),
        ('<tool_call>\n{"arguments"', 'arguments"'),
        ('<tool_call>\n{"name": "mobile_use", "arguments": {"action": "click"}', "}"),
        (f"<tool_call>\n{CLICK.replace('1000', '1001')}", "1]}}"),
        (f"<tool_call>\n{CLICK.replace('12', '-12')}", "-12, 1000]}}"),
        (f"<tool_call>\n{CLICK.replace('12', '1.5')}", ".5, 1000]}}"),
        (f"<tool_call>\n{CLICK}\n</tool_call>\nAnd", "\nAnd"),
        (f"{'x' * 21}<tool_call>", "x<tool_call>"),
    ],
)
def test_what_no_tool_takes_is_refused_where_it_goes_wrong(grammars: Grammars, text: str, left: str) -> None:
    assert refused_at(grammars, text) == left


def test_a_model_that_thinks_calls_only_after_its_thought(grammars: Grammars) -> None:
    thought = f"Perhaps\n<tool_call>\n{CLICK}\n</tool_call>"
    assert refused_at(grammars, thought, thinking=True) == ""
    call = f"\n</think>\n\nSo:\n<tool_call>\n{CLICK}\n</tool_call>"
    assert refused_at(grammars, thought + call, thinking=True) is None


def test_a_form_with_other_marks_is_held_as_well(grammars: Grammars) -> None:
    calls = Calls({"type": "object", "properties": {}, "additionalProperties": False}, "✿ARGS✿: ", "\n✿END✿")
    assert refused_at(grammars, "so ✿ARGS✿: {}\n✿END✿", calls) is None
    assert refused_at(grammars, "so ✿ARGS✿: []", calls) == "[]"


def test_a_schema_that_no_grammar_can_express_is_refused_in_words(grammars: Grammars) -> None:
    with pytest.raises(UsageError, match="cannot be held to the schemas of these calls: .*simplify what"):
        grammars.hold(Calls({"type": "object", "properties": {"a": {"$ref": "#/nowhere"}}}), 0)
