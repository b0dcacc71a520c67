"""A timeline: the days that matter to a topic, each with one or two verbatim sentences of the articles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from bot.disagreement import told_differently
from bot.extractive.attribution import attribution
from bot.extractive.candidates import is_quotable, stems_of
from bot.extractive.layout import Kind
from bot.extractive.terms import present, telling
from bot.timeline.dated_sentences import DatedSentence, dated_sentences, rank_days
from bot.types import Citation, Claim, Disagreement, Draft, Quote, Sentence
from bot.verification import Verifier
from index.store import Index
from index.types import Article, Passage, Query
from index.words import FUNCTION_WORDS

Embed = Callable[[Sequence[str]], NDArray[np.floating]]
"""Texts to vectors of length 1, a row each."""

# How many passages are read, and what share of the best passage's nearness to the topic one must have.
_PASSAGES = 300
_NEAR = 0.5
# What share of the topic's words some passage must hold, and each that is read.
_MOST_WORDS, _HALF = 2 / 3, 0.5
# Days and sentences of a day that are looked at more closely, for each day that is shown.
_MORE_DAYS, _MOST_SENTENCES = 3, 8
# Sentences this alike say the same (cosine; share of words).
_SAME_MEANING, _SAME_WORDS = 0.9, 0.7
# What each further day that a sentence names takes from it.
_BESIDE = 0.1
_LISTED = (Kind.HEADING, Kind.QUESTION, Kind.HEADER, Kind.LEAD_IN)


@dataclass(frozen=True, slots=True)
class Entry:
    """A day, verified sentences that name it, and the outlets whose articles do.

    `disagreement` is there where outlets tell it with different numbers.
    """

    day: date
    sentences: tuple[Sentence, ...]
    outlets: tuple[str, ...]
    disagreement: Disagreement | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Entries in the order of their days. `searched` is how many articles are on record."""

    topic: str
    entries: tuple[Entry, ...]
    searched: int

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Each citation once, by number."""
        by_number = {c.n: c for entry in self.entries for s in entry.sentences for c in s.citations}
        return tuple(by_number[n] for n in sorted(by_number))


def find_timeline(
    index: Index, query: Query, since: date | None = None, until: date | None = None, most: int = 12
) -> Timeline:
    """The timeline of what is on record on a topic, the text of `query`. Raises UsageError for none.

    `since` and `until` are days of what happened, inclusive; those of `query` are of publication.
    """
    topic = query.text
    passages = on_topic(topic, index.search(query, _PASSAGES))
    with index.catalog.read() as snapshot:
        searched = snapshot.count()[0]
    entries = timeline_of(topic, passages, index.embedder.embed, since, until, most)
    return Timeline(topic, entries, searched)


def on_topic(topic: str, passages: Sequence[Passage]) -> list[Passage]:
    """Those that hold half of the topic's words and are about as near to it in meaning as the best.

    None where no passage holds most of its words: then there is nothing on that topic.
    """
    asked = frozenset(telling(topic))
    shares = [len(asked & present(f"{p.article.title}\n{p.text}")) / len(asked) for p in passages]
    if max(shares, default=0.0) < _MOST_WORDS:
        return []
    near = _NEAR * max(passage.dense for passage in passages)
    return [
        passage
        for passage, share in zip(passages, shares, strict=True)
        if passage.dense >= near and share >= _HALF
    ]


def timeline_of(
    topic: str,
    passages: Sequence[Passage],
    embed: Embed,
    since: date | None,
    until: date | None,
    most: int,
) -> tuple[Entry, ...]:
    """The entries that the passages give, every sentence of them verified."""
    within = [
        one
        for one in dated_sentences(passages)
        if (since is None or since <= one.day) and (until is None or one.day <= until)
    ]
    days = rank_days(within)[: most * _MORE_DAYS]
    looked_at = [
        one for day in days for one in [s for s in within if s.day == day and _fits(s)][:_MOST_SENTENCES]
    ]
    if not looked_at:
        return ()
    vectors = np.asarray(embed([topic, *(one.in_context for one in looked_at)]))
    near = vectors[1:] @ vectors[0]
    kept = [one for place, one in enumerate(looked_at) if near[place] >= _NEAR * near.max()]
    chosen: dict[date, list[DatedSentence]] = {}
    told: set[tuple[str, int]] = set()
    for day in days:
        of_day = [one for one in kept if one.day == day and _place(one) not in told]
        if of_day and len(chosen) < most:
            # A sentence must say by itself what happened: without its title here.
            chosen[day] = _best(of_day, vectors[0], np.asarray(embed([one.text for one in of_day])))
            told |= {_place(one) for one in chosen[day]}
    verifier = Verifier(passages)
    return tuple(
        _entry(day, chosen[day], [one.article for one in within if one.day == day], verifier)
        for day in sorted(chosen)
    )


def _fits(one: DatedSentence) -> bool:
    return one.piece.kind not in _LISTED and is_quotable(one.text, one.piece.kind)


def _place(one: DatedSentence) -> tuple[str, int]:
    return one.article.id, one.piece.start


def _best(
    told: Sequence[DatedSentence], topic: NDArray[np.floating], vectors: NDArray[np.floating]
) -> list[DatedSentence]:
    """The sentences that differ, where some do; else one, or two where another outlet says something else.

    The best is near the topic and to what the others say of the day, and names no day besides.
    """
    by_quote = {_claimed(one): one for one in told}
    if differing := told_differently(list(by_quote)):
        return [by_quote[side.citations[0]] for side in differing.sides[:2]]
    beside = np.array([one.days - 1 for one in told])
    order = np.argsort(
        -(vectors @ topic + (vectors @ vectors.T).mean(axis=1) - _BESIDE * beside), kind="stable"
    )
    first = told[order[0]]
    others = [
        told[place]
        for place in order[1:]
        if told[place].article.source != first.article.source
        and not _repeats(told[place], first, float(vectors[place] @ vectors[order[0]]))
    ]
    return [first, *others[:1]]


def _repeats(one: DatedSentence, other: DatedSentence, alike: float) -> bool:
    new, shown = (set(stems_of(s.text)) - FUNCTION_WORDS for s in (one, other))
    return alike >= _SAME_MEANING or len(new & shown) >= _SAME_WORDS * len(new)


def _claimed(one: DatedSentence) -> Citation:
    """A sentence as a citation, to compare with others; what is shown is verified."""
    return Citation(0, Quote(one.article, one.piece.start, one.piece.end, one.text))


def _entry(
    day: date, told: Sequence[DatedSentence], mentioned: Sequence[Article], verifier: Verifier
) -> Entry:
    checked = [
        verifier.check(
            Draft(one.text, (Claim(one.passage, one.text, one.piece.start),), attribution(one.article))
        )
        for one in told
    ]
    sentences = tuple(one for one in checked if isinstance(one, Sentence))
    outlets = sorted({article.source for article in mentioned} - {""})
    differing = told_differently([one for sentence in sentences for one in sentence.citations])
    return Entry(day, sentences, tuple(outlets), differing)
