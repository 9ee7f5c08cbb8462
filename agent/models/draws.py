"""Another reply in place of one to be avoided, such as an act that led back to where it was done.

A model that always writes what is likeliest stays in a circle for ever: what it draws by chance leads out of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch

from handsight.types import Prompt, Reply

MOST = 8
DRAWING: dict[str, Any] = {"do_sample": True, "temperature": 1.0, "top_k": 0, "top_p": 0.9}


def avoiding(prompt: Prompt, answer: Callable[..., Reply]) -> Reply:
    """The likeliest reply or, if that begins as none should, the first that is drawn and does not; else the last.

    `answer` takes what transformers' generate is to do otherwise. For one prompt the same replies are drawn each time.
    """
    reply, written = answer(), 0
    if not reply.text.startswith(prompt.avoid):
        return reply
    with torch.random.fork_rng(range(torch.cuda.device_count())):
        torch.manual_seed(reply.prompt_tokens)
        for _ in range(MOST):
            written += reply.reply_tokens
            reply = answer(**DRAWING)
            if not reply.text.startswith(prompt.avoid):
                break
    return replace(reply, reply_tokens=written + reply.reply_tokens)
