"""How far a run is, and what it did."""

from dataclasses import dataclass, field

from ingest.documents import Failure, Notice


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    `done` of `total` bytes of documents, pages being taken for 50,000 each, are on record; `read` are read.
    `articles` are read, `embedded` chunks are in; `pages` of `pages_known` have been fetched.
    """

    done: int
    total: int
    articles: int
    embedded: int
    pages: int = 0
    pages_known: int = 0
    failed: int = 0
    read: int = 0


@dataclass
class Summary:
    """What a run did, in articles; `embedded` counts texts that the model had to read.

    `withdrawn` were found gone, and are kept and marked; `left` is pages for which the run's budget was not
    enough.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    withdrawn: int = 0
    left: int = 0
    embedded: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    failures: list[Failure] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def progress(self, done: int, total: int, read: int, waiting: int, pages: int, known: int) -> Progress:
        """How far a run is that has done so much; `waiting` articles are not on record yet."""
        articles = self.new + self.changed + self.unchanged + waiting
        return Progress(done, total, articles, self.embedded, pages, known, len(self.failures), read)
