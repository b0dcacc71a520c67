"""SQLite's side of the contract of `index.catalog.sql`."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from index.catalog.sql import Once
from index.catalog.sqlite.full_text import FileFullText


class FileConnection(sqlite3.Connection):
    """A connection to a catalog's file."""

    def stream(self, sql: str, values: Sequence[object] = ()) -> Iterator[Any]:
        """The rows of a query, without holding all of them."""
        return self.execute(sql, values)

    def full_text(self, once: Once) -> FileFullText:
        """The words of its chunks."""
        return FileFullText(self, once)

    def folded(self, column: str) -> str:
        """SQL for a title or source in no case."""
        self.create_function("folded", 1, str.casefold, deterministic=True)
        return f"folded(a.{column})"

    def folded_columns(self, title: str, source: str) -> Mapping[str, str]:
        """None: they are folded when they are asked for."""
        return {}

    def last_chunk_row(self) -> int:
        """The highest row that a chunk ever had."""
        row = self.execute("SELECT seq FROM sqlite_sequence WHERE name = 'chunks'").fetchone()
        return int(row[0]) if row else 0

    def note_last_chunk_row(self, row: int) -> None:
        """Let no chunk have a row up to this one, in a catalog that held none."""
        self.execute("DELETE FROM sqlite_sequence WHERE name = 'chunks'")
        self.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('chunks', ?)", (row,))

    def take_chunk_rows(self, count: int) -> int:
        """The first of so many rows that no chunk ever had; SQLite notes by itself which were used."""
        return self.last_chunk_row() + 1
