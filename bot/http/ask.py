"""`/v1/ask`: an answer as JSON, or as events, each sentence as soon as it is verified."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.http.request_body import QUERY_FIELDS, read_json
from bot.http.server_sent_events import event, event_stream
from bot.question_input import query_of
from bot.serving.answer_service import AnswerService
from bot.serving.forms import sentence_json, shown_answer
from bot.serving.guard import CLIENT
from bot.serving.refused import error_body, refusal_of
from bot.types import Done, Event, Found, Noted, Restated, Sentence

_FIELDS = ("question", *QUERY_FIELDS, "conversation")


async def ask(service: AnswerService, request: Request) -> Response:
    """Answer a question, in the form that the request accepts."""
    given = await read_json(request, _FIELDS)
    query, conversation = query_of(given), given.get("conversation")
    client = request.scope[CLIENT]
    if "text/event-stream" not in request.headers.get("accept", ""):
        answer = await service.answer(query, client, conversation)
        return JSONResponse(shown_answer(answer, await service.articles(answer)))
    events = service.events(query, client, conversation)
    # What is wrong with a question shows at its first event, while there still is a status to say so.
    first = await anext(events)
    return event_stream(_told(service, first, events))


async def _told(service: AnswerService, first: Event, events: Any) -> AsyncGenerator[str, None]:
    async with aclosing(events):
        try:
            yield await _one(service, first)
            async for happened in events:
                if told := await _one(service, happened):
                    yield told
        except Exception as error:  # noqa: BLE001 (what nobody foresaw is in the log)
            yield event("error", error_body(refusal_of(error, "an answer")))


async def _one(service: AnswerService, happened: Event) -> str:
    match happened:
        case Restated(text):
            return event("restated", {"question": text})
        case Found(passages, read, relaxed):
            articles = len({passage.article.id for passage in passages})
            return event("found", {"articles": articles, "read": read, "relaxed": relaxed})
        case Sentence():
            return event("sentence", sentence_json(happened))
        case Noted(text):
            return event("note", {"text": text})
        case Done(answer):
            return event("answer", shown_answer(answer, await service.articles(answer)))
    return ": searching\n\n"
