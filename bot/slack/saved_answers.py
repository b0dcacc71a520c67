"""A given answer as it is kept on disk, and as an answer again: same words, same numbers, same sources."""

from typing import Any

from bot.json_output import answer_json
from bot.types import Answer, Citation, Outcome, Quote, Sentence
from index.types import Article, Query, Status


def body_of(answer: Answer, articles: int = 0) -> dict[str, Any]:
    """The answer's JSON form, with the revisions that were quoted; `articles` were on record."""
    body = {**answer_json(answer), "articles": articles}
    for given, citation in zip(body["citations"], answer.citations, strict=True):
        given["revision"] = citation.quote.article.revision
    return body


def restored(body: dict[str, Any]) -> Answer:
    """The answer again; its articles are as they were then, and come without their text."""
    citations = {
        given["n"]: Citation(
            given["n"],
            Quote(
                article_of(given),
                given["start"],
                given["end"],
                given["quote"],
                tuple(article_of(other) for other in given.get("also", ())),
            ),
        )
        for given in body["citations"]
    }
    sentences = tuple(
        Sentence(given["text"], tuple(citations[n] for n in given["citations"]))
        for given in body["sentences"]
    )
    nearest = tuple(article_of(given) for given in body["nearest"])
    return Answer(
        Query(body["question"]),
        Outcome(body["status"]),
        sentences,
        nearest,
        body["score"],
        body["model"],
        body.get("read", ""),
        body.get("relaxed", False),
        note=body.get("note", ""),
    )


def article_of(about: dict[str, Any]) -> Article:
    """An article without its text."""
    return Article(
        about["article_id"],
        "",
        about.get("title", ""),
        about.get("source", ""),
        (),
        about.get("url", ""),
        about.get("published", ""),
        about.get("updated", ""),
        Status(about.get("article_status") or "current"),
        about.get("note", ""),
    )
