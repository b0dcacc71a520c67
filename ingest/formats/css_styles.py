"""What the style sheets in a page say of its elements, by the rules of the cascade.

Read are the page's own sheets and `style` attributes; sheets elsewhere are not fetched. Only properties that
can hide something are kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import tinycss2
from cssselect import SelectorError
from cssselect import parse as parse_selectors
from cssselect.xpath import HTMLTranslator

PROPERTIES = frozenset(
    {
        "display", "visibility", "opacity", "font-size", "text-indent", "position", "left", "top", "right",
        "bottom", "margin-left", "clip", "clip-path", "width", "height", "max-width", "max-height",
        "overflow", "overflow-x", "overflow-y", "transform", "color", "background-color", "animation-name",
        "transition",
    }
)  # fmt: skip
_SHORTHANDS = {"font": "font-size", "background": "background-color", "animation": "animation-name"}
_MOST_SHEETS = 500_000
_MOST_DEPTH = 8
_TRANSLATOR = HTMLTranslator()

Rank = tuple[bool, bool, tuple[int, int, int], int]


@dataclass(slots=True)
class Style:
    """What is declared for one element: the values that win, and what made each."""

    values: dict[str, str] = field(default_factory=dict)
    causes: dict[str, str] = field(default_factory=dict)
    ranks: dict[str, Rank] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """The value of a property, in lower case; "" where none is declared."""
        return self.values.get(name, "")

    def declare(self, name: str, value: str, rank: Rank, cause: str) -> None:
        """Take a declaration in, unless a stronger one is there."""
        if name not in self.ranks or rank >= self.ranks[name]:
            self.values[name], self.ranks[name], self.causes[name] = value, rank, cause


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule's declarations; `always` is false where it holds in some windows only."""

    selectors: str
    declared: tuple[tuple[str, str, bool], ...]
    always: bool


class Styles:
    """The styles of a page's elements. `opened` are names (".x", "#y") whose elements some rule may show."""

    def __init__(self, tree: Any) -> None:
        """Read the style sheets and the `style` attributes of a parsed page."""
        self.opened: set[str] = set()
        self._styles: dict[Any, Style] = {}
        rules = list(_rules(tree))
        self._names = _names(tree) if rules else set()
        for order, rule in enumerate(rules):
            self._apply(tree, rule, order)
        self._attributes(tree)

    def of(self, element: Any) -> Style:
        """What is declared for an element."""
        return self._styles.get(element) or _NONE

    def styled(self) -> list[Any]:
        """The elements for which something is declared."""
        return list(self._styles)

    def _apply(self, tree: Any, rule: _Rule, order: int) -> None:
        try:
            selectors = parse_selectors(rule.selectors)
        except SelectorError:
            return
        for selector in selectors:
            if selector.pseudo_element:
                continue
            self._note_opened(selector.parsed_tree, rule)
            if not rule.always or not _named(selector.parsed_tree) <= self._names:
                continue
            try:
                matched = tree.xpath(_TRANSLATOR.selector_to_xpath(selector))
            except SelectorError:
                continue
            for element in matched:
                style = self._styles.setdefault(element, Style())
                for name, value, important in rule.declared:
                    rank = (important, False, selector.specificity(), order)
                    style.declare(name, value, rank, rule.selectors)

    def _note_opened(self, selector: Any, rule: _Rule) -> None:
        """Keep whose elements a rule shows, in whatever state: of its last part, one name is enough."""
        if any(_shows(name, value) for name, value, _ in rule.declared):
            last = getattr(selector, "subselector", selector) if _is_combined(selector) else selector
            self.opened |= _named(last)

    def _attributes(self, tree: Any) -> None:
        read: dict[str, tuple[tuple[str, str, bool], ...]] = {}
        for element in tree.xpath("//*[@style]"):
            written = element.get("style")
            if written not in read:
                read[written] = tuple(_declarations(written))
            if read[written]:
                style = self._styles.setdefault(element, Style())
                for name, value, important in read[written]:
                    style.declare(name, value, (important, True, (0, 0, 0), 0), f"{name}: {value}")


_NONE = Style()


def _names(tree: Any) -> set[str]:
    """The classes and ids in a page."""
    names = {f"#{value.strip()}" for value in tree.xpath("//@id")}
    for value in set(tree.xpath("//@class")):
        names.update(f".{name}" for name in value.split())
    return names


def _named(selector: Any) -> set[str]:
    """The classes and ids that an element, or those around it, must have for a selector to match."""
    names: set[str] = set()
    while selector is not None:
        if hasattr(selector, "class_name"):
            names.add(f".{selector.class_name}")
        elif type(selector).__name__ == "Hash":
            names.add(f"#{selector.id}")
        elif _is_combined(selector):
            names |= _named(selector.subselector)
        selector = getattr(selector, "selector", None)
    return names


def _is_combined(selector: Any) -> bool:
    return type(selector).__name__ == "CombinedSelector"


def _shows(name: str, value: str) -> bool:
    """Whether a declaration shows what was hidden."""
    match name:
        case "display":
            return value not in ("none", "contents")
        case "visibility":
            return value == "visible"
        case "opacity" | "max-height" | "height":
            return value[:1].isalnum() and value[:1] != "0"
    return False


def _rules(tree: Any) -> Iterator[_Rule]:
    left = _MOST_SHEETS
    for sheet in tree.xpath("//style[not(@type) or @type='text/css' or @type='']"):
        text = (sheet.text or "")[:left]
        left -= len(text)
        media = _holds(tinycss2.parse_component_value_list(sheet.get("media") or ""))
        if media is not None:
            rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
            yield from _flat(rules, always=media, depth=0)


def _flat(rules: Sequence[Any], *, always: bool, depth: int) -> Iterator[_Rule]:
    for rule in rules:
        if rule.type == "qualified-rule":
            if declared := tuple(_declarations(rule.content)):
                yield _Rule(tinycss2.serialize(rule.prelude).strip(), declared, always)
        elif rule.type == "at-rule" and rule.content is not None and depth < _MOST_DEPTH:
            name = rule.lower_at_keyword
            holds: bool | None = name in ("supports", "layer")
            if name == "media":
                holds = _holds(rule.prelude)
            if holds is None or name not in ("media", "supports", "layer", "container", "scope"):
                continue
            inner = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
            yield from _flat(inner, always=always and bool(holds), depth=depth + 1)


def _holds(media: Sequence[Any]) -> bool | None:
    """Whether a media query holds on every screen; False for some screens, None for none."""
    queries = [" ".join(one.split()) for one in tinycss2.serialize(media).lower().split(",")]
    if any(query in ("", "all", "screen", "only screen", "only all") for query in queries):
        return True
    return False if any("(" in query or "screen" in query for query in queries) else None


def _declarations(content: Any) -> Iterator[tuple[str, str, bool]]:
    """The declarations of properties that can hide something: name, value in lower case, importance."""
    for found in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if found.type != "declaration":
            continue
        name = found.lower_name.removeprefix("-webkit-")
        if name in PROPERTIES or name in _SHORTHANDS:
            value = " ".join(tinycss2.serialize(found.value).lower().split())
            if name == "font":
                value = _size_of(found.value)
            if value:
                yield _SHORTHANDS.get(name, name), value, found.important


def _size_of(font: Sequence[Any]) -> str:
    """The size in the shorthand `font`: its first length."""
    sizes = (token for token in font if token.type in ("dimension", "percentage", "number"))
    # Weights are numbers too, and none but 0 is a size.
    size = next((t for t in sizes if t.type != "number" or t.value == 0), None)
    return tinycss2.serialize([size]).lower() if size is not None else ""
