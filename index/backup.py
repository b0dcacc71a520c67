"""A record as one file: written while it is in use, and put back whole or not at all.

The file is a compressed tar: `backup.json` first (what is in it, with sizes and hashes), then every database
of the record's folder. Each database is copied by SQLite's own backup, so it is of one moment whoever writes
meanwhile. Vectors are left out: the catalog keeps the embeddings that they are made from.

A restore is staged in a folder within the record's, and moved into place with the catalog last; without a
catalog there is no record, so one that was cut off leaves none, and trying again clears what it left.
"""

import gzip
import hashlib
import io
import json
import re
import shutil
import sqlite3
import tarfile
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from index.catalog.location import RecordLocation, located
from index.catalog.sqlite.catalog import FILE, FileCatalog
from index.catalog.sqlite.frozen import FrozenConnection, is_refusal
from index.catalog.sqlite.schema import SCHEMA
from index.errors import BackupUnreadable, RecordTooNew, RecordUnreadable

FORMAT = 1
_ABOUT = "backup.json"
_STAGING = ".restoring"
_COPIES = ".onrecord-backup-"
_BLOCK = 1 << 20
# What may stand in a backup: names of databases, never a path.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.sqlite3")
_LARGEST_ABOUT = 1 << 20
# What a folder may hold and still count as empty: the writer's lock, and what file systems put there.
_NOTHING = {"writing.lock", "bot.lock", "lost+found", _STAGING}


