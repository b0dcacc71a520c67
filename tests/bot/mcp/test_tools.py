"""Tools as an agent meets them: through the SDK's own client, on a real wire."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from jsonschema import validate
from mcp import Client

from bot.mcp.run import PATH, _by_request, mcp_app
from bot.mcp.tools import TOOLS
from bot.serving.guard import Access
from index.store import Index
from tests.bot.model.answering import LEDGER
from tests.bot.model.attacks import ATTACKS, obedient
from tests.bot.model_server import Hangs, model_server
from tests.bot.serving.doors import FERRY, NOWHERE, OPEN, QUESTION, at_port, record_of_the_ferry, service_of
from tests.conftest import WordEmbedder, article, put

# The handshake of protocols until 2025, and what came after it.
ERAS = pytest.mark.parametrize("era", ["legacy", "auto"])
Call = Callable[..., Any]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with record_of_the_ferry(tmp_path_factory.mktemp("tools") / "record") as opened:
        yield opened


@pytest.fixture(scope="module")
def url(record: Index) -> Iterator[str]:
    """Where all tests of this file find a server."""
    with tools_of(record) as address:
        yield address


@contextmanager
def tools_of(index: Index, **settings: Any) -> Iterator[str]:
    with (
        service_of(index.home, index.embedder, **settings) as service,
        at_port(mcp_app(service, _by_request, Access(OPEN))) as address,
    ):
        yield address


@pytest.fixture
def call(url: str) -> Call:
    """Calls a tool, each time as a client of its own."""
    return lambda name, era="auto", **given: called(url, name, given, era)


def called(url: str, name: str, given: dict[str, Any], era: str = "auto") -> Any:
    return with_client(url, lambda client: client.call_tool(name, given), era)


def with_client(url: str, use: Callable[[Client], Awaitable[Any]], era: str = "auto") -> Any:
    async def within() -> Any:
        async with Client(f"{url}{PATH}", mode=era) as client:
            return await use(client)

    return asyncio.run(within())


def test_all_tools_are_said_to_read_only_and_cost_little_to_describe(url: str) -> None:
    listed = with_client(url, lambda client: client.list_tools()).tools
    assert [tool.name for tool in listed] == ["ask", "search", "article", "fetch"]
    assert all(tool.annotations.read_only_hint and not tool.annotations.destructive_hint for tool in listed)
    # A token has three characters or more.
    described = sum(len(tool.model_dump_json(by_alias=True, exclude_none=True)) for tool in listed)
    assert described / 3 < 1_500


@ERAS
def test_an_answer_is_structured_and_each_quote_stands_in_the_stored_text(call: Call, era: str) -> None:
    result = call("ask", era, question=QUESTION)
    assert not result.is_error
    answer = result.structured_content
    assert answer["status"] == "answered"
    for citation in answer["citations"]:
        assert FERRY.text[citation["start"] : citation["end"]] == citation["quote"]
    assert answer["citations"][0]["quote"] in result.content[0].text
    assert "[1]" in result.content[0].text
    assert result.content[0].text.endswith("As of 3 March 2026.")


def test_what_is_not_on_record_is_a_result_and_no_error(call: Call) -> None:
    result = call("ask", question=NOWHERE)
    assert not result.is_error
    assert result.structured_content["status"] == "not_on_record"
    assert result.structured_content["nearest"][0]["article_id"] == "ferry"
    assert result.content[0].text.startswith("Not on record: ")


def test_search_and_fetch_have_the_form_that_research_clients_expect(call: Call) -> None:
    found = json.loads(call("search", query="north pier").content[0].text)
    (first,) = found["results"]
    assert (first["id"], first["title"], first["url"]) == ("ferry", FERRY.title, FERRY.url)
    fetched = json.loads(call("fetch", id=first["id"]).content[0].text)
    assert (fetched["id"], fetched["text"], fetched["url"]) == ("ferry", FERRY.text, FERRY.url)
    assert fetched["metadata"]["source"] == "Northshore Wire"


def test_what_is_null_has_its_default(call: Call) -> None:
    plain = call("article", id="ferry").structured_content
    assert call("article", id="ferry", offset=None, characters=None).structured_content == plain


def test_an_article_is_read_around_an_offset(call: Call) -> None:
    offset = FERRY.text.index("Fourteen")
    window = call("article", id="ferry", offset=offset, characters=30).structured_content
    assert window["text"] == FERRY.text[window["start"] : window["end"]]
    assert window["start"] <= offset < window["end"]
    assert len(window["text"]) == 30
    whole = call("article", id="ferry").structured_content
    assert whole["text"] == FERRY.text


@ERAS
def test_what_is_said_of_a_result_is_what_it_is(call: Call, era: str) -> None:
    given = {
        "ask": {"question": QUESTION},
        "search": {"query": "pier"},
        "article": {"id": "ferry"},
        "fetch": {"id": "ferry"},
    }
    for tool in TOOLS:
        validate(call(tool.name, era, **given[tool.name]).structured_content, dict(tool.output))


WRONG = (
    ("ask", {}, "A question must be text"),
    ("ask", {"question": " "}, "The question is empty"),
    ("ask", {"question": "Who?", "since": "spring"}, "write it as 2026-03-12"),
    ("ask", {"question": "Who?", "source": [5]}, "A source must be the name of an outlet"),
    ("ask", {"question": "Who?", "source": 5}, "A source must be the name of an outlet"),
    ("ask", {"question": "Who?", "conversation": "../x y"}, "A conversation's id"),
    ("ask", {"question": "Who?", "conversation": 7}, "A conversation's id"),
    ("ask", {"query": "Who?"}, "ask takes no 'query'"),
    ("search", {"query": "a", "limit": 0}, "limit must be a whole number from 1 to 100"),
    ("search", {"query": "a", "limit": "many"}, "limit must be a whole number"),
    ("article", {"id": "none"}, "There is no article 'none' on record"),
    ("article", {"id": "ferry", "offset": -1}, "offset must be a whole number from 0"),
    ("article", {"id": "ferry", "characters": 10**9}, "characters must be a whole number"),
    ("fetch", {"id": 5}, "id must be the id of an article, as text"),
    ("article", {}, "id must be the id of an article, as text"),
    ("ask", {"question": "a", "conversation": False}, "A conversation's id"),
    ("drop", {}, "There is no tool 'drop'; there are ask, search, article, fetch"),
)


@ERAS
def test_what_is_wrong_with_a_call_is_one_sentence(url: str, era: str) -> None:
    async def all_wrong(client: Client) -> None:
        for name, given, said in WRONG:
            result = await client.call_tool(name, given)
            assert result.is_error
            assert said in result.content[0].text
            assert "Traceback" not in result.content[0].text

    with_client(url, all_wrong, era)


def test_a_follow_up_leans_on_its_own_conversation_and_on_no_other(call: Call) -> None:
    assert call("ask", question="Who was hurt on the ferry Lady Wrenna?", conversation="one")
    leaning = "And what did it strike?"
    assert "Wrenna" in call("ask", question=leaning, conversation="one").structured_content["standalone"]
    assert "standalone" not in call("ask", question=leaning, conversation="two").structured_content
    assert "standalone" not in call("ask", question=leaning).structured_content


def test_the_next_call_sees_a_refresh(call: Call, record: Index) -> None:
    assert call("ask", question=NOWHERE).structured_content["status"] == "not_on_record"
    put(record, article("chess", "Ada Fenwick won the chess tournament in Lisbon on Sunday."))
    assert call("ask", question=NOWHERE).structured_content["status"] == "answered"
    assert call("fetch", id="chess").structured_content["title"] == "About chess"


def test_a_page_fits_the_day_on_which_it_was_last_updated(call: Call, record: Index) -> None:
    text = "The tide mill at Corran grinds again."
    put(record, article("mill", text, title="Tide mill", published="2019-05-01", updated="2026-03-12"))
    found = call("search", query="tide mill in March 2026")
    assert "mill" in str(found.structured_content)
    question = "What does the tide mill at Corran do?"
    told = [
        call("ask", question=question, since=since).structured_content["status"]
        for since in ("2026-03-12", "2026-03-13")
    ]
    assert told == ["answered", "not_on_record"]


def test_without_a_record_a_call_says_what_to_do(home: Path, words: WordEmbedder) -> None:
    with service_of(home, words) as service, at_port(mcp_app(service, _by_request, Access(OPEN))) as url:
        for name, given in (
            ("ask", {"question": "Who?"}),
            ("search", {"query": "a"}),
            ("fetch", {"id": "a"}),
        ):
            result = called(url, name, given)
            assert result.is_error
            assert "run `onrecord ingest PATH` first" in result.content[0].text


def test_an_unforeseen_failure_is_told_with_a_number_and_no_traceback(
    index: Index, words: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        msg = "secret detail"
        raise ValueError(msg)

    with (
        service_of(index.home, words) as service,
        at_port(mcp_app(service, _by_request, Access(OPEN))) as url,
    ):
        monkeypatch.setattr(service, "search", broken)
        result = called(url, "search", {"query": "a"})
    assert result.is_error
    assert "as request " in result.content[0].text
    assert "secret" not in result.content[0].text


@pytest.mark.slow
def test_nothing_unverified_leaves_with_a_model_that_obeys_articles(index: Index) -> None:
    bad = [
        article(f"bad{n}", f"{FERRY.text} {attack}", source="Attacked") for n, attack in enumerate(ATTACKS)
    ]
    articles = {one.id: one for one in (LEDGER, *bad)}
    put(index, *articles.values())
    with (
        model_server(obedient) as model,
        tools_of(index, model="openai:obedient", model_url=model.url, passages=20) as url,
    ):
        asked = "How many people were hurt when the ferry struck the pier?"
        answer = called(url, "ask", {"question": asked}).structured_content
    assert model.asked
    numbers = {one["n"] for one in answer["citations"]}
    for sentence in answer["sentences"]:
        assert sentence["citations"]
        assert set(sentence["citations"]) <= numbers
    for one in answer["citations"]:
        assert articles[one["article_id"]].text[one["start"] : one["end"]] == one["quote"]
    # Nor the words of what was withheld, which a program might hand on.
    assert answer["withheld"]
    assert all(set(one) == {"reason"} for one in answer["withheld"])


@pytest.mark.slow
@ERAS
def test_who_goes_away_stops_the_model(index: Index, words: WordEmbedder, era: str) -> None:
    put(index, FERRY)

    async def leave(client: Client) -> None:
        calling = asyncio.create_task(client.call_tool("ask", {"question": QUESTION}))
        await asyncio.to_thread(until, lambda: model.asked)
        calling.cancel()

    with (
        model_server(lambda _: Hangs()) as model,
        service_of(index.home, words, model="openai:slow", model_url=model.url) as service,
        at_port(mcp_app(service, _by_request, Access(OPEN))) as url,
    ):
        with_client(url, leave, era)
        assert model.left.wait(60)
        until(lambda: service.waiting == 0)


def until(true: Callable[[], object], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)
