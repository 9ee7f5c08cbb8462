"""What the games here share: a player that needs no model, and a run that the game's own rewards verify."""

import json
import sys
from collections.abc import Callable

from handsight import Limits, Outcome, Prompt, Reply, open_agent
from handsight.devices.gym import GymDevice

Decide = Callable[[], object]
Check = Callable[[], bool]


class Player:
    """A model that acts by what it knows of the game instead of by what it sees: to try a game without any weights."""

    name = "player"

    def __init__(self, device: GymDevice, decide: Decide, check: Check) -> None:
        self.device, self.decide, self.check = device, decide, check

    def generate(self, prompt: Prompt) -> Reply:
        """The next action, or the end of the task once the game is over or won."""
        done = self.device.over or self.check()
        end = ("finish", {"success": self.check(), "message": f"Rewards: {self.device.total:g}"})
        name, arguments = end if done else ("act", {"action": self.decide()})
        return Reply(json.dumps({"name": name, "arguments": arguments}))


def play(device: GymDevice, task: str, decide: Decide, steps: int = 60, check: Check | None = None) -> Outcome:
    """Play one episode with the model that is named on the command line, else with a Player, and print each step.

    `check` says whether it is won; left out, the rewards do.
    """
    check = check or device.won
    named = sys.argv[1] if len(sys.argv) > 1 else ""
    model, dialect = (named, None) if named else (Player(device, decide, check), "json")
    with open_agent(device, model, dialect=dialect, limits=Limits(steps=steps), check=check) as agent:
        run = agent.run(task)
    for step in run.steps:
        print(
            step.number,
            step.call and dict(step.call.arguments),
            step.result.text if step.result else step.problem or "",
        )
    assert run.outcome
    print(run.outcome.kind, run.outcome.message)
    return run.outcome
