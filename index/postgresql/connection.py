"""Connections to PostgreSQL, pooled for each database of a process, and transactions on them.

No statement is prepared at the server and nothing is set for a whole session, so that a pooler that lends a
connection for one transaction (pgbouncer, `pool_mode = transaction`) may stand between.
"""

import atexit
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import ConnectionPool, PoolTimeout

from index.errors import RecordUnreachable, RecordUnreadable, UsageError
from index.postgresql.address import Database
from index.postgresql.errors import refused, translated

Connection = psycopg.Connection[tuple[object, ...]]

READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
"""Sees one moment, whatever is committed meanwhile."""
WRITING = "BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0"
"""May wait for what is made beside the database, such as vectors."""

# The address may say otherwise. A peer that is gone without a word is noticed after half a minute.
_DEFAULTS = {
    "connect_timeout": "10",
    "application_name": "onrecord",
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
_MOST, _IDLE_SECONDS = 32, 300.0
_SOON, _PATIENCE = 0.5, 10.0
_pools: dict[tuple[int, Database], ConnectionPool[Connection]] = {}
_lock = Lock()
# They report what is tried again, or failed with something else; what fails in the end is told as an error.
logging.getLogger("psycopg").setLevel(logging.CRITICAL)


@contextmanager
def connection(database: Database) -> Iterator[Connection]:
    """A connection that works, in no transaction; whatever is open on it at the end is rolled back.

    Raises UsageError for an address that libpq does not take, RecordUnreachable and RecordUnreadable where
    none can be had; within the block the database's errors become ours.
    """
    pool = _pool(database)
    db = _lent(database, pool)
    try:
        with translated(database):
            yield db
    finally:
        pool.putconn(db)


@contextmanager
def transaction(database: Database, begin: str = WRITING) -> Iterator[Connection]:
    """A transaction (`READING` or `WRITING`): committed when the block ends, rolled back when it raises."""
    with connection(database) as db:
        db.execute(begin)
        yield db
        db.execute("COMMIT")


def connect(database: Database) -> Connection:
    """A connection outside the pool, for what outlasts a transaction. Raises as `connection`."""
    try:
        db: Connection = psycopg.connect(_conninfo(database), autocommit=True, prepare_threshold=None)
    except psycopg.Error as error:
        raise refused(database, error) from error
    try:
        _check_encoding(database, db)
    except BaseException:
        db.close()
        raise
    return db


def close_pools() -> None:
    """Close the idle connections of every database; the next use opens others."""
    with _lock:
        pools = [pool for (process, _), pool in _pools.items() if process == os.getpid()]
        _pools.clear()
    for pool in pools:
        with suppress(Exception):
            pool.close()


atexit.register(close_pools)


def _lent(database: Database, pool: ConnectionPool[Connection]) -> Connection:
    try:
        return pool.getconn(_SOON)
    except PoolTimeout:
        # The pool does not say why, so it is tried without.
        connect(database).close()
    try:
        return pool.getconn(_PATIENCE)
    except PoolTimeout as error:
        msg = f"All {_MOST} connections to {database.name} are in use; try again in a moment."
        raise RecordUnreachable(msg) from error


def _pool(database: Database) -> ConnectionPool[Connection]:
    key = (os.getpid(), database)
    with _lock:
        found = _pools.get(key)
    if found is None:
        # A first one by hand, since a pool only says that it waited in vain.
        connect(database).close()
        with _lock:
            found = _pools.get(key)
            if found is None:
                found = _pools[key] = ConnectionPool(
                    _conninfo(database),
                    kwargs={"autocommit": True, "prepare_threshold": None},
                    min_size=0,
                    max_size=_MOST,
                    max_idle=_IDLE_SECONDS,
                    # One that a restarted server knows nothing of is replaced before it is lent.
                    check=ConnectionPool.check_connection,
                    open=True,
                )
    return found


def _conninfo(database: Database) -> str:
    try:
        given = conninfo_to_dict(database.address)
        own = {"client_encoding": "UTF8", **({"password": database.password} if database.password else {})}
        stated = {**_DEFAULTS, **given, **own}
        return make_conninfo("", **{name: str(value) for name, value in stated.items() if value is not None})
    except psycopg.ProgrammingError as error:
        # Its words quote the address, which may hold a password.
        msg = f"catalog has a part that PostgreSQL's libpq does not know, in the address of {database.name}."
        raise UsageError(msg) from error


def _check_encoding(database: Database, db: Connection) -> None:
    encoding = db.info.parameter_status("server_encoding") or "UTF8"
    if encoding != "UTF8":
        msg = (
            f"{database.name} keeps text in {encoding}, which lacks many letters; make another with "
            "`createdb --encoding=UTF8 --template=template0`, and set catalog to it."
        )
        raise RecordUnreadable(msg)
