"""Tables of a store in a schema of their own, used by the same text of SQL as its SQLite file.

Question marks stand for values, as in SQLite; a schema is chosen for each transaction, so that a pooler may
stand between. Text is compared byte by byte, as SQLite does it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from index.errors import RecordTooNew
from index.postgresql.address import Database
from index.statements import Connection, Rows

if TYPE_CHECKING:
    # The driver is an extra: it is loaded where a database is used, by `_connection` and `_transaction`.
    from contextlib import AbstractContextManager

    from index.postgresql import connection as connections

NOW = "extract(epoch FROM clock_timestamp())::float8"
"""The server's clock in seconds since 1970, which all that use it share."""
_TYPES = (
    (r"\bINTEGER PRIMARY KEY AUTOINCREMENT\b", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
    (r"\bINTEGER\b", "BIGINT"),
    (r"\bREAL\b", "DOUBLE PRECISION"),
    (r"\bBLOB\b", "BYTEA"),
    (r"\bTEXT\b", 'TEXT COLLATE "C"'),
    (r"\bWITHOUT ROWID\b", ""),
)
_KNOWN = "SELECT 1 FROM pg_namespace WHERE nspname = %s"
_record_schemas: dict[Database, str] = {}
_made: set[tuple[Database, str]] = set()
_making = Lock()


class Tables:
    """The tables of one store. Raises RecordError, here and in every method, where they cannot be used."""

    def __init__(
        self, database: Database, schema: str, steps: Sequence[str], *, one_writer: bool = False
    ) -> None:
        """Make them where they are missing, by the steps that they lack (`index.schema_steps`).

        With `one_writer` writers take turns, as in a file. Raises RecordTooNew for those of a newer version.
        """
        schema = _beside(database, schema)
        self.name = f"{schema} in {database.name}"
        self._database = database
        self._schema = schema
        self._turn = f"; SELECT pg_advisory_xact_lock(hashtext('onrecord {schema}'))" if one_writer else ""
        with _making:
            if (database, schema) not in _made:
                self._make(steps)
                _made.add((database, schema))

    @staticmethod
    def exist(database: Database, schema: str) -> bool:
        """Whether a store was ever made there."""
        schema = _beside(database, schema)
        if (database, schema) in _made:
            return True
        with _connection(database) as db:
            return db.execute(_KNOWN, (schema,)).fetchone() is not None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed at the end of the block."""
        begin = f"BEGIN; SET LOCAL search_path TO {self._schema}{self._turn}"
        with _transaction(self._database, begin) as db:
            yield _Translating(db)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that changes nothing."""
        begin = f"BEGIN READ ONLY; SET LOCAL search_path TO {self._schema}"
        with _transaction(self._database, begin) as db:
            yield _Translating(db)

    def _make(self, steps: Sequence[str]) -> None:
        # Two that begin at once would both make them.
        begin = f"BEGIN; SELECT pg_advisory_xact_lock(hashtext('onrecord make {self._schema}'))"
        with _transaction(self._database, begin) as db:
            if db.execute(_KNOWN, (self._schema,)).fetchone() is None:
                db.execute(f"CREATE SCHEMA {self._schema}")
                db.execute(f"CREATE TABLE {self._schema}.version AS SELECT 0 AS number")
            version = int(str(db.execute(f"SELECT number FROM {self._schema}.version").fetchall()[0][0]))
            if version > len(steps):
                msg = f"{self.name} was written by a newer version of On Record; upgrade this one."
                raise RecordTooNew(msg)
            db.execute(f"SET LOCAL search_path TO {self._schema}")
            for step in steps[version:]:
                db.execute(_as_ours(step))
            if version < len(steps):
                db.execute("UPDATE version SET number = %s", (len(steps),))


def bytes_in(database: Database, stores: Iterable[str]) -> int:
    """What the record's schema and those of `stores` take on the server's disk, with their indexes."""
    schemas = [_beside(database, one) for one in stores]
    with _connection(database) as db:
        rows = db.execute(
            "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind = 'r' AND (n.nspname = current_schema() OR n.nspname = ANY(%s))",
            (schemas,),
        ).fetchall()
    return int(str(rows[0][0]))


def _as_ours(step: str) -> str:
    for sqlite, ours in _TYPES:
        step = re.sub(sqlite, ours, step)
    return step


def _connection(database: Database) -> "AbstractContextManager[connections.Connection]":
    from index.postgresql.connection import connection

    return connection(database)


def _transaction(database: Database, begin: str) -> "AbstractContextManager[connections.Connection]":
    from index.postgresql.connection import transaction

    return transaction(database, begin)


def _beside(database: Database, schema: str) -> str:
    """The name of a store's schema: a database may hold a record in each of several schemas."""
    with _making:
        if database not in _record_schemas:
            with _connection(database) as db:
                found = db.execute("SELECT coalesce(current_schema(), 'public')").fetchone()
            _record_schemas[database] = str(found[0]) if found else "public"
        record = _record_schemas[database]
    # Any other needs no quotes by its letters.
    return schema if record == "public" else f"{schema}_{record.encode().hex()}"


class _Translating:
    """A connection that takes SQLite's question marks."""

    def __init__(self, db: "connections.Connection") -> None:
        self._db = db

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Rows:
        """Run a statement."""
        return self._db.execute(_translated(sql), [_taken(value) for value in values])

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run a statement for each row of values."""
        for row in rows:
            self.execute(sql, row)
        return None


@cache
def _translated(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


def _taken(value: Any) -> Any:
    """As PostgreSQL takes it, whose text holds no NUL."""
    value = value.value if isinstance(value, Enum) else value
    return value.replace("\0", "") if isinstance(value, str) else value
