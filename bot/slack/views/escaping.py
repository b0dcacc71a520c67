"""Text of articles, questions and models for where Slack reads markup: it pings, links and styles nothing.

`markdown` is for streams, which are CommonMark: what a reader shows is the text itself, character for
character, but for an invisible joiner within addresses that Slack would make links of by itself.
"""

import re

from tld import is_tld

from bot.slack.views.safe_urls import UNSEEN

# Of a single run of text; a `text` beyond 4,000 is refused by chat.update.
RUN = 2_900
_JOINER = "\u2060"
# What Slack would make a link of: a scheme that something follows, and hosts with a known ending.
_SCHEME = re.compile(
    r"\b([a-z][a-z0-9+.-]*:(?=//)|"
    r"(?:https?|ftp|file|slack|mailto|tel|sms|javascript|vbscript|data|blob|callto|skype):(?=[^\s\u2060]))",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:[^\W_][\w-]*\.)+([^\W\d_]{2,}|xn--[a-z0-9-]+)(?![^\W_])", re.IGNORECASE)
# Endings that are kept for examples and for names within a house: no links today, but meant as addresses.
_RESERVED = frozenset(("example", "internal", "invalid", "local", "localhost", "onion", "test"))
# CommonMark undoes a backslash before these, and before nothing but ASCII punctuation.
_STYLED = re.compile(r"([\\`*_~\[\]|!#])")
_LINE_START = re.compile(r"^(\s*)(?:([-+=])|(\d+)([.)]))", re.MULTILINE)


def literal(text: str, most: int = RUN) -> str:
    """Text for where Slack reads no markup: visible characters only, at most `most`, never none."""
    seen = UNSEEN.sub("", text)
    return (seen if len(seen) <= most else f"{seen[: most - 1]}…") or "–"


def mrkdwn(text: str, most: int = RUN) -> str:
    """Text for a message's `text`: nothing in it is a mention or a link."""
    escaped = _entities(_unlinked(literal(text, most)))
    if len(escaped) <= most:
        return escaped
    # Neither half an entity nor half a broken address may be left.
    return re.sub(r"(?:&\w*|[:.@])$", "", escaped[: most - 1]) + "…"


def markdown(text: str) -> str:
    """Text for a stream: no emphasis, list, table, heading, entity, mention or link is read in it."""
    shown = _STYLED.sub(r"\\\1", _unlinked(UNSEEN.sub("", text)))
    shown = _LINE_START.sub(_not_a_list, shown)
    return _entities(shown)


def _not_a_list(found: re.Match[str]) -> str:
    space, sign, digits, end = found.groups()
    return f"{space}\\{sign}" if sign else f"{space}{digits}\\{end}"


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unlinked(text: str) -> str:
    """The same to the eye, with a joiner within what Slack would see as an address."""
    return _HOST.sub(_joined, _SCHEME.sub(rf"\1{_JOINER}", text))


def _joined(found: re.Match[str]) -> str:
    host, ending = found[0], found[1].lower()
    before = found.string[found.start() - 1 : found.start()]
    after = found.string[found.end() : found.end() + 2]
    address = before in ("@", "/", _JOINER) or after[:1] == "/" or re.match(r":\d", after)
    if not (address or ending in _RESERVED or is_tld(ending)):
        return host
    return (_JOINER if before == "@" else "") + host.replace(".", f".{_JOINER}")
