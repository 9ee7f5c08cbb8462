"""Secrets by reference, `env:NAME` or `keyring:SERVICE/USER`: looked up when a task is played, and written nowhere."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping

from handsight.errors import BadTask, ExtraMissing
from handsight.types import MASKED

_REFERENCE = re.compile(r"env:(?P<env>[A-Za-z_][A-Za-z0-9_]*)|keyring:(?P<service>[^/]+)/(?P<user>.+)")


def check_reference(name: str, reference: str) -> None:
    """Raise BadTask for what is no reference; it is not repeated, since it may be the secret itself."""
    if not _REFERENCE.fullmatch(reference):
        raise BadTask(f"the secret {name!r} is given by reference: env:NAME or keyring:SERVICE/USER")


def resolve(secrets: Mapping[str, str]) -> dict[str, str]:
    """The secrets themselves. Raises BadTask for one that is not there, ExtraMissing."""
    return {name: _resolved(name, reference) for name, reference in secrets.items()}


def hidden(text: str, secrets: Iterable[str]) -> str:
    """The text without any of the secrets, as they are or as they stand within quotes."""
    for secret in sorted({said for each in secrets for said in (each, repr(each)[1:-1])}, key=len, reverse=True):
        text = text.replace(secret, MASKED)
    return text


def _resolved(name: str, reference: str) -> str:
    found = _REFERENCE.fullmatch(reference)
    assert found
    if found["env"]:
        value, where = os.environ.get(found["env"]), f"set the environment variable {found['env']}"
    else:
        value = _kept(found["service"], found["user"])
        where = f"store it with: keyring set {found['service']} {found['user']}"
    if not value:
        raise BadTask(f"the secret {name!r} is not there; {where}")
    return value


def _kept(service: str, user: str) -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError as problem:
        raise ExtraMissing("keyring", "a secret in the keyring") from problem
    try:
        return keyring.get_password(service, user)
    except KeyringError as problem:
        raise BadTask(f"the keyring cannot be read: {' '.join(str(problem).split())}") from problem
