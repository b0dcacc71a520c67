"""A pooler between, which lends a connection of the server for one transaction alone (pgbouncer)."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.kept_answers.store import KeptAnswers
from bot.slack.storage import Storage
from index.catalog.location import RecordLocation
from index.errors import RecordBusy, RecordUnreachable
from index.postgresql.address import Database
from index.postgresql.connection import close_pools, connection
from index.store import Index
from index.transfer import copy_record
from index.types import Query
from tests.conftest import WordEmbedder, article, put
from tests.postgresql import PASSWORD, Server

pytestmark = pytest.mark.slow

_PROGRAM = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
# Fewer connections than there are clients at once: each is lent to one after the other.
_CONNECTIONS = 3


@pytest.fixture
def pooled(
    server: Server, database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The database by way of a pooler."""
    if not Path(_PROGRAM).is_file():
        pytest.skip("There is no pgbouncer here: install Debian's.")
    # Not below the test's folder, which its user may not enter.
    folder = Path(f"/tmp/onrecord-pgbouncer-{os.getpid()}")
    folder.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "users").write_text(f'"onrecord" "{PASSWORD}"\n')
    (folder / "ini").write_text(
        f"[databases]\n* = host=127.0.0.1 port={server.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
        f"listen_port = {port}\nunix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {folder}/users\n"
        f"pool_mode = transaction\ndefault_pool_size = {_CONNECTIONS}\n"
    )
    user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid()
    process = subprocess.Popen(
        [_PROGRAM, "-q", folder / "ini"], user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield _when_it_answers(Database(database.address.replace(f":{server.port}", f":{port}"), PASSWORD))
    finally:
        close_pools()
        process.kill()
        process.wait(30)
        shutil.rmtree(folder)


def _when_it_answers(database: Database) -> Database:
    end = time.monotonic() + 30
    while True:
        try:
            with connection(database) as db:
                db.execute("SELECT 1")
            return database
        except RecordUnreachable:
            assert time.monotonic() < end
            time.sleep(0.05)


def test_a_record_is_written_and_read_through_a_pooler_by_more_than_it_has_connections(
    pooled: Database, database: Database, home: Path
) -> None:
    where = RecordLocation(home, pooled)
    Index.create(where)
    with Index(where, WordEmbedder()) as index:
        put(index, *(article(f"a{n}", f"Account {n} of the north pier.") for n in range(20)))

        def found(number: int) -> str:
            return index.search(Query(f"account {number} north pier"), k=1)[0].text

        with index.session(), ThreadPoolExecutor(8) as readers:
            # The right to refresh holds one connection, and is found out through another.
            with pytest.raises(RecordBusy, match="Another process is writing"), index.session():
                pass
            assert list(readers.map(found, range(20))) == [
                f"Account {n} of the north pier." for n in range(20)
            ]
        put(index, article("a0", "The ferry came back."))
        assert index.search(Query("ferry"), k=1)[0].text == "The ferry came back."
        assert index.verify() == []
        direct = index.search(Query("account north pier"))
    with Index(RecordLocation(home, database), WordEmbedder()) as index:
        assert index.search(Query("account north pier")) == direct


def test_a_record_is_copied_through_a_pooler_and_back(pooled: Database, tmp_path: Path) -> None:
    file = RecordLocation(tmp_path / "file")
    Index.create(file)
    with Index(file, WordEmbedder()) as index:
        put(index, *(article(f"a{n}", f"Account {n} of the north pier.") for n in range(20)))
    assert copy_record(file, RecordLocation(tmp_path / "inside", pooled)) == 20
    assert copy_record(RecordLocation(tmp_path / "inside", pooled), RecordLocation(tmp_path / "back")) == 20
    with Index(RecordLocation(tmp_path / "back"), WordEmbedder()) as index:
        assert index.verify() == []


def test_what_the_bot_keeps_is_in_its_own_schema_for_whoever_is_lent_a_connection(
    pooled: Database, home: Path
) -> None:
    where = RecordLocation(home, pooled)
    Index.create(where)
    kept, slack = KeptAnswers(where), Storage(where)

    def each(number: int) -> tuple[object, ...]:
        with slack._writing() as db:
            db.execute("INSERT INTO duties VALUES (?, ?)", (f"duty {number}", "somebody"))
        with kept.writing() as db:
            db.execute("INSERT INTO muted VALUES (?)", (f"C{number}",))
        with slack._reading() as db:
            return tuple(
                db.execute("SELECT count(*) FROM duties WHERE name = ?", (f"duty {number}",)).fetchone()
            )

    with ThreadPoolExecutor(8) as bots:
        assert list(bots.map(each, range(30))) == [(1,)] * 30
    with kept.reading() as db:
        assert db.execute("SELECT count(*) FROM muted").fetchone()[0] == 30
    # What was lent to them is as it was for the record.
    with Index(where) as index, ThreadPoolExecutor(8) as readers:
        assert list(readers.map(lambda _: index.count_searched(Query("ferry")), range(30))) == [0] * 30
