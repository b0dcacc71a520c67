"""Questions with a false premise, made by rule: one name, year or number exchanged for another of its kind.

The articles that answered the question answer it no more, though most of its words still stand in them.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from tests.benchmarks.data import Question

_YEAR = r"(?<![\d.,])(?:19|20)\d\d(?![\d.,]?\d)"
_NUMBER = r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-])"
_NAME = r"(?<=[a-z,] )[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*"
_KINDS = tuple(re.compile(kind) for kind in (_YEAR, _NUMBER, _NAME))


def false_premises(questions: Sequence[Question], seed: int = 1) -> list[Question]:
    """A false one for each question that names anything; the other name comes from another question.

    Names are exchanged for names of as many words, where there are any.
    """
    chance = random.Random(seed)
    named = [
        [(kind, m) for kind, form in enumerate(_KINDS) for m in form.finditer(q.text)] for q in questions
    ]
    made = []
    for question, own in zip(questions, named, strict=True):
        if not own:
            continue
        kind, place = chance.choice(own)
        others = sorted(
            {m.group() for some in named for k, m in some if k == kind and m.group() not in question.text}
        )
        alike = [o for o in others if len(o.split()) == len(place.group().split())]
        if alike or others:
            other = chance.choice(alike or others)
            text = question.text[: place.start()] + other + question.text[place.end() :]
            made.append(replace(question, text=text, gold=frozenset(), answers=()))
    return made
