"""Articles of web pages that were removed by hand: they stay away until their page is named again.

A file is in the hands of who removes what it gave, who can delete it too; a feed or sitemap is not.
"""

from collections.abc import Collection, Mapping

from ingest.documents import Document


class Removals:
    """What was removed by hand, and whether a run may bring it back."""

    def __init__(self, removed: Mapping[str, Collection[str]], *, scheduled: bool) -> None:
        """`removed` are ids by origin; a run that is `scheduled` brings nothing back."""
        self._removed = removed
        self._ids = {id_ for ids in removed.values() for id_ in ids}
        self._scheduled = scheduled

    def is_asked_back(self, document: Document) -> bool:
        """Whether somebody named the very page that gave what was removed."""
        named = document.root == document.origin and not self._scheduled
        return named and document.origin in self._removed

    def stays_away(self, article_id: str, document: Document, known: Collection[str]) -> bool:
        """Whether a page's article is not put on record; `known` are those that the page gave before."""
        named = document.root == document.origin and not self._scheduled
        if not document.link or named:
            return False
        # A page that moved since gives its article under another id.
        moved = not known and not document.many and document.origin in self._removed
        return moved or article_id in self._ids
