"""Vectors on a real Chroma server: the same answers as embedded, and a word where it is gone."""

import http.server
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.catalog.snapshot import Entry
from index.errors import RecordError, UsageError, VectorsBusy, VectorsUnreachable, VectorsUnreadable
from index.store import Index
from index.types import Query
from index.vectors import server as vectors_server
from index.vectors.connection import Server, ask_version, check_server, server_of
from index.vectors.generation import Crowding
from index.vectors.server import ServerGenerations
from ingest.pipeline import rebuild
from tests.conftest import WordEmbedder, article, put
from tests.index.vectors.chroma_server import ChromaServer

pytestmark = pytest.mark.slow

TEXTS = [
    f"{who} {did} at the {where} on Monday."
    for who in ("The ferry Wrenna", "A canary", "Mayor Orme", "The council")
    for did in ("sang", "sank slowly", "refused the loan", "voted twice", "was repaired")
    for where in ("harbour", "town hall", "north pier")
]
QUERIES = ["Who sang at the harbour?", "the loan", "repaired north pier", "Orme voted", "nothing like it"]


@pytest.fixture
def on_server(chroma: ChromaServer, home: Path, words: WordEmbedder) -> Iterator[Index]:
    """A record whose vectors are on the server, with every text in it."""
    Index.create(home)
    with Index(home, words, server=chroma.server) as index:
        put(index, *(article(f"a{n}", text) for n, text in enumerate(TEXTS)))
        yield index


def found(index: Index) -> list[list[tuple[str, str, float]]]:
    return [
        [(p.article.id, p.text, round(p.score, 4)) for p in index.search(Query(query), 8)]
        for query in QUERIES
    ]


def test_the_same_articles_give_the_same_answers_as_embedded(
    on_server: Index, tmp_path: Path, words: WordEmbedder
) -> None:
    Index.create(tmp_path / "embedded")
    with Index(tmp_path / "embedded", words) as embedded:
        put(embedded, *(article(f"a{n}", text) for n, text in enumerate(TEXTS)))
        assert found(on_server) == found(embedded)
        for index in (on_server, embedded):
            rebuild(index)
            put(
                index,
                article("a0", "The ferry Wrenna is gone."),
                article("new", "A canary refused the loan."),
            )
        assert found(on_server) == found(embedded)
    assert on_server.verify() == []
    assert not (on_server.home / "vectors").exists()


def test_a_collection_in_which_searches_miss_vectors_says_so(chroma: ChromaServer, home: Path) -> None:
    vectors = WordEmbedder().embed([f"Account {n} of {n}: {n}." for n in range(1500)])
    entries = [Entry(str(number), vector) for number, vector in enumerate(vectors)]
    home.mkdir(exist_ok=True)
    generations = ServerGenerations(chroma.server, home)
    for count, crowding in ((20, Crowding.NONE), (1500, Crowding.HEAVY)):
        built = generations.open(generations.build("", [], [entries[:count]], 1, count))
        assert (built.count(), built.crowding) == (count, crowding)
        built.close()


def test_the_size_of_a_collection_is_asked_of_the_server_once(chroma: ChromaServer, home: Path) -> None:
    entries = [Entry(str(n), vector) for n, vector in enumerate(WordEmbedder().embed(TEXTS))]
    home.mkdir(exist_ok=True)
    generations = ServerGenerations(chroma.server, home)
    name = generations.build("", [], [entries], 1, len(entries))
    chroma.stop()
    try:
        assert generations.needs_new_generation(name, 5_000)
    finally:
        chroma.start()


def test_a_collection_is_never_built_on_another(home: Path) -> None:
    generations = ServerGenerations(Server("http://127.0.0.1:9"), home)
    with pytest.raises(ValueError, match="cannot be copied"):
        generations.build("onrecord-0123456789abcdef-00000001-01234567", [], [], 2, 0)


def test_a_sweep_ends_no_run_whose_data_is_committed(home: Path) -> None:
    home.mkdir(exist_ok=True)
    (home / "vectors.id").write_text("0123456789abcdef")
    # No server, and what is no Chroma server at all.
    ServerGenerations(Server("http://127.0.0.1:9"), home).sweep([])
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        server = Server(f"http://127.0.0.1:{other.server_port}")
        with pytest.raises(UsageError):
            ask_version(server)
        ServerGenerations(server, home).sweep([])
        other.shutdown()


