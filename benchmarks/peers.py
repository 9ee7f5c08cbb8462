"""What a step costs outside the model, against two frameworks that install from the package index.

    python benchmarks/peers.py --peers DIR        makes DIR/mobilerun and DIR/autoglm-gui, an environment each

All three work the same virtual phone (1080x2400) through the same adb server, one after the other, round by round, and
ask the same OpenAI-compatible server on the loopback, which answers at once: it says "tap there" eight times, then that
all is done. A step is what passes between an answer that is sent and the next question that is read whole: the tap, the
waiting, the capture, the prompt. The floor is the least that any loop must do, the quiet of a settled screen included.
The peers run as they come; what they need to run without a key, a portal app or telemetry stands in `MOBILERUN` and
`surroundings`. Ends with 1 when our step takes over 1.3 times the floor.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
from PIL import Image

from handsight.devices.android import VirtualAndroid, open_virtual
from handsight.devices.android.screencap import RAW, from_raw
from handsight.devices.settle import SETTLE
from handsight.devices.virtual import VirtualPhone
from handsight.models.server import open_server as open_model
from handsight.prompts.nous import NousDialect
from handsight.store import Store
from handsight.types import ToolCall
from handsight.wiring import assemble
from step_overhead import AT, Lamp

TAPS, ROUNDS, MOST = 8, 3, 1.3
SENT = (672, 1484)  # 1280 tokens
VERSIONS = {"mobilerun": "mobilerun==0.7.0", "autoglm-gui": "autoglm-gui==1.5.21"}
MOBILERUN = """
_version: 7
agent: {max_steps: 30, streaming: false, vision_only: true, fast_agent: {vision: true}}
device: {portal_mode: disabled, auto_setup: false}
telemetry: {enabled: false}
logging: {save_trajectory: none}
"""
Run = Callable[[], None]


class Script:
    """A model server of the loopback that says what one framework reads as a tap, and notes when it was asked."""

    def __init__(self, tap: str, end: str) -> None:
        self.tap, self.end = tap, end
        self.took: list[float] = []
        self.asked = 0
        self._answered: float | None = None
        script = self

        class Answer(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._send({"object": "list", "data": [{"id": "scripted", "object": "model"}]})

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                text = script.answer()
                if asked.get("stream"):
                    self._stream(text)
                else:
                    self._send(completion({"message": {"role": "assistant", "content": text}}, "chat.completion"))
                script.answered()

            def _send(self, body: object) -> None:
                data = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def _stream(self, text: str) -> None:
                part = completion({"delta": {"role": "assistant", "content": text}}, "chat.completion.chunk")
                data = f"data: {json.dumps(part)}\n\ndata: [DONE]\n\n".encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *words: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def begin(self) -> None:
        self.asked, self._answered = 0, None

    def answer(self) -> str:
        if self._answered is not None and self.asked <= TAPS:
            self.took.append(time.perf_counter() - self._answered)
        self.asked += 1
        return self.tap if self.asked <= TAPS else self.end

    def answered(self) -> None:
        self._answered = time.perf_counter()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def completion(choice: dict[str, object], kind: str) -> dict[str, object]:
    choice = {"index": 0, "finish_reason": "stop", **choice}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return {"id": "1", "object": kind, "created": 0, "model": "scripted", "choices": [choice], "usage": usage}


def install(folder: Path, name: str) -> Path:
    """Give the program of a peer, in an environment of its own that is made the first time."""
    home = folder / name
    program = home / "bin" / name
    if not program.exists():
        print(f"installing {VERSIONS[name]} into {home} ...", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        subprocess.run([str(home / "bin" / "pip"), "install", "--quiet", VERSIONS[name]], check=True)
    return program.resolve()


def surroundings(device: VirtualAndroid, home: Path) -> dict[str, str]:
    """An environment for a peer: our adb server, the same adb, a home of its own, no telemetry."""
    home.mkdir(parents=True, exist_ok=True)
    server = device.link.server
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("HANDSIGHT", "PYTHON"))}
    return {
        **keep,
        "HOME": str(home),
        "PATH": f"{Path(server.program).parent}{os.pathsep}{os.environ['PATH']}",
        "ANDROID_ADB_SERVER_PORT": str(server.port),
        "ADB_USB": "0",
        "ADB_MDNS": "0",
        "MOBILERUN_TELEMETRY_ENABLED": "false",
        "ANONYMIZED_TELEMETRY": "false",
        "OPENAI_API_KEY": "none",
        "NO_PROXY": "127.0.0.1",
    }


def mobilerun(program: Path, script: Script, device: VirtualAndroid, home: Path, opened: ExitStack) -> Run:
    """Each run is a process of its own; how long it takes to start is not in any step."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.yaml").write_text(MOBILERUN)
    words = [
        "run",
        "flip the switch",
        "-c",
        "config.yaml",
        "-d",
        device.link.serial,
        "-p",
        "OpenAILike",
        "-m",
        "scripted",
    ]
    words += ["--api_base", script.url, "--vision-only", "--no-stream", "--steps", "30"]

    def run() -> None:
        ran = subprocess.run(
            [str(program), *words],
            cwd=home,
            env=surroundings(device, home),
            capture_output=True,
            text=True,
            timeout=180,
        )
        require(script, ran.stdout + ran.stderr)

    return run


