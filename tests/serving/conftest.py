"""`handsight mcp` as a process of its own, and the SDK's own client that works it."""

import base64
import io
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters, stdio_client, types
from PIL import Image

from handsight.devices.android.adb import open_server
from handsight.devices.virtual import VirtualPhone
from handsight.sight.ocr import Ocr

from .till import Till

Opened = Callable[..., AbstractAsyncContextManager[Client]]
MINE = Path(__file__).parents[1] / "cli" / "mine.py"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The user's folder, with a device and a model of the user's own in `mine.py`."""
    shutil.copy(MINE, tmp_path)
    return tmp_path


@pytest.fixture
def environment(folder: Path) -> dict[str, str]:
    """An environment in which no phone and no token is known."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith("HANDSIGHT")}
    paths = os.pathsep.join(path for path in sys.path if path)
    board = str(folder / "board.log")
    return {**keep, "PYTHONPATH": paths, "BOARD": board, "PYTHONWARNINGS": "error"}


@pytest.fixture
def till() -> Iterator[tuple[VirtualPhone, str]]:
    """A phone of the test's own with the Till on it, and its address: what became of it can be looked up."""
    phone = VirtualPhone(size=(720, 1280), apps=[Till])
    address = phone.serve(0)
    yield phone, address
    phone.close()
    open_server().forget(address)  # else adb goes on naming a phone that is gone


@pytest.fixture
def opened(folder: Path, environment: dict[str, str]) -> Opened:
    """Start `handsight mcp` with these words and talk with it over its standard input and output."""

    @asynccontextmanager
    async def start(*words: str, mode: str = "auto", says: Any = None, **more: str) -> AsyncIterator[Client]:
        command = StdioServerParameters(
            command=sys.executable,
            args=["-m", "handsight", "mcp", *words],
            env={**environment, **more},
            cwd=folder,
        )
        with (folder / "stderr.log").open("w") as errors:
            async with Client(
                stdio_client(command, errors), mode=mode, elicitation_callback=says, read_timeout_seconds=60
            ) as client:
                yield client

    return start


def words(result: types.CallToolResult) -> str:
    """What a result says."""
    return "\n".join(part.text for part in result.content if isinstance(part, types.TextContent))


def picture(result: types.CallToolResult) -> Image.Image:
    """The one picture in a result."""
    (found,) = [part for part in result.content if isinstance(part, types.ImageContent)]
    assert found.mime_type == "image/png"
    return Image.open(io.BytesIO(base64.b64decode(found.data))).convert("RGB")


class Eyes:
    """Finds what it is to touch on the pictures it is sent, as a client's model does."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._ocr = Ocr()

    async def look(self) -> Image.Image:
        result = await self.client.call_tool("screenshot", {})
        assert not result.is_error, words(result)
        return picture(result)

    async def tap(self, label: str) -> types.CallToolResult:
        """Look, and tap what bears the label."""
        found = [line.box.center for line in self._ocr.read(await self.look()) if line.text == label]
        assert len(found) == 1, label
        return await self.client.call_tool("tap", {"at": [found[0].x, found[0].y]})
