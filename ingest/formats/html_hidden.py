"""What a page holds and a browser would not show, taken out: it could say what no reader knows of.

Judged are attributes and the page's own style sheets, as far as can be told without laying the page out. What
is hidden from the eye for the ears only (labels for screen readers) goes too. What a reader opens by a click
(`html_collapsed`) stays, and so does what is hidden by one rule and holds more than a third of the words: a
script shows it, or it is misread here. `HiddenText.large` is then for the caller to weigh.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingest.formats.css_styles import Style, Styles
from ingest.formats.css_values import alike, colour, function_arguments, length, length_of, lengths_in, number
from ingest.formats.html_collapsed import Openers

_LARGE = 1 / 3
_FONT = 16.0
# In pixels: writing that nobody can read; how far left or right, and how far up, nothing is seen of a text.
_TINY, _FAR_ASIDE, _FAR_UP = 4.0, 300.0, 1_000.0
_WHITE = (1.0, 1.0, 1.0)
_ALWAYS = frozenset({"template", "noscript", "dialog", "input"})
_MARKED = (
    "//*[@hidden or @color or self::template or self::noscript or self::dialog[not(@open)] "
    "or self::input[translate(@type, 'HIDEN', 'hiden')='hidden']]"
)
_NO_TEXT = frozenset({"a", "script", "style", "button", "option", "template", "noscript"})


@dataclass(frozen=True, slots=True)
class _Hidden:
    """A hidden element and why: by which property, and by which rule of a sheet, or which attribute.

    Of what is inherited, children may show themselves.
    """

    element: Any
    cause: str
    name: str

    @property
    def inherited(self) -> bool:
        """Whether children may show themselves."""
        return self.name in ("visibility", "font-size", "color")

    @property
    def opens(self) -> bool:
        """Whether pages hide by it what a reader can open."""
        return self.name in (
            "hidden",
            "display",
            "visibility",
            "opacity",
            "height",
            "max-height",
            "width",
            "max-width",
        )


class HiddenText:
    """What of a parsed page is hidden. Nothing is changed until it is asked for."""

    def __init__(self, tree: Any) -> None:
        """Find it, and show what a reader opens by a click."""
        self._styles = Styles(tree)
        found = list(self._find(tree))
        openers = Openers(tree, self._styles, {one.element: one.cause for one in found})
        groups: dict[str, list[_Hidden]] = {}
        for hidden in found:
            if hidden.opens and openers.can_open(hidden.element):
                _show(hidden.element)
            else:
                groups.setdefault(hidden.cause, []).append(hidden)
        words = _words(tree) if groups.keys() - _ALWAYS else 0
        self._small: list[_Hidden] = []
        self._large: list[_Hidden] = []
        for cause, group in groups.items():
            many = cause not in _ALWAYS and sum(_words(one.element) for one in group) > words * _LARGE
            (self._large if many else self._small).extend(group)

    @property
    def large(self) -> bool:
        """Whether one rule hides more than a third of the words."""
        return bool(self._large)

    def drop_small(self) -> None:
        """Take out what is hidden, but for what is large, which is shown as if nothing hid it."""
        self._drop(self._small)
        for hidden in self._large:
            _show(hidden.element)

    def drop_large(self) -> None:
        """Take out the rest."""
        self._drop(self._large)

    def _drop(self, group: list[_Hidden]) -> None:
        for hidden in group:
            if hidden.element.getparent() is None:
                continue
            if not hidden.inherited or not self._undone(hidden):
                hidden.element.drop_tree()
            else:
                self._drop_words(hidden)

    def _undone(self, hidden: _Hidden) -> bool:
        """Whether something inside shows itself."""
        return any(self._shows_itself(child, hidden) for child in hidden.element.iterdescendants())

    def _drop_words(self, hidden: _Hidden) -> None:
        """Take out the words of an element, but for the parts of it that show themselves."""
        waiting = [hidden.element]
        while waiting:
            element = waiting.pop()
            element.text = None
            for child in element:
                child.tail = None
                if not self._shows_itself(child, hidden):
                    waiting.append(child)

    def _shows_itself(self, child: Any, hidden: _Hidden) -> bool:
        style = self._styles.of(child)
        match hidden.name:
            case "visibility":
                return style.get("visibility") == "visible"
            case "font-size":
                size = length(style.get("font-size"), font=0.0, whole=0.0)
                return size is not None and size >= _TINY
        return bool(style.get(hidden.name) or child.get(hidden.name))

    def _find(self, tree: Any) -> Iterator[_Hidden]:
        whole: set[Any] = set()
        marked = dict.fromkeys([*tree.xpath(_MARKED), *self._styles.styled()])
        for element in marked:
            if element.tag in ("html", "body", "head") or element.getparent() is None:
                continue
            hidden = self._judged(element)
            if hidden is not None and not whole.intersection(element.iterancestors()):
                if not hidden.inherited:
                    whole.add(element)
                yield hidden

    def _judged(self, element: Any) -> _Hidden | None:
        if element.tag in _ALWAYS:
            return _Hidden(element, element.tag, element.tag)
        style = self._styles.of(element)
        if element.get("hidden") is not None and not style.get("display"):
            return _Hidden(element, "hidden", "hidden")
        if name := _unseen(style):
            return _Hidden(element, style.causes[name], name)
        if style.get("visibility") in ("hidden", "collapse"):
            return _Hidden(element, style.causes["visibility"], "visibility")
        size = length(style.get("font-size"), whole=_FONT)
        if size is not None and size < _TINY:
            return _Hidden(element, style.causes["font-size"], "font-size")
        if self._is_like_its_ground(element, style):
            return _Hidden(element, style.causes.get("color", "color"), "color")
        return None

    def _is_like_its_ground(self, element: Any, style: Style) -> bool:
        """Whether text is in the colour of what is behind it, as far as the page itself says."""
        written = style.get("color") or element.get("color") or ""
        own = colour(written) if written else None
        if own is None:
            return False
        if own[3] < _TINY / 100:
            return True
        for around in (element, *element.iterancestors()):
            behind = self._styles.of(around).get("background-color") or around.get("bgcolor") or ""
            if behind and (ground := colour(behind)) is not None and ground[3] > 1 / 2:
                return alike(own, ground)
            # A class may give it any ground.
            if behind or (around.get("class") and around is not element and around.tag != "body"):
                return False
        return alike(own, _WHITE)


def drop_hidden(tree: Any) -> None:
    """Take out of a parsed page what a browser would not show, but for what is large."""
    HiddenText(tree).drop_small()


def _show(element: Any) -> None:
    """Let an element stand as if nothing hid it: what reads the page next judges by attributes, too."""
    for name in ("style", "hidden", "aria-hidden"):
        element.attrib.pop(name, None)
    for name in ("class", "id"):
        if "hid" in element.get(name, "").lower():
            del element.attrib[name]


def _words(element: Any) -> int:
    """How many words of running text an element has."""
    count = len((element.text or "").split())
    for one in element.iterdescendants():
        if one.text and one.tag not in _NO_TEXT and isinstance(one.tag, str):
            count += len(one.text.split())
        if one.tail:
            count += len(one.tail.split())
    return count


def _unseen(style: Style) -> str:
    """The property by which an element is not seen at all, whatever is in it; "" where it is."""
    if style.get("display") == "none":
        return "display"
    opacity = number(style.get("opacity"))
    if opacity is not None and opacity <= 1 / 100 and not _is_moved(style):
        return "opacity"
    return _off_screen(style) or _cut_away(style) or _without_room(style)


def _is_moved(style: Style) -> bool:
    """Whether a page lets it appear by itself."""
    return style.get("animation-name") not in ("", "none") or style.get("transition")[:3] in ("opa", "all")


def _off_screen(style: Style) -> str:
    placed = style.get("position") in ("absolute", "fixed", "relative", "sticky")
    aside = ("left", "right", "margin-left", "text-indent") if placed else ("margin-left", "text-indent")
    for name in aside:
        if (far := length(style.get(name))) is not None and far <= -_FAR_ASIDE:
            return name
    for name in ("top", "bottom") if placed else ():
        if (far := length(style.get(name))) is not None and far <= -_FAR_UP:
            return name
    moved = function_arguments(style.get("transform"), "translate", "translatex", "translate3d")
    if moved and (far := length_of(moved[0])) is not None and far <= -_FAR_ASIDE:
        return "transform"
    return ""


def _cut_away(style: Style) -> str:
    if style.get("position") in ("absolute", "fixed"):
        sides = lengths_in(style.get("clip"))
        if len(sides) == 4 and (sides[2] - sides[0] <= 1 or sides[1] - sides[3] <= 1):
            return "clip"
    inset = function_arguments(style.get("clip-path"), "inset")
    if inset and (side := length_of(inset[0], whole=1.0)) is not None and side >= 1 / 2:
        return "clip-path"
    circle = function_arguments(style.get("clip-path"), "circle")
    scale = function_arguments(style.get("transform"), "scale", "scalex", "scaley", "scale3d")
    if circle and length_of(circle[0]) == 0:
        return "clip-path"
    return "transform" if scale and length_of(scale[0]) == 0 else ""


def _without_room(style: Style) -> str:
    cut = ("hidden", "clip", "hidden hidden")
    for sizes, overflow in ((("height", "max-height"), "overflow-y"), (("width", "max-width"), "overflow-x")):
        if style.get("overflow") not in cut and style.get(overflow) not in cut:
            continue
        for name in sizes:
            if (size := length(style.get(name))) is not None and size <= 1:
                return name
    return ""