def autoglm(program: Path, script: Script, device: VirtualAndroid, home: Path, opened: ExitStack) -> Run:
    """One server for all runs, which are asked for over its REST interface."""
    port = free_port()
    words = ["--base-url", script.url, "--model", "scripted", "--apikey", "none", "--port", str(port)]
    home.mkdir(parents=True, exist_ok=True)
    log = opened.enter_context((home / "log").open("w"))
    process = subprocess.Popen(
        [str(program), *words, "--no-browser", "--no-log-file"],
        cwd=home,
        env=surroundings(device, home),
        stdout=log,
        stderr=log,
    )
    opened.callback(process.wait)
    opened.callback(process.terminate)
    client = opened.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=180, trust_env=False))
    deadline = time.monotonic() + 60
    while True:
        try:
            client.get("/api/health").raise_for_status()
            break
        except httpx.HTTPError:
            if time.monotonic() > deadline or process.poll() is not None:
                raise SystemExit(f"autoglm-gui does not start: {(home / 'log').read_text()[-2000:]}") from None
            time.sleep(0.2)

    def run() -> None:
        said = client.post("/api/chat", json={"message": "flip the switch", "device_id": device.link.serial})
        require(script, said.text + (home / "log").read_text()[-3000:])

    return run


def ours(script: Script, device: VirtualAndroid, opened: ExitStack) -> Run:
    """A whole agent with its record, through the client for model servers."""
    model = open_model(f"server:{script.url}#scripted")
    opened.callback(model.close)
    agent = assemble(device, model, NousDialect())
    screen = device.glance()
    script.tap = agent.dialect.write(ToolCall("tap", {"at": list(AT)}), screen, agent.tools)
    script.end = agent.dialect.write(ToolCall("finish", {"success": True, "message": "Done."}), screen, agent.tools)

    def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            store = Store.create(Path(folder) / "run", "flip the switch")
            agent.hooks = [store]
            agent.run("flip the switch")
            store.close()
        require(script, "")

    return run


def floor(script: Script, device: VirtualAndroid, opened: ExitStack) -> Run:
    """The least that a loop must do: capture, resize to 1280 tokens, JPEG, ask, tap, wait as long as quiet takes."""
    client = opened.enter_context(httpx.Client(base_url=script.url, trust_env=False))

    def run() -> None:
        for number in range(TAPS + 1):
            picture = from_raw(device.link.fetch(*RAW)).resize(SENT, Image.Resampling.BOX)
            picture.save(file := io.BytesIO(), "JPEG", quality=90)
            url = f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"
            content = [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": "flip the switch"}]
            body = {"model": "scripted", "messages": [{"role": "user", "content": content}]}
            client.post("/chat/completions", json=body).raise_for_status()
            if number < TAPS:
                device.link.act("input", "tap", *map(str, AT))
                time.sleep(SETTLE.quiet_s)

    return run


def require(script: Script, said: str) -> None:
    if script.asked <= TAPS:
        sys.exit(f"it asked {script.asked} times, and {TAPS + 1} were expected: {said[-3000:]}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def invoke(name: str, **arguments: object) -> str:
    """A call in mobilerun's form."""
    given = "".join(f'<parameter name="{key}">{value}</parameter>\n' for key, value in arguments.items())
    return f'<function_calls>\n<invoke name="{name}">\n{given}</invoke>\n</function_calls>'


TAP_XML, END_XML = invoke("click_at", x=AT[0], y=AT[1]), invoke("complete", success="true", message="Done.")
TAP_DO = f'tap it\ndo(action="Tap", element=[{round(AT[0] / 1.08)},{round(AT[1] / 2.4)}])'
END_DO = 'done\nfinish(message="Done.")'


def main(folder: Path) -> None:
    phone = VirtualPhone(apps=[Lamp])
    taps = 0
    plain = phone.tap

    def tap(x: float, y: float) -> None:
        nonlocal taps
        taps += 1
        plain(x, y)

    phone.tap = tap  # type: ignore[method-assign]
    with ExitStack() as opened:
        device = open_virtual(phone)
        opened.callback(device.close)
        device.open_app("Lamp")
        device.screenshot()
        said = {
            "floor": ("", ""),
            "handsight": ("", ""),
            "mobilerun": (TAP_XML, END_XML),
            "autoglm-gui": (TAP_DO, END_DO),
        }
        scripts = {name: Script(*words) for name, words in said.items()}
        for script in scripts.values():
            opened.callback(script.close)
        homes = folder / "homes"
        runs = {"floor": floor(scripts["floor"], device, opened)}
        runs["handsight"] = ours(scripts["handsight"], device, opened)
        for name, start in (("mobilerun", mobilerun), ("autoglm-gui", autoglm)):
            runs[name] = start(install(folder, name), scripts[name], device, homes / name, opened)
        for _ in range(ROUNDS):
            for name, run in runs.items():
                scripts[name].begin()
                before = taps
                run()
                if taps - before != TAPS:
                    sys.exit(f"{name} tapped {taps - before} times, not {TAPS}")
    middle = {name: statistics.median(script.took) for name, script in scripts.items()}
    own, least = middle["handsight"], middle["floor"]
    for name, seconds in middle.items():
        beside = seconds - SETTLE.quiet_s if name in ("floor", "handsight") else seconds
        words = f"{1000 * seconds:8.1f} ms a step, {seconds / least:5.2f} times the floor"
        print(f"{name:12}{words}; beside the quiet {1000 * beside:7.1f} ms (median of {len(scripts[name].took)})")
    rest = own - SETTLE.quiet_s
    for name in VERSIONS:
        print(
            f"{name} takes {middle[name] / own:.1f} times ours, {middle[name] / rest:.1f} times ours beside the quiet"
        )
    print(f"ours / floor {own / least:.2f} (at most {MOST})")
    sys.exit(own > MOST * least)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A step outside the model, beside two peers.")
    parser.add_argument("--peers", type=Path, required=True, metavar="DIR", help="where the peers are installed")
    main(parser.parse_args().peers.resolve())
