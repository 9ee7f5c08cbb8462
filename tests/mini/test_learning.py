"""How the mini model learns: batches as the library counts them, the same numbers as the library's, a smoke run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
import torch
from PIL import Image

from handsight.models.mini import open_mini
from handsight.models.mini.learning.batches import IGNORED, batches, pack
from handsight.models.mini.learning.forward import learn_by_products, patches, read, see
from handsight.models.mini.learning.losses import wanted_of
from handsight.models.mini.school.samples import Sample, from_episode
from handsight.models.mini.shape import build
from handsight.models.mini.train import School
from handsight.models.mini.vocabulary import Vocabulary
from handsight.models.pixels import PatchFormat, chart
from handsight.types import Message, Picture, Prompt

CUT = PatchFormat.of({"image_mean": [0.5] * 3, "image_std": [0.5] * 3, "second_frame": "places"})


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("CHUNK", 12), ("PICTURES", 2), ("ROOM", 160), ("HELD", 8)):
        monkeypatch.setattr(f"handsight.models.mini.train.{name}", value)


def same_size(some: list[Sample], count: int) -> list[Sample]:
    return [sample for sample in some if sample.grid == some[0].grid][:count]


def test_training_sees_the_very_numbers_that_the_model_sees(some: list[Sample]) -> None:
    pixels = torch.from_numpy(some[0].pixels().copy())
    shown, grid = CUT.stills([Image.fromarray(some[0].pixels())])
    assert grid.tolist() == [[1, pixels.shape[0] // 14, pixels.shape[1] // 14]]
    assert torch.allclose(patches(pixels[None])[0], shown, atol=1e-6)


def test_a_chart_tells_each_pixel_from_the_next() -> None:
    shown = chart(728, 336)
    assert shown.shape == (3, 728, 336)
    assert (shown[0, :, 1:] > shown[0, :, :-1]).all()
    assert (shown[1, 1:] > shown[1, :-1]).all()
    assert abs(shown).max() <= 1


def test_a_question_in_a_batch_reads_as_if_it_stood_alone(vocabulary: Vocabulary, some: list[Sample]) -> None:
    torch.manual_seed(0)
    model = build(vocabulary).eval()
    batch = pack(same_size(some, 2), vocabulary, 300, Random(1))
    with torch.inference_mode():
        state = read(model, see(model, batch.pixels), batch)
        for asked in (batch.asked[0], batch.asked[3], batch.asked[-1]):
            opening = batch.ids[asked.at, : batch.cells.stop + 1]
            ids = torch.cat([opening, torch.tensor(asked.question.prompt)])[None]
            shown, grid = CUT.stills([Image.fromarray(batch.pixels[asked.at].numpy())])
            alone = model(
                input_ids=ids,
                attention_mask=torch.ones_like(ids),
                mm_token_type_ids=(ids == vocabulary.control["<|image_pad|>"]).int(),
                pixel_values=shown,
                image_grid_thw=grid,
            ).logits[0, -1]
            assert torch.allclose(alone, model.lm_head(state[asked.at, asked.begin]), atol=1e-4)
        learn_by_products(model)
        assert torch.allclose(read(model, see(model, batch.pixels), batch), state, atol=1e-4)


def test_memory_is_kept_where_it_can_be_and_given_back_on_demand() -> None:
    code = """
import resource
from handsight.models.mini.learning import memory
memory.keep()
for _ in range(3):
    block = bytearray(80_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    del block
    block = bytearray(80_000_000)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
memory.release()
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    if sys.platform == "linux":
        assert int(ran.stdout.split()[-1]) < 1000  # a page each is 20,000


def test_early_on_only_seeing_is_learned(tmp_path: Path, small: None) -> None:
    school = School(tmp_path)
    words = [p.clone() for p in school.model.model.language_model.parameters()]
    school.learn(0.01, sight=0.01, tell=lambda line: None)
    assert school.steps > 0
    assert all(torch.equal(p, q) for p, q in zip(school.model.model.language_model.parameters(), words, strict=True))
    assert set(json.loads((tmp_path / "log.jsonl").read_text().splitlines()[-1])) == {"step", "marks"}


def test_targets_are_the_answers_and_nothing_else(vocabulary: Vocabulary, some: list[Sample]) -> None:
    batch = pack(same_size(some, 3), vocabulary, 400, Random(1))
    wanted = sum(len(asked.question.answer) for asked in batch.asked)
    assert int((batch.targets != IGNORED).sum()) == wanted
    for asked in batch.asked:
        answer = batch.targets[asked.at, asked.begin : asked.begin + len(asked.question.answer)]
        assert answer.tolist() == list(asked.question.answer)


def test_the_goal_that_is_carried_out_weighs_more_than_what_else_is_asked(vocabulary: Vocabulary) -> None:
    episode = from_episode(3, vocabulary, each=4)
    batch = pack(episode[:1], vocabulary, 300, Random(1))
    there, _, given = wanted_of(batch)
    weights = torch.zeros(there.shape).masked_scatter(there, given)
    carried, other = batch.asked[:2]
    assert (carried.question.kind, other.question.kind) == ("goal", "other goal")
    assert (weights[0, carried.begin], weights[0, other.begin]) == (12, 3)
    assert weights[0, other.begin + 2 : other.begin + len(other.question.answer)].eq(1).all()


def test_a_batch_holds_pictures_of_one_size(vocabulary: Vocabulary, some: list[Sample]) -> None:
    made = list(batches(some, vocabulary, size=3, room=200, random=Random(1)))
    assert made
    assert all(len(batch.pixels) == 3 for batch in made)


def test_a_smoke_run_learns_logs_and_ends_with_a_model_that_answers(tmp_path: Path, small: None) -> None:
    school = School(tmp_path)
    said: list[str] = []
    school.learn(0.02, tell=said.append)
    assert school.steps > 0
    marks = json.loads((tmp_path / "log.jsonl").read_text().splitlines()[-1])
    assert marks["step"] == school.steps
    assert all(0 <= share <= 1 for share in marks["marks"].values())
    assert json.loads(said[-1]) == marks
    model = open_mini(tmp_path / "mini")
    assert (model.name, model.family) == ("mini", "qwen2_vl")
    screen = Image.new("RGB", (336, 728), "white")
    reply = model.generate(Prompt((Message("user", (Picture(screen), "tap Save")),), max_tokens=8))
    assert reply.reply_tokens


def test_learning_goes_on_where_it_ended(tmp_path: Path, small: None) -> None:
    first = School(tmp_path)
    first.learn(0.01, tell=lambda line: None)
    second = School(tmp_path)
    assert second.restore()
    assert (second.steps, second.chunk) == (first.steps, first.chunk)
    one, other = first.model.state_dict(), second.model.state_dict()
    assert all(torch.equal(one[name], other[name]) for name in one)
    third = School(tmp_path / "new", seed=2)
    assert not third.restore()
    third.take(tmp_path / "mini")
    other = third.model.state_dict()
    assert all(torch.allclose(one[name], other[name], rtol=0.01) for name in one)
