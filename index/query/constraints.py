"""What a question constrains by its own words: days, outlets, phrases in quotation marks.

What is found narrows a search and is shown with the answer, so that nobody wonders why something is missing;
where it leaves no answer it is dropped, and that is said too (see `bot.answering.flow`). What narrows is no
longer searched for: an article of March need not say "March", nor one of Reuters "Reuters".
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from index.query.date_spans import Span, named_span
from index.query.wording import asking_part
from index.types import Query
from index.words import words

# News of a day is still written about for a week afterwards.
AFTERMATH = timedelta(days=7)
# In quotation marks, but not as code has them: f("a b"), x="a b".
_PHRASE = re.compile(r'(?<![\w(=\[{:,/])"([^"]+)"|“([^”]+)”')
_CODE = re.compile(r"[$=<>{}|\\_]|://|\w\(")
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
    """A question with what its words constrain; `query` holds that too, and `days` is the span searched.

    `open` is the query without what was read. `spelled` is the whole question in the record's spelling, ""
    where it was asked so.
    """

    query: Query
    open: Query
    days: Span | None = None
    sources: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    spelled: str = ""

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self.days or self.sources or self.phrases)

    def __str__(self) -> str:
        """As shown with an answer: "published or updated 1–31 March 2025 by Reuters"."""
        days = (f"published or updated {self.days}",) if self.days else ()
        sources = (f"by {' or '.join(self.sources)}",) if self.sources else ()
        return " ".join((*days, *sources, *(f"with “{phrase}”" for phrase in self.phrases)))

    def wider(self) -> "Iterator[Constraints]":
        """Yield this one, and what may be searched where it leaves no answer: more days, then all."""
        yield self
        if self.days is not None and self.days.end is not None:
            days = Span(self.days.start, self.days.end + AFTERMATH)
            yield replace(self, query=replace(self.query, until=days.end), days=days)
        if self:
            yield Constraints(self.open, self.open)


def parse_question(query: Query, sources: Iterable[str], first_day: date | None, today: date) -> Constraints:
    """The query with what its words say about days, outlets and phrases.

    `sources` are the outlets on record, and `first_day` is the first of its articles' days: what lies before
    is history that articles tell, not a day on which one was published. What the query states already (its
    own days or outlets) is left as it is; so is all of a query that is to be taken `literally`.
    """
    if query.literally:
        return Constraints(query, query)
    text = asking_part(query.sought)
    known = _names(tuple(sources))
    dated = None if query.since or query.until else named_span(_without_names(text, known), today)
    if dated and not _publishable(dated.days, first_day, today):
        dated = None
    named = {} if query.sources else dict(_outlets(text, known))
    phrases = tuple(_phrases(text))[:_MOST_PHRASES]
    places = [*named.values(), *(dated.places if dated else ())]
    topic = _without(text, places)
    unread = replace(query, topic=text if text != query.text else "")
    query = replace(query, topic=topic if topic != query.text else "")
    if dated:
        query = replace(query, since=dated.days.start, until=dated.days.end)
    query = replace(query, sources=query.sources or tuple(named), phrases=phrases)
    return Constraints(query, unread, dated.days if dated else None, tuple(named), phrases)


def _without(text: str, places: Iterable[tuple[int, int]]) -> str:
    """`text` without what stands at `places`, and without the commas that then set off nothing."""
    for start, end in _apart(places):
        text = f"{text[:start].rstrip().removesuffix(',')} {text[end:].lstrip()}"
    return re.sub(r"\s+([?.!,;:])", r"\1", text).strip(" ,;")


def _apart(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places, the last first, with those that overlap made one."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if apart and start < apart[-1][1]:
            start, end = apart[-1][0], max(end, apart.pop()[1])
        apart.append((start, end))
    return apart[::-1]


def _publishable(days: Span, first_day: date | None, today: date) -> bool:
    if first_day is None or (days.start and days.start > today):
        return False
    return days.end is None or days.end >= first_day


def _outlets(question: str, names: Iterable[_Name]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Outlets that the question names as those who tell it ("according to Reuters"), and where it does.

    Of "Reuters reported" the place is only the name: what is asked may hang on the verb.
    """
    letters = _letters(question)
    for name in names:
        if name.letters not in letters:
            continue
        spoken = _spoken(name.source)
        told = re.search(rf"\b{_TOLD_BY}\s+{spoken}(?!\w)", question, re.IGNORECASE)
        tells = re.search(rf"\b(?P<name>{spoken}){_TELLS}\b", question, re.IGNORECASE)
        if told or tells:
            yield name.source, told.span() if told else tells.span("name")  # type: ignore[union-attr]


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
    """Quoted phrases of two words or more, but no code; a single word is more often a name."""
    for match in _PHRASE.finditer(question):
        phrase = (match[1] or match[2]).strip(" .,;:!?")
        if len(words(phrase)) > 1 and not _CODE.search(phrase):
            yield phrase


def _without_names(question: str, names: Iterable[_Name]) -> str:
    """The question with quoted phrases and names of outlets blotted out: "USA Today" names no day."""
    bare = _PHRASE.sub(_blot, question)
    letters = _letters(bare)
    for name in names:
        if name.letters in letters:
            bare = re.sub(rf"\b{_spoken(name.source)}\b", _blot, bare, flags=re.IGNORECASE)
            letters = _letters(bare)
    return bare


def _blot(match: re.Match[str]) -> str:
    # What comes after must stay where it is, and no two words may come together.
    return "_" * len(match.group())
