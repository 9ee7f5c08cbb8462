"""An address at which no phone is, from the devices' tests."""

from tests.devices.conftest import nobody as nobody
