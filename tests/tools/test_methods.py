"""Methods under `@tool`: each object of their class brings its own, wherever tools are taken."""

import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handsight import open_agent
from handsight.errors import BadTool
from handsight.models.scripted import ScriptedModel
from handsight.tools.registry import Tool, Tools, marked, tool
from handsight.types import Screen, ToolCall
from handsight.wiring import load_tools


class Window:
    name = "window"

    def screenshot(self) -> Screen:
        return Screen(Image.new("RGB", (4, 3)))

    def close(self) -> None: ...


class Shelf:
    """A user's class; its state is shared by its tools."""

    looked = 0

    def __init__(self, *books: str) -> None:
        self.books = list(books)

    @tool
    def find(self, title: str) -> bool:
        """Say whether a book is here.

        title: its title
        """
        return title in self.books

    @tool(name="take_away", risky=True, timeout_s=30)
    async def remove(self, title: str, screen: Screen) -> str:
        """Take a book away."""
        self.books.remove(title)
        return f"{len(self.books)} left, {screen.size}"

    @tool
    @staticmethod
    def rules() -> str:
        """Say the rules."""
        return "Be quiet."

    @classmethod
    @tool
    def kind(cls) -> str:
        """Say what this is."""
        return cls.__name__

    @tool
    @classmethod
    def again(cls, times: int) -> str:
        return cls.__name__ * times

    def burn(self) -> None:
        """Is no tool."""

    @property
    def price(self) -> int:
        raise AssertionError("nobody asked for it")


NAMES = ["find", "take_away", "rules", "kind", "again"]


def run(tools: Tools, name: str, **arguments: Any) -> str:
    window = Window()
    return tools.run(ToolCall(name, arguments), window, window.screenshot()).text


def test_an_object_brings_all_its_marked_methods() -> None:
    shelf = Shelf("Emma", "Ulysses")
    tools = Tools([shelf])
    assert [made.name for made in tools] == NAMES
    assert list(tools["find"].parameters["properties"]) == ["title"]
    assert tools["find"].parameters["properties"]["title"]["description"] == "its title"
    assert (tools["take_away"].risky, tools["take_away"].timeout_s, tools["find"].risky) == (True, 30, False)
    assert run(tools, "find", title="Emma") == "true"
    assert run(tools, "take_away", title="Emma") == "1 left, (4, 3)"
    assert run(tools, "find", title="Emma") == "false"
    assert [run(tools, name) for name in ("rules", "kind")] == ["Be quiet.", "Shelf"]
    assert run(tools, "again", times=2) == "ShelfShelf"


def test_one_method_is_taken_with_what_was_said_about_it() -> None:
    shelf = Shelf("Emma")
    (made,) = Tools([shelf.remove])
    assert (made.name, made.risky, made.timeout_s) == ("take_away", True, 30)
    assert Tool.of(shelf.find).name == "find"
    found = marked(shelf.find)
    assert found is not None
    assert found.name == "find"
    assert marked(shelf.burn) is None
    assert [made.name for made in Tools([Shelf.rules, Shelf.kind])] == ["rules", "kind"]  # these need no object


def test_a_marked_method_stays_a_method() -> None:
    assert Shelf("Emma").find("Emma") is True
    assert Shelf.again(2) == "ShelfShelf"
    assert Shelf.rules() == "Be quiet."


def test_a_method_that_is_overridden_is_a_tool_only_if_it_is_marked_again() -> None:
    class Locked(Shelf):
        def find(self, title: str) -> bool:
            return False

        @tool(name="rules_here")
        @staticmethod
        def rules() -> str:
            return "Closed."

    tools = Tools([Locked()])
    assert [made.name for made in tools] == ["take_away", "rules_here", "kind", "again"]
    assert run(tools, "kind") == "Locked"


def test_two_objects_of_one_class_need_names_of_their_own() -> None:
    one, other = Shelf("Emma"), Shelf("Ulysses")
    with pytest.raises(BadTool, match="two tools are called 'find'"):
        Tools([one, other])
    tools = Tools([Tool.of(one.find, name="find_here"), Tool.of(other.find, name="find_there")])
    assert [run(tools, made.name, title="Emma") for made in tools] == ["true", "false"]


@pytest.mark.parametrize("given", [Shelf, 3, "shelf.py", None, Window()])
def test_what_brings_no_tool_is_refused_in_words(given: object) -> None:
    said = f"a function or a bound method, or from an object with methods under @tool, and this is {given!r}"
    with pytest.raises(BadTool, match=re.escape(said)):
        Tools([given])


def test_a_method_with_a_hint_that_has_no_schema_is_refused_once_it_is_bound() -> None:
    class Bad:
        @tool
        def odd(self, what): ...  # type: ignore[no-untyped-def]

    with pytest.raises(BadTool, match="odd: parameter 'what' has no type hint"):
        Tools([Bad()])


def test_a_run_takes_objects_among_its_tools_and_their_rules() -> None:
    with open_agent(Window(), ScriptedModel([]), tools=[Shelf("Emma")], allow=["take_away"]) as agent:
        assert {*NAMES} < {made.name for made in agent.tools}
        assert agent.policy.risky == {"take_away"}


def test_a_file_may_hold_an_object_and_lists_of_tools(tmp_path: Path) -> None:
    path = tmp_path / "shelf.py"
    path.write_text(
        "from handsight import Tool, tool\n"
        "class Shelf:\n    @tool\n    def find(self, title: str) -> bool: return True\n"
        "shelf = Shelf()\n"
        "more = [Tool('a', '', {'type': 'object'}, print), Tool('b', '', {'type': 'object'}, print)]\n"
        "mixed = [more[0], 1]\nempty = []\n"
        "from pydantic import BaseModel\n"  # some of what it holds cannot be asked for anything
        "class Lazy:\n    def __getattr__(self, name): raise RuntimeError(name)\n"
        "lazy = Lazy()\n"
        "@tool\ndef last() -> None: ...\n"
    )
    assert [made.name for made in load_tools([str(path)])] == ["find", "a", "b", "last"]


def test_a_file_with_a_class_and_no_object_of_it_is_told_what_to_add(tmp_path: Path) -> None:
    path = tmp_path / "shelf.py"
    path.write_text("from handsight import tool\nclass Shelf:\n    @tool\n    def find(self) -> None: ...\n")
    with pytest.raises(BadTool, match=r"shelf.py holds no tool: .*make an object of Shelf, such as shelf = Shelf\(\)"):
        load_tools([str(path)])
