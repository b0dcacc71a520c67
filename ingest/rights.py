"""Who may give which article: a page speaks for its own site only, no document takes another's article.

What is on record under an id stays as it is, and that is told, where somebody else gives another article
under the id: where a file does while the one that gave it stands unchanged, where a page does while a file
gives it, and where a page does that is not itself at the address that both state.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain

from index.errors import DocumentError
from index.store import Index
from index.types import Article
from ingest.documents import STDIN, Document, Failure, Format, Notice, Reading
from ingest.engines.engine import Engine
from ingest.formats.article_id import build_id
from ingest.urls import canonical_url, is_link, own_address, same_site

_TAG = re.compile(rb"<[^<>]*>")


def given_by(document: Document, most: int, engine: Engine) -> Iterator[Article | Failure | Notice | Reading]:
    """What a document gives; of what was fetched, what it may speak for, and no more than `most` articles."""
    taken = 0
    for item in engine.extract(document):
        if isinstance(item, Article) and document.link:
            taken += 1
            if taken > most:
                reason = f"it holds more than {most:,} articles, the most from one link"
                yield Failure(document.origin, f"{reason}; save it, and ingest the file")
                return
            item = of_page(item, document)
        yield item


def read(
    document: Document, most: int, engine: Engine
) -> tuple[Document, Iterable[Article | Failure | Notice | Reading]]:
    """What a document gives, as `given_by`, and the document that gives it.

    That is the feed's own text of a page where the page holds no article, as walls do, or less than half of
    what the feed has.
    """
    feed = document.instead
    if feed is None or feed.content is None:
        return document, given_by(document, most, engine)
    items = list(given_by(document, most, engine))
    words = sum(len(item.text.split()) for item in items if isinstance(item, Article))
    if words * 2 > len(_TAG.sub(b" ", feed.content).split()):
        return document, items
    reason = next((item.reason for item in items if isinstance(item, Failure)), "it holds only a part of it")
    told = Notice(
        document.origin, f"its page does not give the article ({reason}); the feed's text was taken"
    )
    return feed, chain([told], given_by(feed, most, engine))


def of_page(article: Article, document: Document) -> Article:
    """What a page may give of `article`: under an address of its own site, and an id made from that.

    An id that the page states counts for nothing, nor does an address on another site. Where one page holds
    several articles without addresses, their ids are made from its address and from what tells them apart.
    """
    page = document.link
    if document.part:
        return replace(article, url=page, id=build_id(f"page:{canonical_url(page)}\n{document.part}"))
    url = own_address(article.url, page)
    if document.many and url != article.url:
        return replace(article, url=page, id=build_id(f"page:{canonical_url(page)}\n{article.id}"))
    return replace(article, url=url, id=build_id(f"url:{canonical_url(url)}"))


class Rights:
    """Which document gave which article, in this run and before, and whether another may give it instead."""

    def __init__(
        self,
        index: Index | None,
        claims: dict[str, str],
        read: Mapping[str, str],
        owned: Mapping[str, Collection[str]],
    ) -> None:
        """`claims` fills with who gave what in this run; `read` and `owned` are digests and ids of before."""
        self._index = index
        self._claims = claims
        self._read = read
        self._owned = owned
        self._sure: set[str] = set()
        self._addresses: dict[str, str] = {}

    def refusal(self, article: Article, origin: str, document: Document | None) -> str:
        """Why `origin` may not give `article` in place of what is on record under its id; "" where it may.

        `document` is what it was read from; None where the record itself gives it once more.
        """
        claimed = self._claims.get(article.id)
        if document is None:
            return ""
        if claimed is not None and not self._gives_way(claimed, article, origin, document):
            return _taken(article.id, "the same file" if claimed == origin else claimed)
        others = [other for other in self.origins_of(article.id) if other != origin]
        if document.link:
            return self._refused_page(article, origin, document, others)
        standing = next((other for other in others if self._stands(other)), None)
        return "" if standing is None else _taken(article.id, standing)

    def take(self, article: Article, origin: str, document: Document | None) -> None:
        """Note that `origin` gave the article in this run."""
        self._claims[article.id] = origin
        self._addresses[article.id] = article.url
        if document is None or not document.link or self._at_home(article, document):
            self._sure.add(article.id)

    def address(self, article_id: str) -> str:
        """Where the article with this id is, as far as it is known; else ""."""
        if article_id not in self._addresses and self._index is not None:
            with self._index.catalog.read() as snapshot:
                article = snapshot.article(article_id)
            self._addresses[article_id] = article.url if article is not None else ""
        return self._addresses.get(article_id, "")

    def is_at(self, article_id: str, url: str) -> bool:
        """Whether the article with this id is at `url`, however that is spelt."""
        address = self.address(article_id)
        return bool(address) and canonical_url(address) == canonical_url(url)

    def may_keep_id(self, article_id: str, document: Document) -> bool:
        """Whether a page may be a known article at a new address: within one site only."""
        address = self.address(article_id)
        return bool(address) and same_site(address, document.link)

    def _gives_way(self, claimed: str, article: Article, origin: str, document: Document) -> bool:
        """Whether a page that gave the article in this run is not at its address, and this one is."""
        page = is_link(claimed) and claimed != origin and article.id not in self._sure
        return page and self._at_home(article, document)

    def _refused_page(self, article: Article, origin: str, document: Document, others: list[str]) -> str:
        file = next((other for other in others if not is_link(other)), None)
        if file is not None:
            return _taken(article.id, file)
        if not others and article.id in self._owned.get(origin, ()):
            return ""
        # Nobody's is what a run that was cut off put on record before it could say whose it was.
        if (not others or self._at_home(article, document)) and self.is_at(article.id, article.url):
            return ""
        return _taken(article.id, others[0] if others else "the record")

    @staticmethod
    def _at_home(article: Article, document: Document) -> bool:
        """Whether the page itself is at the address of its article; what a feed says of it is not."""
        page = bool(document.link) and "entry" not in document.stated
        return page and canonical_url(article.url) == canonical_url(document.link)

    def _stands(self, origin: str) -> bool:
        """Whether a file is still what it was when it gave what is on record.

        Pages give way to files; what came through standard input cannot be read again.
        """
        digest = self._read.get(origin)
        if not digest or origin == STDIN or is_link(origin):
            return False
        try:
            return Document(origin, origin, Format.TEXT).digest() == digest.partition(".")[0]
        except DocumentError:
            return False

    def origins_of(self, article_id: str) -> list[str]:
        """The documents that give an article, as far as they are on record."""
        if self._index is None:
            return []
        with self._index.catalog.read() as snapshot:
            return snapshot.origins_of(article_id)


def _taken(article_id: str, where: str) -> str:
    if is_link(where):
        return f"the id {article_id!r} belongs to another article, from {where}, which keeps its place"
    return f"the id {article_id!r} belongs to another article in {where}; give one of them another id"
