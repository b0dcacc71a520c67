"""The words before a quote that say whose it is, and of when."""

from index.dates import long_day
from index.types import Article, Status


def attribution(article: Article) -> str:
    """Such as "The Harbour Herald, 12 March 2026 (corrected)"; the title where no outlet is known."""
    day = article.published_day
    when = long_day(day) if day else ""
    said = ", ".join(part for part in (article.source or article.title, when) if part)
    if article.status is Status.CURRENT:
        return said
    return f"{said} ({article.status.value})".strip()
