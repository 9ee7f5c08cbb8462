"""Calling what is imported only then."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from operator import attrgetter
from typing import Any


def later(target: str, *arguments: object, **options: object) -> Callable[[], Any]:
    """Call what stands at "module:name" with these arguments; it is imported only then."""

    def call() -> Any:
        module, _, name = target.partition(":")
        return attrgetter(name)(import_module(module))(*arguments, **options)

    return call
