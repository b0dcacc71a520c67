"""Small questions to a snapshot: what a filter lets through, what stands at a link, what came since."""

from collections.abc import Iterable

from index.catalog.article_days import NEWEST, day_number
from index.catalog.filter_sql import filter_sql
from index.catalog.snapshot import Snapshot
from index.catalog.sql import AMONG, many
from index.types import Filter


def count_articles(snapshot: Snapshot, only: Filter) -> int:
    """How many articles `only` lets through."""
    sql, values = filter_sql(only)
    query = f"SELECT count(*) FROM articles a WHERE true {sql}"
    row = snapshot.db.execute(query, values).fetchone()
    return int(row[0])


def title_at(snapshot: Snapshot, url: str) -> str:
    """The title of the newest article with this link, "" where there is none."""
    query = f"SELECT title FROM articles a WHERE url = ? ORDER BY {NEWEST} DESC, rowid LIMIT 1"
    row = snapshot.db.execute(query, (url,)).fetchone()
    return str(row[0]) if row else ""


def last_row(snapshot: Snapshot) -> int:
    """The highest chunk row ever used: what is published later has higher ones."""
    return snapshot.db.last_chunk_row()


def days_after(snapshot: Snapshot, row: int) -> dict[int, int]:
    """The rows of the chunks that came after `row`, each with its article's newest day.

    As 20260312; 0 if it is undated.
    """
    query = f"SELECT c.rowid, {NEWEST} FROM chunks c JOIN articles a ON a.rowid = c.article WHERE c.rowid > ?"
    return {one: day_number(newest) for one, newest in snapshot.db.execute(query, (row,))}


def articles_after(snapshot: Snapshot, row: int) -> set[str]:
    """The ids of the articles that have chunks beyond `row`."""
    query = "SELECT DISTINCT a.id FROM chunks c JOIN articles a ON a.rowid = c.article WHERE c.rowid > ?"
    return {id_ for (id_,) in snapshot.db.execute(query, (row,))}


def revisions_of(snapshot: Snapshot, ids: Iterable[str]) -> dict[str, str]:
    """The revision of each of those articles that is on record, also as a copy of another."""
    wanted = many(ids)
    both = (f"SELECT id, revision FROM {table} WHERE id {AMONG}" for table in ("articles", "copies"))
    return dict(snapshot.db.execute(" UNION ALL ".join(both), (wanted, wanted)))
