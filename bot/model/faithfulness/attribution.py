"""Who said what a sentence states as a fact, in the words of its source, put back into the sentence."""

import re

from bot.model.faithfulness.premise import sentences_in

_LONGEST = 90
_WHO = rf"(?P<who>[^,;:“”\"()]{{2,{_LONGEST}}}?)"
_ACCORDING = re.compile(rf"\b(?P<said>according to [^,;:“”\"]{{2,{_LONGEST}}}?)(?=[,;:]|\W*$)", re.IGNORECASE)
# "…, police said", "…," said Ada Thorne, "Police said that …".
_BEHIND = re.compile(rf"[,”\"]\s+{_WHO} (?P<verb>said|says|say)\b(?=[^“”\"]*[.,]?\W*$)")
_INVERTED = re.compile(rf"[”\"]\s+(?P<verb>said|says|say) {_WHO}(?=[,.]|\W*$)")
_BEFORE = re.compile(rf"^\W*{_WHO} (?P<verb>said|says|say)\b(?! (?:to|so|as|of|in|at|on)\b)")
_POINTS_BACK = re.compile(r"^(?:he|she|it|they|we|i|you|who|which|that|and|but|this|these)\b", re.IGNORECASE)


def attributed(sentence: str, source: str) -> str:
    """The sentence with who says so behind it ("…, police said."), or "" where the source has no such words.

    Only an attribution that stands at an edge of its statement, and that by name or office, is put back.
    """
    for told in sentences_in(source):
        if found := _ACCORDING.search(told):
            return _with(sentence, found["said"])
        for form in (_BEHIND, _INVERTED, _BEFORE):
            found = form.search(told)
            if found and not _POINTS_BACK.match(found["who"]):
                return _with(sentence, f"{_inside(found['who'])} {found['verb']}")
    return ""


def _with(sentence: str, said: str) -> str:
    return f"{sentence.rstrip(' .')}, {said.strip()}."


def _inside(who: str) -> str:
    """A speaker as written within a sentence: "Police" and "The mayor" lose their capital."""
    first, _, rest = who.partition(" ")
    common = first in (
        "The",
        "A",
        "An",
        "Police",
        "Officials",
        "Authorities",
        "Doctors",
        "Prosecutors",
        "Experts",
    )
    return f"{first.lower() if common else first} {rest}".strip()
