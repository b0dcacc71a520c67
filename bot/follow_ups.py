"""Rewrites a follow-up ("and what did she say about it?") into a question that stands by itself.

Without a model no grammar is parsed: a question that refers to the conversation gets the words that it most
likely refers to, in parentheses behind it. They are the names and topics of the questions before it, and the
names in the last answer. Old answers' quotes are not carried; each turn finds its own.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.conversations import Turn
from index.words import FUNCTION_WORDS, plain, stem, words

_MOST_CARRIED = 3
# A longer question says itself what it is about.
_LONGEST_LEANING = 40
# A name is spoken of more likely than a thing; each turn ago halves what was said.
_NAME, _THING, _IN_ANSWER, _FADING = 2.0, 1.0, 0.7, 0.5
# "It" is a thing that was brought up ("the offer"), and not whoever did something ("why did she refuse?").
_BROUGHT_UP = 2.5
# A question of fewer telling words may lean on the one before, though nothing in it shows that.
_TELLS_ITS_TOPIC = 2
# What a follow-up asks of the topic ("its symptoms", "where do they live") is not the topic.
_OF_THE_TOPIC = 0.2

_POINTS_BACK = re.compile(
    r"\b(?:he|him|his|himself|she|her|hers|herself|it|its|itself|they|them|their|theirs|themselves|"
    r"these|those|such|this (?!is|was)\w+|(?:at|by|for|from|in|of|on|to|with|about|after|before) that|"
    r"(?:the|this|that|which) (?:one|ones)|the (?:others?|former|latter|same(?! as))|there|then)\b"
    r"(?!\s+(?:is|are|was|were|any)\b)",
    re.IGNORECASE,
)
_ENDS_POINTING = re.compile(
    r"\b(?:about|after|against|before|by|for|from|in|of|on|to|with) (?:it|them|him|her|that)\W*$",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?:he|him|his|she|hers?)\b", re.IGNORECASE)
_IT = re.compile(r"\b(?:it|its|itself)\b", re.IGNORECASE)
_WHO = re.compile(r"\bwho(?:se|m)?\b", re.IGNORECASE)
# Pronouns in whose place the words for what they mean can stand.
_STANDS_FOR = re.compile(
    r"\b(?:he|him|she|it|they|them|(?P<whose>his|her(?= \w)|its|their))\b(?!['’])", re.IGNORECASE
)
_EXISTS = re.compile(r"\b(?:is|are|was|were|isn't|aren't|will|would) there\b(?! *[?.]*$)", re.IGNORECASE)
_GOES_ON = re.compile(
    r"^\W*(?:and|but|so|or|also|then|what about|how about|what else|who else|why not|how so|how come|"
    r"since when|by whom|with whom)\b|\b(?:too|as well|instead|else)\W*$",
    re.IGNORECASE,
)
_BRINGS_UP = re.compile(
    r"^\W*(?:(?:please|sure|yes|ok(?:ay)?|can you|could you|i (?:want|would like|'d like) to)\W+)*"
    r"(?:tell me|talk|let me know|know|learn|hear|what(?: is|'s| are| was| were)|who (?:is|are|was|were)|"
    r"define|describe|explain)\b",
    re.IGNORECASE,
)
# Words that say how or what was done: little to search for. Told by their endings alone.
_NO_TOPIC = re.compile(r"[a-z]+(?:ed|est|ly|ing)")
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


def resolve_follow_up(question: str, history: Sequence[Turn]) -> str:
    """The question as it is; where it leans on what was said, with that: "Why? (Sheinbaum, troops)"."""
    if not history or not depends_on_context(question):
        return question
    carried = _carried(question, history)
    if not carried:
        return question
    if len(carried) == 1 and len(_STANDS_FOR.findall(question)) == 1:
        return _STANDS_FOR.sub(lambda match: carried[0] + ("’s" if match["whose"] else ""), question)
    return f"{question.rstrip()} ({', '.join(carried)})"


def depends_on_context(question: str) -> bool:
    """Whether the question seems to need what was said before it."""
    tokens = _TOKEN.findall(question)
    if not tokens or len(tokens) > _LONGEST_LEANING:
        return False
    bare = _EXISTS.sub(" ", question)
    back = _POINTS_BACK.search(bare)
    if _ENDS_POINTING.search(bare):
        return True
    # What is pointed to may stand in the question itself: "Was the loan approved, and who opposed it?"
    if back and not (_names(bare[: back.start()]) or _count(bare[: back.start()]) > 1):
        return True
    if _BRINGS_UP.search(question) and _count(question):
        return False
    return _count(question) < 2 or (bool(_GOES_ON.search(question)) and _count(question) < 4)


def _carried(question: str, history: Sequence[Turn]) -> list[str]:
    """What was spoken of most, and last, of what the question does not say itself."""
    weights: dict[str, float] = {}
    acting = (name for turn in history for name in _names(turn.asked) if _acts(name, turn.asked))
    thing = bool(_IT.search(question) and any(acting))
    faded, goes_on = 1.0, bool(_GOES_ON.search(question))
    for turn in reversed(history):
        follows = turn is not history[0] and depends_on_context(turn.asked)
        for phrase, weight in _topics(turn, question, thing=thing):
            share = faded * (_OF_THE_TOPIC if follows and weight != _BROUGHT_UP else 1.0)
            weights[phrase] = weights.get(phrase, 0.0) + weight * share
        # What names a thing of its own ("what about the ferry?") goes on from the last question that told its
        # topic, and no further back.
        told = bool(_names(turn.asked)) or _count(turn.asked) > _TELLS_ITS_TOPIC
        if goes_on and weights and told and not follows:
            break
        # A follow-up leaves the topic where it was.
        faded *= 1.0 if follows else _FADING
    # One thing for each word that points to one; a question that only goes on leans on all that was asked.
    pointers = {match[0].lower() for match in _POINTS_BACK.finditer(question)}
    most = min(len(pointers), _MOST_CARRIED) if pointers and not _GOES_ON.match(question) else _MOST_CARRIED
    carried: list[str] = []
    had = set(_stems(question))
    for phrase in sorted(weights, key=lambda one: -weights[one]):
        fresh = [token for token in phrase.split() if not had.issuperset(_stems(token))]
        if fresh and len(carried) < most:
            carried.append(" ".join(fresh))
            had.update(_stems(phrase))
    return carried


def _topics(turn: Turn, question: str, *, thing: bool) -> Iterator[tuple[str, float]]:
    """What a turn was about, each with its weight for what `question` may mean."""
    person = bool(_PERSON.search(question))
    names = _names(turn.asked)
    yield from ((name, _NAME) for name in names)
    for phrase in _phrases(turn.asked):
        if not any(token in name.split() for name in names for token in phrase.split()):
            yield phrase, _BROUGHT_UP if thing and _brought_up(phrase, turn.asked) else _THING
    # Whom the answer named may be meant by "she": where it was asked who, or nobody was named.
    weight = 2 * _NAME if _WHO.search(turn.asked) else _IN_ANSWER * _NAME
    if person and (not names or _WHO.search(turn.asked)):
        new = [name for name in _names(turn.answered) if name not in names]
        yield from ((name, weight / (place + 1)) for place, name in enumerate(new))


def _acts(name: str, text: str) -> bool:
    """Whether `text` asks what the one of this name did."""
    return bool(re.search(rf"\b(?:do|did|does|has|have|had|will|would) {re.escape(name)}\b", text))


def _brought_up(phrase: str, text: str) -> bool:
    """Whether `text` speaks of one thing by this phrase: "the offer", and not "the troops"."""
    first = phrase.split()[0]
    led = re.search(rf"\b(?:the|an?|this|his|her|their) {re.escape(first)}\b", text, re.IGNORECASE)
    return bool(led) and not first.endswith("s")


def _count(text: str) -> int:
    return sum(map(_tells, _TOKEN.findall(text)))


def _phrases(text: str) -> Iterator[str]:
    """Runs of words that tell something, as they were written."""
    for part in re.split(r"[,;:?!()]|\.(?:\s|$)", text):
        for telling, run in groupby(_TOKEN.findall(part), _tells):
            kept = [token for token in run if not _NO_TOPIC.fullmatch(token)] if telling else []
            if kept:
                yield " ".join(kept)


def _names(text: str) -> list[str]:
    """Runs of words with a capital or a digit; the first word of a sentence only if the next has one too."""
    found = []
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        begun = False
        # "Ingrid Vale, Minister for Housing" is not called Ingrid Vale Minister.
        for part in re.split(r"[,;:()\"“”]", sentence):
            tokens = _TOKEN.findall(part)
            marked = [
                not token.islower() and _tells(token) and (begun or place > 0 or any(map(str.isdigit, token)))
                for place, token in enumerate(tokens)
            ]
            if not begun and len(marked) > 1 and marked[1] and _tells(tokens[0]):
                marked[0] = True
            begun = begun or bool(tokens)
            for named, run in groupby(zip(marked, tokens, strict=True), lambda pair: pair[0]):
                if named:
                    found.append(" ".join(token for _, token in run))
    return found


def _tells(token: str) -> bool:
    word = plain(token).replace("’", "'")
    bare = word.split("'")[0]
    return bare not in FUNCTION_WORDS and bare not in _FRAME


def _stems(text: str) -> list[str]:
    return [stem(plain(token).split("'")[0].split("’")[0]) for token in _TOKEN.findall(text)]
