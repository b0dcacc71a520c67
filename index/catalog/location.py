"""Where a record is: its folder, and the database that holds its catalog where a setting names one."""

from dataclasses import dataclass
from pathlib import Path

from index.postgresql.address import Database


@dataclass(frozen=True, slots=True)
class RecordLocation:
    """A record's folder, and its catalog's database; None where that is a file in the folder."""

    home: Path
    database: Database | None = None

    def __str__(self) -> str:
        """What it is called in messages."""
        return self.database.name if self.database else str(self.home)


def located(where: Path | RecordLocation) -> RecordLocation:
    """A folder alone is a record with its catalog in it."""
    return where if isinstance(where, RecordLocation) else RecordLocation(where)
