"""`onrecord backup` and `onrecord restore`: the record to one file, and back."""

import os
import shutil
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from bot.assembly import open_index, vector_server
from bot.json_output import print_json
from bot.settings import Settings
from bot.terminal import console
from bot.terminal.plain_lines import number_of
from bot.terminal.progress import IngestProgress
from index.backup import About, refuse_to_overwrite, staged, write_backup
from index.catalog.location import RecordLocation
from index.catalog.sqlite.catalog import FILE
from index.dates import moment_in_words
from index.errors import OnRecordError, RecordError, RecordUnreadable, UsageError
from ingest import pipeline

_STANDARD = Path("-")


def run_backup(settings: Settings, file: Path, *, as_json: bool) -> None:
    """Write the record to `file` ("-" is standard output); the file appears whole or not at all."""
    made = datetime.now(UTC).isoformat(timespec="seconds")
    if file == _STANDARD:
        if sys.stdout.isatty():
            msg = "A backup is not text for a terminal; name a file, or send it on with > or |."
            raise UsageError(msg)
        about = _written(settings, sys.stdout.buffer, settings.home, made, "standard output")
        sys.stdout.buffer.flush()
    else:
        about = _to_file(settings, file, made)
    said = (
        f"Backed up: {number_of(about.articles, 'article')} and {len(about.files)} "
        f"{'database' if len(about.files) == 1 else 'databases'}, {_megabytes(about)} before compression."
    )
    if as_json and file != _STANDARD:
        print_json({"file": str(file), **_json(about)})
    else:
        console.err().print(said, soft_wrap=True)


def run_restore(settings: Settings, file: Path, *, as_json: bool) -> None:
    """Put a backup back into a folder that holds no record, make its vectors, and verify the result."""
    refuse_to_overwrite(settings.home)
    if file == _STANDARD:
        about = _restored(settings, sys.stdin.buffer)
    else:
        try:
            with file.open("rb") as source:
                about = _restored(settings, source)
        except OSError as error:
            msg = f"The backup {file} cannot be read: {error.strerror or error}."
            raise UsageError(msg) from error
    if as_json:
        print_json({"home": str(settings.record), **_json(about)})
    else:
        many = number_of(about.articles, "article")
        said = f"Restored into {settings.record}: {many}, as of {moment_in_words(about.made)}"
        console.out().print(f"{said}; all of it was checked.", soft_wrap=True)


def _to_file(settings: Settings, file: Path, made: str) -> About:
    if file.is_dir() or not file.parent.is_dir():
        why = "it is a folder" if file.is_dir() else "its folder is missing"
        msg = f"No backup can be written to {file}: {why}."
        raise UsageError(msg)
    if file.exists():
        msg = f"{file} is there already, and a backup overwrites nothing; choose another name."
        raise UsageError(msg)
    try:
        # Only for its owner: it holds every article, and what people asked.
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    except OSError as error:
        raise _unwritable(str(file), error) from error
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as target:
            about = _written(settings, target, file.parent, made, str(file))
            target.flush()
            os.fsync(target.fileno())
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return about


def _written(settings: Settings, target: IO[bytes], room: Path, made: str, where: str) -> About:
    try:
        with console.waiting("Backing up …"):
            return write_backup(settings.record, target, room, made)
    except OSError as error:
        raise _unwritable(where, error) from error


def _restored(settings: Settings, source: IO[bytes]) -> About:
    record = settings.record
    if record.database and record.exists():
        msg = f"{record} already holds a record, and a restore overwrites nothing; set catalog to another."
        raise RecordUnreadable(msg)
    with staged(settings.home, source) as (folder, about):
        unpacked = settings.of(RecordLocation(folder))
        if record.database:
            # On a server they are made once, for the database.
            unpacked = replace(unpacked, vectors="")
        with open_index(unpacked) as index:
            if about.model and about.model != index.embedder.key:
                msg = (
                    f"The backup's embeddings were made by {about.model}, and the settings name "
                    f"{index.embedder.key}; set embedding_model to what it was. Nothing was restored."
                )
                raise RecordError(msg)
            with IngestProgress() as bar:
                pipeline.rebuild(index, bar.rebuild)
            problems = index.verify()
        if problems:
            raise OnRecordError(f"The backup cannot be used: {' '.join(problems)} Nothing was restored.")
        if record.database:
            _moved(folder, settings)
    return about


def _moved(folder: Path, settings: Settings) -> None:
    """Put what was unpacked into the database, and leave the rest for the folder."""
    from index.transfer import copy_record

    with console.waiting("Copying into the database …"):
        copy_record(RecordLocation(folder), settings.record, vector_server(settings))
    for path in folder.glob(f"{FILE}*"):
        path.unlink()
    shutil.rmtree(folder / "vectors", ignore_errors=True)


def _unwritable(where: str, error: OSError) -> RecordError:
    return RecordError(f"The backup could not be written to {where}: {error.strerror or error}.")


def _megabytes(about: About) -> str:
    return f"{sum(file.size for file in about.files) / 1e6:,.1f} MB"


def _json(about: About) -> dict[str, object]:
    return {
        "made": about.made,
        "articles": about.articles,
        "model": about.model,
        "files": {file.name: file.size for file in about.files},
    }
