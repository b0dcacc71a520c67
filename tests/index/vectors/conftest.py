"""What tests of vectors share."""

from collections.abc import Iterator

import pytest

from tests.index.vectors.chroma_server import ChromaServer


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    running = ChromaServer(tmp_path_factory.mktemp("chroma") / "data")
    yield running
    running.stop()
