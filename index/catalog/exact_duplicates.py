"""Exact duplicates: stored once, with all that each has of its own.

A copy says the same words under the same title, in the same outlet on the same days (of publication and of
the last change), so that whatever finds or filters the one would find the other. When the stored one changes
or goes, a copy takes its place.
"""

import json
from collections.abc import Sequence
from dataclasses import replace

from index.catalog.sql import AMONG, Connection, many, upsert
from index.types import Article, Status

_STORED = ("id", "article_id", "revision", "url", "authors", "published", "updated", "status", "note")
_ALIKE = "FROM articles WHERE content = ? AND substr(updated, 1, 10) = ?"
_COLUMNS = "c.id, c.url, c.authors, c.published, c.updated, c.status, c.note"


def content_key(title: str, source: str, published: str, text: str, pages: str = "") -> str:
    """Equal for exact duplicates only, of any day of change: what differs in its pages is cited otherwise."""
    # Readers load this module too: OpenSSL can wait.
    import hashlib

    seen = json.dumps([title, source, published[:10], text, *([pages] if pages else [])])
    return hashlib.sha256(seen.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def key_of(article: Article) -> str:
    """The content key of an article."""
    return content_key(article.title, article.source, article.published, article.text, pages_json(article))


def pages_json(article: Article) -> str:
    """The pages of an article as the catalog keeps them; "" where it has none."""
    pages = [[page.number, page.start, page.recognised] for page in article.pages]
    return json.dumps(pages, separators=(",", ":")) if pages else ""


def stored_like(db: Connection, article: Article) -> str:
    """The id of the stored article, other than itself, that this one is a copy of; "" where there is none."""
    row = db.execute(f"SELECT id {_ALIKE} AND id <> ?", (*_likeness(article), article.id)).fetchone()
    return str(row[0]) if row else ""


def is_stored_as(db: Connection, article: Article) -> bool:
    """Whether what is stored under its own id is so like it that the copies of that are copies of it."""
    query = f"SELECT 1 {_ALIKE} AND id = ?"
    return db.execute(query, (*_likeness(article), article.id)).fetchone() is not None


def add_copy(db: Connection, article: Article, of: str) -> None:
    """Store what an article that says the same as `of` has of its own."""
    db.execute(
        upsert("copies", *_STORED),
        (
            article.id, of, article.revision, article.url, json.dumps(article.authors, ensure_ascii=False),
            article.published, article.updated, article.status.value, article.note,
        ),
    )  # fmt: skip


def drop_copy(db: Connection, id_: str) -> bool:
    """Forget a copy; whether there was one."""
    return db.execute("DELETE FROM copies WHERE id = ?", (id_,)).rowcount > 0


def copies_of(db: Connection, article: Article) -> list[Article]:
    """The copies of a stored article, by id."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM copies c WHERE c.article_id = ? ORDER BY c.id", (article.id,))
    return [_copy(article, row) for row in rows]


def copies_of_several(db: Connection, articles: Sequence[Article]) -> dict[str, list[Article]]:
    """The copies of stored articles, by id, of those that have any."""
    stored = {article.id: article for article in articles}
    query = f"SELECT c.article_id, {_COLUMNS} FROM copies c WHERE c.article_id {AMONG} ORDER BY c.id"
    found: dict[str, list[Article]] = {}
    for of, *row in db.execute(query, (many(stored),)):
        found.setdefault(of, []).append(_copy(stored[of], row))
    return found


def original_of(db: Connection, id_: str) -> str:
    """The id of the article that is stored for a copy; "" where `id_` is none."""
    row = db.execute("SELECT article_id FROM copies WHERE id = ?", (id_,)).fetchone()
    return str(row[0]) if row else ""


def copy(db: Connection, stored: Article, id_: str) -> Article:
    """The copy with this id, as an article of its own."""
    row = db.execute(f"SELECT {_COLUMNS} FROM copies c WHERE c.id = ?", (id_,)).fetchone()
    return _copy(stored, row)


def hand_over(db: Connection, old: str, new: str) -> None:
    """Let the copies of `old` be copies of `new`, which was one of them."""
    drop_copy(db, new)
    db.execute("UPDATE copies SET article_id = ? WHERE article_id = ?", (new, old))


def _likeness(article: Article) -> tuple[str, str]:
    return key_of(article), article.updated[:10]


def _copy(stored: Article, row: Sequence[str]) -> Article:
    id_, url, authors, published, updated, status, note = row
    return replace(
        stored, id=id_, url=url, authors=tuple(json.loads(authors)), published=published, updated=updated,
        status=Status(status), note=note,
    )  # fmt: skip
