"""One hand of blackjack: the cards are read from the picture, and what was won verifies the run.

python -m handsight.devices.examples.blackjack [MODEL]      # left out: a player who knows the sum and stops at 17
"""

from contextlib import closing
from typing import Any

from handsight import Outcome
from handsight.devices.examples.playing import play
from handsight.devices.gym import open_gym

TASK = "Play one hand of blackjack and win it: come nearer to 21 than the dealer, and not above. End once it is over."


def main(seed: int = 2) -> Outcome:
    with closing(open_gym("Blackjack-v1", seed=seed)) as device:
        table: Any = device.env.unwrapped

        def decide() -> str:
            return "hit" if sum(table.player) < 17 else "stick"

        return play(device, TASK, decide)


if __name__ == "__main__":
    main()
