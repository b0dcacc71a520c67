"""Where the articles on record came from."""

from dataclasses import dataclass

from index.catalog.snapshot import PageState, Snapshot


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an article came from: a document, through what it was found, how and when it was read.

    `format` and `read`, a moment in ISO 8601, are "" where they were not noted; `fetch` is of web pages.
    """

    origin: str
    root: str
    format: str
    read: str
    fetch: PageState | None = None


def provenance(snapshot: Snapshot, article_id: str) -> list[Provenance]:
    """The documents that gave an article, with how they were read, by origin."""
    rows = snapshot.db.execute(
        "SELECT d.origin, d.root, d.format, d.read, f.etag, f.modified, f.mark, f.gone "
        "FROM document_articles a JOIN documents d ON d.origin = a.origin "
        "LEFT JOIN fetches f ON f.origin = d.origin WHERE a.article_id = ? ORDER BY d.origin",
        (article_id,),
    )
    return [
        Provenance(origin, root, form, read, None if said[0] is None else PageState(*said))
        for origin, root, form, read, *said in rows
    ]