@dataclass(frozen=True, slots=True)
class File:
    """One database in a backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class About:
    """What a backup holds.

    `made` is the moment in UTC, `schema` the catalog's, `model` what its embeddings were made by.
    """

    format: int
    made: str
    schema: int
    model: str
    articles: int
    files: tuple[File, ...]


def write_backup(where: Path | RecordLocation, target: IO[bytes], room: Path, made: str) -> About:
    """Write a record to `target`. Copies pass through `room`, a folder with space for them.

    Raises RecordUnreadable where the record cannot be read, OSError where `target` or `room` cannot be
    written.
    """
    record = located(where)
    with closing(record.open_catalog()) as catalog, catalog.read() as snapshot:
        snapshot.head()
    _sweep(room)
    with tempfile.TemporaryDirectory(prefix=_COPIES, dir=room) as folder:
        copies = Path(folder)
        for database in sorted(record.home.glob("*.sqlite3")):
            # A catalog that is in PostgreSQL is copied from there; what lies in the folder is none of it.
            if _NAME.fullmatch(database.name) and not (record.database and database.name == FILE):
                _copy(database, copies / database.name)
        if record.database:
            _copy_database(record, copies)
        copy = FileCatalog(copies)
        try:
            with copy.read() as snapshot:
                model, articles = snapshot.head().model, snapshot.count()[0]
        finally:
            copy.close()
        files = tuple(
            File(path.name, path.stat().st_size, _hash(path)) for path in sorted(copies.glob("*.sqlite3"))
        )
        about = About(FORMAT, made, SCHEMA, model, articles, files)
        # Level 1: embeddings hardly compress, and text does well enough. No time in the header, so
        # that the same record makes the same bytes; `made` tells the time.
        with (
            gzip.GzipFile(fileobj=target, mode="wb", compresslevel=1, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w|") as archive,
        ):
            content = json.dumps(asdict(about), indent=1).encode()
            archive.addfile(_member(_ABOUT, len(content)), io.BytesIO(content))
            for file in files:
                with (copies / file.name).open("rb") as opened:
                    archive.addfile(_member(file.name, file.size), opened)
    return about


def refuse_to_overwrite(home: Path) -> None:
    """Raises RecordUnreadable unless `home` is missing, empty, or what an unfinished restore left."""
    try:
        there = {path.name for path in home.iterdir()} if home.exists() else set()
    except OSError as error:
        msg = f"{home} cannot be restored into: {error.strerror or error}."
        raise RecordUnreadable(msg) from error
    if FILE in there or (_STAGING not in there and there - _NOTHING):
        what = (
            "already holds a record" if FILE in there else f"is not empty ({min(there - _NOTHING)} is there)"
        )
        msg = f"{home} {what}, and a restore overwrites nothing; move it away, or name another --home."
        raise RecordUnreadable(msg)


@contextmanager
def staged(home: Path, source: IO[bytes]) -> Iterator[tuple[Path, About]]:
    """A folder with what a backup held, every byte checked; moved into `home` when the block ends well.

    The block is where what is derived is made again. Raises BackupUnreadable, RecordTooNew, RecordUnreadable.
    """
    refuse_to_overwrite(home)
    staging = home / _STAGING
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if staging.exists():
            _clear(home)
        staging.mkdir(mode=0o700)
    except OSError as error:
        msg = f"{home} cannot be restored into: {error.strerror or error}."
        raise RecordUnreadable(msg) from error
    try:
        about = _unpack(source, staging)
        yield staging, about
        _settle(staging, home)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


def _settle(staging: Path, home: Path) -> None:
    for path in sorted(staging.iterdir(), key=lambda path: path.name == FILE):
        if not path.name.endswith(".lock"):
            path.replace(home / path.name)
    shutil.rmtree(staging, ignore_errors=True)


def _clear(home: Path) -> None:
    """Take away what an unfinished restore left: it began in an empty folder, so all of it is its own."""
    for path in home.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _unpack(source: IO[bytes], folder: Path) -> About:
    try:
        with tarfile.open(fileobj=source, mode="r|gz") as archive:
            members = iter(archive)
            about = _about(archive, next(members, None))
            needed = sum(file.size for file in about.files)
            # Twice: the vectors are made again beside the embeddings that they come from.
            if shutil.disk_usage(folder).free < 2 * needed:
                msg = f"Restoring needs {2 * needed / 1e9:.1f} GB at {folder.parent}, and less is free there."
                raise RecordUnreadable(msg)
            awaited = {file.name: file for file in about.files}
            for member in members:
                file = awaited.pop(member.name, None)
                content = archive.extractfile(member) if file and member.isreg() else None
                if file is None or content is None or not _same(content, folder / file.name, file):
                    raise _damaged(f"{member.name[:80]!r} is not what was backed up")
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        if isinstance(error, OSError) and not isinstance(error, tarfile.TarError) and error.errno:
            msg = f"The backup could not be restored: {error.strerror}."
            raise RecordUnreadable(msg) from error
        raise _damaged("it is cut off, or not a backup of On Record") from error
    if awaited:
        raise _damaged(f"{min(awaited)} is missing from it")
    for name in (file.name for file in about.files):
        _check_database(folder / name)
    return about


def _about(archive: tarfile.TarFile, member: tarfile.TarInfo | None) -> About:
    content = archive.extractfile(member) if member is not None and member.name == _ABOUT else None
    if member is None or content is None or member.size > _LARGEST_ABOUT:
        raise _damaged("it is not a backup of On Record")
    try:
        stated = json.loads(content.read())
        about = About(**{**stated, "files": tuple(File(**file) for file in stated["files"])})
        names = [file.name for file in about.files]
        fit = all(map(_NAME.fullmatch, names)) and FILE in names and len(set(names)) == len(names)
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged("what it says of itself cannot be read") from error
    if about.format > FORMAT or about.schema > SCHEMA:
        msg = "The backup was written by a newer version of On Record; upgrade On Record, then restore."
        raise RecordTooNew(msg)
    if not fit:
        raise _damaged("it names files that no backup holds")
    return about


def _same(content: IO[bytes], path: Path, file: File) -> bool:
    """Whether what was read, and is now at `path`, is what was hashed."""
    digest, size = hashlib.sha256(), 0
    path.touch(0o600, exist_ok=False)
    with path.open("wb") as written:
        while block := content.read(_BLOCK):
            size += len(block)
            if size > file.size:
                return False
            digest.update(block)
            written.write(block)
    return size == file.size and digest.hexdigest() == file.sha256


def _check_database(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as db:
            said = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok":
        raise _damaged(f"{path.name} in it is damaged: {said}")


def _copy(database: Path, copy: Path) -> None:
    try:
        uri = f"{database.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=30)) as source:
            _copy_pages(source, copy)
    except sqlite3.Error as error:
        # A full disk is when a backup is wanted most.
        frozen = FrozenConnection.of(database) if is_refusal(error) else None
        if frozen is not None:
            with closing(frozen):
                _copy_pages(frozen, copy)
                frozen.check()
            return
        msg = f"{database} could not be copied: {error}."
        raise RecordUnreadable(msg) from error


def _copy_database(record: RecordLocation, folder: Path) -> None:
    """The catalog as a file: a backup can be restored into either."""
    from index.catalog.copying import copy_rows

    FileCatalog.create(folder)
    with (
        closing(record.open_catalog()) as old,
        closing(FileCatalog(folder)) as new,
        old.read() as snapshot,
        new.write() as change,
    ):
        copy_rows(snapshot, change)
        # They are left out, as of every record.
        change.set_meta(vectors="", previous="", covers="0")


def _copy_pages(source: sqlite3.Connection, copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as target:
        # All pages in one step: a writer's log holds what it adds meanwhile, and need not wait.
        source.backup(target)


def _sweep(room: Path) -> None:
    """Drop the copies of backups that were killed; a day is longer than any backup takes."""
    for folder in room.glob(f"{_COPIES}*"):
        # Another backup that ends at this moment takes its own away.
        with suppress(FileNotFoundError):
            if folder.stat().st_mtime < time.time() - 86_400:
                shutil.rmtree(folder, ignore_errors=True)


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _damaged(why: str) -> BackupUnreadable:
    return BackupUnreadable(f"The backup cannot be used: {why}; nothing was restored.")
