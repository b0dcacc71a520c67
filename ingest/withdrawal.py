"""Articles whose pages are gone: kept for a time, and marked."""

from dataclasses import replace
from datetime import date

from index.dates import long_day
from index.types import Article, Status


def withdrawn(article: Article, today: date) -> Article:
    """The article, marked as withdrawn, with a note on when its page was found gone."""
    said = f"The page was no longer there on {long_day(today)}."
    note = f"{article.note}\n\n{said}" if article.note else said
    return replace(article, status=Status.WITHDRAWN, note=note)
