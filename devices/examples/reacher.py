"""A robot's arm in MuJoCo: two joints, to be moved by their torques until the fingertip is at the red target.

python -m handsight.devices.examples.reacher [MODEL]        # pip install 'gymnasium[mujoco]'; left out: a controller
"""

import math
from contextlib import closing
from typing import Any

from handsight import Outcome
from handsight.devices.examples.playing import play
from handsight.devices.gym import open_gym

NEAR = 0.02
TASK = "Move the arm until its blue fingertip is at the red target, and hold it there. The two torques turn its joints."


def main(seed: int = 1) -> Outcome:
    with closing(open_gym("Reacher-v5", seed=seed)) as device:
        arm: Any = device.env.unwrapped

        def away() -> Any:
            return (arm.get_body_com("target") - arm.get_body_com("fingertip"))[:2]

        def decide() -> list[float]:
            """Pull the fingertip to the target as a spring would, and brake."""
            (one, two), (x, y) = arm.data.qpos[:2], away()
            outer = -0.11 * math.sin(one + two), 0.11 * math.cos(one + two)
            inner = outer[0] - 0.1 * math.sin(one), outer[1] + 0.1 * math.cos(one)
            pulls = [dx * x + dy * y for dx, dy in (inner, outer)]
            torques = [80 * pull - 0.08 * turning for pull, turning in zip(pulls, arm.data.qvel[:2], strict=True)]
            return [max(-1.0, min(1.0, torque)) for torque in torques]

        return play(device, TASK, decide, check=lambda: bool(math.hypot(*away()) < NEAR))


if __name__ == "__main__":
    main()
