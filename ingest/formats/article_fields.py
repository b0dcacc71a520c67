"""What a document says of itself (its title, its date, ...), checked and made into an article."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from index.errors import DocumentError
from index.types import Article, Page, Status
from ingest.dates import parse_date
from ingest.formats.article_id import build_id, explicit_id
from ingest.formats.clean_text import clean_line, clean_text
from ingest.urls import canonical_url, is_link, shown_url

MAX_CHARACTERS = 2_000_000
"""The most text of one article: a thousand printed pages. What is done with it grows with its length."""
_LONGEST_NOTE = 20_000
_MOST_AUTHORS = 1_000

_DATE_IN_NAME = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[-_ ]+(?=\w)")


# Names of fields as other programs write them, without case and joints; the first that says something counts.
_NAMES = {
    "title": ("title", "headline"),
    "authors": ("authors", "author", "byline", "creator"),
    "source": ("source", "outlet", "publication", "publisher", "sitename"),
    "url": ("url", "canonicalurl", "canonical", "link"),
    "published": ("published", "date", "publishdate", "publisheddate", "datepublished", "pubdate",
                  "publishedat", "publicationdate", "issued"),
    "updated": ("updated", "lastmod", "modified", "lastmodified", "datemodified", "updatedat", "modifiedat",
                "lastupdated", "lastupdate"),
    "status": ("status",),
    "note": ("note",),
}  # fmt: skip
# Programs put the file's name where the title should be.
_NO_TITLE = re.compile(
    r"^(untitled|(microsoft )?word document|microsoft word - .*|.*\.(docx?|pdf|indd|tex|odt|pages|qxd)|\W*)$",
    re.IGNORECASE,
)
_JOINTS = re.compile(r"[-_\s]+")
_Field = TypeVar("_Field")


def build_article(
    fields: Mapping[str, object],
    text: str,
    *,
    basis: str = "",
    problems: list[str] | None = None,
    pages: Sequence[Page] = (),
) -> Article:
    """The article with this text and these fields, whose names may be in any case; unknown ones are ignored.

    Without an id of its own or an address, its id is made from `basis`, or from its words where that is "".
    A field whose value cannot be used is left out, and named in `problems`. Raises DocumentError for a text
    that is empty or longer than `MAX_CHARACTERS`, and for an id that cannot be one, which is not to guess.
    """
    known = _by_name(fields)
    told = problems if problems is not None else []
    text = clean_text(text)
    if not text:
        msg = "it has no text; add some or leave it out"
        raise DocumentError(msg)
    if len(text) > MAX_CHARACTERS:
        msg = f"it has more than {MAX_CHARACTERS:,} characters of text, the most for one article; split it"
        raise DocumentError(msg)
    title = clean_line(_tried(_words, known, "title", "", told))
    source = clean_line(_tried(_words, known, "source", "", told))
    url = shown_url(_tried(_words, known, "url", "", told))
    if is_link(source):
        # Programs that clip pages call the page's address its source.
        url, source = url or shown_url(source), ""
    own = explicit_id(known.get("id"))
    made_of = f"url:{canonical_url(url)}" if url else basis or f"text:{title}\n{text}"
    return Article(
        id=own or build_id(made_of),
        text=text,
        title=title,
        source=source,
        authors=_tried(_authors, known, "authors", (), told),
        url=url,
        published=_tried(_date, known, "published", "", told),
        updated=_tried(_date, known, "updated", "", told),
        status=_tried(_status, known, "status", Status.CURRENT, told),
        note=_tried(_note, known, "note", "", told),
        pages=tuple(pages),
    )


def stated_title(fields: Mapping[str, object], problems: list[str]) -> str:
    """The title among the fields, or ""; one that cannot be used is named in `problems`."""
    return clean_line(_tried(_words, _by_name(fields), "title", "", problems))


def _by_name(fields: Mapping[str, object]) -> dict[str, object]:
    """What the fields say, by our names for them."""
    written = {_JOINTS.sub("", key.lower().strip()): value for key, value in fields.items()}
    known: dict[str, object] = {}
    for name, spellings in _NAMES.items():
        said = (
            written[spelling] for spelling in spellings if written.get(spelling) not in (None, "", [], ())
        )
        known[name] = next(said, None)
    # An empty id is a mistake: what an article is called by is not made up in its place.
    known["id"] = written.get("id")
    return known


def _tried(
    read: Callable[[Mapping[str, object], str], _Field],
    known: Mapping[str, object],
    name: str,
    otherwise: _Field,
    problems: list[str],
) -> _Field:
    """A field, or what stands for it where its value cannot be used, which is told."""
    try:
        return read(known, name)
    except DocumentError as error:
        problems.append(str(error))
        return otherwise


def title_from_name(origin: str) -> str:
    """A title for a document that has none: its file's name, made readable."""
    stem = re.sub(
        r"[-_\s]+",
        " ",
        _DATE_IN_NAME.sub("", Path(urlsplit(origin).path if is_link(origin) else origin).stem),
    ).strip()
    return stem[:1].upper() + stem[1:]


