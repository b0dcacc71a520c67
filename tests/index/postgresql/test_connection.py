"""Connections to PostgreSQL: what is said where none is had, and what becomes of one that is lost."""

import subprocess
import sys
from pathlib import Path

import pytest

from index.errors import (
    OnRecordError,
    RecordBusy,
    RecordError,
    RecordUnreachable,
    RecordUnreadable,
    UsageError,
)
from index.postgresql.address import Database, database_of
from index.postgresql.connection import READING, connect, connection, transaction
from tests import postgresql
from tests.postgresql import PASSWORD, Server, new_database

pytestmark = pytest.mark.slow


def failure(database: Database, *statements: str, begin: str = "BEGIN") -> OnRecordError:
    with pytest.raises(OnRecordError) as raised, transaction(database, begin) as db:
        for statement in statements:
            db.execute(statement)
    assert PASSWORD not in str(raised.value)
    assert str(raised.value).endswith(".")
    return raised.value


def test_a_transaction_is_committed_with_its_block_and_rolled_back_with_its_error(database: Database) -> None:
    with transaction(database) as db:
        db.execute("CREATE TABLE t AS SELECT 1 AS n")
    with pytest.raises(ZeroDivisionError), transaction(database) as db:
        db.execute("INSERT INTO t VALUES (2)")
        raise ZeroDivisionError
    with connection(database) as db:
        assert db.execute("SELECT n FROM t").fetchall() == [(1,)]


def test_what_fails_among_many_rows_is_one_error_and_nothing_beside_it(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [(number,) for number in range(2_000)]
    with pytest.raises(OnRecordError), transaction(database) as db:
        db.execute("CREATE TABLE t (n integer CHECK (n < 5))")
        with db.cursor() as cursor:
            cursor.executemany("INSERT INTO t VALUES (%s)", rows)
    assert caplog.messages == []


def test_a_reader_sees_one_moment_and_writes_nothing(database: Database) -> None:
    with transaction(database) as db:
        db.execute("CREATE TABLE t AS SELECT 1 AS n")
    with transaction(database, READING) as reader:
        assert reader.execute("SELECT count(*) FROM t").fetchone() == (1,)
        with transaction(database) as writer:
            writer.execute("INSERT INTO t VALUES (2)")
        assert reader.execute("SELECT count(*) FROM t").fetchone() == (1,)
    said = failure(database, "INSERT INTO t VALUES (3)", begin=READING)
    assert isinstance(said, RecordUnreadable)
    assert "takes no writes: it is a replica, or set read-only" in str(said)


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (("password", "wrong"), RecordUnreadable, "does not accept the password; set catalog_password"),
        (("password", ""), RecordUnreadable, "does not accept the password; set catalog_password"),
        (("/t", "/nowhere_t"), RecordUnreadable, "There is no database .*; make it with `createdb"),
        (("?", "?sslmode=require"), RecordUnreadable, "could not be spoken to by TLS"),
        (("?", "?sslmod=require"), UsageError, "has a part that PostgreSQL's libpq does not know"),
        (("onrecord@", "nobody@"), RecordUnreadable, "does not accept the password"),
        ((":port", ":1"), RecordUnreachable, "cannot be reached .*refused.*see that the server runs"),
    ],
)
def test_a_connection_that_cannot_be_had_says_why(
    database: Database, server: Server, change: tuple[str, str], kind: type[OnRecordError], words: str
) -> None:
    part, other = change
    address, password = database.address, PASSWORD
    if part == "password":
        password = other
    elif part == "?":
        address += other
    else:
        address = address.replace(part.replace("port", str(server.port)), other)
    said = failure(Database(address, password))
    assert type(said) is kind
    assert pytest.raises(kind, match=words).matches(said)


def test_a_database_in_another_encoding_is_not_used(server: Server) -> None:
    latin = new_database(server, "ENCODING 'LATIN1' TEMPLATE template0")
    assert "keeps text in LATIN1" in str(failure(latin))


@pytest.mark.parametrize(
    ("statement", "kind", "words"),
    [
        ("SELECT 1 FROM articles", RecordUnreadable, "lacks a table of the record"),
        ("SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)", RecordBusy, "broke off what took too long"),
        ("DO $$BEGIN RAISE 'x' USING ERRCODE = '53100'; END$$", RecordUnreadable, "has no room left"),
        ("DO $$BEGIN RAISE 'x' USING ERRCODE = '40001'; END$$", RecordBusy, "broke a transaction off"),
        ("DO $$BEGIN RAISE 'x' USING ERRCODE = '42501'; END$$", RecordUnreadable, "refuses what is needed"),
        ("SELECT 'what was asked'::integer", RecordError, r"could not be used \(22P02\)\.$"),
        ("SELECT pg_terminate_backend(pg_backend_pid())", RecordUnreachable, "connection .* was lost"),
    ],
)
def test_an_error_of_the_server_is_one_sentence(
    database: Database, statement: str, kind: type[OnRecordError], words: str
) -> None:
    said = failure(database, statement)
    assert type(said) is kind
    assert pytest.raises(kind, match=words).matches(said)
    assert "what was asked" not in str(said)


def test_a_server_that_stops_and_starts_loses_what_was_under_way_and_nothing_else() -> None:
    with postgresql.running() as server:
        if server is None:
            pytest.skip("There is no PostgreSQL here.")
        database = Database(server.address(), PASSWORD)
        with transaction(database) as db:
            db.execute("CREATE TABLE t AS SELECT 1 AS n")
        with pytest.raises(RecordUnreachable, match="was lost"), transaction(database) as db:
            db.execute("INSERT INTO t VALUES (2)")
            server.kill()
            db.execute("INSERT INTO t VALUES (3)")
        with pytest.raises(RecordUnreachable, match="cannot be reached"), connection(database):
            pass
        server.start()
        with connection(database) as db:
            assert db.execute("SELECT n FROM t").fetchall() == [(1,)]


def test_a_password_is_shown_nowhere() -> None:
    database = database_of("postgresql://press:hunter2@db.example:5433/news?password=hunter2", "hunter2")
    assert database is not None
    assert database.name == "postgresql://db.example:5433/news"
    assert "hunter2" not in repr(database)


@pytest.mark.parametrize(
    "address", ["news", "mysql://hunter2@db/news", "postgresql://", "postgresql://u:hunter2@/"]
)
def test_an_address_of_another_kind_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(UsageError, match="catalog must be an address such as") as raised:
        database_of(address)
    assert "hunter2" not in str(raised.value)


def test_a_password_without_an_address_is_refused() -> None:
    with pytest.raises(UsageError, match="catalog_password is set, and catalog is not"):
        database_of("", "hunter2")
    assert database_of("") is None


def test_nothing_of_postgresql_is_imported_where_it_is_not_used() -> None:
    code = "import sys, bot.cli.app, index.store; sys.exit('psycopg' in sys.modules)"
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_a_connection_outside_the_pool_is_checked_as_well(server: Server) -> None:
    with pytest.raises(RecordUnreadable, match="does not accept the password"):
        connect(Database(server.address(), "wrong"))
