"""What is on record when a run begins: one look, for what is read from disk and from the web."""

from dataclasses import dataclass, field

from index.catalog.snapshot import PageState
from index.store import Index
from ingest.documents import Document
from ingest.web.pages import KnownPage


@dataclass(frozen=True)
class RecordState:
    """Tables of the record, by origin or article id; all empty where there is no record yet."""

    digests: dict[str, str] = field(default_factory=dict)
    roots: dict[str, str] = field(default_factory=dict)
    owned: dict[str, list[str]] = field(default_factory=dict)
    revisions: dict[str, str] = field(default_factory=dict)
    moves: dict[str, str] = field(default_factory=dict)
    pages: dict[str, PageState] = field(default_factory=dict)
    removed: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, index: Index | None) -> "RecordState":
        """The state of a record now, all of one snapshot."""
        if index is None:
            return cls()
        with index.catalog.read() as snapshot:
            return cls(
                digests=snapshot.document_digests(),
                roots=snapshot.document_roots(),
                owned=snapshot.articles_by_document(),
                revisions=snapshot.all_revisions(),
                moves=snapshot.moves(),
                pages=snapshot.page_states(),
                removed=snapshot.removed_by_hand(),
            )

    def is_known(self, document: Document) -> bool:
        """Whether a document's bytes are as before. Raises DocumentError where they cannot be read."""
        return bool(self.owned.get(document.origin)) and document.digest() == self.digests.get(
            document.origin
        )

    def root_of(self, document: Document) -> str:
        """Through what a document is found; a page that is named itself stays with what lists it."""
        named = bool(document.link) and document.root == document.origin
        return self.roots.get(document.origin, document.root) if named else document.root

    def known_pages(self, *, scheduled: bool = False) -> dict[str, KnownPage]:
        """What the record knows of pages, by origin; a run that is `scheduled` asks nothing back."""
        return {
            origin: KnownPage(
                page,
                bool(self.digests.get(origin)) or bool(page.gone_since),
                self.roots.get(origin, ""),
                not scheduled and origin in self.removed,
            )
            for origin, page in self.pages.items()
        }
