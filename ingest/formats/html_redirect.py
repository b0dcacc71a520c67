"""Pages that only send their reader to another one, by a meta element or a link and nothing else."""

import re
from typing import Any
from urllib.parse import urljoin

from ingest.urls import canonical_url, shown_url

_REFRESH = re.compile(
    r"\s*([0-9]{1,4})(?:\.[0-9]*)?\s*[;,]?\s*(?:url\s*=\s*)?[\"']?([^\"'\s>]*)", re.IGNORECASE
)
# Pages that load themselves anew say so too, and a page that has something to say is read.
_LONGEST_WAIT, _MOST_WORDS = 10, 60


def redirect_of(tree: Any, link: str) -> str:
    """Where a page at `link` ("" where that is not known) sends its reader; "" where it is a page itself."""
    for element in tree.xpath("//meta[@http-equiv and @content]"):
        if element.get("http-equiv").strip().lower() != "refresh":
            continue
        found = _REFRESH.match(element.get("content"))
        if found is None or not found[2] or int(found[1]) > _LONGEST_WAIT:
            continue
        target = _whole(found[2], link)
        if target and not _is_same(target, link) and _words(tree) <= _MOST_WORDS:
            return target
    return ""


def _whole(address: str, link: str) -> str:
    try:
        whole = urljoin(link, address)
    except ValueError:
        return ""
    # Of a saved page it is not known where a relative address leads; that it leads away is.
    return shown_url(whole) or ("" if link else address)


def _is_same(target: str, link: str) -> bool:
    return bool(link) and bool(shown_url(target)) and canonical_url(target) == canonical_url(link)


def _words(tree: Any) -> int:
    texts = tree.xpath("//body//text()[not(parent::script or parent::style or parent::noscript)]")
    return len(" ".join(texts).split())
