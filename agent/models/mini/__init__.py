"""The embedded eye: a small Qwen2-VL of the real architecture, trained from scratch on what the virtual phone draws.

It is a demonstration and a test bench on screens that it was schooled on; for the world there are Qwen2-VL and its
successors behind the same flag.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from handsight.models.local import TransformersModel

FOLDER = Path(__file__).parent / "qwen2-vl"
"""The checkpoint that the package carries, in the form in which any Qwen2-VL checkpoint is stored."""


def open_mini(folder: Path = FOLDER, **how: Any) -> TransformersModel:
    """Load it as any checkpoint is loaded; `how` is as in `open_local`."""
    from handsight.models.local import open_local

    model = open_local(folder, **how)
    model.name = "mini"
    return model
