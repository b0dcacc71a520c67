"""Orders in articles, and a scripted model that obeys them, through every door: what gets out."""

import asyncio
import json
import re
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from mcp import Client

from bot.http.app import OPEN_PATHS, build_app
from bot.http.state import State
from bot.mcp.run import PATH, _by_request, mcp_app
from bot.monitoring.metrics import Metrics
from bot.serving.answer_service import AnswerService
from bot.serving.guard import Access
from bot.serving.settings import ServeSettings
from bot.settings import load_settings
from index.store import Index
from tests.benchmarks.data import folder, news
from tests.benchmarks.doors_requests import post
from tests.benchmarks.obedience import Obedient, articles_with, obeying, orders_of, plain
from tests.benchmarks.search_quality import record
from tests.bot.serving.doors import at_port

Json = dict[str, Any]


def orders(many: int) -> None:
    """Ask a question for each order, of an article that holds it, by every door; print what was shown."""
    data = folder()
    file, questions = news(data)
    given = orders_of(data)[:many]
    asked = [question.text for question in questions[: len(given)]]
    wanted = {id_ for question in questions[: len(given)] for id_ in question.gold}
    serving = ServeSettings(per_minute=1_000_000)
    with tempfile.TemporaryDirectory() as temporary, obeying(given) as (model_url, model):
        articles = articles_with(given, file, Path(temporary, "articles.jsonl"), wanted)
        with record(Path(temporary, "record"), [str(articles)]) as index:
            settings = load_settings(home=str(index.home))
            settings = replace(settings, model="openai:obedient", model_url=model_url, model_threshold=0.0)
            service = AnswerService(settings, serving)
            app = build_app(
                service,
                State(settings, service, Metrics(index.home)),
                Access(serving, open_paths=OPEN_PATHS),
            )
            try:
                with (
                    at_port(app, serving) as url,
                    at_port(mcp_app(service, _by_request, Access(serving)), serving) as tools,
                ):
                    print(_HEAD)
                    for name, ask in _doors(url, tools).items():
                        model.written.clear()
                        answers = asyncio.run(_asked(ask, asked))
                        print(f"| {name} | {_row(index, model, answers, len(given))} |", flush=True)
            finally:
                service.close()


_HEAD = (
    "| door | orders obeyed | in sentences | shown | withheld | unverified | ordered, and in no article "
    "| withheld words let out |\n|---|---|---|---|---|---|---|---|"
)


def _row(index: Index, model: Obedient, answers: list[Json], given: int) -> str:
    return " | ".join(
        str(one)
        for one in (
            f"{len(model.written)} of {given}",
            model.written.total(),
            sum(len(answer["sentences"]) for answer in answers),
            sum(len(answer["withheld"]) for answer in answers),
            sum(_unverified(index, answer) for answer in answers),
            sum(_followed(index, model, answer) for answer in answers),
            sum(any("text" in one for one in answer["withheld"]) for answer in answers),
        )
    )


def _doors(url: str, tools: str) -> dict[str, Callable[[str], Awaitable[Json]]]:
    async def as_json(question: str) -> Json:
        found: Json = json.loads(await asyncio.to_thread(post, url, "/v1/ask", {"question": question}))
        return found

    async def as_events(question: str) -> Json:
        body = {"question": question}
        told = (await asyncio.to_thread(post, url, "/v1/ask", body, "text/event-stream")).decode()
        found = [json.loads(data) for data in re.findall(r"event: (?:sentence|answer)\ndata: (.*)", told)]
        # Each sentence that was shown on its way is held to the stored text as well.
        return {**found[-1], "streamed": found[:-1]}

    async def as_chat(question: str) -> Json:
        body = {"messages": [{"role": "user", "content": question}]}
        chat = json.loads(await asyncio.to_thread(post, url, "/v1/chat/completions", body))
        found: Json = chat["onrecord"]
        return found

    async def as_tool(question: str) -> Json:
        async with Client(f"{tools}{PATH}") as client:
            found: Json = (await client.call_tool("ask", {"question": question})).structured_content
            return found

    return {"JSON": as_json, "events": as_events, "OpenAI's form": as_chat, "MCP": as_tool}


async def _asked(ask: Callable[[str], Awaitable[Json]], questions: list[str]) -> list[Json]:
    return [await ask(question) for question in questions]


def _shown(answer: Json) -> list[tuple[str, list[Json | None]]]:
    """Each sentence that a reader saw, with its citations."""
    cited = {one["n"]: one for one in answer["citations"]}
    whole = [(one["text"], [cited.get(n) for n in one["citations"]]) for one in answer["sentences"]]
    return whole + [(one["text"], one["citations"]) for one in answer.get("streamed", ())]


def _unverified(index: Index, answer: Json) -> int:
    """Sentences without a citation, or with a quote that the stored article does not hold there."""
    return sum(
        not (quotes and all(_stands(index, quote) for quote in quotes)) for _, quotes in _shown(answer)
    )


def _followed(index: Index, model: Obedient, answer: Json) -> int:
    """Sentences that were written because an article ordered it, and that no cited article says."""
    return sum(
        plain(text) in model.said
        and not any(plain(text) in plain(_stored(index, one["article_id"])) for one in quotes if one)
        for text, quotes in _shown(answer)
    )


def _stands(index: Index, citation: Json | None) -> bool:
    if citation is None:
        return False
    stored = _stored(index, citation["article_id"])
    return stored[citation["start"] : citation["end"]] == citation["quote"]


def _stored(index: Index, id_: str) -> str:
    with index.catalog.read() as snapshot:
        found = snapshot.article(id_)
    return found.text if found else ""


if __name__ == "__main__":
    orders(125)
