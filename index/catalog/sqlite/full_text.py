"""The words of chunks in SQLite's full-text index (FTS5), which keeps no text of its own."""

import sqlite3
from collections.abc import Iterable, Sequence

from index.catalog.best_rows import CHUNK_IDS, best
from index.catalog.filter_sql import filter_sql
from index.catalog.sql import AMONG, Once, many
from index.types import Filter

# Of the connection: the catalog need not have it, and FTS5 has no other way from a stemmed word to its rows.
_INSTANCES = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.chunks_instances USING fts5vocab (main, chunks_fts, 'instance')"
)
# The terms of a question are remembered; those of thousands of questions would push all else out.
_REMEMBERED = 256


class FileFullText:
    """The words of a catalog's file."""

    def __init__(self, db: sqlite3.Connection, once: Once) -> None:
        self._db = db
        self._once = once

    def add(self, chunks: Sequence[tuple[int, str, str]]) -> None:
        """Index chunks: row, title, text."""
        self._db.executemany("INSERT INTO chunks_fts (rowid, title, text) VALUES (?, ?, ?)", chunks)

    def remove(self, rows: Sequence[int]) -> None:
        """Forget chunks that are still stored."""
        # It must be told the words that it has to forget.
        self._db.execute(
            "INSERT INTO chunks_fts (chunks_fts, rowid, title, text) "
            f"SELECT 'delete', rowid, title, text FROM chunk_words WHERE rowid {AMONG}",
            (many(rows),),
        )

    def clear(self) -> None:
        """Forget all, without looking at what there is."""
        self._db.execute("INSERT INTO chunks_fts (chunks_fts) VALUES ('delete-all')")

    def finish(self) -> None:
        """Nothing is kept until the end."""

    def matching(self, expression: str, rows: Sequence[int]) -> set[int]:
        """Those of the rows that match."""
        query = f"SELECT rowid FROM chunks_fts WHERE chunks_fts MATCH ? AND +rowid {AMONG}"
        return {row for (row,) in self._db.execute(query, (expression, many(rows)))}

    def matching_after(self, expression: str, row: int) -> list[int]:
        """The rows beyond `row` that match, in order."""
        query = "SELECT rowid FROM chunks_fts WHERE chunks_fts MATCH ? AND rowid > ? ORDER BY rowid"
        return [found for (found,) in self._db.execute(query, (expression, row))]

    def document_frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many chunks each of some indexed (stemmed, folded) terms occurs."""
        wanted = list(terms)
        if len(wanted) <= _REMEMBERED:
            query = "SELECT doc FROM chunks_vocabulary WHERE term = ?"
            return {term: sum(int(count) for (count,) in self._once(query, term)) for term in wanted}
        query = "SELECT w.value, v.doc FROM json_each(?) w CROSS JOIN chunks_vocabulary v ON v.term = w.value"
        counts = dict(self._db.execute(query, (many(wanted),)))
        return {term: int(counts.get(term, 0)) for term in wanted}

    def terms_beginning(self, start: str) -> list[tuple[str, int]]:
        """The indexed terms that begin with the letter `start`, each with in how many chunks it occurs."""
        query = "SELECT term, doc FROM chunks_vocabulary WHERE term >= ? AND term < ?"
        return self._db.execute(query, (start, chr(ord(start) + 1))).fetchall()

    def rows_with(self, term: str, limit: int) -> list[int]:
        """Some rows in which an indexed term occurs."""
        self._db.execute(_INSTANCES)
        query = "SELECT DISTINCT doc FROM temp.chunks_instances WHERE term = ? LIMIT ?"
        return [row for (row,) in self._db.execute(query, (term, limit))]

    def bm25_scores(
        self, expression: str, essential: str, rows: Sequence[int], limit: int, only: Filter
    ) -> dict[int, float]:
        """See `index.catalog.sql.FullText`."""
        conditions, values = filter_sql(only)
        join = "JOIN chunks c ON c.rowid = f.rowid JOIN articles a ON a.rowid = c.article"
        join = join if conditions else ""
        query = (
            f"WITH scored AS MATERIALIZED (SELECT f.rowid AS row, -bm25(chunks_fts) AS score, "
            f"+f.rowid {AMONG} AS asked FROM chunks_fts f {join} WHERE chunks_fts MATCH ? "
            # Two lists of rows beside one reading of the expression: in it, the essential words would count
            # twice. The plus keeps rows from the full-text index, which would run the expression for each.
            "AND +f.rowid IN (SELECT rowid FROM chunks_fts WHERE chunks_fts MATCH ? "
            f"UNION ALL SELECT value FROM json_each(?)) {conditions}) "
            # All that tie with the last of the best.
            "SELECT row, score, asked FROM scored WHERE asked OR score >= "
            "(SELECT min(score) FROM (SELECT score FROM scored ORDER BY score DESC LIMIT ?))"
        )
        asked = many(rows)
        found = self._db.execute(query, (asked, expression, essential, asked, *values, limit)).fetchall()
        wanted = {row: score for row, score, is_asked in found if is_asked}
        return wanted | best({row: score for row, score, _ in found}, limit, self._ids)

    def _ids(self, rows: Sequence[int]) -> dict[int, str]:
        return dict(self._db.execute(CHUNK_IDS, (many(rows),)))

    def is_whole(self) -> bool:
        """Whether it says what the articles say. Takes the right to write for a moment."""
        try:
            self._db.execute("INSERT INTO chunks_fts (chunks_fts, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            # The low byte is what happened; the rest says where (SQLITE_CORRUPT_VTAB is the index).
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
                raise
            return False
        return True
