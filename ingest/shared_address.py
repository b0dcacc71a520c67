"""Pages that state one address as theirs: copies of one article, parts of it, or a site's mistake.

Many sites call their front page, or a section, the canonical address of every page in it. Then the first of
them has it, and the others are called by where they are themselves.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from index.types import Article
from ingest.documents import Document, Format
from ingest.formats.article_id import basis, build_id
from ingest.urls import canonical_url

# Of the words of two texts, so many are the same in a page and its copy for another device.
_ALIKE = 0.9


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """What a page is called by where the address that it states is another's: where it is itself."""

    origin: str
    root: str
    id: str
    url: str

    def of(self, article: Article) -> Article:
        """The article under that name."""
        return replace(article, id=self.id, url=self.url)


class SharedAddresses:
    """Which pages of a run are called by an address that is not where they are."""

    def __init__(self, claims: Mapping[str, str], current: Callable[[str], Article | None]) -> None:
        """`claims` says which document gave which article; `current` gives what is on record, or will be."""
        self._claims = claims
        self._current = current
        self._guests: dict[str, OwnPlace] = {}

    def settled(self, article: Article, document: Document) -> Article | None:
        """A page's article, by its own place where another has the address it states; None for a copy."""
        place = _own_place(article, document)
        if place is None:
            return article
        if self._claims.get(article.id) in (None, document.origin):
            self._guests[article.id] = place
            return article
        other = self._current(article.id)
        return None if other is not None and _is_copy(article.text, other.text) else place.of(article)

    def displaced(self, article: Article, origin: str) -> tuple[OwnPlace, Article] | None:
        """Who had the address of `article` until `origin` came, and with what; None for a copy of it."""
        guest = self._guests.get(article.id)
        if guest is None or guest.origin == origin or (before := self._current(article.id)) is None:
            return None
        del self._guests[article.id]
        return None if _is_copy(article.text, before.text) else (guest, guest.of(before))


def _own_place(article: Article, document: Document) -> OwnPlace | None:
    """What a page may be called by besides its stated address; None where it is not called by that."""
    if document.format not in (Format.HTML, Format.MHTML) or document.part or not article.url:
        return None
    if article.id != build_id(f"url:{canonical_url(article.url)}"):
        return None
    url = document.link
    own = build_id(f"url:{canonical_url(url)}" if url else basis(document))
    return OwnPlace(document.origin, document.root, own, url) if own != article.id else None


def _is_copy(one: str, other: str) -> bool:
    """Whether two texts are the same but for what a site writes around them."""
    first, second = (Counter(re.findall(r"\w+", text)) for text in (one, other))
    return 2 * (first & second).total() >= _ALIKE * (first.total() + second.total())
