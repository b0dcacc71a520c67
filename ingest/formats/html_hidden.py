"""What a page holds and a browser would not show, taken out: it could say what no reader knows of.

Judged are attributes and the simplest rules of the page's own style sheets, as far as can be told without
laying the page out. What is hidden from the eye for the ears only (labels for screen readers) goes too.
"""

import re
from typing import Any

_UNSEEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?<![-\w])opacity\s*:\s*0?\.?0+(?![.\d])"
    r"|font(?:-size)?\s*:[^;]*?(?<![\d.#])(?:0?\.\d+|0|1)(?:px|pt|em|rem|%)?(?=\s*(?:[;!]|$))"
    r"|text-indent\s*:\s*-\d{3,}|(?:left|top|right)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*0"
    r"|(?:max-)?(?:height|width)\s*:\s*0(?:px)?\s*(?:;|$)(?=.*overflow\s*:\s*hidden)"
    r"|overflow\s*:\s*hidden.*?(?:height|width)\s*:\s*[01](?:px)?\s*(?:;|$)",
    re.IGNORECASE | re.DOTALL,
)
# Comments, and rules that hold for some windows only.
_APART = re.compile(r"/\*.*?\*/|@[\w-]+[^{;]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", re.DOTALL)
_RULE = re.compile(r"([^{}]{1,2000})\{([^{}]{0,4000})\}")
_SELECTOR = re.compile(r"\s*[a-z]*([.#])([\w-]+)\s*", re.IGNORECASE)
_COLOUR = re.compile(r"(?<![-\w])color\s*:\s*([^;!]+)", re.IGNORECASE)
_GROUND = re.compile(r"background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_WHITE = {"white", "#fff", "#ffffff", "#fefefe", "rgb(255,255,255)", "rgba(255,255,255,1)"}
_MOST_SHEETS = 500_000


def drop_hidden(tree: Any) -> None:
    """Take out of a parsed page what a browser would not show, whatever is written there."""
    hidden = _hidden_by_sheet(tree)
    marked = (
        "//*[@style or @hidden or @class or @id or @color or @bgcolor or self::template or self::noscript "
        "or (self::input and @type='hidden') or self::dialog[not(@open)]]"
    )
    for element in tree.xpath(marked):
        if element.tag in ("html", "body", "head") or element.getparent() is None:
            continue
        if _unseen(element, hidden):
            element.drop_tree()


def _unseen(element: Any, hidden: set[str]) -> bool:
    if element.get("hidden") is not None or element.tag in ("template", "noscript", "dialog", "input"):
        return True
    style = element.get("style", "")
    if style and _UNSEEN_STYLE.search(style):
        return True
    named = {f".{name}" for name in (element.get("class") or "").split()} | {f"#{element.get('id')}"}
    return bool(named & hidden) or _like_its_ground(element, style)


def _hidden_by_sheet(tree: Any) -> set[str]:
    """The classes and ids that a style sheet of the page hides, always and by a rule of their own."""
    found: set[str] = set()
    for sheet in tree.xpath("//style[not(@media) or @media='all' or @media='screen']"):
        text = _APART.sub("", (sheet.text or "")[:_MOST_SHEETS])
        for selectors, style in _RULE.findall(text):
            if _UNSEEN_STYLE.search(style):
                found.update(
                    named[1] + named[2] for one in selectors.split(",") if (named := _SELECTOR.fullmatch(one))
                )
    return found


def _like_its_ground(element: Any, style: str) -> bool:
    """Whether text is in the colour of what is behind it, as far as attributes say."""
    own = _colour(element.get("color") or _stated(_COLOUR, style))
    if not own:
        return False
    behind = _colour(_stated(_GROUND, style) or element.get("bgcolor") or "")
    for above in element.iterancestors():
        if behind:
            break
        behind = _colour(_stated(_GROUND, above.get("style", "")) or above.get("bgcolor") or "")
        if above.get("class") and not behind and above.tag != "body":
            # A class may give it any ground.
            return False
    return own == (behind or "white")


def _stated(wanted: re.Pattern[str], style: str) -> str:
    found = wanted.search(style)
    return found[1] if found else ""


def _colour(written: str) -> str:
    colour = re.sub(r"\s+", "", written.lower()).partition("url(")[0]
    if colour in _WHITE:
        return "white"
    if colour in ("black", "#000", "rgb(0,0,0)"):
        return "#000000"
    short = re.fullmatch(r"#([0-9a-f])([0-9a-f])([0-9a-f])", colour)
    return "#" + "".join(2 * digit for digit in short.groups()) if short else colour
