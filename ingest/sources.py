"""What there is to read: files, folders, patterns and standard input, as documents.

Nothing is opened here that is not a regular file, and nothing outside a folder that was named: a link out of
it is reported instead. Every target is checked before the first document is handed out, so a mistyped one
stops a run before it has done anything.
"""

import glob
import hashlib
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from fnmatch import fnmatchcase
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from index.errors import DocumentError, UsageError

MAX_BYTES = 50_000_000
"""The most that one article, or one line of articles, may have."""

MAX_STDIN_BYTES = 500_000_000
"""The most that is taken from standard input, which may hold many articles, and is kept in memory."""

STDIN = "-"


class Format(Enum):
    """How a document is written; the values are the endings of file names that say so."""

    MARKDOWN = (".md", ".markdown")
    TEXT = (".txt", ".text")
    HTML = (".html", ".htm", ".xhtml")
    JSON_LINES = (".jsonl", ".ndjson")
    JSON = (".json",)

    @classmethod
    def of(cls, name: str) -> "Format | None":
        """The format that the ending of a file's name stands for."""
        ending = Path(name).suffix.lower()
        return next((known for known in cls if ending in known.value), None)


@dataclass(frozen=True, slots=True)
class Failure:
    """A document, or a part of one, that does not become an article.

    `reason` is a sentence that says what is wrong and what to do; `where` names the part ("line 7").
    """

    origin: str
    reason: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes that may become articles: a file, or what came through standard input (then `content`).

    `origin` is the absolute path, or "-"; `root` is the absolute path of the folder that was named, or of the
    file itself.
    """

    origin: str
    root: str
    format: Format
    max_bytes: int = MAX_BYTES
    content: bytes | None = field(default=None, repr=False)

    def read(self) -> bytes:
        """All bytes. DocumentError where they are more than `max_bytes` or cannot be read."""
        with self._open() as file:
            data = _read(file, self.max_bytes + 1)
        if len(data) > self.max_bytes:
            msg = f"it is larger than {_megabytes(self.max_bytes)}, the most for one article; split it"
            raise DocumentError(msg)
        return data

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Each line with its number, from 1, without its line break.

        Of a longer line than `max_bytes` come the first `max_bytes` + 1 bytes. DocumentError where the file
        cannot be read.
        """
        with self._open() as file:
            number = 1
            while line := _read_line(file, self.max_bytes + 2):
                rest = line
                while not rest.endswith(b"\n") and (rest := _read_line(file, self.max_bytes + 2)):
                    pass
                yield number, line.rstrip(b"\r\n")[: self.max_bytes + 1]
                number += 1

    def digest(self) -> str:
        """The SHA-256 of the bytes, in hexadecimal. DocumentError where they cannot be read."""
        sha = hashlib.sha256()
        with self._open() as file:
            while block := _read(file, 1 << 20):
                sha.update(block)
        return sha.hexdigest()

    @property
    def size(self) -> int:
        """How many bytes there are, for progress; 0 where that cannot be told."""
        if self.content is not None:
            return len(self.content)
        try:
            return Path(self.origin).stat().st_size
        except OSError:
            return 0

    @property
    def many(self) -> bool:
        """Whether it may hold more than one article."""
        return self.format in (Format.JSON, Format.JSON_LINES)

    def _open(self) -> BinaryIO:
        return open_regular(Path(self.origin)) if self.content is None else BytesIO(self.content)


def open_regular(path: Path) -> BinaryIO:
    """A regular file, opened for reading; DocumentError for anything else, which is not even waited for."""
    try:
        # Without O_NONBLOCK, opening a named pipe waits until somebody writes to it.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise DocumentError(_unreadable(error)) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise DocumentError(_NOT_REGULAR)
    return os.fdopen(descriptor, "rb")


