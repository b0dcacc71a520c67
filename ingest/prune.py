"""Which documents on record are gone, for `--prune`."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from ingest.documents import Document


def gone_documents(roots: Mapping[str, str], found: Iterable[Document], failed: Iterable[str]) -> list[str]:
    """The documents on record that are gone from what a run was asked to read, by origin, in order.

    `roots` says through what each document on record was found. What only failed to be read is not gone, nor
    is anything that lies in a folder that failed.
    """
    documents = list(found)
    named = {document.root for document in documents}
    folders = [Path(os.path.realpath(root)) for root in named]
    unread = [_place(origin) for origin in failed]
    gone: list[str] = []
    for origin in sorted(roots.keys() - {document.origin for document in documents}):
        # Besides what was found so, what is gone and was read by another path since.
        if roots[origin] not in named and not _is_missing(origin):
            continue
        place = _place(origin)
        asked_for = roots[origin] in named or any(map(place.is_relative_to, folders))
        if asked_for and not any(map(place.is_relative_to, unread)):
            gone.append(origin)
    return gone


def _place(origin: str) -> Path:
    """Where a file is, whatever links lead to its folder."""
    path = Path(origin)
    return Path(os.path.realpath(path.parent), path.name)


def _is_missing(origin: str) -> bool:
    """Whether it is the path of a file that is not there any more; not where that cannot be told."""
    path = Path(origin)
    if not path.is_absolute():
        return False
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
