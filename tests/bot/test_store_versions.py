"""What the bot keeps beside the record, opened by a later version and by an earlier one."""

import sqlite3
from contextlib import closing
from types import ModuleType
from typing import Any

import pytest

from bot import conversations
from bot.kept_answers import file as kept_answers
from bot.slack import shared_installations
from bot.slack import storage as slack
from index.catalog.location import RecordLocation
from index.errors import OnRecordError
from index.postgresql import tables as postgresql
from index.postgresql.connection import connection

STORES: dict[str, tuple[ModuleType, Any, str]] = {
    "conversations": (conversations, conversations.Conversations, "turns"),
    "kept_answers": (kept_answers, kept_answers.KeptFile, "answers"),
    "slack": (slack, slack.Storage, "asks"),
}


def columns(where: RecordLocation, store: str) -> set[str]:
    module, _, table = STORES[store]
    if where.database:
        with connection(where.database) as db:
            rows = db.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0",
                (f"onrecord_{store}.{table}",),
            ).fetchall()
            return {str(name) for (name,) in rows}
    with closing(sqlite3.connect(where.home / module.FILE)) as file:
        return {row[1] for row in file.execute(f"PRAGMA table_info ({table})")}


@pytest.mark.parametrize("store", STORES)
def test_a_later_version_adds_to_a_store_which_an_earlier_one_then_leaves_alone(
    location: RecordLocation, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, open_, table = STORES[store]
    open_(location)
    earlier = columns(location, store)
    with monkeypatch.context() as later:
        postgresql._made.clear()
        name = "_LATER_STEPS" if module is slack else "_STEPS"
        added = f"ALTER TABLE {table} ADD COLUMN later TEXT NOT NULL DEFAULT '';"
        later.setattr(module, name, (*getattr(module, name), added))
        open_(location)
        open_(location)
        assert columns(location, store) == earlier | {"later"}
    postgresql._made.clear()
    with pytest.raises(OnRecordError, match=r"written by a newer version of On Record; upgrade"):
        open_(location)


@pytest.mark.slow
def test_installations_of_a_later_version_are_left_alone(
    database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        added = "ALTER TABLE installations ADD COLUMN later TEXT;"
        later.setattr(shared_installations, "_STEPS", (*shared_installations._STEPS, added))
        shared_installations.SharedInstallations(database, "client")
    postgresql._made.clear()
    with pytest.raises(OnRecordError, match=r"written by a newer version of On Record; upgrade"):
        shared_installations.SharedInstallations(database, "client")
