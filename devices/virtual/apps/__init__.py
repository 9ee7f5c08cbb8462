"""The apps of the virtual phone, and where further ones come from."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import entry_points
from types import ModuleType

from handsight.devices.virtual.kit.app import App
from handsight.errors import UnknownName

GROUP = "handsight.apps"
DEFAULT = ("launcher", "settings", "contacts", "messages", "notes", "clock", "files", "shop")


@cache  # to look through all installed packages takes longer than to make a phone
def default_apps() -> tuple[type[App], ...]:
    """The apps that every phone has, and those that installed packages offer under the entry point group."""
    names = [f"{__name__}.{name}" for name in DEFAULT]
    return tuple(load_apps([*names, *(point.value for point in entry_points(group=GROUP))]))


def load_apps(words: Iterable[str]) -> list[type[App]]:
    """The apps of modules: each word is "pkg.module", or "pkg.module:Class". Raises UnknownName."""
    found: list[type[App]] = []
    for word in words:
        name, _, attribute = word.partition(":")
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as error:
            raise UnknownName(
                f"no module {error.name!r} to take apps from; give it as pkg.module, importable"
            ) from error
        except Exception as error:  # a user's file may fail in any way; which way is said
            raise UnknownName(f"{name} cannot be loaded: {type(error).__name__}: {error}") from error
        new = [getattr(module, attribute, None)] if attribute else _apps_in(module)
        wrong = [item for item in new if not (isinstance(item, type) and issubclass(item, App))]
        if not new or wrong:
            raise UnknownName(f"{word} has no apps: expected subclasses of App, or a list of them called `apps`")
        found += [item for item in new if isinstance(item, type) and issubclass(item, App) and item not in found]
    return found


def new_apps(wanted: Iterable[str | type[App] | App] | None) -> list[App]:
    """Make the apps of a phone: all there are, or the wanted ones; a launcher is always among them."""
    if wanted is None:
        return [make() for make in default_apps()]
    apps: list[App] = []
    for item in wanted:
        if isinstance(item, str):
            apps += [make() for make in load_apps([item])]
        else:
            apps.append(item if isinstance(item, App) else item())
    if not any(app.hidden for app in apps):
        apps = [*(make() for make in load_apps([f"{__name__}.launcher"])), *apps]
    return apps


def _apps_in(module: ModuleType) -> list[object]:
    listed = getattr(module, "apps", None)
    if listed is not None:
        return list(listed)
    return [
        item
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, App) and item.__module__ == module.__name__
    ]
