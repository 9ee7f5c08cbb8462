"""Devices to copy and to change, and small programs that work one."""
