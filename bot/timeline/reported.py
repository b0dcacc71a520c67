"""News without a day: an article that names no day of what it tells, told on its own day of publication."""

from collections.abc import Callable, Container, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.event_days import days_named
from bot.extractive.layout import Kind
from bot.extractive.terms import present, telling
from bot.timeline.dated_sentences import DatedSentence, fits, pieces_of
from index.types import Passage, Status

Embed = Callable[[Sequence[str]], NDArray[np.floating]]
"""Texts to vectors of length 1, a row each."""

# What share of the topic's words some passage must hold, and the best of an article that names no day.
MOST_WORDS = 2 / 3
# Sentences of an article that are looked at more closely.
_MOST_SENTENCES = 8


def reported_sentences(
    topic: str, passages: Sequence[Passage], left_out: Container[str], embed: Embed, most: int
) -> list[DatedSentence]:
    """The sentence that says most of the topic, and of the title, of up to `most` articles; nearest first.

    `left_out` are ids of articles, such as those that name a day. Each sentence has its article's own day.
    Best passage first is the order of `passages`.
    """
    of_article: dict[str, list[DatedSentence]] = {}
    for number, passage in enumerate(passages, 1):
        article = passage.article
        if article.id in left_out or not _is_on(topic, passage):
            continue
        if article.id in of_article or len(of_article) < most:
            of_article.setdefault(article.id, []).extend(_undated(number, passage))
    looked_at = [one for some in of_article.values() for one in some[:_MOST_SENTENCES]]
    if not looked_at:
        return []
    titles = list(dict.fromkeys(one.article.title or topic for one in looked_at))
    vectors = np.asarray(embed([topic, *titles, *(one.text for one in looked_at)]))
    of_title = dict(zip(titles, vectors[1:], strict=False))
    best: dict[str, tuple[float, DatedSentence]] = {}
    for one, vector in zip(looked_at, vectors[1 + len(titles) :], strict=True):
        score = float(vector @ vectors[0] + vector @ of_title[one.article.title or topic])
        if one.article.id not in best or score > best[one.article.id][0]:
            best[one.article.id] = score, one
    return [one for _, one in sorted(best.values(), key=lambda told: -told[0])]


def _is_on(topic: str, passage: Passage) -> bool:
    asked = frozenset(telling(topic))
    return len(asked & present(f"{passage.article.title}\n{passage.text}")) >= MOST_WORDS * len(asked)


def _undated(number: int, passage: Passage) -> Iterator[DatedSentence]:
    article = passage.article
    if article.published_day is None or article.status is Status.WITHDRAWN:
        return
    found = list(pieces_of(passage))
    if 2 * sum(piece.kind in (Kind.HEADER, Kind.ROW) for piece in found) >= len(found):
        # A timetable or a price list is no news.
        return
    for piece in found:
        one = DatedSentence(number, article, piece, article.published_day, 0, opens=False)
        if piece.kind in (Kind.SENTENCE, Kind.ITEM) and fits(one) and not _looks_back(one):
            yield one


def _looks_back(one: DatedSentence) -> bool:
    return any(named.day <= one.day for named in days_named(one.text, one.day))
