"""The numbers of a Word document's numbered paragraphs, which the file leaves to be counted.

A list goes on counting across what stands between its items, so an item's number says which step it is.
"""

import re
from dataclasses import dataclass, field
from typing import Any

_WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Private characters around a number, at the start of its paragraph.
_MARK = re.compile("\ue000([0-9]+)\ue001")


@dataclass
class _List:
    """What one numbering definition has counted; `starts` and `formats` by level."""

    starts: dict[str, int]
    formats: dict[str, str]
    counts: dict[str, int] = field(default_factory=dict)

    def next(self, level: str) -> int:
        self.counts[level] = self.counts.get(level, self.starts.get(level, 1) - 1) + 1
        # A list within begins anew under the next item.
        self.counts = {one: count for one, count in self.counts.items() if one <= level}
        return self.counts[level]


def mark_numbers(document: Any, numbering: Any, styles: Any) -> None:
    """Put each numbered paragraph's number before its words, marked; `numbering` and `styles` may be None."""
    from lxml import etree

    lists = _lists(numbering)
    of_styles = _of_styles(styles)
    begun: set[str] = set()
    for paragraph in document.iter(f"{_WORDS}p"):
        number, level = _stated(paragraph, of_styles)
        if number not in lists:
            continue
        counted, overrides = lists[number]
        if number not in begun:
            begun.add(number)
            counted.counts.update({one: start - 1 for one, start in overrides.items()})
        value = counted.next(level)
        if counted.formats.get(level) not in ("bullet", "none", None):
            run = etree.Element(f"{_WORDS}r")
            etree.SubElement(run, f"{_WORDS}t").text = f"\ue000{value}\ue001"
            properties = paragraph.find(f"{_WORDS}pPr")
            paragraph.insert(0 if properties is None else 1, run)


def apply_numbers(tree: Any) -> None:
    """Make the marked numbers those of HTML's list items, and take the marks out."""
    for element in tree.iter():
        if element.text and (found := _MARK.match(element.text)):
            item = next((one for one in (element, *element.iterancestors()) if one.tag == "li"), None)
            if item is not None and not item.get("value"):
                item.set("value", found[1])
        for part in ("text", "tail"):
            if words := getattr(element, part):
                setattr(element, part, _MARK.sub("", words))


def _value(element: Any, path: str) -> str:
    found = element.find("/".join(f"{_WORDS}{name}" for name in path.split("/")))
    return str(found.get(f"{_WORDS}val", "")) if found is not None else ""


def _whole(written: str, otherwise: int) -> int:
    return int(written) if written.isdecimal() else otherwise


def _lists(numbering: Any) -> dict[str, tuple[_List, dict[str, int]]]:
    """The lists by the number that paragraphs give, each with the starts that are its own."""
    if numbering is None:
        return {}
    definitions = {
        one.get(f"{_WORDS}abstractNumId"): _List(
            {
                level.get(f"{_WORDS}ilvl"): _whole(_value(level, "start"), 1)
                for level in one.iter(f"{_WORDS}lvl")
            },
            {level.get(f"{_WORDS}ilvl"): _value(level, "numFmt") for level in one.iter(f"{_WORDS}lvl")},
        )
        for one in numbering.iter(f"{_WORDS}abstractNum")
    }
    return {
        one.get(f"{_WORDS}numId"): (
            definitions[_value(one, "abstractNumId")],
            {
                level.get(f"{_WORDS}ilvl"): _whole(_value(level, "startOverride"), 1)
                for level in one.iter(f"{_WORDS}lvlOverride")
                if _value(level, "startOverride")
            },
        )
        for one in numbering.iter(f"{_WORDS}num")
        if _value(one, "abstractNumId") in definitions
    }


def _of_styles(styles: Any) -> dict[str, tuple[str, str]]:
    """The list and level that each style puts a paragraph in."""
    if styles is None:
        return {}
    return {
        style.get(f"{_WORDS}styleId"): (number, _value(style, "pPr/numPr/ilvl") or "0")
        for style in styles.iter(f"{_WORDS}style")
        if (number := _value(style, "pPr/numPr/numId"))
    }


def _stated(paragraph: Any, of_styles: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """The list and level of a paragraph; "" where it is in none."""
    number, level = of_styles.get(_value(paragraph, "pPr/pStyle"), ("", "0"))
    return _value(paragraph, "pPr/numPr/numId") or number, _value(paragraph, "pPr/numPr/ilvl") or level
