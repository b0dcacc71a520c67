"""Markup of which all is wanted (a chapter, an e-mail, a short page) to text, paragraph by paragraph."""

import re
from typing import Any

_BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "tr",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "address",
        "hr",
        "body",
        "aside",
        "nav",
        "form",
    ]
)
_UNREAD = frozenset(
    ["script", "style", "template", "noscript", "head", "title", "svg", "math", "iframe", "object"]
)
_MOST_DEPTH = 400


def text_of(tree: Any) -> str:
    """The text that a reader sees of a parsed tree, blocks apart by blank lines."""
    parts: list[str] = []
    _walk(tree, parts, 0)
    blocks = (" ".join(block.split()) for block in "".join(parts).split("\f"))
    text = "\n\n".join(block for block in blocks if block)
    return re.sub(r"\n\n(?=- )", "\n", text)


def _walk(element: Any, parts: list[str], depth: int) -> None:
    if not isinstance(element.tag, str):
        return
    name = element.tag.rpartition("}")[2].lower()
    if name in _UNREAD or depth > _MOST_DEPTH:
        return
    block = name in _BLOCKS
    if block:
        parts.append("\f- " if name == "li" else "\f")
    elif name == "br":
        parts.append("\f")
    elif name in ("td", "th"):
        parts.append(" " if element.getprevious() is None else " | ")
    parts.append(element.text or "")
    for child in element:
        _walk(child, parts, depth + 1)
        parts.append(child.tail or "")
    if block:
        parts.append("\f")
