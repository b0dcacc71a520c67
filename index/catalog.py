"""The catalog: a SQLite file that holds every article, chunk and embedding, and decides what readers see.

What a reader sees is one transaction's snapshot: rows, full-text index, and the name of the vector directory
that fits them. A refresh becomes visible, all of it at once, with the commit that changes that name.
`tests/index/test_kill.py` holds this against killed writers.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TypeVar

import numpy as np

from index.embed import Vectors
from index.errors import RecordError, RecordTooNew, RecordUnreadable
from index.schema import APPLICATION_ID, SCHEMA, TABLES
from index.types import Article, Chunk, Status
from index.vectors import Entry, Filter

FILE = "catalog.sqlite3"
# SQLite takes 32,766 parameters a statement since 3.32; this stays far below any build's limit.
_PARAMETERS = 900
_T = TypeVar("_T")
_ARTICLE = "id, text, title, source, authors, url, published, updated, status, note"


@dataclass(frozen=True, slots=True)
class Head:
    """What the whole record is at.

    `vectors` is the directory that fits the rows and `previous` the one before, either "" where there is
    none; `refreshed` is the moment of the last refresh that looked at anything.
    """

    model: str
    generation: int
    vectors: str
    previous: str
    refreshed: str


class Snapshot:
    """The catalog as it stood when the transaction began; use it only within `Catalog.read`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def head(self) -> Head:
        """Model, generation and vector directory."""
        meta: dict[str, str] = dict(self.db.execute("SELECT key, value FROM meta"))
        return Head(
            model=meta.get("model", ""),
            generation=int(meta.get("generation", "0")),
            vectors=meta.get("vectors", ""),
            previous=meta.get("previous", ""),
            refreshed=meta.get("refreshed", ""),
        )

    def count(self) -> tuple[int, int]:
        """Articles and chunks."""
        row = self.db.execute("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM chunks)").fetchone()
        return int(row[0]), int(row[1])

    def sources(self) -> list[tuple[str, int]]:
        """Outlets with their number of articles, most first."""
        return list(
            self.db.execute("SELECT source, count(*) FROM articles GROUP BY source ORDER BY 2 DESC, 1")
        )

    def days(self) -> tuple[int, int]:
        """The first and last day of publication, as 20260312; zeros where no article is dated."""
        row = self.db.execute("SELECT min(day), max(day) FROM articles WHERE day > 0").fetchone()
        return int(row[0] or 0), int(row[1] or 0)

    def article(self, id_: str) -> Article | None:
        """The article, or None."""
        row = self.db.execute(f"SELECT {_ARTICLE} FROM articles WHERE id = ?", (id_,)).fetchone()
        return _article(row) if row else None

    def ids_like(self, prefix: str, limit: int) -> list[str]:
        """Ids that begin with `prefix`, in order."""
        rows = self.db.execute(
            "SELECT id FROM articles WHERE id >= ? AND substr(id, 1, ?) = ? ORDER BY id LIMIT ?",
            (prefix, len(prefix), prefix, limit),
        )
        return [row[0] for row in rows]

    def revisions(self) -> dict[str, str]:
        """The revision of every article by id."""
        return dict(self.db.execute("SELECT id, revision FROM articles"))

    def articles(self) -> Iterator[Article]:
        """Every article, newest first, undated last."""
        for row in self.db.execute(f"SELECT {_ARTICLE} FROM articles ORDER BY day DESC, published DESC, id"):
            yield _article(row)

    def passages(self, rows: Sequence[int]) -> dict[int, tuple[Article, Chunk]]:
        """Chunks by row, each with its article."""
        found: dict[int, tuple[Article, Chunk]] = {}
        articles: dict[int, Article] = {}
        for part in _parts(rows):
            query = (
                'SELECT rowid, article, ordinal, start, "end", tokens FROM chunks '
                f"WHERE rowid IN ({_marks(part)})"
            )
            for row, owner, ordinal, start, end, tokens in self.db.execute(query, part).fetchall():
                if owner not in articles:
                    articles[owner] = _article(
                        self.db.execute(f"SELECT {_ARTICLE} FROM articles WHERE rowid = ?", (owner,)).fetchone()
                    )
                article = articles[owner]
                found[row] = article, Chunk(article.id, article.revision, ordinal, start, end, tokens)
        return found

    def rows(self, chunk_ids: Sequence[str]) -> dict[str, int]:
        """The row of each chunk id that the catalog names; vectors of any other are not to be shown."""
        found: dict[str, int] = {}
        for part in _parts(chunk_ids):
            found.update(self.db.execute(f"SELECT id, rowid FROM chunks WHERE id IN ({_marks(part)})", part))
        return found

    def vectors(self, rows: Sequence[int]) -> dict[int, Vectors]:
        """The stored embeddings of chunks."""
        found: dict[int, Vectors] = {}
        for part in _parts(rows):
            query = (
                "SELECT c.rowid, e.vector FROM chunks c JOIN embeddings e ON e.key = c.embedding "
                f"WHERE c.rowid IN ({_marks(part)})"
            )
            found.update((row, np.frombuffer(blob, np.float32)) for row, blob in self.db.execute(query, part))
        return found

    def match(
        self, expression: str, limit: int, only: Filter, weights: tuple[float, float]
    ) -> list[tuple[int, float]]:
        """Rows that match the full-text `expression`, best first, each with BM25 (positive, more is better).

        `weights` are those of title and text.
        """
        conditions, values = _conditions(only)
        join = "JOIN chunks c ON c.rowid = f.rowid JOIN articles a ON a.rowid = c.article" if conditions else ""
        query = (
            f"SELECT f.rowid, -bm25(chunks_fts, ?, ?) AS score FROM chunks_fts f {join} "
            f"WHERE chunks_fts MATCH ? {conditions} ORDER BY score DESC, f.rowid LIMIT ?"
        )
        return list(self.db.execute(query, (*weights, expression, *values, limit)))

    def match_rows(
        self, expression: str, rows: Sequence[int], weights: tuple[float, float]
    ) -> dict[int, float]:
        """BM25 as in `match`, of those `rows` that match."""
        found: dict[int, float] = {}
        for part in _parts(rows):
            query = (
                "SELECT rowid, -bm25(chunks_fts, ?, ?) FROM chunks_fts "
                f"WHERE chunks_fts MATCH ? AND rowid IN ({_marks(part)})"
            )
            found.update(self.db.execute(query, (*weights, expression, *part)))
        return found

    def document_frequency(self, term: str) -> int:
        """In how many chunks the indexed (stemmed, folded) `term` occurs."""
        row = self.db.execute("SELECT doc FROM chunks_vocabulary WHERE term = ?", (term,)).fetchone()
        return int(row[0]) if row else 0

    def document(self, origin: str) -> str:
        """The digest of the document when it was last ingested, or ""."""
        row = self.db.execute("SELECT digest FROM documents WHERE origin = ?", (origin,)).fetchone()
        return str(row[0]) if row else ""

    def documents_under(self, root: str) -> list[str]:
        """Origins that were found through the folder or file `root`."""
        rows = self.db.execute("SELECT origin FROM documents WHERE root = ? ORDER BY origin", (root,))
        return [row[0] for row in rows]

    def articles_from(self, origin: str) -> list[str]:
        """Ids of the articles that a document gave when it was last ingested."""
        rows = self.db.execute("SELECT article_id FROM document_articles WHERE origin = ?", (origin,))
        return [row[0] for row in rows]

    def origins_of(self, article_id: str) -> list[str]:
        """The documents that gave an article."""
        rows = self.db.execute("SELECT origin FROM document_articles WHERE article_id = ?", (article_id,))
        return [row[0] for row in rows]

    def entries(self, after: int, batch: int) -> Iterator[list[Entry]]:
        """Chunks of rows beyond `after` as the vector index wants them, `batch` at a time."""
        while True:
            rows = self.db.execute(
                "SELECT c.rowid, c.id, e.vector, a.source, a.day FROM chunks c "
                "JOIN embeddings e ON e.key = c.embedding JOIN articles a ON a.rowid = c.article "
                "WHERE c.rowid > ? ORDER BY c.rowid LIMIT ?",
                (after, batch),
            ).fetchall()
            if not rows:
                return
            yield [Entry(id_, np.frombuffer(v, np.float32), source, day) for _, id_, v, source, day in rows]
            after = rows[-1][0]

    def chunk_ids(self) -> set[str]:
        """Every chunk id, for checks."""
        return {row[0] for row in self.db.execute("SELECT id FROM chunks")}

    def embedded(self, keys: Iterable[bytes]) -> set[bytes]:
        """Those of `keys` whose embedding is stored."""
        found: set[bytes] = set()
        for part in _parts(list(keys)):
            found.update(
                row[0] for row in self.db.execute(f"SELECT key FROM embeddings WHERE key IN ({_marks(part)})", part)
            )
        return found


