"""Small data sets in the official formats, and a model server on loopback that answers by what it is asked."""

from __future__ import annotations

import gzip
import json
import struct
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from PIL import Image

from scoring.readers.tfrecord import masked_crc

SIZE = (200, 400)
Json = Any


def save(path: Path, size: tuple[int, int] = SIZE, color: str = "white") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, color).save(path)


def write(path: Path, value: Json) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    return path


def write_lines(path: Path, *values: Json) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values), "utf-8")
    return path


# Android in the Zoo

AITZ_STEPS = [
    {"result_action_type": 6},
    {"result_action_type": 4, "touch": [0.8, 0.5], "lift": [0.1, 0.55]},
    {"result_action_type": 4, "touch": [0.498, 0.607], "lift": [0.4975, 0.607]},
    {"result_action_type": 3, "result_action_text": "coffee maker"},
    {"result_action_type": 10},
]
AITZ_BOXES = [[180, 100, 40, 60], [10, 10, 8, 12]]  # y, x, height, width in pixels


def aitz_step(name: str, number: int, about: dict[str, Json], length: int) -> Json:
    subset = name.partition("-")[0].lower()
    return {
        "episode_id": name.partition("-")[2],
        "episode_length": length,
        "step_id": number,
        "instruction": "look for a coffee maker",
        "ui_positions": json.dumps(AITZ_BOXES),
        "ui_text": '["Clock", ""]',
        "ui_types": '["TEXT", "ICON_PLAY"]',
        "result_action_type": about["result_action_type"],
        "result_action_text": about.get("result_action_text", ""),
        "result_touch_yx": json.dumps(about.get("touch", [-1.0, -1.0])),
        "result_lift_yx": json.dumps(about.get("lift", [-1.0, -1.0])),
        "image_path": f"{subset}/{name}/{name}_{number}.png",
        "coat_action_desc": "",
    }


def aitz_episode(folder: Path, name: str = "GENERAL-523", steps: list[dict[str, Json]] | None = None) -> Path:
    """Write one episode and its screens as Android in the Zoo has them."""
    steps = AITZ_STEPS if steps is None else steps
    home = folder / name.partition("-")[0].lower() / name
    for number in range(len(steps)):
        save(home / f"{name}_{number}.png")
    return write(home / f"{name}.json", [aitz_step(name, n, about, len(steps)) for n, about in enumerate(steps)])


# Android in the Wild

Features = dict[str, list[bytes] | list[float] | list[int]]


def _example_class() -> Any:
    """tf.train.Example, built from its published description with the real protobuf library."""
    file = descriptor_pb2.FileDescriptorProto(name="example.proto", package="tensorflow", syntax="proto3")
    kinds = {"BytesList": 12, "FloatList": 2, "Int64List": 3}
    for name, kind in kinds.items():
        file.message_type.add(name=name).field.add(name="value", number=1, type=kind, label=3)
    feature = file.message_type.add(name="Feature")
    feature.oneof_decl.add(name="kind")
    for number, name in enumerate(kinds, 1):
        field = {"type": 11, "label": 1, "type_name": f".tensorflow.{name}", "oneof_index": 0}
        feature.field.add(name=name.lower(), number=number, **field)
    features = file.message_type.add(name="Features")
    entry = features.nested_type.add(name="FeatureEntry")
    entry.options.map_entry = True
    entry.field.add(name="key", number=1, type=9, label=1)
    entry.field.add(name="value", number=2, type=11, label=1, type_name=".tensorflow.Feature")
    features.field.add(name="feature", number=1, type=11, label=3, type_name=".tensorflow.Features.FeatureEntry")
    example = file.message_type.add(name="Example")
    example.field.add(name="features", number=1, type=11, label=1, type_name=".tensorflow.Features")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("tensorflow.Example"))


EXAMPLE = _example_class()


def example(features: Features) -> bytes:
    """Serialize features with protobuf itself."""
    made = EXAMPLE()
    for name, values in features.items():
        held = made.features.feature[name]
        kind = {bytes: held.byteslist, float: held.floatlist, int: held.int64list}[type(values[0]) if values else bytes]
        kind.value.extend(values)
        if not values:
            held.byteslist.SetInParent()
    return bytes(made.SerializeToString())


def record(data: bytes) -> bytes:
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", masked_crc(length)) + data + struct.pack("<I", masked_crc(data))


def aitw_features(episode: str, number: int, length: int, kind: int, **about: Json) -> Features:
    touch, lift = about.get("touch", [-1.0, -1.0]), about.get("lift", [-1.0, -1.0])
    return {
        "episode_id": [episode.encode()],
        "episode_length": [length],
        "step_id": [number],
        "goal_info": [b"look for a coffee maker"],
        "current_activity": [b"home"],
        "image/height": [40],
        "image/width": [20],
        "image/channels": [3],
        "image/encoded": [bytes([number, 100, 200]) * 800],
        "image/ui_annotations_positions": [0.45, 0.5, 0.1, 0.3, 0.0, 0.0, 0.1, 0.1],
        "image/ui_annotations_text": [b"Clock", b""],
        "results/action_type": [kind],
        "results/type_action": [about.get("text", "").encode()],
        "results/yx_touch": touch,
        "results/yx_lift": lift,
    }


