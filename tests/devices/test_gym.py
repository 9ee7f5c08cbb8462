"""A Gymnasium environment as a device: its pictures, its acts, the end of an episode, and what breaks."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from PIL import Image
from tests.devices.room import Room

from handsight import ScriptedModel, open_agent, open_device
from handsight.devices.base import Acts, Apps, Device, Judge, Keys, Touch
from handsight.devices.gym import GymDevice, open_gym
from handsight.devices.gym.device import NAMES
from handsight.errors import BadCall, CaptureFailed, DeviceLost, ToolFailed, UnknownName, UsageError
from handsight.families import DIALECTS
from handsight.prompts.dialect import ChatDialect
from handsight.tools.gestures import gestures_for
from handsight.tools.registry import Tools
from handsight.types import Prompt, Reply, ToolCall
from handsight.wiring import open_dialect
from handsight.wiring.gyms import gym_settings


def act(device: Device, action: Any) -> str:
    """What the model is told of an act, checked as in a run."""
    tools, call = Tools(gestures_for(device)), ToolCall("act", {"action": action})
    tools.check(call)
    return tools.run(call, device, device.screenshot()).text


def pixel(device: Device) -> Any:
    picture = device.screenshot().source
    assert isinstance(picture, Image.Image)
    return picture.getpixel((0, 0))


def says(name: str, **arguments: Any) -> str:
    return f"<tool_call>\n{json.dumps({'name': name, 'arguments': arguments})}\n</tool_call>"


def done(prompt: Prompt) -> str:
    return says("mobile_use", action="terminate", status="success")


def test_an_environment_is_a_device_without_touch_or_keys_and_its_one_act_is_its_action() -> None:
    device = GymDevice(Room())
    assert isinstance(device, Device)
    assert isinstance(device, Acts)
    assert not isinstance(device, (Touch, Keys, Apps))
    (tool,) = gestures_for(device)
    assert tool.name == "act"
    assert tool.parameters == {
        "type": "object",
        "properties": {"action": {"type": "integer", "minimum": 0, "maximum": 1}},
        "required": ["action"],
        "additionalProperties": False,
    }
    assert "Room" in tool.description


def test_the_picture_is_what_the_last_step_led_to() -> None:
    device = GymDevice(Room())
    assert device.screenshot().size == (40, 30)
    assert pixel(device) == (0, 0, 0)
    assert act(device, 1) == "Reward 0, 0 in all."
    assert pixel(device) == (10, 10, 10)
    screen = device.screenshot()
    assert (screen.app, screen.settled) == ("Room", "quiet")
    assert screen.timing["settle"] == 0
    assert screen.timing["capture"] > 0


def test_the_end_of_an_episode_is_told_and_nothing_is_done_after_it() -> None:
    room = Room()
    device = GymDevice(room)
    assert [act(device, 0), act(device, 1)] == ["Reward 0, 0 in all."] * 2
    assert (device.over, device.won()) == (False, False)
    assert act(device, 1) == "Reward 1, 1 in all. The episode is over."
    assert (device.over, device.won(), device.total, device.info) == (True, True, 1.0, {"lamp": "on"})
    with pytest.raises(ToolFailed, match="the episode is over, and nothing was done: end the task"):
        act(device, 1)
    assert room.done == [0, 1, 1]


def test_a_new_episode_is_the_users_to_begin() -> None:
    room = Room()
    device = GymDevice(room, seed=5)
    for _ in range(3):
        act(device, 1)
    device.reset(6)
    assert room.seeds == [5, 6]
    assert (device.over, device.total, device.info) == (False, 0.0, {"lamp": "off"})
    assert act(device, 1) == "Reward 0, 0 in all."
    assert [tool.name for tool in gestures_for(device)] == ["act"]


def test_an_episode_that_was_cut_off_is_told_apart() -> None:
    device = GymDevice(gymnasium.wrappers.TimeLimit(Room(), 2))
    act(device, 0)
    assert act(device, 0) == "Reward 0, 0 in all. The episode was cut off: its time is up."
    assert (device.terminated, device.truncated, device.won()) == (False, True, False)


@pytest.mark.parametrize(("goal", "steps", "won"), [(1, 3, True), (2, 3, False), (0, 1, True), (None, 2, False)])
def test_an_episode_is_won_by_its_goal(goal: float | None, steps: int, won: bool) -> None:
    device = GymDevice(Room(), goal=goal)
    for _ in range(steps):
        act(device, 0)
    assert device.won() is won


def test_only_a_goal_that_was_named_judges_claims_and_the_users_check_goes_before_it() -> None:
    assert GymDevice(Room()).judge is None
    for goal, check, kind in ((1.0, None, "failed"), (0.0, None, "verified"), (0.0, lambda: False, "failed")):
        device = GymDevice(Room(), goal=goal)
        assert isinstance(device, Judge)
        with open_agent(device, ScriptedModel([done]), check=check) as agent:
            run = agent.run("Play")
        assert run.outcome
        assert run.outcome.kind == kind


def test_nothing_is_begun_before_the_first_look() -> None:
    room = Room()
    (tool,) = gestures_for(GymDevice(room))
    with pytest.raises(ToolFailed, match="no episode has begun; look first"):
        tool.function(action=1)
    assert room.seeds == []


def test_an_action_that_is_none_is_refused_before_the_environment_sees_it() -> None:
    room = Room(spaces.Box(-1, 1, (2,), np.float32))
    device = GymDevice(room)
    for wrong in ([0.5], [0.5, 2], "left", [0.5, float("nan")]):
        with pytest.raises(BadCall):
            act(device, wrong)
    assert room.done == []
    act(device, [0.5, -1])
    assert room.done[0].dtype == np.float32
    assert room.done[0].tolist() == [0.5, -1]


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        (np.zeros((4, 4), np.uint8), r"uint8 of shape \(4, 4\)"),
        (np.zeros((4, 4, 4), np.uint8), r"uint8 of shape \(4, 4, 4\)"),
        (np.zeros((4, 4, 3), np.float32), r"float32 of shape \(4, 4, 3\)"),
        ([np.zeros((4, 4, 3), np.uint8)], "list"),
        ("text", "str"),
    ],
)
def test_what_is_no_picture_is_never_taken_for_one(drawn: Any, said: str) -> None:
    with pytest.raises(CaptureFailed, match=f"Room drew {said}; a picture is uint8"):
        GymDevice(Room(drawn=drawn)).screenshot()


def test_a_picture_that_is_a_view_of_another_is_taken_as_it_looks() -> None:
    wide = np.zeros((3, 5, 3), np.uint8)
    wide[0, 4] = 255
    assert pixel(GymDevice(Room(drawn=wide.transpose(1, 0, 2)[::-1]))) == (255, 255, 255)


@pytest.mark.parametrize("deed", ["reset", "step", "render"])
def test_an_environment_that_breaks_ends_the_run_and_is_no_mistake_of_the_models(deed: str) -> None:
    room = Room()
    device = GymDevice(room)
    if deed != "reset":
        device.screenshot()
    room.breaks_in = deed
    with pytest.raises(DeviceLost, match=f"^Room broke in {deed}: RuntimeError: the fuse has blown$"):
        act(device, 1)


def test_what_cannot_be_worked_is_refused_when_the_device_is_made() -> None:
    with pytest.raises(UsageError, match="Room is made with render_mode='rgb_array', not None"):
        GymDevice(Room(render_mode=None))
    with pytest.raises(UsageError, match="an environment of Gymnasium is expected, not int"):
        GymDevice(3)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="no finite bounds"):
        GymDevice(Room(spaces.Box(-np.inf, np.inf, (1,))))


def test_an_environment_may_name_its_actions_itself() -> None:
    class Named(Room):
        def get_action_meanings(self) -> list[str]:
            return ["NOOP", "FIRE"]

    room = Named()
    device = GymDevice(room)
    assert act(device, "fire") == "Reward 0, 0 in all."
    assert room.done == [1]
    with pytest.raises(BadCall, match="'jump' is not one of"):
        act(device, "jump")
    assert act(GymDevice(Named(), actions=["rest", "jump"]), "jump")


def test_close_lets_go_of_the_environment() -> None:
    room = Room()
    with closing(GymDevice(room)):
        pass
    assert room.closed == 1


@pytest.mark.parametrize(("name", "id"), [(name, f"{name}-v1") for name in ("Blackjack", "CartPole", "FrozenLake")])
def test_the_names_known_of_gymnasiums_own_environments_fit_them(name: str, id: str) -> None:
    with closing(open_gym(id, seed=1)) as device:
        assert device.acts()[0].parameters["properties"]["action"]["enum"] == list(NAMES[name])


def test_the_names_mean_what_they_say() -> None:
    with closing(open_gym("FrozenLake-v1", is_slippery=False)) as lake:
        for name, cell in (("right", 1), ("left", 0), ("down", 4), ("up", 0)):
            act(lake, name)
            assert lake.env.unwrapped.s == cell  # type: ignore[attr-defined]
    with closing(open_gym("Blackjack-v1", seed=1)) as table:
        act(table, "hit")
        assert len(table.env.unwrapped.player) == 3  # type: ignore[attr-defined]
    with closing(open_gym("CartPole-v1", seed=1)) as cart:
        act(cart, "push right")
        assert cart.env.unwrapped.state[1] > 0.1  # type: ignore[attr-defined]


def test_a_model_s_numbers_reach_the_motor() -> None:
    with closing(open_gym("Pendulum-v1", seed=1)) as pendulum:
        assert act(pendulum, [1.5]).startswith("Reward -")
        assert pendulum.env.unwrapped.last_u == 1.5  # type: ignore[attr-defined]
        with pytest.raises(BadCall, match="2.5 is greater than the maximum of 2.0"):
            act(pendulum, [2.5])


def test_the_same_seed_is_the_same_episode() -> None:
    with closing(open_gym("Blackjack-v1", seed=4)) as one, closing(open_gym("Blackjack-v1", seed=4)) as other:
        first, second = one.screenshot().source, other.screenshot().source
        assert isinstance(first, Image.Image)
        assert isinstance(second, Image.Image)
        assert first.tobytes() == second.tobytes()


def test_a_run_is_verified_by_what_it_won_and_fails_by_what_it_did_not() -> None:
    with open_agent("gym:FrozenLake-v1,is_slippery=false,seed=1", ScriptedModel([])) as agent:
        assert isinstance(agent.device, GymDevice)
        agent.check = agent.device.won
        path = ["down", "down", "right", "right", "down", "right"]
        agent.model = ScriptedModel([*(says("act", action=word) for word in path), done])
        run = agent.run("Walk over the ice to the present")
        assert run.outcome
        assert run.outcome.kind == "verified"
        assert run.steps[5].result
        assert run.steps[5].result.text == "Reward 1, 1 in all. The episode is over."
        agent.device.reset(1)
        agent.model = ScriptedModel([says("act", action="down"), done])
        run = agent.run("Walk over the ice to the present")
        assert run.outcome
        assert run.outcome.kind == "failed"


def test_the_reader_acts_as_it_is_told() -> None:
    pytest.importorskip("rapidocr")
    with open_agent("gym:Blackjack-v1,seed=3") as agent:
        run = agent.run("call act with action = 'stick'")
        assert run.outcome
        assert run.outcome.kind == "claimed"
        assert isinstance(agent.device, GymDevice)
        assert agent.device.over


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        ("CartPole-v1", {"id": "CartPole-v1"}),
        ("mine:Cave-v0, seed=3", {"id": "mine:Cave-v0", "seed": 3}),
        (
            "FrozenLake-v1,map_name=8x8,is_slippery=False,goal=0.5",
            {"id": "FrozenLake-v1", "map_name": "8x8", "is_slippery": False, "goal": 0.5},
        ),
        ("X-v0,actions=left|turn right,success_rate=0.5", {"actions": ["left", "turn right"], "success_rate": 0.5}),
    ],
)
def test_an_environment_is_named_in_words(words: str, settings: dict[str, Any]) -> None:
    read = gym_settings(words)
    assert {name: read[name] for name in settings} == settings


@pytest.mark.parametrize(
    "words",
    [
        "",
        ",seed=3",
        "CartPole-v1,seed=x",
        "CartPole-v1,seed=1.5",
        "CartPole-v1,seed=-1",
        "CartPole-v1,seed=true",
        "CartPole-v1,goal=high",
        "CartPole-v1,fast",
        "CartPole-v1,id=Other-v1",
        "CartPole-v1,seed=1,seed=2",
        "CartPole-v1,a b=3",
    ],
)
def test_words_that_name_no_environment_are_refused_before_anything_is_made(words: str) -> None:
    with pytest.raises(UsageError, match=r"an environment is written as gym:FrozenLake-v1,seed=3"):
        gym_settings(words)


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        ("NoSuch-v1", UnknownName, "there is no environment 'NoSuch-v1': NameNotFound"),
        ("no_such_module:Cave-v0", UnknownName, "there is no environment 'no_such_module:Cave-v0': ModuleNotFound"),
        ("CartPole-v1,wings=2", UsageError, r"CartPole-v1 cannot be made with \{'wings': 2\}: .*wings"),
        ("FrozenLake-v1,actions=a|b", UsageError, "4 actions take as many different names"),
    ],
)
def test_what_cannot_be_made_says_why(words: str, error: type[UsageError], said: str) -> None:
    with pytest.raises(error, match=said):
        open_device(f"gym:{words}")


def test_a_module_in_this_folder_may_register_an_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "caves_" + tmp_path.name.replace("-", "_")
    (tmp_path / f"{name}.py").write_text(
        "import gymnasium\nfrom tests.devices.room import Room\n"
        "gymnasium.register('Cave-v0', Room, max_episode_steps=2)\n"
    )
    monkeypatch.chdir(tmp_path)
    with closing(open_device(f"gym:{name}:Cave-v0")) as device:
        assert act(device, 1) == "Reward 0, 0 in all."
        assert act(device, 1).endswith("its time is up.")


ARM = spaces.Dict({"arm": spaces.Box(-1, 1, (2,), np.float64), "hand": spaces.Tuple((spaces.MultiBinary(2),))})
SIGNS = ["+", "-", "*", "/", "(", ")", "=", "10", "push left", "true", "none", "<&>", "a, b", "'quoted'", "左"]


@pytest.mark.parametrize("name", sorted(DIALECTS))
@pytest.mark.parametrize(
    ("space", "names", "action"),
    [
        *((spaces.Discrete(len(SIGNS)), SIGNS, sign) for sign in SIGNS),
        (spaces.Discrete(9), [], 7),
        (spaces.Discrete(9, start=-5), [], -4),
        (spaces.Box(-1, 1, (3,), np.float64), [], [0.5, -1, 0.25]),
        (spaces.Box(-1, 1, (2, 2), np.float64), [], [[0.5, -1], [0, 1]]),
        (spaces.MultiDiscrete([3, 4]), [], [2, 3]),
        (ARM, [], {"arm": [0.5, -0.5], "hand": [[0, 1]]}),
    ],
    ids=str,
)
def test_an_action_is_written_and_read_in_every_dialect(
    name: str, space: spaces.Space[Any], names: list[str], action: Any
) -> None:
    device = GymDevice(Room(space), actions=names)
    tools, dialect, screen = Tools(gestures_for(device)), open_dialect(name), device.screenshot()
    assert isinstance(dialect, ChatDialect)
    call = ToolCall("act", {"action": action})
    (read,) = dialect.parse(Reply(dialect.write(call, screen, tools)), screen, tools)
    assert read == call
    tools.check(read)
    assert tools.run(read, device, screen).text == "Reward 0, 0 in all."
