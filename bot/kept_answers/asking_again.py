"""What comes of asking the kept questions again that the new chunks of a refresh touch."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.answering.flow import AnswerFlow
from bot.json_output import answer_json, article_reference
from bot.kept_answers.new_passages import NewPassages
from bot.kept_answers.quote_check import kept_quote
from bot.kept_answers.store import KeptAnswers
from bot.kept_answers.superseding import Accounts, differs, is_later, successor, supersedes
from bot.kept_answers.touching import Compared, touched
from bot.kept_answers.types import Finding, KeptAnswer, KeptQuote, Kind, Touched
from bot.types import Answer
from index.catalog.dated_sample import dated_sample
from index.catalog.lookups import articles_after
from index.catalog.snapshot import Snapshot
from index.catalog.vector_codec import blob_of, vectors_of
from index.errors import UsageError
from index.search.event_dating import SAMPLE, may_follow_events, surely_follows_events
from index.store import Index
from index.types import Article, Query

_AT_ONCE = 512
# The share of the threshold from which on new chunks are worth asking the whole record.
_WORTH = 0.7
_ANSWERS = 256
# A question that waited is told once, so that a false answer spoils it: of the way from the threshold to
# certainty, an answer must have gone so much.
_SURER = 0.1
# In a record of news an article from so many days before a question was asked is not what it waits for,
# whenever it is put on record; where it may be one of news, an archive that is being filled, one from a year
# before. Measured on the news quiz and `dated/`: see tests/benchmarks/README.md.
_LONG_BEFORE, _A_YEAR = 14, 365
# A sentence that is a question, as in a quiz, tells nothing.
_ASKS = re.compile(r"\?[\W_]*$")


class AskingAgain:
    """Asks again what new chunks touch: first these alone, which is quick, and then the whole record."""

    def __init__(self, index: Index, flow: AnswerFlow, store: KeptAnswers) -> None:
        """`flow` answers a question from the record as it is now."""
        self._index = index
        self._flow = flow
        self._store = store
        self._new = NewPassages(index)
        # Many people ask the same.
        self._answer = lru_cache(_ANSWERS)(self._asked)
        self._vector = lru_cache(_ANSWERS)(self._embedded)
        self._came = lru_cache(_ANSWERS)(self._articles_after)

    def touched(self, snapshot: Snapshot, row: int) -> list[Touched]:
        """The kept questions that chunks beyond `row` touch."""
        return touched(snapshot, row, self._compared())

    def ask(self, one: Touched) -> tuple[Finding, str, tuple[KeptQuote, ...]] | None:
        """What is found out by asking it again; what answers it where it waited, sentence and quotes."""
        kept = self._store.get(one.id)
        if kept is None or not self._may_be(kept, one.rows):
            return None
        answer = self._answer(kept.query)
        if answer is None or not answer.sentences:
            return None
        came, new = self._came(one.row), answer.sentences[0].text
        if _ASKS.search(new):
            return None
        if kept.waits:
            if self._is_old(kept, answer.citations[0].quote.article):
                return None
            # What was on record before did not answer, or not to the satisfaction of who asked.
            fresh = any(one.quote.article.id in came for one in answer.citations)
            threshold = self._flow.threshold
            sure = answer.score >= threshold + _SURER * (1 - threshold)
            return self._now_on_record(kept, answer) if fresh and sure else None
        first = successor(kept, answer, came)
        if first is None or not self._supersedes(kept, new, first.quote.article):
            return None
        article = first.quote.article
        about, told = article_reference(article), answer_json(answer)
        found = Finding(kept.id, Kind.SUPERSEDED, about, kept.said, new, article.note, answer=told)
        return found, "", ()

    def _now_on_record(self, kept: KeptAnswer, answer: Answer) -> tuple[Finding, str, tuple[KeptQuote, ...]]:
        first = answer.citations[0].quote.article
        found = Finding(kept.id, Kind.NOW_ON_RECORD, article_reference(first), answer=answer_json(answer))
        return found, answer.sentences[0].text, tuple(map(kept_quote, answer.citations))

    def _may_be(self, kept: KeptAnswer, rows: Sequence[int]) -> bool:
        """Whether the new chunks alone answer it; otherwise than before, where something does already."""
        passages = self._new.passages(rows)
        # Articles that say the same need not be read.
        if not kept.waits and not any(self._differs(kept, one.article) for one in passages):
            return False
        writing = self._new.answer(kept.query, passages)
        best = next(iter(writing.drafts), None)
        if best is None or writing.score < _WORTH * self._flow.threshold:
            return False
        if kept.waits:
            return True
        article = passages[best.claims[0].passage - 1].article
        return is_later(kept, article) and self._supersedes(kept, best.text, article)

    def _differs(self, kept: KeptAnswer, article: Article) -> bool:
        return is_later(kept, article) and differs(kept.query.text, kept.said, article.text)

    def _is_old(self, kept: KeptAnswer, article: Article) -> bool:
        """Whether it was written too long before the question was asked, or before the days it is about."""
        asked, told = kept.query.now, article.latest_day
        return asked is not None and told is not None and told < self._first_day(kept.query, asked)

    def _first_day(self, query: Query, asked: date) -> date:
        """The first on which an article may be written that a question waits for."""
        first = date.min if self._oldest is None else asked - timedelta(days=self._oldest)
        try:
            days = self._index.parse_question(query).days
        except UsageError:
            # Its outlet may be gone from the record.
            return first
        if days is None or days.start is None:
            return first
        if self._oldest is None and days.start == days.end:
            # The Sunday of a timetable is any Sunday.
            return first
        # "This week" begins later; what is over, as "in March", has its articles from then on.
        is_over = days.end is not None and days.end < asked
        return days.start if is_over else max(first, days.start)

    @cached_property
    def _oldest(self) -> int | None:
        """How many days before the asking an article may have been published that is waited for.

        None where days tell nothing.
        """
        with self._index.catalog.read() as snapshot:
            sample = dated_sample(snapshot, SAMPLE)
        if surely_follows_events(sample):
            return _LONG_BEFORE
        return _A_YEAR if may_follow_events(sample) else None

    def _supersedes(self, kept: KeptAnswer, new: str, article: Article) -> bool:
        one, other = self._index.embedder.embed([kept.said, new])
        return supersedes(Accounts(kept.query.text, kept.said, new, float(one @ other), article.text))

    def _asked(self, query: Query) -> Answer | None:
        try:
            return self._flow.invoke(query)
        except UsageError:
            # Its outlet may be gone from the record.
            return None

    def _articles_after(self, row: int) -> frozenset[str]:
        with self._index.catalog.read() as snapshot:
            return frozenset(articles_after(snapshot, row))

    def _compared(self) -> list[Compared]:
        """The kept questions with their vectors; those that are missing are made, and kept."""
        key = self._index.embedder.key
        stored = self._store.questions(key)
        made: dict[str, bytes] = {}
        for batch in _batches([kept for kept, blob, _ in stored if blob is None]):
            fresh = [(kept.id, blob_of(self._vector(kept.query))) for kept in batch]
            self._store.remember_vectors(key, fresh)
            made |= dict(fresh)
        if not stored:
            return []
        vectors = vectors_of(blob or made[kept.id] for kept, blob, _ in stored)
        return [
            Compared(kept, vector, _as_number(day))
            for (kept, _, day), vector in zip(stored, vectors, strict=True)
        ]

    def _embedded(self, query: Query) -> NDArray[np.floating]:
        try:
            sought = self._index.parse_question(query).query.sought
        except UsageError:
            sought = query.text
        return self._index.embedder.embed_query(sought)


def _as_number(day: str | None) -> int | None:
    """2026-03-12 as 20260312, as the catalog has it."""
    return None if day is None else int(day.replace("-", "") or 0)


def _batches(waiting: Sequence[KeptAnswer]) -> Iterator[Sequence[KeptAnswer]]:
    for at in range(0, len(waiting), _AT_ONCE):
        yield waiting[at : at + _AT_ONCE]
