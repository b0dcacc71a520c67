"""A record, and the API over it."""

from collections.abc import Iterator

import pytest

from index.store import Index
from tests.bot.http.client import api
from tests.bot.serving.doors import record_of_the_ferry


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with record_of_the_ferry(tmp_path_factory.mktemp("http") / "record") as opened:
        yield opened


@pytest.fixture(scope="module")
def url(record: Index) -> Iterator[str]:
    with api(record) as address:
        yield address
