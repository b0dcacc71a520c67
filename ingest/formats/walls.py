"""Whether a page says of itself that it is not free, so that its opening may be all there was."""

import re

# Such statements stand among a page's first ones, or in a script at its end.
_MOST_BYTES = 2_000_000
# schema.org's isAccessibleForFree, and article:content_tier, by which sites tell search engines of a wall:
# https://developers.google.com/search/docs/appearance/structured-data/paywalled-content
# Every repeat has an end, so that the time grows with the length of the page and no faster.
_WALLED = re.compile(
    rb"""["']isAccessibleForFree["']\s{0,20}:\s{0,20}["']?false|"""
    rb"""itemprop=["']isAccessibleForFree["'][^>]{0,200}?false|"""
    rb"""article:content_tier["']\s{1,20}content=["'](?:locked|metered)""",
    re.IGNORECASE,
)


def is_walled(page: bytes) -> bool:
    """Whether a page says of itself that it is not free; it may hold no more than the article's opening."""
    half = _MOST_BYTES // 2
    ends = (page,) if len(page) <= _MOST_BYTES else (page[:half], page[-half:])
    return any(_WALLED.search(part) is not None for part in ends)
