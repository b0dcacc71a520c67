"""PostgreSQL's errors as ours: by its codes, or where it has refused a connection by what libpq says."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from index.errors import (
    NOT_TEXT,
    OnRecordError,
    RecordBusy,
    RecordError,
    RecordUnreachable,
    RecordUnreadable,
    UsageError,
)
from index.postgresql.address import Database

_Sentence = Callable[[str, str], OnRecordError]


def _unreadable(text: str) -> _Sentence:
    return lambda name, said: RecordUnreadable(text.format(name=name, said=said))


def _unreachable(text: str) -> _Sentence:
    return lambda name, said: RecordUnreachable(text.format(name=name, said=said))


def _busy(text: str) -> _Sentence:
    return lambda name, said: RecordBusy(text.format(name=name, said=said))


# A refused connection comes without a code, so the server's words must do. A server that speaks another
# language gets the general sentence, with its words.
_REFUSALS: tuple[tuple[re.Pattern[str], _Sentence], ...] = (
    (
        re.compile(r"password authentication failed|no password supplied|SASL authentication failed"),
        _unreadable(
            "{name} does not accept the password; set catalog_password, best by "
            "ONRECORD_CATALOG_PASSWORD_FILE."
        ),
    ),
    (
        re.compile(r'database "[^"]*" does not exist'),
        _unreadable(
            "There is no database {name}; make it with `createdb --encoding=UTF8 --template=template0`, or "
            "set catalog to another."
        ),
    ),
    (
        re.compile(r"certificate|\bSSL\b|\bTLS\b|root\.crt", re.IGNORECASE),
        _unreadable(
            "{name} could not be spoken to by TLS ({said}); see sslmode and sslrootcert in catalog's address."
        ),
    ),
    (
        re.compile(r"starting up|shutting down|recovery mode|too many clients|connection slots"),
        _unreachable("{name} takes no connection now ({said}); try again in a moment."),
    ),
    (
        re.compile(r"role \"[^\"]*\" does not exist|pg_hba\.conf|authentication failed|permission denied"),
        _unreadable("{name} refuses the connection ({said}); see user and rights at the server."),
    ),
)
_GONE = (
    "The connection to {name} was lost ({said}); see that the server runs, then try again. "
    "What was published before is whole."
)
# By SQLSTATE, the longest beginning first; see "PostgreSQL Error Codes" in its manual.
_CODES: dict[str, _Sentence] = {
    "25006": _unreadable(
        "{name} takes no writes: it is a replica, or set read-only; set catalog to the primary's address for "
        "whatever writes."
    ),
    "42501": _unreadable("{name} refuses what is needed ({said}); make its user the database's owner."),
    "42P01": _unreadable("{name} lacks a table of the record ({said}); restore a backup into another."),
    "42703": _unreadable("{name} lacks a column of the record ({said}); restore a backup into another."),
    "42P07": _unreadable(
        "{name} holds tables that are not On Record's ({said}); give the record a database of its own."
    ),
    "57014": _busy(
        "{name} broke off what took too long ({said}); raise its statement_timeout, or try again."
    ),
    "25P": _busy("{name} ended a transaction that took long ({said}); try again."),
    "25P02": _busy("{name} broke a transaction off; try again."),
    "40": _busy("{name} broke a transaction off in favour of another ({said}); try again."),
    "55P03": _busy(
        "Another process is writing to the record in {name}; wait until it is done, then try again."
    ),
    "53": _unreadable(
        "The server of {name} has no room left ({said}); make room there and try again. What was published "
        "before is whole."
    ),
    "58": _unreadable(
        "The disk of {name}'s server fails ({said}); see its log. What was published before is whole."
    ),
    "XX": _unreadable("{name} is damaged ({said}); see its server's log, and restore a backup."),
    "57P": _unreachable(_GONE),
    "08": _unreachable(_GONE),
}


@contextmanager
def translated(database: Database) -> Iterator[None]:
    """The database's and the network's errors as sentences."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise UsageError(NOT_TEXT) from error
    except psycopg.Error as error:
        raise _as_ours(database, error) from error


def refused(database: Database, error: psycopg.Error) -> OnRecordError:
    """Why no connection was made."""
    said = _said(error)
    for pattern, sentence in _REFUSALS:
        if pattern.search(str(error)):
            return sentence(database.name, said)
    return RecordUnreachable(
        f"{database.name} cannot be reached ({said}); see that the server runs and that catalog names it, "
        "then try again."
    )


def _as_ours(database: Database, error: psycopg.Error) -> OnRecordError:
    code = error.sqlstate or ""
    for length in range(5, 1, -1):
        if sentence := _CODES.get(code[:length]):
            return sentence(database.name, _said(error))
    if not code and isinstance(error, errors.OperationalError | errors.InterfaceError):
        return RecordUnreachable(_GONE.format(name=database.name, said=_said(error)))
    if isinstance(error, errors.DataError) and not code and "NUL" in str(error):
        return RecordError(
            "What was given holds a NUL character, which PostgreSQL keeps in no text; take it out."
        )
    # Its words may quote what was read or asked.
    return RecordError(f"{database.name} could not be used ({code or type(error).__name__}).")


def _said(error: psycopg.Error) -> str:
    """The first line of what the server or libpq says, in short; details would quote values."""
    primary = error.diag.message_primary or str(error).strip().partition("\n")[0]
    # What comes before says again whom it tried.
    said = primary.rpartition("FATAL: ")[2] if "FATAL: " in primary else primary.rpartition(" failed: ")[2]
    return said.strip().rstrip(".")[:160] or type(error).__name__
