"""Muon for the matrices, AdamW for everything else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn


class Optimiser:
    """Two optimisers as one. `peak` is the highest rate of learning."""

    def __init__(self, named: Iterable[tuple[str, nn.Parameter]], peak: float, decay: float = 0.05) -> None:
        matrices: list[nn.Parameter] = []
        others: list[nn.Parameter] = []
        for name, parameter in named:
            inner = parameter.ndim == 2 and "embed" not in name and not name.startswith("helps")
            (matrices if inner else others).append(parameter)
        wide = [parameter for parameter in others if parameter.ndim > 1]
        thin = [parameter for parameter in others if parameter.ndim < 2]
        groups = [{"params": wide, "weight_decay": decay}, {"params": thin, "weight_decay": 0.0}]
        self.peak, self._all = peak, [*matrices, *others]
        self._parts: list[Any] = [
            torch.optim.AdamW(groups, lr=peak, betas=(0.9, 0.98), fused=True),
            torch.optim.Muon(
                matrices, lr=peak, weight_decay=decay, momentum=0.95, ns_steps=5, adjust_lr_fn="match_rms_adamw"
            ),
        ]

    def step(self, share: float) -> None:
        """One step at a share of the highest rate; the gradients are then gone."""
        torch.nn.utils.clip_grad_norm_(self._all, 1.0)
        for part in self._parts:
            for group in part.param_groups:
                group["lr"] = self.peak * share
            part.step()
            part.zero_grad(set_to_none=True)

    def state(self) -> list[Any]:
        return [part.state_dict() for part in self._parts]

    def restore(self, state: list[Any]) -> None:
        for part, stored in zip(self._parts, state, strict=True):
            part.load_state_dict(stored)


def share_at(progress: float, warmed: float, steady: float = 0.7, floor: float = 0.02) -> float:
    """The share of the highest rate at a progress of 0 to 1: up while `warmed` is below 1, level, at last down a line.

    While it is level learning can be prolonged at will.
    """
    left = min(1.0, max(0.0, (1 - progress) / (1 - steady)))
    return min(1.0, warmed) * max(floor, left)
