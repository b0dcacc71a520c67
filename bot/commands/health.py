"""`onrecord health`: whether what runs here can do its work, quickly enough to be asked every few seconds.

`doctor` looks at everything, with its remedies; this looks only at what can go wrong while it runs.
"""

import http.client
from dataclasses import asdict
from urllib.parse import urlsplit

from bot.json_output import print_json
from bot.operations.checks import tried
from bot.operations.record_checks import record_checks
from bot.settings import Settings
from bot.terminal import console
from index.errors import OnRecordError, UsageError

_PATIENCE = 10.0
_LONGEST_ANSWER = 65_536


def run_health(settings: Settings, bot: str, *, as_json: bool) -> int:
    """Print how the record is, and with `bot` (an address) how the bot there says that it is; 0 if well."""
    checks = list(record_checks(settings))
    if bot:
        checks.append(tried("bot", lambda: _asked(bot)))
    if as_json:
        print_json({"checks": [asdict(check) for check in checks]})
    else:
        for check in checks:
            if check.well:
                console.out().print(f"{check.name}: {check.said}", soft_wrap=True)
            else:
                console.show_error(check.said)
    return 0 if all(check.well for check in checks) else 1


def _asked(address: str) -> str:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or 80
    except ValueError:
        host = None
    if not host or parts.scheme != "http" or not address.isascii():
        msg = f"{address} is not the address of a bot's health port, such as http://127.0.0.1:8080/healthz."
        raise UsageError(msg)
    connection = http.client.HTTPConnection(host, port, timeout=_PATIENCE)
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
