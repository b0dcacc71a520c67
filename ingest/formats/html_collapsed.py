"""What of a page is closed at first and opened by a reader: answers, tabs, "read more".

Something must be there that opens it: a control that names it or stands right before it, a script of the page
that handles it, a rule for another state that shows it, one of its kind that is open; or there are several,
each right under a title of its own. Without any of these, what is hidden is hidden.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ingest.formats.css_styles import Styles

_CONTROLS = frozenset({"button", "summary", "label"})
_TITLES = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt", "th"})
_ROLES = frozenset({"button", "tab", "switch"})
_LONGEST_TITLE = 20
_SEVERAL = 2
_NAME = re.compile(r"[\w-]+")
_NAMING = (
    "//@*[starts-with(name(), 'data-') or name()='aria-controls' or name()='aria-owns' or name()='for' "
    "or name()='onclick' or (name()='href' and starts-with(., '#'))]"
)
_SCRIPTS = "//script[not(@src)][not(@type) or contains(@type, 'javascript') or @type='module']/text()"


class Openers:
    """What opens the hidden parts of a page."""

    def __init__(self, tree: Any, styles: Styles, hidden: Mapping[Any, str]) -> None:
        """`styles` are those of the page, `hidden` its hidden elements, each with what hides it."""
        self._tree = tree
        self._styles = styles
        self._hidden = hidden
        self._titled = Counter(_kind(one, cause) for one, cause in hidden.items() if _is_titled(one))
        self._named: set[str] | None = None
        self._scripts: str | None = None

    def can_open(self, element: Any) -> bool:
        """Whether a reader can open a hidden element."""
        return (
            element.get("hidden") == "until-found"
            or element.get("role") == "tabpanel"
            or not self._styles.opened.isdisjoint(_names(element))
            or _has_control(element)
            or self._is_one_of_several(element)
            or self._has_open_twin(element)
            or self._is_named(element)
            or any(self._is_in_script(name) for name in _names(element))
        )

    def _is_named(self, element: Any) -> bool:
        """Whether a control says that it opens this element."""
        if self._named is None:
            values = self._tree.xpath(_NAMING)
            self._named = {name for value in values for name in _NAME.findall(value[:500])}
        return element.get("id") in self._named

    def _is_in_script(self, name: str) -> bool:
        """Whether a script in the page speaks of a class or an id."""
        if self._scripts is None:
            self._scripts = "\n".join(self._tree.xpath(_SCRIPTS))
        bare = name[1:]
        quoted = (f'"{bare}"', f"'{bare}'") if name[0] == "#" else ()
        forms = (*quoted, f'"{name}"', f"'{name}'", f'"{name} ', f"'{name} ", f"`{name}`")
        return bool(self._scripts) and any(form in self._scripts for form in forms)

    def _is_one_of_several(self, element: Any) -> bool:
        """Whether several are hidden in the same way, each under a title."""
        return self._titled[_kind(element, self._hidden[element])] >= _SEVERAL and _is_titled(element)

    def _has_open_twin(self, element: Any) -> bool:
        """Whether a sibling that the same rule hides is shown all the same."""
        names = [name for name in _names(element) if name[0] == "." and name in self._hidden[element]]
        around = element.getparent()
        return bool(names) and any(
            one not in self._hidden and name in _names(one)
            for one in around.iterchildren(element.tag)
            for name in names
        )


def _names(element: Any) -> Sequence[str]:
    """An element's classes and id, as selectors write them."""
    id_ = element.get("id")
    return [*(f".{name}" for name in (element.get("class") or "").split()), *([f"#{id_}"] if id_ else ())]


def _kind(element: Any, cause: str) -> tuple[str, str, str]:
    return element.tag, element.get("class") or "", cause


def _has_control(element: Any) -> bool:
    """Whether what stands right before it is there to be pressed."""
    before = _before(element)
    return before is not None and any(_is_control(one) for one in (before, *before.iterdescendants()))


def _is_control(element: Any) -> bool:
    if element.tag in _CONTROLS or element.get("role") in _ROLES:
        return True
    if element.tag == "a" and (element.get("href") or "#").startswith(("#", "javascript:")):
        return True
    return element.get("aria-expanded") is not None or element.get("onclick") is not None


def _is_titled(element: Any) -> bool:
    before = _before(element)
    if before is None:
        return False
    if before.tag in _TITLES or (len(before) == 1 and before[0].tag in _TITLES):
        return True
    return bool(before.get("class")) and 0 < len("".join(before.itertext()).split()) <= _LONGEST_TITLE


def _before(element: Any) -> Any:
    """The element right before this one, or before what begins with it; None where it is words or nothing."""
    for _ in range(2):
        before = element.getprevious()
        while before is not None and not isinstance(before.tag, str):
            before = before.getprevious()
        if before is not None:
            return None if (before.tail or "").strip() else before
        element = element.getparent()
        if element is None or (element.text or "").strip():
            return None
    return None
