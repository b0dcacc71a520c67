"""Everything that a refresh writes into the catalog, within one transaction."""

import json
from collections.abc import Iterable, Sequence

from index.catalog import near_duplicates
from index.catalog.article_days import day_number
from index.catalog.exact_duplicates import (
    add_copy,
    copies_of,
    drop_copy,
    hand_over,
    is_stored_as,
    key_of,
    pages_json,
    stored_like,
)
from index.catalog.lookups import last_row
from index.catalog.signatures import outlet_hash, sign_bits
from index.catalog.snapshot import PageState, Snapshot
from index.catalog.sql import AMONG, many, upsert
from index.catalog.vector_codec import blob_of, vector_of
from index.embedding.embedder import Vectors
from index.errors import RecordError, UsageError
from index.types import Article, Chunk


class WriteTransaction(Snapshot):
    """A write transaction; use it only within `Catalog.write`. It also reads what it has written."""

    def put(self, article: Article, chunks: Sequence[tuple[Chunk, str]]) -> list[str]:
        """Store the article in place of its earlier revision; returns the chunk ids that are gone.

        Each chunk comes with the key of its stored embedding. An article that says what another says, word
        for word, is stored as a copy of it. Raises UsageError for a NUL character, at which SQLite would end
        the text, and which PostgreSQL refuses.
        """
        if "\x00" in article.text or "\x00" in article.title:
            msg = f"The article {article.id} holds a NUL character; take it out, and put it again."
            raise UsageError(msg)
        if of := stored_like(self.db, article):
            gone = self.remove(article.id)
            add_copy(self.db, article, of)
            return gone
        gone = self._delete(article.id) if is_stored_as(self.db, article) else self.remove(article.id)
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
            "day": day_number(article.published),
            "language": article.language,
            "content": key_of(article),
            "pages": pages_json(article),
            **self.db.folded_columns(article.title, article.source),
        }
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        query = (
            f"INSERT INTO articles (rowid, {names}) "
            f"VALUES ((SELECT coalesce(max(rowid), 0) + 1 FROM articles), {marks}) RETURNING rowid"
        )
        owner = self.db.execute(query, list(columns.values())).fetchall()[0][0]
        self._add_chunks(article, owner, chunks)
        near_duplicates.group(self.db, article.id, article.text)
        return gone

    def replace_chunks(self, article: Article, chunks: Sequence[tuple[Chunk, str]]) -> None:
        """Store the chunks of an article that has none (after `clear_chunks`), and group it anew."""
        near_duplicates.group(self.db, article.id, article.text)
        owner = self.db.execute("SELECT rowid FROM articles WHERE id = ?", (article.id,)).fetchone()[0]
        self._add_chunks(article, owner, chunks)

    def clear_chunks(self) -> None:
        """Drop every chunk and the full-text index, without looking at what they hold."""
        self.full_text.clear()
        self.db.execute("INSERT INTO loose SELECT key FROM embeddings WHERE true ON CONFLICT DO NOTHING")
        self.db.execute("DELETE FROM chunks")
        self.db.execute("DELETE FROM bands")
        self.db.execute("UPDATE articles SET story = ''")

    def _add_chunks(self, article: Article, owner: int, chunks: Sequence[tuple[Chunk, str]]) -> None:
        query = f"SELECT key, vector FROM embeddings WHERE key {AMONG}"
        stored = dict(self.db.execute(query, (many({key for _, key in chunks}),)))
        if any(key not in stored for _, key in chunks):
            msg = f"A chunk of the article {article.id} has not been embedded; ingest it again."
            raise RecordError(msg)
        numbered = list(enumerate(chunks, start=self.db.take_chunk_rows(len(chunks))))
        self.db.executemany(
            'INSERT INTO chunks (rowid, id, article, ordinal, start, "end", tokens, embedding) '
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (row, chunk.id, owner, chunk.ordinal, chunk.start, chunk.end, chunk.tokens, key)
                for row, (chunk, key) in numbered
            ],
        )
        self.full_text.add(
            [(row, article.title, article.text[chunk.start : chunk.end]) for row, (chunk, _) in numbered]
        )
        days = day_number(article.published), day_number(article.updated)
        outlet = outlet_hash(article.source)
        marks = [(row, *days, outlet, sign_bits(vector_of(stored[key]))) for row, (_, key) in numbered]
        self.db.executemany(
            "INSERT INTO marks (row, day, updated, source, signs) VALUES (?, ?, ?, ?, ?)", marks
        )

    def remove(self, article_id: str) -> list[str]:
        """Delete the article and its chunks; returns the chunk ids that are gone.

        A copy of it that is stored with it takes its place.
        """
        if drop_copy(self.db, article_id):
            return []
        stored = self.article(article_id)
        heirs = copies_of(self.db, stored) if stored else []
        if not heirs:
            return self._delete(article_id)
        columns = self.db.execute(
            'SELECT c.ordinal, c.start, c."end", c.tokens, c.embedding FROM chunks c '
            "JOIN articles a ON a.rowid = c.article WHERE a.id = ? ORDER BY c.ordinal",
            (article_id,),
        ).fetchall()
        heir = heirs[0]
        gone = self._delete(article_id)
        hand_over(self.db, article_id, heir.id)
        chunks = [(Chunk(heir.id, heir.revision, *span), key) for *span, key in columns]
        return gone + self.put(heir, chunks)

    def _delete(self, article_id: str) -> list[str]:
        near_duplicates.forget(self.db, article_id)
        rows = self.db.execute(
            "SELECT c.rowid, c.id, c.embedding FROM articles a JOIN chunks c ON c.article = a.rowid "
            "WHERE a.id = ? ORDER BY c.rowid",
            (article_id,),
        ).fetchall()
        self.full_text.remove([row for row, _, _ in rows])
        self.db.executemany(
            "INSERT INTO loose VALUES (?) ON CONFLICT DO NOTHING", [(key,) for _, _, key in rows]
        )
        indexed = self.head().last_indexed_row
        buried = [(id_,) for row, id_, *_ in rows if row <= indexed]
        self.db.executemany("INSERT INTO dead VALUES (?) ON CONFLICT DO NOTHING", buried)
        self.db.execute("DELETE FROM articles WHERE id = ?", (article_id,))
        return [id_ for _, id_, *_ in rows]

    def record_document(
        self, origin: str, root: str, digest: str, article_ids: Iterable[str], fetch: PageState | None = None,
        *, form: str = "", read: str = "",
    ) -> None:  # fmt: skip
        """Remember what a document held and its site said, so that the next refresh can pass it by.

        `form` and `read` say how and when it was read; "" leaves what was noted.
        """
        query = "SELECT format, read FROM documents WHERE origin = ?"
        noted = self.db.execute(query, (origin,)).fetchone() or ("", "")
        self.forget_document(origin)
        self.db.execute(
            "INSERT INTO documents (origin, root, digest, format, read) VALUES (?, ?, ?, ?, ?)",
            (origin, root, digest, form or noted[0], read or noted[1]),
        )
        self.db.executemany(
            "INSERT INTO document_articles VALUES (?, ?) ON CONFLICT DO NOTHING",
            [(origin, id_) for id_ in article_ids],
        )
        if fetch is not None:
            self.record_page_state(origin, fetch)

    def claim_article(self, article_id: str) -> None:
        """Let the article belong to no document: the one that changed it is about to be recorded.

        Those that gave it before are read again when they come next: they may give it once the other is gone.
        """
        self.db.execute(
            "UPDATE documents SET digest = '' "
            "WHERE origin IN (SELECT origin FROM document_articles WHERE article_id = ?)",
            (article_id,),
        )
        self.db.execute("DELETE FROM document_articles WHERE article_id = ?", (article_id,))
        self.db.execute("DELETE FROM removed WHERE article_id = ?", (article_id,))

    def forget_document(self, origin: str) -> None:
        """As if the document had never been ingested; its articles stay."""
        self.db.execute("DELETE FROM documents WHERE origin = ?", (origin,))
        self.db.execute("DELETE FROM fetches WHERE origin = ?", (origin,))

    def record_page_state(self, origin: str, fetch: PageState) -> None:
        """Remember what a site said of a page."""
        said = (origin, fetch.etag, fetch.modified, fetch.change_token, fetch.gone_since, fetch.asked)
        self.db.execute(upsert("fetches", "origin", "etag", "modified", "mark", "gone", "asked"), said)

    def record_moves(self, moves: Iterable[tuple[str, str]]) -> None:
        """Remember which article the page is that its new address would give another id."""
        self.db.executemany(upsert("moves", "id", "article_id"), list(moves))

    def record_run(self, source: str, summary: str) -> None:
        """Remember the last run of a source."""
        self.db.execute(upsert("runs", "source", "summary"), (source, summary))

    def drop_run(self, source: str) -> None:
        """Remember the last run of a source no longer."""
        self.db.execute("DELETE FROM runs WHERE source = ?", (source,))

    def forget_article(self, article_id: str) -> None:
        """Make the documents that gave the article be read again when they are next ingested."""
        for origin in self.origins_of(article_id):
            self.forget_document(origin)

    def keep_away(self, article_id: str) -> None:
        """Remember that an article was removed by hand: what the web gave it does not give it again.

        Its files, which are in the remover's hands, are read again when they are next ingested.
        """
        self.db.execute(
            "INSERT INTO removed SELECT article_id, origin FROM document_articles "
            "WHERE article_id = ? AND origin IN (SELECT origin FROM fetches) ON CONFLICT DO NOTHING",
            (article_id,),
        )
        self.db.execute(
            "DELETE FROM document_articles WHERE article_id = ? AND origin IN (SELECT origin FROM fetches)",
            (article_id,),
        )

    def set_meta(self, **values: str) -> None:
        """Store entries of `meta`."""
        self.db.executemany(upsert("meta", "key", "value"), list(values.items()))

    def add_embeddings(self, embeddings: Iterable[tuple[str, Vectors]]) -> None:
        """Store vectors by key."""
        blobs = [(key, blob_of(vector)) for key, vector in embeddings]
        self.db.executemany(upsert("embeddings", "key", "vector"), blobs)
        self.db.executemany(
            "INSERT INTO loose VALUES (?) ON CONFLICT DO NOTHING", [(key,) for key, _ in blobs]
        )

    def drop_unused_embeddings(self) -> None:
        """Delete the embeddings that no chunk needs any more."""
        self.db.execute(
            "DELETE FROM embeddings WHERE key IN (SELECT key FROM loose) "
            "AND NOT EXISTS (SELECT 1 FROM chunks WHERE embedding = embeddings.key)"
        )
        self.db.execute("DELETE FROM loose")

    def name_generation(self, vectors: str, previous: str) -> None:
        """Name the directory that holds every row that there is, and the one before."""
        self.set_meta(vectors=vectors, previous=previous, covers=str(last_row(self)))
        self.db.execute("DELETE FROM dead")
