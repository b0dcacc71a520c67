"""`onrecord health`: whether what runs here can do its work, quickly enough to be asked every few seconds.

`doctor` looks at everything, with its remedies; this looks only at what can go wrong while it runs.
"""

import http.client
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

from bot.commands.doctor import Check
from bot.settings import Settings
from bot.terminal import console
from index.errors import OnRecordError, RecordUnreadable, UsageError
from index.store import Index
from index.vectors.connection import check_server, server_of

_PATIENCE = 10.0
_LONGEST_ANSWER = 65_536


def run_health(settings: Settings, bot: str, *, as_json: bool) -> int:
    """Print how the record is, and with `bot` (an address) how the bot there says that it is; 0 if well."""
    checks = list(record_checks(settings))
    if bot:
        checks.append(_tried("bot", lambda: _asked(bot)))
    if as_json:
        sys.stdout.write(json.dumps([asdict(check) for check in checks], indent=2) + "\n")
    else:
        for check in checks:
            if check.well:
                console.out().print(f"{check.name}: {check.said}", soft_wrap=True)
            else:
                console.show_error(check.said)
    return 0 if all(check.well for check in checks) else 1


def record_checks(settings: Settings) -> Iterator[Check]:
    """The record and where it lies; a fraction of a second."""
    yield _tried("volume", lambda: _writable(settings.home))
    yield _tried("record", lambda: _readable(settings.home))
    if settings.vectors:
        yield _tried("vectors", lambda: _vectors(settings))


def _tried(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name, True, check())
    except OnRecordError as error:
        return Check(name, False, str(error))


def _writable(home: Path) -> str:
    if not home.is_dir():
        return f"{home} is made by the first ingest"
    try:
        with tempfile.TemporaryFile(dir=home) as file:
            file.write(b"?")
            file.flush()
    except OSError as error:
        msg = (
            f"{home} cannot be written ({error.strerror}); give it to the user that On Record runs as, or "
            "mount it writable."
        )
        raise RecordUnreadable(msg) from error
    return f"{home} can be written"


def _readable(home: Path) -> str:
    if not Index.exists(home):
        return "there is none yet"
    with Index(home) as index, index.catalog.read() as snapshot:
        articles, _ = snapshot.count()
        refreshed = snapshot.head().refreshed
    return f"{articles:,} articles, refreshed {refreshed or 'never'}"


def _vectors(settings: Settings) -> str:
    server = server_of(settings.vectors, settings.vectors_headers, settings.vectors_ca)
    name = ""
    if Index.exists(settings.home):
        with Index(settings.home) as index, index.catalog.read() as snapshot:
            name = snapshot.head().vectors
    return check_server(server, name) if server else ""


def _asked(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "http" or not parts.hostname:
        msg = f"{address} is no address of a bot's health port, such as http://127.0.0.1:8080/healthz."
        raise UsageError(msg)
    connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=_PATIENCE)
    try:
        connection.request("GET", parts.path or "/")
        answer = connection.getresponse()
        said = answer.read(_LONGEST_ANSWER).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        msg = f"No bot answers at {address} ({error or type(error).__name__})."
        raise OnRecordError(msg) from error
    finally:
        connection.close()
    if answer.status != 200:
        msg = f"The bot at {address} says that it is not well: {said or answer.reason}"
        raise OnRecordError(msg)
    return said
