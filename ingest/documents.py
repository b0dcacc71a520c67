"""A document: bytes that may become articles, and how they are read, safely and within limits."""

import hashlib
import logging
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from index.catalog.snapshot import PageState
from index.errors import DocumentError

_LOG = logging.getLogger("onrecord.ingest")
MAX_BYTES = 50_000_000
"""The most that one article, or one line of articles, may have."""

STDIN = "-"


class Format(Enum):
    """How a document is written; the values are the endings of file names that say so."""

    MARKDOWN = (".md", ".markdown")
    TEXT = (".txt", ".text")
    HTML = (".html", ".htm", ".xhtml")
    JSON_LINES = (".jsonl", ".ndjson")
    JSON = (".json",)
    PDF = (".pdf",)
    DOCX = (".docx",)
    XLSX = (".xlsx", ".xlsm")
    CSV = (".csv", ".tsv")
    EPUB = (".epub",)
    EMAIL = (".eml",)
    MHTML = (".mhtml", ".mht")
    WARC = (".warc", ".warc.gz")
    ZIP = (".zip",)
    TAR = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")

    @classmethod
    def of(cls, name: str) -> "Format | None":
        """The format that the ending of a file's name stands for."""
        name = name.lower()
        # A name that is nothing but an ending has none.
        return next((one for one in cls if name.endswith(one.value) and not name.startswith(".")), None)


@dataclass(frozen=True, slots=True)
class Failure:
    """A document, or a part of one, that does not become an article.

    `reason` is a sentence that says what is wrong and what to do; `where` names the part ("line 7").
    """

    origin: str
    reason: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A word on a document whose articles are kept: what of it was passed over, or how it was read.

    `passed` says that it holds no article and need not: a page that only leads to another.
    """

    origin: str
    text: str
    passed: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """How far a long document is read: `page` of `pages`."""

    origin: str
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes that may become articles: a file, or what came through standard input or the web (`content`).

    `origin` is the absolute path, a link as it was given, or "-"; `root` is the absolute path of the folder
    that was named, or of the file itself, or the web source. `link` is where a page was in the end, "" for
    what is not from the web; `moved` whether it is there for good; `charset` what the site says of its
    encoding; `stated` what its feed or source says of it, by the names of front matter; `fetch` what to
    remember.
    `part` is what tells it from others at the same address, as feed entries that have no pages; `instead`
    is the feed's own text of a page, for when the page holds no article.
    """

    origin: str
    root: str
    format: Format
    max_bytes: int = MAX_BYTES
    content: bytes | None = field(default=None, repr=False)
    link: str = ""
    charset: str = ""
    moved: bool = False
    stated: Mapping[str, str] = field(default_factory=dict)
    fetch: PageState | None = None
    part: str = ""
    instead: "Document | None" = None

    def read(self) -> bytes:
        """All bytes. DocumentError where they are more than `max_bytes` or cannot be read."""
        with self.open() as file:
            data = _read(file, self.max_bytes + 1)
        if len(data) > self.max_bytes:
            msg = f"it is larger than {megabytes(self.max_bytes)}, the most for one article; split it"
            raise DocumentError(msg)
        return data

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Each line with its number, from 1, without its line break.

        Of a longer line than `max_bytes` come the first `max_bytes` + 1 bytes. DocumentError where the file
        cannot be read.
        """
        with self.open() as file:
            number = 1
            while line := _read_line(file, self.max_bytes + 2):
                rest = line
                while not rest.endswith(b"\n") and (rest := _read_line(file, self.max_bytes + 2)):
                    pass
                yield number, line.rstrip(b"\r\n")[: self.max_bytes + 1]
                number += 1

    def digest(self) -> str:
        """The SHA-256 of the bytes, and of where a page was, in hexadecimal; after a dot a file's outlet.

        DocumentError where they cannot be read.
        """
        sha = hashlib.sha256(self.link.encode())
        with self.open() as file:
            while block := _read(file, 1 << 20):
                sha.update(block)
        outlet = "" if self.link else self.stated.get("source", "")
        return f"{sha.hexdigest()}.{outlet}" if outlet else sha.hexdigest()

    @property
    def size(self) -> int:
        """How many bytes there are, for progress; 0 where that cannot be told, 50,000 for any page."""
        if self.link:
            return 50_000
        if self.content is not None:
            return len(self.content)
        try:
            return Path(self.origin).stat().st_size
        except OSError:
            return 0

    @property
    def many(self) -> bool:
        """Whether it may hold more than one article."""
        return self.is_collection or self.format in (Format.XLSX, Format.CSV)

    @property
    def is_collection(self) -> bool:
        """Whether it holds articles that go only by `--prune` when they are no longer in it."""
        several = (Format.JSON, Format.JSON_LINES, Format.WARC, Format.ZIP, Format.TAR)
        return self.format in several

    def open(self) -> BinaryIO:
        """The bytes as a file. DocumentError where it cannot be opened."""
        return open_regular(Path(self.origin)) if self.content is None else BytesIO(self.content)


def may_be_article(name: str) -> bool:
    """Whether what has this name in a folder may be one: nothing hidden, no README.

    "~$name.docx" only says that Word has a document open.
    """
    return not name.startswith((".", "~$")) and name.lower() != "readme.md"


@dataclass(frozen=True, slots=True)
class WebSource:
    """The address of something on the web that has yet to be fetched.

    `kind` is "page", "feed", "sitemap", "list", or "auto" where the site's answer shall tell. Of what is
    listed, addresses that match a pattern of `exclude`, or none of `include` where there are some, are left
    out. `limit` is the most pages of it in one run, 0 for no limit; with `recheck`, pages that are no longer
    listed are asked for too. `outlet` is what to call the source of pages that do not say.
    """

    url: str
    kind: str = "auto"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    limit: int = 0
    recheck: bool = False
    outlet: str = ""

    @property
    def origin(self) -> str:
        """What it is called in failures and in the ledger."""
        return self.url


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A page that did not change since it was read, by its site's word; `fetch` where that is new."""

    origin: str
    root: str
    fetch: PageState | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """A page that its site says is not there any more, with the status 404 or 410."""

    origin: str
    root: str
    status: int


