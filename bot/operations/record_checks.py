"""What can go wrong with a record while it is in use; a fraction of a second."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.assembly import vector_server
from bot.operations.checks import Check, tried
from bot.settings import Settings
from bot.terminal.plain_lines import number_of
from index.catalog.location import RecordLocation
from index.catalog.overview import read_overview
from index.folder_access import refused
from index.store import Index
from index.vectors.connection import check_server
from index.vectors.shards import names_of


def record_checks(settings: Settings) -> Iterator[Check]:
    """The record and where it lies; a fraction of a second."""
    yield tried("volume", lambda: _writable(settings.home))
    yield tried("record", lambda: _readable(settings.record))
    if settings.vectors:
        yield tried("vectors", lambda: _vectors(settings))


def _writable(home: Path) -> str:
    if not home.is_dir():
        return f"{home} is made by the first ingest"
    try:
        with tempfile.TemporaryFile(dir=home) as file:
            file.write(b"?")
            file.flush()
    except OSError as error:
        raise refused(home, error) from error
    return f"{home} can be written"


def _readable(record: RecordLocation) -> str:
    overview = read_overview(record)
    if overview is None:
        return "there is none yet"
    return f"{number_of(overview.articles, 'article')}, refreshed {overview.refreshed or 'never'}"


def _vectors(settings: Settings) -> str:
    server = vector_server(settings)
    names: list[str] = []
    if Index.exists(settings.record):
        with Index(settings.record) as index, index.catalog.read() as snapshot:
            generation = snapshot.head().vectors
            names = names_of(generation) if generation else []
    return check_server(server, names) if server else ""