def test_another_reader_sees_a_refresh_and_never_an_old_revision(
    on_server: Index, chroma: ChromaServer, words: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each publication made a collection of its own, as large ones would be."""
    monkeypatch.setattr(vectors_server, "_FEWEST_BESIDE", 0)
    monkeypatch.setattr(vectors_server, "_SHARE_BESIDE", 0)
    with Index(on_server.home, words, server=chroma.server) as reader:
        for number in range(4):
            put(on_server, article("a0", f"Round {number} of the harbour song."))
            texts = [p.text for p in reader.search(Query("round harbour song"), 20)]
            assert [text for text in texts if text.startswith("Round")] == [
                f"Round {number} of the harbour song."
            ]
    assert on_server.verify() == []


def test_outdated_collections_go_and_those_of_other_records_stay(
    on_server: Index, chroma: ChromaServer, tmp_path: Path, words: WordEmbedder
) -> None:
    Index.create(tmp_path / "other")
    with Index(tmp_path / "other", words, server=chroma.server) as other:
        put(other, article("x", "Quite another record."))
        for _ in range(3):
            rebuild(on_server)
        with on_server.catalog.read() as snapshot:
            head = snapshot.head()
        mine = (on_server.home / "vectors.id").read_text()
        assert {name for name in chroma.names() if mine in name} == {head.vectors, head.previous}
        assert [p.article.id for p in other.search(Query("another record"))] == ["x"]


def test_a_restarted_server_answers_again(on_server: Index, chroma: ChromaServer) -> None:
    before = found(on_server)
    chroma.stop()
    with pytest.raises(VectorsUnreachable, match="cannot be reached .* see that it runs"):
        on_server.search(Query("harbour"))
    chroma.start()
    assert found(on_server) == before


def test_a_server_that_hangs_costs_an_asker_seconds_and_gives_a_word(
    on_server: Index, chroma: ChromaServer, words: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors_server, "_ASKED", 0.5)
    with Index(on_server.home, words, server=chroma.server) as reader:
        before = found(reader)
        chroma.signal(signal.SIGSTOP)
        try:
            started = time.monotonic()
            with pytest.raises(VectorsUnreachable, match="does not answer"):
                reader.search(Query("harbour"))
            with pytest.raises(VectorsUnreachable, match="does not answer"):
                ask_version(chroma.server, 0.5)
            assert time.monotonic() - started < 5
        finally:
            chroma.signal(signal.SIGCONT)
        assert found(reader) == before


def test_a_wiped_server_is_told_and_filled_again_by_rebuild(on_server: Index, chroma: ChromaServer) -> None:
    before = found(on_server)
    chroma.stop()
    shutil.rmtree(chroma.folder)
    chroma.start()
    with pytest.raises(VectorsUnreadable, match="run `onrecord rebuild`"):
        on_server.search(Query("harbour"))
    assert "onrecord rebuild" in on_server.verify()[0]
    with on_server.catalog.read() as snapshot, pytest.raises(VectorsUnreadable):
        check_server(chroma.server, [snapshot.head().vectors])
    embedded = len(on_server.embedder.embedded)  # type: ignore[attr-defined]
    rebuild(on_server)
    assert found(on_server) == before
    assert len(on_server.embedder.embedded) < embedded + len(QUERIES) * 4, "texts were embedded again"  # type: ignore[attr-defined]


def test_an_ingest_without_its_server_changes_nothing(
    on_server: Index, chroma: ChromaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors_server, "_FEWEST_BESIDE", 0)
    monkeypatch.setattr(vectors_server, "_SHARE_BESIDE", 0)
    before = found(on_server)
    chroma.stop()
    try:
        with pytest.raises(VectorsUnreachable):
            put(on_server, article("a0", "Lost."))
    finally:
        chroma.start()
    assert found(on_server) == before
    put(on_server, article("a0", "Found again at last."))
    assert on_server.search(Query("found again at last"), 1)[0].text == "Found again at last."


def test_a_writer_that_is_killed_leaves_what_was_and_its_leftovers_go(
    on_server: Index, chroma: ChromaServer
) -> None:
    before = found(on_server)
    program = f"""
import os
from pathlib import Path
from index.vectors import server as vectors_server
from index.store import Index
from index.vectors.connection import Server
from index.vectors.server import ServerGenerations
from ingest.pipeline import rebuild
from tests.conftest import WordEmbedder
finish = vectors_server.ServerGenerations.open
vectors_server.ServerGenerations.open = lambda *_: os._exit(9)
rebuild(Index(Path({str(on_server.home)!r}), WordEmbedder(), server=Server({chroma.server.url!r})))
"""
    root = Path(__file__).parents[3]
    ended = subprocess.run([sys.executable, "-c", program], cwd=root, env=dict(os.environ), check=False)
    assert ended.returncode == 9
    mine = (on_server.home / "vectors.id").read_text()
    assert sum(mine in name for name in chroma.names()) == 2
    assert found(on_server) == before
    assert on_server.verify() == []
    rebuild(on_server)
    rebuild(on_server)
    assert sum(mine in name for name in chroma.names()) == 2


def test_a_record_that_had_its_vectors_at_home_moves_by_rebuild_and_back(
    index: Index, chroma: ChromaServer, home: Path, words: WordEmbedder
) -> None:
    put(index, *(article(f"a{n}", text) for n, text in enumerate(TEXTS)))
    before = found(index)
    with Index(home, words, server=chroma.server) as moved:
        with pytest.raises(VectorsUnreadable, match="onrecord rebuild"):
            moved.search(Query("harbour"))
        rebuild(moved)
        assert found(moved) == before
    with Index(home, words) as back:
        with pytest.raises(VectorsUnreadable, match="onrecord rebuild"):
            back.search(Query("harbour"))
        rebuild(back)
        assert found(back) == before


_VERSION = b'"1.0.0"'


@contextmanager
def speaking(
    status: int, body: bytes, seen: dict[str, str] | None = None, *, but_for_version: bool = False
) -> Iterator[Server]:
    """Something else that speaks HTTP; `but_for_version` it tells its version as Chroma does."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if seen is not None:
                seen.update(self.headers.items())
            told = but_for_version and self.path.endswith("/version")
            self.send_response(200 if told else status)
            self.send_header("Content-Length", str(len(_VERSION if told else body)))
            self.end_headers()
            self.wfile.write(_VERSION if told else body)

        def log_message(self, *_: object) -> None: ...

    running = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Server(f"http://127.0.0.1:{running.server_port}", {"Authorization": "Bearer abc"})
    finally:
        running.shutdown()
        running.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, b'"0.5.23"', "no Chroma server of version 1 .one of version 0.5.23"),
        (200, b"<html>", "no Chroma server"),
        (404, b"not found", "no Chroma server of version 1 .it says 404"),
        (401, b"no", "does not accept vectors_headers"),
    ],
)
def test_a_server_of_another_version_or_kind_is_told(
    status: int, body: bytes, said: str, home: Path, words: WordEmbedder
) -> None:
    with speaking(status, body) as server, pytest.raises(UsageError, match=said):
        ask_version(server)


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        (429, VectorsBusy, "is busy"),
        (503, VectorsBusy, "is busy"),
        (403, UsageError, "does not accept vectors_headers"),
        (500, VectorsUnreadable, "could not do its work .500: no room"),
        (404, VectorsUnreadable, "does not hold the vectors of this record"),
    ],
)
def test_a_health_check_takes_no_other_failure_for_vectors_that_are_gone(
    status: int, error: type[Exception], said: str
) -> None:
    with (
        speaking(status, b"no room", but_for_version=True) as server,
        pytest.raises(error, match=said),
    ):
        check_server(server, ["chunks"])


