"""Files that parsers stumble over, each with what must be stored of it: invented, after public reports.

Of a case in `cases/cases.json`: `articles` is how many there are (null: any number), `has` and `lacks` what
their texts hold, `once` what stands once; `title`, `status`, `published` and `updated` (a list: any of these)
and `authors` are of the first; `fails` says that the run must name a failure, `says` what it must print.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

CASES = Path(__file__).parent / "cases"
WANTED: dict[str, dict[str, Any]] = json.loads((CASES / "cases.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.slow


def faults(stored: list[Mapping[str, Any]], wanted: Mapping[str, Any]) -> list[str]:
    """What is not stored as it should be."""
    text = "\n".join(one["text"] for one in stored)
    first: Mapping[str, Any] = (stored or [{}])[0]
    found = [f"lacks {part!r}" for part in wanted["has"] if part not in text]
    found += [f"has {part!r}" for part in wanted["lacks"] if part in text]
    if wanted["articles"] not in (None, len(stored)):
        found.append(f"{len(stored)} articles")
    if "once" in wanted and text.count(wanted["once"]) != 1:
        found.append(f"{wanted['once']!r} stands {text.count(wanted['once'])} times")
    for key in ("title", "status", "published", "updated"):
        if key in wanted:
            got = str(first.get("article_status" if key == "status" else key) or "")
            got = got[:10] if key in ("published", "updated") else got
            if got not in (wanted[key] if isinstance(wanted[key], list) else [wanted[key]]):
                found.append(f"{key} {got!r}")
    if first.get("title") == wanted.get("nottitle", object()):
        found.append(f"title {first['title']!r}")
    if list(first.get("authors") or []) != wanted.get("authors", list(first.get("authors") or [])):
        found.append(f"authors {first.get('authors')!r}")
    return found


@pytest.mark.parametrize("name", WANTED)
def test_a_file_that_parsers_stumble_over_is_stored_as_it_should_be(name: str, onrecord: Run) -> None:
    wanted = WANTED[name]
    ended = onrecord("ingest", CASES / "files" / name)
    listed = onrecord("articles", "list", "--json")
    ids = [one["id"] for one in listed.json["articles"]] if listed.out else []
    stored = [onrecord("articles", "show", id_, "--json").json for id_ in ids]
    assert faults(stored, wanted) == []
    if wanted.get("fails"):
        assert ended.code == 1
    if "says" in wanted:
        assert re.search(wanted["says"], ended.err + ended.out, re.IGNORECASE)
