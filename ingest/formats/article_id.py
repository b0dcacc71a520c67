"""What an article is called by: its own id, or one made from its address, its file or its words."""

import hashlib
import re
import unicodedata
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from index.errors import DocumentError
from ingest.urls import same_site

LONGEST_ID = 200
LONGEST_URL = 2_000

_PORTS = {"http": 80, "https": 443}
_TRACKING = re.compile(r"utm_\w*|fbclid|gclid|dclid|msclkid|mc_[ce]id", re.IGNORECASE)


def explicit_id(value: object) -> str:
    """The id that a document names for itself, or "". DocumentError where it cannot be one."""
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        msg = f"id: {_shown(value)} is neither text nor a whole number; put it in quotes"
        raise DocumentError(msg)
    if not value or value != value.strip() or len(value) > LONGEST_ID:
        msg = (
            f"id: {_shown(value)} is empty, has spaces at its ends or is longer than {LONGEST_ID} characters"
        )
        raise DocumentError(msg)
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in value):
        msg = f"id: {_shown(value)} has control characters in it; write it on one line without them"
        raise DocumentError(msg)
    return value


def build_id(basis: str) -> str:
    """Sixteen hexadecimal digits that are the same for the same basis ("url:…", "file:…", "text:…")."""
    return hashlib.sha256(basis.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def shown_url(value: str) -> str:
    """An address that may be shown and linked to: http or https, without credentials; "" for any other."""
    url = value.strip()
    if not url or len(url) > LONGEST_URL or any(c.isspace() or not c.isprintable() for c in url):
        return ""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in _PORTS or not host:
        return ""
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def own_address(stated: str, link: str) -> str:
    """The address of a page that was fetched from `link` and states another, "" where neither is known.

    A page may speak for its own site only: else any page could put itself in the place of another's article.
    A front page is not what an article is called by either.
    """
    if not link or not stated:
        return link or stated
    front = urlsplit(stated).path.strip("/") == "" and urlsplit(link).path.strip("/") != ""
    return stated if same_site(stated, link) and not front else link


def canonical_url(url: str) -> str:
    """The form of a shown address that is one for all spellings of it: what an id is made from."""
    parts = urlsplit(url)
    scheme, port = parts.scheme.lower(), parts.port
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    netloc = host if port in (None, _PORTS[scheme]) else f"{host}:{port}"
    query = parts.query
    if _TRACKING.search(query):
        kept = [(name, value) for name, value in parse_qsl(query, True) if not _TRACKING.fullmatch(name)]
        query = urlencode(kept)
    return urlunsplit((scheme, netloc, parts.path.rstrip("/"), query, ""))


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:59]}…"
