"""A Qwen-VL checkpoint brought into memory by transformers; what can go wrong with it, each in one sentence."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import snapshot_download
from safetensors import SafetensorError
from transformers import (
    AutoModelForImageTextToText,
    AutoTokenizer,
    BitsAndBytesConfig,
    PretrainedConfig,
    Qwen2VLImageProcessorPil,
)

from handsight.errors import ExtraMissing, ModelUnavailable, UsageError
from handsight.models.memory import propose
from handsight.models.pixels import PatchFormat
from handsight.models.turns import NO_THOUGHT, THOUGHT, plain

FAMILIES = ("qwen2_vl", "qwen2_5_vl", "qwen3_vl", "qwen3_vl_moe", "qwen3_5", "qwen3_5_moe")
THINKERS = ("qwen3_5", "qwen3_5_moe")
VISION = ("<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>")
TURNS = ("<|im_start|>", "<|im_end|>", "<|endoftext|>")
ADVICE = "take a smaller model, send smaller pictures, or run it on a server (server:URL#NAME)"
Devices = str | Mapping[str, int | str]


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint holds: a model of one of `FAMILIES`, its tokenizer, and the ids of its control tokens."""

    name: str
    family: str
    model: Any
    tokenizer: Any
    images: PatchFormat
    tokens: Mapping[str, int]

    @property
    def pace(self) -> float | None:
        """How the family tells the time in a video, as `Turns` takes it."""
        if self.family.startswith("qwen3"):
            return None
        return getattr(self.model.config.vision_config, "tokens_per_second", 0)

    def opening(self, *, think: bool) -> str:
        """What stands at the beginning of a reply before the model writes."""
        if think and "<think>" not in self.tokenizer.get_added_vocab():
            raise UsageError(f"{self.name} was not trained to think: it has no token <think>")
        return THOUGHT if think else NO_THOUGHT if self.family in THINKERS else ""


def load(name: str, device: Devices = "auto", dtype: str = "auto", bits: int | None = None) -> Checkpoint:
    """Load a folder, or a name on the Hugging Face hub. Raises ModelUnavailable, or UsageError for words unknown."""
    if not Path(name).is_dir() and (name.count("/") != 1 or name.startswith((".", "/", "~"))):
        raise ModelUnavailable(f"there is no folder {name}; a model on the Hugging Face hub is written owner/model")
    _check_words(device, dtype)
    quantization = _quantization(bits)
    with _loading(name):
        config, _ = PretrainedConfig.get_config_dict(name)
        family = config.get("model_type", "")
        _check_family(name, family)
        images = PatchFormat.of(Qwen2VLImageProcessorPil.get_image_processor_dict(name)[0])
        tokenizer = AutoTokenizer.from_pretrained(name)
        tokens = _control_tokens(name, tokenizer)
        model: Any = AutoModelForImageTextToText.from_pretrained(
            name,
            dtype=dtype,
            device_map={"": device} if isinstance(device, str) and device != "auto" else device,
            **({"quantization_config": quantization} if quantization else {}),
        )
    return Checkpoint(name, family, model.eval(), tokenizer, images, tokens)


def short_of_memory(name: str, model: Any, pictures: Sequence[tuple[tuple[int, int], int]]) -> ModelUnavailable:
    """What to say when memory ran out over a prompt with `pictures`: the size and the tokens of each."""
    size, tokens = max(pictures, key=lambda picture: picture[1], default=((0, 0), 0))
    budget = _fitting(name, model, size, len(pictures)) if pictures else None
    if budget is None or budget >= tokens:
        return ModelUnavailable(f"{name} needs more memory than there is; {ADVICE}")
    return ModelUnavailable(
        f"{name} needs more memory than there is: the prompt shows {len(pictures)} pictures of up to {tokens} tokens, "
        f"and about {budget} each would fit (--screen-tokens {budget})"
    )


def _fitting(name: str, model: Any, size: tuple[int, int], count: int) -> int | None:
    """The tokens that a picture of `size` may cost for `count` of them to fit beside the weights, if any do."""
    try:
        if model.device.type == "cuda":  # what torch has reserved is the model's, and what it can use again
            there = torch.cuda.mem_get_info(model.device)[0] + torch.cuda.memory_reserved(model.device)
        else:
            there = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") + model.get_memory_footprint()
        folder = name if Path(name).is_dir() else snapshot_download(name, local_files_only=True)
        return propose(folder, there, size, count)
    except (ModelUnavailable, UsageError, OSError, ValueError):  # nobody can tell here
        return None


