"""Slack's markup in what people write, as plain words: https://docs.slack.dev/messaging/formatting-message-text."""

import re

from index.words import FUNCTION_WORDS

_MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_CALLS_OTHERS = re.compile(r"<(?:@[UW]|!)[^>]*>")
_LINK = re.compile(r"https?://[^\s<>|]+")
# What stands there where Slack gives no name.
_SOMEONE, _GROUP, _CHANNEL = "@someone", "@group", "#channel"
# A question about reading, and no wish: "who read it?"
_ABOUT_READING = re.compile(r"\W*(?:wh\w+|how|did|do|does|has|have|had|is|are|was|were)\b", re.IGNORECASE)
_POLITE = frozenset(("kindly", "pls", "please", "thanks"))
# Slack lets people write more than anyone asks; the rest is no question.
MOST_ASKED = 4000


def plain(written: str, me: str = "", *, addresses: bool = False) -> str:
    """The words of a message, without the bot's mention; links by their labels, or by their `addresses`."""

    def shown(found: re.Match[str]) -> str:
        return _shown(found[1], found[2] or "", me, addresses=addresses)

    text = _MARKUP.sub(shown, written)
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return text.strip()[:MOST_ASKED]


def _shown(target: str, label: str, me: str, *, addresses: bool) -> str:
    kind, name = target[:1], label.strip()
    if kind == "@":
        return "" if me and target[1:] == me else name or _SOMEONE
    if kind == "#":
        return f"#{name}" if name else _CHANNEL
    if kind == "!":
        word, _, _ = target[1:].partition("^")
        return name or {"subteam": _GROUP, "date": ""}.get(word, word)
    address = re.sub(r"^(?:mailto|tel):", "", target)
    return address if addresses else name or address


def mentioned(written: str) -> set[str]:
    """The people who are mentioned, by id."""
    return set(_MENTION.findall(written))


def calls_others(written: str) -> bool:
    """Whether somebody, a group or everybody is called."""
    return bool(_CALLS_OTHERS.search(written))


def links_in(text: str) -> list[str]:
    """The addresses in plain words, once each."""
    return list(dict.fromkeys(link.rstrip(".,;:!?)\"'") for link in _LINK.findall(text)))


def asks_to_read(text: str) -> bool:
    """Whether links are given to be read, with nothing else that is asked: "please read LINK"."""
    said = re.findall(r"[^\W\d_]+", _LINK.sub(" ", text).lower())
    told = [word for word in said if word not in FUNCTION_WORDS and word not in _POLITE]
    if not _LINK.search(text) or _ABOUT_READING.match(text):
        return False
    return told[:1] == ["read"] and len(told) <= 2
