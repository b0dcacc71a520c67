"""Where a PostgreSQL database is: libpq's address, and a password that no message shows."""

import re
from dataclasses import dataclass, field
from importlib.util import find_spec

from index.errors import UsageError

_ADDRESS = re.compile(r"postgres(?:ql)?://(?P<rest>[^?#\s]*)(?:\?[^#\s]*)?")


@dataclass(frozen=True, slots=True)
class Database:
    """A database; `password`, where there is one, goes before that in the address and libpq's own."""

    address: str = field(repr=False)
    password: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """What it is called in messages: host and database, never a user or a password."""
        found = _ADDRESS.fullmatch(self.address)
        where = found["rest"].rpartition("@")[2] if found else ""
        return f"postgresql://{where}"


def database_of(catalog: str, password: str = "") -> Database | None:
    """The database that the settings name; None where the catalog is kept in the record's folder.

    Raises UsageError for what cannot be meant.
    """
    if not catalog:
        if password:
            msg = "catalog_password is set, and catalog is not; set it to postgresql://…, or take both out."
            raise UsageError(msg)
        return None
    found = _ADDRESS.fullmatch(catalog)
    # What is written may hold a password, and is not repeated.
    if not found or not found["rest"].rpartition("@")[2].strip("/"):
        msg = "catalog must be an address such as postgresql://user@host/database."
        raise UsageError(msg)
    if find_spec("psycopg") is None or find_spec("psycopg_pool") is None:
        msg = (
            "catalog names a PostgreSQL database, which needs `python -m pip install 'onrecord[postgresql]'`."
        )
        raise UsageError(msg)
    return Database(catalog, password)
