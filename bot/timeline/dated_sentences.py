"""Sentences that name a day, and the days that matter by how the articles name them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.event_days import DayMention, days_named
from bot.extractive.candidates import is_quotable
from bot.extractive.layout import Kind, Piece, pieces
from index.types import Article, Passage, Status

# An article that names a day counts for it once, more where one of its sentences begins with the day, as in
# a chronology that somebody wrote, and more the later it was written, up to a week: who still speaks of a
# day then, remembers it. Chosen on Timeline17, each topic by the others: tests/benchmarks/timeline.py.
OPENS, LATER, WEEK = 4.0, 2.0, 7
_LISTED = (Kind.HEADING, Kind.QUESTION, Kind.HEADER, Kind.LEAD_IN)
_LONGEST_TEXT = 100_000
_BEGINNING = 4
# "1 March 2026 at 5:31 pm" says when something was posted, and not when it happened.
_CLOCK = re.compile(r"[\s,|]*(?:at )?\d{1,2}[:.]\d\d")


@dataclass(frozen=True, slots=True)
class DatedSentence:
    """A sentence of passage `passage` (from 1) that names `day`, on which its article was out already.

    `days` is how many days it names; `opens` whether it begins with this one.
    """

    passage: int
    article: Article
    piece: Piece
    day: date
    days: int
    opens: bool

    @property
    def text(self) -> str:
        """Its own words."""
        return self.article.text[self.piece.start : self.piece.end]

    @property
    def days_ago(self) -> int:
        """How long before its article that day was."""
        return ((self.article.first_day or self.day) - self.day).days

    @property
    def in_context(self) -> str:
        """What is embedded: its own words below what it stands under."""
        heads = (self.article.text[start:end] for start, end in self.piece.under)
        return "\n".join([self.article.title, *heads, self.text])


def dated_sentences(passages: Sequence[Passage]) -> list[DatedSentence]:
    """What the passages tell of days, best passage first; what stands in two of them counts once.

    Days after an article's own are left out, since what is planned may not come to be. So are articles
    without a day, against which none can be resolved, and withdrawn ones.
    """
    found: list[DatedSentence] = []
    seen: set[tuple[str, int]] = set()
    for number, passage in enumerate(passages, 1):
        article = passage.article
        if article.first_day is None or article.status is Status.WITHDRAWN:
            continue
        for piece in pieces_of(passage):
            if (article.id, piece.start) not in seen:
                seen.add((article.id, piece.start))
                found += _told(number, article, piece, article.first_day)
    return found


def fits(one: DatedSentence) -> bool:
    """Whether it can be shown: something that says by itself what happened."""
    return one.piece.kind not in _LISTED and is_quotable(one.text, one.piece.kind)


def rank_days(sentences: Iterable[DatedSentence]) -> list[date]:
    """The days by how much they matter to those who wrote of them; of equals the earlier first."""
    by_article: dict[tuple[date, str], bool] = defaultdict(bool)
    published: dict[str, date] = {}
    for one in sentences:
        by_article[one.day, one.article.id] |= one.opens
        published[one.article.id] = one.article.first_day or one.day
    scores: dict[date, float] = defaultdict(float)
    for (day, id_), opens in by_article.items():
        later = min((published[id_] - day).days, WEEK) / WEEK
        scores[day] += 1 + OPENS * opens + LATER * later
    return sorted(scores, key=lambda day: (-scores[day], day))


def pieces_of(passage: Passage) -> Iterator[Piece]:
    """The sentences, items and rows that stand in a passage whole."""
    text, chunk = passage.article.text, passage.chunk
    whole = len(text) <= _LONGEST_TEXT
    for piece in pieces(text) if whole else pieces(text[chunk.start : chunk.end], chunk.start):
        if chunk.start <= piece.start and piece.end <= chunk.end:
            yield piece


def _told(number: int, article: Article, piece: Piece, published: date) -> Iterator[DatedSentence]:
    text = article.text[piece.start : piece.end]
    first: dict[date, DayMention] = {}
    in_table = piece.kind in (Kind.ROW, Kind.HEADER)
    for mention in days_named(text, published):
        if in_table and not mention.explicit:
            # A weekday in a table is mostly one of every week.
            continue
        if mention.day <= published and not _CLOCK.match(text, mention.end):
            first.setdefault(mention.day, mention)
    for day, mention in first.items():
        opens = mention.explicit and mention.start <= _BEGINNING
        yield DatedSentence(number, article, piece, day, len(first), opens)
