"""Memory that is kept between steps, where the C library can: each step asks for the same gigabytes again.

Without it every large tensor is given back to the system and its pages are cleared anew: half of attention's time.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

_OPTIONS = ((-4, 0), (-1, 2**31 - 1), (-2, 2**29), (-8, 1))
"""M_MMAP_MAX, M_TRIM_THRESHOLD, M_TOP_PAD and M_ARENA_MAX of glibc's malloc.h."""


def keep() -> None:
    """Keep from now on what is freed."""
    if libc := _glibc():
        for option, value in _OPTIONS:
            libc.mallopt(option, value)


def release() -> None:
    """Give back what is free now, so that holes between what stays do not add up."""
    if libc := _glibc():
        libc.malloc_trim(0)


def _glibc() -> Any:
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    return libc if hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim") else None
