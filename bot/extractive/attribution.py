"""The words before a quote that say whose it is, and of when."""

from index.types import Article


def attribution(article: Article) -> str:
    """Such as "The Harbour Herald, 12 March 2026 (corrected)"; the title where no outlet is known.

    The day is that of the last change, and says so.
    """
    shown = article.reference
    changed = article.latest_day != article.published_day
    day = f"updated {shown.updated}" if changed else shown.day
    named = ", ".join(part for part in (shown.outlet or shown.title, day) if part)
    return f"{named} ({shown.status})".lstrip() if shown.status else named
