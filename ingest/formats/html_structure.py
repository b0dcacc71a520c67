"""What is done to a parsed page before its article is looked for, so that all of the article is found.

trafilatura takes one container for the article, knows no shadow roots, and drops what is said twice.
"""

import re
from typing import Any

from ingest.formats.spanning_cells import spread_cells

_FEWEST_PARTS = 2
_FEWEST_WORDS = 10
# Removed when the text is cleaned, as everything without a width is.
UNSEEN = "\u2060"
"""So many of them before an item of a list are its number, where that is not the next one."""
_NUMBER = re.compile("[0-9]{1,3}")


def prepare(tree: Any) -> None:
    """Change a parsed page so that its whole article can be found in it."""
    _open_shadow_roots(tree)
    _join_parts(tree)
    _tell_apart(tree)
    spread_cells(tree)
    _keep_numbers(tree)


def _open_shadow_roots(tree: Any) -> None:
    """Put what a declarative shadow root shows in place of its template, and what it is given in its slots.

    https://html.spec.whatwg.org/multipage/scripting.html#attr-template-shadowrootmode
    """
    for root in tree.xpath("//template[@shadowrootmode or @shadowroot]"):
        host = root.getparent()
        if host is None:
            continue
        root.tag = "div"
        root.attrib.clear()
        given = [child for child in host if child is not root and isinstance(child.tag, str)]
        slots = list(root.iter("slot"))
        for slot in slots:
            wanted = [child for child in given if (child.get("slot") or "") == (slot.get("name") or "")]
            slot.tag = "div"
            slot.extend(wanted)


def _join_parts(tree: Any) -> None:
    """Let a live blog be one article: several of them under one title that is in none of them."""
    titles = tree.xpath("//h1")
    if not titles or any(True for title in titles for _ in title.iterancestors("article")):
        return
    parts = [part for part in tree.iter("article") if _is_part(part)]
    if len(parts) < _FEWEST_PARTS or len({part.getparent() for part in parts}) > 1:
        return
    around = parts[0].getparent()
    for one in (around, *around.iterancestors()):
        if one.tag not in ("html", "body") and titles[0] in one.iterdescendants("h1"):
            one.tag = "article"
            one.set("class", "post")
            break
    else:
        return
    for part in parts:
        part.tag = "div"
        part.attrib.clear()


def _is_part(article: Any) -> bool:
    """Whether an article has a heading of its own and says something, rather than linking to it."""
    if not article.xpath(".//*[self::h2 or self::h3 or self::h4][not(.//a)]"):
        return False
    return len(" ".join(article.xpath(".//p//text()[not(ancestor::a)]")).split()) >= _FEWEST_WORDS


def _tell_apart(tree: Any) -> None:
    """Mark paragraphs that stand twice beside each other, so that they are not taken for a mistake."""
    seen: dict[tuple[Any, str], int] = {}
    for paragraph in tree.iter("p"):
        if len(paragraph):
            continue
        key = (paragraph.getparent(), " ".join((paragraph.text or "").split()))
        if key[1]:
            seen[key] = seen.get(key, 0) + 1
            if seen[key] > 1:
                paragraph.text = f"{paragraph.text}{UNSEEN * (seen[key] - 1)}"


def _keep_numbers(tree: Any) -> None:
    """Mark the items of lists that do not begin with one, or leave numbers out: trafilatura forgets which."""
    for listed in tree.iter("ol"):
        stated = listed.get("start") or ""
        for item in listed.iterchildren("li"):
            stated = item.get("value") or stated
            texts = (one for one in item.iter() if isinstance(one.tag, str) and (one.text or "").strip())
            if _NUMBER.fullmatch(stated) and (first := next(texts, None)) is not None:
                first.text = UNSEEN * int(stated) + first.text.lstrip()
            stated = ""
