"""`handsight run`: from words to an outcome, a record and a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from handsight import __version__, wiring
from handsight.cli.console import Show, asking
from handsight.cli.interrupt import ending, stopping
from handsight.devices.base import Device
from handsight.errors import HandsightError, UsageError
from handsight.loop import Agent, Limits
from handsight.models.base import Model
from handsight.store import Store, about, new_folder, resume
from handsight.tools.mcp_config import read_servers
from handsight.types import ToolCall, Trajectory
from handsight.view.report import write_report

EXIT_CODES = {"claimed": 0, "verified": 0, "failed": 1, "stuck": 3, "budget": 4, "needs_human": 5, "stopped": 130}
Verify = Callable[[Device], bool]


@dataclass(frozen=True)
class Words:
    """What a run is made of, as it was said on the command line; the record keeps it for when the run is taken up."""

    device: str | None = None
    model: str = "reader"
    dialect: str | None = None
    tools: Sequence[str] = ()
    mcp: str | None = None
    allow: Sequence[str] = ()
    deny: Sequence[str] = ()
    apps: Sequence[str] = ()
    screen_tokens: int | None = None
    constrain: bool = False
    marks: bool = False
    cached: bool = False
    cache: str | None = None


def begin(
    task: str, said: Words, limits: Limits, show: Show, folder: Path | None = None, verify: Verify | None = None
) -> int:
    """Carry out a task and give the exit code. `verify` looks, after the model's claim, whether it is true."""
    task = task.strip()
    if not task:
        raise UsageError("the task is empty; say what is to be done, such as: handsight run 'open Settings'")

    def record() -> Store:
        return Store.create(folder or new_folder(task), task, {"handsight": __version__, "said": asdict(said)})

    return _Run(said, limits, show, verify=verify).carry_out(Trajectory(task), record)


def go_on(folder: Path, said: dict[str, Any], limits: Limits, show: Show) -> int:
    """Take up a run that was interrupted; what `said` leaves out is as it was said at first. Limits count from here."""
    trajectory, doubt = resume(folder)
    known = {field.name for field in fields(Words)}
    first = {name: value for name, value in about(folder).get("said", {}).items() if name in known}
    limits.steps += len(trajectory.steps)
    limits.tokens += sum(s.reply.prompt_tokens + s.reply.reply_tokens for s in trajectory.steps if s.reply)
    run = _Run(Words(**{**first, **said}), limits, show, doubt=doubt)
    return run.carry_out(trajectory, lambda: Store.reopen(folder))


class _Run:
    """Opens what the words name, in the order in which nothing is left half done: words, model, record, device."""

    def __init__(
        self, said: Words, limits: Limits, show: Show, *, verify: Verify | None = None, doubt: ToolCall | None = None
    ) -> None:
        self.said, self.limits, self.show, self.verify, self.doubt = said, limits, show, verify, doubt
        if limits.steps < 1 or limits.seconds <= 0:
            raise UsageError("a limit is a number above zero")
        self.tools = wiring.load_tools(said.tools)
        if said.mcp is None:  # else a rule may name a tool that is known once its server is connected
            wiring.read_rules(said.allow, said.deny, self.tools, said.device)
        else:
            read_servers(said.mcp)
        self.open_device = wiring.device_opener(said.device, apps=said.apps)
        self.open_model = wiring.model_opener(said.model, constrain=said.constrain)
        if said.dialect:
            wiring.open_dialect(said.dialect, screen_tokens=said.screen_tokens)

    def carry_out(self, trajectory: Trajectory, record: Callable[[], Store]) -> int:
        wiring.check_task(self.said.model, trajectory.task)
        with ending(), ExitStack() as opened:
            model = self.open_model()
            opened.callback(wiring.close, model)
            if hasattr(model, "reach"):
                model.reach()  # a server that is not there is said to be before anything is begun
            dialect = wiring.dialect_of(model, self.said.dialect, self.said.screen_tokens)
            if self.said.constrain:
                wiring.check_held(dialect)
            self.tools += opened.enter_context(wiring.mcp_tools(self.said.mcp))
            wiring.read_rules(self.said.allow, self.said.deny, self.tools, self.said.device)
            store = opened.enter_context(record())
            try:
                device = self.open_device()
                opened.callback(device.close)
                agent = self._agent(device, model, dialect, store)
            except BaseException:
                store.discard()
                raise
            try:
                with stopping(agent):
                    store.note("about", device=device.name, model=model.name, dialect=dialect.name)
                    self.show.begin(trajectory.task, store.folder, device.name, model.name)
                    agent.run(trajectory.task, trajectory)
            except HandsightError as problem:
                self.show.paused()
                store.note("error", kind=type(problem).__name__, message=str(problem))
                write_report(store.folder)
                raise
            self.show.end(trajectory, write_report(store.folder))
        assert trajectory.outcome
        return EXIT_CODES[trajectory.outcome.kind]

    def _agent(self, device: Device, model: Model, dialect: Any, store: Store) -> Agent:
        ask, answer = asking(self.show)
        verify = self.verify
        agent = wiring.assemble(
            device,
            model,
            dialect,
            tools=self.tools,
            allow=self.said.allow,
            deny=self.said.deny,
            limits=self.limits,
            hooks=[store, self.show],
            ask=ask,
            answer=answer,
            check=(lambda: verify(device)) if verify else None,
            marks=self.said.marks,
        )
        agent.policy.doubt = self.doubt
        if self.said.cached or self.said.cache:
            from handsight.play.cache import with_plans

            agent = with_plans(agent, self.said.cache)
            agent.told = self.show.note
        return agent
