"""What an office file (Word, Excel) says of itself."""

import posixpath
from zipfile import ZipFile

from ingest.dates import parse_date

# Templates carry the day on which they were made; this one comes with a library that many programs use.
_FIRST_YEAR = 2014


def stated_properties(archive: ZipFile) -> dict[str, str]:
    """What the file says of itself, by the names of Dublin Core; nothing where that is missing or broken."""
    from lxml import etree

    try:
        tree = etree.fromstring(archive.read("docProps/core.xml"), etree.XMLParser(resolve_entities=False))
    except (KeyError, etree.XMLSyntaxError):
        return {}
    stated = ((posixpath.basename(str(one.tag).replace("}", "/")), one.text) for one in tree)
    return {name: text.strip() for name, text in stated if text}


def stated_day(written: str) -> str:
    """A day among them, in ISO 8601; "" for none, or for that of a template."""
    try:
        day = parse_date(written)[:10]
    except ValueError:
        return ""
    return day if day and int(day[:4]) >= _FIRST_YEAR else ""
