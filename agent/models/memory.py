"""How much memory a checkpoint will take, told from its files alone: nothing is loaded, and torch is not needed."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handsight.errors import ModelUnavailable
from handsight.sizes import smart_resize

LEAST, MOST = 256, 16384
SIZES = {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "F16": 2, "BF16": 2, "I16": 2, "F8_E4M3": 1, "F8_E5M2": 1}
SAID = 100  # tokens of a step besides its screen: what came of the act, and the reply
ASKED = 1500  # tokens of the system message with its functions, and of the task
MOST_HEADER = 100_000_000


@dataclass(frozen=True)
class Estimate:
    """Bytes that working with a checkpoint takes at its peak.

    `kv_per_token` is what the model keeps of each token, `kv_per_step` that of a screen and what is said about it, `kv`
    that of the whole conversation. `looking` is needed while a screen is looked at, `reading` while a prompt is
    computed; never both at once.
    """

    weights: int
    kv_per_token: int
    kv_per_step: int
    kv: int
    looking: int
    reading: int
    screen_tokens: int

    @property
    def total(self) -> int:
        return self.weights + self.kv + max(self.looking, self.reading)


def estimate(
    checkpoint: str | Path, screen_size: tuple[int, int] = (1080, 2400), screen_tokens: int = 1280, steps: int = 8
) -> Estimate:
    """Tell the memory for a checkpoint, a folder or a name on the Hugging Face hub, as it is stored.

    `screen_size` is width and height in pixels, `screen_tokens` the most that a screen may cost, `steps` how many
    screens the conversation keeps. Within a quarter of what is measured. Raises ModelUnavailable.
    """
    return _Files(str(checkpoint).removeprefix("local:")).estimate(screen_size, screen_tokens, steps)


def propose(
    checkpoint: str | Path, free: int, screen_size: tuple[int, int] = (1080, 2400), steps: int = 8
) -> int | None:
    """The greatest budget per screen, 256 times a power of two, that fits in nine tenths of `free` bytes, if any.

    None is said as well where not even the weights fit. Raises ModelUnavailable.
    """
    files = _Files(str(checkpoint).removeprefix("local:"))
    budgets = [LEAST << power for power in range(int(math.log2(MOST / LEAST)) + 1)]
    fits = [budget for budget in budgets if files.estimate(screen_size, budget, steps).total <= 0.9 * free]
    return max(fits, default=None)


def architecture(checkpoint: str | Path) -> str:
    """The model_type that a checkpoint's config.json names, empty if none. Raises ModelUnavailable."""
    name = str(checkpoint).removeprefix("local:")
    try:
        config = _config(name)
    except (OSError, ValueError, ImportError) as problem:
        raise _unreadable(name, problem) from problem
    return str(config.get("model_type", ""))


class _Files:
    """What is told by the config and by the headers of the weights."""

    def __init__(self, name: str) -> None:
        folder = Path(name)
        try:
            config = _config(name)
            stored = map(_stored, sorted(folder.glob("*.safetensors")))
            self.weights = sum(stored) if folder.is_dir() else _on_the_hub(name)
        except (OSError, ValueError, KeyError, ImportError) as problem:
            raise _unreadable(name, problem) from problem
        if "vision_config" not in config:
            raise ModelUnavailable(f"{name} is no model that sees: its config.json has no vision_config")
        if not self.weights:
            raise ModelUnavailable(f"{name} holds no weights: there is no .safetensors file")
        self.text: Mapping[str, Any] = config.get("text_config") or config
        self.eyes: Mapping[str, Any] = config["vision_config"]
        kind = str(next((c[key] for c in (config, self.text) for key in ("dtype", "torch_dtype") if key in c), ""))
        self.size = 4 if "float32" in kind else 2

    def estimate(self, screen_size: tuple[int, int], screen_tokens: int, steps: int) -> Estimate:
        patch, merge = self.eyes.get("patch_size", 14), self.eyes.get("spatial_merge_size", 2)
        factor = patch * merge
        height, width = smart_resize(
            screen_size[1], screen_size[0], factor, 4 * factor**2, max(4, screen_tokens) * factor**2
        )
        tokens = height * width // factor**2
        per_token = self._kv()
        prompt = ASKED + tokens + SAID
        return Estimate(
            weights=self.weights,
            kv_per_token=per_token,
            kv_per_step=per_token * (tokens + SAID),
            kv=per_token * (ASKED + steps * (tokens + SAID)),
            looking=self._looking(tokens * merge**2, patch),
            reading=self._reading(prompt),
            screen_tokens=tokens,
        )

    def _kv(self) -> int:
        """Keys and values in each layer that keeps them: those of linear attention keep nothing of a token."""
        text = self.text
        kinds = text.get("layer_types") or ["full_attention"] * text["num_hidden_layers"]
        layers = sum(kind != "linear_attention" for kind in kinds)
        head = text.get("head_dim") or text["hidden_size"] // text["num_attention_heads"]
        return int(2 * layers * text.get("num_key_value_heads", text["num_attention_heads"]) * head * self.size)

    def _looking(self, patches: int, patch: int) -> int:
        """The patches as they come, in float32, and what a block of the vision tower holds of each at once.

        Queries and keys are turned in float32, whatever the weights are; what is not in float32 is copied for it.
        """
        wide = self.eyes.get("embed_dim") or self.eyes["hidden_size"]
        inner = self.eyes.get("intermediate_size") or wide * self.eyes.get("mlp_ratio", 4)
        copied = self.size < 4
        values = 3 * 2 * patch**2 * (4 + self.size * copied)
        attention = (4 + 2 * copied) * 4 * wide + 6 * wide * self.size
        return int(patches * (values + max(attention, (3 * wide + 3 * inner) * self.size)))

    def _reading(self, tokens: int) -> int:
        """What a layer of the language model holds of each token at once; the last token's logits."""
        hidden, inner = self.text["hidden_size"], self.text["intermediate_size"]
        each = (6 * hidden + 3 * inner) * self.size
        return int(tokens * each + 3 * 4 * self.text["vocab_size"])


def _stored(path: Path) -> int:
    """The bytes of all tensors that a safetensors file says it holds."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= MOST_HEADER:
            raise ValueError(f"{path.name} does not begin as a safetensors file does")
        header = json.loads(file.read(length))
    return sum(end - begin for begin, end in _spans(header))


def _spans(header: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    for name, tensor in header.items():
        if name != "__metadata__":
            begin, end = tensor["data_offsets"]
            yield begin, end


def _config(name: str) -> Mapping[str, Any]:
    """The config of a folder, or of a name on the hub."""
    if not Path(name).is_dir():
        if name.count("/") != 1 or name.startswith((".", "/", "~")):
            raise OSError(f"there is no folder {name}")
        from huggingface_hub import hf_hub_download

        name = str(Path(hf_hub_download(name, "config.json")).parent)
    config = json.loads((Path(name) / "config.json").read_text("utf-8"))
    if not isinstance(config, dict):
        raise ValueError("its config.json holds no object")
    return config


def _on_the_hub(name: str) -> int:
    """The bytes that the headers of the weights name; the weights stay where they are."""
    from huggingface_hub import get_safetensors_metadata

    counts: Iterable[tuple[str, int]] = get_safetensors_metadata(name).parameter_count.items()
    return sum(SIZES.get(kind, 1) * count for kind, count in counts)


def _unreadable(name: str, problem: Exception) -> ModelUnavailable:
    said = (str(problem).splitlines() or [type(problem).__name__])[0]
    return ModelUnavailable(f"the files of {name} cannot be read: {said}")
