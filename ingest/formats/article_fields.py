"""What a document says of itself (its title, its date, ...), checked and made into an article."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from index.errors import DocumentError
from index.types import Article, Status
from ingest.dates import parse_date
from ingest.formats.article_id import build_id, explicit_id
from ingest.formats.clean_text import clean_line, clean_text
from ingest.urls import canonical_url, is_link, shown_url

MAX_CHARACTERS = 2_000_000
"""The most text of one article: a thousand printed pages. What is done with it grows with its length."""
_LONGEST_NOTE = 20_000
_MOST_AUTHORS = 1_000

_DATE_IN_NAME = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[-_ ]+(?=\w)")


def build_article(fields: Mapping[str, object], text: str, *, basis: str = "") -> Article:
    """The article with this text and these fields, whose names may be in any case; unknown ones are ignored.

    Without an id of its own or an address, its id is made from `basis`, or from its words where that is "".
    Raises DocumentError, naming the field, for a value that cannot be used, and for a text that is empty or
    longer than `MAX_CHARACTERS`.
    """
    known = {key.lower().strip(): value for key, value in fields.items()}
    text = clean_text(text)
    if not text:
        msg = "it has no text; add some or leave it out"
        raise DocumentError(msg)
    if len(text) > MAX_CHARACTERS:
        msg = f"it has more than {MAX_CHARACTERS:,} characters of text, the most for one article; split it"
        raise DocumentError(msg)
    title = clean_line(_words(known, "title"))
    url = shown_url(_words(known, "url"))
    own = explicit_id(known.get("id"))
    made_of = f"url:{canonical_url(url)}" if url else basis or f"text:{title}\n{text}"
    return Article(
        id=own or build_id(made_of),
        text=text,
        title=title,
        source=clean_line(_words(known, "source")),
        authors=_authors(known),
        url=url,
        published=_date(known, "published", "date"),
        updated=_date(known, "updated"),
        status=_status(known),
        note=_note(known),
    )


def title_from_name(origin: str) -> str:
    """A title for a document that has none: its file's name, made readable."""
    stem = re.sub(
        r"[-_\s]+",
        " ",
        _DATE_IN_NAME.sub("", Path(urlsplit(origin).path if is_link(origin) else origin).stem),
    ).strip()
    return stem[:1].upper() + stem[1:]


def without_title(text: str, title: str) -> str:
    """`text` without the title as its first line, where that is followed by more."""
    first, _, rest = text.partition("\n")
    return rest.strip() or text if clean_line(first) == clean_line(title) else text


def _words(known: Mapping[str, object], name: str) -> str:
    value = known.get(name)
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        msg = f"{name}: what it says is not text; put it in quotes, on one line"
        raise DocumentError(msg)
    return value


def _authors(known: Mapping[str, object]) -> tuple[str, ...]:
    name = "authors" if known.get("authors") else "author"
    value = known.get(name)
    names = value if isinstance(value, list | tuple) else _split_names(_words(known, name))
    if not all(isinstance(one, str) for one in names):
        msg = f"{name}: it lists something that is not a name; write names as text"
        raise DocumentError(msg)
    if len(names) > _MOST_AUTHORS:
        msg = f"{name}: it lists more than {_MOST_AUTHORS:,}; leave some out"
        raise DocumentError(msg)
    return tuple(dict.fromkeys(line for one in names if (line := clean_line(one))))


def _split_names(names: str) -> list[str]:
    """The names in a line: between semicolons, or between commas where each part is a name and a surname."""
    if ";" in names:
        return names.split(";")
    parts = names.split(",")
    return parts if all(" " in part.strip() for part in parts) else [names]


def _note(known: Mapping[str, object]) -> str:
    note = clean_text(_words(known, "note"))
    if len(note) > _LONGEST_NOTE:
        msg = f"note: it is longer than {_LONGEST_NOTE:,} characters; shorten it"
        raise DocumentError(msg)
    return note


def _date(known: Mapping[str, object], *names: str) -> str:
    name = next((name for name in names if known.get(name) not in (None, "")), names[0])
    try:
        return parse_date(known.get(name))
    except ValueError as error:
        msg = f"{name}: {error}"
        raise DocumentError(msg) from error


def _status(known: Mapping[str, object]) -> Status:
    value = _words(known, "status").strip().lower()
    try:
        return Status(value) if value else Status.CURRENT
    except ValueError:
        states = ", ".join(state.value for state in Status)
        msg = f"status: {value[:60]!r} is none that an article can have; write one of {states}"
        raise DocumentError(msg) from None
