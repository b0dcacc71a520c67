"""Answers, passages and articles as JSON: the form that other programs read."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.page_numbers import page_url
from bot.terminal.streams import shows_all_text
from index.types import Article, Page, Retrieved

if TYPE_CHECKING:
    from bot.explanation import Weighed
    from bot.types import Answer, Citation, Disagreement, Quote, Sentence

VERSION = 1
"""Of all that is printed as JSON; raised when a field goes or changes its meaning, not when one is added."""


def answer_json(answer: "Answer", *, threshold: float | None = None) -> dict[str, Any]:
    """An answer; offsets count characters of the stored text, which `articles show ID --json` prints.

    With the `threshold` that it was held against, it is explained too.
    """
    return {
        "question": answer.query.text,
        **({"standalone": answer.standalone} if answer.standalone else {}),
        "status": answer.outcome.value,
        "as_of": answer.as_of,
        **({"warning": answer.warning} if answer.warning else {}),
        "sentences": [_sentence(sentence) for sentence in answer.sentences],
        "citations": [citation_json(citation) for citation in answer.citations],
        **({"disagreement": disagreement_json(answer.disagreement)} if answer.disagreement else {}),
        "nearest": [article_reference(article) for article in answer.nearest],
        **_silent(answer),
        "score": round(answer.score, 4),
        **({"hint": answer.hint} if answer.hint else {}),
        "read": answer.read,
        "relaxed": answer.relaxed,
        "model": answer.model,
        **_by_model(answer),
        "timings": {phase: round(seconds, 4) for phase, seconds in answer.timings.items()},
        **({} if threshold is None else {"explanation": _explanation(answer, threshold)}),
    }


def _explanation(answer: "Answer", threshold: float) -> dict[str, Any]:
    """Why this answer was given, or none."""
    told = answer.explanation
    if told is None:
        return {"threshold": threshold}
    return {
        "threshold": threshold,
        "searched_for": told.sought,
        "kind": told.wanted,
        "passages": told.passages,
        "sentences": told.sentences,
        "best": [
            {
                "score": round(one.score, 4),
                "text": one.text,
                "start": one.start,
                "end": one.end,
                "article_id": one.article.id,
                "weighed": _weighed(one.parts),
            }
            for one in told.best
        ],
        "unsaid": list(told.unsaid),
        "log_odds": _weighed(told.odds),
    }


def _weighed(parts: "Sequence[Weighed]") -> list[dict[str, Any]]:
    return [
        {"name": part.name, "value": round(part.value, 4), "added": round(part.added, 4)} for part in parts
    ]


def _silent(answer: "Answer") -> dict[str, Any]:
    """Where nothing answers: how much was searched, and where it most likely stands."""
    said: dict[str, Any] = {"aside": answer.aside} if answer.aside else {}
    if answer.searched is not None:
        said["searched"] = answer.searched
    if answer.withdrawn:
        said["withdrawn_article"] = article_reference(answer.withdrawn)
    if answer.likely:
        said["likely"] = {**_sentence(answer.likely), **citation_json(answer.likely.citations[0])}
    return said


def citation_json(citation: "Citation") -> dict[str, Any]:
    """A quote, its place, and what is shown of its article."""
    return {
        "n": citation.n,
        "quote": citation.quote.text,
        "start": citation.quote.start,
        "end": citation.quote.end,
        **_marked(citation.quote),
        **article_reference(citation.quote.article),
        **_place(citation.quote.article, citation.quote.pages),
        "also": [article_reference(article) for article in citation.quote.also],
    }


def _marked(quote: "Quote") -> dict[str, Any]:
    """What a model quoted of the sentence that is shown, where it is a part of it."""
    return {"marked": {"start": quote.marked[0], "end": quote.marked[1]}} if quote.marked else {}


def _sentence(sentence: "Sentence") -> dict[str, Any]:
    """The text as it is shown, and the attribution that it begins with, where it has one."""
    citations = [citation.n for citation in sentence.citations]
    if not sentence.lead:
        return {"text": sentence.text, "citations": citations}
    return {"text": f"{sentence.lead}: {sentence.text}", "lead": sentence.lead, "citations": citations}


def disagreement_json(differing: "Disagreement") -> dict[str, Any]:
    """Both sides of a disagreement, each value with the numbers of the quotes that give it."""
    sides = [{"value": s.value, "citations": [one.n for one in s.citations]} for s in differing.sides]
    return {"text": str(differing), "sides": sides}


def _by_model(answer: "Answer") -> dict[str, Any]:
    """What was withheld; and where a model was asked, or was meant to be, its cost and a word about it."""
    asked = {"note": answer.note, "usage": answer.usage} if answer.usage or answer.note else {}
    return {
        **asked,
        "withheld": [{"text": one.draft.text, "reason": one.reason} for one in answer.withheld],
        "repointed": answer.repointed,
    }


def passages_json(query: str, found: Retrieved) -> dict[str, Any]:
    """The result of a search."""
    return {
        "query": query,
        "read": found.read,
        "relaxed": found.relaxed,
        "passages": [
            {
                "rank": passage.rank,
                "score": round(passage.score, 4),
                "chunk_id": passage.chunk.id,
                "start": passage.chunk.start,
                "end": passage.chunk.end,
                "text": passage.text,
                **article_reference(passage.article),
                **_place(passage.article, passage.article.pages_of(passage.chunk.start, passage.chunk.end)),
                "also": [article_reference(article) for article in passage.copies],
            }
            for passage in found.passages
        ],
    }


def article_json(article: Article, *, with_text: bool) -> dict[str, Any]:
    """A stored article."""
    about = article_reference(article)
    return {
        "id": about.pop("article_id"),
        "revision": article.revision,
        **about,
        "language": article.language,
        **({"text": article.text} if with_text else {"characters": len(article.text)}),
        **({"pages": [asdict(page) for page in article.pages]} if article.pages and with_text else {}),
    }


def _place(article: Article, pages: Sequence[Page]) -> dict[str, Any]:
    """On which pages of its document a span stands, and the link that lands there; nothing without pages."""
    if not pages:
        return {}
    return {
        "page": pages[0].number,
        "last_page": pages[-1].number,
        "recognised": any(page.recognised for page in pages),
        "link": page_url(article.url, pages),
    }


def article_reference(article: Article) -> dict[str, Any]:
    """What is shown of an article wherever it is named."""
    return {
        "article_id": article.id,
        "title": article.title,
        "source": article.source,
        "url": article.url,
        "authors": list(article.authors),
        **_dated("published", article.published),
        **_dated("updated", article.updated),
        "article_status": article.status.value,
        "note": article.note,
    }


def _dated(name: str, stated: str) -> dict[str, str]:
    """The day, and the moment where it is known."""
    return {name: stated[:10], **({f"{name}_at": stated} if len(stated) > len("2026-03-12") else {})}


def print_json(value: Mapping[str, Any], indent: int | None = 2) -> None:
    """Print a result for another program, at once, with the version of the form before everything else."""
    value = {"version": VERSION, **value}
    sys.stdout.write(json.dumps(value, ensure_ascii=not shows_all_text(), indent=indent) + "\n")
    sys.stdout.flush()
