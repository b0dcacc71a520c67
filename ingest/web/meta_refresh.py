"""Pages that only send their reader on: read as redirects, as browsers do."""

import re
from html import unescape
from urllib.parse import urljoin

# A page that says something is longer, and one that loads itself anew waits longer.
_MOST_BYTES, _MOST_WORDS, _LONGEST_WAIT = 20_000, 60, 10
_PAGES = ("", "text/html", "application/xhtml+xml")
_META = re.compile(r"<meta\b[^>]{0,1000}>", re.IGNORECASE)
_IS_REFRESH = re.compile(r"http-equiv\s*=\s*[\"']?refresh\b", re.IGNORECASE)
_CONTENT = re.compile(r"content\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_TARGET = re.compile(r"\s*([0-9]{1,4})(?:\.[0-9]*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'\s]+)", re.IGNORECASE)
_UNSEEN = re.compile(r"<(script|style|noscript|title)\b.*?</\1\s*>|<[^<>]*>", re.IGNORECASE | re.DOTALL)


def target_of_stub(body: bytes, kind: str, url: str) -> str:
    """Where the page at `url` sends its reader by a meta element; "" where it is a page itself."""
    if len(body) > _MOST_BYTES or kind not in _PAGES or b"refresh" not in body.lower():
        return ""
    text = body.decode("utf-8", "replace")
    if len(_UNSEEN.sub(" ", text).split()) > _MOST_WORDS:
        return ""
    for meta in _META.findall(text):
        content = _CONTENT.search(meta)
        if content is None or _IS_REFRESH.search(meta) is None:
            continue
        found = _TARGET.match(unescape(content[1] or content[2] or content[3] or ""))
        if found is not None and int(found[1]) <= _LONGEST_WAIT:
            return _elsewhere(found[2], url)
    return ""


def _elsewhere(written: str, url: str) -> str:
    try:
        target = urljoin(url, written)
    except ValueError:
        return ""
    return "" if target.partition("#")[0] == url.partition("#")[0] else target
