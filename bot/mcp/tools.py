"""The tools: what an agent is told of each, and what each does.

To add one, write a function as those below, and name it in `TOOLS`. Descriptions are read into a model's
context with every conversation, so they are short. All tools only read.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.question_input import query_of
from bot.serving.answer_service import MOST_PASSAGES, AnswerService
from bot.serving.answer_text import AnswerText
from bot.serving.arguments import whole_number
from bot.serving.forms import article_window, search_results, shown_answer, whole_article
from index.errors import UsageError
from index.search.hybrid import DEFAULT_K

Json = dict[str, Any]
_LONGEST_WINDOW = 20_000
_WINDOW = 4_000


@dataclass(frozen=True)
class Result:
    """What a tool gives: `text` for who reads it, and the same as `data` for programs."""

    text: str
    data: Json


@dataclass(frozen=True)
class Tool:
    """A tool. `run` is given the service, who calls, and the arguments; it raises OnRecordError."""

    name: str
    title: str
    description: str
    properties: Mapping[str, Json]
    required: tuple[str, ...]
    output: Json
    run: Callable[[AnswerService, str, Json], Awaitable[Result]]

    @property
    def input_schema(self) -> Json:
        """The arguments, in JSON Schema."""
        return {
            "type": "object",
            "properties": dict(self.properties),
            "required": list(self.required),
            "additionalProperties": False,
        }


async def _ask(service: AnswerService, client: str, given: Json) -> Result:
    answer = await service.answer(query_of(given), client, given.get("conversation"))
    articles = await service.articles(answer)
    return Result(AnswerText().whole(answer, articles), shown_answer(answer, articles))


async def _search(service: AnswerService, _: str, given: Json) -> Result:
    query = query_of({**given, "question": given.get("query")})
    limit = whole_number(given, "limit", DEFAULT_K, MOST_PASSAGES)
    return _as_json(search_results(query.text, await service.search(query, limit)))


async def _article(service: AnswerService, _: str, given: Json) -> Result:
    article = await _found(service, given)
    offset = whole_number(given, "offset", 0, len(article.text), least=0)
    characters = whole_number(given, "characters", _WINDOW, _LONGEST_WINDOW)
    window = article_window(article, offset, characters)
    where = f"characters {window['start']} to {window['end']} of {window['characters']}"
    return Result(f"{article.reference} ({where})\n\n{window['text']}", window)


async def _fetch(service: AnswerService, _: str, given: Json) -> Result:
    return _as_json(whole_article(await _found(service, given)))


async def _found(service: AnswerService, given: Json) -> Any:
    id_ = given.get("id")
    if not isinstance(id_, str):
        msg = "id must be the id of an article, as text; take one from ask or search."
        raise UsageError(msg)
    article = await service.article(id_)
    if article is None:
        msg = f"There is no article {id_[:100]!r} on record; take an id from ask or search."
        raise UsageError(msg)
    return article


def _as_json(data: Json) -> Result:
    """Research clients read the text, and expect the JSON there."""
    return Result(json.dumps(data, ensure_ascii=False), data)


def _text(description: str) -> Json:
    return {"type": "string", "description": description}


def _object_with(*names: str) -> Json:
    return {"type": "object", "required": list(names)}


_FILTERS: dict[str, Json] = {
    "since": _text("Only articles published or updated on this day or later, as 2026-03-12."),
    "until": _text("Only articles published or updated on this day or earlier."),
    "source": {"type": "array", "items": {"type": "string"}, "description": "Only these outlets."},
}
_ARRAY: Json = {"type": "array", "items": {"type": "object"}}

ASK = Tool(
    "ask",
    "Ask the record",
    "Answer a question from the stored articles. Every sentence stands on quotes that were found, character "
    "for character, in an article, with its outlet, day and corrections. If `status` is `not_on_record`, "
    "the articles do not answer: say so, and do not answer from memory. Keep the numbers [n], and name the "
    "outlets.",
    {
        "question": _text("The question, in full."),
        **_FILTERS,
        "conversation": _text("An id of your choice, the same for a question and its follow-ups."),
    },
    ("question",),
    {
        "type": "object",
        "properties": {
            "status": {"enum": ["answered", "not_on_record"]},
            "sentences": _ARRAY,
            "citations": _ARRAY,
            "nearest": _ARRAY,
        },
        "required": ["status", "sentences", "citations", "nearest"],
    },
    _ask,
)
SEARCH = Tool(
    "search",
    "Search the record",
    "Find the passages of the stored articles nearest to a query, best first, with their articles' ids. "
    "Passages are no answer: use `ask` for one that is checked.",
    {
        "query": _text("What to look for."),
        **_FILTERS,
        "limit": {"type": "integer", "description": f"How many passages (default {DEFAULT_K})."},
    },
    ("query",),
    {"type": "object", "properties": {"results": _ARRAY}, "required": ["results"]},
    _search,
)
ARTICLE = Tool(
    "article",
    "Read part of an article",
    "The stored text of an article around an offset, such as the `start` of a citation or a passage, with "
    "its outlet, day and corrections.",
    {
        "id": _text("The article's id."),
        "offset": {"type": "integer", "description": "Character that the window is around (default 0)."},
        "characters": {"type": "integer", "description": f"Length of the window (default {_WINDOW})."},
    },
    ("id",),
    _object_with("id", "text", "start", "end"),
    _article,
)
FETCH = Tool(
    "fetch",
    "Fetch an article",
    "The whole text of an article, by an id from `search`.",
    {"id": _text("The article's id.")},
    ("id",),
    _object_with("id", "title", "text", "url"),
    _fetch,
)
TOOLS = (ASK, SEARCH, ARTICLE, FETCH)
