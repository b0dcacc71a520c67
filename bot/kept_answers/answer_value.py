"""What a sentence answers to a question: of its numbers, times or names the one nearest to what was asked."""

import re

from bot.extractive.answer_type import AnswerType, expected_type, placed_values
from bot.extractive.terms import present, telling
from bot.model.faithfulness.clauses import WEEKDAYS
from bot.model.faithfulness.names import OPENERS
from bot.model.faithfulness.normalization import even, numbers
from index.dates import MONTHS
from index.words import FUNCTION_WORDS, words

_WORD = re.compile(r"[\w'’-]+")
_NO_NAMES = FUNCTION_WORDS | {*map(str.lower, MONTHS), *WEEKDAYS}
# Up to the first word of a sentence, or of what is said in it.
_OPENS = re.compile(r"(?:^|[.!?:“\"])\W*$")
_YEAR = re.compile(r"(?:19|20)\d\d")
# A word of the question so many words away counts half.
_HALF = 4


def kind_asked(question: str) -> AnswerType:
    """The kind of value that answers; numbers where nothing else is known."""
    kind = expected_type(question)
    return AnswerType.NUMBER if kind in (AnswerType.MONEY, AnswerType.OTHER) else kind


def values(question: str, sentence: str) -> list[tuple[tuple[int, int], frozenset[str]]]:
    """All values of the kind, each with its place: the forms of a number, or the words of a time or name."""
    kind, known = kind_asked(question), set(words(question))
    found = []
    for place, value in placed_values(kind, sentence, known):
        if kind is AnswerType.NUMBER and _YEAR.fullmatch(value):
            continue
        if kind is AnswerType.NUMBER:
            parts = frozenset(numbers(even(value)) - numbers(even(question)))
        elif kind is AnswerType.TIME:
            parts = frozenset(words(value))
        else:
            named = words(value)
            if len(named) == 1 and named[0] in OPENERS and _OPENS.search(sentence[: place[0]]):
                # A capital by rule: "Despite the rain", "Officials said".
                continue
            parts = frozenset(w for w in named if len(w) > 1 and w not in known | _NO_NAMES)
        if parts:
            found.append((place, parts))
    return found


def answer_value(question: str, sentence: str) -> frozenset[str]:
    """The value that answers, empty where there is none."""
    asked = set(telling(question))
    spoken = [(match.start(), present(match.group())) for match in _WORD.finditer(sentence)]
    told = [(place, held & asked) for place, (_, held) in enumerate(spoken) if held & asked]

    def nearness(span: tuple[int, int]) -> float:
        """The sum over the question's words, each where it stands nearest."""
        own = [place for place, (start, _) in enumerate(spoken) if span[0] <= start < span[1]] or [0]
        nearest: dict[str, float] = {}
        for place, held in told:
            apart = min(abs(place - own[0]), abs(place - own[-1]))
            for term in held:
                nearest[term] = max(nearest.get(term, 0.0), 1 / (1 + apart / _HALF))
        return sum(nearest.values())

    found = values(question, sentence)
    return max(found, key=lambda one: nearness(one[0]))[1] if found else frozenset()
