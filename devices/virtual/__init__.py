"""A phone without hardware that the real adb accepts, for demonstrations and for your own tests.

    from handsight.devices.virtual import VirtualPhone

    def test_my_agent_turns_wifi_off():
        with VirtualPhone() as phone:                  # listens on 127.0.0.1, at a port of its own
            my_agent(serial=phone.address)             # `adb connect` there first
            assert phone.settings["global"]["wifi_on"] == "0"

Any number of phones run side by side. Nothing listens before `open` (or `with`), and every thread ends with `close`.
"""

from __future__ import annotations

from handsight.devices.virtual.served import VirtualPhone

__all__ = ["VirtualPhone"]
