"""What a page says of itself in JSON-LD (schema.org): of its own article, not of others that it lists."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from ingest.formats.html_words import agree
from ingest.urls import canonical_url, shown_url

Node = dict[str, Any]

_ARTICLE = re.compile(r"article|posting|report", re.IGNORECASE)
_PAGE = re.compile(r"page$|howto|recipe|review$|thesis|creativework|course|dataset", re.IGNORECASE)
# Comments in which scripts hide from browsers of long ago.
_WRAPPING = re.compile(
    r"^\s*(?://|/\*)?\s*(?:<!--|<!\[CDATA\[)(?:\s*\*/)?|(?://|/\*)?\s*(?:-->|\]\]>)(?:\s*\*/)?\s*$"
)
_MOST_NODES = 5_000
# By these a node leads to what it is about, or to its graph; by others, to something else.
_OWN = ("@graph", "mainEntity", "mainEntityOfPage")


@dataclass(frozen=True, slots=True)
class LinkedData:
    """`own` is what the page says of its own article, {} where nothing; `others` are all the other nodes."""

    own: Node
    others: tuple[Node, ...]

    def text(self, name: str) -> str:
        """A property of the own node, where it is text; "" where it is not."""
        value = self.own.get(name)
        return value if isinstance(value, str) else ""

    def names(self, name: str) -> list[str]:
        """The names of people or organisations in a property of the own node."""
        value = self.own.get(name)
        named = value if isinstance(value, list) else [value]
        found = [one.get("name") if isinstance(one, dict) else one for one in named]
        return [one.strip() for one in found if isinstance(one, str) and one.strip()]

    def dates_of_others(self) -> Iterator[str]:
        """The dates of everything else that the page speaks of."""
        for node in self.others:
            for name in ("datePublished", "dateModified", "dateCreated", "uploadDate"):
                if isinstance(value := node.get(name), str):
                    yield value


def linked_data(tree: Any, url: str, titles: Sequence[str]) -> LinkedData:
    """The JSON-LD of a page at `url` ("" where that is not known) that calls itself by one of `titles`."""
    roots = [root for script in tree.xpath('//script[contains(@type, "ld+json")]') if (root := _read(script))]
    near = list(_near(roots))
    articles = [node for node in near if _is(node, _ARTICLE)]
    pages = [node for node in near if _is(node, _PAGE)]
    own = _own(articles, url, titles) or _own(pages, url, titles) or {}
    return LinkedData(own, tuple(node for node in _every(roots) if node is not own))


def _own(nodes: list[Node], url: str, titles: Sequence[str]) -> Node | None:
    """The node that is about the page: by its address, else by its title, else the only one."""
    for node in nodes:
        if url and url in _addresses(node, url):
            return node
    for node in nodes:
        if any(agree(name, title) for name in _called(node) for title in titles):
            return node
    # One that is called otherwise, and is somewhere else, is another's.
    alone = [node for node in nodes if not (url and titles and _called(node) and _addresses(node, url))]
    return alone[0] if len(nodes) == 1 and alone else None


def _called(node: Node) -> list[str]:
    return [value for name in ("headline", "name") if isinstance(value := node.get(name), str) and value]


def _addresses(node: Node, base: str) -> set[str]:
    """The addresses that a node gives as its own, in one form."""
    found = set()
    for name in ("url", "@id", "mainEntityOfPage"):
        value = node.get(name)
        value = (value.get("@id") or value.get("url")) if isinstance(value, dict) else value
        if isinstance(value, str) and value:
            try:
                found.add(canonical_url(shown_url(urljoin(base, value))))
            except (ValueError, KeyError):
                continue
    return found


def _read(script: Any) -> Any:
    text = _WRAPPING.sub("", _WRAPPING.sub("", script.text or ""))
    try:
        return json.loads(text.strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        return None


def _near(roots: list[Any]) -> Iterator[Node]:
    """The nodes that stand for themselves: at the top, in a graph, or as what a page is about."""
    waiting = list(reversed(roots))
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(reversed(node))
        elif isinstance(node, dict):
            yield node
            waiting.extend(node[name] for name in _OWN if isinstance(node.get(name), list | dict))


def _every(roots: list[Any]) -> Iterator[Node]:
    waiting = list(roots)
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            yield node
            waiting.extend(value for value in node.values() if isinstance(value, list | dict))


def _is(node: Node, kind: re.Pattern[str]) -> bool:
    return kind.search(str(node.get("@type", ""))) is not None