def find(
    targets: Sequence[str], stdin: BinaryIO | None = None, skipped: Counter[str] | None = None
) -> Iterator[Document | Failure]:
    """The documents that `targets` name, in the order of the targets, each once; folders sorted by path.

    A target is a file, a folder (hidden files and README.md in it are passed over), a pattern with `*`, `?`,
    `[…]` or `**`, or "-" for `stdin`. What cannot be read comes as a Failure. `skipped` counts the files of
    folders and patterns that are in no known format, by the ending of their names.

    Raises UsageError, before anything is handed out, for a target that is not there or holds no article.
    """
    counted: Counter[str] = Counter() if skipped is None else skipped
    seen: set[str] = set()
    found: list[Document | Failure] = []
    for target in targets:
        of_target = list(_of(target, stdin, counted))
        if not of_target:
            raise UsageError(_nothing(target))
        for item in of_target:
            # By the real path, so that a file is read once whatever links lead to it.
            key = item.origin if item.origin == STDIN else os.path.realpath(item.origin)
            if key not in seen:
                seen.add(key)
                found.append(item)
    return iter(found)


def _of(target: str, stdin: BinaryIO | None, skipped: Counter[str]) -> Iterable[Document | Failure]:
    if target == STDIN:
        return [_standard_input(stdin)]
    if target.lower().startswith(("http://", "https://")):
        msg = f"{target}: web pages are not read yet; save the page and name the file"
        raise UsageError(msg)
    if not target or "\0" in target:
        msg = f"{target!r} is not the name of a file or folder"
        raise UsageError(msg)
    path = Path(os.path.abspath(target))  # noqa: PTH100 (links in the name are kept: it is the origin shown)
    if path.is_dir():
        return _in_folder(path, skipped)
    if os.path.lexists(path):
        return [_file(path, path)]
    if glob.has_magic(target):
        return _matching(path, skipped)
    msg = f"{target} does not exist; check the path"
    raise UsageError(msg)


def _nothing(target: str) -> str:
    kinds = ", ".join(ending for known in Format for ending in known.value[:1])
    if glob.has_magic(target) and not os.path.lexists(target):
        return f"{target} matches no article; articles are files that end in {kinds}"
    return f"{target} holds no article; articles are files that end in {kinds}"


def _in_folder(folder: Path, skipped: Counter[str], pattern: Sequence[str] = ()) -> list[Document | Failure]:
    """The documents in a folder and the folders in it, sorted by path; only those that a pattern matches."""
    plain: list[Path] = []
    links: list[Path] = []
    found: list[Document | Failure] = []

    def unreadable(error: OSError) -> None:
        found.append(Failure(str(error.filename), _unreadable(error)))

    for place, folders, files in os.walk(folder, onerror=unreadable):
        inside = Path(place).relative_to(folder).parts
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in filter(_wanted, [*folders, *files]):
            path = Path(place, name)
            if pattern and not matches((*inside, name), pattern):
                continue
            if path.is_symlink():
                links.append(path)
            elif name in files:
                plain.append(path)
        if pattern and "**" not in pattern and len(inside) + 1 >= len(pattern):
            folders.clear()
    own = {os.path.realpath(path) for path in plain}
    for path in plain:
        found.extend(_kept(path, folder, skipped))
    for path in links:
        found.extend(_linked(path, folder, own, skipped))
    return sorted(found, key=lambda item: Path(item.origin).parts)


def _wanted(name: str) -> bool:
    return not name.startswith(".") and name.lower() != "readme.md"


def _kept(path: Path, root: Path, skipped: Counter[str]) -> Iterator[Document | Failure]:
    """A file of a folder, unless it is in no known format."""
    if Format.of(path.name) is None:
        skipped[path.suffix.lower()] += 1
    else:
        yield _file(path, root)


