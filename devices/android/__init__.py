"""Android phones over adb."""

from handsight.devices.android.device import AndroidDevice, VirtualAndroid, open_android, open_virtual

__all__ = ["AndroidDevice", "VirtualAndroid", "open_android", "open_virtual"]
