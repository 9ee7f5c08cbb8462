"""A model behind any server that speaks the OpenAI protocol: vLLM, SGLang, Ollama, LM Studio, DashScope."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from importlib import import_module
from typing import Any

import openai

from handsight.errors import ModelRefused, ModelUnreachable, UsageError
from handsight.media import DataUrls
from handsight.models.address import EXAMPLE, is_local, key_variables
from handsight.models.address import parse_server as parse_server
from handsight.models.chunks import Chunks, words_in
from handsight.models.native import read_calls
from handsight.models.request import FORM, wanted
from handsight.models.streaming import Tell, Telling
from handsight.talk import Talks
from handsight.types import Prompt, Reply

# older releases of openai pass on what the library under them raises while an answer comes
_Broken: Any = import_module(openai.DefaultHttpxClient.__mro__[1].__module__).TransportError

ASK = "/chat/completions"
UNHELD = (400, 422, 500, 501)  # how servers refuse a form that they do not know, or cannot hold a reply to


def open_server(words: str, *, api_key: str | None = None, timeout_s: float = 180, retries: int = 3) -> ServerModel:
    """Take the model that `server:URL#NAME` names; without a name, the only one that the server has."""
    base_url, name = parse_server(words)
    model = ServerModel(base_url, name, api_key, timeout_s=timeout_s, retries=retries)
    if not name:
        try:
            model.name = _only(model.available(), base_url)
        except BaseException:
            model.close()
            raise
    return model


class ServerModel(Talks):
    """Asks the server at `base_url` for each reply, over one connection that is kept open.

    The key is `api_key`, else HANDSIGHT_API_KEY, else the one the host is known for (OPENAI_API_KEY,
    DASHSCOPE_API_KEY), which no other host is ever sent. Busy answers, server errors, timeouts and broken connections
    are tried again `retries` times, waiting as long as the server asks or ever longer. `extra` is added to each request
    as it is. A reply ends before the stop string that ended it.
    """

    def __init__(
        self,
        base_url: str,
        name: str,
        api_key: str | None = None,
        *,
        timeout_s: float = 180,
        retries: int = 3,
        temperature: float = 0.0,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self.base_url = base_url
        self.name = name
        self.timeout_s = timeout_s
        self.retries = retries
        self.temperature = temperature
        self.extra = dict(extra or {})
        self._given_key = api_key
        self._urls = DataUrls()
        self._holds = True  # until it says that it cannot

    def generate(self, prompt: Prompt) -> Reply:
        """Ask for one reply. Raises ModelUnreachable when nothing usable answers, ModelRefused when it says no."""
        with self._errors(ASK):
            answer = self._post(self._body(prompt))
        return self._reply(prompt, answer)

    def stream(self, prompt: Prompt, tell: Tell) -> Reply:
        """Ask as `generate` does, telling the text as it comes. An answer that breaks off is no answer."""
        telling, chunks = Telling(tell), Chunks()
        body = {"stream": True, "stream_options": {"include_usage": True}, **self._body(prompt)}
        with self._errors(ASK), self._post(body, stream=True, stream_cls=openai.Stream[object]) as came:
            try:
                for chunk in came:
                    telling.grow(chunks.add(chunk))
            except (openai.APIConnectionError, _Broken) as problem:
                raise ModelUnreachable(f"{self.base_url} broke off its answer: {problem}") from problem
        reply = self._reply(prompt, chunks.answer)
        telling.end(reply.text)
        return reply

    def _body(self, prompt: Prompt) -> dict[str, Any]:
        return {
            "model": self.name,
            "temperature": self.temperature,
            **wanted(prompt, self._urls, held=self._holds),
            **self.extra,
        }

    def _post(self, body: dict[str, Any], **how: Any) -> Any:
        """Ask for a reply. A server that cannot hold it to a form is asked without, and not for a form again."""
        try:
            return self._client.post(ASK, cast_to=object, body=body, **how)
        except openai.APIStatusError as problem:
            if problem.status_code not in UNHELD or FORM not in body or FORM in self.extra:
                raise
        free = {name: value for name, value in body.items() if name != FORM}
        answer = self._client.post(ASK, cast_to=object, body=free, **how)
        self._holds = False  # else it was the rest of the request that was refused
        return answer

    def available(self) -> list[str]:
        """The names of the models that the server has."""
        with self._errors("/models"):
            answer: Any = self._client.get("/models", cast_to=object)
        try:
            return [str(model["id"]) for model in answer["data"] or ()]
        except (KeyError, TypeError) as problem:
            raise ModelUnreachable(self._unusable(answer)) from problem

    def reach(self) -> None:
        """See that somebody answers at the address. Raises ModelUnreachable; what is answered does not matter here."""
        with suppress(ModelRefused), self._errors("/models"):
            self._client.get("/models", cast_to=object)

    def close(self) -> None:
        """Close the connection; the next question opens a new one."""
        if client := self.__dict__.pop("_client", None):
            client.close()

    @cached_property
    def _key(self) -> str:
        set_here = (os.environ.get(variable) for variable in key_variables(self.base_url))
        return self._given_key or next((key for key in set_here if key), "")

    @cached_property
    def _client(self) -> openai.OpenAI:
        return openai.OpenAI(
            api_key=self._key or "none",
            base_url=self.base_url,
            timeout=openai.Timeout(self.timeout_s, connect=min(10.0, self.timeout_s)),
            max_retries=self.retries,
            # a proxy that is set for everything cannot reach this machine's own servers
            http_client=openai.DefaultHttpxClient(trust_env=False) if is_local(self.base_url) else None,
        )

    @contextmanager
    def _errors(self, path: str) -> Iterator[None]:
        """Here, and nowhere else, what openai raises becomes ours."""
        try:
            yield
        except openai.APITimeoutError as problem:
            raise ModelUnreachable(
                f"{self.base_url} did not answer within {self.timeout_s:g} s ({self._tries()}); "
                "is the model still loading? Try again later, or allow it more seconds"
            ) from problem
        except openai.APIConnectionError as problem:
            raise ModelUnreachable(
                f"{self.base_url} cannot be reached: {problem.__cause__ or problem} ({self._tries()}); "
                "start a server there first, such as: vllm serve Qwen/Qwen2.5-VL-7B-Instruct"
            ) from problem
        except openai.APIStatusError as problem:
            raise self._no(problem, path) from problem
        except openai.APIError as problem:  # while an answer comes
            raise ModelUnreachable(f"{self.base_url} broke off its answer: {self._hidden(str(problem))}") from problem
        except json.JSONDecodeError as problem:
            raise ModelUnreachable(self._unusable("broken JSON")) from problem

    def _no(self, problem: openai.APIStatusError, path: str) -> ModelRefused | ModelUnreachable:
        """The error for an answer of 400 or above, in the server's own words."""
        code, words = problem.status_code, self._hidden(words_in(problem.body))
        if code >= 500:
            return ModelUnreachable(f"{self.base_url} answers with error {code} ({self._tries()}): {words}")
        if code in (401, 403):
            advice = f"set {' or '.join(key_variables(self.base_url))} to a key that it takes"
            return ModelRefused(f"{self.base_url} refuses the key ({code}: {words}); {advice}")
        if code == 404 and path != "/models":
            return ModelRefused(f"{self.base_url} has no model {self.name!r} ({code}: {words}); {self._choice()}")
        if code == 404:
            return ModelRefused(f"{self.base_url} has no list of models ({code}: {words}); name one, as in {EXAMPLE}")
        if code == 429:
            return ModelRefused(f"{self.base_url} is out of quota ({self._tries()}): {words}")
        return ModelRefused(f"{self.base_url} does not take the request ({code}): {words}")

    def _choice(self) -> str:
        try:
            return f"it has: {', '.join(self.available()) or 'none'}"
        except (ModelRefused, ModelUnreachable):
            return "nor does it list the ones it has; does the address end in /v1?"

    def _reply(self, prompt: Prompt, answer: Any) -> Reply:
        """Read what the model wrote, and nothing that it did not write."""
        before = sum(len(message.calls) for message in prompt.messages)
        try:
            choice = answer["choices"][0]
            message, finish = choice["message"], choice.get("finish_reason")
            text, thought = message.get("content"), message.get("reasoning_content") or message.get("reasoning")
            usage = answer.get("usage") or {}
            native = read_calls(message.get("tool_calls"), before) if prompt.functions else ()
            counts = int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0)
        except (LookupError, TypeError, AttributeError, ValueError) as problem:
            raise ModelUnreachable(self._unusable(answer)) from problem
        if finish == "content_filter":
            raise ModelRefused(f"the content filter of {self.base_url} stopped {self.name}")
        if not text and message.get("tool_calls") and not native:
            raise ModelRefused(
                f"{self.base_url} took the model's calls out of its text; start it without a tool call parser"
            )
        if not text and isinstance(thought, str) and thought:  # put back the marks, so that no thought reads as an act
            text = f"<think>\n{thought}" if finish == "length" else f"<think>\n{thought}\n</think>"
        if text is None and native:
            text = ""
        if not isinstance(text, str):
            raise ModelUnreachable(self._unusable(answer))
        return Reply(text, *counts, finish="length" if finish == "length" else "stop", native=native)

    def _unusable(self, answer: Any) -> str:
        came = " ".join(str(answer).split())
        came = f"{came[:200]}..." if len(came) > 200 else came
        return (
            f"{self.base_url} answers, but not as an OpenAI-compatible server does: {self._hidden(came)}; "
            "does the address end in /v1?"
        )

    def _tries(self) -> str:
        return "asked once" if self.retries == 0 else f"asked {self.retries + 1} times"

    def _hidden(self, words: str) -> str:
        """The server's words without our key, should it say it back."""
        return words.replace(self._key, "...") if self._key else words


def _only(names: list[str], base_url: str) -> str:
    if len(names) == 1:
        return names[0]
    has = f"has several models: {', '.join(names)}" if names else "has no model"
    raise UsageError(f"{base_url} {has}; name one, as in {EXAMPLE}")
