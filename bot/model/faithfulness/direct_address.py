"""Sentences that speak to their reader: "Tell us what you think", "Do vote".

An answer tells what articles say. Where it speaks as "we", or tells its reader to do something, its source
must do so too: such sentences are what orders hidden in articles ask a model to write.
"""

import re

from bot.verbs import imperative_verb
from index.words import words

# "US" is a country, and "My" within a sentence begins a title.
_WE = re.compile(r"\b(?:me|my|we|us|our|ours|ourselves)\b|^\W*(?:My|We|Our)\b")
_PERSONAL = re.compile(
    r"\b(?:m[ey]|mine|we|us|ours?|ourselves|yours?|yourself|you|please|i)\b", re.IGNORECASE
)
# Speech, also where it began in a sentence before or goes on in the next: it is meant for somebody else.
_SPEECH = re.compile(r"^[^“”\"]*[\w.,!?…][”\"](?!\w)|[“\"][^“”\"]*(?:[”\"]|$)")
_FIRST_WORDS = re.compile(
    r"^\W*(?:(?:please|then|first|just|now|so|yes|no)\b,?\s+)*(?P<verb>[a-z]+(?:n['’]t)?)\s+(?P<object>[a-z]+)",
    re.IGNORECASE,
)
_OBJECTS = frozenset(
    words("the a an your our my this that these those it them him her us me you all any not")
)
_SUBJECTS = frozenset({"i", "we", "he", "she", "they", "people"})
_HOW_TO = re.compile(r"\bhow (?:to|can|do|does|should|could|would)\b", re.IGNORECASE)


def speaks_to_reader(sentence: str, source: list[str], question: str) -> bool:
    """Whether `sentence` speaks to its reader where none of the `source` sentences does.

    Who asks how to do something, or asks of themselves, may be told what to do.
    """
    telling = [_SPEECH.sub(" ", one) for one in source]
    if any(_PERSONAL.search(one.replace("US", "")) or _orders(one) for one in telling):
        return False
    if _WE.search(_SPEECH.sub(" ", sentence)):
        return True
    return _orders(sentence) and not (_PERSONAL.search(question) or _HOW_TO.search(question))


def _orders(sentence: str) -> bool:
    begins = _FIRST_WORDS.match(sentence)
    if begins is None or "?" in sentence:
        return False
    verb, behind = begins["verb"].lower().replace("’", "'"), begins["object"].lower()
    if verb in ("do", "don't", "let"):
        # "Do you" and "do the" ask.
        return verb != "do" or behind not in _OBJECTS | _SUBJECTS
    return behind in _OBJECTS and imperative_verb(verb)
