"""Everything that a refresh writes into the catalog, within one transaction."""

import json
from collections.abc import Iterable, Sequence

import numpy as np

from index.embed import Vectors
from index.snapshot import Snapshot
from index.types import Article, Chunk


class Change(Snapshot):
    """A write transaction; use it only within `Catalog.write`. It also reads what it has written."""

    def put(self, article: Article, chunks: Sequence[tuple[Chunk, str]]) -> list[str]:
        """Store the article in place of its earlier revision; returns the chunk ids that are gone.

        Each chunk comes with the key of its stored embedding.
        """
        gone = self.remove(article.id)
        day = article.published_day
        columns = {
            "id": article.id,
            "revision": article.revision,
            "text": article.text,
            "title": article.title,
            "source": article.source,
            "authors": json.dumps(article.authors, ensure_ascii=False),
            "url": article.url,
            "published": article.published,
            "updated": article.updated,
            "status": article.status.value,
            "note": article.note,
            "day": int(day.strftime("%Y%m%d")) if day else 0,
        }
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        cursor = self.db.execute(f"INSERT INTO articles ({names}) VALUES ({marks})", list(columns.values()))
        self._add_chunks(article, cursor.lastrowid, chunks)
        return gone

    def replace_chunks(self, article: Article, chunks: Sequence[tuple[Chunk, str]]) -> None:
        """Store the chunks of an article that has none (after `clear_chunks`)."""
        owner = self.db.execute("SELECT rowid FROM articles WHERE id = ?", (article.id,)).fetchone()[0]
        self._add_chunks(article, owner, chunks)

    def clear_chunks(self) -> None:
        """Drop every chunk and the full-text index, without looking at what they hold."""
        self.db.execute("INSERT INTO chunks_fts (chunks_fts) VALUES ('delete-all')")
        self.db.execute("DELETE FROM chunks")

    def _add_chunks(self, article: Article, owner: int | None, chunks: Sequence[tuple[Chunk, str]]) -> None:
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

    def own(self, article_id: str) -> None:
        """Let the article belong to no document: the one that changed it is about to be recorded."""
        self.db.execute("DELETE FROM document_articles WHERE article_id = ?", (article_id,))

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

    def add_embeddings(self, embeddings: Iterable[tuple[str, Vectors]]) -> None:
        """Store vectors by key."""
        self.db.executemany(
            "INSERT OR REPLACE INTO embeddings VALUES (?, ?)",
            [(key, np.asarray(vector, np.float32).tobytes()) for key, vector in embeddings],
        )

    def drop_unused_embeddings(self) -> None:
        """Delete the embeddings that no chunk needs any more."""
        self.db.execute("DELETE FROM embeddings WHERE key NOT IN (SELECT embedding FROM chunks)")
