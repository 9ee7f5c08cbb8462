"""How the mini model cuts a screen: 336 x 728 pixels of one of 1080 x 2400, in squares that are a token each."""

from __future__ import annotations

PATCH, MERGE = 14, 2
CELL = PATCH * MERGE
"""The side in pixels of what is one token."""
TOKENS = 320
"""At most so many tokens is a screen."""
