"""Puts one question to the record and writes down what came: the search, the answer, the quotes."""

from collections.abc import Sequence
from typing import Any

from bot import terminal
from bot.evaluation.cases import Case
from bot.evaluation.matching import shows
from bot.evaluation.results import Cited, Near, Result, Shown
from bot.types import Answer, Citation, Done, Found, Sentence
from index.store import Index
from index.types import Article, Passage

# Passages that are searched for ranks: enough that ten articles are among them, three from each at most.
_RANKED = 30


def measure(index: Index, flow: Any, case: Case) -> Result:
    """What happens to one question.

    `flow` must answer at any score, that is with the threshold 0: the score is kept, and what a threshold
    does is judged afterwards. Raises UsageError for a question that the record cannot be asked.
    """
    answer, passages = _answer(flow, case)
    sentences = tuple(_shown(index, sentence, case) for sentence in answer.sentences)
    near = tuple(_near(passage, case) for passage in passages)
    return Result(
        case.id,
        case.query.text,
        case.kind,
        case.answerable,
        case.gold_articles,
        case.answers,
        _rank(index, case) if case.gold_articles else None,
        float(answer.score),
        sentences,
        any(passage.right for passage in near),
        round(answer.timings["total"], 4),
        near,
    )


def _answer(flow: Any, case: Case) -> tuple[Answer, Sequence[Passage]]:
    passages: Sequence[Passage] = ()
    for event in flow.stream(case.query):
        if isinstance(event, Found):
            passages = event.passages
        if isinstance(event, Done):
            return event.answer, passages
    raise AssertionError  # A stream ends with Done.


def _rank(index: Index, case: Case) -> int | None:
    articles = dict.fromkeys(passage.article.id for passage in index.search(case.query, _RANKED))
    return next((rank for rank, id_ in enumerate(articles, start=1) if id_ in case.gold_articles), None)


def _shown(index: Index, sentence: Sentence, case: Case) -> Shown:
    quotes = tuple(_cited(index, citation) for citation in sentence.citations)
    return Shown(sentence.text, sentence.lead, shows(sentence.text, case.answers), quotes)


def _cited(index: Index, citation: Citation) -> Cited:
    quote = citation.quote
    # Read from the catalog again: the article that came with the answer would vouch for itself.
    with index.catalog.read() as snapshot:
        stored = snapshot.article(quote.article.id)
    verbatim = stored is not None and bool(quote.text) and stored.text[quote.start : quote.end] == quote.text
    return Cited(quote.article.id, _about(quote.article), quote.text, quote.start, quote.end, verbatim)


def _near(passage: Passage, case: Case) -> Near:
    return Near(
        passage.rank,
        _about(passage.article),
        passage.text,
        passage.article.id in case.gold_articles,
        shows(passage.text, case.answers),
    )


def _about(article: Article) -> str:
    return terminal.about(article).plain
