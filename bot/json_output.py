"""Answers, passages and articles as JSON: the form that other programs read."""

import json
import sys
from typing import TYPE_CHECKING, Any

from bot.terminal.streams import shows_all_text
from index.types import Article, Passage

if TYPE_CHECKING:
    from bot.types import Answer, Citation, Sentence


def answer_json(answer: "Answer") -> dict[str, Any]:
    """An answer; offsets count characters of the stored text, which `articles show ID --json` prints."""
    return {
        "question": answer.query.text,
        **({"standalone": answer.standalone} if answer.standalone else {}),
        "status": answer.outcome.value,
        "sentences": [_sentence(sentence) for sentence in answer.sentences],
        "citations": [citation_json(citation) for citation in answer.citations],
        "nearest": [
            {key: value for key, value in _about(article).items() if key != "url"}
            for article in answer.nearest
        ],
        "score": round(answer.score, 4),
        "read": answer.read,
        "relaxed": answer.relaxed,
        "model": answer.model,
        **_by_model(answer),
        "timings": {phase: round(seconds, 4) for phase, seconds in answer.timings.items()},
    }


def citation_json(citation: "Citation") -> dict[str, Any]:
    """A quote, its place, and what is shown of its article."""
    return {
        "n": citation.n,
        "quote": citation.quote.text,
        "start": citation.quote.start,
        "end": citation.quote.end,
        **_about(citation.quote.article),
        "also": [_about(article) for article in citation.quote.also],
    }


def _sentence(sentence: "Sentence") -> dict[str, Any]:
    """The text as it is shown, and the attribution that it begins with, where it has one."""
    citations = [citation.n for citation in sentence.citations]
    if not sentence.lead:
        return {"text": sentence.text, "citations": citations}
    return {"text": f"{sentence.lead}: {sentence.text}", "lead": sentence.lead, "citations": citations}


def _by_model(answer: "Answer") -> dict[str, Any]:
    """What was withheld; and where a model was asked, or was meant to be, its cost and a word about it."""
    asked = {"note": answer.note, "usage": answer.usage} if answer.usage or answer.note else {}
    return {
        **asked,
        "withheld": [{"text": one.draft.text, "reason": one.reason} for one in answer.withheld],
        "repointed": answer.repointed,
    }


def passages_json(query: str, passages: list[Passage]) -> dict[str, Any]:
    """The result of a search."""
    return {
        "query": query,
        "passages": [
            {
                "rank": passage.rank,
                "score": round(passage.score, 4),
                "chunk_id": passage.chunk.id,
                "start": passage.chunk.start,
                "end": passage.chunk.end,
                "text": passage.text,
                **_about(passage.article),
                "also": [_about(article) for article in passage.copies],
            }
            for passage in passages
        ],
    }


def article_json(article: Article, *, with_text: bool) -> dict[str, Any]:
    """A stored article."""
    about = _about(article)
    return {
        "id": about.pop("article_id"),
        "revision": article.revision,
        **about,
        "authors": list(article.authors),
        "language": article.language,
        **({"text": article.text} if with_text else {"characters": len(article.text)}),
    }


def _about(article: Article) -> dict[str, Any]:
    return {
        "article_id": article.id,
        "title": article.title,
        "source": article.source,
        "url": article.url,
        "published": article.published,
        "updated": article.updated,
        "article_status": article.status.value,
        "note": article.note,
    }


def print_json(value: Any, indent: int | None = 2) -> None:
    """Print a result for another program, at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=not shows_all_text(), indent=indent) + "\n")
    sys.stdout.flush()
