"""A record of two articles, and no proxies in the way of servers on loopback."""

from collections.abc import Iterator

import pytest

from index.store import Index
from tests.bot.model.answering import FERRY, LEDGER
from tests.conftest import put


@pytest.fixture
def record(index: Index) -> Index:
    put(index, FERRY, LEDGER)
    return index


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    yield
