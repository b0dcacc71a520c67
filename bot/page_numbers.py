"""Where in a paged document a quote stands: in words, and as a link that lands there."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from index.types import Page


def pages_in_words(pages: Sequence[Page]) -> str:
    """The first and last page of a quote: "p. 12", "pp. 12–13"; "" without pages.

    Where text recognition read one, that is said: the picture may say otherwise.
    """
    if not pages:
        return ""
    first, last = pages[0].number, pages[-1].number
    named = f"p. {first}" if first == last else f"pp. {first}–{last}"
    return f"{named}, by text recognition" if any(page.recognised for page in pages) else named


def page_url(url: str, pages: Sequence[Page]) -> str:
    """The address of a document, landing on the first of the pages, as PDF viewers do (RFC 8118)."""
    if not url or not pages or urlsplit(url).fragment:
        return url
    return f"{url.rstrip('#')}#page={pages[0].number}"
