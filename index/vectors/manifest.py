"""What a generation directory says of itself, in `generation.json`: written last, and checked before opening.

It states how many vectors there are, how many dead ones the copies carry along, the size and hash of each
file of the graph, a hash of what Chroma's database says, and one of itself. Chroma answers from damaged
files without an error, or by a crash of the process, so none is opened that is not as it was written.

Hashing takes a second for about a gigabyte. Beyond `_AT_ONCE` bytes a file is only hashed where its size is
right and its time is not that of its writing: what fails silently on such a disk is found by `verify`.
"""

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from index.errors import VectorsUnreadable

FILE = "generation.json"
DATABASE = "chroma.sqlite3"
_AT_ONCE = 256_000_000
# Chroma writes a row into it each time that it opens the directory.
_TOUCHED = "acquire_write"
# Those after the first three came with later versions; any other name is a damaged one.
_ALWAYS, _LATER = {"count", "dead", "files"}, {"crowded", "database", "sha256"}


def write_manifest(folder: Path, count: int, dead: int, crowding: str) -> None:
    """State what `folder` holds now."""
    # The graph's files are not written again once they hold anything; before (under a thousand vectors) one
    # of them is, and Chroma reads the database instead.
    graph = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.parent != folder]
    if not any(path.name == "index_metadata.pickle" for path in graph):
        graph = []
    files = {str(path.relative_to(folder)): _stated(path) for path in graph}
    said = {"count": count, "dead": dead, "crowded": crowding, "files": files, "database": _said(folder)}
    (folder / FILE).write_text(json.dumps({**said, "sha256": _hash_of(said)}), encoding="utf-8")


def read_manifest(folder: Path) -> dict[str, Any]:
    """What `folder` says of itself. Raises VectorsUnreadable where it says nothing that can be read."""
    try:
        manifest: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
        whole = _ALWAYS <= manifest.keys() <= _ALWAYS | _LATER
        stated = manifest.pop("sha256", None)
    except (OSError, ValueError, AttributeError) as error:
        raise damaged(folder) from error
    if not whole or stated not in (None, _hash_of(manifest)):
        raise damaged(folder)
    return manifest


def altered_file(folder: Path, manifest: dict[str, Any], *, all_: bool = False) -> Path | None:
    """The first file that is not as it was written, or None; `all_` hashes large ones too."""
    for name, stated in manifest["files"].items():
        path: Path = folder / name
        if not path.is_file() or path.stat().st_size != stated["size"]:
            return path
        trusted = not all_ and stated["size"] > _AT_ONCE and path.stat().st_mtime_ns == stated.get("time")
        if not trusted and _hash(path) != stated["sha256"]:
            return path
    database: Path = folder / DATABASE
    if not database.is_file():
        return database
    # Records of earlier versions do not state it.
    stated = manifest.get("database", "")
    looked_at = bool(stated) and (all_ or database.stat().st_size <= _AT_ONCE)
    return database if looked_at and _said(folder) != stated else None


def damaged(folder: Path) -> VectorsUnreadable:
    """The error for a directory that is not whole."""
    return VectorsUnreadable(
        f"The vector index in {folder} is damaged or gone; run `onrecord rebuild` to make it again."
    )


def _hash_of(manifest: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def _stated(path: Path) -> dict[str, Any]:
    status = path.stat()
    return {"size": status.st_size, "time": status.st_mtime_ns, "sha256": _hash(path)}


def _said(folder: Path) -> str:
    """A hash of what the tables of Chroma's database hold, whatever its pages look like; "" if unreadable."""
    digest = hashlib.sha256()
    try:
        uri = f"{(folder / DATABASE).resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as db:
            db.text_factory = bytes
            for name, made_by in db.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name"
            ).fetchall():
                table = name.decode()
                if table == _TOUCHED or b"VIRTUAL" in made_by:
                    continue
                digest.update(made_by)
                quoted = table.replace('"', '""')
                for row in db.execute(f'SELECT * FROM "{quoted}"'):  # noqa: S608 (a table that is there)
                    digest.update(repr(row).encode())
    except (sqlite3.Error, UnicodeDecodeError, TypeError):
        return ""
    return digest.hexdigest()


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
