"""What every form in which models write calls is to a dialect: how calls are listed, written and read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from handsight.prompts.functions import Functions, Written
from handsight.prompts.wording import Language
from handsight.types import Calls, Reply


class Form(Protocol):
    """A way of writing calls; `holds` says that there is a grammar of them."""

    stop: tuple[str, ...]
    holds: bool

    def listed(self, functions: Functions, specs: Sequence[dict[str, Any]], language: Language) -> str:
        """The functions as a prompt lists them; `specs` hold name, description and parameters of each."""
        ...

    def read(self, reply: Reply, functions: Functions) -> list[Written]:
        """The calls in a reply, at least one, in order up to the first that cannot be read.

        Raises BadReply, in words for the model, where there is none or that is the very first.
        """
        ...

    def write(self, name: str, arguments: dict[str, Any], said: str) -> str:
        """A reply that says something and makes one call: what `read` reads."""
        ...

    def calls(self, functions: Functions, edge: tuple[int, int]) -> Calls | None:
        """What a model may be held to, places being whole numbers up to `edge`; None where there is no grammar."""
        ...
