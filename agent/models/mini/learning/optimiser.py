"""Muon for the matrices, AdamW for everything else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn


class Optimiser:
    """Two optimisers as one. `peak` is the highest rate of learning; what sees may have a rate of its own."""

    def __init__(self, named: Iterable[tuple[str, nn.Parameter]], peak: float, decay: float = 0.05) -> None:
        every = list(named)
        inner = {name for name, p in every if p.ndim == 2 and "embed" not in name and not name.startswith("helps")}

        def groups(names: Iterable[str], decay: float) -> list[dict[str, Any]]:
            chosen = [(name, p) for name, p in every if name in names]
            return [
                {"params": [p for name, p in chosen if ("visual" in name) is sees], "sees": sees, "weight_decay": decay}
                for sees in (False, True)
            ]

        wide = groups({name for name, p in every if p.ndim > 1} - inner, decay)
        thin = groups({name for name, p in every if p.ndim < 2}, 0.0)
        self.peak, self._all = peak, [p for _, p in every]
        muon: Any = {"momentum": 0.95, "ns_steps": 5, "adjust_lr_fn": "match_rms_adamw"}
        self._parts: list[Any] = [
            torch.optim.AdamW([*wide, *thin], lr=peak, betas=(0.9, 0.98), fused=True),
            torch.optim.Muon(groups(inner, decay), lr=peak, **muon),
        ]

    def step(self, share: float, seeing: float) -> None:
        """One step at a share of the highest rate, of what sees at another; the gradients are then gone."""
        torch.nn.utils.clip_grad_norm_(self._all, 1.0)
        for part in self._parts:
            for group in part.param_groups:
                group["lr"] = self.peak * (seeing if group["sees"] else share)
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
