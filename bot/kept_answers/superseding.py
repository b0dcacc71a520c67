"""Whether an answer is superseded: a later article answers the same question with another value."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from bot.extractive.terms import present, telling
from bot.kept_answers.answer_value import answer_value, values
from bot.kept_answers.types import KeptAnswer, newest_day
from bot.model.faithfulness.normalization import even, numbers
from bot.types import Answer, Citation
from index.types import Article
from index.words import words

# Chosen on `dated/` (see `tests/benchmarks/recalls.py`): how alike two sentences on one matter are at least,
# how much of what was asked the new one tells beside the old one, how many values both may hold, and how many
# of the old ones the later article may repeat.
_SAME_MATTER, _SAME_SCOPE, _MOST_SHARED, _MOST_REPEATED = 0.2, 0.5, 0.5, 0.5


@dataclass(frozen=True, slots=True)
class Accounts:
    """An old sentence and a new one that answer the same question, and how alike they are (cosine).

    `later` is the text of the article that the new one stands in.
    """

    question: str
    old: str
    new: str
    alike: float
    later: str


def successor(kept: KeptAnswer, answer: Answer, new_articles: Collection[str]) -> Citation | None:
    """The quote that now answers first, where it is from an article that came since and is later."""
    if not answer.sentences:
        return None
    first = answer.sentences[0].citations[0]
    article = first.quote.article
    return first if article.id in new_articles and is_later(kept, article) else None


def is_later(kept: KeptAnswer, article: Article) -> bool:
    """Whether it is none of the articles that are quoted, and of a later day than the first of them.

    What stands first is what may be superseded; what was quoted below it may be of any day.
    """
    if not kept.quotes or article.id in {quote.article_id for quote in kept.quotes}:
        return False
    day, own = newest_day(kept.quotes[0]), article.latest_day
    return bool(day) and own is not None and own.isoformat() > day


def supersedes(accounts: Accounts) -> bool:
    """Whether the new sentence gives another value than the old one, on the same matter.

    It must speak of about as much of what was asked; less, and it only has another number or name in it. An
    article that says somewhere what the old sentence answered says the same.
    """
    if accounts.alike < _SAME_MATTER:
        return False
    old_scope, new_scope = (_scope(accounts.question, text) for text in (accounts.old, accounts.new))
    if new_scope < _SAME_SCOPE * old_scope:
        return False
    if not differs(accounts.question, accounts.old, accounts.later):
        return False
    old, new = (_values(accounts.question, text) for text in (accounts.old, accounts.new))
    if not (old - new and new - old) or len(old & new) > _MOST_SHARED * min(len(old), len(new)):
        return False
    now = answer_value(accounts.question, accounts.new)
    return bool(now) and not now & _said(accounts.old)


def differs(question: str, old: str, later: str) -> bool:
    """Whether a later article does not say what a sentence answered: none that does supersedes it."""
    values_then, was, said = _values(question, old), answer_value(question, old), _said(later)
    return len(values_then & said) < _MOST_REPEATED * len(values_then) and bool(was) and not was <= said


def _scope(question: str, sentence: str) -> float:
    """The share of a question's telling words that a sentence holds."""
    asked = set(telling(question))
    return len(asked & present(sentence)) / max(1, len(asked))


def _values(question: str, sentence: str) -> frozenset[str]:
    """All that could answer the question in a sentence."""
    return frozenset().union(*(value for _, value in values(question, sentence)))


@lru_cache(64)
def _said(text: str) -> frozenset[str]:
    """Every word and number of a text."""
    return frozenset(words(text)) | frozenset(numbers(even(text)))
