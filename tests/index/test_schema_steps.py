"""Tables that a later version changes, in a file and in a database."""

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index.errors import OnRecordError, RecordTooNew
from index.postgresql import tables as postgresql
from index.postgresql.tables import Tables
from index.schema_steps import upgrade_file

FIRST = "CREATE TABLE ferries (number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);"
SECOND = """
ALTER TABLE ferries ADD COLUMN deck INTEGER NOT NULL DEFAULT 2;
CREATE TABLE piers (name TEXT PRIMARY KEY, at REAL) WITHOUT ROWID;   -- where they lie
"""
BROKEN = "ALTER TABLE ferries ADD COLUMN crew INTEGER;\nCREATE TABLE ferries (name TEXT)"
Run = Callable[[Sequence[str], str], list[Any]]


@pytest.fixture(params=["file", pytest.param("database", marks=pytest.mark.slow)])
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Run:
    """Opens the store with some steps, and runs a statement on it."""
    if request.param == "database":
        database = request.getfixturevalue("database")

        def in_database(steps: Sequence[str], sql: str) -> list[Any]:
            # As another process would find it.
            postgresql._made.clear()
            with Tables(database, "fleet", steps).writing() as db:
                found = db.execute(sql)
                return found.fetchall() if sql.startswith("SELECT") else []

        return in_database

    def in_file(steps: Sequence[str], sql: str) -> list[Any]:
        with closing(sqlite3.connect(tmp_path / "fleet.sqlite3", isolation_level=None, timeout=30)) as db:
            if not upgrade_file(db, steps):
                raise RecordTooNew
            return db.execute(sql).fetchall()

    return in_file


def test_a_store_takes_the_steps_that_it_lacks_and_keeps_what_it_holds(run: Run) -> None:
    run([FIRST], "INSERT INTO ferries (name) VALUES ('Ilona')")
    assert run([FIRST, SECOND], "SELECT name, deck FROM ferries") == [("Ilona", 2)]
    run([FIRST, SECOND], "INSERT INTO piers VALUES ('north', 1.5)")
    assert run([FIRST, SECOND], "SELECT * FROM piers") == [("north", 1.5)]


def test_a_store_of_a_newer_version_is_not_opened(run: Run) -> None:
    run([FIRST, SECOND], "INSERT INTO ferries (name) VALUES ('Ilona')")
    with pytest.raises(RecordTooNew):
        run([FIRST], "SELECT 1")
    assert run([FIRST, SECOND], "SELECT name FROM ferries") == [("Ilona",)]


def test_a_step_that_fails_leaves_the_store_as_it_was(run: Run) -> None:
    run([FIRST], "INSERT INTO ferries (name) VALUES ('Ilona')")
    with pytest.raises((sqlite3.Error, OnRecordError)):
        run([FIRST, SECOND, BROKEN], "SELECT 1")
    assert run([FIRST], "SELECT * FROM ferries") == [(1, "Ilona")]


def test_several_that_open_a_store_at_once_take_each_step_once(run: Run) -> None:
    steps = [FIRST, "INSERT INTO ferries (name) VALUES ('Ilona');"]
    with ThreadPoolExecutor(8) as many:
        found = list(many.map(lambda _: run(steps, "SELECT name FROM ferries"), range(16)))
    assert found == [[("Ilona",)]] * 16
