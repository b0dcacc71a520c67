"""The form of OpenAI's chat completions, for programs that know a model by it: Open WebUI, LibreChat, SDKs.

The last message is the question, and the ones before it say what a follow-up means. The answer is text in
Markdown, the quotes below it; as JSON it stands under `onrecord`.
"""

import json
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.conversations import Turn
from bot.follow_ups import resolve_follow_up
from bot.http.request_body import read_json
from bot.http.server_sent_events import event_stream
from bot.question_input import true_or_false
from bot.serving.answer_service import AnswerService
from bot.serving.answer_text import AnswerText
from bot.serving.forms import shown_answer
from bot.serving.guard import CLIENT
from bot.serving.refused import error_body, refusal_of
from bot.types import Answer, Done, Outcome, Sentence
from index.errors import OnRecordError, UsageError
from index.types import Query

MODEL = "onrecord"
# Earlier messages beyond these say little of what a follow-up means.
_REMEMBERED = 20
_TEXT = AnswerText(as_markdown=True)


async def models(_: AnswerService, __: Request) -> Response:
    """The one model that there is."""
    return JSONResponse(
        {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "onrecord"}]}
    )


async def chat_completions(service: AnswerService, request: Request) -> Response:
    """Answer the last message."""
    given = await read_json(request)
    streams = true_or_false(given, "stream")
    question, history = _conversation(given.get("messages"))
    events = service.events(Query(question), request.scope[CLIENT], history=history)
    reply = _Reply(service)
    if streams:
        first = await anext(events)
        options = given.get("stream_options")
        counts = isinstance(options, dict) and bool(options.get("include_usage"))
        return event_stream(reply.chunks(first, events, counts=counts))
    async with aclosing(events) as making:
        async for happened in making:
            if isinstance(happened, Done):
                return JSONResponse(await reply.whole(happened.answer))
    msg = "The answer was given up; ask again."
    raise OnRecordError(msg)


class _Reply:
    """One reply, whole or in chunks."""

    def __init__(self, service: AnswerService) -> None:
        self._service = service
        self._about = {"id": f"chatcmpl-{uuid4().hex}", "created": int(time.time()), "model": MODEL}

    async def whole(self, answer: Answer) -> dict[str, Any]:
        """The reply as one object."""
        articles = await self._service.articles(answer)
        message = {"role": "assistant", "content": _TEXT.whole(answer, articles), "refusal": None}
        return {
            **self._about,
            "object": "chat.completion",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
            "usage": _usage(answer),
            "onrecord": shown_answer(answer, articles),
        }

    async def chunks(self, first: Any, events: Any, *, counts: bool) -> AsyncGenerator[str, None]:
        """The reply as it is verified; `counts` ends it with the tokens that a model took."""
        async with aclosing(events):
            yield self._chunk({"role": "assistant", "content": ""})
            try:
                async for happened in _with_first(first, events):
                    if isinstance(happened, Sentence):
                        yield self._chunk({"content": f"{_TEXT.sentence(happened)}\n\n"})
                    elif isinstance(happened, Done):
                        answer = happened.answer
                        articles = await self._service.articles(answer)
                        below = "\n\n".join([*_TEXT.head(answer), _TEXT.end(answer, articles)])
                        yield self._chunk({"content": below})
                        yield self._chunk({}, "stop", onrecord=shown_answer(answer, articles))
                        if counts:
                            yield self._data({"choices": [], "usage": _usage(answer)})
            except Exception as error:  # noqa: BLE001 (what nobody foresaw is in the log)
                yield self._data({"choices": [], **error_body(refusal_of(error, "an answer"))})
        yield "data: [DONE]\n\n"

    def _chunk(self, delta: dict[str, str], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return self._data({"choices": [choice], **more})

    def _data(self, body: dict[str, Any]) -> str:
        chunk = {**self._about, "object": "chat.completion.chunk", **body}
        return f"data: {json.dumps(chunk)}\n\n"


async def _with_first(first: Any, events: Any) -> AsyncIterator[Any]:
    yield first
    async for happened in events:
        yield happened


def _conversation(messages: Any) -> tuple[str, tuple[Turn, ...]]:
    """The question, and the turns before it. Raises UsageError where the messages are no conversation."""
    said = [_message(one) for one in messages] if isinstance(messages, list) else []
    while said and said[-1][0] != "user":
        said.pop()
    if not said:
        msg = 'There is no question: "messages" must be a list with a message of the role "user".'
        raise UsageError(msg)
    turns: list[Turn] = []
    for number, (role, text) in enumerate(said[:-1][-_REMEMBERED:]):
        if role == "user" and text.strip():
            stands = resolve_follow_up(text, turns)
            turns.append(Turn(f"{number}", text, stands, "", Outcome.NOT_ON_RECORD, datetime.now(UTC)))
        elif role == "assistant" and turns:
            asked = turns.pop()
            turns.append(Turn(asked.key, asked.asked, asked.standalone, text, Outcome.ANSWERED, asked.at))
    return said[-1][1], tuple(turns)


def _message(message: Any) -> tuple[str, str]:
    given = message if isinstance(message, dict) else {}
    role, content = given.get("role"), given.get("content")
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        content = " ".join(part for part in parts if isinstance(part, str))
    if not isinstance(role, str) or not isinstance(content, str | None):
        msg = 'Each of "messages" must be an object with a "role" and a "content" of text.'
        raise UsageError(msg)
    return role, content or ""


def _usage(answer: Answer) -> dict[str, int]:
    """Tokens that a language model read and wrote; zeros where none was asked."""
    read, wrote = answer.usage.get("input_tokens", 0), answer.usage.get("output_tokens", 0)
    return {"prompt_tokens": read, "completion_tokens": wrote, "total_tokens": read + wrote}
