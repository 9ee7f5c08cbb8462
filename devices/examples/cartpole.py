"""A task of control: a pole on a cart is to stand for a hundred steps, which is this episode's goal.

python -m handsight.devices.examples.cartpole [MODEL]       # left out: a player who feels how the pole leans
"""

from contextlib import closing
from typing import Any

from handsight import Outcome
from handsight.devices.examples.playing import play
from handsight.devices.gym import open_gym

GOAL = 100
TASK = f"Keep the pole on the cart upright until the rewards are {GOAL} in all, then end. Push to where it leans."


def main() -> Outcome:
    with closing(open_gym("CartPole-v1", seed=1, goal=GOAL)) as device:
        cart: Any = device.env.unwrapped

        def decide() -> str:
            _, _, lean, turning = cart.state
            return "push right" if lean + turning > 0 else "push left"

        return play(device, TASK, decide, steps=GOAL + 10)


if __name__ == "__main__":
    main()
