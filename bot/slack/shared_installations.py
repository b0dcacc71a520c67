"""Where the app was installed by OAuth, for several bots: in the database of the record."""

import asyncio
import json
import secrets
import time
from logging import Logger

from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot import database_schemas
from bot.slack.client import LOG
from index.postgresql.address import Database
from index.postgresql.tables import Tables

_TABLES = """
CREATE TABLE installations (
    client TEXT, enterprise TEXT, team TEXT, body TEXT, PRIMARY KEY (client, enterprise, team));
CREATE TABLE states (state TEXT PRIMARY KEY, until REAL);
"""
# See `index.schema_steps`.
_STEPS = (_TABLES,)


class SharedInstallations(AsyncInstallationStore):
    """The installations of one app. Raises RecordError where the database cannot be used."""

    def __init__(self, database: Database, client_id: str) -> None:
        self.tables = Tables(database, database_schemas.INSTALLATIONS, _STEPS)
        self._client_id = client_id

    @property
    def logger(self) -> Logger:
        """As the SDK wants it."""
        return LOG

    async def async_save(self, installation: Installation) -> None:
        """Keep an installation, in place of an earlier one in the same workspace."""
        await asyncio.to_thread(self.save, installation)

    def save(self, installation: Installation) -> None:
        """The same, from a thread that may wait."""
        body = {key: value for key, value in vars(installation).items() if key != "custom_values"}
        key = installation.enterprise_id or "", installation.team_id or ""
        with self.tables.writing() as db:
            db.execute(
                "INSERT INTO installations VALUES (?, ?, ?, ?) "
                "ON CONFLICT (client, enterprise, team) DO UPDATE SET body = excluded.body",
                (self._client_id, *key, json.dumps(body)),
            )

    def all(self) -> list[Installation]:
        """The last installation of each workspace and organisation."""
        with self.tables.reading() as db:
            rows = db.execute(
                "SELECT body FROM installations WHERE client = ? ORDER BY enterprise, team",
                (self._client_id,),
            ).fetchall()
        return [Installation(**json.loads(body)) for (body,) in rows]

    def delete_all(self, *, enterprise_id: str, team_id: str) -> None:
        """The app was removed there; each is "" where there is none."""
        with self.tables.writing() as db:
            db.execute(
                "DELETE FROM installations WHERE client = ? AND enterprise = ? AND team = ?",
                (self._client_id, enterprise_id, team_id),
            )

    def states(self, seconds: int) -> AsyncOAuthStateStore:
        """What says that who comes back from Slack was sent there by one of the bots, for so long."""
        return _States(self.tables, seconds)


class _States(AsyncOAuthStateStore):
    def __init__(self, tables: Tables, seconds: int) -> None:
        self._tables = tables
        self._seconds = seconds

    @property
    def logger(self) -> Logger:
        return LOG

    async def async_issue(self, *_: object, **__: object) -> str:
        return await asyncio.to_thread(self._issue)

    async def async_consume(self, state: str) -> bool:
        return await asyncio.to_thread(self._consume, state)

    def _issue(self) -> str:
        state = secrets.token_urlsafe(32)
        with self._tables.writing() as db:
            db.execute("DELETE FROM states WHERE until < ?", (time.time(),))
            db.execute("INSERT INTO states VALUES (?, ?)", (state, time.time() + self._seconds))
        return state

    def _consume(self, state: str) -> bool:
        with self._tables.writing() as db:
            gone = db.execute("DELETE FROM states WHERE state = ? AND until > ?", (state, time.time()))
            return gone.rowcount == 1
