"""Whether a sentence says the opposite of what a question supposes.

"Which states did not sign?" is not answered by those that signed, nor "the smallest" by the largest. Such a
sentence is as near to the question as a right one, in meaning and in words. Only what can be told from the
words themselves, so this can be wrong; it makes an answer less probable and never forbids one.
"""

import re
from functools import lru_cache

from bot.extractive.candidates import stems_of
from bot.negation import NEGATIVE
from index.words import stem

# In lower case, or all in capitals for stress: "Can't Buy a Thrill" is a name, and "Didn't they sign?"
# supposes that they did.
_DENIES = re.compile(
    r"\b(?:(?<!or )(?<!if )not(?! only\b| just\b| merely\b)|NOT|never|NEVER|no longer|cannot|neither|nor|"
    r"(?:are|ca|could|did|do|does|had|has|have|is|must|should|was|were|wo|would)n['’]?t)\b"
)
# What a question quotes ("does not wake") it does not say itself.
_QUOTED = re.compile(r"[\"“«][^\"”»]*[\"”»]|(?<!\w)['‘][^'’]*['’](?!\w)")
_WORD = re.compile(r"[^\W_]+")
# Words that measure and take no side: "more than 40", "at least", "how high".
_MEASURES = re.compile(
    r"\b(?:(?:more|less|fewer|higher|lower|longer|shorter) than|at (?:least|most)|how \w+)\b", re.IGNORECASE
)
# Of each line only one side can be so. No pairs of which one side tells the other: who lost tells who won,
# and what came after tells what came before.
_OPPOSITES = """
    more most / less least fewer fewest
    large larger largest big bigger biggest greater greatest / small smaller smallest
    high higher highest / low lower lowest
    longer longest taller tallest / shorter shortest
    better best / worse worst
    older oldest / younger youngest newer newest
    fast faster fastest / slow slower slowest
    heavier heaviest / lighter lightest
    hot hotter hottest warmer warmest / cold colder coldest cooler coolest
    wide wider widest broad broader broadest / narrow narrower narrowest
    nearer nearest closer closest / farther farthest further furthest
    increase rise rose risen grow grew grown / decrease fall fell fallen drop decline shrink shrank reduce
    accept agree / reject refuse disagree
    allow permit / prohibit forbid ban prevent
    include / exclude
    major / minor
    majority / minority
    maximum / minimum
    north northern / south southern
    open opened / close closed
    possible / impossible
    public / private
    success successful / failure unsuccessful
    support / oppose
"""

_Side = frozenset[str]
_PAIRS: tuple[tuple[_Side, _Side], ...] = tuple(
    (_Side(map(stem, one.split())), _Side(map(stem, other.split())))
    for line in _OPPOSITES.strip().splitlines()
    for left, right in [line.split("/")]
    for one, other in ((left, right), (right, left))
)


def contradicts(question: str, sentence: str) -> bool:
    """Whether `question` denies something that `sentence` states, or the other way round.

    The last sentence of a question is what asks ("It was not included. What was?"). A denial and an opposite
    are as good as each other: who rejected it did not accept it.
    """
    asking = _asking(question)
    opposite = _opposite(asking, sentence)
    # The opposite itself may be a word of denial, and is counted once.
    rest = _WORD.sub(lambda word: "" if stem(word[0].lower()) in opposite else word[0], sentence)
    return not NEGATIVE.search(rest) and bool(_DENIES.search(asking)) != bool(opposite)


def opposed(question: str, sentence: str) -> frozenset[str]:
    """The words of `question`, as stems, of which `sentence` says the opposite."""
    said = frozenset(stems_of(_MEASURES.sub(" ", sentence)))
    sides = _sides(_asking(question))
    return _Side().union(*(own for own, other in sides if said & other and not said & own))


def _asking(question: str) -> str:
    parts = [part for part in re.split(r"(?<=[.!?])\s+", _QUOTED.sub(" ", question).strip()) if part]
    return next((part for part in reversed(parts) if "?" in part), parts[-1] if parts else "")


def _opposite(asking: str, sentence: str) -> _Side:
    """What `sentence` says of which `asking` says the opposite, as stems."""
    sides = _sides(asking)
    if not sides:
        return _Side()
    said = frozenset(stems_of(_MEASURES.sub(" ", sentence)))
    return _Side().union(*(said & other for own, other in sides if not said & own))


@lru_cache(maxsize=64)
def _sides(asking: str) -> tuple[tuple[_Side, _Side], ...]:
    """The pairs of which `asking` says one side only, that side first."""
    said = frozenset(stems_of(_MEASURES.sub(" ", asking)))
    return tuple((own, other) for own, other in _PAIRS if said & own and not said & other)
