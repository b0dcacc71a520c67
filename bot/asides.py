"""What is said to messages that no article can answer: small talk, and questions about the collection."""

import re

from index.query.wording import asking_part, is_small_talk

_HELLO = "I answer questions from the articles on record, in their own words. Ask me one."
_COLLECTION = (
    "That is about the collection, which no article tells: `onrecord articles list` shows what is on record, "
    "and `onrecord search WORDS` finds the passages on a matter."
)
# A question whose object are the articles themselves, and not what they say.
_HELD = r"(?:articles?|outlets?|stories|sources|topics|documents|pages)"
_RANKED = r"(?:newest|latest|oldest|longest|shortest|first|last|most recent)"
_ABOUT_THE_COLLECTION = re.compile(
    rf"^\W*(?:how many|what|which|list|show(?: me)?|name)(?: (?:is|are|all|the|of|all the|are the))*"
    rf"(?: {_RANKED})? {_HELD}\b(?! (?:say|about which|does|did))",
    re.IGNORECASE,
)
_RECORDED = re.compile(
    rf"\b(?:you|have|has|there|mention|on record|about|list|all|{_RANKED})\b", re.IGNORECASE
)


def aside(text: str) -> str:
    """What to say instead of searching; "" where the articles may tell."""
    if is_small_talk(text):
        return _HELLO
    asked = asking_part(text)
    if _ABOUT_THE_COLLECTION.match(asked) and _RECORDED.search(asked):
        return _COLLECTION
    return ""
