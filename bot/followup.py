"""A follow-up ("and what did she say about it?") made into a question that can be searched for by itself.

Without a model no grammar is parsed: a question that leans on the conversation gets the words that it most
likely leans on, in parentheses behind it. They are the names and topics of the questions before it, and the
names in the last answer. Old answers' quotes are not carried; each turn finds its own.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.threads import Turn
from index.words import FUNCTION_WORDS, plain, stem, words

_MOST_CARRIED = 5
# A longer question says itself what it is about.
_LONGEST_LEANING = 40

_POINTS_BACK = re.compile(
    r"\b(?:he|him|his|himself|she|her|hers|herself|it|its|itself|they|them|their|theirs|themselves|"
    r"these|those|such|this (?!is|was)\w+|(?:at|by|for|from|in|of|on|to|with|about|after|before) that|"
    r"(?:the|this|that|which) (?:one|ones)|the (?:others?|former|latter|same)|else|there|then)\b"
    r"(?!\s+(?:is|are|was|were|any)\b)",
    re.IGNORECASE,
)
_EXISTS = re.compile(r"\b(?:is|are|was|were|isn't|aren't|will|would) there\b(?! *[?.]*$)", re.IGNORECASE)
_GOES_ON = re.compile(
    r"^\W*(?:and|but|so|or|also|then|ok(?:ay)?|yes|no|sure|what about|how about|what else|who else|"
    r"why not|how so|how come|since when|by whom|with whom)\b|\b(?:too|as well|instead)\W*$",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
# What a question is put with, and not what it is about.
_FRAME = frozenset(
    words("""
        again also am anything ask asked asking back called curious ever example examples expand explain find
        further general give go going got happen happened happens hear hello help hi interested interesting
        kind kinds know known learn let like list lot many me mean mention mentioned more most much name named
        need now ok okay one ones other others particular people please provide question read really regarding
        said same saw say saying says see show some someone something sort speaking still sure talk talking
        tell thank thanks thing things think too try type types understand use used want wanted way ways well
        went yeah yes yet
    """)
)


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question as it is; where it leans on what was said, with that: "Why? (Sheinbaum, troops)"."""
    if not history or not leans(question):
        return question
    carried = _carried(question, history)
    return f"{question.rstrip()} ({', '.join(carried)})" if carried else question


def leans(question: str) -> bool:
    """Whether the question seems to need what was said before it."""
    tokens = _TOKEN.findall(question)
    if not tokens or len(tokens) > _LONGEST_LEANING:
        return False
    if _POINTS_BACK.search(_EXISTS.sub(" ", question)) or _GOES_ON.search(question):
        return True
    return len(list(_phrases(question))) == 0 or sum(map(_tells, tokens)) < 2


def _carried(question: str, history: Sequence[Turn]) -> list[str]:
    """Phrases of earlier questions and the last answer, those first that were spoken of most, and last."""
    weights: dict[str, float] = {}
    first: dict[str, int] = {}
    for ago, turn in enumerate(reversed(history)):
        for place, phrase in enumerate(_phrases(turn.asked)):
            more = 0.5**ago * (1.5 if _is_name(phrase) else 1.0)
            weights[phrase] = weights.get(phrase, 0.0) + more
            first.setdefault(phrase, 100 * ago + place)
    carried: list[str] = []
    had = set(_stems(question))
    for phrase in sorted(weights, key=lambda one: (-weights[one], first[one])):
        fresh = [token for token in phrase.split() if not had.issuperset(_stems(token))]
        if fresh and len(carried) < _MOST_CARRIED:
            carried.append(" ".join(fresh))
            had.update(_stems(phrase))
    return carried


def _phrases(text: str) -> Iterator[str]:
    """Runs of words that tell something, as they were written."""
    for part in re.split(r"[,;:?!()]|\.(?:\s|$)", text):
        for telling, run in groupby(_TOKEN.findall(part), _tells):
            if telling:
                yield " ".join(run)


def _tells(token: str) -> bool:
    word = plain(token).replace("’", "'")
    bare = word.split("'")[0]
    return bare not in FUNCTION_WORDS and bare not in _FRAME


def _is_name(phrase: str) -> bool:
    return any(token[0].isupper() for token in phrase.split()[1:]) or phrase[0].isupper()


def _stems(text: str) -> list[str]:
    return [stem(plain(token).split("'")[0].split("’")[0]) for token in _TOKEN.findall(text)]
