"""What the model is asked for while it learns: the answers, and helps that fall away afterwards.

The helps: which letters stand in each patch, what kind of thing is in each cell and how far its middle is, in which row
and column a cell is, whether a switch is on and is to be, and that two layers of the language model look at the right
cells when they are to write a place or a letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from handsight.models.mini.learning.batches import IGNORED, Batch
from handsight.models.mini.school.samples import KINDS, SLOTS
from handsight.models.mini.vocabulary import PLACES, Vocabulary

HIDDEN = 256
LOOKING = (4, 5)  # the layers of the language model whose first head is to look at what is meant
_POINTING = 3  # the layer after which the end of the question is to know the cells
_KNOWING = 4  # and that after which it is to know what is in them
_ROWS = _COLUMNS = 64  # more than any screen has
_BLUR = 1.2  # steps: a place that is one step off is nearly right
_CARRIED = 4.0  # the weight of the goal that is carried out: there what was done is mostly right, for others seldom
_BEGINNING = _PLACE = 3.0  # that of the verb and the first letter of what is meant, and of a place
_BLANKS = 0.06  # of the patches without letters, how many are asked about


class Helps(nn.Module):
    """The heads that only learning needs."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(HIDDEN)
        self.slots = nn.Linear(HIDDEN, 4 * SLOTS * 64)
        self.letter = nn.Linear(64, len(vocabulary.characters) + 1)
        self.kind = nn.Linear(HIDDEN, len(KINDS))
        self.offset = nn.Linear(HIDDEN, 2)
        self.row, self.column = nn.Linear(HIDDEN, _ROWS), nn.Linear(HIDDEN, _COLUMNS)
        self.asks, self.answers = nn.Linear(HIDDEN, 128), nn.Linear(HIDDEN, 128)
        self.ask_norm, self.answer_norm = nn.LayerNorm(HIDDEN), nn.LayerNorm(HIDDEN)
        self.sharp = nn.Parameter(torch.tensor(0.0))
        self.switch_norm, self.switch = nn.LayerNorm(HIDDEN), nn.Linear(HIDDEN, 4)

    def seeing(self, features: Tensor, batch: Batch) -> dict[str, Tensor]:
        """Losses of the features (B, cells, hidden) of pictures."""
        normed = self.norm(features)
        losses = {"letters": self._letters(normed, batch)}
        kinds = batch.kinds.flatten()
        losses["kinds"] = F.cross_entropy(self.kind(normed).flatten(0, 1).float(), kinds)
        there = kinds > 0
        aimed = self.offset(normed).flatten(0, 1)[there].float()
        losses["offsets"] = F.smooth_l1_loss(aimed, batch.offsets.flatten(0, 2)[there] / 50, beta=0.2)
        rows, columns = batch.grid
        cells = torch.arange(rows * columns).expand(len(features), -1).flatten()
        down, across = self.row(normed).flatten(0, 1).float(), self.column(normed).flatten(0, 1).float()
        # by shares of the picture, as places are written
        down_at, across_at = (cells // columns * _ROWS) // rows, (cells % columns * _COLUMNS) // columns
        losses["rows"] = F.cross_entropy(down, down_at) + F.cross_entropy(across, across_at)
        return losses

    def pointing(self, early: Tensor, later: Tensor, batch: Batch) -> Tensor:
        """That the end of a question knows the cells: from the states (B, L, hidden) after two layers."""
        asked = [each for each in batch.asked if each.question.cells]
        if not asked:
            return torch.zeros(())
        at = torch.tensor([each.at for each in asked])
        keys = self.answers(self.answer_norm(early[:, batch.cells]))
        queries = self.asks(self.ask_norm(later[at, torch.tensor([each.begin for each in asked])]))
        scores = torch.einsum("nd,nkd->nk", queries, keys[at]).float() * 128**-0.5 * self.sharp.exp()
        return _within(scores, [each.question.cells for each in asked])

    def switches(self, states: Tensor, batch: Batch) -> Tensor:
        """That the end of a question knows whether a switch is on, and whether it is to be: from states (B, L, hidden).

        What to do depends on whether the two are alike, and is hardly found while neither is known.
        """
        asked = [each for each in batch.asked if each.question.switch is not None]
        if not asked:
            return torch.zeros(())
        at, begin = torch.tensor([each.at for each in asked]), torch.tensor([each.begin for each in asked])
        known = self.switch(self.switch_norm(states[at, begin])).float().view(-1, 2)
        return F.cross_entropy(known, torch.tensor([each.question.switch for each in asked]).long().flatten())

    def _letters(self, normed: Tensor, batch: Batch) -> Tensor:
        letters = batch.letters.flatten()
        chosen = (letters >= 0) | (torch.rand(letters.shape) < _BLANKS)
        slots = self.slots(normed).view(-1, 64)[chosen]
        wanted = letters[chosen]
        wanted = torch.where(wanted < 0, self.letter.out_features - 1, wanted)
        return F.cross_entropy(self.letter(slots).float(), wanted)


class Looking:
    """Hears what two layers attend to, and asks that it be what a place is about."""

    def __init__(self, layers: Any) -> None:
        self._heard: list[dict[str, Any]] = [{} for _ in LOOKING]
        self.states: dict[int, Tensor] = {}
        self._layers = [layers[number] for number in LOOKING]
        for layer, heard in zip(self._layers, self._heard, strict=True):
            layer.self_attn.register_forward_pre_hook(_hearing(heard), with_kwargs=True)
        for number in (_POINTING - 1, _POINTING, _KNOWING):
            layers[number].register_forward_hook(self._keep(number))

    @property
    def early(self) -> Tensor:
        return self.states[_POINTING - 1]

    @property
    def later(self) -> Tensor:
        return self.states[_POINTING]

    @property
    def last(self) -> Tensor:
        return self.states[_KNOWING]

    def loss(self, batch: Batch) -> Tensor:
        """That the first head looks at the cells when a place, or a letter that is seen, is to be written.

        So it does when it is to be decided whether a switch is touched.
        """
        wanted = [
            (each.at, each.begin + number, cells)
            for each in batch.asked
            for number, cells in enumerate(each.question.looks)
            if cells
        ]
        total = torch.zeros(())
        if not wanted:
            return total
        at, where, cells = zip(*wanted, strict=True)
        rows, columns = torch.tensor(at), torch.tensor(where)
        for layer, heard in zip(self._layers, self._heard, strict=True):
            attention = layer.self_attn
            size = attention.head_dim
            state, (cos, sin) = heard["state"], heard["turns"]
            query = F.linear(state[rows, columns], attention.q_proj.weight[:size], attention.q_proj.bias[:size])
            seen = state[:, batch.cells]
            key = F.linear(seen, attention.k_proj.weight[:size], attention.k_proj.bias[:size])
            query = _turned(query, cos[rows, columns], sin[rows, columns])
            key = _turned(key, cos[:, batch.cells], sin[:, batch.cells])
            scores = torch.einsum("nd,nkd->nk", query, key[rows]).float() * size**-0.5
            total = total + _within(scores, cells)
        return total

    def _keep(self, number: int) -> Any:
        def keep(module: Any, given: Any, came: Any) -> None:
            self.states[number] = came[0] if isinstance(came, tuple) else came

        return keep


class Answers:
    """The loss of the answers themselves."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        steps = torch.arange(len(PLACES))
        blurred = torch.exp(-0.5 * ((steps[:, None] - steps[None]) / _BLUR) ** 2)
        self._blurred = blurred / blurred.sum(1, keepdim=True)

    def loss(self, scores: Tensor, wanted: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
        """Of scores (n, vocabulary) for n wanted tokens with their weights.

        Also how sure the places are, as their mean loss.
        """
        begin, end = self.vocabulary.first_place, self.vocabulary.first_place + len(PLACES)
        logs = F.log_softmax(scores.float(), -1)
        lost = -logs.gather(1, wanted[:, None])[:, 0]
        place = (wanted >= begin) & (wanted < end)
        aimed = -(logs[place][:, begin:end] * self._blurred[wanted[place] - begin]).sum(1)
        lost = lost.masked_scatter(place, aimed)
        weights = torch.where(place, _PLACE * weights, weights)
        return (lost * weights).sum() / weights.sum(), aimed.mean()


def wanted_of(batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """Where something is to be written, (B, L), the tokens that are right there, and what each of them weighs."""
    there = batch.targets != IGNORED
    weights = torch.ones(there.shape)
    for each in batch.asked:
        answer = weights[each.at, each.begin : each.begin + len(each.question.answer)]
        answer[:2] = _BEGINNING
        answer *= _CARRIED if each.question.kind == "goal" else 1.0
    return there, batch.targets[there], weights[there]


def _within(scores: Tensor, cells: Sequence[tuple[int, ...]]) -> Tensor:
    """The loss of scores (n, cells) that are to be high for some of the cells."""
    right = torch.zeros(scores.shape, dtype=torch.bool)
    for row, those in enumerate(cells):
        right[row, list(those)] = True
    logs = F.log_softmax(scores, -1)
    return -torch.logsumexp(logs.masked_fill(~right, -1e4), -1).mean()


def _turned(state: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    half = state.shape[-1] // 2
    other = torch.cat([-state[..., half:], state[..., :half]], -1)
    return state * cos + other * sin


def _hearing(heard: dict[str, Any]) -> Any:
    def hear(module: Any, given: Any, named: dict[str, Any]) -> None:
        heard.update(state=named["hidden_states"], turns=named["position_embeddings"])

    return hear
