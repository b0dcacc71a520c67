"""Addresses that may be links: of cited articles, over https, landing on the quote."""

import re
from collections.abc import Sequence
from urllib.parse import quote, urlsplit, urlunsplit

# Controls but tab and line feed, bidirectional overrides and isolates, zero-width and other invisible marks,
# and surrogates that stand alone: they could hide or turn what a reader sees, or be refused as JSON.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)
# Slack takes 3,000; a message must hold several.
_LONGEST = 1_500
_AT_ONCE = 12
_EDGE = 300


def safe_url(url: str, passage: str = "") -> str:
    """The address of a cited article, landing on `passage`; "" where it must not be a link.

    Only https, with a host and without a user, and nothing in it that could end the link.
    """
    if len(url) > _LONGEST or UNSEEN.search(url):
        return ""
    try:
        parts = urlsplit(url)
        fit = parts.scheme == "https" and parts.hostname and not parts.username and not parts.password
        if fit and not parts.netloc.isascii():
            # A host of other letters by its name in the DNS: percent signs in a host are not read everywhere.
            url = urlunsplit(parts._replace(netloc=parts.netloc.encode("idna").decode()))
    except ValueError:
        return ""
    if not fit:
        return ""
    whole = quote(url, safe="/:?#@!$&'*+,;=%~-._[]")
    if passage and ":~:" not in whole:
        landing = _fragment(passage)
        landed = f"{whole}:~:{landing}" if "#" in whole else f"{whole}#:~:{landing}"
        whole = landed if landing and len(landed) <= _LONGEST else whole
    return whole if len(whole) <= _LONGEST else ""


def _fragment(passage: str) -> str:
    """A text fragment (https://wicg.github.io/scroll-to-text-fragment): the passage's ends, or all of it."""
    if len(passage) <= _EDGE:
        lines = [line.split() for line in passage.splitlines() if line.strip()]
        if len(lines) == 1 and len(lines[0]) <= _AT_ONCE:
            return f"text={_encoded(lines[0])}"
        first, last = (lines[0], lines[-1]) if lines else ([], [])
    else:
        # Only its edges are looked at, without the words that the cut may have halved.
        first = passage[:_EDGE].lstrip().split("\n")[0].split()[:-1]
        last = passage[-_EDGE:].rstrip().split("\n")[-1].split()[1:]
    if not first or not last:
        return ""
    return f"text={_encoded(first[:5])},{_encoded(last[-5:])}"


def _encoded(spoken: Sequence[str]) -> str:
    return quote(" ".join(spoken).encode("utf-8", "replace"), safe="").replace("-", "%2D")
