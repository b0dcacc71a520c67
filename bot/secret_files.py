"""Secrets from files: `SLACK_BOT_TOKEN_FILE=/run/secrets/…` sets `SLACK_BOT_TOKEN` for all that read it.

The convention of container secrets, and with `LoadCredential` of systemd too. Only names that hold secrets
are taken, so that another program's `…_FILE` variable means nothing here.
"""

import re
from collections.abc import MutableMapping
from pathlib import Path

from index.errors import UsageError

_SUFFIX = "_FILE"
_NAMES = re.compile(r"[A-Z][A-Z0-9_]*(_TOKEN|_SECRET|_PASSWORD|_API_KEY|_HEADERS)|ONRECORD_CATALOG")
_LARGEST = 16_384


def read_secrets(environment: MutableMapping[str, str]) -> None:
    """Set each variable whose `…_FILE` names a file. Raises UsageError where a file holds no secret."""
    for variable, named in list(environment.items()):
        name = variable.removesuffix(_SUFFIX)
        if name != variable and named and _NAMES.fullmatch(name):
            if environment.get(name):
                msg = f"{name} and {variable} are both set; keep one of them."
                raise UsageError(msg)
            environment[name] = _secret(variable, Path(named))
            # Read once: whoever looks at the variables later should find one name for one thing.
            del environment[variable]


def _secret(variable: str, path: Path) -> str:
    """What the file holds, without the line end that editors put there. Its content is never repeated."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        msg = f"The secret file {path}, which {variable} names, cannot be read: {error.strerror}."
        raise UsageError(msg) from error
    try:
        secret = content.decode().strip()
        if secret and len(content) <= _LARGEST and secret.isprintable():
            return secret
        wrong = "holds more than one line of text; it must hold the secret and nothing else"
        if not secret:
            wrong = "is empty"
    except UnicodeDecodeError:
        wrong = "is not text"
    msg = f"The secret file {path}, which {variable} names, {wrong}."
    raise UsageError(msg)
