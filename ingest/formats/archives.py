"""Archives of documents: ZIP and tar, unpacked within limits and without leaving a trace on the disk.

Nothing is written anywhere, so that no name in an archive can lead out of it. What an archive holds is read
as if it stood in a folder of the archive's name.
"""

import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from index.errors import DocumentError
from ingest.documents import Document, Failure, Format

_MOST_MEMBERS = 20_000
_MOST_BYTES = 1_000_000_000
_MOST_RATIO = 200
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


def members(document: Document) -> Iterator[Document | Failure]:
    """The documents in an archive; a Failure for each that cannot be read. DocumentError for a bomb."""
    unpack = _of_zip if document.format is Format.ZIP else _of_tar
    try:
        with document.open() as file:
            yield from unpack(document, file)
    except _BROKEN as error:
        msg = "it is damaged, or no archive that can be read; pack it again"
        raise DocumentError(msg) from error


def checked_zip(file: BinaryIO) -> zipfile.ZipFile:
    """A ZIP file, opened; DocumentError where it would come to far more than it is."""
    archive = zipfile.ZipFile(file)
    infos = archive.infolist()
    size, packed = sum(one.file_size for one in infos), sum(one.compress_size for one in infos)
    if len(infos) > _MOST_MEMBERS or size > _MOST_BYTES or size > max(_UNSUSPICIOUS, packed * _MOST_RATIO):
        raise DocumentError(_BOMB)
    return archive


def _of_zip(document: Document, file: BinaryIO) -> Iterator[Document | Failure]:
    with checked_zip(file) as archive:
        for info in archive.infolist():
            form = _wanted(info.filename)
            if form is None or info.is_dir():
                continue
            origin = f"{document.origin}/{info.filename}"
            if info.flag_bits & 1:
                yield Failure(origin, "it is locked with a password; unpack it first")
            elif (info.external_attr >> 16) & 0o170000 == 0o120000:
                yield Failure(origin, "it is a link, which is not followed in an archive")
            else:
                with archive.open(info) as member:
                    yield _member(document, origin, form, member.read(document.max_bytes + 1))


def _of_tar(document: Document, file: BinaryIO) -> Iterator[Document | Failure]:
    taken = 0
    with tarfile.open(fileobj=file, mode="r|*") as archive:
        for number, info in enumerate(archive):
            taken += info.size
            if number > _MOST_MEMBERS or taken > _MOST_BYTES:
                raise DocumentError(_BOMB)
            form = _wanted(info.name)
            if form is None or info.isdir():
                continue
            origin = f"{document.origin}/{info.name}"
            member = archive.extractfile(info) if info.isreg() else None
            if member is None:
                yield Failure(origin, "it is a link or device, which is not read in an archive")
            else:
                yield _member(document, origin, form, member.read(document.max_bytes + 1))


def _member(document: Document, origin: str, form: Format, data: bytes) -> Document:
    return replace(document, origin=origin, format=form, content=data, link="", stated={})


def _wanted(name: str) -> Format | None:
    """The format of a member that a folder would give too; archives in archives are left alone."""
    parts = name.split("/")
    if (
        any(part.startswith(".") for part in parts)
        or parts[0] == "__MACOSX"
        or parts[-1].lower() == "readme.md"
    ):
        return None
    form = Format.of(parts[-1])
    return None if form in (Format.ZIP, Format.TAR) else form


_BOMB = "it would come to far more than it is when unpacked; unpack it yourself if you trust it"
