"""The days of an article, of publication and of its last change: as SQL compares them, and as numbers."""

NEWEST = "CASE WHEN a.updated > a.published THEN a.updated ELSE a.published END"
"""Of `articles a`: the moment of the last change, or else of publication; "" where neither is known.

An index is on it as it is written, in `STEP`.
"""

# An addition to the tables of both engines.
STEP = """
CREATE INDEX articles_by_update ON articles (updated);
CREATE INDEX articles_by_newest
    ON articles ((CASE WHEN updated > published THEN updated ELSE published END) DESC, id);

-- Last, with a default: in a database, processes of the version before still add rows of four columns.
ALTER TABLE marks ADD COLUMN updated INTEGER NOT NULL DEFAULT 0;    -- the article's day of change, as `day`
UPDATE marks SET updated = (
    SELECT CAST(replace(substr(a.updated, 1, 10), '-', '') AS INTEGER)
    FROM chunks c JOIN articles a ON a.rowid = c.article WHERE c.rowid = marks.row
) WHERE marks.row IN (
    SELECT c.rowid FROM chunks c JOIN articles a ON a.rowid = c.article WHERE a.updated > ''
);

-- Copies that were changed on another day than what is stored for them: the next run reads them anew.
UPDATE documents SET digest = '' WHERE digest <> 'listing' AND origin IN (
    SELECT d.origin FROM document_articles d JOIN copies c ON c.id = d.article_id
    JOIN articles a ON a.id = c.article_id WHERE substr(a.updated, 1, 10) <> substr(c.updated, 1, 10)
);
UPDATE copies SET revision = 'outdated' WHERE EXISTS (
    SELECT 1 FROM articles a
    WHERE a.id = copies.article_id AND substr(a.updated, 1, 10) <> substr(copies.updated, 1, 10)
);
"""


def day_number(stated: str) -> int:
    """The day of an ISO 8601 day or moment, as 20260312; 0 for ""."""
    return int(stated[:10].replace("-", "") or 0)


def within(days: tuple[int, int]) -> tuple[str, list[object]]:
    """Conditions on `articles a`, begun with AND, and their values: that one of its days is in a span."""
    first, last = days
    # Text that begins with a day is before the next one, be that in the calendar or not.
    sql = " AND (a.day BETWEEN ? AND ? OR a.updated >= ? AND a.updated < ?)"
    return sql, [first, last, _iso(first), _iso(last + 1)]


def _iso(day: int) -> str:
    return f"{day // 10_000:04}-{day // 100 % 100:02}-{day % 100:02}"
