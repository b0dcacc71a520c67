"""A chat model behind one door: any that LangChain's `init_chat_model` knows, or an OpenAI-compatible server.

A reply is streamed on an event loop of its own, so that it can be given up at once, from any thread: at a
deadline, at a reader's wish, or when nobody reads on. Given up, its connection is closed.
"""

import asyncio
import os
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from queue import Empty, SimpleQueue
from threading import Event as Flag
from threading import Thread
from time import monotonic
from typing import Any

from bot.model.circuit_breaker import CircuitBreaker
from bot.model.errors import translate_error
from bot.model.prompt import Message
from bot.model.retry_policy import ModelLimits
from bot.types import Cancelled
from index.errors import UsageError, WriterBusy, WriterError

# How often a wait looks whether it is still wanted, in seconds.
_LOOK = 0.05
_KEYS = {
    "anthropic": ("ANTHROPIC_API_KEY",),
    "openai": ("OPENAI_API_KEY",),
    "google_genai": ("GOOGLE_API_KEY", "GEMINI_API_KEY"),
    "mistralai": ("MISTRAL_API_KEY",),
    "groq": ("GROQ_API_KEY",),
    "cohere": ("COHERE_API_KEY",),
    "deepseek": ("DEEPSEEK_API_KEY",),
    "openrouter": ("OPENROUTER_API_KEY",),
    "xai": ("XAI_API_KEY",),
}
# Those that can be reached by a base URL; any other name before a colon is part of a model's own.
_BY_URL = ("openai", "anthropic", "ollama", "mistralai", "groq")


@dataclass
class ModelBudget:
    """What one answer may take and has taken: the moment of its deadline, requests, tokens, seconds."""

    until: float
    stopping: Callable[[], bool] = lambda: False
    config: Any = None
    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def usage(self) -> dict[str, int]:
        """Requests and tokens; no tokens where the server does not count them."""
        counted = {"input_tokens": self.tokens_in, "output_tokens": self.tokens_out}
        return {"requests": self.requests, **(counted if any(counted.values()) else {})}


class ChatModel:
    """A chat model with patience. Safe for use by several threads."""

    def __init__(self, model: Any, name: str, limits: ModelLimits) -> None:
        """`model` is a LangChain chat model; `name` is what readers know it by."""
        self.name = name
        self.limits = limits
        self._model = model
        self._breaker = CircuitBreaker(limits)

    def budget(self, stopping: Callable[[], bool] = lambda: False, config: Any = None) -> ModelBudget:
        """A new answer's budget; its deadline counts from now. `config` carries LangChain's callbacks."""
        return ModelBudget(monotonic() + self.limits.answer, stopping, config)

    def stream(self, messages: Sequence[Message], budget: ModelBudget) -> Generator[str]:
        """The reply as it is written. Closing the iterator gives it up.

        Raises WriterBusy or WriterError with a sentence for the reader, Stopped where `budget` is stopped.
        Nothing is asked for again once a part of the reply was given.
        """
        self._breaker.enter()
        attempt = 1
        while True:
            began = False
            try:
                for piece in self._once(messages, budget):
                    began = True
                    yield piece
            except (Cancelled, GeneratorExit):
                raise
            except WriterError as fault:
                wait = self.limits.before(attempt + 1, getattr(fault, "wait", 0.0))
                again = isinstance(fault, WriterBusy) and not began and attempt < self.limits.attempts
                if not again or monotonic() + wait >= budget.until:
                    self._breaker.failed()
                    raise
                _pause(wait, budget)
                attempt += 1
            else:
                self._breaker.succeeded()
                return

    def _once(self, messages: Sequence[Message], budget: ModelBudget) -> Generator[str]:
        budget.requests += 1
        arrived: SimpleQueue[Any] = SimpleQueue()
        asked = monotonic()
        first = asked + self.limits.first_word
        pumping = asyncio.run_coroutine_threadsafe(
            _pump(self._model, list(messages), budget.config, arrived), _loop()
        )
        waiting = True
        try:
            while True:
                item = self._next(arrived, budget, min(budget.until, first) if waiting else budget.until)
                if item is None:
                    return
                if isinstance(item, BaseException):
                    raise translate_error(item) from item
                if waiting and item.content:
                    waiting = False
                    budget.seconds.setdefault("first word", monotonic() - asked)
                _count(item, budget)
                if item.text:
                    yield str(item.text)
        finally:
            pumping.cancel()

    def _next(self, arrived: "SimpleQueue[Any]", budget: ModelBudget, until: float) -> Any:
        while True:
            if budget.stopping():
                raise Cancelled
            left = until - monotonic()
            if left <= 0:
                early = until < budget.until
                said = (
                    f"did not begin to answer within {self.limits.first_word:g} s"
                    if early
                    else f"did not finish within {self.limits.answer:g} s"
                )
                msg = f"The model {said}."
                raise WriterError(msg)
            with suppress(Empty):
                return arrived.get(timeout=min(left, _LOOK))


