"""A catalog brought to the tables of this version, whole or not at all, with all that it holds."""

import numpy as np

from index.catalog import near_duplicates
from index.catalog.exact_duplicates import content_key
from index.catalog.signatures import outlet_hash, sign_bits
from index.catalog.sqlite.connection import FileConnection
from index.catalog.sqlite.schema import SCHEMA, STEPS
from index.catalog.vector_codec import blob_of, vector_of
from index.schema_steps import statements

# The step before which near-copies were not grouped. Grouping takes more than statements.
_GROUPING = 2


def upgrade(db: FileConnection) -> None:
    """Take the steps that the catalog lacks. `db` must be in no transaction; sqlite3.Error undoes all."""
    db.create_function("content_key", 4, content_key, deterministic=True)
    db.create_function("halved", 1, _halved, deterministic=True)
    db.create_function("signs", 1, lambda blob: sign_bits(vector_of(blob)), deterministic=True)
    db.create_function("outlet_mark", 1, outlet_hash, deterministic=True)
    db.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have been quicker.
        version = db.execute("PRAGMA user_version").fetchone()[0]
        for step in STEPS[version:]:
            for statement in statements(step):
                db.execute(statement)
        if version < _GROUPING:
            for (id_,) in db.execute("SELECT id FROM articles ORDER BY rowid").fetchall():
                (text,) = db.execute("SELECT text FROM articles WHERE id = ?", (id_,)).fetchone()
                near_duplicates.group(db, id_, text)
        db.execute(f"PRAGMA user_version = {SCHEMA}")
        db.execute("COMMIT")
    except BaseException:
        # A full disk may have ended the transaction already.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _halved(blob: bytes) -> bytes:
    return blob_of(np.frombuffer(blob, np.float32))
