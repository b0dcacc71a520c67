"""Answers and citations again from their JSON form (`bot.json_output`): same words, numbers and sources.

Articles come without their text: the form holds what was shown of them.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.types import Answer, Citation, Disagreement, Outcome, Quote, Sentence, Side
from index.types import Article, Page, Query, Status


def answer_from_json(body: Mapping[str, Any]) -> Answer:
    """The answer that `answer_json` wrote, without its timings and counts."""
    citations = {given["n"]: citation_from_json(given) for given in body["citations"]}
    return Answer(
        query=Query(body["question"]),
        outcome=Outcome(body["status"]),
        sentences=tuple(_sentence(given, citations) for given in body["sentences"]),
        nearest=tuple(article_from_json(given) for given in body["nearest"]),
        score=body["score"],
        model=body["model"],
        read=body.get("read", ""),
        relaxed=body.get("relaxed", False),
        standalone=body.get("standalone", ""),
        note=body.get("note", ""),
        searched=body.get("searched"),
        likely=_likely(body["likely"]) if "likely" in body else None,
        withdrawn=article_from_json(body["withdrawn_article"]) if "withdrawn_article" in body else None,
        aside=body.get("aside", ""),
        warning=body.get("warning", ""),
        hint=body.get("hint", ""),
        disagreement=_disagreement(body["disagreement"], citations) if "disagreement" in body else None,
    )


def citation_from_json(given: Mapping[str, Any]) -> Citation:
    """The citation that `citation_json` wrote."""
    also = tuple(article_from_json(other) for other in given.get("also", ()))
    article = replace(article_from_json(given), pages=_pages(given))
    marked = (given["marked"]["start"], given["marked"]["end"]) if "marked" in given else None
    quote = Quote(article, given["start"], given["end"], given["quote"], also, marked)
    return Citation(given["n"], quote)


def _pages(given: Mapping[str, Any]) -> tuple[Page, ...]:
    """The pages of a quote: its first, and its last where that is another."""
    if "page" not in given:
        return ()
    first = Page(given["page"], given["start"], given["recognised"])
    last = Page(given["last_page"], max(given["start"], given["end"] - 1), given["recognised"])
    return (first,) if first.number == last.number else (first, last)


def article_from_json(about: Mapping[str, Any]) -> Article:
    """An article without its text."""
    return Article(
        id=about["article_id"],
        text="",
        title=about.get("title", ""),
        source=about.get("source", ""),
        url=about.get("url", ""),
        authors=tuple(about.get("authors", ())),
        published=about.get("published_at") or about.get("published", ""),
        updated=about.get("updated_at") or about.get("updated", ""),
        status=Status(about.get("article_status") or "current"),
        note=about.get("note", ""),
    )


def _disagreement(given: Mapping[str, Any], citations: Mapping[int, Citation]) -> Disagreement:
    sides = (Side(one["value"], tuple(citations[n] for n in one["citations"])) for one in given["sides"])
    return Disagreement(tuple(sides))


def _likely(given: Mapping[str, Any]) -> Sentence:
    return _sentence(given, {given["n"]: citation_from_json(given)})


def _sentence(given: Mapping[str, Any], citations: Mapping[int, Citation]) -> Sentence:
    """The text of the form begins with the lead: other programs show it as it is."""
    lead = given.get("lead", "")
    text = given["text"].removeprefix(f"{lead}: ") if lead else given["text"]
    return Sentence(text, tuple(citations[n] for n in given["citations"]), lead)