def usable_title(stated: str) -> str:
    """The title that a file states; "" where it is what a program put there: a file's name, or "untitled"."""
    title = clean_line(stated)
    return "" if _NO_TITLE.match(title) else title


def without_title(text: str, title: str) -> str:
    """`text` without the title as its first line, where that is followed by more."""
    first, _, rest = text.partition("\n")
    return rest.strip() or text if clean_line(first) == clean_line(title) else text


def _words(known: Mapping[str, object], name: str) -> str:
    value = known.get(name)
    if value is None:
        return ""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, Mapping) and isinstance(value.get("name"), str):
        value = value["name"]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        msg = f"{name}: what it says is not text; put it in quotes, on one line"
        raise DocumentError(msg)
    return value


def _authors(known: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = known.get(name)
    if isinstance(value, Mapping):
        value = [value]
    names = value if isinstance(value, list | tuple) else _split_names(_words(known, name))
    names = [one.get("name") if isinstance(one, Mapping) else one for one in names]
    if not all(isinstance(one, str) for one in names):
        msg = f"{name}: it lists something that is not a name; write names as text"
        raise DocumentError(msg)
    if len(names) > _MOST_AUTHORS:
        msg = f"{name}: it lists more than {_MOST_AUTHORS:,}; leave some out"
        raise DocumentError(msg)
    return tuple(dict.fromkeys(line for one in names if (line := clean_line(str(one)))))


def _split_names(names: str) -> list[str]:
    """The names in a line: between semicolons, or between commas where each part is a name and a surname."""
    if ";" in names:
        return names.split(";")
    parts = names.split(",")
    return parts if all(" " in part.strip() for part in parts) else [names]


def _note(known: Mapping[str, object], name: str) -> str:
    note = clean_text(_words(known, name))
    if len(note) > _LONGEST_NOTE:
        msg = f"note: it is longer than {_LONGEST_NOTE:,} characters; shorten it"
        raise DocumentError(msg)
    return note


def _date(known: Mapping[str, object], name: str) -> str:
    value = known.get(name)
    if isinstance(value, Mapping):
        value = value.get("date")
    try:
        return parse_date(value)
    except ValueError as error:
        msg = f"{name}: {error}"
        raise DocumentError(msg) from error


# What other programs call them.
_STATUSES = {
    **{status.value: status for status in Status},
    **dict.fromkeys(("", "published", "publish", "public", "final", "live", "active"), Status.CURRENT),
    "retracted": Status.WITHDRAWN,
}


def _status(known: Mapping[str, object], name: str) -> Status:
    value = _words(known, name).strip().lower()
    if value not in _STATUSES:
        states = ", ".join(state.value for state in Status)
        msg = f"status: {value[:60]!r} is none that an article can have; write one of {states}"
        raise DocumentError(msg)
    return _STATUSES[value]
