"""What a question constrains by its own words: days, outlets, phrases in quotation marks.

What is found narrows a search and is shown with the answer, so that nobody wonders why something is missing;
where it leaves no answer it is dropped, and that is said too (see `bot.answering.flow`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from index.query.date_spans import Span, span_in
from index.types import Query
from index.words import words

# News of a day is still written about for a week afterwards, and that of a month for another month.
_AFTERMATH = timedelta(days=7)
_PHRASE = re.compile(r'"([^"]+)"|“([^”]+)”')
_MOST_PHRASES = 3
_TOLD_BY = r"(?:according to|(?:reported|told|said|written|published|quoted) (?:by|in|on))"
_TELLS = r"(?:['’]s)?\s+(?:reported|reports?|wrote|writes?|article|story|account|coverage)"
_SPACE = re.escape(" ")


@dataclass(frozen=True, slots=True)
class _Name:
    """An outlet's name; a text that names it in any of its forms has these `letters` in a row."""

    source: str
    letters: str


@dataclass(frozen=True, slots=True)
class Constraints:
    """A question with what its words constrain; `query` holds that too, and `days` is the span as named."""

    query: Query
    days: Span | None = None
    sources: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self.days or self.sources or self.phrases)

    def __str__(self) -> str:
        """As shown with an answer: "1–31 March 2025, Reuters"."""
        days = (str(self.days),) if self.days else ()
        return ", ".join((*days, *self.sources, *(f"“{phrase}”" for phrase in self.phrases)))


def parse_question(query: Query, sources: Iterable[str], first_day: date | None, today: date) -> Constraints:
    """The query with what its words say about days, outlets and phrases.

    `sources` are the outlets on record, and `first_day` is that of its oldest dated article: what lies before
    is history that articles tell, not a day on which one was published. What the query states already (its
    own days or outlets) is left as it is; so is all of a query that is to be taken `literally`.
    """
    if query.literally:
        return Constraints(query)
    known = _names(tuple(sources))
    days = None if query.since or query.until else span_in(_bare(query.text, known), today)
    if days and not _publishable(days, first_day, today):
        days = None
    named = () if query.sources else tuple(_outlets(query.text, known))
    phrases = tuple(_phrases(query.text))[:_MOST_PHRASES]
    if days:
        length = days.end - days.start if days.start and days.end else _AFTERMATH
        until = days.end + max(length, _AFTERMATH) if days.end else None
        query = replace(query, since=days.start, until=until)
    return Constraints(replace(query, sources=query.sources or named, phrases=phrases), days, named, phrases)


def _publishable(days: Span, first_day: date | None, today: date) -> bool:
    if first_day is None or (days.start and days.start > today):
        return False
    return days.end is None or days.end >= first_day


def _outlets(question: str, names: Iterable[_Name]) -> Iterable[str]:
    """Outlets that the question names as those who tell it ("according to Reuters", "Reuters reported")."""
    letters = _letters(question)
    for name in names:
        if name.letters not in letters:
            continue
        spoken = _spoken(name.source)
        if re.search(rf"\b{_TOLD_BY}\s+{spoken}\b|\b{spoken}{_TELLS}\b", question, re.IGNORECASE):
            yield name.source


@lru_cache(maxsize=8)
def _names(sources: tuple[str, ...]) -> tuple[_Name, ...]:
    """The names of a record's outlets, prepared once: there may be thousands, and few stand in a question."""
    return tuple(_Name(source, min(map(_letters, _forms(source)), key=len)) for source in sources)


def _letters(text: str) -> str:
    """`text` without spaces, and with one letter for all that `re.IGNORECASE` takes for the same.

    Upper case first makes "ı" an "i"; `lower` would make "Σ" one of two letters; "İ" leaves its dot behind.
    """
    return text.replace(" ", "").upper().casefold().replace("\u0307", "")


def _spoken(source: str) -> str:
    """A pattern for an outlet's name, with or without "the"; any space in it may be left out."""
    forms = "|".join(re.escape(form).replace(_SPACE, " ?") for form in _forms(source))
    return rf"(?:the\s+)?(?:{forms})"


def _forms(source: str) -> list[str]:
    """What an outlet may be called, the longest first."""
    return sorted({source, *_brands(source)}, key=len, reverse=True)


def _brands(source: str) -> Iterable[str]:
    """An outlet's name as it may be said: without "The", and of a host ("usatoday.com") only "USA Today"."""
    host = re.fullmatch(r"(?:www\.)?([\w-]{2,})(?:\.[a-z]{2,4}){1,2}", source.lower())
    if host:
        # A host's name has no spaces, and what is said may have one after any letter.
        yield " ".join(host[1].removeprefix("the"))
    elif source.lower().startswith("the "):
        yield source[4:]


def _phrases(question: str) -> Iterable[str]:
    """Quoted phrases of two words or more; a single word in quotation marks is more often a name."""
    for match in _PHRASE.finditer(question):
        phrase = (match[1] or match[2]).strip(" .,;:!?")
        if len(words(phrase)) > 1:
            yield phrase


def _bare(question: str, names: Iterable[_Name]) -> str:
    """The question without quoted phrases and names of outlets: "USA Today" names no day."""
    bare = _PHRASE.sub(" ", question)
    letters = _letters(bare)
    for name in names:
        if name.letters in letters:
            bare = re.sub(rf"\b{_spoken(name.source)}\b", " ", bare, flags=re.IGNORECASE)
            letters = _letters(bare)
    return bare