class Change(Snapshot):
    """A write transaction; use it only within `Catalog.write`. It also reads what it has written."""

    def put(self, article: Article, chunks: Sequence[tuple[Chunk, bytes]]) -> list[str]:
        """Store the article in place of its earlier revision; returns the chunk ids that are gone.

        Each chunk comes with the key of its stored embedding.
        """
        gone = self.remove(article.id)
        day = article.published_day
        cursor = self.db.execute(
            "INSERT INTO articles (id, revision, text, title, source, authors, url, published, updated, status, "
            "note, day) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article.id, article.revision, article.text, article.title, article.source,
                json.dumps(article.authors, ensure_ascii=False), article.url, article.published,
                article.updated, article.status.value, article.note, int(day.strftime("%Y%m%d")) if day else 0,
            ),
        )  # fmt: skip
        self._add_chunks(article, cursor.lastrowid, chunks)
        return gone

    def replace_chunks(self, article: Article, chunks: Sequence[tuple[Chunk, bytes]]) -> None:
        """Store the chunks of an article that has none (after `clear_chunks`)."""
        owner = self.db.execute("SELECT rowid FROM articles WHERE id = ?", (article.id,)).fetchone()[0]
        self._add_chunks(article, owner, chunks)

    def clear_chunks(self) -> None:
        """Drop every chunk and the full-text index, without looking at what they hold."""
        self.db.execute("INSERT INTO chunks_fts (chunks_fts) VALUES ('delete-all')")
        self.db.execute("DELETE FROM chunks")

    def _add_chunks(self, article: Article, owner: int | None, chunks: Sequence[tuple[Chunk, bytes]]) -> None:
        for chunk, key in chunks:
            row = self.db.execute(
                'INSERT INTO chunks (id, article, ordinal, start, "end", tokens, embedding) '
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (chunk.id, owner, chunk.ordinal, chunk.start, chunk.end, chunk.tokens, key),
            ).lastrowid
            self.db.execute(
                "INSERT INTO chunks_fts (rowid, title, text) VALUES (?, ?, ?)",
                (row, article.title, article.text[chunk.start : chunk.end]),
            )

    def remove(self, article_id: str) -> list[str]:
        """Delete the article and its chunks; returns the chunk ids that are gone."""
        rows = self.db.execute(
            "SELECT c.rowid, c.id, w.title, w.text FROM articles a JOIN chunks c ON c.article = a.rowid "
            "JOIN chunk_words w ON w.rowid = c.rowid WHERE a.id = ?",
            (article_id,),
        ).fetchall()
        # The full-text index keeps no text of its own, so it must be told the words that it has to forget.
        self.db.executemany(
            "INSERT INTO chunks_fts (chunks_fts, rowid, title, text) VALUES ('delete', ?, ?, ?)",
            [(row, title, text) for row, _, title, text in rows],
        )
        self.db.execute("DELETE FROM articles WHERE id = ?", (article_id,))
        return [id_ for _, id_, _, _ in rows]

    def last_row(self) -> int:
        """The highest chunk row ever used."""
        row = self.db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'chunks'").fetchone()
        return int(row[0]) if row else 0

    def record_document(self, origin: str, root: str, digest: str, article_ids: Iterable[str]) -> None:
        """Remember what a document held, so that the next refresh can pass it by."""
        self.forget_document(origin)
        self.db.execute("INSERT INTO documents VALUES (?, ?, ?)", (origin, root, digest))
        self.db.executemany(
            "INSERT OR IGNORE INTO document_articles VALUES (?, ?)", [(origin, id_) for id_ in article_ids]
        )

    def forget_document(self, origin: str) -> None:
        """As if the document had never been ingested; its articles stay."""
        self.db.execute("DELETE FROM documents WHERE origin = ?", (origin,))

    def forget_article(self, article_id: str) -> None:
        """Make the documents that gave the article be read again when they are next ingested."""
        for origin in self.origins_of(article_id):
            self.forget_document(origin)

    def set_meta(self, **values: str) -> None:
        """Store entries of `meta`."""
        self.db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))

    def add_embeddings(self, embeddings: Iterable[tuple[bytes, Vectors]]) -> None:
        """Store vectors by key."""
        self.db.executemany(
            "INSERT OR REPLACE INTO embeddings VALUES (?, ?)",
            [(key, np.asarray(vector, np.float32).tobytes()) for key, vector in embeddings],
        )

    def drop_unused_embeddings(self) -> None:
        """Delete the embeddings that no chunk needs any more."""
        self.db.execute("DELETE FROM embeddings WHERE key NOT IN (SELECT embedding FROM chunks)")


