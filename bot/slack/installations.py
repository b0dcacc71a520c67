"""Where the app was installed by OAuth: the SDK's own store in a file beside the record, or its database."""

import sqlite3
from contextlib import closing
from pathlib import Path

from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.sqlite3 import SQLite3InstallationStore
from slack_sdk.oauth.state_store.sqlite3 import SQLite3OAuthStateStore

from bot.slack.client import LOG
from bot.slack.shared_installations import SharedInstallations
from bot.slack.tokens import Identity
from index.catalog.location import RecordLocation
from index.errors import RecordUnreadable
from index.folder_access import remedy_for

# Not named as the databases that backups copy: they hold no secrets.
FILE = "slack-installations.db"
# What the file holds of an installation and the SDK's class does not take.
_OWN = ("id", "client_id")


class Installations(SQLite3InstallationStore):
    """The installations of one app, readable by the file's owner alone."""

    def __init__(self, home: Path, client_id: str) -> None:
        """Open or make the file in `home`. Raises RecordUnreadable where that cannot be."""
        try:
            home.mkdir(parents=True, exist_ok=True)
            (home / FILE).touch(0o600)
        except OSError as error:
            msg = f"{home / FILE} cannot be opened: {error.strerror}; check the folder."
            raise RecordUnreadable(msg) from error
        super().__init__(database=str(home / FILE), client_id=client_id, logger=LOG)

    def connect(self) -> sqlite3.Connection:
        """Open the file, with its tables. Raises RecordUnreadable where it is none of ours."""
        try:
            return super().connect()
        except sqlite3.Error as error:
            msg = f"{self.database} cannot be used ({error}); {remedy_for(error)}, and install the app again."
            raise RecordUnreadable(msg) from error

    def all(self) -> list[Installation]:
        """The last installation of each workspace and organisation."""
        with closing(self.connect()) as db:
            db.row_factory = sqlite3.Row
            rows = db.execute(
                "SELECT * FROM slack_installations WHERE id IN (SELECT max(id) FROM slack_installations "
                "WHERE client_id = ? GROUP BY enterprise_id, team_id)",
                (self.client_id,),
            ).fetchall()
        return [Installation(**{key: row[key] for key in row.keys() if key not in _OWN}) for row in rows]  # noqa: SIM118

    def states(self, seconds: int) -> SQLite3OAuthStateStore:
        """What says that who comes back from Slack was sent there by the bot, for so long."""
        return SQLite3OAuthStateStore(database=self.database, expiration_seconds=seconds, logger=LOG)


def open_installations(record: RecordLocation, client_id: str) -> Installations | SharedInstallations:
    """Those of an app. Raises RecordError where they cannot be had."""
    if record.database:
        return SharedInstallations(record.database, client_id)
    return Installations(record.home, client_id)


def identity_of(installation: Installation) -> Identity:
    """Whom the installation's token speaks for."""
    team, enterprise = installation.team_id or "", installation.enterprise_id or ""
    org_wide = bool(installation.is_enterprise_install)
    named = (installation.enterprise_name if org_wide else installation.team_name) or ""
    return Identity(
        enterprise if org_wide else team,
        installation.bot_user_id or "",
        named or enterprise or team,
        enterprise,
        installation.bot_id or "",
        org_wide,
        tuple(installation.bot_scopes or ()),
    )
