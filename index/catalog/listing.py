"""Articles as lists have them: filtered, sorted, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass

from index.catalog.article_days import NEWEST
from index.catalog.filter_sql import filter_sql
from index.catalog.snapshot import EVERYTHING, Snapshot
from index.types import Article, Filter, Status

# Each with the id last, so that pages fit each other.
_ORDERS: Mapping[str, tuple[str, str]] = {
    "date": (f"{NEWEST} DESC, a.id", f"{NEWEST} = '', {NEWEST}, a.id DESC"),
    "outlet": (f"{{source}}, {NEWEST} DESC, a.id", f"{{source}} DESC, {NEWEST}, a.id DESC"),
    "title": ("{title}, a.id", "{title} DESC, a.id DESC"),
    "length": ("length(a.text) DESC, a.id", "length(a.text), a.id DESC"),
}
ORDERS = tuple(_ORDERS)
# More articles than there can be, and no number that an engine does not take.
_MOST = 1 << 62


@dataclass(frozen=True, slots=True)
class Listing:
    """Which articles a list has, and in which order; `most` is how many, 0 for all, from place `start` on.

    `title` is a part of the title, in any case. "date" and "length" begin with the newest and the longest.
    """

    only: Filter = EVERYTHING
    title: str = ""
    status: Status | None = None
    order: str = "date"
    reverse: bool = False
    start: int = 0
    most: int = 0


def list_articles(snapshot: Snapshot, wanted: Listing) -> tuple[list[Article], int]:
    """The articles, and how many there would be on all pages together."""
    where, values = filter_sql(wanted.only)
    folded = {column: snapshot.db.folded(column) for column in ("title", "source")}
    if wanted.title:
        where, values = f"{where} AND instr({folded['title']}, ?) > 0", [*values, wanted.title.casefold()]
    if wanted.status:
        where, values = f"{where} AND a.status = ?", [*values, wanted.status.value]
    # Conditions and orders are our own; what was typed comes as values.
    total = snapshot.db.execute(f"SELECT count(*) FROM articles a WHERE true {where}", values).fetchone()[0]
    order = _ORDERS[wanted.order][wanted.reverse].format(**folded)
    query = f"SELECT a.id FROM articles a WHERE true {where} ORDER BY {order} LIMIT ? OFFSET ?"
    place = min(wanted.most or _MOST, _MOST), min(wanted.start, _MOST)
    rows = snapshot.db.execute(query, (*values, *place)).fetchall()
    found = (snapshot.article(id_) for (id_,) in rows)
    return [article for article in found if article is not None], int(total)


def short_ids(snapshot: Snapshot, ids: list[str], least: int = 8) -> dict[str, str]:
    """The beginning of each id, of `least` characters, where no other id begins so; else the whole id."""
    alike = {id_: snapshot.ids_like(id_[:least], 2) for id_ in ids}
    return {id_: id_[:least] if len(found) == 1 else id_ for id_, found in alike.items()}
