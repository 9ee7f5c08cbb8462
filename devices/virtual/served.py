"""The virtual phone and its adb daemon in one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any

from handsight.devices.virtual.adbd.capture import Captures
from handsight.devices.virtual.adbd.daemon import Adbd
from handsight.devices.virtual.adbd.services import FEATURES, find_service
from handsight.devices.virtual.display import black
from handsight.devices.virtual.hardware import Hardware
from handsight.devices.virtual.ime import InputMethods
from handsight.devices.virtual.person import Person
from handsight.devices.virtual.phone import Phone
from handsight.devices.virtual.quirks import find_quirk

if TYPE_CHECKING:
    from PIL.Image import Image

    from handsight.devices.virtual.shell.commands.process import Command

__all__ = ["VirtualPhone"]


class VirtualPhone(Phone):
    """A phone that can be seen and worked through adb while it is open. Takes the arguments of `Phone`.

    `ime` is the keyboard for broadcasts that is installed: "adbkeyboard", "uiautomator2" or "none". `quirks` names
    what it does as some real phones do; `handsight phone --quirks` lists what there is. `person` works it by hand.
    """

    def __init__(self, *, ime: str = "adbkeyboard", quirks: Iterable[str] = (), **options: Any) -> None:
        super().__init__(**options)
        self.input_methods = InputMethods(self, ime)
        self.captures = Captures(self._visible)
        self.hardware = Hardware(self.clock)
        self.person = Person(self, self.hardware)
        self._adbd: Adbd | None = None
        self._twists = [find_quirk(name).install(self) for name in quirks]

    @property
    def address(self) -> str:
        """Where to `adb connect` to: "127.0.0.1:PORT"."""
        if self._adbd is None:
            raise RuntimeError(
                "the virtual phone has no address before it is opened: use `with VirtualPhone() as phone:`"
            )
        return self._adbd.address

    def serve(self, port: int = 0) -> str:
        """Start to listen on the loopback at `port`, or at a free one, and give the address."""
        if self._adbd is None:
            words = {"name": self.name, "model": self.model, "device": self.name}
            banner = "".join(f"ro.product.{word}={value.replace(';', '_')};" for word, value in words.items())
            adbd = Adbd(f"device::{banner}features={FEATURES}", partial(find_service, self), port)
            adbd.open()
            self._adbd = adbd
        return self._adbd.address

    def open(self) -> VirtualPhone:
        """Start to listen at a free port."""
        self.serve()
        return self

    def drop_links(self) -> None:
        """Cut off whoever is connected, as a pulled cable would; they may connect again."""
        if self._adbd is not None:
            self._adbd.drop_links()

    def close(self) -> None:
        """Stop listening and end every thread; safe to call twice."""
        adbd, self._adbd = self._adbd, None
        if adbd is not None:
            adbd.close()

    def twisted(self, name: str, command: Command) -> Command:
        """The shell command as the phone's quirks leave it."""
        for twists in self._twists:
            if name in twists:
                command = partial(twists[name], command)
        return command

    def _visible(self) -> Image:
        """The picture that others may take: black where the app in front forbids it."""
        return black(self.size) if self.secure else self.frame()

    def __enter__(self) -> VirtualPhone:
        return self.open()

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
