"""What is on record, at a glance: the same figures for status, health, metrics and Slack's Home tab."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.catalog.location import RecordLocation, located
from index.types import Article

# Articles that are looked at for the newest of several outlets.
_LOOKED_AT = 200


@dataclass(frozen=True)
class RecordOverview:
    """What a record holds; all zeros and empty for one that does not exist.

    `outlets` come with their numbers of articles, most first. `days` are the first and last of publication,
    as 20260312, zeros where no article is dated. `newest` are the newest, each of another outlet first.
    `copies` are stored with another article that says the same. `runs` are the last of each source.
    """

    articles: int = 0
    chunks: int = 0
    outlets: tuple[tuple[str, int], ...] = ()
    days: tuple[int, int] = (0, 0)
    refreshed: str = ""
    generation: int = 0
    newest: tuple[Article, ...] = ()
    model: str = ""
    copies: int = 0
    runs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def first_day(self) -> str:
        """The first day of publication in ISO 8601, or ""."""
        return _iso(self.days[0])

    @property
    def last_day(self) -> str:
        """The last day of publication in ISO 8601, or ""."""
        return _iso(self.days[1])


def read_overview(where: Path | RecordLocation, newest: int = 0) -> RecordOverview | None:
    """The record there, with so many of its `newest` articles; None where there is none.

    Raises RecordError where it cannot be read.
    """
    record = located(where)
    if not record.exists():
        return None
    with closing(record.open_catalog()) as catalog, catalog.read() as snapshot:
        head = snapshot.head()
        articles, chunks = snapshot.count()
        return RecordOverview(
            articles=articles,
            chunks=chunks,
            outlets=tuple(snapshot.sources()),
            days=snapshot.days(),
            refreshed=head.refreshed,
            generation=head.generation,
            newest=_newest(snapshot.articles(), newest) if newest else (),
            model=head.model,
            copies=snapshot.count_copies(),
            runs={source: json.loads(summary) for source, summary in snapshot.runs().items()},
        )


def _newest(articles: Iterator[Article], most: int) -> tuple[Article, ...]:
    found: list[Article] = []
    later: list[Article] = []
    for article, _ in zip(articles, range(_LOOKED_AT), strict=False):
        known = {one.source for one in found}
        (later if article.source in known else found).append(article)
        if len(found) >= most:
            break
    return tuple([*found, *later][:most])


def _iso(day: int) -> str:
    return f"{day // 10_000}-{day // 100 % 100:02}-{day % 100:02}" if day else ""
