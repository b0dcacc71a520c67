"""Whether a title or a sentence is worth anything beyond repeating the question.

Whoever can put an article on record can guess a question and write it above or into any text. So a title
counts only as far as its article speaks of the same things, and a sentence that repeats the question does not
outrank another outlet's that would be an answer by itself.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.extractive.candidates import Candidate
from bot.extractive.relevance import QuestionFeatures
from bot.extractive.terms import present
from index.types import Article
from index.words import words

Scores = NDArray[np.floating]

# Words in a row that are compared, and the share of the question's that a text repeats to be its echo. Of 682
# right answers to questions of twelve collections 7 repeat so much, and 17 repeat .6.
_RUN, _REPEATED = 3, 0.7
# A title that holds so many terms of the question, and this share of them, says what was asked, and has to be
# borne out; one of fewer names a subject.
_LEAST_TERMS, _LEAST_TITLED, _LEAST_BORNE_OUT = 3, 0.8, 0.5


def is_borne_out(asked: QuestionFeatures, article: Article) -> bool:
    """Whether an article speaks of what was asked, where its title does: of half of those terms, or more."""
    said = asked.wanted & present(article.title)
    if len(said) < _LEAST_TERMS or asked.covered(said) < _LEAST_TITLED:
        return True
    return len(said & present(article.text)) >= _LEAST_BORNE_OUT * len(said)


def repeats(question: str, text: str) -> bool:
    """Whether a text repeats most of the question word by word; a question of two words says too little."""
    asked = _runs(question)
    return bool(asked) and len(asked & _runs(text)) >= _REPEATED * len(asked)


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    spoken = words(text)
    return frozenset(tuple(spoken[n : n + _RUN]) for n in range(len(spoken) - _RUN + 1))


def best_beside(asked: QuestionFeatures, found: Sequence[Candidate], scores: Scores) -> int | None:
    """Where the best candidate repeats the question: the place of the best that does not, of another outlet.

    None where the best repeats nothing, or all others do.
    """
    best = found[int(np.argmax(scores))]
    if not is_echo(asked, best):
        return None
    others = [
        place
        for place, other in enumerate(found)
        if other.article.id != best.article.id
        and (other.article.source != best.article.source or not best.article.source)
        and np.isfinite(scores[place])
        and not is_echo(asked, other)
    ]
    return max(others, key=lambda place: float(scores[place]), default=None)


def after_the_other(
    asked: QuestionFeatures, found: Sequence[Candidate], scores: Scores, beside: int
) -> Scores:
    """The scores with the best echo right after the candidate `beside`, and the other echoes nowhere."""
    place = int(np.argmax(scores))
    echoed = [is_echo(asked, candidate) for candidate in found]
    later = np.where(echoed, -np.inf, scores)
    later[place] = np.nextafter(scores[beside], -np.inf)
    return later


def is_echo(asked: QuestionFeatures, candidate: Candidate) -> bool:
    """Whether a candidate, or a title that speaks for it, repeats the question."""
    title = candidate.article.title if candidate.titled else ""
    return any(repeats(asked.text, text) for text in (candidate.text, title))
