"""Whether a sentence says no more than its quotes: what can be told without a model.

A quote that is true does not make the sentence before it true. First its words are looked at: a name, a
number, a link or a "not" that its sources do not have is the model's own, and so is a sentence of which most
words are. Then what it does with them: see `bot.model.faithfulness`.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import lru_cache

from bot.model.faithfulness.clauses import WEEKDAYS, Clause, clauses, segments, telling_words, used
from bot.model.faithfulness.direct_address import speaks_to_reader
from bot.model.faithfulness.names import unknown_names
from bot.model.faithfulness.normalization import even, numbers, parts
from bot.model.faithfulness.premise import premise, sentences_in
from bot.model.faithfulness.roles import changed_roles
from bot.model.faithfulness.scope import lost_operator
from bot.model.faithfulness.tense import changed_tense
from bot.negation import NEGATIVE, NO
from bot.types import Quote
from bot.verbs import base, states
from index.dates import day_in_words
from index.types import Article
from index.words import FUNCTION_WORDS, plain, words

NAME = "a name that stands in none of its quotes"
NUMBER = "a number that stands in none of its quotes"
DATED = "a day that its source does not give"
LINK = "a link or mark-up that stands in none of its quotes"
NEGATED = "says no where none of its quotes does"
ADDRESSED = "speaks to its reader, as its source does not"
UNSUPPORTED = "says more than its source"
NO_SENTENCE = "citations without a sentence"
TOO_LONG = "too long for a sentence"

_LONGEST = 800
# The share of a sentence's telling words that its sources, the question or the label must have.
_SUPPORTED = 0.5
# How many words may be the question's alone, for each that is the source's; so many always may.
_FROM_QUESTION = 0.5
_ONLY_ASKED = 2

_TOKEN = re.compile(r"[^\W_]+(?:[.,]\d+)*(?:['’][^\W_]+)?")
_LINK = re.compile(
    r"https?:|www\.|\w@\w|@\w|[<>{}|\\]|\]\(|"
    r"\b[\w-]+\.(?:com|org|net|io|co|info|example|test|ru|cn|xyz)\b",
    re.IGNORECASE,
)
_SOME_NO = re.compile(
    rf"{NEGATIVE.pattern}|\b(?:un[a-z]{{4}}|in(?:ability|capab|suffic|eligib)|only\b|free (?:of|from)\b|"
    rf"clos(?:e|ed|ure)\b|"
    r"shut\b|surviv|lost\b|lose\b|empty\b|ended\b|over\b|illegal|impossible|unsafe|false|untrue|myth|"
    r"rather\b)",
    re.IGNORECASE,
)
# "PARIS —", copied from where an article begins.
_HEADS = re.compile(r"[-–—:]\W*$")
_CAUSE = re.compile(
    r"\b(?:due to|because(?: of)?|owing to|thanks to|as a result of|caused by|in order to|so that)\b",
    re.IGNORECASE,
)
_REPORTS = re.compile(r"\b(?:as of|report\w*|publish\w*|according|wrote|writes|said|says)\b", re.IGNORECASE)
_SAME_DAY = re.compile(r"\b(?:today|tonight|this (?:morning|afternoon|evening|week|month))\b", re.IGNORECASE)


def grounding_problem(
    sentence: str,
    quotes: Sequence[Quote],
    question: str,
    common: Collection[str] = (),
    *,
    sought: bool = False,
) -> str:
    """Why `sentence` may not stand on `quotes`, or "".

    The outlet, title, authors and days of a quoted article count as quoted: they are stored, and stand in the
    list below the answer. `common` are words that are no names, though a sentence may begin with them (see
    `common_words`). The articles of quotes that were `sought`, and not cited, must have all that the sentence
    takes from the question.
    """
    if not words(sentence) or _HEADS.search(sentence):
        return NO_SENTENCE
    if len(sentence) > _LONGEST:
        return TOO_LONG
    source = " ".join(dict.fromkeys(premise(quote) for quote in quotes))
    if any(link not in source for link in _LINK.findall(sentence)):
        return LINK
    whole = [one for quote in quotes for one in sentences_in(premise(quote))]
    if any(words(sentence) == words(one) for one in whole if "?" not in one):
        return ""
    if speaks_to_reader(sentence, whole, question):
        return ADDRESSED
    said, source = even(_YES.sub("", sentence)), even(source)
    articles = list({quote.article.id: quote.article for quote in quotes}.values())
    return (
        _strange_words(said, source, articles, question, common, sought=sought)
        or lost_operator(source, said)
        or changed_tense(source, said)
        or changed_roles(source, said)
    )


_YES = re.compile(r"^\W*(?:yes|no)\b[,.:;]\s*(?=\w)", re.IGNORECASE)


def _strange_words(
    said: str,
    source: str,
    articles: Sequence[Article],
    question: str,
    common: Collection[str],
    *,
    sought: bool,
) -> str:
    """Why the sentence's words are not its sources'."""
    published = [] if _names_another(source, said) else [_publisher(article) for article in articles]
    shown = even(" ".join([source, *map(_label, articles), *published]))
    given = numbers(shown) | parts(source)
    if not numbers(said) <= given:
        return NUMBER
    if _dated(said, source, articles):
        return DATED
    around = even(" ".join([shown, *(article.text for article in articles)]))
    if unknown_names(said, shown, around, common):
        return NAME
    if NO.search(said) and not _says_no(source, said):
        return NEGATED
    says_more = _says_more(said, source, shown, given, articles, question, sought=sought)
    return UNSUPPORTED if says_more else ""


def _says_more(
    said: str,
    source: str,
    shown: str,
    given: set[str],
    articles: Sequence[Article],
    question: str,
    *,
    sought: bool,
) -> bool:
    """Whether it tells more than its source; `shown` is that with its label, `given` the numbers of both."""
    telling, asked = telling_words(said), telling_words(question)
    known = telling_words(shown) | given
    new = telling - asked
    if (new and not new & known) or not _told(said, source):
        return True
    reasons = (telling_words(part) for part in _CAUSE.split(said)[1:])
    told = telling_words(source) | given
    if any(len(reason) > 1 and not reason & told for reason in reasons):
        return True
    # Most of it must be what the source says, and not the question; a caption says nothing but names.
    lent = len((telling & asked) - known)
    if lent > max(_ONLY_ASKED, _FROM_QUESTION * len(telling & known)) or (lent and not states(source)):
        return True
    # What only the question says of the matter must at least be the article's matter.
    strange = (telling & asked) - known - _vocabulary(" ".join(article.text for article in articles))
    if len(strange) > (0 if sought else _ONLY_ASKED):
        return True
    return len(telling & (known | asked)) < _SUPPORTED * len(telling)


def _says_no(source: str, said: str) -> bool:
    """Whether the source says no where the sentence takes what it says from."""
    taken = used(clauses(source), Clause(said))
    parts = (one for one in segments(source) if any(one.start <= clause.start < one.end for clause in taken))
    return any(_SOME_NO.search(part.text) for part in parts)


@lru_cache(maxsize=256)
def _vocabulary(text: str) -> frozenset[str]:
    return frozenset(telling_words(text))


def _told(said: str, source: str) -> bool:
    """Whether the source has anything of what is told, or a number of it, and not only names."""
    if Clause(said).numbers & Clause(source).numbers:
        return True
    names = {base(plain(token)) for token in _TOKEN.findall(said) if not token.islower()}
    told = telling_words(said) - names - numbers(said)
    return not told or bool(told & telling_words(source))


def _dated(said: str, source: str, articles: Sequence[Article]) -> bool:
    """Whether the sentence dates what happened by the day on which it was published.

    It may name that day as the report's, or where the source says "today", or names that day of the week.
    """
    if _REPORTS.search(said) or _SAME_DAY.search(source):
        return False
    for day in {day[:10] for article in articles for day in (article.published, article.updated) if day}:
        written = {f"{_number(day, 2)} {_month(day)}", f"{_month(day)} {_number(day, 2)}"}
        given = any(re.search(rf"\b{form}\b", plain(said)) for form in written)
        if given and not any(re.search(rf"\b{form}\b", plain(source)) for form in written):
            return WEEKDAYS[date.fromisoformat(day).weekday()] not in plain(source)
    return False


def _number(day: str, part: int) -> str:
    return day.split("-")[part].lstrip("0")


def _month(day: str) -> str:
    return plain(day_in_words(day).split()[1])


def common_words(texts: Iterable[str]) -> frozenset[str]:
    """The words that are written small somewhere in `texts`."""
    return frozenset(word for text in texts for word in _TOKEN.findall(text) if word.islower())


def source_label(quotes: Sequence[Quote]) -> str:
    """Who published what is quoted, and when, as a sentence."""
    said = {f"({quote.article.source}, {day_in_words(quote.article.published)})" for quote in quotes}
    return " ".join(sorted(said))


def _label(article: Article) -> str:
    """Title and days, which stand below an answer."""
    shown = article.reference
    return " ".join([shown.title, shown.day, shown.updated, article.published[:10], article.updated[:10]])


def _publisher(article: Article) -> str:
    """Outlet and authors, which stand there too."""
    return " ".join([article.source, *article.authors])


def _names_another(source: str, said: str) -> bool:
    """Whether the source names whom the sentence leaves out: then it is not the publisher who did that.

    An outlet may be called like a place, and an author like anybody; what they report is theirs all the same.
    """
    if _REPORTS.search(said):
        return False
    taken = used(clauses(source), Clause(said))
    names = {base(plain(token)) for one in taken for token in one.tokens if token[0].isupper()}
    return bool(names - Clause(said).telling - FUNCTION_WORDS)
