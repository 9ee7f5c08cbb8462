"""Anything that is a Gymnasium environment: games, grids, robots in a simulation."""

from __future__ import annotations

from handsight.devices.gym.device import GymDevice as GymDevice
from handsight.devices.gym.device import open_gym as open_gym
