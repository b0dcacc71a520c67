"""Where outlets tell one matter with different values on the same days: who says which.

Only values that can be compared are: plain numbers, sums of money and days. "At least 14" and "17" may both
be so, and a day that one article calls "Monday" is another's "2 March".
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.event_days import days_named
from bot.extractive.answer_type import AnswerType, expected_type
from bot.extractive.terms import present, specific, telling
from bot.model.faithfulness.clauses import Clause
from bot.model.faithfulness.normalization import even, numbers
from bot.types import Citation, Disagreement, Sentence, Side
from index.dates import MONTHS
from index.types import Article

# Outlets tell of a day on it and on the next ones; what they tell later may be news.
SAME_DAYS = 2
# A day so far back is no part of what an article tells as news.
_LONG_AGO = 31
_NUMBER = re.compile(
    r"(?<![\w.,:-])(?P<currency>[$€£¥] ?)?(?:\d+(?:,\d{3})*(?:\.\d+)?(?![\d:]|\.\d)"
    r"|\b(?i:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?)\b)"
    r"(?: (?:hundred|thousand|million|billion|trillion)\b)?(?P<share> ?%| per ?cent\b)?"
    # "3 p.m." counts nothing.
    r"(?!\s?[AaPp]\.?[Mm]\b)"
)
# Before a number that is a bound or rounded: it may agree with others.
_ROUNDED = re.compile(
    r"\b(?:at least|at most|more than|less than|fewer than|over|under|up to|about|around|roughly|nearly|"
    r"almost|some|approximately|close to|as many as|estimated|between|from|to|or|another|a further)\s*$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
# What is counted are the two words behind a number ("people", "injured"), not far from it.
_COUNTED, _PHRASE = 2, 60
_WORD = re.compile(r"[\w'’-]+")


@dataclass(frozen=True, slots=True)
class _Value:
    """What one sentence says: as it is shown, in the form to compare by, and of which unit."""

    shown: str
    same: str
    unit: str


def disagreement(question: str, rivals: Sequence[Sentence]) -> Disagreement | None:
    """The sides of `rivals`, sentences that tell one matter, by what they answer to `question`."""
    kind = expected_type(question)
    return _sides(
        [
            (value, citation)
            for sentence in rivals
            for citation in sentence.citations[:1]
            if (value := _value(kind, question, citation.quote.text, citation.quote.article))
        ]
    )


def told_differently(told: Sequence[Citation]) -> Disagreement | None:
    """The sides of quotes that tell of one day, where they count the same: "14 people were injured"."""
    by_unit: dict[str, list[tuple[_Value, Citation]]] = {}
    for citation in told:
        for unit, values in _counts(citation).items():
            # A sentence that gives two ages tells of two people.
            if len({one.same for one in values}) == 1:
                by_unit.setdefault(unit, []).append((values[0], citation))
    return next((found for some in by_unit.values() if (found := _sides(some, _may_be_one_matter))), None)


def _counts(citation: Citation) -> dict[str, list[_Value]]:
    """The numbers of a quote by what they count."""
    quote = citation.quote.text
    found: dict[str, list[_Value]] = {}
    for end, value in _numbers(quote, citation.quote.article):
        counted = telling(quote[end : end + _PHRASE])[:_COUNTED] if quote[end:].strip() else []
        if len(counted) == _COUNTED and value.unit == "count":
            found.setdefault(" ".join(counted), []).append(value)
    return found


def _may_be_one_matter(citation: Citation, others: Citation) -> bool:
    """Whether two quotes do not name different things alone: two ages are mostly those of two people."""
    one, two = (Clause(even(told.quote.text)).names for told in (citation, others))
    return not one or not two or bool(one & two)


def _sides(
    told: Sequence[tuple[_Value, Citation]],
    comparable: Callable[[Citation, Citation], bool] = lambda *_: True,
) -> Disagreement | None:
    """The values that somebody contradicts, each with the quotes that give it."""
    sides: dict[str, tuple[_Value, list[Citation]]] = {}
    for value, citation in told:
        if any(_against(value, citation, *other) and comparable(citation, other[1]) for other in told):
            sides.setdefault(value.same, (value, []))[1].append(citation)
    if len(sides) < 2:
        return None
    inorder = sorted(sides.values(), key=lambda side: min(_day(one) or date.min for one in side[1]))
    return Disagreement(tuple(Side(value.shown, tuple(citations)) for value, citations in inorder))


def _against(value: _Value, citation: Citation, other: _Value, others: Citation) -> bool:
    """Whether two outlets say different things within the same days."""
    outlets = {citation.quote.article.source.casefold(), others.quote.article.source.casefold()}
    one, two = _day(citation), _day(others)
    return (
        value.same != other.same
        and value.unit == other.unit
        and len(outlets - {""}) == 2
        and one is not None
        and two is not None
        and abs((one - two).days) <= SAME_DAYS
        and (value.unit == "day" or _may_be_one_day(citation, others))
    )


def _may_be_one_day(citation: Citation, others: Citation) -> bool:
    """Whether two quotes, of the same days, may tell of one day: by the days that they name."""
    one, two = _named(citation), _named(others)
    if one and two:
        return min(abs((a - b).days) for a in one for b in two) <= SAME_DAYS
    published = _day(citation)
    return published is None or all((published - day).days <= _LONG_AGO for day in one | two)


def _named(citation: Citation) -> frozenset[date]:
    published = _day(citation)
    return (
        frozenset(one.day for one in days_named(citation.quote.text, published)) if published else frozenset()
    )


def _day(citation: Citation) -> date | None:
    return citation.quote.article.published_day


def _value(kind: AnswerType, question: str, quote: str, article: Article) -> _Value | None:
    """What a quote answers: of its values the one nearest to the words of the question."""
    if kind is AnswerType.TIME:
        found = list(_days(quote, article))
    elif kind in (AnswerType.NUMBER, AnswerType.MONEY):
        found = [one for one in _numbers(quote, article) if kind is AnswerType.NUMBER or one[1].unit == "sum"]
    else:
        return None
    known = numbers(even(question))
    found = [one for one in found if one[1].same not in known]
    told, named = frozenset(telling(question)), specific(question)
    places = _places(quote, told - named) or _places(quote, named)
    if not found or not places:
        return None
    return min(found, key=lambda one: min(abs(one[0] - place) for place in places))[1]


def _places(quote: str, asked: frozenset[str]) -> list[int]:
    return [word.start() for word in _WORD.finditer(quote) if asked & present(word.group())]


def _days(quote: str, article: Article) -> Iterator[tuple[int, _Value]]:
    if article.published_day:
        for named in days_named(quote, article.published_day):
            shown = f"{named.day.day} {MONTHS[named.day.month - 1]}"
            yield named.end, _Value(shown, named.day.isoformat(), "day")


def _numbers(quote: str, article: Article) -> Iterator[tuple[int, _Value]]:
    dated = days_named(quote, article.published_day or date.min)
    for match in _NUMBER.finditer(quote):
        if any(match.start() < one.end and one.start < match.end() for one in dated):
            continue
        if _YEAR.fullmatch(match.group()) or _ROUNDED.search(quote[: match.start()]):
            continue
        same = numbers(even(match.group()))
        unit = "sum" if match["currency"] else "share" if match["share"] else "count"
        if len(same) == 1:
            # "Three" at the beginning of a sentence is "three" within ours; no number is a name.
            yield match.end(), _Value(match.group().strip().lower(), same.pop(), unit)
