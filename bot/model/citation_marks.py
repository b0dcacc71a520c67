"""Citations as models write them: `[2.3]`, `[2]`, `[1: "a quote"]`, `[1: "a"; 2: "b"]`, `(1: 'a')`.

What stands in a mark is a hint. Where the words are that it means is for `bot.model.quote_locator`.
"""

import re

from bot.types import Claim

_NUMBER = r"(?:passages?\s*)?(\d{1,6})(?:\.(\d{1,4}))?"
_BARE = re.compile(rf"[\[(]\s*(?:{_NUMBER})(?:\s*(?:[,;&]|and)\s*(?:{_NUMBER}))*\s*\](?!\()", re.IGNORECASE)
_HEAD = re.compile(
    rf"\[\s*{_NUMBER}\s*(?:[:,]\s*|(?=[\"“”„«]))|\(\s*{_NUMBER}\s*:\s*(?=[\"“„«'])", re.IGNORECASE
)
# What may yet become one of these: all that can stand before their end, and beginnings of its words.
_MAY_BECOME_MARK = re.compile(
    r"[\[(](?:[\d\s.,;&]|a(?:nd?)?|p(?:a(?:s(?:s(?:a(?:g(?:es?)?)?)?)?)?)?)*:?\s*$", re.IGNORECASE
)
_CLOSE = re.compile(r"[\"”“»’']\s*[.,;]?\s*[\])]")
_ENDS_LINE = re.compile(r"[\])](?=[ \t]*[.,;]?[ \t]*(?:\n|$))")
_BETWEEN = re.compile(rf"[\"”“»’']\s*[,;]?\s*(?:and\s+)?(?=(?:{_NUMBER}\s*[:,]?\s*)?[\"“„«])", re.IGNORECASE)
_PIECE = re.compile(rf"\s*(?:{_NUMBER}\s*[:,]?\s*)?[\"“”„«'’]?(.*)", re.IGNORECASE | re.DOTALL)
_POINTER = re.compile(_NUMBER, re.IGNORECASE)


def read_mark(held: str, at: int, *, last: bool) -> tuple[list[Claim], int] | None:
    """The claims of the mark at `at` and where it ends; none, and the next place, where it is no mark.

    None where more must come before that can be told; with `last`, nothing more will.
    """
    if bare := _BARE.match(held, at):
        if bare.end() == len(held) and not last:
            return None  # a parenthesis behind it makes it a link
        return [_claim(number, "") for number in _POINTER.finditer(bare[0])], bare.end()
    head = _HEAD.match(held, at)
    if head is None:
        if not last and _MAY_BECOME_MARK.match(held, at):
            return None
        return [], at + 1
    if head.end() == len(held) and not last:
        return None
    if held[head.end() : head.end() + 1] in ('"', "“", "”", "„", "«", "'", "‘"):
        return _quoted(held, at, head.end(), last=last)
    end = held.find("]", head.end())
    line = held.find("\n", head.end())
    if end < 0 or 0 <= line < end:
        return None if end < 0 and line < 0 and not last else ([], at + 1)
    return _claims(held[at + 1 : end]), end + 1


def _quoted(held: str, at: int, start: int, *, last: bool) -> tuple[list[Claim], int] | None:
    """A mark with quotes: it ends behind a closing quotation mark, or where its bracket ends a line."""
    close = _CLOSE.search(held, start + 1)
    line = _ENDS_LINE.search(held, start + 1)
    if line and not last and "\n" not in held[line.end() :]:
        line = None  # what looks like the end of a line may only be the end of what came so far
    if close and (line is None or close.end() <= line.end()):
        return _claims(held[at + 1 : close.end() - 1]), close.end()
    if line:
        return _claims(held[at + 1 : line.start()]), line.end()
    # One that never ends is taken for what it says so far.
    return (_claims(held[at + 1 :]), len(held)) if last else None


def _claims(inside: str) -> list[Claim]:
    claims: list[Claim] = []
    start = 0
    for edge in [*(match.span() for match in _BETWEEN.finditer(inside)), (len(inside), len(inside))]:
        piece = _PIECE.match(inside, start, edge[0])
        start = edge[1]
        assert piece is not None  # noqa: S101 (the pattern matches any text)
        text = piece[3].strip().rstrip("\"”“»’'.,; ") if edge[0] == len(inside) else piece[3].strip()
        if piece[1]:
            claims.append(Claim(int(piece[1]), text, None, int(piece[2] or 0)))
        elif claims and text:
            claims.append(Claim(claims[-1].passage, text))
    return claims


def _claim(number: re.Match[str], text: str) -> Claim:
    return Claim(int(number[1]), text, None, int(number[2] or 0))
