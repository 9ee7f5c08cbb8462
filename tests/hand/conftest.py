"""A hand on a virtual phone, once with the phone's tree and once with nothing but what can be read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from handsight import Hand, Screen, VirtualPhone, open_hand
from handsight.devices.android import VirtualAndroid, open_virtual
from handsight.errors import NoTree
from handsight.sight.ocr import Ocr
from handsight.types import Element

from .desk import Desk
from .till import Till


class Eyes(VirtualAndroid):
    """A phone whose tree can be taken away."""

    blind = False

    def elements(self, on: Screen) -> tuple[Element, ...]:
        if self.blind:
            raise NoTree("this phone gives no tree")
        return super().elements(on)


@pytest.fixture(scope="module")
def device() -> Iterator[Eyes]:
    phone = VirtualPhone(apps=[Desk, Till])
    phone.settings["global"]["transition_animation_scale"] = "0"
    opened = open_virtual(phone)
    eyes = Eyes(opened.link, opened.phone)
    yield eyes
    eyes.close()


@pytest.fixture(scope="session")
def ocr() -> Ocr:
    return Ocr()


@pytest.fixture(params=["tree", "text"])
def hand(request: pytest.FixtureRequest, device: Eyes, ocr: Ocr, tmp_path: Path) -> Iterator[Hand]:
    device.blind = request.param == "text"
    device.phone.stop(Desk.package)
    desk = device.phone.app("Desk")
    assert isinstance(desk, Desk)
    desk.name, desk.on, desk.done, desk.late = "", False, [], []
    device.phone.launch(Desk.package)
    with open_hand(device, folder=tmp_path / "run", timeout_s=5, read=ocr.read) as hand:
        yield hand


@pytest.fixture
def desk(device: Eyes) -> Desk:
    app = device.phone.app("Desk")
    assert isinstance(app, Desk)
    return app
