"""From words to objects: which device, model, dialect and tools "virtual", "reader" or "my_tools.py" stand for.

Words are understood before anything is opened: `device_opener` and `model_opener` raise UnknownName at once and give
what does the opening later. Third parties add names through the entry point groups `handsight.devices`,
`handsight.models` and `handsight.dialects`, or are named as `pkg.module:Class`.
"""

from __future__ import annotations

from handsight.plugins import load_tools, mcp_tools
from handsight.rules import read_rules
from handsight.wiring.agents import assemble, open_agent
from handsight.wiring.devices import device_opener, open_device
from handsight.wiring.models import (
    check_held,
    check_task,
    close,
    dialect_of,
    is_checkpoint,
    model_opener,
    open_dialect,
    open_model,
)

__all__ = [
    "assemble",
    "check_held",
    "check_task",
    "close",
    "device_opener",
    "dialect_of",
    "is_checkpoint",
    "load_tools",
    "mcp_tools",
    "model_opener",
    "open_agent",
    "open_device",
    "open_dialect",
    "open_model",
    "read_rules",
]
