"""The catalog in a PostgreSQL database: a reader sees one moment, a commit publishes."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from index.catalog.catalog import Catalog
from index.catalog.postgresql.connection import DatabaseConnection
from index.catalog.postgresql.schema import SCHEMA, STEPS
from index.catalog.snapshot import Memory, Snapshot
from index.errors import RecordBusy, RecordTooNew, RecordUnreadable
from index.postgresql.address import Database
from index.postgresql.connection import READING, WRITING, Connection, connect, transaction
from index.postgresql.errors import translated

if TYPE_CHECKING:
    from index.catalog.transaction import WriteTransaction

# Advisory locks, by On Record's number ("onrc") and one of the schema's name: a database may hold a record in
# each of its schemas. They end with their transaction, since a pooler may lend connections for one alone.
_TO_WRITE = "SELECT pg_advisory_xact_lock(1869509219, hashtext(current_schema()))"
_TO_REFRESH = "SELECT pg_try_advisory_xact_lock(1869509220, hashtext(current_schema()))"
# As long as SQLite waits for another writer.
_PATIENCE = "SET LOCAL lock_timeout = '30s'"
_READING = f"{READING}; SET LOCAL jit = off"


class DatabaseCatalog(Catalog):
    """A catalog in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._memory: Memory = {}
        self._checked = False
        self._refreshing: Connection | None = None

    @staticmethod
    def exists(database: Database) -> bool:
        """Whether the database holds a catalog. Raises RecordError where it cannot be asked."""
        with transaction(database, READING) as db:
            return _format(db) is not None

    @staticmethod
    def create(database: Database) -> None:
        """Make an empty catalog, unless there is one. It appears whole or not at all."""
        with transaction(database) as db:
            _refuse_a_replica(database, db)
            db.execute(_TO_WRITE)
            if _format(db) is None:
                _take_steps(db)

    @contextmanager
    def read(self) -> Iterator[Snapshot]:
        """A snapshot that no commit moves while the block runs."""
        self._check()
        with transaction(self._database, _READING) as db:
            yield Snapshot(DatabaseConnection(db, self._database), self._memory)

    @contextmanager
    def write(self) -> "Iterator[WriteTransaction]":
        """A transaction: committed when the block ends, rolled back when it raises."""
        from index.catalog.transaction import WriteTransaction

        self._check()
        with transaction(self._database, f"{WRITING}; {_PATIENCE}") as db:
            db.execute(_TO_WRITE)
            change = WriteTransaction(DatabaseConnection(db, self._database))
            yield change
            change.full_text.finish()
            if self._refreshing is not None:
                # Where that connection was lost, so is the right to refresh, and another may have it by now.
                self._refreshing.execute("SELECT 1")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The right to refresh, which one process has at a time, on whichever machine.

        Raises RecordBusy where another has it.
        """
        db = connect(self._database)
        try:
            with translated(self._database):
                db.execute(WRITING)
                _refuse_a_replica(self._database, db)
                # Also where this process has it: the lock is the connection's.
                if not db.execute(_TO_REFRESH).fetchall()[0][0]:
                    msg = (
                        f"Another process is writing to the record in {self._database.name}; wait until it "
                        "is done, then try again."
                    )
                    raise RecordBusy(msg)
            self._refreshing = db
            yield
        finally:
            self._refreshing = None
            with suppress(Exception):
                # Closing alone gives the lock back some time later.
                db.execute("ROLLBACK")
            db.close()

    def close(self) -> None:
        """Nothing: connections belong to the database's pool."""

    def _check(self) -> None:
        """Once: that this version knows the record's tables, after the steps that an older record lacks."""
        if self._checked:
            return
        with transaction(self._database, READING) as db:
            number = _format(db)
        if number is None:
            msg = f"There is no record in {self._database.name} yet; run `onrecord ingest PATH` first."
            raise RecordUnreadable(msg)
        if number > SCHEMA:
            msg = (
                f"The record in {self._database.name} was written by a newer version of On Record "
                f"(format {number}, this one knows {SCHEMA}); upgrade On Record."
            )
            raise RecordTooNew(msg)
        if number < SCHEMA:
            with transaction(self._database, f"{WRITING}; {_PATIENCE}") as db:
                _refuse_a_replica(self._database, db)
                db.execute(_TO_WRITE)
                _take_steps(db)
        self._checked = True


def _format(db: Connection) -> int | None:
    """The format of the record in a database; None where there is none."""
    if db.execute("SELECT to_regclass('record_format')").fetchall()[0][0] is None:
        return None
    number = db.execute("SELECT number FROM record_format").fetchall()[0][0]
    return number if isinstance(number, int) else 0


def _take_steps(db: Connection) -> None:
    # Another process may have been quicker.
    for step in STEPS[_format(db) or 0 :]:
        db.execute(step)
    db.execute("UPDATE record_format SET number = %s WHERE number < %s", (SCHEMA, SCHEMA))


def _refuse_a_replica(database: Database, db: Connection) -> None:
    if db.execute("SHOW transaction_read_only").fetchall()[0][0] == "on":
        msg = (
            f"{database.name} takes no writes: it is a replica, or set read-only; set catalog to the "
            "primary's address for whatever writes."
        )
        raise RecordUnreadable(msg)
