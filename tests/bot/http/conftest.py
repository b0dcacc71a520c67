"""A record, and the API over it."""

from collections.abc import Iterator

import pytest

from index.store import Index
from tests.bot.http.client import api
from tests.bot.serving.doors import FERRY
from tests.conftest import WordEmbedder, put


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    home = tmp_path_factory.mktemp("http") / "record"
    Index.create(home)
    with Index(home, WordEmbedder()) as opened:
        put(opened, FERRY)
        yield opened


@pytest.fixture(scope="module")
def url(record: Index) -> Iterator[str]:
    with api(record) as address:
        yield address
