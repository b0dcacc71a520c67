"""Some dated chunks, spread over the record: which ones does not change with the rows that they have.

Rows are never used again, so after some rebuilds, or a year of refreshes, most numbers are nobody's. So
articles are counted off in the order of their ids, and chunks by their place in them.
"""

from index.catalog.snapshot import Snapshot
from index.catalog.sql import AMONG, many

# Evenly spaced: where the share of those before passes a whole number.
_ARTICLES = (
    "SELECT found FROM (SELECT rowid AS found, row_number() OVER (ORDER BY id) - 1 AS place FROM articles) "
    "numbered WHERE place * ? % ? < ?"
)
_CHUNKS = (
    "SELECT m.day, c.article, m.signs FROM chunks c JOIN marks m ON m.row = c.rowid "
    f"JOIN (SELECT article, count(*) AS chunks FROM chunks WHERE article {AMONG} GROUP BY article) held "
    "ON held.article = c.article JOIN articles a ON a.rowid = c.article "
    "WHERE m.day > 0 AND c.ordinal * ? % held.chunks < ? ORDER BY a.id, c.ordinal"
)


def dated_sample(snapshot: Snapshot, most: int) -> tuple[tuple[int, int, bytes], ...]:
    """Up to `most` dated chunks: day (20260312), article and signs of the embedding."""
    count, _ = snapshot.count()
    if not count:
        return ()
    articles = [row for (row,) in snapshot.once(_ARTICLES, most, count, most)]
    each = max(1, most // len(articles))
    return tuple(snapshot.once(_CHUNKS, many(articles), each, each))
