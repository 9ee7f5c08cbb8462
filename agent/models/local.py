"""A Qwen-VL checkpoint run in this process: each step computes only what is new in its prompt."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from os import PathLike
from threading import Lock
from typing import Any

from handsight.errors import ExtraMissing, UsageError
from handsight.talk import Talks
from handsight.types import Prompt, Reply

try:
    import torch
    from transformers import GenerationConfig, LogitsProcessorList, StoppingCriteriaList
except ImportError as problem:
    raise ExtraMissing("local", "a model in this process") from problem

from handsight.models.attention import share_keys
from handsight.models.cache import open_cache
from handsight.models.checkpoint import VISION, Checkpoint, Devices, load, out_of_memory, short_of_memory
from handsight.models.drafts import write
from handsight.models.draws import avoiding
from handsight.models.positions import positions
from handsight.models.prefix import Conversation, Conversations, Rows
from handsight.models.streaming import Tell, Telling
from handsight.models.turns import Sight, Tokens, Turns
from handsight.models.watch import Ending, Streamer, Watch

KEPT_BYTES = 2 * 2**30
SEEN_BYTES = 2**28
DRAFTS = 4  # benchmarks/writing.py: more are seldom right, and each is paid for


def open_local(
    checkpoint: str | PathLike[str],
    *,
    device: Devices = "auto",
    dtype: str = "auto",
    bits: int | None = None,
    think: bool = False,
    reuse: bool = True,
    constrain: bool = False,
    drafts: int = DRAFTS,
) -> TransformersModel:
    """Load a folder, or a name on the Hugging Face hub, onto `device`. Raises ModelUnavailable.

    `device` is torch's word ("cpu", "cuda:0", "mps"), or a map of parts to devices; "auto" spreads the model over the
    GPUs there are. `dtype` is "bfloat16", "float32" ...; "auto" is that of the checkpoint. `bits`, 4 or 8, stores the
    weights in so many. `think` lets a model that can think do so before it answers. Without `reuse` every prompt is
    computed whole. With `constrain` the model can write no call but those that the prompt allows, and no answer but of
    the form that is asked for. `drafts` is the most tokens that are guessed from the prompt and then checked together
    (0: each by itself).
    """
    loaded = load(str(checkpoint).removeprefix("local:"), device, dtype, bits)
    return TransformersModel(loaded, think=think, reuse=reuse, constrain=constrain, drafts=drafts)


class TransformersModel(Talks):
    """Greedy replies of a checkpoint, but where those are to be avoided; one ends before the stop string that ended it.

    What was computed of a prompt is kept for the prompts that begin with it, at most `kept_bytes` of it besides the
    conversation going on. Threads may share a model: it answers one after another, and never mixes their conversations.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        think: bool = False,
        reuse: bool = True,
        constrain: bool = False,
        drafts: int = DRAFTS,
        kept_bytes: int = KEPT_BYTES,
        seen_bytes: int = SEEN_BYTES,
    ) -> None:
        if drafts < 0:
            raise UsageError(f"drafts is the most tokens to be guessed at once, 0 for none, and not {drafts}")
        self.name = checkpoint.name
        self.family = checkpoint.family
        self.reuse = reuse
        self.drafts = drafts
        self._model = checkpoint.model
        share_keys(self._model)
        self._images = checkpoint.images
        self._ends = [checkpoint.tokens["<|im_end|>"], checkpoint.tokens["<|endoftext|>"]]
        self._opening = checkpoint.opening(think=think)
        self._kind: Any = None  # of what the vision tower gives, which is a class of each family's own
        self._turns = Turns(
            self.name, checkpoint.tokenizer, checkpoint.tokens, self.factor, self._opening, checkpoint.pace
        )
        self._kept = Conversations(lambda: open_cache(self._model.config), kept_bytes if reuse else 0)
        self._seen = Rows(seen_bytes)
        self._grammars = self._grammars_of(checkpoint) if constrain else None
        self._lock = Lock()
        # of the checkpoint's own settings none may stay: they ask for sampling and for a repetition penalty
        self._model.generation_config = GenerationConfig(  # type: ignore[no-untyped-call]
            do_sample=False,
            eos_token_id=self._ends,
            pad_token_id=checkpoint.tokens["<|endoftext|>"],
            suppress_tokens=[checkpoint.tokens[name] for name in ("<|im_start|>", *VISION)],
        )

    @property
    def factor(self) -> int:
        """The side in pixels of the square that becomes one token; the sides of a picture are multiples of it."""
        return self._images.factor

    def generate(self, prompt: Prompt) -> Reply:
        """Answer `prompt`. Raises ModelUnavailable when the memory does not suffice, ModelError for broken weights."""
        return self._reply(prompt, None)

    def stream(self, prompt: Prompt, tell: Tell) -> Reply:
        """Answer as `generate` does, telling the text while it is written."""
        telling = Telling(tell, prompt.stop)
        reply = self._reply(prompt, None if prompt.avoid else telling)
        telling.end(reply.text)
        return reply

    def _reply(self, prompt: Prompt, telling: Telling | None) -> Reply:
        with self._lock, torch.inference_mode():
            tokens, retried = self.encode(prompt), False
            while True:
                try:
                    return avoiding(prompt, partial(self._answer, prompt, tokens, telling))
                except (RuntimeError, MemoryError) as problem:
                    if not out_of_memory(problem):
                        raise
                    if retried or not self.forget():  # else there is room now
                        shown = [(sight.frames[0].size, sight.length) for sight in tokens.sights]
                        raise short_of_memory(self.name, self._model, shown) from problem
                retried = True

    def encode(self, prompt: Prompt) -> Tokens:
        """The tokens of the prompt up to where the assistant is to write."""
        return self._turns.encode(prompt)

    def forget(self) -> bool:
        """Give back the memory of what is kept between prompts. Tells whether there was any."""
        conversations, pictures = self._kept.clear(), self._seen.clear()
        return conversations or pictures

    def _answer(self, prompt: Prompt, tokens: Tokens, telling: Telling | None, **how: Any) -> Reply:
        conversation = self._kept.take(tokens.keys)
        known = len(conversation)
        ending = Ending(self._turns, tokens, prompt)
        held = (
            self._grammars
            and prompt.calls
            and self._grammars.hold(prompt.calls, len(tokens.ids), thinking=tokens.thinking)
        )
        new = self._generate(
            tokens,
            conversation,
            max_new_tokens=prompt.max_tokens,
            logits_processor=[held] if held else [],
            stopping_criteria=StoppingCriteriaList([ending]),
            streamer=Streamer(telling, ending, tokens.opening) if telling else None,
            **how,
        )
        text, stopped = ending.cut(new)
        ended = new[-1] in self._ends
        self._turns.remember(tokens, text, new[:-1] if ended else new)
        if self.reuse:
            conversation.grow([*tokens.keys, *new])
            self._kept.keep(conversation)
        return Reply(
            tokens.opening + text,
            prompt_tokens=len(tokens.ids),
            reply_tokens=len(new),
            finish="stop" if stopped or ended else "length",
            computed_tokens=len(tokens.ids) - known,
        )

    def _generate(self, tokens: Tokens, conversation: Conversation, **more: Any) -> list[int]:
        """The ids that follow the prompt. `more` is for transformers' generate: what steers, stops or streams it.

        The cache holds the beginning of the prompt; generate computes what it does not hold, and the vision tower sees
        the pictures in that alone.
        """
        if self.reuse and not len(conversation) and tokens.head and conversation.rigid:
            self._begin(tokens, conversation)
        watch = Watch(self.name, conversation, len(tokens.ids))
        more["logits_processor"] = LogitsProcessorList([watch, *more.pop("logits_processor", ())])
        if self.drafts and not conversation.rigid and not more.get("do_sample"):  # drafts are greedy
            more["custom_generate"] = partial(write, most=self.drafts, streamer=more.get("streamer"))
        ids = self._tensor([tokens.ids])
        sequence = self._model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            position_ids=self._places(tokens),
            past_key_values=conversation.cache,
            **self._looked_at([sight for sight in tokens.sights if sight.start >= len(conversation)]),
            **more,
        )
        new: list[int] = sequence[0, len(tokens.ids) :].tolist()
        return new

    def _begin(self, tokens: Tokens, conversation: Conversation) -> None:
        """Compute the system message by itself, and mark its end: a cache that cannot be cut can go back there."""
        places = self._places(tokens)[..., : tokens.head]
        ids = self._tensor([tokens.ids[: tokens.head]])
        self._model.model(input_ids=ids, position_ids=places, past_key_values=conversation.cache)  # no logits needed
        conversation.grow(tokens.keys)
        conversation.mark(tokens.head)

    def _grammars_of(self, checkpoint: Checkpoint) -> Any:
        from handsight.models.grammar import Grammars

        return Grammars(checkpoint.tokenizer, self._model.config.get_text_config().vocab_size, self._ends)

    def _places(self, tokens: Tokens) -> Any:
        """Positions of shape (4, 1, n): the place in the text, then time, height and width.

        They are made here because transformers keeps the offset between the two in the model, where that of one
        conversation would meet another's.
        """
        count = len(tokens.ids)
        return self._tensor([range(count), *positions(count, tokens.sights)]).unsqueeze(1)

    def _looked_at(self, sights: Sequence[Sight]) -> dict[str, Any]:
        """What generate takes in place of pictures and videos: the rows that the vision tower makes of them."""
        features = {}
        for kind, moves in (("image", False), ("video", True)):
            rows = [self._seen.get(s.key, partial(self._look, s)) for s in sights if s.moves == moves]
            if rows:
                merged, *deeper = ([*layer] for layer in zip(*rows, strict=True))
                features[kind] = self._kind(pooler_output=merged, **({"deepstack_features": deeper} if deeper else {}))
        return {"mm_encoder_outputs": features} if features else {}

    def _look(self, sight: Sight) -> list[Any]:
        """The rows of what is shown, each (tokens, hidden): those of its tokens, then those of deeper layers."""
        cut = self._images.video if sight.moves else self._images.stills
        patches, grids = (tensor.to(self._model.device) for tensor in cut(sight.images))
        seen = self._model.get_image_features(patches, grids, return_dict=True)
        self._kind = type(seen)
        return [seen.pooler_output[0], *(layer[0] for layer in seen.get("deepstack_features") or ())]

    def _tensor(self, numbers: Any) -> Any:
        return torch.tensor([list(row) for row in numbers], device=self._model.device)
