"""Links as they are written: what may be asked for, and in which form."""

import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from index.errors import FetchRefused

_PORTS = {"http": 80, "https": 443}
_LONGEST_LINK = 2_000
# Names under which sites offer the same pages.
_SAME_SITE = ("www.", "m.", "amp.", "mobile.")
_TRACKING = re.compile(r"utm_\w*|fbclid|gclid|dclid|msclkid|mc_[ce]id", re.IGNORECASE)


def is_link(target: str) -> bool:
    """Whether what somebody named is a link rather than a file."""
    return target.strip().lower().startswith(("http://", "https://"))


def checked_link(url: str) -> str:
    """The address as it is asked for: without fragment, in ASCII. FetchRefused for what no link may be."""
    written = url.strip()
    if len(written) > _LONGEST_LINK:
        msg = f"the link is longer than {_LONGEST_LINK:,} characters; use a shorter one"
        raise FetchRefused(msg)
    if any(c.isspace() or not c.isprintable() or c == "\\" for c in written):
        msg = "the link has spaces, backslashes or control characters in it; check how it is written"
        raise FetchRefused(msg)
    try:
        parts = urlsplit(written)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        msg = "it is not a link that can be read; check how it is written"
        raise FetchRefused(msg) from error
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host:
        msg = "only http and https links are followed; use the address of a web page"
        raise FetchRefused(msg)
    if "@" in parts.netloc:
        msg = "the link carries a user name or password, which is never sent; remove it"
        raise FetchRefused(msg)
    netloc = _ascii_host(host) if port in (None, _PORTS[scheme]) else f"{_ascii_host(host)}:{port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return urlunsplit((scheme, netloc, path, quote(parts.query, safe="/%:@!$&'()*+,;=~-._?"), ""))


def _ascii_host(host: str) -> str:
    if ":" in host:
        return f"[{host}]"
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        msg = "the link names a host that cannot exist; check how it is written"
        raise FetchRefused(msg) from error


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one site, so that the one may speak for the other.

    What answers at a port of its own is a site of its own.
    """
    (host, port), (other_host, other_port) = _place(one), _place(other)
    first, second = sorted((host, other_host), key=len)
    same = first == second or ("." in first and second.endswith(f".{first}"))
    return bool(first) and port == other_port and same


def _place(url: str) -> tuple[str, int | None]:
    """The host of an address, and its port where that is not the one of its scheme."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError:
        return "", None
    return _bare(host), None if port == _PORTS.get(parts.scheme.lower()) else port


def _bare(host: str) -> str:
    return next((host.removeprefix(prefix) for prefix in _SAME_SITE if host.startswith(prefix)), host)


def shown_url(value: str) -> str:
    """An address that may be shown and linked to: http or https, without credentials; "" for any other."""
    url = value.strip()
    if not url or len(url) > _LONGEST_LINK or any(c.isspace() or not c.isprintable() for c in url):
        return ""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in _PORTS or not host:
        return ""
    _, at, rest = parts.netloc.rpartition("@")
    # What is left without the credentials need be no address.
    return shown_url(urlunsplit(parts._replace(netloc=rest))) if at else urlunsplit(parts)


def own_address(stated: str, link: str) -> str:
    """The address of a page that was fetched from `link` and states another, "" where neither is known.

    A page may speak for its own site only: else any page could put itself in the place of another's article.
    A front page is not what an article is called by either.
    """
    parts = urlsplit(stated)
    front = not parts.path.strip("/") and not parts.query
    if not link:
        # Nobody knows where a saved page was; it may have been any page of the site.
        return "" if front else stated
    is_front = front and urlsplit(link).path.strip("/") != ""
    return stated if stated and same_site(stated, link) and not is_front else link


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
