"""The settings of the doors for programs: the `[serve]` table of `onrecord.toml`, and `ONRECORD_SERVE_*`.

Tokens are no settings: the setting names the file that holds them.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.settings import settings_table
from index.errors import UsageError
from index.settings_reader import read_environment, read_table, setting, settings_of
from index.value_types import names, number, whole

PREFIX = "ONRECORD_SERVE_"


@dataclass(frozen=True)
class ServeSettings:
    """What can be set for `onrecord serve` and `onrecord mcp`."""

    tokens_file: str = setting(
        "",
        "a file of tokens, one a line, of which each request must carry one (`Authorization: Bearer …`); "
        "without it only this machine is served",
    )
    hosts: tuple[str, ...] = setting(
        (),
        "names by which this is reached, beside this machine's own (`answers.example.org`); requests for any "
        "other name are refused",
        names("a list of host names, without a port", r"[A-Za-z0-9.:\[\]-]+"),
    )
    workers: int = setting(2, "how many questions are answered at once", whole(1, 64))
    queue: int = setting(
        100, "how many questions may wait; further ones are turned away with a word", whole(1, 10_000)
    )
    per_minute: int = setting(
        120,
        "how many requests a token, or without tokens an address, may make in a minute",
        whole(1, 1_000_000),
    )
    connections: int = setting(500, "how many connections may be open at once", whole(1, 100_000))
    request_bytes: int = setting(1_000_000, "how large a request may be", whole(1_000, 100_000_000))
    send_seconds: float = setting(15.0, "how long a client may take to send a request", number(0.1, 3600))
    request_seconds: float = setting(
        120.0, "how long a request and its answer may take, waiting included", number(1, 3600)
    )
    keep_days: int = setting(30, "days for which conversations are kept", whole(1, 3650))


SERVE_SETTINGS = settings_of(ServeSettings)


def load_serve_settings(environment: Mapping[str, str] = os.environ) -> ServeSettings:
    """The settings in force. Raises UsageError for unknown keys and values of the wrong kind."""
    table, where = settings_table(environment, "serve")
    if table.get("tokens_file"):
        # A relative path in a file is meant from where the file is, wherever the command runs.
        named = Path(str(table["tokens_file"])).expanduser()
        table["tokens_file"] = str(Path(where).resolve().parent / named)
    return ServeSettings(
        **{
            **read_table(table, SERVE_SETTINGS, f"[serve] in {where}"),
            **read_environment(environment, PREFIX, SERVE_SETTINGS),
        }
    )


def read_tokens(path: str) -> frozenset[str]:
    """The tokens of a file; none without a file.

    Raises UsageError where the file cannot be read, holds no token or a short one. No message repeats one.
    """
    if not path:
        return frozenset()
    try:
        lines = Path(path).expanduser().read_text(encoding="utf-8").splitlines()
    except OSError as error:
        msg = f"The file of tokens {path} cannot be read: {error.strerror or error}."
        raise UsageError(msg) from error
    except UnicodeDecodeError as error:
        msg = f"The file of tokens {path} is not text."
        raise UsageError(msg) from error
    tokens = set()
    for number_, line in enumerate(map(str.strip, lines), start=1):
        if not line or line.startswith("#"):
            continue
        if len(line) < _SHORTEST or not line.isascii() or any(c.isspace() for c in line):
            msg = (
                f"Line {number_} of the file of tokens {path} is no token: {_SHORTEST} or more characters "
                "of ASCII without spaces; make one with `openssl rand -hex 32`."
            )
            raise UsageError(msg)
        tokens.add(line)
    if not tokens:
        msg = f"The file of tokens {path} holds no token; make one with `openssl rand -hex 32`."
        raise UsageError(msg)
    return frozenset(tokens)


# Shorter ones can be guessed.
_SHORTEST = 16
