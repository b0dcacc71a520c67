"""Small questions to a snapshot: how many articles a filter lets through, and what stands at a link."""

from index.catalog.filter_sql import filter_sql
from index.catalog.snapshot import Snapshot
from index.types import Filter


def count_articles(snapshot: Snapshot, only: Filter) -> int:
    """How many articles `only` lets through."""
    sql, values = filter_sql(only)
    query = f"SELECT count(*) FROM articles a WHERE 1 {sql}"  # noqa: S608 (conditions of our own)
    row = snapshot.db.execute(query, values).fetchone()
    return int(row[0])


def title_at(snapshot: Snapshot, url: str) -> str:
    """The title of the newest article with this link, "" where there is none."""
    query = "SELECT title FROM articles WHERE url = ? ORDER BY day DESC LIMIT 1"
    row = snapshot.db.execute(query, (url,)).fetchone()
    return str(row[0]) if row else ""
