"""Whether an answer is superseded: a later article answers the same question with another value."""

from dataclasses import dataclass

from bot.extractive.answer_type import AnswerType, expected_type, values_of_type
from bot.kept_answers.types import KeptAnswer
from bot.model.faithfulness.normalization import even, numbers
from bot.types import Answer, Citation
from index.types import Article
from index.words import words

_COUNTED = (AnswerType.NUMBER, AnswerType.MONEY)


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
    """Whether the new sentence gives another value than the old one."""
    kind = expected_type(accounts.question)
    known = set(words(accounts.question))
    old, new = (_values(kind, text, known) for text in (accounts.old, accounts.new))
    return bool(old and new) and not old & new


def _values(kind: AnswerType, sentence: str, known: set[str]) -> frozenset[str]:
    found = values_of_type(kind, sentence, known)
    if kind in _COUNTED:
        return frozenset(numbers(even(" ; ".join(found))))
    return frozenset(word for value in found for word in words(value) if word not in known)


def _day(article: Article) -> str:
    return article.published[:10]
