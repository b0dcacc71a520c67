"""Tables of a store as numbered steps: its version is the number of those that it took.

A later version of On Record adds a step, in SQLite's SQL, and a store takes those that it lacks when it is
next opened. In a database, processes of the version before may still run: a step takes nothing away.
"""

import sqlite3
from collections.abc import Iterator, Sequence


def upgrade_file(db: sqlite3.Connection, steps: Sequence[str]) -> bool:
    """Take the steps that a file lacks, all of them or none. False for a file of a newer version.

    `db` must be in no transaction. sqlite3.Error undoes all.
    """
    if _version(db) == len(steps):
        return True
    db.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have been quicker.
        version = _version(db)
        for step in steps[version:]:
            for statement in statements(step):
                db.execute(statement)
        if version < len(steps):
            db.execute(f"PRAGMA user_version = {len(steps)}")
        db.execute("COMMIT")
    except BaseException:
        # A full disk may have ended the transaction already.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return version <= len(steps)


def statements(step: str) -> Iterator[str]:
    """The statements of a step, each of which ends a line; a script would commit what is under way."""
    statement = ""
    for line in step.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
