"""What there is to read: files, folders, patterns, links and standard input, as documents.

Nothing is opened here that is not a regular file, and nothing outside a folder that was named: a link out of
it is reported instead. Every target is checked before the first document is handed out, so a mistyped one
stops a run before it has done anything.
"""

import glob
import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO

from index.errors import FetchRefused, UsageError
from ingest.documents import (
    NOT_REGULAR,
    STDIN,
    Document,
    Failure,
    Format,
    WebSource,
    may_be_article,
    megabytes,
    unreadable,
)
from ingest.formats.detect import sniff_format
from ingest.urls import checked_link, is_link

# A host's name and a path: "herald.example/ferry".
_LIKE_A_LINK = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?/")
MAX_STDIN_BYTES = 500_000_000
"""The most that is taken from standard input, which may hold many articles, and is kept in memory."""


def find(
    targets: Sequence[str], stdin: BinaryIO | None = None, skipped: Counter[str] | None = None
) -> Iterator[Document | Failure | WebSource]:
    """The documents that `targets` name, in the order of the targets, each once; folders sorted by path.

    A target is a file, a folder (hidden files and README.md in it are passed over), a pattern with `*`, `?`,
    `[…]` or `**`, a link, or "-" for `stdin`. What cannot be read comes as a Failure. `skipped` counts the
    files of folders and patterns that are in no known format, by the ending of their names.

    Raises UsageError, before anything is handed out, for a target that is not there or holds no article.
    """
    counted: Counter[str] = Counter() if skipped is None else skipped
    seen: set[str] = set()
    found: list[Document | Failure | WebSource] = []
    for target in targets:
        of_target = list(_of(target, stdin, counted))
        if not of_target:
            raise UsageError(_nothing(target))
        for item in of_target:
            # By the real path, so that a file is read once whatever links lead to it.
            key = (
                item.origin
                if item.origin == STDIN or isinstance(item, WebSource) or len(targets) == 1
                else os.path.realpath(item.origin)
            )
            if key not in seen:
                seen.add(key)
                found.append(item)
    return iter(found)


def _of(
    target: str, stdin: BinaryIO | None, skipped: Counter[str]
) -> Iterable[Document | Failure | WebSource]:
    if target == STDIN:
        return [_standard_input(stdin)]
    if is_link(target):
        return [_link(target)]
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
    raise UsageError(_missing(target))


def _missing(target: str) -> str:
    """What to say of something that is no file; a link is often typed without its beginning."""
    if "://" in target:
        return f"{target} cannot be read: only links with http:// or https:// can."
    also = ", or write https:// before a link" if _LIKE_A_LINK.match(target) else ""
    return f"{target} does not exist; check the path{also}."


def _link(target: str) -> WebSource:
    try:
        return WebSource(checked_link(target))
    except FetchRefused as error:
        msg = f"{target}: {error}"
        raise UsageError(msg) from error


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

    def note(error: OSError) -> None:
        found.append(Failure(str(error.filename), unreadable(error)))

    for place, folders, files in os.walk(folder, onerror=note):
        inside = Path(place).relative_to(folder).parts
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in filter(may_be_article, [*folders, *files]):
            path = Path(place, name)
            if pattern and not matches((*inside, name), pattern):
                continue
            if path.is_symlink():
                links.append(path)
            elif name in files:
                plain.append(path)
        if pattern and "**" not in pattern and len(inside) + 1 >= len(pattern):
            folders.clear()
    own = {os.path.realpath(path) for path in plain} if links else set()
    for path in plain:
        found.extend(_kept(path, folder, skipped))
    for path in links:
        found.extend(_linked(path, folder, own, skipped))
    return sorted(found, key=lambda item: item.origin.split("/"))


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
        return Failure(str(path), unreadable(error))
    if not stat.S_ISREG(mode):
        return Failure(str(path), NOT_REGULAR)
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
        msg = f"standard input holds more than {megabytes(MAX_STDIN_BYTES)}; save it and name the file"
        raise UsageError(msg)
    if not data.strip():
        msg = "nothing came through standard input; pipe an article into it, or name a file"
        raise UsageError(msg)
    return Document(STDIN, STDIN, sniff_format(data), content=data)