class Catalog:
    """The open catalog. Any number of threads may read; writers take turns by the lock of `store`."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE
        self._idle: list[sqlite3.Connection] = []
        self._lock = Lock()
        self._closed = False

    @staticmethod
    def create(home: Path) -> None:
        """Make an empty catalog in `home`. It appears whole or not at all."""
        unfinished = home / f"{FILE}.new"
        unfinished.unlink(missing_ok=True)
        with _told(unfinished):
            db = sqlite3.connect(unfinished, isolation_level=None)
            try:
                db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                db.execute(f"PRAGMA user_version = {SCHEMA}")
                db.executescript(TABLES)
                db.execute("PRAGMA journal_mode = WAL")
            finally:
                db.close()
            unfinished.replace(home / FILE)

    @contextmanager
    def read(self) -> Iterator[Snapshot]:
        """A snapshot that no commit moves while the block runs."""
        with _told(self.path):
            db = self._take()
            try:
                db.execute("BEGIN")
                # SQLite takes the snapshot with the first read, not with BEGIN.
                db.execute("SELECT count(*) FROM meta").fetchone()
                yield Snapshot(db)
            finally:
                self._give(db)

    @contextmanager
    def write(self) -> Iterator[Change]:
        """A transaction: committed when the block ends, rolled back when it raises."""
        with _told(self.path):
            db = self._take()
            try:
                db.execute("BEGIN IMMEDIATE")
                yield Change(db)
                db.execute("COMMIT")
            finally:
                self._give(db)

    def problems(self) -> list[str]:
        """What is wrong within the file, a sentence each."""
        with self.read() as snapshot:
            db = snapshot.db
            found = [f"{row[0]}." for row in db.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
            for count, problem in (
                ("chunks WHERE embedding NOT IN (SELECT key FROM embeddings)", "chunks lost their embedding"),
                ("articles WHERE rowid NOT IN (SELECT article FROM chunks)", "articles have no chunk"),
                (
                    'chunks c JOIN articles a ON a.rowid = c.article WHERE c."end" > length(a.text)',
                    "chunks reach beyond their article",
                ),
            ):
                number = db.execute(f"SELECT count(*) FROM {count}").fetchone()[0]
                if number:
                    found.append(f"{number} {problem}.")
        return found

    def words_are_whole(self) -> bool:
        """Whether the full-text index says what the articles say. Takes the right to write for a moment."""
        try:
            with self.write() as change:
                change.db.execute("INSERT INTO chunks_fts (chunks_fts, rank) VALUES ('integrity-check', 1)")
        except RecordUnreadable:
            return False
        return True

    def close(self) -> None:
        """Close idle connections; one in use is closed when it is given back."""
        with self._lock:
            self._closed = True
            for db in self._idle:
                db.close()
            self._idle.clear()

    def _take(self) -> sqlite3.Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return _connect(self.path)

    def _give(self, db: sqlite3.Connection) -> None:
        if db.in_transaction:
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")
        with self._lock:
            if not self._closed:
                self._idle.append(db)
                return
        db.close()


def _connect(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        msg = f"There is no record in {path.parent} yet; run `onrecord ingest PATH` first."
        raise RecordUnreadable(msg)
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    try:
        if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            msg = f"{path} is not a record of On Record; choose another folder with --home."
            raise RecordUnreadable(msg)
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA:
            msg = (
                f"The record in {path.parent} was written by a newer version of On Record "
                f"(format {version}, this one knows {SCHEMA}); upgrade On Record."
            )
            raise RecordTooNew(msg)
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = FULL")
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """SQLite's errors as sentences."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorname", None) or ""
        if code.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
            msg = f"{path} is damaged or no record; restore it from a backup, or move it away and ingest again."
        elif code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
            msg = f"The record in {path.parent} cannot be written; check the permissions of the folder."
        elif code.startswith("SQLITE_FULL"):
            msg = f"The disk that holds {path.parent} is full; nothing was changed."
        else:
            msg = f"The record in {path.parent} could not be used: {error}."
            raise RecordError(msg) from error
        raise RecordUnreadable(msg) from error


def _article(row: tuple[str, ...]) -> Article:
    id_, text, title, source, authors, url, published, updated, status, note = row
    return Article(
        id_, text, title, source, tuple(json.loads(authors)), url, published, updated, Status(status), note
    )


def _conditions(only: Filter) -> tuple[str, list[object]]:
    sql, values = "", []
    if only.since:
        sql, values = sql + " AND a.day >= ?", [*values, only.since]
    if only.until:
        sql, values = sql + " AND a.day BETWEEN 1 AND ?", [*values, only.until]
    if only.sources:
        sql, values = sql + f" AND a.source IN ({_marks(only.sources)})", [*values, *only.sources]
    return sql, values


def _parts(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(items), _PARAMETERS):
        yield items[start : start + _PARAMETERS]


def _marks(items: Sequence[object]) -> str:
    return ",".join("?" * len(items))
