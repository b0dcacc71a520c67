"""Whether an answer is superseded: a later article answers the same question with another value."""

import re
from dataclasses import dataclass

from bot.extractive.answer_type import AnswerType, expected_type, values_of_type
from bot.extractive.terms import present, telling
from bot.kept_answers.types import KeptAnswer
from bot.model.faithfulness.normalization import even, numbers
from bot.types import Answer, Citation
from index.dates import MONTHS
from index.types import Article
from index.words import FUNCTION_WORDS, words

_COUNTED = (AnswerType.NUMBER, AnswerType.MONEY, AnswerType.OTHER)
_NAMED = (AnswerType.PERSON, AnswerType.PLACE, AnswerType.NAME)
_MONTH = rf"(?:{'|'.join(MONTHS)})"
_DATE = re.compile(rf"\b\d{{1,2}} {_MONTH}\b|\b{_MONTH} \d{{1,2}}\b|\b(?:19|20)\d\d\b")
# Chosen on every second pair of `tests/benchmarks/recalls.py`, where precision is .80 and recall .57. On the
# others it is .70 and .61: few pairs, and less sure than it should be.
_SAME_MATTER, _SAME_SCOPE, _MOST_SHARED = 0.2, 0.6, 0.25


@dataclass(frozen=True, slots=True)
class Accounts:
    """An old sentence and a new one that answer the same question, and how alike they are (cosine)."""

    question: str
    old: str
    new: str
    alike: float


def successor(kept: KeptAnswer, answer: Answer, new_articles: set[str]) -> Citation | None:
    """The quote that now answers first, where it is from an article that came since and is later."""
    if not answer.sentences or not kept.quotes:
        return None
    first = answer.sentences[0].citations[0]
    article = first.quote.article
    if article.id not in new_articles or article.id in {quote.article_id for quote in kept.quotes}:
        return None
    dated = [str((quote.about or {}).get("published") or "")[:10] for quote in kept.quotes]
    later = all(dated) and _day(article) > max(dated)
    return first if later else None


def supersedes(accounts: Accounts) -> bool:
    """Whether the new sentence gives another value than the old one, on the same matter.

    It must speak of about as much of what was asked; less, and it only has another number or name in it.
    """
    if accounts.alike < _SAME_MATTER:
        return False
    old_scope, new_scope = (_scope(accounts.question, text) for text in (accounts.old, accounts.new))
    if new_scope < _SAME_SCOPE * old_scope:
        return False
    old, new = (_values(accounts.question, text) for text in (accounts.old, accounts.new))
    shared = len(old & new)
    return bool(old - new and new - old) and shared <= _MOST_SHARED * min(len(old), len(new))


def _scope(question: str, sentence: str) -> float:
    """The share of a question's telling words that a sentence holds."""
    asked = set(telling(question))
    return len(asked & present(sentence)) / max(1, len(asked))


def _values(question: str, sentence: str) -> frozenset[str]:
    """What would answer the question in a sentence: numbers, times, or the words of names."""
    kind, known = expected_type(question), set(words(question))
    if kind in _COUNTED:
        # Years and days are numbers too, but no amounts.
        bare = _DATE.sub(" ", even(sentence))
        return frozenset(numbers(bare) - numbers(even(question)))
    if kind is AnswerType.TIME:
        return values_of_type(kind, sentence, known)
    if kind in _NAMED:
        return frozenset(
            word
            for name in values_of_type(kind, sentence, known)
            for word in words(name)
            if len(word) > 2 and word not in known and word not in FUNCTION_WORDS
        )
    return frozenset()


def _day(article: Article) -> str:
    return article.published[:10]
