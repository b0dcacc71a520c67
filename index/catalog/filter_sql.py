"""A filter as SQL."""

from index.catalog.article_days import within
from index.catalog.sql import AMONG, many
from index.types import Filter


def filter_sql(only: Filter) -> tuple[str, list[object]]:
    """Conditions on `articles a`, each begun with AND, and their values."""
    sql, values = within(only.days) if only.days else ("", [])
    if only.sources:
        sql, values = sql + f" AND a.source {AMONG}", [*values, many(only.sources)]
    return sql, values
