"""A filter as SQL."""

import json

from index.types import Filter

_AMONG = "IN (SELECT value FROM json_each(?))"


def filter_sql(only: Filter) -> tuple[str, list[object]]:
    """Conditions on `articles a`, each begun with AND, and their values."""
    sql = ""
    values: list[object] = []
    if only.since:
        sql, values = sql + " AND a.day >= ?", [*values, only.since]
    if only.until:
        sql, values = sql + " AND a.day BETWEEN 1 AND ?", [*values, only.until]
    if only.sources:
        sql, values = sql + f" AND a.source {_AMONG}", [*values, json.dumps(only.sources)]
    return sql, values
