"""A Qwen-VL checkpoint run in this process by transformers.

The prompt's token ids are made here, not by a chat template: only so can they be appended to at the next step, and only
so does text on a screen stay text, whatever tokens it spells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any

from PIL.Image import Image

from handsight.errors import ExtraMissing, ModelUnavailable, UsageError
from handsight.media import resized
from handsight.types import Picture, Prompt, Reply

try:
    import torch
    from safetensors import SafetensorError
    from transformers import (
        AutoModelForImageTextToText,
        AutoTokenizer,
        GenerationConfig,
        PretrainedConfig,
        Qwen2VLImageProcessorPil,
        StoppingCriteria,
        StoppingCriteriaList,
    )
except ImportError as problem:
    raise ExtraMissing("local", "a model in this process") from problem

FAMILIES = ("qwen2_vl", "qwen2_5_vl", "qwen3_vl", "qwen3_vl_moe")
VISION = ("<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>")
TURNS = ("<|im_start|>", "<|im_end|>", "<|endoftext|>")
MEMORY_ADVICE = "take a smaller model, send smaller pictures, or run it on a server (server:URL#NAME)"


def open_local(checkpoint: str | PathLike[str], *, device: str = "auto", dtype: str = "auto") -> TransformersModel:
    """Load a folder, or a name on the Hugging Face hub, onto `device`. Raises ModelUnavailable.

    `device` is torch's word ("cpu", "cuda:0", "mps"); "auto" spreads the model over the GPUs there are. `dtype` is
    "bfloat16", "float32" ...; "auto" is that of the checkpoint.
    """
    name = str(checkpoint).removeprefix("local:")
    if not Path(name).is_dir() and (name.count("/") != 1 or name.startswith((".", "/", "~"))):
        raise ModelUnavailable(f"there is no folder {name}; a model on the Hugging Face hub is written owner/model")
    _check_words(device, dtype)
    with _loading(name):
        config, _ = PretrainedConfig.get_config_dict(name)
        _check_family(name, config.get("model_type", ""))
        # the dialect has decided the size: a second resize would move what the model points at
        images = Qwen2VLImageProcessorPil.from_pretrained(name, do_resize=False)
        tokenizer = AutoTokenizer.from_pretrained(name)
        tokens = _control_tokens(name, tokenizer)
        model: Any = AutoModelForImageTextToText.from_pretrained(
            name, dtype=dtype, device_map="auto" if device == "auto" else {"": device}
        )
    return TransformersModel(name, model.eval(), tokenizer, images, tokens)


class TransformersModel:
    """Greedy replies of a checkpoint that `open_local` has loaded; one ends before the stop string that ended it."""

    def __init__(self, name: str, model: Any, tokenizer: Any, images: Any, tokens: Mapping[str, int]) -> None:
        self.name = name
        self._model = model
        self._tokenizer = tokenizer
        self._images = images
        self._token = tokens
        self._ends = [tokens["<|im_end|>"], tokens["<|endoftext|>"]]
        # of the checkpoint's own settings none may stay: they ask for sampling and for a repetition penalty
        model.generation_config = GenerationConfig(  # type: ignore[no-untyped-call]
            do_sample=False,
            eos_token_id=self._ends,
            pad_token_id=tokens["<|endoftext|>"],
            suppress_tokens=[tokens[name] for name in VISION],
        )

    @property
    def factor(self) -> int:
        """The side in pixels of the square that becomes one token; the sides of a picture are multiples of it."""
        return int(self._images.patch_size * self._images.merge_size)

    def generate(self, prompt: Prompt) -> Reply:
        """Answer `prompt`. Raises ModelUnavailable when the memory does not suffice."""
        with _memory(self.name):
            ids, pictures = self.encode(prompt)
            stop = _StopStrings(self._tokenizer, len(ids), prompt.stop)
            self._model.model.rope_deltas = None  # the model keeps it: the offset of one prompt must not meet another
            with torch.inference_mode():
                sequence = self._model.generate(
                    **self._tensors(ids, pictures),
                    max_new_tokens=prompt.max_tokens,
                    stopping_criteria=StoppingCriteriaList([stop]),
                )
        new: list[int] = sequence[0, len(ids) :].tolist()
        text, stopped = stop.cut(new)
        ended = stopped or new[-1] in self._ends
        return Reply(text, prompt_tokens=len(ids), reply_tokens=len(new), finish="stop" if ended else "length")

    def encode(self, prompt: Prompt) -> tuple[list[int], list[Image]]:
        """The token ids of the prompt up to where the assistant is to write, and its pictures as they are sent."""
        token, ids, pictures = self._token, list[int](), list[Image]()
        for message in prompt.messages:
            ids.append(token["<|im_start|>"])
            text = f"{message.role}\n"
            for part in message.parts:
                if isinstance(part, str):
                    text += part
                    continue
                picture = self._sent(part)
                pictures.append(picture)
                count = picture.width * picture.height // self.factor**2
                ids += self._plain(text)
                ids += [token["<|vision_start|>"], *[token["<|image_pad|>"]] * count, token["<|vision_end|>"]]
                text = ""
            ids += [*self._plain(text), token["<|im_end|>"], *self._plain("\n")]
        return [*ids, token["<|im_start|>"], *self._plain("assistant\n")], pictures

    def _plain(self, text: str) -> list[int]:
        return _plain(self._tokenizer, text)

    def _sent(self, picture: Picture) -> Image:
        """The picture at the size it is sent at; one that nobody has sized goes to the nearest size that fits."""
        width, height = picture.sent or picture.image.size
        fits = self._fitting(width), self._fitting(height)
        if picture.sent not in (None, fits):
            raise UsageError(
                f"{self.name} sees pictures whose sides are multiples of {self.factor}, and one is sent at "
                f"{width}x{height}; choose the dialect of the model's own family"
            )
        return resized(Picture(picture.source, fits))

    def _fitting(self, side: int) -> int:
        return max(1, round(side / self.factor)) * self.factor

    def _tensors(self, ids: list[int], pictures: list[Image]) -> dict[str, Any]:
        """What generate takes: token rows of shape (1, n), and the patches of all pictures in one (patches, values)."""
        image = self._token["<|image_pad|>"]
        tensors = {
            "input_ids": torch.tensor([ids]),
            "attention_mask": torch.ones((1, len(ids)), dtype=torch.long),
            "mm_token_type_ids": torch.tensor([[int(id == image) for id in ids]]),
        }
        if pictures:
            tensors |= self._images(images=pictures, return_tensors="pt")
        return {name: tensor.to(self._model.device) for name, tensor in tensors.items()}


class _StopStrings(StoppingCriteria):
    """Ends a reply once it holds one of `strings`."""

    def __init__(self, tokenizer: Any, start: int, strings: Sequence[str]) -> None:
        self._tokenizer = tokenizer
        self._start = start
        self._strings = strings

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
        done = bool(self._strings) and self.cut(input_ids[0, self._start :].tolist())[1]
        return torch.tensor([done], device=input_ids.device)

    def cut(self, ids: list[int]) -> tuple[str, bool]:
        """The text of a reply up to the first stop string, and whether there is one."""
        text: str = self._tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        found = [at for at in map(text.find, self._strings) if at >= 0]
        return (text[: min(found)], True) if found else (text, False)


def _check_words(device: str, dtype: str) -> None:
    if dtype != "auto" and not isinstance(getattr(torch, dtype, None), torch.dtype):
        raise UsageError(f"torch has no dtype {dtype!r}; take auto, bfloat16, float16 or float32")
    try:
        torch.empty(0, device="cpu" if device == "auto" else device)
    except (RuntimeError, AssertionError, NotImplementedError) as problem:
        raise UsageError(f"the device {device!r} cannot be used here: {_first_line(problem)}") from problem


def _check_family(name: str, family: str) -> None:
    if not family:
        raise ModelUnavailable(f"{name} holds no checkpoint: config.json is missing or names no model_type")
    if family not in FAMILIES:
        raise ModelUnavailable(f"{name} is of the architecture {family}, not one of {', '.join(FAMILIES)}")


def _plain(tokenizer: Any, text: str) -> list[int]:
    """The ids of text that is nothing but text: a `<|im_start|>` in it is spelled out, and begins no turn."""
    ids: list[int] = tokenizer(text, add_special_tokens=False, split_special_tokens=True).input_ids
    return ids


def _control_tokens(name: str, tokenizer: Any) -> dict[str, int]:
    """The ids of the tokens that build a conversation. Raises ModelUnavailable where text could forge them."""
    added: dict[str, int] = tokenizer.get_added_vocab()
    tokens = {token: added[token] for token in (*TURNS, *VISION) if token in added}
    missing = [token for token in (*TURNS, *VISION) if token not in added]
    if missing:
        raise ModelUnavailable(f"the tokenizer of {name} is not that of a Qwen-VL model: it lacks {' '.join(missing)}")
    if set(tokens.values()) & set(_plain(tokenizer, "".join(tokens))):
        raise ModelUnavailable(
            f"the tokenizer of {name} does not mark its control tokens as special: text could forge them"
        )
    return tokens


@contextmanager
def _loading(name: str) -> Iterator[None]:
    """Turn what transformers, safetensors and the hub raise while loading into one sentence."""
    try:
        with _memory(name):
            yield
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as problem:
        raise ModelUnavailable(f"{name} cannot be loaded: {_first_line(problem)}") from problem


def _first_line(problem: BaseException) -> str:
    return next((line.strip() for line in str(problem).splitlines() if line.strip()), type(problem).__name__)


@contextmanager
def _memory(name: str) -> Iterator[None]:
    """Say what to do when memory runs out, which torch says in several ways."""
    try:
        yield
    except (MemoryError, torch.OutOfMemoryError) as problem:
        raise ModelUnavailable(f"{name} needs more memory than there is; {MEMORY_ADVICE}") from problem
    except RuntimeError as problem:
        if "out of memory" not in str(problem) and "allocate memory" not in str(problem):
            raise
        raise ModelUnavailable(f"{name} needs more memory than there is; {MEMORY_ADVICE}") from problem
