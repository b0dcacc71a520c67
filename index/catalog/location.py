"""Where a record is: its folder, and the database that holds its catalog where a setting names one."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.postgresql.address import Database

if TYPE_CHECKING:
    from index.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True)
class RecordLocation:
    """A record's folder, and its catalog's database; None where that is a file in the folder."""

    home: Path
    database: Database | None = None

    def __str__(self) -> str:
        """What it is called in messages."""
        return self.database.name if self.database else str(self.home)

    def open_catalog(self) -> "Catalog":
        """The catalog that is there. Raises RecordError with its first use where there is none to be used."""
        if self.database:
            from index.catalog.postgresql.catalog import DatabaseCatalog

            return DatabaseCatalog(self.database)
        from index.catalog.sqlite.catalog import FileCatalog

        return FileCatalog(self.home)

    def exists(self) -> bool:
        """Whether there is a catalog, whole or not. Raises RecordError where its database cannot be asked."""
        if self.database:
            from index.catalog.postgresql.catalog import DatabaseCatalog

            return DatabaseCatalog.exists(self.database)
        from index.catalog.sqlite.catalog import FileCatalog

        return FileCatalog.exists(self.home)

    def create(self) -> None:
        """Make an empty catalog. It appears whole or not at all."""
        if self.database:
            from index.catalog.postgresql.catalog import DatabaseCatalog

            DatabaseCatalog.create(self.database)
            return
        from index.catalog.sqlite.catalog import FileCatalog

        FileCatalog.create(self.home)


def located(where: Path | RecordLocation) -> RecordLocation:
    """A folder alone is a record with its catalog in it."""
    return where if isinstance(where, RecordLocation) else RecordLocation(where)
