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
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|\xe0[\xa0-\xbf][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH = re.compile(rb"[\x80-\xff]")
# Where ISO-2022-JP changes between two bytes a character (from ESC $) and one (from ESC parenthesis).
_SHIFT = re.compile(rb"(\x1b\$[@B]|\x1b\([BJI])")


def decode(data: bytes, *, markup: bool = False, stated: str = "") -> str:
    """The text that `data` stands for, in the encoding it names or is most likely in.

    A byte order mark says; else ISO-2022-JP, if it shifts as that does; else UTF-8, if it is that but for
    single bytes, each of which becomes U+FFFD; else what a site `stated`, or a page (`markup`) declares, by
    the names that the WHATWG's Encoding Standard gives to what browsers read; else what it looks like,
    where that is a script other than Latin; else Windows-1252. Raises DocumentError where it is not text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _text(data[len(mark) :].decode(encoding, "replace"))
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            msg = f"it is {kind}, not text; save its text and name that file"
            raise DocumentError(msg)
    declared = _known(stated) or (_declared(data) if markup else "")
    if data.isascii() and (declared.startswith("iso2022_jp") or b"\x1b$B" in data):
        return _text(_iso_2022_jp(data))
    # Python's own names of encodings of seven bits, which mails use and pages may not.
    if data.isascii() and declared in ("iso2022_kr", "hz", "utf_7", "utf-7"):
        return _text(data.decode(declared, "replace"))
    if _is_nearly_utf_8(data):
        return _text(data.decode("utf-8", "replace"))
    if declared and declared != "utf-8":
        return _text(data.decode(declared, "replace"))
    return _text(_guessed(data))


def _is_nearly_utf_8(data: bytes) -> bool:
    """Whether what is not ASCII is UTF-8, all or most of it: what is in another encoding rarely looks so."""
    try:
        data.decode()
    except UnicodeDecodeError:
        characters = _MULTIBYTE.findall(data)
        odd = len(_HIGH.findall(data)) - sum(map(len, characters))
        return len(characters) > 2 * odd
    return True


def _iso_2022_jp(data: bytes) -> str:
    """What browsers make of ISO-2022-JP: with the letters of Windows-31J, which Python's codec lacks."""
    text, wide, kana = "", False, False
    for part in _SHIFT.split(data):
        if _SHIFT.fullmatch(part):
            wide, kana = part.startswith(b"\x1b$"), part.endswith(b"I")
        elif kana:
            text += bytes(byte | 0x80 for byte in part).decode("cp932", "replace")
        elif wide:
            pairs = zip(part[::2], part[1::2], strict=False)
            text += b"".join(map(_shift_jis, pairs)).decode("cp932", "replace")
        else:
            text += part.decode("ascii", "replace")
    return text


def _shift_jis(pair: tuple[int, int]) -> bytes:
    """A character of JIS X 0208 as Shift_JIS has it (JIS X 0208:1997, annex 1)."""
    row, cell = pair
    lead = (row + 1) // 2 + (0x70 if row < 0x5F else 0xB0)
    trail = cell + (0x1F if cell < 0x60 else 0x20) if row % 2 else cell + 0x7E
    return bytes((lead & 0xFF, trail & 0xFF))


def _text(text: str) -> str:
    sample = text[:_SAMPLE]
    if len(_CONTROLS.findall(sample)) > len(sample) * _MOST_CONTROLS:
        msg = "it is not text, whatever its name says; save its text and name that file"
        raise DocumentError(msg)
    return text


def _declared(data: bytes) -> str:
    """The encoding that a page says it is in, where it is known; "" where not."""
    found = _DECLARED.search(data[:4096])
    name = _known(found[1].decode("ascii", "replace")) if found else ""
    # A page that can be searched for ASCII is in no encoding of two bytes a character.
    return "utf-8" if name.startswith("utf-16") else name


def _known(stated: str) -> str:
    """The codec for the encoding that browsers take a name for, else that Python does; "" for neither."""
    import webencodings

    known = webencodings.lookup(stated) if stated else None
    if known is not None and known.name != "replacement":
        return str(known.codec_info.name)
    try:
        name = codecs.lookup(stated).name if stated and "\0" not in stated else ""
        b"".decode(name or "ascii")
    except LookupError:
        return ""
    return name


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
