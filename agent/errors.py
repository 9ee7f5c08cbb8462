"""Everything that handsight raises on purpose.

    HandsightError
    ├── UsageError                the user's words cannot be carried out as they are            exit 2
    │   ├── UnknownName           no such device, model, dialect, tool or app
    │   ├── BadTool               a function cannot become a tool
    │   ├── BadRecord             a run folder cannot be read or written
    │   ├── BadMedia              a picture or a video cannot be had or read
    │   ├── BadTask               a task file cannot be read, written or played as it is
    │   └── ExtraMissing          an optional part is not installed
    ├── Feedback                  the model's mistake: it reads this at its next step, the run goes on
    │   ├── BadReply              no call can be read from what it wrote
    │   ├── BadCall               the call is not what the schema asks for
    │   ├── Denied                the policy or the user said no
    │   ├── NotFound              what it names is not there
    │   ├── Ambiguous             what it names may be several things
    │   ├── ToolFailed            the tool ran and could not do it
    │   └── TargetChanged         the screen changed between the look and the act; nothing was touched
    ├── Stop                      the run is over, and `outcome` says how
    │   ├── Finished · LimitReached · Stuck · UserStopped · NeedsHuman
    ├── DeviceError               the device cannot be looked at or worked                      exit 1
    │   ├── AdbMissing · NoDevice · SeveralDevices · UnknownDevice
    │   ├── DeviceUnauthorized · DeviceOffline · DeviceLost
    │   └── CaptureFailed · ScreenSecure · ScreenOff · InputRefused · NoTree
    ├── CheckFailed               what a script says is so is not                               exit 1
    └── ModelError                the model cannot be reached or loaded                         exit 1
        ├── ModelUnreachable · ModelRefused
        └── ModelUnavailable · BadAnswer

A message says what was expected, what came, and what to do. Errors of other libraries are mapped where that library is
imported, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence

from handsight.types import Outcome


class HandsightError(Exception):
    """Anything handsight raises on purpose; its text is one sentence for the user."""

    exit_code = 1


class UsageError(HandsightError):
    """The user's words cannot be carried out as they are."""

    exit_code = 2


class UnknownName(UsageError):
    """There is no device, model, dialect, tool or app of that name."""


class BadTool(UsageError):
    """A function cannot become a tool: its schema cannot be made or is malformed."""


class BadRecord(UsageError):
    """A run folder cannot be read or written."""


class BadMedia(UsageError):
    """A picture or a video cannot be had or read."""


class BadTask(UsageError):
    """A task file cannot be read, written or played as it is."""


class ExtraMissing(UsageError):
    """An optional part is not installed."""

    def __init__(self, extra: str, needed_for: str) -> None:
        super().__init__(f"{needed_for} needs an optional part: pip install 'handsight[{extra}]'")
        self.extra = extra


class Feedback(HandsightError):
    """The model's mistake: it is shown to the model at its next step, and the run goes on."""


class BadReply(Feedback):
    """No call can be read from what the model wrote."""


class BadCall(Feedback):
    """The call is not what the tool's schema asks for."""


class Denied(Feedback):
    """The policy, or the user when asked, said no."""


class NotFound(Feedback):
    """What the call names is not there."""


class Ambiguous(Feedback):
    """What the call names may be several things; `candidates` are all of them."""

    def __init__(self, message: str, candidates: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.candidates = tuple(candidates)


class ToolFailed(Feedback):
    """The tool ran and could not do it."""


class TargetChanged(Feedback):
    """The screen changed between the look and the act; nothing was touched."""


class Stop(HandsightError):
    """The run is over."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.message)
        self.outcome = outcome


class Finished(Stop):
    """The model says that it is done, or that it cannot be done."""


class LimitReached(Stop):
    """Steps, time or tokens are used up."""

    def __init__(self, message: str) -> None:
        super().__init__(Outcome("budget", message))


class Stuck(Stop):
    """The model repeats itself, or keeps writing what cannot be read."""

    def __init__(self, message: str) -> None:
        super().__init__(Outcome("stuck", message))


class UserStopped(Stop):
    """The user said stop."""

    def __init__(self, message: str = "stopped by the user") -> None:
        super().__init__(Outcome("stopped", message))


class NeedsHuman(Stop):
    """Only a person may decide or do it, and nobody is there to ask."""

    exit_code = 5

    def __init__(self, message: str) -> None:
        super().__init__(Outcome("needs_human", message))


class DeviceError(HandsightError):
    """The device cannot be looked at or worked."""


class AdbMissing(DeviceError):
    """There is no adb program to talk through."""


class NoDevice(DeviceError):
    """No device is connected."""


class SeveralDevices(DeviceError):
    """Several devices are connected and none was chosen."""

    exit_code = 2


class UnknownDevice(DeviceError):
    """No connected device has that serial."""

    exit_code = 2


class DeviceUnauthorized(DeviceError):
    """The phone has not yet allowed this computer."""


class DeviceOffline(DeviceError):
    """The device is known and does not answer."""


class DeviceLost(DeviceError):
    """The link broke and could not be mended."""


class CaptureFailed(DeviceError):
    """No picture of the screen could be had."""


class ScreenSecure(DeviceError):
    """The app forbids pictures of its screen."""


class ScreenOff(DeviceError):
    """The screen is off."""


class InputRefused(DeviceError):
    """The device does not let this program touch or type."""


class NoTree(DeviceError):
    """The device's own tree of what it shows cannot be had. A run goes on without it."""


class CheckFailed(HandsightError, AssertionError):
    """What a script says of the screen is not so."""


class ModelError(HandsightError):
    """The model cannot be reached or loaded."""


class ModelUnreachable(ModelError):
    """Nobody answers at the server's address, or it answers with errors until patience ends."""


class ModelRefused(ModelError):
    """The server answers and says no: key, quota, or a request that it does not take."""


class ModelUnavailable(ModelError):
    """A checkpoint cannot be loaded here."""


class BadAnswer(ModelError):
    """The model answers nothing, or not in the form that was asked for."""
