"""From words to objects: which device, model, dialect and tools "virtual", "reader" or "my_tools.py" stand for.

Words are understood before anything is opened: `device_opener` and `model_opener` raise UnknownName at once and give
what does the opening later. Third parties add names through the entry point groups `handsight.devices`,
`handsight.models` and `handsight.dialects`, or are named as `pkg.module:Class`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handsight.desktops import desktop_settings, private_settings
from handsight.errors import UnknownName, UsageError
from handsight.families import DIALECTS, chosen
from handsight.gyms import gym_settings, open_environment
from handsight.phones import open_phone, phone_settings
from handsight.plugins import brought, load_tools, mcp_tools, registered
from handsight.rules import read_rules as read_rules

if TYPE_CHECKING:
    from handsight.devices.base import Device
    from handsight.loop import Agent, Check, Hook, Limits
    from handsight.models.base import Model
    from handsight.policy import Ask, Read
    from handsight.prompts.base import Dialect

_KINDS = ("server", "scripted", "local")

__all__ = ["assemble", "load_tools", "mcp_tools", "open_agent", "open_device", "open_dialect", "open_model"]


def open_device(words: str | None = None) -> Device:
    """Open a device: "virtual" ("virtual:720x1280,dark,zh"), "desktop" ("desktop:2,pointer", "desktop:window=TITLE"),
    "private:PROGRAM" on a display of its own, "gym:ID", a serial, host:port or "pkg.module:Class".

    None is the only phone that is attached.
    """
    return device_opener(words)()


def open_model(words: str = "reader", *, constrain: bool = False) -> Model:
    """Open "reader", "server:URL#NAME", "scripted:FILE", a checkpoint's folder or hub name, or "pkg.module:Class".

    `constrain` holds a checkpoint to what a prompt allows: calls that there are, answers of the form asked for.
    """
    return model_opener(words, constrain=constrain)()


def device_opener(words: str | None = None, *, apps: Sequence[str] = ()) -> Callable[[], Device]:
    """Understand which device is meant. `apps` are modules with apps to install on a virtual phone."""
    kind, _, options = (words or "").partition(":")
    if kind == "virtual":
        settings = phone_settings(options, apps)
        return lambda: open_phone(settings)
    if apps:
        raise UsageError("--apps installs apps on a virtual phone: use it with --device virtual")
    if kind == "gym":
        environment = gym_settings(options)
        return lambda: open_environment(environment)
    if kind == "desktop":
        return _later("handsight.devices.desktop:open_desktop", **desktop_settings(options))
    if kind == "private":
        return _later("handsight.desktops:open_private", **private_settings(options))
    found = brought("handsight.devices", words)
    if found:
        return found
    if words is not None and not words.strip():
        kinds = "virtual, desktop, private:PROGRAM, gym:ID, a serial, host:port or pkg.module:Class"
        raise UnknownName(f"a device is {kinds}; none was named")
    return _later("handsight.devices.android:open_android", words)


def model_opener(words: str, *, constrain: bool = False) -> Callable[[], Model]:
    """Understand which model is meant. `constrain` holds one in this process to what a prompt allows."""
    kind, _, rest = words.partition(":")
    found = None if words == "reader" or kind in _KINDS else brought("handsight.models", words)
    if constrain and (found or words == "reader" or kind in ("server", "scripted")):
        raise UsageError(f"--constrain holds a checkpoint in this process to a grammar, and {words} is none")
    if words == "reader":
        return _later("handsight.models.reader:open_reader")
    if kind == "server":
        return _later("handsight.models.server:open_server", words)
    if kind == "scripted" and rest:
        return _later("handsight.models.scripted:ScriptedModel.from_file", rest)
    if found:
        return found
    if is_checkpoint(words):
        return _later("handsight.models.local:open_local", words, constrain=constrain)
    known = ["reader", "server:URL#NAME", "scripted:FILE", "a checkpoint's folder or hub name", "pkg.module:Class"]
    raise UnknownName(f"no model is called {words!r}; there are: {', '.join(known + registered('handsight.models'))}")


def is_checkpoint(words: str) -> bool:
    """Whether words that name a model name a checkpoint: a folder, or a name on the Hugging Face hub."""
    kind = words.partition(":")[0]
    if words == "reader" or kind in ("server", "scripted"):
        return False
    return kind == "local" or "/" in words or bool(words and Path(words).is_dir())


def dialect_of(model: Model, name: str | None = None, screen_tokens: int | None = None) -> Dialect:
    """The dialect of that name, or the one that `model` speaks."""
    return open_dialect(name or chosen(model.name, getattr(model, "family", "")).dialect, model.name, screen_tokens)


def open_dialect(name: str | None = None, model: str = "", screen_tokens: int | None = None) -> Dialect:
    """The dialect of that name, or the one that a model of that name speaks. Raises UnknownName.

    `screen_tokens` is the most that a screen may cost; left out, that is the dialect's to say.
    """
    name = name or chosen(model).dialect
    found = brought("handsight.dialects", DIALECTS.get(name, name))
    if found is None:
        there_are = ", ".join([*DIALECTS, *registered("handsight.dialects")])
        raise UnknownName(f"no dialect is called {name!r}; there are: {there_are}")
    dialect: Dialect = found(**({} if screen_tokens is None else {"max_tokens_per_screen": screen_tokens}))
    return dialect


@contextmanager
def open_agent(
    device: str | Device = "virtual",
    model: str | Model = "reader",
    *,
    tools: Iterable[object] = (),
    mcp: str | Path | Mapping[str, Any] | None = None,
    allow: Iterable[str] = (),
    deny: Iterable[str] = (),
    dialect: str | None = None,
    limits: Limits | None = None,
    hooks: Sequence[Hook] = (),
    ask: Ask | None = None,
    answer: Callable[[str], str] | None = None,
    check: Check | None = None,
    secrets: Sequence[str] = (),
    marks: bool = False,
    cache: str | Path | bool = False,
) -> Iterator[Agent]:
    """An agent that is ready to run. A device or model given in words is opened, and closed at the end.

    `tools` are functions, with `@tool` or without, tools, and objects with methods under `@tool`.
    `ask` decides on risky acts, `answer` answers what the model asks; without them such a run ends as "needs_human".
    `allow` and `deny` are rules such as "tap:Pay now"; a rule without a label holds for the whole tool.
    `mcp`, a file or what it holds, names MCP servers whose tools may be called; they ask first.
    With `marks` the model sees numbered marks on what can be tapped, and may name one in place of aiming.
    With `cache` (a folder, or True for the user's own) what it has done before is done again without the model.
    """
    opener = device_opener(device) if isinstance(device, str) else None
    opened = open_model(model) if isinstance(model, str) else model
    try:
        spoken = dialect_of(opened, dialect)
        with mcp_tools(mcp) as offered:
            held = opener() if opener else device
            assert not isinstance(held, str)
            try:
                more = (limits, hooks, ask, answer, check, secrets)
                made = assemble(held, opened, spoken, [*tools, *offered], allow, deny, *more, marks=marks)
                yield _later("handsight.play.cache:with_plans", made, cache)() if cache else made
            finally:
                if opener:
                    held.close()
    finally:
        if isinstance(model, str):
            close(opened)


def assemble(
    device: Device,
    model: Model,
    dialect: Dialect,
    tools: Iterable[object] = (),
    allow: Iterable[str] = (),
    deny: Iterable[str] = (),
    limits: Limits | None = None,
    hooks: Sequence[Hook] = (),
    ask: Ask | None = None,
    answer: Callable[[str], str] | None = None,
    check: Check | None = None,
    secrets: Sequence[str] = (),
    *,
    marks: bool = False,
) -> Agent:
    """Put an agent together from what is open: gestures for the device, session tools, the user's tools, the policy."""
    from handsight.devices.base import Judge, Touch
    from handsight.loop import Agent, Limits
    from handsight.policy import Policy
    from handsight.tools.gestures import acts_of, gestures_for
    from handsight.tools.marks import Marks
    from handsight.tools.registry import Tools
    from handsight.tools.session import session_tools

    if getattr(dialect, "phones_only", False) and not isinstance(device, Touch):
        raise UsageError(f"{dialect.name} was made for phones and knows no mouse; name another model for {device.name}")
    tools = list(tools)
    marking = Marks.on(device, model.name) if marks else None
    every = Tools([*gestures_for(device), *session_tools(answer), *([marking.tool] if marking else []), *tools])
    risky = frozenset(tool.name for tool in every if tool.risky)
    rules = read_rules(allow, deny, [*acts_of(device), *tools])
    same_app = getattr(device, "same_app", None)
    policy = Policy(rules, risky, ask, _labels(model), secrets, same_app=same_app)
    check = check or (device.judge if isinstance(device, Judge) else None)
    return Agent(device, model, dialect, every, policy, limits or Limits(), hooks, check, marks=marking)


def check_held(dialect: Dialect) -> None:
    """Raise UsageError for a dialect whose calls no grammar describes: nothing would hold a model to them."""
    form = getattr(dialect, "form", None)
    if form is not None and not form.holds:
        raise UsageError(f"the calls of the dialect {dialect.name} have no grammar; leave --constrain out")


def check_task(model: str, task: str) -> None:
    """Raise UsageError for a task that a model is known not to understand, before anything is opened."""
    if model == "reader":
        from handsight.models.reader import check_task

        check_task(task)


def close(opened: object) -> None:
    """Let go of a model that holds something: a connection, a graphics card."""
    if hasattr(opened, "close"):
        opened.close()


def _labels(model: Model) -> Read | None:
    """How the policy reads what a call is about to touch; None where the part that reads is not installed."""
    from importlib.util import find_spec

    from handsight.models.reader import ReaderModel
    from handsight.sight.labels import Labels

    if find_spec("rapidocr") is None or find_spec("onnxruntime") is None:
        return None
    return Labels(model.ocr if isinstance(model, ReaderModel) else None)


def _later(target: str, *arguments: object, **options: object) -> Callable[[], Any]:
    """Call what stands at "module:name" with these arguments; it is imported only then."""

    def call() -> Any:
        module, _, name = target.partition(":")
        return attrgetter(name)(import_module(module))(*arguments, **options)

    return call
