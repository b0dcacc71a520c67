"""A timeline: the days that matter to a topic, each with one or two verbatim sentences of the articles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from bot.disagreement import told_differently
from bot.extractive.attribution import attribution
from bot.extractive.terms import present, telling
from bot.timeline.best_sentences import best_sentences, repeats
from bot.timeline.dated_sentences import WEEK, DatedSentence, dated_sentences, fits, rank_days
from bot.timeline.reported import MOST_WORDS, Embed, reported_sentences
from bot.types import Citation, Claim, Disagreement, Draft, Sentence
from bot.verification import Verifier
from index.query.date_spans import Span
from index.store import Index
from index.types import Passage, Query

_Place = tuple[str, int]

# How many passages are read, and what share of the topic's words each must hold.
_PASSAGES = 300
_HALF = 0.5
# What share of the best passage's nearness to the topic one must have, and of the best sentence's.
_NEAR = 0.5
# Days and sentences of a day that are looked at more closely, for each day that is shown.
_MORE_DAYS, _MOST_SENTENCES = 3, 8


@dataclass(frozen=True, slots=True)
class Entry:
    """A day, verified sentences that name it, and the outlets whose articles do.

    Where it is `reported`, no sentence names it: it is the day on which they were published.
    `disagreement` is there where outlets tell it with different numbers.
    """

    day: date
    sentences: tuple[Sentence, ...]
    outlets: tuple[str, ...]
    disagreement: Disagreement | None = None
    reported: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """Entries in the order of their days. `searched` is how many articles are on record.

    `days` are those that it was limited to; None is no limit.
    """

    topic: str
    entries: tuple[Entry, ...]
    searched: int
    days: Span | None = None

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
    return Timeline(topic, entries, searched, Span(since, until) if since or until else None)


def on_topic(topic: str, passages: Sequence[Passage]) -> list[Passage]:
    """Those that hold half of the topic's words and are about as near to it in meaning as the best.

    None where no passage holds most of its words: then there is nothing on that topic.
    """
    asked = frozenset(telling(topic))
    shares = [len(asked & present(f"{p.article.title}\n{p.text}")) / len(asked) for p in passages]
    if max(shares, default=0.0) < MOST_WORDS:
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
    """The entries that the passages give, every sentence of them verified.

    Days that sentences name come first; what is left of `most` is news that names none.
    """
    told = dated_sentences(passages)
    within = [one for one in told if _is_within(one.day, since, until)]
    chosen, strays, nearest = _named_days(topic, within, embed, most)
    news: list[DatedSentence] = []
    if len(chosen) < most:
        left_out = {one.article.id for one in told if _is_news(one) and _place(one) not in strays}
        left_out |= {p.article.id for p in passages if not _is_within(p.article.published_day, since, until)}
        news = reported_sentences(topic, passages, left_out, embed, most * _MORE_DAYS)
        near = _nearness(topic, news, embed)
        floor = _NEAR * max([nearest, *near])
        news = [one for one, its in zip(news, near, strict=True) if its >= floor]
    reported = _reported_days(topic, news, chosen, embed, most - len(chosen))
    verifier = Verifier(passages)
    # In the order of days, so that citations are numbered as they are read.
    days = sorted(chosen.keys() | reported.keys())
    return tuple(
        _entry(day, chosen[day], within, verifier)
        if day in chosen
        else _entry(day, reported[day], news, verifier, reported=True)
        for day in days
    )


def _is_within(day: date | None, since: date | None, until: date | None) -> bool:
    return day is not None and (since is None or since <= day) and (until is None or day <= until)


def _is_news(one: DatedSentence) -> bool:
    """Whether it tells what its article was written for, and not what had been before."""
    return fits(one) and one.days_ago <= WEEK


def _named_days(
    topic: str, within: Sequence[DatedSentence], embed: Embed, most: int
) -> tuple[dict[date, list[DatedSentence]], set[_Place], float]:
    """The days that matter with their best sentences, and the places of sentences on something else.

    The number is how near to the topic the nearest sentence is.
    """
    days = rank_days(within)[: most * _MORE_DAYS]
    looked_at = [
        one for day in days for one in [s for s in within if s.day == day and fits(s)][:_MOST_SENTENCES]
    ]
    if not looked_at:
        return {}, set(), 0.0
    near = _nearness(topic, looked_at, embed)
    nearest = max(near)
    kept = [one for one, its in zip(looked_at, near, strict=True) if its >= _NEAR * nearest]
    chosen: dict[date, list[DatedSentence]] = {}
    told: set[_Place] = set()
    for day in days:
        of_day = [one for one in kept if one.day == day and _place(one) not in told]
        if of_day and len(chosen) < most:
            # A sentence must say by itself what happened: without its title here.
            vectors = np.asarray(embed([topic, *(one.text for one in of_day)]))
            chosen[day] = best_sentences(of_day, vectors[0], vectors[1:])
            told |= {_place(one) for one in chosen[day]}
    return chosen, {_place(one) for one in looked_at} - {_place(one) for one in kept}, nearest


def _nearness(topic: str, sentences: Sequence[DatedSentence], embed: Embed) -> list[float]:
    """The cosine of each sentence, below what it stands under, and the topic."""
    if not sentences:
        return []
    vectors = np.asarray(embed([topic, *(one.in_context for one in sentences)]))
    return [float(near) for near in vectors[1:] @ vectors[0]]


def _reported_days(
    topic: str,
    news: Sequence[DatedSentence],
    chosen: Mapping[date, Sequence[DatedSentence]],
    embed: Embed,
    most: int,
) -> dict[date, list[DatedSentence]]:
    """The days of publication whose news is not told already, `most` at most, the nearest to the topic."""
    others = [one for some in chosen.values() for one in some]
    news = [one for one in news if one.day not in chosen]
    if not news:
        return {}
    in_order = [*others, *sorted(news, key=lambda one: one.day)]
    vectors = np.asarray(embed([topic, *(one.text for one in in_order)]))
    vector = {_place(one): v for one, v in zip(in_order, vectors[1:], strict=True)}
    fresh: list[DatedSentence] = []
    for one in in_order[len(others) :]:
        earlier = [other for other in (*others, *fresh) if other.day != one.day]
        if not any(
            repeats(one, other, float(vector[_place(one)] @ vector[_place(other)])) for other in earlier
        ):
            fresh.append(one)
    days = list(dict.fromkeys(one.day for one in news if one in fresh))[:most]
    of_day = {day: [one for one in fresh if one.day == day] for day in days}
    return {
        day: best_sentences(some, vectors[0], np.array([vector[_place(one)] for one in some]))
        for day, some in of_day.items()
    }


def _place(one: DatedSentence) -> _Place:
    return one.article.id, one.piece.start


def _entry(
    day: date,
    told: Sequence[DatedSentence],
    found: Sequence[DatedSentence],
    verifier: Verifier,
    reported: bool = False,
) -> Entry:
    checked = [
        verifier.check(
            Draft(one.text, (Claim(one.passage, one.text, one.piece.start),), attribution(one.article))
        )
        for one in told
    ]
    sentences = tuple(one for one in checked if isinstance(one, Sentence))
    outlets = sorted({one.article.source for one in found if one.day == day} - {""})
    differing = told_differently([one for sentence in sentences for one in sentence.citations])
    return Entry(day, sentences, tuple(outlets), differing, reported)
