"""Bytes of a text file, in whatever encoding, as text."""

import codecs
import re

from index.errors import DocumentError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, with whose mark it begins
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP or office file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "a database"),
)
_SAMPLE = 65_536
_MOST_CONTROLS = 0.02
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_DECLARED = re.compile(
    rb"""<(?:meta\s[^>]{0,200}?charset|\?xml\s[^>]{0,100}?encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_NOT_LATIN = 0x370


def decode(data: bytes, *, markup: bool = False, stated: str = "") -> str:
    """The text that `data` stands for, in the encoding it names or is most likely in.

    A byte order mark says; else UTF-8, if it is that; else what a site `stated`, or an HTML page (`markup`)
    declares; else what it looks like, where that is a script other than Latin; else Windows-1252. Raises
    DocumentError where `data` is not text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _text(data[len(mark) :].decode(encoding, "replace"))
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            msg = f"it is {kind}, not text; save its text and name that file"
            raise DocumentError(msg)
    try:
        return _text(data.decode())
    except UnicodeDecodeError:
        pass
    if declared := _known(stated) or (_declared(data) if markup else ""):
        return _text(data.decode(declared, "replace"))
    return _text(_guessed(data))


def _text(text: str) -> str:
    sample = text[:_SAMPLE]
    if len(_CONTROLS.findall(sample)) > len(sample) * _MOST_CONTROLS:
        msg = "it is not text, whatever its name says; save its text and name that file"
        raise DocumentError(msg)
    return text


def _declared(data: bytes) -> str:
    """The encoding that a page says it is in, where Python knows it; "" where not."""
    found = _DECLARED.search(data[:4096])
    return _known(found[1].decode("ascii", "replace")) if found else ""


def _known(stated: str) -> str:
    """The name that Python has for the encoding that browsers take a name for; "" for one it cannot read."""
    try:
        name = codecs.lookup(stated).name if stated and "\0" not in stated else ""
        b"".decode(name or "ascii")
    except LookupError:
        return ""
    # Browsers read these as their Windows supersets, and so do the pages that name them expect.
    return {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030"}.get(
        name, name
    )


def _guessed(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    if best is not None:
        text = data.decode(best.encoding, "replace")
        letters = [character for character in text[:_SAMPLE] if character.isalpha()]
        # Western, Central European and Turkish code pages look too much alike to tell them apart.
        if sum(ord(letter) >= _NOT_LATIN for letter in letters) * 3 > len(letters):
            return text
    return data.decode("cp1252", "replace")
