"""Every row of a catalog put into an empty one, of either engine, as it is."""

from collections.abc import Callable, Sequence
from itertools import islice

from index.catalog.snapshot import Snapshot
from index.catalog.sql import AMONG, Connection, many
from index.catalog.transaction import WriteTransaction

# Each after those that it refers to. Words are made again from the articles, since each engine has its own.
_TABLES: dict[str, tuple[str, ...]] = {
    "meta": ("key", "value"),
    "embeddings": ("key", "vector"),
    "articles": (
        "rowid", "id", "revision", "title", "source", "authors", "url", "published", "updated", "status",
        "note", "day", "text", "language", "content", "story", "pages",
    ),
    "chunks": ("rowid", "id", "article", "ordinal", "start", '"end"', "tokens", "embedding"),
    "marks": ("row", "day", "source", "signs", "updated"),
    "dead": ("id",),
    "loose": ("key",),
    "documents": ("origin", "root", "digest", "format", "read"),
    "document_articles": ("origin", "article_id"),
    "copies": ("id", "article_id", "revision", "url", "authors", "published", "updated", "status", "note"),
    "bands": ("band", "article_id"),
    "moves": ("id", "article_id"),
    "fetches": ("origin", "etag", "modified", "mark", "gone", "asked"),
    "removed": ("article_id", "origin"),
    "runs": ("source", "summary"),
}  # fmt: skip
_AT_ONCE = 500

Progress = Callable[[int], None]
"""Is told how many chunks have come."""


def copy_rows(old: Snapshot, new: WriteTransaction, progress: Progress = lambda _: None) -> None:
    """Put everything that `old` holds into `new`, which must hold nothing."""
    for table, columns in _TABLES.items():
        rows = old.db.stream(f"SELECT {', '.join(columns)} FROM {table}")
        while batch := list(islice(rows, _AT_ONCE)):
            _insert(new.db, table, columns, batch)
    new.db.note_last_chunk_row(old.db.last_chunk_row())
    done = 0
    chunks = old.db.stream("SELECT rowid FROM chunks ORDER BY rowid")
    while rows_ := [row for (row,) in islice(chunks, _AT_ONCE)]:
        new.full_text.add(
            new.db.execute(
                'SELECT c.rowid, a.title, substr(a.text, c.start + 1, c."end" - c.start) FROM chunks c '
                f"JOIN articles a ON a.rowid = c.article WHERE c.rowid {AMONG} ORDER BY c.rowid",
                (many(rows_),),
            ).fetchall()
        )
        done += len(rows_)
        progress(done)


def _insert(db: Connection, table: str, columns: tuple[str, ...], rows: Sequence[Sequence[object]]) -> None:
    beside: dict[str, list[str]] = {}
    if table == "articles":
        title, source = columns.index("title"), columns.index("source")
        for row in rows:
            for name, value in db.folded_columns(str(row[title]), str(row[source])).items():
                beside.setdefault(name, []).append(value)
    names = (*columns, *beside)
    whole = [(*row, *others) for row, *others in zip(rows, *beside.values(), strict=True)]
    marks = ", ".join("?" * len(names))
    db.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", whole)
