"""A model points at what an anchor no longer finds; a call of another kind than the step's counts for nothing."""

from __future__ import annotations

from handsight.errors import CheckFailed, Denied, Feedback
from handsight.loop import Agent
from handsight.types import Point, Screen, Trajectory

_TRIES = 3
_TOUCHES = {"long_press": ("long_press", "tap", "click")}
_ANY = ("tap", "click")


def point_out(agent: Agent, screen: Screen, verb: str, words: str) -> Point:
    """Where the model would touch to do what a verb says to what words name. Raises CheckFailed, NeedsHuman.

    It is asked for one act on this screen, by its own dialect, and the policy sees that act as it does in a run.
    """
    act = "long press" if verb == "long_press" else "tap"
    asked = Trajectory(f'{act} "{words}"')
    for _ in range(_TRIES):
        step = asked.add_step()
        step.screen = screen
        step.prompt = agent.dialect.render(asked, agent.tools)
        step.reply = agent.model.generate(step.prompt)
        try:
            step.call = agent.dialect.parse(step.reply, screen, agent.tools)[0]
            agent.tools.check(step.call)
            if step.call.name not in _TOUCHES.get(verb, _ANY):
                raise Denied(f"the place of {words!r} is asked for: {act} it, and do nothing else")
            step.verdict = agent.policy(step.call, screen)
            if not step.verdict.allowed:
                raise Denied(step.verdict.reason)
            return Point(*step.call.arguments["at"])
        except Feedback as problem:
            step.problem = problem
        finally:
            step.over = True
    raise CheckFailed(f"the model does not point at {words!r} either: {step.problem}")
