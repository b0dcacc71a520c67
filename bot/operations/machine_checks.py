"""What `onrecord doctor` looks at: Python, SQLite, packages, the model, the disk, the record."""

import shutil
import sqlite3
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from bot.assembly import open_embedder, try_model, vector_server
from bot.operations.checks import Check, tried
from bot.settings import Settings
from bot.terminal import console
from bot.terminal.plain_lines import number_of
from bot.version import version_line
from index.catalog.overview import read_overview
from index.embedding.onnx_embedder import OnnxEmbedder
from index.embedding.torch_installed import torch_installed
from index.errors import OnRecordError
from index.store import Index, check_model
from ingest.options import Options
from ingest.sources.sources_toml import read_sources

_LITTLE_DISK = 1_000_000_000


def machine_checks(settings: Settings) -> Iterator[Check]:
    """Everything that an answer needs, in the order in which one thing needs another; takes seconds."""
    python = ".".join(map(str, sys.version_info[:3]))
    yield tried("version", version_line)
    yield Check("Python", sys.version_info >= (3, 11), f"{python} (3.11 or later is needed)")
    yield tried("SQLite", _sqlite)
    yield tried("packages", _packages)
    yield tried("embedding model", lambda: _model(settings))
    if settings.model:
        yield tried("language model", lambda: _language_model(settings))
    yield tried("disk", lambda: _disk(settings))
    yield tried("record", lambda: _record(settings))
    if Path(settings.sources).is_file():
        yield tried("sources", lambda: _sources(settings))


def _sqlite() -> str:
    db = sqlite3.connect(":memory:")
    try:
        db.execute("CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'porter unicode61')")
    except sqlite3.OperationalError as error:
        msg = "this Python's SQLite has no full-text search (FTS5); use a Python that has"
        raise OnRecordError(msg) from error
    finally:
        db.close()
    return f"{sqlite3.sqlite_version}, with full-text search"


def _packages() -> str:
    names = ["chromadb", "langchain", "onnxruntime", "trafilatura"]
    # Other models than the default need these, and an installation may be without them.
    names += ["sentence-transformers", "torch"] if torch_installed() else []
    return ", ".join(f"{name} {version(name)}" for name in names)


def _model(settings: Settings) -> str:
    embedder = open_embedder(settings)
    with console.waiting("Loading the embedding model …"):
        vector = embedder.embed_query("Is anybody there?")
    said = f"{embedder.key}, {len(vector)} dimensions, reads {embedder.max_tokens} tokens at once"
    if isinstance(embedder, OnnxEmbedder):
        embedder.check()
        said = f"{said}; kept in {embedder.folder}"
    return said


def _language_model(settings: Settings) -> str:
    with console.waiting("Asking the language model …"):
        return try_model(settings)


def _sources(settings: Settings) -> str:
    """What the file of sources names, and which of it had failures when it was last read."""
    sources = read_sources(Path(settings.sources), Options())
    overview = read_overview(settings.record)
    runs = overview.runs if overview is not None else {}
    failed = [source.label for source in sources if runs.get(source.label, {}).get("failed")]
    said = f"{number_of(len(sources), 'source')} in {settings.sources}"
    return (
        f"{said}; failures in the last run of {', '.join(failed)}: see `onrecord status`" if failed else said
    )


def _disk(settings: Settings) -> str:
    place = settings.home
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < _LITTLE_DISK:
        msg = f"only {free / 1e9:.1f} GB are free at {place}; a refresh needs room for a copy of the vectors"
        raise OnRecordError(msg)
    return f"{free / 1e9:.0f} GB free at {place}"


def _record(settings: Settings) -> str:
    if not Index.exists(settings.record):
        return f"none in {settings.record} yet; `onrecord ingest PATH` makes it"
    embedder = open_embedder(settings)
    with Index(settings.record, embedder, server=vector_server(settings)) as index:
        with index.catalog.read() as snapshot:
            check_model(snapshot.head().model, embedder)
        with console.waiting("Checking the record …"):
            problems = index.verify()
        if problems:
            msg = f"{' '.join(problems)} Run `onrecord rebuild`."
            raise OnRecordError(msg)
        # Last, because it takes the lock: that the record can be written, and that nobody else is at it.
        with index.session(), index.catalog.read() as snapshot:
            articles, chunks = snapshot.count()
    return f"{number_of(articles, 'article')} in {number_of(chunks, 'chunk')}, whole and writable"
