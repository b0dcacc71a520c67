"""Archives of documents: ZIP and tar, unpacked within limits and without leaving a trace on the disk.

Nothing is written anywhere, so that no name in an archive can lead out of it. What an archive holds is read
as if it stood in a folder of the archive's name.
"""

import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import BinaryIO

from index.errors import DocumentError
from ingest.documents import Document, Failure, Format, Notice, endings, listed, may_be_article, megabytes

_MOST_MEMBERS = 20_000
_MOST_BYTES = 1_000_000_000
_MOST_RATIO = 200
_DEEPEST = 3
_UNSUSPICIOUS = 50_000_000
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
)


def members(document: Document) -> Iterator[Document | Failure | Notice]:
    """The documents in an archive and the archives in it; a Failure for each that cannot be read.

    A Notice counts what is no article, by the endings of names. DocumentError for a bomb.
    """
    skipped: Counter[str] = Counter()
    budget = _Budget()
    yield from _unpacked(document, budget, skipped, depth=1)
    if budget.inner:
        names = [name.removeprefix(f"{document.origin}/") for name in budget.inner]
        yield Notice(document.origin, f"archives in it are read too: {listed(names)}")
    if skipped:
        yield Notice(document.origin, f"passed over in it, not being articles: {endings(skipped)}")


@dataclass
class _Budget:
    """What an archive, with all that is packed in it, has come to so far."""

    members: int = 0
    size: int = 0
    inner: list[str] = field(default_factory=list)

    def take(self, size: int) -> None:
        self.members += 1
        self.size += size
        if self.members > _MOST_MEMBERS or self.size > _MOST_BYTES:
            raise DocumentError(_BOMB)


def _unpacked(
    document: Document, budget: _Budget, skipped: Counter[str], depth: int
) -> Iterator[Document | Failure]:
    unpack = _of_zip if document.format is Format.ZIP else _of_tar
    try:
        with document.open() as file:
            for item in unpack(document, file, budget, skipped):
                if isinstance(item, Document) and item.format in (Format.ZIP, Format.TAR):
                    yield from _inner(item, budget, skipped, depth)
                else:
                    yield item
    except _BROKEN as error:
        msg = "it is damaged, or no archive that can be read; pack it again"
        raise DocumentError(msg) from error


def _inner(
    document: Document, budget: _Budget, skipped: Counter[str], depth: int
) -> Iterator[Document | Failure]:
    """What is in an archive in an archive."""
    if depth == _DEEPEST:
        yield Failure(document.origin, f"it is packed {_DEEPEST} archives deep; unpack it first")
    elif len(document.content or b"") > document.max_bytes:
        yield Failure(document.origin, f"it is larger than {megabytes(document.max_bytes)}; unpack it first")
    else:
        budget.inner.append(document.origin)
        try:
            yield from _unpacked(document, budget, skipped, depth + 1)
        except DocumentError as error:
            yield Failure(document.origin, str(error))


def checked_zip(file: BinaryIO) -> zipfile.ZipFile:
    """A ZIP file, opened; DocumentError where it would come to far more than it is."""
    archive = zipfile.ZipFile(file)
    infos = archive.infolist()
    size, packed = sum(one.file_size for one in infos), sum(one.compress_size for one in infos)
    if len(infos) > _MOST_MEMBERS or size > _MOST_BYTES or size > max(_UNSUSPICIOUS, packed * _MOST_RATIO):
        raise DocumentError(_BOMB)
    return archive


def _of_zip(
    document: Document, file: BinaryIO, budget: _Budget, skipped: Counter[str]
) -> Iterator[Document | Failure]:
    with checked_zip(file) as archive:
        for info in archive.infolist():
            form = None if info.is_dir() else _wanted(info.filename, skipped)
            if form is None:
                continue
            budget.take(info.file_size)
            origin = f"{document.origin}/{info.filename}"
            if info.flag_bits & 1:
                yield Failure(origin, "it is locked with a password; unpack it first")
            elif (info.external_attr >> 16) & 0o170000 == 0o120000:
                yield Failure(origin, "it is a link, which is not followed in an archive")
            else:
                try:
                    with archive.open(info) as member:
                        data = member.read(document.max_bytes + 1)
                except _BROKEN:
                    yield Failure(origin, "it is damaged in the archive; pack it again")
                else:
                    yield _member(document, origin, form, data)


def _of_tar(
    document: Document, file: BinaryIO, budget: _Budget, skipped: Counter[str]
) -> Iterator[Document | Failure]:
    with tarfile.open(fileobj=file, mode="r|*") as archive:
        for info in archive:
            budget.take(info.size)
            form = None if info.isdir() else _wanted(info.name, skipped)
            if form is None:
                continue
            origin = f"{document.origin}/{info.name}"
            member = archive.extractfile(info) if info.isreg() else None
            if member is None:
                yield Failure(origin, "it is a link or device, which is not read in an archive")
            else:
                yield _member(document, origin, form, member.read(document.max_bytes + 1))


def _member(document: Document, origin: str, form: Format, data: bytes) -> Document:
    return replace(document, origin=origin, format=form, content=data, link="", stated={})


def _wanted(name: str, skipped: Counter[str]) -> Format | None:
    """The format of a member that a folder would give too; one of no known format is counted."""
    parts = PurePosixPath(name).parts
    # A member may be named "." and have no parts.
    if not parts or parts[0] == "__MACOSX" or not all(map(may_be_article, parts)):
        return None
    form = Format.of(parts[-1])
    if form is None:
        skipped[PurePosixPath(name).suffix.lower()] += 1
    return form


_BOMB = "it would come to far more than it is when unpacked; unpack it yourself if you trust it"
