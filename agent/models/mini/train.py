"""Train the mini model: `python -m handsight.models.mini.train --minutes 60 --folder school`.

It goes on where the folder's last run ended, and ends with a checkpoint that `--model FOLDER/mini` takes. The same
seed and number of steps give the same model; what is drawn and asked depends on the seed alone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import nullcontext
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Annotated, Any

import torch
import typer

from handsight.models.mini.learning import memory
from handsight.models.mini.learning.batches import Batch, ahead, batches
from handsight.models.mini.learning.forward import learn_by_products, read, see
from handsight.models.mini.learning.losses import Answers, Helps, Looking, wanted_of
from handsight.models.mini.learning.marks import marks
from handsight.models.mini.learning.optimiser import Optimiser, share_at
from handsight.models.mini.school.phones import fonts_of
from handsight.models.mini.school.samples import Sample, samples
from handsight.models.mini.school.words import characters
from handsight.models.mini.shape import build, load, save
from handsight.models.mini.vocabulary import Vocabulary

CHUNK, HELD = 1500, 60  # screens drawn at once (both cores draw, then both learn), and those that marks are given on
PICTURES, ROOM = 10, 600  # of a batch: screens, and tokens of questions about each
PEAK = 1e-3
WARM_STEPS = 60
SEEING = 0.5  # of the rate: what can see already learns more slowly while it learns to answer
SHARES = {"letters": 1.0, "kinds": 0.15, "offsets": 0.15, "rows": 0.1, "pointing": 0.2, "looking": 0.3, "switches": 0.3}
HELD_SEED = 999_999
SAVE_EVERY_S = 120


class School:
    """A model with all that its learning needs; `folder` holds its state, its log and its checkpoint."""

    def __init__(self, folder: Path, seed: int = 1) -> None:
        self.folder, self.checkpoint, self.seed = folder, folder / "mini", seed
        self.vocabulary = Vocabulary(characters())
        torch.manual_seed(seed)
        self.model = build(self.vocabulary)
        learn_by_products(self.model)
        self.helps = Helps(self.vocabulary)
        self.looking = Looking(self.model.model.language_model.layers)
        self.answers = Answers(self.vocabulary)
        named = [*self.model.named_parameters(), *((f"helps.{name}", p) for name, p in self.helps.named_parameters())]
        self.optimiser = Optimiser(named, PEAK)
        self.steps, self.chunk, self.seconds = 0, 0, 0.0
        folder.mkdir(parents=True, exist_ok=True)

    def losses(self, batch: Batch, stage: str = "both") -> tuple[torch.Tensor, dict[str, float]]:
        """What is to become less, and its parts: seeing at the stage "sight", answering at "words", else both."""
        with torch.autocast("cpu", torch.bfloat16):
            with torch.set_grad_enabled(stage != "words"):
                features = see(self.model, batch.pixels)
            parts = self.helps.seeing(features, batch) if stage != "words" else {}
            if stage == "sight":
                return sum(parts.values(), torch.zeros(())), _numbers(parts)
            state = read(self.model, features, batch)
            there, wanted, weights = wanted_of(batch)
            total, places = self.answers.loss(self.model.lm_head(state[there]), wanted, weights)
            parts["pointing"] = self.helps.pointing(self.looking.early, self.looking.later, batch)
            parts["looking"] = self.looking.loss(batch)
            parts["switches"] = self.helps.switches(self.looking.last, batch)
        whole = total + sum(SHARES[name] * part for name, part in parts.items())
        return whole, _numbers({"answers": total, "places": places, **parts})

    def learn(
        self, minutes: float, *, sight: float = 0, words: float = 0, pool: Executor | None = None, tell: Any = print
    ) -> None:
        """Learn until `minutes` of learning are over, those of earlier runs among them.

        They are minutes of all cores: beside other work they last longer. Until `sight` it only learns to see, from
        then until `words` only to answer.
        """
        ends = {"sight": 60 * sight, "words": 60 * words, "both": 60 * minutes}
        held = list(self._batches(list(samples(HELD_SEED, self.vocabulary, HELD, pool, held=True)), ROOM))
        saved = time.monotonic()
        while self.seconds < 60 * minutes:
            stage = next(stage for stage, end in ends.items() if self.seconds < end)
            for batch in ahead(self._drawn(stage, pool)):
                parts = self._step(batch, stage, self.seconds / (60 * minutes))
                if self.steps % 20 == 0:
                    memory.release()
                    self._log(tell, step=self.steps, minutes=round(self.seconds / 60, 2), **parts)
                if time.monotonic() - saved > SAVE_EVERY_S or self.seconds >= 60 * minutes:
                    self.save()
                    saved = time.monotonic()
                if self.steps % 400 == 0:
                    self._log(tell, step=self.steps, marks=marks(self.model, held, self.vocabulary))
                if self.seconds >= ends[stage]:
                    break
            self.chunk += 1
        self._log(tell, step=self.steps, marks=marks(self.model, held, self.vocabulary))
        self.save()
        save(self.model, self.vocabulary, self.checkpoint)

    def save(self) -> None:
        """Write the state, whole or not at all."""
        part = self.folder / "state.part"
        counted = {"steps": self.steps, "chunk": self.chunk, "seconds": self.seconds}
        torch.save(
            {"model": self.model.state_dict(), "helps": self.helps.state_dict(),
             "optimiser": self.optimiser.state(), **counted}, part
        )  # fmt: skip
        part.replace(self.folder / "state.pt")

    def restore(self) -> bool:
        """Take up the state of the folder, if there is one."""
        path = self.folder / "state.pt"
        if not path.exists():
            return False
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.helps.load_state_dict(state["helps"])
        if state["optimiser"]:
            self.optimiser.restore(state["optimiser"])
        self.steps, self.chunk, self.seconds = state["steps"], state["chunk"], state["seconds"]
        return True

    def take(self, checkpoint: Path) -> None:
        """Begin with the weights of a checkpoint; characters that were added since have random ones."""
        here = self.model.state_dict()
        for name, stored in load(checkpoint).state_dict().items():
            here[name][: len(stored)] = stored

    def _step(self, batch: Batch, stage: str, progress: float) -> dict[str, float]:
        begun = time.process_time()
        loss, parts = self.losses(batch, stage)
        loss.backward()  # type: ignore[no-untyped-call]
        share = share_at(progress, (self.steps + 1) / WARM_STEPS)
        self.optimiser.step(share, share * (1 if stage == "sight" else SEEING))
        self.steps += 1
        self.seconds += (time.process_time() - begun) / torch.get_num_threads()
        return parts

    def _drawn(self, stage: str, pool: Executor | None) -> Iterator[Batch]:
        """What is learned from next, each twice; to learn to see, pages full of text, about which nothing is asked."""
        seed = self.seed * 10_000 + self.chunk
        if stage == "sight":
            made = list(samples(seed, self.vocabulary, CHUNK, pool, goals=0, printed=0.7, each=0))
        else:
            save(self.model, self.vocabulary, self.checkpoint)
            made = list(samples(seed, self.vocabulary, CHUNK, pool, taught=(self.checkpoint, self.steps)))
        for _ in range(2):
            yield from self._batches(made, 1 if stage == "sight" else ROOM)

    def _batches(self, made: list[Sample], room: int) -> Iterator[Batch]:
        random = Random(self.seed + self.steps)
        random.shuffle(made)
        yield from batches(made, self.vocabulary, size=PICTURES, room=room, random=random)

    def _log(self, tell: Any, **what: Any) -> None:
        line = {name: round(value, 4) if isinstance(value, float) else value for name, value in what.items()}
        tell(json.dumps(line))
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")


def _numbers(parts: Mapping[str, torch.Tensor]) -> dict[str, float]:
    return {name: float(part.detach()) for name, part in parts.items()}


def main(
    minutes: Annotated[float, typer.Option(help="Learn for so long, what was learned before included.")] = 60,
    folder: Annotated[Path, typer.Option(help="Where state, log and checkpoint are kept.")] = Path("school"),
    start: Annotated[
        Path | None, typer.Option(help="A checkpoint's folder to begin with, such as the package's own.")
    ] = None,
    sight: Annotated[float, typer.Option(help="Until then, learn only to see.")] = 15,
    words: Annotated[float, typer.Option(help="From then until then, learn only to answer.")] = 30,
    seed: Annotated[int, typer.Option(help="What is drawn and asked depends on it.")] = 1,
    workers: Annotated[int, typer.Option(help="Processes that draw; 0 draws in this one.")] = 2,
) -> None:
    """Train the mini model, or go on training it."""
    memory.keep()
    if lacking := ", ".join(fonts_of(None).lacking):
        typer.echo(f"no font is here for {lacking} letters, so they cannot be learned: see handsight doctor", err=True)
    school = School(folder, seed)
    if not school.restore() and start:
        school.take(start)
    drawing: dict[str, Any] = {
        "mp_context": get_context("spawn"),
        "initializer": torch.set_num_threads,
        "initargs": (1,),
    }
    context: Any = ProcessPoolExecutor(workers, **drawing) if workers else nullcontext()
    with context as pool:
        school.learn(minutes, sight=sight, words=words, pool=pool)


if __name__ == "__main__":
    typer.run(main)
