"""Articles, chunks, passages and queries: the values that everything else passes around.

All offsets count Python characters (code points) of `Article.text`; spans are half open. An article's text
never changes under an id without its revision moving, so (id, revision, start, end) names a quote for good.
"""

import json
from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from index.dates import day_in_words


class Status(StrEnum):
    """What the publisher says of an article now."""

    CURRENT = "current"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a paged document, by its `number` counted from 1, and where in the article its text starts.

    `recognised` says that its text was read off a picture (OCR), and may differ from what is seen there.
    """

    number: int
    start: int
    recognised: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """What readers are shown of an article; parts that are not known are "".

    `day` (of publication) and `updated` (of the last change) are days in words; `status` is "" while current.
    """

    outlet: str
    title: str
    day: str
    updated: str
    status: str

    @property
    def change(self) -> str:
        """What became of it since: "corrected 14 March 2026", "updated 14 March 2026", or ""."""
        if self.status:
            return f"{self.status} {self.updated}".rstrip()
        return f"updated {self.updated}" if self.updated not in ("", self.day) else ""

    @property
    def name(self) -> str:
        """Such as: Herald, “Ferry strikes pier”, 12 March 2026."""
        title = f"“{self.title}”" if self.title else ""
        return ", ".join(part for part in (self.outlet, title, self.day) if part)

    def __str__(self) -> str:
        """The name and what became of it, in one line."""
        return f"{self.name} ({self.change})".lstrip() if self.change else self.name


@dataclass(frozen=True)
class Article:
    """One article as it is stored, quoted and shown.

    `published` and `updated` are "" or ISO 8601: a day ("2026-03-12") or a moment with its offset
    ("2026-03-12T08:30:00+01:00"); the day in them is the publisher's own. `note` is the publisher's words
    on a correction or withdrawal. `language` is a code of ISO 639-1, "" where it is not known. `pages` are
    those that have text, in order; none where the document has no pages (a web page, Markdown).
    """

    id: str
    text: str
    title: str = ""
    source: str = ""
    authors: tuple[str, ...] = ()
    url: str = ""
    published: str = ""
    updated: str = ""
    status: Status = Status.CURRENT
    note: str = ""
    language: str = ""
    pages: tuple[Page, ...] = ()

    @cached_property
    def revision(self) -> str:
        """Sixteen hexadecimal digits that move when anything that a reader could see moves."""
        # Every command loads this module, and few ask for a revision: OpenSSL can wait.
        import hashlib

        seen: list[object] = [
            self.text, self.title, self.source, list(self.authors), self.url,
            self.published, self.updated, self.status.value, self.note,
        ]  # fmt: skip
        if self.pages:
            seen.append([[page.number, page.start, page.recognised] for page in self.pages])
        return hashlib.sha256(json.dumps(seen, ensure_ascii=True).encode()).hexdigest()[:16]

    @property
    def published_day(self) -> date | None:
        """The day of publication, in the publisher's own time zone."""
        return date.fromisoformat(self.published[:10]) if self.published else None

    @property
    def first_day(self) -> date | None:
        """The day of publication, or where that is not known, of the last change."""
        return self.published_day or self.latest_day

    @property
    def latest_day(self) -> date | None:
        """The day on which it was last changed, or else published."""
        days = [date.fromisoformat(stated[:10]) for stated in (self.published, self.updated) if stated]
        return max(days, default=None)

    @property
    def reference(self) -> Reference:
        """Outlet, title and dates in words, as every surface shows them."""
        status = "" if self.status is Status.CURRENT else self.status.value
        day, updated = day_in_words(self.published), day_in_words(self.updated)
        return Reference(self.source, self.title, day, updated, status)

    def pages_of(self, start: int, end: int) -> tuple[Page, ...]:
        """The first and the last page of a span of the text, once where they are one; none without pages."""
        if not self.pages:
            return ()
        # Bisected: a manual has hundreds, and every citation asks.
        first = max(0, bisect_right(self.pages, start, key=_start) - 1)
        last = max(first, bisect_right(self.pages, max(start, end - 1), key=_start) - 1)
        return (self.pages[first],) if first == last else (self.pages[first], self.pages[last])


def _start(page: Page) -> int:
    return page.start


@dataclass(frozen=True, slots=True)
class Chunk:
    """A span of an article that is embedded and searched as one. `tokens` counts title and text."""

    article_id: str
    revision: str
    ordinal: int
    start: int
    end: int
    tokens: int

    @property
    def id(self) -> str:
        """The same for the same revision chunked in the same way, on any machine."""
        return f"{self.article_id}@{self.revision}#{self.ordinal}"


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for. Days are inclusive; `sources` are outlet names, matched without regard to case.

    `phrases` must stand in a passage, word for word. `now` is the day that "today" means; None is the day on
    which the question is asked. Taken `literally`, a question's own words constrain nothing. `topic` is what
    is left of the text without what it constrains and without greetings; "" is all of it.
    """

    text: str
    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] = ()
    now: date | None = None
    phrases: tuple[str, ...] = ()
    literally: bool = False
    topic: str = ""

    @property
    def sought(self) -> str:
        """What is searched for, and what an answer must be about."""
        return self.topic or self.text


_LAST_DAY = 99_991_231


@dataclass(frozen=True, slots=True)
class Filter:
    """What may be found. `since` and `until` are days as 20260312, inclusive; 0 is no bound.

    An article fits if it was published or last updated on one of them; one without days fits none.
    """

    since: int = 0
    until: int = 0
    sources: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.since or self.until or self.sources)

    @property
    def days(self) -> tuple[int, int] | None:
        """The first and the last day that are let through; None where days do not matter."""
        return (self.since or 1, self.until or _LAST_DAY) if self.since or self.until else None


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that was retrieved, with the whole article as it stood when the search read it.

    `score` orders passages; `dense` is the cosine of question and chunk; `lexical` is the BM25 score
    (0 where no word matched). `copies` are other articles that hold nearly the same passage.
    """

    article: Article
    chunk: Chunk
    score: float
    dense: float
    lexical: float
    rank: int = 0
    copies: tuple[Article, ...] = ()

    @property
    def text(self) -> str:
        """The chunk's own words."""
        return self.article.text[self.chunk.start : self.chunk.end]

    def scored(self, score: float) -> "Passage":
        """The same passage with another score."""
        return replace(self, score=score)

    def ranked(self, rank: int) -> "Passage":
        """The same passage at place `rank`, counted from 1."""
        return replace(self, rank=rank)


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Passages, best first, and the days, outlets and phrases that the question's own words constrain.

    `relaxed` says that these left nothing, and the passages are of all articles.
    """

    passages: list[Passage]
    read: str = ""
    relaxed: bool = False
