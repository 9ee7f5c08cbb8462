"""What pytest gains by handsight: `hand`, `phone` and `desktop`, and what a failed test shows.

pytest loads this by itself wherever handsight is installed, so nothing else is imported until a test wants a hand.
"""

from __future__ import annotations

import os
import shutil
import sys
from base64 import b64encode
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from handsight.devices.base import Device
    from handsight.devices.virtual import VirtualPhone
    from handsight.hand.hand import Hand
    from handsight.testing.worker import Opened, Worker

_OPTIONS = (
    ("device", "DEVICE", "what `hand` works (default: virtual): virtual:720x1280,dark,zh, private:PROGRAM, desktop, a"
     " serial, host:port, pkg.module:Class; phone: the one that is attached"),
    ("model", "MODEL", "what `hand.run` and `hand.ask` use (default: none)"),
    ("runs", "DIR", "where the tests' records and reports go (default: pytest's own temporary folder)"),
)  # fmt: skip
_opened = pytest.StashKey[list["Opened"]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("handsight", "handsight: tests that look at a screen")
    for name, metavar, words in _OPTIONS:
        group.addoption(f"--handsight-{name}", metavar=metavar, help=words)
        parser.addini(f"handsight_{name}", words, default=None)


def pytest_configure(config: pytest.Config) -> None:
    """Understand what was said on the command line before any test runs."""
    device, model = config.getoption("handsight_device"), config.getoption("handsight_model")
    if device is None and model is None:
        return
    from handsight import wiring
    from handsight.errors import UsageError
    from handsight.testing.worker import ATTACHED

    try:
        if device not in (None, ATTACHED):
            wiring.device_opener(device)
        if model is not None:
            wiring.model_opener(model)
    except UsageError as problem:
        raise pytest.UsageError(str(problem)) from problem


@pytest.fixture
def handsight_device(pytestconfig: pytest.Config) -> str | Device:
    """What `hand` works: the words of --handsight-device. Override or parametrise it, with words or an open device."""
    return _said(pytestconfig, "device") or "virtual"


@pytest.fixture
def handsight_secrets() -> Sequence[str]:
    """Texts that no record ever holds. Override it."""
    return ()


@pytest.fixture(scope="session")
def _handsight_worker(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    from handsight.testing.folders import Folders
    from handsight.testing.worker import Worker

    runs = _runs(pytestconfig) or tmp_path_factory.getbasetemp() / "handsight"
    workers = getattr(pytestconfig, "workerinput", {}).get("workercount", 1)
    worker = Worker(Folders(runs), _said(pytestconfig, "model"), workers)
    yield worker
    worker.close()


@pytest.fixture
def hand(
    request: pytest.FixtureRequest,
    _handsight_worker: Worker,
    handsight_device: str | Device,
    handsight_secrets: Sequence[str],
) -> Iterator[Hand]:
    """A Hand on the device of --handsight-device; a virtual phone or a private display is new in each test."""
    from handsight.errors import HandsightError

    with ExitStack() as stack:
        said = ""
        try:
            hand = stack.enter_context(_handsight_worker.hand(request.node.nodeid, handsight_device, handsight_secrets))
        except HandsightError as problem:  # what was asked for cannot be had, which no test may pass over
            said = str(problem)
        if said:
            pytest.fail(said, pytrace=False)
        _opened_by(request).append(hand)
        yield hand.hand


@pytest.fixture
def phone(hand: Hand) -> VirtualPhone:
    """The virtual phone that `hand` works, to see what really changed there."""
    inside: VirtualPhone | None = getattr(hand.device, "phone", None)
    if inside is None:
        pytest.skip(f"it looks into a virtual phone, and {hand.device.name} is none")
    return inside


@pytest.fixture
def desktop(
    request: pytest.FixtureRequest, _handsight_worker: Worker, handsight_secrets: Sequence[str]
) -> Iterator[Callable[[str], Hand]]:
    """Opens a program on a private display that is new in each test, and gives a Hand there: desktop("galculator").

    The display may be described before the program, as in "800x600,galculator FILE".
    """
    from handsight.errors import ExtraMissing

    if not shutil.which("Xvfb"):
        pytest.skip("there is no Xvfb for a private display: apt install xvfb openbox")
    with ExitStack() as stack:

        def opened(program: str) -> Hand:
            try:
                hand = stack.enter_context(
                    _handsight_worker.hand(request.node.nodeid, f"private:{program}", handsight_secrets)
                )
            except ExtraMissing as problem:
                pytest.skip(str(problem))
            _opened_by(request).append(hand)
            return hand.hand

        yield opened


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    if call.excinfo is None:
        return (yield)
    raised = call.excinfo.value
    cause = raised.__cause__
    if not item.config.getoption("fulltrace"):
        _shorten(call.excinfo)
    report = yield
    if cause:
        raised.__cause__ = cause
    if report.failed:
        for hand in item.stash.get(_opened, []):
            _show(hand, raised, item, report)
    return report


def _show(hand: Opened, raised: BaseException, item: pytest.Item, report: pytest.TestReport) -> None:
    """Say where the report of a failed test is, and what the screen showed, to whoever reports on tests."""
    from handsight.errors import HandsightError

    lines = []
    try:
        hand.fail(raised)
    except HandsightError as problem:  # such as a full disk: the test's own failure is what is told first
        lines.append(str(problem))
    places = {"picture": hand.picture, "report": hand.report if hand.report.is_file() else None}
    for name, path in places.items():
        if path:
            lines.append(f"{name}: {path}")
            if (said := (f"handsight_{name}", str(path))) not in item.user_properties:
                item.user_properties.append(said)
    report.sections.append(("handsight", "\n".join(lines)))
    report.user_properties = list(item.user_properties)
    if page := item.config.getoption("htmlpath", default=None):
        _show_in(page, places, report)


def _show_in(page: str, places: dict[str, Path | None], report: pytest.TestReport) -> None:
    """Add the picture and a link to a page of pytest-html."""
    from pytest_html import extras

    more = list(getattr(report, "extras", []))
    if picture := places["picture"]:
        more.append(extras.png(b64encode(picture.read_bytes()).decode(), "what the screen showed"))
    if path := places["report"]:
        more.append(extras.url(quote(os.path.relpath(path, Path(page).parent)), "handsight report"))
    report.extras = more  # type: ignore[attr-defined]  # as pytest-html wants it


def _shorten(raised: pytest.ExceptionInfo[BaseException]) -> None:
    """End a hand's error at the script's own line: how the hand looked for a thing explains nothing to its author."""
    errors = sys.modules.get("handsight.errors")
    if errors is None or not isinstance(raised.value, errors.HandsightError):
        return
    entry = raised.tb
    while entry.tb_next:
        if entry.tb_next.tb_frame.f_globals.get("__name__", "").startswith("handsight."):
            entry.tb_next = None
            break
        entry = entry.tb_next
    if isinstance(raised.value.__cause__, errors.HandsightError):  # it says the same
        raised.value.__cause__ = None
        raised.value.__suppress_context__ = True


def _opened_by(request: pytest.FixtureRequest) -> list[Opened]:
    item: pytest.Item = request.node
    return item.stash.setdefault(_opened, [])


def _said(config: pytest.Config, name: str) -> str | None:
    """What an option says, else the ini file."""
    said: str | None = config.getoption(f"handsight_{name}")
    return said if said is not None else config.getini(f"handsight_{name}") or None


def _runs(config: pytest.Config) -> Path | None:
    """Where the records go, if that is said; an ini file says it from the folder in which it stands."""
    said: str | None = config.getoption("handsight_runs")
    if said:
        return config.invocation_params.dir / said
    said = config.getini("handsight_runs")
    return (config.inipath.parent if config.inipath else config.rootpath) / said if said else None
