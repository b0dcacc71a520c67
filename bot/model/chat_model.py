"""A chat model behind one door: any that LangChain's `init_chat_model` knows, or an OpenAI-compatible server.

A reply is streamed on an event loop of its own, so that it can be given up at once, from any thread: at a
deadline, at a reader's wish, or when nobody reads on. Given up, its connection is closed.
"""

import asyncio
import re
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event as Flag
from threading import Lock, Thread
from time import monotonic
from typing import Any

from bot.model.circuit_breaker import CircuitBreaker
from bot.model.errors import translate_error
from bot.model.prompt import Message
from bot.model.reply_end import ReplyEnd
from bot.model.retry_policy import ModelLimits
from bot.model.token_counter import TokenCounter
from bot.types import Cancelled
from index.errors import WriterBusy, WriterError, WriterRefused
from index.made_once import made_once

# How often a wait looks whether it is still wanted, in seconds.
_LOOK = 0.05
_ABOUT_TEMPERATURE = re.compile(r"\(4\d\d\):.*\btemperature\b", re.IGNORECASE)


@dataclass
class ModelBudget:
    """What one answer may take and has taken: the moment of its deadline, requests, tokens, seconds."""

    until: float
    stopping: Callable[[], bool] = lambda: False
    config: Any = None
    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    warning: str = ""
    seconds: dict[str, float] = field(default_factory=dict)

    def usage(self) -> dict[str, int]:
        """Requests and tokens; no tokens where the server does not count them."""
        counted = {"input_tokens": self.tokens_in, "output_tokens": self.tokens_out}
        return {"requests": self.requests, **(counted if any(counted.values()) else {})}


class ChatModel:
    """A chat model with patience. Safe for use by several threads."""

    def __init__(
        self,
        model: Any,
        name: str,
        limits: ModelLimits,
        without_temperature: Callable[[], Any] | None = None,
        *,
        tells: bool = False,
        cuts: bool = False,
    ) -> None:
        """`model` is a LangChain chat model; `name` is what readers know it by.

        `without_temperature` makes it anew for a server that takes none; `tells` as in `ReplyEnd.problem`;
        a server that `cuts` long prompts in silence is watched for that.
        """
        self.name = name
        self.limits = limits
        self.counter = TokenCounter()
        self._model = model
        self._without_temperature = without_temperature
        self._tells = tells
        self._cuts = cuts
        self._lock = Lock()
        self._breaker = CircuitBreaker(limits)

    def budget(self, stopping: Callable[[], bool] = lambda: False, config: Any = None) -> ModelBudget:
        """A new answer's budget; its deadline counts from now. `config` carries LangChain's callbacks."""
        return ModelBudget(monotonic() + self.limits.answer, stopping, config)

    def stream(self, messages: Sequence[Message], budget: ModelBudget) -> Generator[str]:
        """The reply as it is written. Closing the iterator gives it up.

        Raises WriterBusy or WriterError with a sentence for the reader, Cancelled where `budget` is stopped.
        Nothing is asked for again once a part of the reply was given.
        """
        self._breaker.enter()
        attempt = 1
        while True:
            began, model = False, self._model
            try:
                for piece in self._once(model, messages, budget):
                    began = True
                    yield piece
            except (Cancelled, GeneratorExit):
                raise
            except WriterError as fault:
                if not began and self._refuses_temperature(model, fault):
                    continue
                wait = self.limits.before(attempt + 1, getattr(fault, "wait", 0.0))
                again = isinstance(fault, WriterBusy) and not began and attempt < self.limits.attempts
                if not again or monotonic() + wait >= budget.until:
                    if isinstance(fault, WriterRefused):
                        self._breaker.succeeded()
                    else:
                        self._breaker.failed()
                    raise
                _pause(wait, budget)
                attempt += 1
            else:
                self._breaker.succeeded()
                return

    def _refuses_temperature(self, asked: Any, fault: WriterError) -> bool:
        """Whether the server takes no temperature, as some models do not; it is not sent again then."""
        if not _ABOUT_TEMPERATURE.search(str(fault)):
            return False
        with self._lock:
            # Another question may have found it out meanwhile.
            if asked is self._model and self._without_temperature is not None:
                self._model, self._without_temperature = self._without_temperature(), None
            return asked is not self._model

    def _once(self, model: Any, messages: Sequence[Message], budget: ModelBudget) -> Generator[str]:
        budget.requests += 1
        arrived: SimpleQueue[Any] = SimpleQueue()
        asked = monotonic()
        first = asked + self.limits.first_word
        pumping = asyncio.run_coroutine_threadsafe(
            _pump(model, list(messages), budget.config, arrived), _loop()
        )
        waiting = True
        end = ReplyEnd()
        try:
            while True:
                item = self._next(arrived, budget, min(budget.until, first) if waiting else budget.until)
                if item is None:
                    self._ended(end, messages, budget)
                    return
                if isinstance(item, BaseException):
                    raise translate_error(item) from item
                if waiting and item.content:
                    waiting = False
                    budget.seconds.setdefault("first word", monotonic() - asked)
                end.take(item)
                if item.text:
                    yield str(item.text)
        finally:
            budget.tokens_in += end.read
            budget.tokens_out += end.written
            pumping.cancel()

    def _ended(self, end: ReplyEnd, messages: Sequence[Message], budget: ModelBudget) -> None:
        """Raises WriterError where a reply did not end by itself; warns where half of the prompt was read."""
        sent = sum(len(text) for _, text in messages)
        if problem := end.problem(tells=self._tells):
            # Where it gave a reason, it is well.
            raise (WriterRefused if end.reason else WriterError)(problem)
        if self._cuts and (warning := end.cut(sent)):
            budget.warning = warning
            return
        self.counter.learn(sent, end.read)

    def _next(self, arrived: "SimpleQueue[Any]", budget: ModelBudget, until: float) -> Any:
        while True:
            if budget.stopping():
                raise Cancelled
            left = until - monotonic()
            if left <= 0:
                early = until < budget.until
                said = (
                    f"did not begin to answer within {self.limits.first_word:g} s (first_word_seconds)"
                    if early
                    else f"did not finish within {self.limits.answer:g} s (answer_seconds)"
                )
                msg = f"The model {said}."
                raise WriterError(msg)
            with suppress(Empty):
                return arrived.get(timeout=min(left, _LOOK))


async def _pump(model: Any, messages: list[Message], config: Any, arrived: "SimpleQueue[Any]") -> None:
    """Put what the model writes into `arrived`, then None, or the error that ended it."""
    last: BaseException | None = None
    try:
        async for chunk in model.astream(messages, config):
            arrived.put(chunk)
    except Exception as error:  # noqa: BLE001 (raised again where it is waited for)
        last = error
    arrived.put(last)


def _pause(seconds: float, budget: ModelBudget) -> None:
    until = monotonic() + seconds
    while (left := until - monotonic()) > 0:
        if budget.stopping():
            raise Cancelled
        Flag().wait(min(left, _LOOK))


@made_once
def _loop() -> asyncio.AbstractEventLoop:
    """The event loop of all models, in a thread that ends with the process."""
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, name="onrecord-models", daemon=True).start()
    return loop
