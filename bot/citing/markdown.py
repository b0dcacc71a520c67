"""Markdown that shows text as it is: nothing in an article makes a heading, a link or HTML of it."""

import re

# Punctuation that CommonMark or its usual extensions take for markup.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>|~^$&])")
# At the beginning of a line: headings, lists, quotes, rules, numbers.
_BEGINS = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|[-+=](?=\s|[-+=]|$)|>|:(?=\s)|!(?=\[))", re.MULTILINE)
_NUMBERED = re.compile(r"^(\s*\d{1,9})([.)])(?=\s|$)", re.MULTILINE)


def literal(text: str) -> str:
    """The text on one line, escaped."""
    plain = _MARKUP.sub(r"\\\1", " ".join(text.split()))
    return _NUMBERED.sub(r"\1\\\2", _BEGINS.sub(r"\1\\\2", plain))


def link(text: str, url: str) -> str:
    """`text`, leading to `url`, which is a web address without blanks or brackets, or ""."""
    return f"[{literal(text)}](<{url}>)" if url else literal(text)