def test_the_headers_are_sent_and_never_shown() -> None:
    seen: dict[str, str] = {}
    with speaking(200, b'"1.0.0"', seen) as server:
        ask_version(server)
        assert seen["Authorization"] == "Bearer abc"
        assert "abc" not in repr(server)


@pytest.mark.parametrize(
    ("url", "headers", "ca", "said"),
    [
        ("chroma:8000", "", "", "must be an address"),
        ("ftp://chroma", "", "", "must be an address"),
        ("http://", "", "", "must be an address"),
        ("http://chroma:99999", "", "", "must be an address"),
        ("http://chroma/path", "", "", "must be an address"),
        ("http://chroma/tenant/database/more", "", "", "must be an address"),
        ("http://user:secret@chroma", "", "", "must not hold a password"),
        ("http://user:secret@chroma/path", "", "", "must be an address"),
        ("http://chroma", "no colon", "", "lines such as"),
        ("http://chroma", "", "/nowhere.pem", "of use with https"),
        ("https://chroma", "", "/nowhere.pem", "names no file"),
    ],
)
def test_settings_that_cannot_be_meant_are_told(url: str, headers: str, ca: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as raised:
        server_of(url, headers, ca)
    assert "secret" not in str(raised.value)


def test_settings_give_the_server() -> None:
    assert server_of("") is None
    server = server_of("https://chroma.example", "Authorization: Bearer abc\nX-Tenant: news")
    assert server is not None
    assert (server.host, server.port, server.secure) == ("chroma.example", 443, True)
    assert (server.tenant, server.database) == ("default_tenant", "default_database")
    assert server.headers == {"Authorization": "Bearer abc", "X-Tenant": "news"}
    hosted = server_of("https://chroma.example/our-team/news", most=1000)
    assert hosted is not None
    assert (hosted.tenant, hosted.database, hosted.most) == ("our-team", "news", 1000)


def test_an_untrusted_certificate_is_told(tmp_path: Path) -> None:
    """A server that speaks no TLS at all is the nearest that needs no certificate."""
    with speaking(200, b'"1.0.0"') as server, pytest.raises(RecordError, match="cannot be reached"):
        ask_version(Server(server.url.replace("http:", "https:")))
