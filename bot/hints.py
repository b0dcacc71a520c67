"""What quotes alone cannot do (compare, add up, count, summarise, list): recognised, with what helps instead.

A question that asks for it names an operation and what to do it with. Each operation is known by its words;
what is left of the question is what to search for.
"""

import re
from dataclasses import dataclass

from index.query.wording import asking_part
from index.words import FUNCTION_WORDS, words

_MORE = r"(?:more|less|fewer|better|worse)"
_COMPARATIVE = rf"(?:{_MORE}|[a-z]{{2,}}er)"
_IS = r"(?:is|are|was|were|has|have|had|do|does|did|costs?)"
_HOLD = r"(?:you (?:have|got|know|hold)|is there|there is)"
_SEARCH = "`onrecord search {topic}` shows every passage on it"


@dataclass(frozen=True, slots=True)
class _Operation:
    """Something that is asked for beyond a quote, what asks for it, and what helps instead."""

    name: str
    asks: str
    instead: str

    def found(self, question: str) -> str:
        rest, times = re.subn(self.asks, " ", question, flags=re.IGNORECASE)
        topic = " ".join(word for word in words(rest) if word not in FUNCTION_WORDS)
        told = self.instead.format(topic=f'"{topic}"' if topic else "WORDS")
        return f"On Record quotes, and does not {self.name}: {told}." if times else ""


_OPERATIONS = (
    _Operation(
        "summarise",
        r"^\W*(?:(?:please|can you|could you|give|me|us|write|an?|the|short|brief|quick) )*"
        r"(?:summar\w+|sum up|recap|overview|outline|gist|tl;?dr|(?:key|main) (?:points|facts))\b(?: of)?",
        _SEARCH,
    ),
    _Operation(
        "list what there is on a matter",
        rf"^\W*(?:what|anything|everything)\b(?: \w+){{0,3}}? {_HOLD}(?: \w+){{0,3}}? (?:on|about)\b|"
        r"^\W*is there anything (?:on|about)\b|^\W*(?:tell|give|show|send|list)(?: (?:me|us|the))*"
        r"(?: (?:everything|all|more|the|news|articles|stories|on|about))+\b",
        f"{_SEARCH}, and `onrecord articles list` names every article",
    ),
    _Operation(
        "compare",
        r"\b(?:compare (?:the|how)|comparison|versus|vs|differences? between)\b|\bdiffer from\b|"
        rf"\bwhich\b[^?,]*\b{_IS}(?: the)? {_COMPARATIVE}(?= than\b|\W*$|,)|"
        rf"^\W*{_IS}\b[^?]*\b{_MORE}\b[^?]*\bor\b|"
        rf"^\W*{_IS}\b[^?]*\b{_COMPARATIVE}\b[^?]* than (?!an? |half|[^ ]*\d+(?:[ .,][^?]|%))",
        "ask for each of them by itself",
    ),
    _Operation(
        "add up",
        r"\b(?:in total|altogether|added up)\b|\btotal (?:of|number|amount)\b|"
        r"\b(?:is|was|were|are) the (?:total|combined)\b",
        f"ask for each figure by itself; {_SEARCH}",
    ),
    _Operation(
        "count over articles", r"\bhow many times\b|\bcount (?:the|how|all)\b|\bnumber of times\b", _SEARCH
    ),
)


def hint(question: str) -> str:
    """What to say of an operation that `question` asks for; "" where it asks for nothing but what is told."""
    asked = asking_part(question)
    return next((said for operation in _OPERATIONS if (said := operation.found(asked))), "")
