"""FTS5's expressions as PostgreSQL's: what is sought, and what finds the chunks that hold most of it."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from index.catalog.postgresql.bm25 import Phrases
from index.catalog.postgresql.terms import phrase_terms, quoted

# As `index.query.full_text` writes them: phrases in double quotes, AND, OR, parentheses.
_PART = re.compile(r'"([^"]*)"|\bAND\b|\bOR\b|[()]')
_OPERATORS = {"AND": "&", "OR": "|"}
# What stands in no chunk: control characters are no words.
_NEVER = "\x01"
# Of a very long question's words: each chunk that holds one is held against every pair.
_MOST_PAIRS = 400


@dataclass(frozen=True, slots=True)
class TsQuery:
    """A `tsquery` for rows whose `terms` say every place; and one for others, with words in any order."""

    exactly: str
    loosely: str


class Expression:
    """An FTS5 expression as PostgreSQL reads it; both let AND bind before OR."""

    def __init__(self, expression: str) -> None:
        parts = [(match[0], match[1]) for match in _PART.finditer(expression)]
        self.phrases: Phrases = [phrase_terms(phrase) for part, phrase in parts if part.startswith('"')]
        """In order, one that stands twice twice, as FTS5 counts them."""
        self.has_and = any(part == "AND" for part, _ in parts)
        self._parts = parts
        self.query = TsQuery(self._written(exactly), self._written(loosely))

    def _written(self, write: Callable[[Sequence[str]], str]) -> str:
        return " ".join(
            write(phrase_terms(phrase) or (_NEVER,)) if part.startswith('"') else _OPERATORS.get(part, part)
            for part, phrase in self._parts
        )


def exactly(phrase: Sequence[str]) -> str:
    """Words side by side."""
    return f"({' <-> '.join(map(quoted, phrase))})"


def loosely(phrase: Sequence[str]) -> str:
    """The same words, wherever they stand."""
    return f"({' & '.join(map(quoted, phrase))})"


def any_of(phrases: Iterable[Sequence[str]], *others: str) -> TsQuery:
    """Any of some phrases, or of other queries."""
    listed = list(phrases)
    written = ([*others, *map(write, listed)] for write in (exactly, loosely))
    return TsQuery(*map(" | ".join, written))


def in_company(needed: Expression, asked: Expression) -> TsQuery | None:
    """What matches `needed` and holds two words of `asked`, or more; None where that is not worth asking."""
    others = dict.fromkeys(term for phrase in asked.phrases for term in phrase)
    if needed.has_and or len(needed.phrases) * len(others) > _MOST_PAIRS:
        return None
    pairs = []
    for term in (phrase[0] for phrase in needed.phrases if len(phrase) == 1):
        others.pop(term, None)
        if others:
            pairs.append(f"{quoted(term)} & ({' | '.join(map(quoted, others))})")
    return any_of((phrase for phrase in needed.phrases if len(phrase) > 1), *pairs) if pairs else None
