"""What a message does to people: who is pinged, and which links can be clicked; in the stricter reading."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tld import is_tld

from tests.fakeslack.state import Message

_PING = re.compile(r"<(?:@[UW][^>]*|!(?:here|channel|everyone|subteam)[^>]*)>")
_ANGLED = re.compile(r"<((?:https?|mailto|ftp|file|javascript|slack|tel):[^|>]*)(?:\|[^>]*)?>", re.IGNORECASE)
_MARKED = re.compile(r"(?<!\\)\[((?:[^\[\]\\]|\\.|\[[^\]]*\])*)(?<!\\)\]\(([^)\s]*)[^)]*\)")
_BARE = re.compile(r"\b(?:https?|ftp|mailto|file|slack|tel|javascript):[^\s<>|\u2060]+", re.IGNORECASE)
_HOST = re.compile(r"(?<![\w./-])(?:[^\W_][\w-]*\.)+([^\W\d_]{2,})(?![^\W_])(?:/\S*)?")


@dataclass(frozen=True)
class Effects:
    """People and groups that are pinged, and targets of links."""

    pings: frozenset[str]
    links: frozenset[str]


def effects(message: Message) -> Effects:
    """Everything that a message does, in all its parts."""
    pings: set[str] = set()
    links: set[str] = set()
    for kind, text in _readings(message):
        if kind == "ping":
            pings.add(text)
        elif kind == "link":
            links.add(text)
        else:
            pings.update(_PING.findall(text))
            links.update(_ANGLED.findall(text))
            rest = _ANGLED.sub(" ", text)
            if kind == "markdown":
                links.update(found[1] for found in _MARKED.findall(rest))
                rest = _MARKED.sub(lambda found: f" {found[1]} ", rest)
            links.update(_BARE.findall(rest))
            hosts = _HOST.finditer(_BARE.sub(" ", rest))
            links.update(one[0] for one in hosts if one[1] == "example" or is_tld(one[1].lower()))
    return Effects(frozenset(pings), frozenset(links))


def _readings(message: Message) -> Iterator[tuple[str, str]]:
    yield "mrkdwn", message.text
    yield "markdown", message.markdown
    for block in message.blocks:
        yield from _in_block(block)


def _in_block(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for inner in value:
            yield from _in_block(inner)
        return
    if not isinstance(value, dict):
        return
    kind = value.get("type")
    if kind == "link":
        yield "link", str(value["url"])
    elif kind in ("user", "broadcast", "usergroup"):
        yield "ping", str(value)
    elif kind == "mrkdwn":
        yield "mrkdwn", str(value["text"])
    elif kind == "markdown":
        yield "markdown", str(value["text"])
    if "url" in value and kind != "link":
        yield "link", str(value["url"])
    for inner in value.values():
        yield from _in_block(inner)
