"""Asks one question and measures the result: the search, the answer, the quotes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.answering.flow import AnswerFlow
from bot.evaluation.cases import Case
from bot.evaluation.matching import shows
from bot.evaluation.results import FoundPassage, QuoteCheck, Result, ShownSentence
from bot.terminal.plain_lines import clean
from bot.types import Answer, Citation, Done, Found, Outcome, Sentence
from index.store import Index
from index.types import Article, Passage, Query

# Passages that are searched for ranks: enough that ten articles are among them, three from each at most.
_RANKED = 30


@dataclass(frozen=True, slots=True)
class Flows:
    """The flow that answers as the settings say, and the same one with the threshold 0."""

    usual: AnswerFlow
    candid: AnswerFlow


def measure(index: Index, flows: Flows, case: Case) -> Result:
    """What happens to one question: as when it is asked, and where it is refused, what was held back.

    What other thresholds would do is judged from that. Raises UsageError for a question that the record
    cannot be asked.
    """
    asked = case.query
    answer, passages = _answer(flows.usual, asked)
    if answer.relaxed:
        asked = replace(asked, literally=True)
    score, seconds = answer.score, answer.timings["total"]
    if answer.outcome is Outcome.NOT_ON_RECORD and passages:
        answer, _ = _answer(flows.candid, asked)
    sentences = tuple(_shown(index, sentence, case) for sentence in answer.sentences)
    near = tuple(_near(passage, case) for passage in passages)
    return Result(
        case.id,
        case.query.text,
        case.kind,
        case.answerable,
        case.gold_articles,
        case.answers,
        _rank(index, asked, case.gold_articles) if case.gold_articles else None,
        float(score),
        sentences,
        any(passage.right for passage in near),
        round(seconds, 4),
        near,
    )


def _answer(flow: AnswerFlow, query: Query) -> tuple[Answer, Sequence[Passage]]:
    passages: Sequence[Passage] = ()
    for event in flow.stream(query):
        if isinstance(event, Found):
            passages = event.passages
        if isinstance(event, Done):
            return event.answer, passages
    raise AssertionError  # A stream ends with Done.


def _rank(index: Index, query: Query, gold: Sequence[str]) -> int | None:
    places: dict[str, bool] = {}
    for passage in index.search(index.parse_question(query).query, _RANKED):
        places[passage.article.id] = places.get(passage.article.id, False) or _holds(passage, gold)
    return next((rank for rank, found in enumerate(places.values(), start=1) if found), None)


def _holds(passage: Passage, gold: Sequence[str]) -> bool:
    """Whether a passage stands in a gold article, be it as one of several near-copies."""
    return any(article.id in gold for article in (passage.article, *passage.copies))


def _shown(index: Index, sentence: Sentence, case: Case) -> ShownSentence:
    quotes = tuple(_cited(index, citation) for citation in sentence.citations)
    return ShownSentence(sentence.text, sentence.lead, shows(sentence.text, case.answers), quotes)


def _cited(index: Index, citation: Citation) -> QuoteCheck:
    quote = citation.quote
    # Read from the catalog again: the article that came with the answer would vouch for itself.
    with index.catalog.read() as snapshot:
        stored = snapshot.article(quote.article.id)
    verbatim = stored is not None and bool(quote.text) and stored.text[quote.start : quote.end] == quote.text
    also = tuple(article.id for article in quote.also)
    return QuoteCheck(
        quote.article.id, _about(quote.article), quote.text, quote.start, quote.end, verbatim, also
    )


def _near(passage: Passage, case: Case) -> FoundPassage:
    return FoundPassage(
        passage.rank,
        _about(passage.article),
        passage.text,
        _holds(passage, case.gold_articles),
        shows(passage.text, case.answers),
    )


def _about(article: Article) -> str:
    return clean(str(article.reference))