def first_line(problem: BaseException) -> str:
    """What an error of another library says, in one line."""
    return next((line.strip() for line in str(problem).splitlines() if line.strip()), type(problem).__name__)


def out_of_memory(problem: BaseException) -> bool:
    """Whether an error says that memory ran out, which torch says in several ways."""
    if isinstance(problem, MemoryError | torch.OutOfMemoryError):
        return True
    said = str(problem)
    return isinstance(problem, RuntimeError) and ("out of memory" in said or "allocate memory" in said)


def _check_words(device: Devices, dtype: str) -> None:
    if dtype != "auto" and not isinstance(getattr(torch, dtype, None), torch.dtype):
        raise UsageError(f"torch has no dtype {dtype!r}; take auto, bfloat16, float16 or float32")
    if not isinstance(device, str):  # a map of parts to devices, in the words of accelerate
        return
    try:
        torch.empty(0, device="cpu" if device == "auto" else device)
    except (RuntimeError, AssertionError, NotImplementedError) as problem:
        raise UsageError(f"the device {device!r} cannot be used here: {first_line(problem)}") from problem


def _quantization(bits: int | None) -> Any:
    """How weights are stored in 4 or 8 bits; the vision tower, which is small and reads fine print, keeps its own."""
    if bits is None:
        return None
    if bits not in (4, 8):
        raise UsageError(f"weights are stored in 4 or 8 bits, not in {bits}")
    if find_spec("bitsandbytes") is None:
        raise ExtraMissing("quantized", f"a model in {bits} bits")
    kept = ["visual", "lm_head"]
    return BitsAndBytesConfig(  # type: ignore[no-untyped-call]
        load_in_4bit=bits == 4,
        load_in_8bit=bits == 8,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_compute_dtype=torch.bfloat16,
        llm_int8_skip_modules=kept,
    )


def _check_family(name: str, family: str) -> None:
    if not family:
        raise ModelUnavailable(f"{name} holds no checkpoint: config.json is missing or names no model_type")
    if family not in FAMILIES:
        raise ModelUnavailable(f"{name} is of the architecture {family}, not one of {', '.join(FAMILIES)}")


def _control_tokens(name: str, tokenizer: Any) -> dict[str, int]:
    """The ids of the tokens that build a conversation. Raises ModelUnavailable where text could forge them."""
    added: dict[str, int] = tokenizer.get_added_vocab()
    tokens = {token: added[token] for token in (*TURNS, *VISION) if token in added}
    missing = [token for token in (*TURNS, *VISION) if token not in added]
    if missing:
        raise ModelUnavailable(f"the tokenizer of {name} is not that of a Qwen-VL model: it lacks {' '.join(missing)}")
    if set(tokens.values()) & set(plain(tokenizer, "".join(tokens))):
        raise ModelUnavailable(
            f"the tokenizer of {name} does not mark its control tokens as special: text could forge them"
        )
    return tokens


@contextmanager
def _loading(name: str) -> Iterator[None]:
    """Turn what transformers, safetensors and the hub raise while loading into one sentence."""
    try:
        yield
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, MemoryError, SafetensorError) as problem:
        if out_of_memory(problem):
            raise ModelUnavailable(f"{name} needs more memory than there is; {ADVICE}") from problem
        raise ModelUnavailable(f"{name} cannot be loaded: {_explained(problem)}") from problem


def _explained(problem: BaseException) -> str:
    """What went wrong, in words of ours where the library's are long or point elsewhere."""
    kinds = {kind.__name__ for cause in _causes(problem) for kind in type(cause).__mro__}
    if "GatedRepoError" in kinds:
        return "its owner asks you to accept terms on the Hugging Face hub first; do that, then run `hf auth login`"
    if "RepositoryNotFoundError" in kinds:
        return "the Hugging Face hub has no such model, or it is private and you are not logged in (`hf auth login`)"
    if kinds & {"OfflineModeIsEnabled", "LocalEntryNotFoundError"}:
        return "it is not on this machine and the Hugging Face hub cannot be reached; download it first"
    return first_line(problem)


def _causes(problem: BaseException | None) -> Iterator[BaseException]:
    while problem is not None:
        yield problem
        problem = problem.__cause__ or problem.__context__