def load_chat_model(model: str, url: str, limits: ModelLimits) -> ChatModel:
    """The model that the settings name: "provider:model", or any name with an OpenAI-compatible server's URL.

    Nothing is asked of it yet. Raises UsageError where its package or key is missing or the name means
    nothing.
    """
    from langchain.chat_models import init_chat_model

    provider, _, rest = model.partition(":")
    if url and provider not in _BY_URL:
        provider, rest = "openai", model
    if not rest or not provider:
        msg = f'The model {model!r} must be named as "provider:model", such as "anthropic:claude-sonnet-4-5".'
        raise UsageError(msg)
    given: dict[str, Any] = {"base_url": url, "temperature": 0} if url else {}
    needed = _KEYS.get(provider, ())
    if url and provider == "openai" and not os.environ.get("OPENAI_API_KEY"):
        # Local servers want no key, and the client insists on one.
        given["api_key"] = "none"
    elif needed and not any(os.environ.get(key) for key in needed):
        msg = f"The model {model} needs a key: set {' or '.join(needed)} in the environment."
        raise UsageError(msg)
    try:
        plain = init_chat_model(rest, model_provider=provider, **given)
        known = type(plain).model_fields
        wanted = {"max_retries": 0, "stream_usage": True, "request_timeout": limits.answer}
        given.update({name: value for name, value in wanted.items() if name in known})
        return ChatModel(init_chat_model(rest, model_provider=provider, **given), model, limits)
    except ImportError as error:
        package = (error.name or f"langchain-{provider}").replace("_", "-")
        msg = f"Models of {provider} need a package: python -m pip install {package}"
        raise UsageError(msg) from error
    except Exception as error:
        reason = " ".join(str(error).split())[:300]
        msg = f"The model {model} cannot be used: {reason}"
        raise UsageError(msg) from error


async def _pump(model: Any, messages: list[Message], config: Any, arrived: "SimpleQueue[Any]") -> None:
    """Put what the model writes into `arrived`, then None, or the error that ended it."""
    last: BaseException | None = None
    try:
        async for chunk in model.astream(messages, config):
            arrived.put(chunk)
    except Exception as error:  # noqa: BLE001 (raised again where it is waited for)
        last = error
    arrived.put(last)


def _count(chunk: Any, budget: ModelBudget) -> None:
    used = chunk.usage_metadata
    if used:
        budget.tokens_in += used["input_tokens"]
        budget.tokens_out += used["output_tokens"]


def _pause(seconds: float, budget: ModelBudget) -> None:
    until = monotonic() + seconds
    while (left := until - monotonic()) > 0:
        if budget.stopping():
            raise Cancelled
        Flag().wait(min(left, _LOOK))


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The event loop of all models, in a thread that ends with the process."""
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, name="onrecord-models", daemon=True).start()
    return loop
