"""The record's tests run over both engines: its catalog as a file, and in PostgreSQL.

A test asks for `index`, an open record, or for `where`, the place of one. One that asks for `home` looks into
the folder itself, and runs over files alone.
"""

import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.catalog.location import RecordLocation
from index.store import Index
from tests.conftest import WordEmbedder


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "where" in metafunc.fixturenames:
        of_files = "home" in inspect.signature(metafunc.function).parameters
        others = [] if of_files else [pytest.param("postgresql", marks=pytest.mark.slow)]
        metafunc.parametrize("engine", ["file", *others])


@pytest.fixture
def where(engine: str, request: pytest.FixtureRequest, home: Path) -> RecordLocation:
    """Where a record may be made; there is none yet."""
    if engine == "file":
        return RecordLocation(home)
    return RecordLocation(home, request.getfixturevalue("database"))


@pytest.fixture
def index(where: RecordLocation, words: WordEmbedder) -> Iterator[Index]:
    """An empty record, open."""
    Index.create(where)
    with Index(where, words) as opened:
        yield opened