def _linked(path: Path, root: Path, own: set[str], skipped: Counter[str]) -> Iterator[Document | Failure]:
    """What a link in a folder stands for: nothing if it is found without it, a Failure if it leads out.

    `own` are the real paths of what is found without links; links that are followed are added.
    """
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(os.path.realpath(root)):
        if real.is_dir() or Format.of(path.name) is not None:
            yield Failure(
                str(path), "it is a link that leads out of the folder; name what it leads to instead"
            )
    elif not real.is_dir() and str(real) not in own:
        own.add(str(real))
        yield from _kept(path, root, skipped)


def _file(path: Path, root: Path) -> Document | Failure:
    """A file as a document, looked at but not opened."""
    form = Format.of(path.name)
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return Failure(str(path), _unreadable(error))
    if not stat.S_ISREG(mode):
        return Failure(str(path), _NOT_REGULAR)
    if form is None:
        endings = ", ".join(ending for known in Format for ending in known.value)
        return Failure(str(path), f"it is in no known format; articles are files that end in {endings}")
    if not os.access(path, os.R_OK):
        return Failure(str(path), "it may not be read; change its permissions")
    return Document(str(path), str(root), form)


def _matching(pattern: Path, skipped: Counter[str]) -> Iterator[Document | Failure]:
    """The files that a pattern matches. Unlike glob's, `**` here does not follow links."""
    fixed = next(place for place, part in enumerate(pattern.parts) if glob.has_magic(part))
    base = Path(*pattern.parts[:fixed])
    if base.is_dir():
        for item in _in_folder(base, skipped, pattern.parts[fixed:]):
            yield replace(item, root=item.origin) if isinstance(item, Document) else item


def matches(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether the parts of a path match those of a pattern; `**` stands for any number of folders."""
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return matches(parts, pattern[1:]) or (bool(parts) and matches(parts[1:], pattern))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and matches(parts[1:], pattern[1:])


def _standard_input(stdin: BinaryIO | None) -> Document:
    if stdin is None:
        msg = "nothing comes through standard input; pipe an article into it, or name a file"
        raise UsageError(msg)
    data = stdin.read(MAX_STDIN_BYTES + 1)
    if len(data) > MAX_STDIN_BYTES:
        msg = f"standard input holds more than {_megabytes(MAX_STDIN_BYTES)}; save it and name the file"
        raise UsageError(msg)
    if not data.strip():
        msg = "nothing came through standard input; pipe an article into it, or name a file"
        raise UsageError(msg)
    return Document(STDIN, STDIN, sniffed(data), content=data)


def sniffed(data: bytes) -> Format:
    """The format that bytes without a name look like."""
    data = data.removeprefix(b"\xef\xbb\xbf").strip()
    head = data[:4096]
    start = head[:64].lower()
    if start.startswith((b"{", b"[{", b"[\n", b"[ ")):
        first, _, rest = data.partition(b"\n")
        several = first.rstrip().endswith(b"}") and first.lstrip().startswith(b"{")
        return Format.JSON_LINES if several and (not rest or rest.lstrip().startswith(b"{")) else Format.JSON
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<article", b"<?xml", b"<!--")):
        return Format.HTML
    lines = head.split(b"\n")
    marked = lines[0].rstrip() == b"---" or any(line.startswith((b"# ", b"## ")) for line in lines)
    return Format.MARKDOWN if marked else Format.TEXT


_NOT_REGULAR = "it is not a regular file; name one that holds an article"


def _unreadable(error: OSError) -> str:
    cause = (error.strerror or type(error).__name__).lower()
    return f"it cannot be read ({cause}); check the path and its permissions"


def _megabytes(count: int) -> str:
    return f"{count // 1_000_000} MB" if count >= 1_000_000 else f"{count} bytes"


def _read(file: BinaryIO, size: int) -> bytes:
    try:
        return file.read(size)
    except OSError as error:
        raise DocumentError(_unreadable(error)) from error


def _read_line(file: BinaryIO, size: int) -> bytes:
    try:
        return file.readline(size)
    except OSError as error:
        raise DocumentError(_unreadable(error)) from error
