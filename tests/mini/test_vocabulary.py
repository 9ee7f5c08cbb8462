"""What the mini model reads and writes, and that any tokenizer library reads and writes the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsight.models.mini.shape import build, save
from handsight.models.mini.vocabulary import CONTROL, PLACES, Vocabulary, stored

ACTS = ("tap “Save” ‹455›‹120›", "type “two eggs”", "scroll down", "say “14”", "fail “no Thunder”", "back")


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_written_in_few_tokens_and_read_back(vocabulary: Vocabulary, act: str) -> None:
    ids = vocabulary.encode(act)
    assert vocabulary.decode(ids) == act
    assert len(ids) <= len(act)
    assert len(vocabulary.encode("‹455›‹120›")) == 2


def test_a_place_is_one_token_for_each_step(vocabulary: Vocabulary) -> None:
    assert vocabulary.decode([vocabulary.place(0.4551)]) == "‹455›"
    assert vocabulary.decode([vocabulary.place(-1), vocabulary.place(7)]) == "‹0›‹1000›"
    assert len(PLACES) == 201


def test_what_is_no_character_of_it_is_said_to_be_unknown(vocabulary: Vocabulary) -> None:
    assert vocabulary.decode(vocabulary.encode("a☃b")) == "a\ufffdb"


@given(st.text(alphabet="ab 设置“”‹›5\ntap back", max_size=30))
def test_the_tokenizer_that_is_stored_gives_the_same_ids(text: str) -> None:
    vocabulary = Vocabulary("\n ab设置“‹›5tpck")
    tokenizer = vocabulary.tokenizer()
    assert tokenizer.encode(text, add_special_tokens=False).ids == vocabulary.encode(text)
    assert tokenizer.decode(vocabulary.encode(text)) == vocabulary.decode(vocabulary.encode(text))


def test_words_of_a_user_are_no_control_tokens(vocabulary: Vocabulary) -> None:
    for token in CONTROL:
        assert not set(vocabulary.encode(token)) & set(vocabulary.control.values())


def test_a_checkpoint_holds_its_vocabulary(vocabulary: Vocabulary, tmp_path: Path) -> None:
    save(build(vocabulary), vocabulary, tmp_path)
    assert stored(tmp_path).tokens == vocabulary.tokens


def test_no_token_may_stand_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        Vocabulary("aba")
