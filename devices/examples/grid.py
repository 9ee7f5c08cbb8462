"""A grid world: over the ice to the present, around the holes.

python -m handsight.devices.examples.grid [MODEL]           # left out: a player who searches the map for the way
"""

from contextlib import closing
from typing import Any

from handsight import Outcome
from handsight.devices.examples.playing import play
from handsight.devices.gym import open_gym

TASK = "Walk over the ice to the present. Do not fall into a hole. End once you are there."


def main() -> Outcome:
    with closing(open_gym("FrozenLake-v1", seed=1, map_name="8x8", is_slippery=False)) as device:
        lake: Any = device.env.unwrapped
        ways = {"left": (0, -1), "down": (1, 0), "right": (0, 1), "up": (-1, 0)}

        def decide() -> str:
            """The first step of a shortest way, found from the present backwards."""
            here, goal = divmod(lake.s, lake.ncol), (lake.nrow - 1, lake.ncol - 1)
            nearer, edge = {goal}, [goal]
            while edge:
                row, column = edge.pop(0)
                for name, (down, right) in ways.items():
                    cell = row - down, column - right
                    if cell == here:
                        return name
                    if cell not in nearer and 0 <= cell[0] < lake.nrow and 0 <= cell[1] < lake.ncol:
                        nearer.add(cell)
                        edge += [cell] if lake.desc[cell] != b"H" else []
            raise AssertionError("this map has a way")

        return play(device, TASK, decide)


if __name__ == "__main__":
    main()
