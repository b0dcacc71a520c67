"""The words before a quote that say whose it is, and of when."""

from index.types import Article


def attribution(article: Article) -> str:
    """Such as "The Harbour Herald, 12 March 2026 (corrected)"; the “title” where no outlet is known.

    The day is that of the last change, and says so.
    """
    shown = article.reference
    changed = article.latest_day != article.published_day
    day = f"updated {shown.updated}" if changed else shown.day
    title = f"“{shown.title}”" if shown.title else ""
    # "Minutes of the council, 14 October 2025" has told its day.
    parts = (shown.outlet, day) if shown.outlet else (title, "" if shown.title.endswith(day) else day)
    named = ", ".join(filter(None, parts))
    return f"{named} ({shown.status})".lstrip() if shown.status else named
