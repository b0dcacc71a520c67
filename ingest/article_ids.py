"""Under which id a run puts an article on record, where its document moved or another one has its id."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from index.types import Article
from ingest.documents import Document, Format, Notice
from ingest.formats.article_id import basis, build_id
from ingest.rights import Rights
from ingest.urls import canonical_url


class ArticleIds:
    """What the articles of a run are called, by what is on record and what the run has taken in."""

    def __init__(
        self,
        rights: Rights,
        revisions: Mapping[str, str],
        moves: dict[str, str],
        moved: list[tuple[str, str]],
        notices: list[Notice],
        current: Callable[[str], Article | None],
    ) -> None:
        """`revisions` is kept by the run; `moved` gets moves that are found, `notices` what is to tell.

        `current` gives what is on record under an id, or will be.
        """
        self._rights = rights
        self._revisions = revisions
        self._moves = moves
        self._moved = moved
        self._notices = notices
        self._current = current

    def called(self, article: Article, document: Document, known: Collection[str]) -> Article:
        """The article under the id that it has or may have; `known` are those of its document before."""
        if document.link:
            return self._at_home(article, document, tuple(known))
        if document.format is Format.MARKDOWN:
            return self._in_folder(article, document, known)
        return article

    def _in_folder(self, article: Article, document: Document, known: Collection[str]) -> Article:
        """Sites made of Markdown may give one id in each of several folders: one file alone has it."""
        own = build_id(basis(document) or article.id)
        of_address = build_id(f"url:{canonical_url(article.url)}") if article.url else own
        if article.id in (own, of_address):
            return article
        if own in known and article.id not in known:
            return replace(article, id=own)
        replaces = self._revisions.get(article.id) not in (None, article.revision)
        if not replaces or not self._rights.refusal(article, document.origin, document):
            return article
        said = f"another file has the id {article.id!r} too, so this one is called by its place: {own}"
        self._notices.append(Notice(document.origin, said))
        return replace(article, id=own)

    def _at_home(self, article: Article, document: Document, known: Sequence[str]) -> Article:
        """The article of a page that moved, under the id that it has."""
        kept = self._moves.get(article.id)
        if kept in self._revisions and kept is not None and self._rights.is_at(kept, article.url):
            return replace(article, id=kept)
        elsewhere = len(known) == 1 and known[0] != article.id and article.id not in self._revisions
        if not elsewhere or not self._rights.may_keep_id(known[0], document):
            return article
        before = self._current(known[0])
        if not document.moved and (before is None or before.text != article.text):
            return article
        self._moves[article.id] = known[0]
        self._moved.append((article.id, known[0]))
        return replace(article, id=known[0])
