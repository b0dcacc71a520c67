"""An article's days: it fits a span if it was published or last updated in it, whatever looks for it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index.catalog import exact_duplicates
from index.catalog.listing import Listing, list_articles
from index.catalog.location import RecordLocation
from index.catalog.lookups import count_articles, days_after
from index.catalog.sqlite.catalog import FILE
from index.postgresql.address import Database
from index.postgresql.connection import transaction
from index.store import Batch, Index
from index.types import Article, Filter, Query
from ingest.pipeline import ingest
from ingest.sources.files import find
from tests.conftest import WordEmbedder, article, put

CLOCKS = ("", "T00:00:00+00:00", "T23:59:59-11:00")
MARCH, ITS_END, APRIL = date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)
# Few, so that spans often begin and end on them.
days = st.sampled_from([date(1900, 1, 1), date(2025, 12, 31), date(2026, 2, 28), MARCH, ITS_END, APRIL])
stated = st.just("") | st.builds(lambda day, clock: day.isoformat() + clock, days, st.sampled_from(CLOCKS))


@pytest.fixture
def filled(location: RecordLocation) -> Iterator[Index]:
    """An empty record of either engine."""
    Index.create(location)
    with Index(location, WordEmbedder()) as index:
        yield index


def day_in(written: str) -> date | None:
    return date.fromisoformat(written[:10]) if written else None


def fits(one: Article, since: date | None, until: date | None) -> bool:
    known = [day for day in (day_in(one.published), day_in(one.updated)) if day]
    return any((since or date.min) <= day <= (until or date.max) for day in known)


def replaced(index: Index, articles: list[Article]) -> None:
    with index.catalog.read() as snapshot:
        before = tuple(snapshot.all_revisions())
    with index.session() as session:
        session.publish(Batch(removed=before))
    put(index, *articles)


def as_number(day: date | None) -> int:
    return int(day.strftime("%Y%m%d")) if day else 0


def found_each_way(index: Index, since: date | None, until: date | None) -> list[set[str]]:
    """The ids that a search, the vectors, and a list find, and how many a count does."""
    only = Filter(as_number(since), as_number(until))
    searched = {passage.article.id for passage in index.search(Query("ferry", since, until))}
    with index._reading() as (snapshot, nearest):
        assert nearest is not None
        near = nearest.search(snapshot, index.embedder.embed_query("a pier"), 10, only)
        listed, total = list_articles(snapshot, Listing(only))
        assert count_articles(snapshot, only) == total == len(listed)
        close = snapshot.passages(list(near)).values()
        return [searched, {one.id for one, _ in close}, {one.id for one in listed}]


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.tuples(stated, stated), min_size=1, max_size=6),
    st.lists(st.tuples(st.none() | days, st.none() | days), min_size=1, max_size=6),
)
@example(
    [("", "2026-03-31T23:59:59-11:00"), ("2019-05-01", "2026-03-01"), ("2026-04-01", ""), ("", "2026-04-01")],
    [(MARCH, ITS_END), (ITS_END, None), (None, ITS_END), (APRIL, None)],
)
def test_an_article_fits_a_span_in_which_it_was_published_or_updated_whichever_way_it_is_found(
    filled: Index, dates: list[tuple[str, str]], spans: list[tuple[date | None, date | None]]
) -> None:
    articles = [
        # Texts of their own: no article is a copy of another.
        article(f"a{n}", f"The ferry struck pier {n}.", published=published, updated=updated)
        for n, (published, updated) in enumerate(dates)
    ]
    replaced(filled, articles)
    for one, other in spans:
        since, until = sorted((one, other)) if one and other else (one, other)
        expected = {a.id for a in articles if not (since or until) or fits(a, since, until)}
        assert found_each_way(filled, since, until) == [expected] * 3
    with filled.catalog.read() as snapshot:
        newest = [(max(a.published, a.updated), a.id) for a in snapshot.articles()]
        by_id = sorted(newest, key=lambda one: one[1])
        assert newest == sorted(by_id, key=lambda one: one[0], reverse=True)
        known = [day for a in articles for day in (day_in(a.published), day_in(a.updated)) if day]
        first, last = min(known, default=None), max(known, default=None)
        assert snapshot.days() == (as_number(first), as_number(last))
        own = sorted(as_number(a.latest_day) for a in articles)
        assert sorted(days_after(snapshot, 0).values()) == own


def test_articles_are_listed_by_the_newest_of_both_days_undated_ones_last(filled: Index) -> None:
    put(
        filled,
        article("old", "The pier.", published="2019-05-01"),
        article("kept", "The bridge.", published="2018-05-01", updated="2026-11-20T09:00:00+00:00"),
        article("undated", "The school."),
        article("page", "The market.", updated="2026-11-19"),
    )
    with filled.catalog.read() as snapshot:
        order = ["kept", "page", "old", "undated"]
        assert [one.id for one in snapshot.articles()] == order
        assert [one.id for one in list_articles(snapshot, Listing())[0]] == order
        back = [one.id for one in list_articles(snapshot, Listing(reverse=True))[0]]
        assert back == ["old", "page", "kept", "undated"]


def test_an_article_that_was_changed_on_another_day_is_no_copy(filled: Index) -> None:
    def stored() -> dict[str, list[str]]:
        with filled.catalog.read() as snapshot:
            return {one.id: [copy.id for copy in snapshot.copies(one)] for one in snapshot.articles()}

    text = "The ferry struck the north pier in fog."
    put(filled, *(article(id_, text, title="Ferry", updated="2026-03-03") for id_ in "abc"))
    assert stored() == {"a": ["b", "c"]}
    put(filled, article("d", text, title="Ferry", updated="2026-03-04"))
    assert stored() == {"a": ["b", "c"], "d": []}
    # What was the stored one is changed: its copies are copies of one another.
    put(filled, article("a", text, title="Ferry", updated="2026-03-04T10:00:00+00:00"))
    assert stored() == {"b": ["c"], "d": ["a"]}
    put(filled, article("b", text, title="Ferry", updated="2026-03-03T10:00:00+00:00"))
    assert stored() == {"b": ["c"], "d": ["a"]}
    assert {p.article.id for p in filled.search(Query("ferry", since=date(2026, 3, 4)))} == {"d"}
    assert filled.verify() == []


# What the step added, taken away again: the format before.
_BEFORE = (
    "DROP INDEX articles_by_update",
    "DROP INDEX articles_by_newest",
    "ALTER TABLE marks DROP COLUMN updated",
)
_FORMAT_BEFORE = 5


def as_before(location: RecordLocation) -> None:
    """Make of a record one as the version before wrote it."""
    if location.database:
        with transaction(location.database) as db:
            for statement in (*_BEFORE, "UPDATE record_format SET number = 2"):
                db.execute(statement)
        return
    with closing(sqlite3.connect(location.home / FILE)) as file, file:
        for statement in (*_BEFORE, f"PRAGMA user_version = {_FORMAT_BEFORE}"):
            file.execute(statement)


def found(index: Index, since: date | None = None) -> set[str]:
    return {passage.article.id for passage in index.search(Query("What of the ferry?", since))}


def test_a_record_of_the_format_before_finds_updated_articles_once_it_is_opened(
    location: RecordLocation, words: WordEmbedder
) -> None:
    Index.create(location)
    with Index(location, words) as index:
        put(
            index,
            article("kept", "The ferry pass.", published="2019-05-01", updated="2026-03-03T08:30:00+01:00"),
            article("page", "The ferry takes dogs.", updated="2026-03-12"),
            article("old", "The ferry has a bar.", published="2026-02-01"),
            article("undated", "The ferry sails."),
        )
    as_before(location)
    with Index(location, words) as index:
        assert found(index) == {"kept", "page", "old", "undated"}
        assert found(index, date(2026, 3, 1)) == {"kept", "page"}
        assert found(index, date(2026, 3, 4)) == {"page"}
        with index.catalog.read() as snapshot:
            days = [(published, updated) for _, published, updated, *_ in snapshot.signatures(0)]
        assert days == [(20190501, 20260303), (0, 20260312), (20260201, 0), (0, 0)]
        assert index.verify() == []


@pytest.mark.slow
def test_what_a_process_of_the_version_before_adds_to_a_database_is_found_by_its_words(
    home: Path, database: Database, words: WordEmbedder
) -> None:
    location = RecordLocation(home, database)
    Index.create(location)
    with Index(location, words) as index:
        put(index, article("page", "The ferry takes dogs.", updated="2026-03-12"))
        with index.catalog.write() as change:
            ((row, day, _, source, signs),) = change.signatures(0)
            change.db.execute("DELETE FROM marks")
            change.db.execute("INSERT INTO marks VALUES (?, ?, ?, ?)", (row, day, source, signs))
        assert found(index, date(2026, 3, 12)) == {"page"}
        assert index.verify() == []


@pytest.mark.slow
def test_copies_that_were_changed_on_other_days_are_articles_of_their_own_after_the_next_run(
    location: RecordLocation, words: WordEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for day in (3, 4, 3):
        about = f"---\ntitle: Ferry\nupdated: 2026-03-{day:02}\n---\n"
        name = f"{len(list(folder.iterdir()))}.md"
        (folder / name).write_text(f"{about}The ferry takes dogs.", encoding="utf-8")
    Index.create(location)
    with Index(location, words) as index, monkeypatch.context() as before:
        # The day of change did not keep two articles from being one.
        before.setattr(exact_duplicates, "_ALIKE", "FROM articles WHERE content = ? AND ? > ''")
        ingest(index, list(find([str(folder)])))
        with index.catalog.read() as snapshot:
            assert (snapshot.count()[0], snapshot.count_copies()) == (1, 2)
    as_before(location)
    with Index(location, words) as index:
        summary = ingest(index, list(find([str(folder)])))
        assert (summary.new, summary.changed, summary.embedded) == (0, 1, 0)
        with index.catalog.read() as snapshot:
            assert (snapshot.count()[0], snapshot.count_copies()) == (2, 1)
        assert len(found(index, date(2026, 3, 4))) == 1
        again = ingest(index, list(find([str(folder)])))
        assert (again.changed, again.unchanged) == (0, 3)
        assert index.verify() == []
