"""PostgreSQL's side of the contract of `index.catalog.sql`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

from index.catalog.postgresql.full_text import DatabaseFullText
from index.catalog.sql import AMONG, Many, Once
from index.postgresql.address import Database
from index.postgresql.connection import Connection
from index.postgresql.errors import translated
from index.statements import Rows

# Rows that are held at a time of what is read bit by bit: whole articles, some of them.
_AT_ONCE = 500


class DatabaseConnection:
    """A connection to a catalog's tables, within a transaction."""

    def __init__(self, db: Connection, database: Database) -> None:
        self._db = db
        self._database = database
        self._streams = count()

    def execute(self, sql: str, values: Sequence[object] = (), /) -> Rows:
        """Run a statement."""
        # Here already: what is between may take an error for one of its own.
        with translated(self._database):
            return self._db.execute(_translated(sql), _given(values), binary=True)

    def executemany(self, sql: str, rows: Iterable[Sequence[object]], /) -> None:
        """Run a statement for each row of values."""
        with translated(self._database), self._db.cursor() as cursor:
            cursor.executemany(_translated(sql), list(rows))

    def stream(self, sql: str, values: Sequence[object] = ()) -> Iterator[Any]:
        """The rows of a query, without holding all of them."""
        with translated(self._database), self._db.cursor(f"reading_{next(self._streams)}") as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(_translated(sql), _given(values), binary=True)
            yield from cursor

    def full_text(self, once: Once) -> DatabaseFullText:
        """The words of its chunks."""
        return DatabaseFullText(self, once)

    def folded(self, column: str) -> str:
        """SQL for a title or source in no case: as it was stored with the article."""
        return f"a.folded_{column}"

    def folded_columns(self, title: str, source: str) -> Mapping[str, str]:
        """Title and source in no case, as Python folds them: no database does it in the same way."""
        return {"folded_title": title.casefold(), "folded_source": source.casefold()}

    def last_chunk_row(self) -> int:
        """The highest row that a chunk ever had."""
        return int(self.execute("SELECT row FROM last_chunk").fetchone()[0])

    def note_last_chunk_row(self, row: int) -> None:
        """Let no chunk have a row up to this one, in a catalog that held none."""
        self.execute("UPDATE last_chunk SET row = ?", (row,))

    def take_chunk_rows(self, count: int) -> int:
        """The first of so many rows that no chunk ever had."""
        query = "UPDATE last_chunk SET row = row + ? RETURNING row"
        return int(self.execute(query, (count,)).fetchall()[0][0]) - count + 1


@lru_cache(maxsize=1_000)
def _translated(sql: str) -> str:
    """The catalog's SQL in PostgreSQL's words, with psycopg's marks for values."""
    sql = sql.replace(AMONG, "= ANY(?)").replace("instr(", "strpos(")
    return sql.replace("%", "%%").replace("?", "%s")


def _given(values: Sequence[object]) -> list[object]:
    return [list(value.values) if isinstance(value, Many) else value for value in values]