@dataclass(frozen=True, slots=True)
class ListingDone:
    """A feed, sitemap or list all of whose pages came; next time it need only say that it is the same."""

    origin: str
    fetch: PageState


Item = Document | Failure | Notice | Unchanged | Gone | ListingDone
"""What a run takes in."""


def open_regular(path: Path) -> BinaryIO:
    """A regular file, opened for reading; DocumentError for anything else, which is not even waited for."""
    try:
        # Without O_NONBLOCK, opening a named pipe waits until somebody writes to it.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise DocumentError(unreadable(error)) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise DocumentError(NOT_REGULAR)
    return os.fdopen(descriptor, "rb")


NOT_REGULAR = "it is not a regular file; name one that holds an article"


def unreadable(error: OSError) -> str:
    """Why a file cannot be read, for people."""
    cause = (error.strerror or type(error).__name__).lower()
    return f"it cannot be read ({cause}); check the path and its permissions"


def listed(names: Sequence[str], most: int = 5) -> str:
    """Names for people: the first `most` of them, and how many more there are."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def endings(counts: Mapping[str, int]) -> str:
    """Counted endings of file names, for people."""
    return ", ".join(f"{count:,} {ending or 'without an ending'}" for ending, count in counts.items())


def unforeseen(origin: str, error: Exception) -> Failure:
    """What nobody foresaw in something to be read, as its failure alone; where it arose is in the log."""
    _LOG.debug("reading %s", origin, exc_info=error)
    return Failure(origin, f"it cannot be read ({type(error).__name__}); save its text and name that file")


def megabytes(count: int) -> str:
    """A number of bytes, for people."""
    return f"{count // 1_000_000} MB" if count >= 1_000_000 else f"{count} bytes"


def _read(file: BinaryIO, size: int) -> bytes:
    try:
        return file.read(size)
    except OSError as error:
        raise DocumentError(unreadable(error)) from error


def _read_line(file: BinaryIO, size: int) -> bytes:
    try:
        return file.readline(size)
    except OSError as error:
        raise DocumentError(unreadable(error)) from error