def aitw_episode(episode: str) -> list[Features]:
    return [
        aitw_features(episode, 0, 4, 4, touch=[0.8, 0.5], lift=[0.1, 0.5]),
        aitw_features(episode, 1, 4, 4, touch=[0.5, 0.6], lift=[0.5, 0.6]),
        aitw_features(episode, 2, 4, 3, text="coffee maker"),
        aitw_features(episode, 3, 4, 10),
    ]


def tfrecord(path: Path, features: list[Features], *, packed: bool = True) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = b"".join(record(example(one)) for one in features)
    path.write_bytes(gzip.compress(data) if packed else data)
    return path


# AndroidControl

CONTROL_STEPS: list[Json] = [
    {"action": "open", "text": "Clock", "candidate_bbox": [[20, 20, 60, 60]]},
    {"action": "click", "coordinate": [100, 100], "candidate_bbox": [[80, 80, 180, 120]]},
    {"action": "swipe", "coordinate": [100, 300], "coordinate2": [100, 100]},
    {"action": "type", "text": "7:30"},
    {"action": "long_press", "coordinate": [50, 350], "candidate_bbox": []},
    {"action": "system_button", "button": "Back"},
    {"action": "wait", "time": 2},
    {"action": "terminate", "status": "success"},
]


def control_episode(folder: Path, episode: int = 16426, options: list[Json] | None = None) -> Json:
    """One line of AndroidControl as the Qwen team has it; its screens are written."""
    steps = []
    for number, option in enumerate(CONTROL_STEPS if options is None else options):
        shot = f"{episode}/screenshot_{number}.png"
        save(folder / "images" / shot)
        done = option[0] if isinstance(option, list) else option
        content = {key: value for key, value in done.items() if key != "candidate_bbox"}
        instruction = f"Do step {number}"
        steps.append(
            {
                "action_content": content,
                "screenshot": shot,
                "step_instruction": instruction,
                "check_options": option,
            }
        )
    return {"goal": "Set an alarm", "is_successful": True, "episode_id": episode, "steps": steps}


# ScreenSpot


def screenspot(folder: Path, version: str = "screenspot") -> None:
    """Two elements for each of mobile, desktop and web, a text and an icon, in v1's or v2's files."""
    suffix, pictures = ("_v2", "screenspotv2_image") if version == "screenspot-v2" else ("", "screenspot_imgs")
    for platform in ("mobile", "desktop", "web"):
        save(folder / pictures / f"{platform}.png")
        entries = [
            {
                "img_filename": f"{platform}.png",
                "bbox": [20 + 80 * index, 100, 60, 40],
                "instruction": f"{platform} {kind}",
                "data_type": kind,
                "data_source": "shop",
            }
            for index, kind in enumerate(("text", "icon"))
        ]
        write(folder / f"screenspot_{platform}{suffix}.json", entries)


def screenspot_pro(folder: Path) -> None:
    save(folder / "images" / "cad" / "one.png")
    entry = {
        "img_filename": "cad/one.png",
        "bbox": [20, 100, 80, 140],
        "instruction": "the eraser",
        "application": "autocad",
        "platform": "windows",
        "img_size": list(SIZE),
        "ui_type": "icon",
        "group": "CAD",
    }
    write(
        folder / "annotations" / "autocad_windows.json", [entry, {**entry, "ui_type": "text", "bbox": [0, 0, 20, 20]}]
    )


# A server

REFUSED = "(refused)"


class Server:
    """An OpenAI-compatible server that answers each question with what `reply` makes of the text of it."""

    def __init__(self, reply: Callable[[str], str]) -> None:
        self.reply = reply
        self.asked: list[str] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def words(self) -> str:
        return f"server:http://127.0.0.1:{self._http.server_port}/v1#oracle"

    def quiet(self) -> None:
        """Say nothing of questions that are not answered: to the other side the connection breaks."""
        self._http.handle_error = lambda request, client_address: None  # type: ignore[method-assign]

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def _handler(server) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
                content = asked["messages"][-1]["content"]
                parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
                text = "".join(part["text"] for part in parts if part["type"] == "text")
                server.asked.append(text)
                said = server.reply(text)
                choice = {"index": 0, "message": {"role": "assistant", "content": said}, "finish_reason": "stop"}
                answer: Json = {"choices": [choice], "usage": {"prompt_tokens": 7}}
                if said == REFUSED:
                    answer = {"error": {"message": "not this one"}}
                body = json.dumps(answer)
                self.send_response(400 if said == REFUSED else 200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: Any) -> None: ...

        return Handler
