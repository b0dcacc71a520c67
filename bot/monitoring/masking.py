"""Secrets in what is printed or logged: masked by their form, and by the values of secret variables."""

import os
import re
from collections.abc import Mapping

_MASK = "***"
# Tokens by their form: Slack's, those of the usual model services, bearer headers, tickets, user:password@.
# "Token" and "Basic" are words of sentences, too: what follows them is masked where it looks like no word.
_SECRET = re.compile(
    r"(?P<kept>\bxox[a-z]-|\bxapp-|\bxwfp-|\bsk-|\bAIza|\bgh[a-z]_|\bhf_|[?&\s]ticket=|[?&]token=|"
    r"\bBearer\s+|\b(?:Basic|Token)\s+(?=[^\s,;]*(?:\d|[.=+/_]\w))|:/{1,2}[^\s/:@]*:(?=[^\s/@]+@))"
    r"[^\s\"'&<>@,;]{4,}",
    re.IGNORECASE,
)
_HOLDS_A_SECRET = re.compile(r"(TOKEN|SECRET|PASSWORD|API_KEY|ACCESS_KEY|HEADERS)$", re.IGNORECASE)
# Shorter values are words that a log may well contain.
_SHORTEST = 8


class Masking:
    """Masks secrets in finished lines."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        values = {
            value.strip()
            for name, value in environment.items()
            if _HOLDS_A_SECRET.search(name) and len(value.strip()) >= _SHORTEST
        }
        self._values = sorted(values, key=len, reverse=True)

    def __call__(self, line: str) -> str:
        """The line with every secret masked."""
        for value in self._values:
            line = line.replace(value, _MASK)
        return _SECRET.sub(lambda match: f"{match['kept']}{_MASK}", line)


def masked(text: str) -> str:
    """Text for people, without secrets: tokens, passwords in addresses, and what secret variables hold."""
    return Masking(os.environ)(text)
