"""The catalog as it stood at one moment: everything that readers ask of it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index.catalog.article_days import NEWEST, day_number
from index.catalog.best_rows import CHUNK_IDS
from index.catalog.exact_duplicates import copies_of, copies_of_several, copy, original_of
from index.catalog.filter_sql import filter_sql
from index.catalog.sql import AMONG, Connection, many
from index.catalog.vector_codec import vector_of
from index.types import Article, Chunk, Filter, Page, Status

if TYPE_CHECKING:
    # For types alone: the commands that only look at a record need no vectors, and no numpy.
    from index.catalog.signatures import Row
    from index.embedding.types import Vectors

EVERYTHING = Filter()
Memory = dict[tuple[int, str, tuple[object, ...]], list[Any]]
"""Answers by generation and question."""
_MOST_REMEMBERED = 10_000
_ARTICLE = (
    "SELECT id, text, title, source, authors, url, published, updated, status, note, language, pages "
    "FROM articles a"
)


@dataclass(frozen=True, slots=True)
class Head:
    """What the whole record is at.

    `vectors` is the directory of the graph and `previous` the one before, either "" where there is none; the
    graph holds rows up to `last_indexed_row`. `refreshed` is the moment of the last refresh that looked at
    anything.
    """

    model: str
    generation: int
    vectors: str
    previous: str
    refreshed: str
    last_indexed_row: int


@dataclass(frozen=True, slots=True)
class PageState:
    """What a site said of a page when it was last fetched; `change_token` is what its listing said then.

    `gone_since` is the day, in ISO 8601, on which the page was first found gone; "" while it is there.
    `asked` is the moment, in ISO 8601, of the last answer for a page of a feed, or of the last whole answer
    for a listing; "" where that was not noted.
    """

    etag: str = ""
    modified: str = ""
    change_token: str = ""
    gone_since: str = ""
    asked: str = ""


class Snapshot:
    """The catalog as it stood when the transaction began; use it only within `Catalog.read`."""

    def __init__(self, db: Connection, memory: "Memory | None" = None) -> None:
        """What `memory` holds is asked of the file once a generation, and not for each question."""
        self.db = db
        self.full_text = db.full_text(self.once)
        self._memory = memory
        self._generation: int | None = None

    def head(self) -> Head:
        """Model, generation and vector directory."""
        meta: dict[str, str] = dict(self.db.execute("SELECT key, value FROM meta"))
        self._generation = int(meta.get("generation", "0"))
        return Head(
            model=meta.get("model", ""),
            generation=int(meta.get("generation", "0")),
            vectors=meta.get("vectors", ""),
            previous=meta.get("previous", ""),
            refreshed=meta.get("refreshed", ""),
            last_indexed_row=int(meta.get("covers", "0")),
        )

    def count(self) -> tuple[int, int]:
        """Articles and chunks."""
        ((articles, chunks),) = self.once(
            "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM chunks)"
        )
        return int(articles), int(chunks)

    def sources(self) -> list[tuple[str, int]]:
        """Outlets with their number of articles, most first."""
        return self.once("SELECT source, count(*) FROM articles GROUP BY source ORDER BY 2 DESC, 1")

    def once(self, query: str, *values: object) -> list[Any]:
        """The rows of a query whose answer moves with the generation only."""
        if self._memory is None:
            return self.db.execute(query, values).fetchall()
        if self._generation is None:
            self._generation = self.head().generation
        key = (self._generation, query, values)
        rows = self._memory.get(key)
        if rows is None:
            rows = self.db.execute(query, values).fetchall()
            # Other threads may clear it at any moment, so what is returned is never read from it again.
            if len(self._memory) > _MOST_REMEMBERED:
                self._memory.clear()
            self._memory[key] = rows
        return rows

    def days(self) -> tuple[int, int]:
        """The first and last day of publication or change, as 20260312; zeros where no article is dated."""
        # Each by itself, so that an index tells it.
        query = (
            "SELECT (SELECT min(day) FROM articles WHERE day > 0), (SELECT max(day) FROM articles), "
            "(SELECT min(updated) FROM articles WHERE updated > ''), (SELECT max(updated) FROM articles)"
        )
        ((first, last, *updated),) = self.db.execute(query)
        first_update, last_update = (day_number(one or "") for one in updated)
        known = [day for day in (first, first_update) if day]
        return min(known, default=0), max(last or 0, last_update)

    def article(self, id_: str) -> Article | None:
        """The article, or None; a copy comes with the words of the one that is stored for it."""
        row = self.db.execute(f"{_ARTICLE} WHERE id = ?", (id_,)).fetchone()
        if row:
            return _article(row)
        stored = self.article(original) if (original := original_of(self.db, id_)) else None
        return copy(self.db, stored, id_) if stored else None

    def copies(self, article: Article) -> list[Article]:
        """Articles that say the same, word for word, and are stored with this one."""
        return copies_of(self.db, article)

    def copies_of_several(self, articles: Sequence[Article]) -> dict[str, list[Article]]:
        """The same for several articles at once, by id, of those that have any."""
        return copies_of_several(self.db, articles)

    def count_copies(self) -> int:
        """How many articles are stored with another that says the same."""
        return int(self.db.execute("SELECT count(*) FROM copies").fetchone()[0])

    def stories(self, article_ids: Sequence[str]) -> dict[str, str]:
        """The group of near-copies of each of those articles that is in one."""
        query = f"SELECT id, story FROM articles WHERE story <> '' AND id {AMONG}"
        return dict(self.db.execute(query, (many(article_ids),)))

    def ids_like(self, prefix: str, limit: int) -> list[str]:
        """Ids that begin with `prefix`, in order."""
        rows = self.db.execute(
            "SELECT id FROM articles WHERE id >= ? AND substr(id, 1, ?) = ? ORDER BY id LIMIT ?",
            (prefix, len(prefix), prefix, limit),
        )
        return [row[0] for row in rows]

    def revisions(self) -> dict[str, str]:
        """The revision of every stored article by id."""
        return dict(self.db.execute("SELECT id, revision FROM articles ORDER BY rowid"))

    def all_revisions(self) -> dict[str, str]:
        """The revision of every article by id, of those too that are stored as copies of others."""
        both = "SELECT id, revision FROM articles UNION ALL SELECT id, revision FROM copies"
        return dict(self.db.execute(both))

    def articles(self) -> Iterator[Article]:
        """Every article, newest first, undated last."""
        for row in self.db.stream(f"{_ARTICLE} ORDER BY {NEWEST} DESC, id"):
            yield _article(row)

    def passages(self, rows: Sequence[int]) -> dict[int, tuple[Article, Chunk]]:
        """Chunks by row, each with its article."""
        query = f'SELECT rowid, article, ordinal, start, "end", tokens FROM chunks WHERE rowid {AMONG}'
        chunks = self.db.execute(query, (many(rows),)).fetchall()
        owners = sorted({chunk[1] for chunk in chunks})
        articles = {
            rowid: (_article(tuple(columns)), revision)
            for rowid, revision, *columns in self.db.execute(
                # The revision is a hash of the whole text, which takes longer to make than to read.
                f"{_ARTICLE.replace('SELECT', 'SELECT rowid, revision,', 1)} WHERE rowid {AMONG}",
                (many(owners),),
            )
        }
        return {
            row: (articles[owner][0], Chunk(articles[owner][0].id, articles[owner][1], *span))
            for row, owner, *span in chunks
        }

    def rows(self, chunk_ids: Sequence[str]) -> dict[str, int]:
        """The row of each chunk id that the catalog names; vectors of any other are not to be shown."""
        query = f"SELECT id, rowid FROM chunks WHERE id {AMONG}"
        return dict(self.db.execute(query, (many(chunk_ids),)))

    def chunk_ids_of(self, rows: Sequence[int]) -> dict[int, str]:
        """The id of the chunk in each of those rows that hold one."""
        return dict(self.db.execute(CHUNK_IDS, (many(rows),)))

    def vectors(self, rows: Sequence[int], only: Filter = EVERYTHING) -> "dict[int, bytes]":
        """The stored embeddings of those chunks that are there and that `only` lets through, as stored."""
        conditions, values = filter_sql(only)
        join = "JOIN articles a ON a.rowid = c.article" if conditions else ""
        query = (
            f"SELECT c.rowid, e.vector FROM chunks c JOIN embeddings e ON e.key = c.embedding {join} "
            f"WHERE c.rowid {AMONG} {conditions}"
        )
        return dict(self.db.execute(query, (many(rows), *values)))

    def signatures(self, after: int) -> "list[Row]":
        """What `index.vectors.signature_index` needs of the rows beyond `after`, in order."""
        query = "SELECT row, day, updated, source, signs FROM marks WHERE row > ? ORDER BY row"
        return self.db.execute(query, (after,)).fetchall()

    def tombstones(self) -> set[str]:
        """Chunks that are gone and still in the graph."""
        return {row[0] for row in self.db.execute("SELECT id FROM dead")}

    def unindexed_count(self, last_indexed_row: int) -> int:
        """How many chunks the graph lacks or holds in vain."""
        query = "SELECT (SELECT count(*) FROM marks WHERE row > ?) + (SELECT count(*) FROM dead)"
        return int(self.db.execute(query, (last_indexed_row,)).fetchone()[0])

    def sample_vectors(self, most: int) -> "dict[str, Vectors]":
        """Embeddings of up to `most` chunks by id, spread over what the graph holds."""
        every = max(1, self.count()[1] // most)
        rows = self.db.execute(
            "SELECT c.id, e.vector FROM chunks c JOIN embeddings e ON e.key = c.embedding "
            "WHERE c.rowid % ? = 0 AND c.rowid <= ? ORDER BY c.rowid LIMIT ?",
            (every, self.head().last_indexed_row, most),
        )
        return {id_: vector_of(blob) for id_, blob in rows}

    def articles_by_document(self) -> dict[str, list[str]]:
        """The articles that each document gave, by origin."""
        owned: dict[str, list[str]] = {}
        query = "SELECT origin, article_id FROM document_articles ORDER BY origin, article_id"
        for origin, id_ in self.db.execute(query):
            owned.setdefault(origin, []).append(id_)
        return owned

    def document_roots(self) -> dict[str, str]:
        """Through what each document was found, by origin."""
        return dict(self.db.execute("SELECT origin, root FROM documents"))

    def moves(self) -> dict[str, str]:
        """The id that a page kept when it moved, by the one that its new address would give."""
        return dict(self.db.execute("SELECT id, article_id FROM moves"))

    def page_states(self) -> dict[str, PageState]:
        """What sites said of their pages, by origin."""
        rows = self.db.execute("SELECT origin, etag, modified, mark, gone, asked FROM fetches")
        return {origin: PageState(*said) for origin, *said in rows}

    def removed_by_hand(self) -> dict[str, set[str]]:
        """The articles of pages that were removed by hand and not asked for since, by origin."""
        removed: dict[str, set[str]] = {}
        for origin, id_ in self.db.execute("SELECT origin, article_id FROM removed"):
            removed.setdefault(origin, set()).add(id_)
        return removed

    def runs(self) -> dict[str, str]:
        """The last run of each source, as JSON."""
        return dict(self.db.execute("SELECT source, summary FROM runs"))

    def document_digests(self) -> dict[str, str]:
        """The digest of every document by origin."""
        return dict(self.db.execute("SELECT origin, digest FROM documents"))

    def articles_from(self, origin: str) -> list[str]:
        """Ids of the articles that a document gave when it was last ingested."""
        query = "SELECT article_id FROM document_articles WHERE origin = ? ORDER BY article_id"
        rows = self.db.execute(query, (origin,))
        return [row[0] for row in rows]

    def origins_of(self, article_id: str) -> list[str]:
        """The documents that gave an article."""
        query = "SELECT origin FROM document_articles WHERE article_id = ? ORDER BY origin"
        rows = self.db.execute(query, (article_id,))
        return [row[0] for row in rows]

    def entries(self, after: int, batch: int) -> "Iterator[list[Entry]]":
        """Chunks of rows beyond `after` as the vector index wants them, `batch` at a time."""
        while True:
            rows = self.db.execute(
                "SELECT c.rowid, c.id, e.vector FROM chunks c JOIN embeddings e ON e.key = c.embedding "
                "WHERE c.rowid > ? ORDER BY c.rowid LIMIT ?",
                (after, batch),
            ).fetchall()
            if not rows:
                return
            yield [Entry(id_, vector_of(blob)) for _, id_, blob in rows]
            after = rows[-1][0]

    def chunk_ids(self, most: int = -1) -> set[str]:
        """Every chunk id, or those of rows up to `most`; for checks."""
        query, values = (
            ("SELECT id FROM chunks", ()) if most < 0 else ("SELECT id FROM chunks WHERE rowid <= ?", (most,))
        )
        return {row[0] for row in self.db.execute(query, values)}

    def embedded(self, keys: Iterable[str]) -> set[str]:
        """Those of `keys` whose embedding is stored."""
        query = f"SELECT key FROM embeddings WHERE key {AMONG}"
        return {row[0] for row in self.db.execute(query, (many(keys),))}


def _article(row: tuple[str, ...]) -> Article:
    id_, text, title, source, authors, url, published, updated, status, note, language, pages = row
    return Article(
        id_, text, title, source, tuple(json.loads(authors)), url, published, updated, Status(status), note,
        language, tuple(Page(*page) for page in json.loads(pages)) if pages else (),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """What Chroma holds of a chunk: no text, and nothing to filter by (`signature_index` does that)."""

    id: str
    vector: "Vectors"
