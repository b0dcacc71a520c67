"""A filter as SQL."""

from index.catalog.sql import AMONG, many
from index.types import Filter


def filter_sql(only: Filter) -> tuple[str, list[object]]:
    """Conditions on `articles a`, each begun with AND, and their values."""
    sql = ""
    values: list[object] = []
    if only.since:
        sql, values = sql + " AND a.day >= ?", [*values, only.since]
    if only.until:
        sql, values = sql + " AND a.day BETWEEN 1 AND ?", [*values, only.until]
    if only.sources:
        sql, values = sql + f" AND a.source {AMONG}", [*values, many(only.sources)]
    return sql, values
