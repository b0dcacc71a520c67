"""What the catalog asks of an engine.

One text of SQL serves SQLite and PostgreSQL: question marks for values, `AMONG` for lists, `upsert`. What
each does in its own way is what `Connection` and `FullText` promise beside it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from index import statements
from index.types import Filter

AMONG = "IN (SELECT value FROM json_each(?))"
"""Lists travel as one value, `many`: a statement takes only so many, and this has no such limit."""

Once = Callable[..., list[Any]]
"""The rows of a query, with its values, whose answer moves with the generation only; asked once for each."""


@dataclass(frozen=True, slots=True)
class Many:
    """A list as one value of a statement."""

    values: tuple[object, ...]

    def __conform__(self, _: object) -> str:
        """The list as SQLite takes it; see "How to write adaptable objects" in the manual of `sqlite3`."""
        return json.dumps(self.values)


def many(values: Iterable[object]) -> Many:
    """A list as one value of a statement, for `AMONG`."""
    return Many(tuple(values))


def upsert(table: str, key: str, *columns: str) -> str:
    """A statement that stores a row by its key, in place of the one that was there."""
    names = ", ".join((key, *columns))
    marks = ", ".join("?" * (1 + len(columns)))
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns)
    conflict = f"ON CONFLICT ({key}) DO UPDATE SET {changes}"
    return f"INSERT INTO {table} ({names}) VALUES ({marks}) {conflict}"


class FullText(Protocol):
    """The words of chunks, by row: found by FTS5's expressions, scored by BM25 as FTS5 does it."""

    def add(self, chunks: Sequence[tuple[int, str, str]]) -> None:
        """Index chunks: row, title, text."""

    def remove(self, rows: Sequence[int]) -> None:
        """Forget chunks that are still stored."""

    def clear(self) -> None:
        """Forget all, without looking at what there is."""

    def finish(self) -> None:
        """Write what is kept until the end of a transaction."""

    def matching(self, expression: str, rows: Sequence[int]) -> set[int]:
        """Those of the rows that match."""

    def matching_after(self, expression: str, row: int) -> list[int]:
        """The rows beyond `row` that match, in order."""

    def document_frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many chunks each of some indexed (stemmed, folded) terms occurs."""

    def terms_beginning(self, start: str) -> list[tuple[str, int]]:
        """The indexed terms that begin with the letter `start`, each with in how many chunks it occurs."""

    def rows_with(self, term: str, limit: int) -> list[int]:
        """Some rows in which an indexed term occurs."""

    def bm25_scores(
        self, expression: str, essential: str, rows: Sequence[int], limit: int, only: Filter
    ) -> dict[int, float]:
        """The BM25 by `expression` of rows that match it: the `limit` best, and all of `rows`.

        The best are those that match `essential` too. BM25 is positive, more is better.
        """

    def is_whole(self) -> bool:
        """Whether it says what the articles say. Takes the right to write for a moment."""


class Connection(statements.Connection, Protocol):
    """A connection within a transaction, with what each engine does in its own way."""

    def stream(self, sql: str, values: Sequence[object] = ()) -> Iterator[Any]:
        """The rows of a query, without holding all of them."""

    def full_text(self, once: Once) -> FullText:
        """The words of its chunks."""

    def folded(self, column: str) -> str:
        """SQL for a title or source of `articles a` in no case."""

    def folded_columns(self, title: str, source: str) -> Mapping[str, str]:
        """Columns that an article has beside the usual ones, for `folded`."""

    def last_chunk_row(self) -> int:
        """The highest row that a chunk ever had."""

    def note_last_chunk_row(self, row: int) -> None:
        """Let no chunk have a row up to this one, in a catalog that held none."""

    def take_chunk_rows(self, count: int) -> int:
        """The first of so many rows that no chunk ever had."""
