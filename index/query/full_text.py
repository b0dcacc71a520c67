"""A question as something to search for: the words worth matching, and whether it is about now."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise

from index.words import FUNCTION_WORDS, words

# A question names few things. The rest of a very long one would cost time and only blur the search.
_MOST_WORDS = 48
# A word that stands in most chunks tells none apart.
_COMMON_SHARE = 0.5
# Reading takes its time for each chunk that holds a word. Beyond so many, the question's commonest words are
# left out: they weigh least, and what holds the rare ones is found without them.
_MOST_READ = 20_000
_LEAST_WORDS = 2
# Scoring takes several times as long: it is for chunks that hold one of the rarest words, up to so many.
_MOST_SCORED = 4_000
# Words that hardly stand anywhere leave room for commoner ones: with fewer chunks there is little to choose.
_FEWEST_READ = 500

# How much nearness in time weighs (deviations for each e-fold of distance): where the question speaks of
# now; where it does not say, and the articles follow events; where they do not, and it only breaks ties; and
# where it names another year. From RealTime QA news of 2022-23 and 252 questions with current and outdated
# passages, which gain up to here; and SQuAD's paragraphs with days by lot, which lose from .25 on.
_RECENCY_NOW, _RECENCY_EVENTS, _RECENCY_TIES, _RECENCY_PAST = 4.0, 2.0, 0.1, 0.0
_THESE_DAYS = (
    r"this (?:past )?(?:week|weekend|month|morning)|today|tonight|yesterday|last (?:week|weekend|night)|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
)
_SPEAKS_OF_THESE_DAYS = re.compile(rf"\b(?:{_THESE_DAYS})\b", re.IGNORECASE)
_SPEAKS_OF_NOW = re.compile(
    rf"\b(?:{_THESE_DAYS}|this (?:past )?(?:year|season|spring|summer|fall|autumn|winter)|now|currently?|"
    r"recent(?:ly)?|latest|newest|newly|just|these days|so far|upcoming|next|last month)\b",
    re.IGNORECASE,
)
_TELL = r"(?:reported|told|said|wrote|written|published|announced|revealed|disclosed|mentioned|broke)"
_ASKS_FOR_THE_FIRST = re.compile(
    rf"\bfirst {_TELL}\b|\b{_TELL} (?:it |this |that |of it |the (?:news|story) )?first\b|"
    r"\b(?:first|earliest) (?:report|account|article|story|announcement)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:1[0-9]|20)[0-9]{2}\b")

DocumentFrequency = Callable[[str], int]
"""In how many chunks a lower-case word stands, in any of its forms (stemmed, title or text)."""


def match_expression(text: str, document_frequency: DocumentFrequency | None = None, total: int = 0) -> str:
    """An FTS5 expression that matches any word of `text` that is worth it, or "" if there is none.

    Neighbouring words are also sought side by side ("gun safety"), so that a chunk that holds the phrase
    scores above one that holds the words apart. Only letters and digits reach the expression, in double
    quotes: nothing in `text` can be read as an operator or a column.
    """
    spoken = words(text)
    chosen = search_words(spoken, document_frequency, total)
    kept = set(chosen)
    pairs = dict.fromkeys(pair for pair in pairwise(spoken) if kept.issuperset(pair))
    phrases = [*chosen, *(" ".join(pair) for pair in list(pairs)[:_MOST_WORDS])]
    return " OR ".join(f'"{phrase}"' for phrase in phrases)


def essential_expression(text: str, document_frequency: DocumentFrequency, total: int) -> str:
    """What a chunk must match to be scored by `match_expression`: any of the question's rarest words.

    What holds none of them holds only words that weigh little, and is not among the best while enough hold
    one.
    """
    chosen = _rare_enough(
        search_words(words(text), document_frequency, total), document_frequency, _MOST_SCORED, 1
    )
    return " OR ".join(f'"{word}"' for word in chosen)


def phrase_expression(phrase: str) -> str:
    """An FTS5 expression that matches `phrase` word for word, in any of the words' forms."""
    return f'"{" ".join(words(phrase))}"'


def search_words(
    spoken: Sequence[str], document_frequency: DocumentFrequency | None = None, total: int = 0
) -> list[str]:
    """The words to search for, each once, in the order in which they were said.

    Function words are left out, and so are words that stand in most chunks; but never all of them: "Who are
    The Who?" is still searched for.
    """
    distinct = list(dict.fromkeys(spoken))
    chosen = [word for word in distinct if word not in FUNCTION_WORDS][:_MOST_WORDS] or distinct[:_MOST_WORDS]
    if document_frequency is None or total <= 0:
        return chosen
    telling = [word for word in chosen if document_frequency(word) <= _COMMON_SHARE * total]
    return _rare_enough(telling or chosen, document_frequency, _MOST_READ, _LEAST_WORDS)


def _rare_enough(
    chosen: Sequence[str], document_frequency: DocumentFrequency, most: int, least: int
) -> list[str]:
    """The rarest of the words, until they stand in `most` chunks together; but `least` that stand in some."""
    kept: set[str] = set()
    read = standing = 0
    for word in sorted(chosen, key=document_frequency):
        more = document_frequency(word)
        if standing >= least and read >= _FEWEST_READ and read + more > most:
            break
        kept.add(word)
        read += more
        standing += more > 0
    return [word for word in chosen if word in kept]


def recency(text: str, now: date, follows_events: float) -> float:
    """How much nearness to `now` should weigh for this question (see `index.search.fusion.fuse`).

    `follows_events`, 0 to 1, is that of the collection (see `index.search.event_dating`).
    """
    if _SPEAKS_OF_NOW.search(text) or asks_for_the_first(text):
        return _RECENCY_NOW
    years = {int(year) for year in _YEAR.findall(text)}
    if years and max(years) < now.year - 1:
        return _RECENCY_PAST
    return max(_RECENCY_TIES, _RECENCY_EVENTS * follows_events)


def asks_for_the_first(text: str) -> bool:
    """Whether `text` asks for the first account of something ("Who first reported the crash?")."""
    return bool(_ASKS_FOR_THE_FIRST.search(text))


def speaks_of_these_days(text: str) -> bool:
    """Whether `text` asks for something that happened within days ("this week", "on Monday")."""
    return bool(_SPEAKS_OF_THESE_DAYS.search(text))
