"""What is on record, at a glance."""

from pathlib import Path

from index.catalog.overview import read_overview
from index.store import Index
from tests.conftest import article, put


def test_overview_counts_outlets_and_days_and_names_newest_of_other_outlets_first(index: Index) -> None:
    for day, source in ((3, "Wire"), (5, "Wire"), (4, "Herald")):
        text = f"The ferry of {source} struck pier {day}."
        put(index, article(f"a{day}", text, source=source, published=f"2026-03-0{day}"))
    overview = read_overview(index.location, newest=2)
    assert overview is not None
    assert (overview.articles, overview.chunks, overview.copies) == (3, 3, 0)
    assert overview.outlets == (("Wire", 2), ("Herald", 1))
    assert (overview.first_day, overview.last_day) == ("2026-03-03", "2026-03-05")
    assert [one.id for one in overview.newest] == ["a5", "a4"]
    assert overview.model == index.embedder.key


def test_no_record_has_no_overview_and_an_undated_one_no_days(tmp_path: Path, index: Index) -> None:
    assert read_overview(tmp_path / "nowhere") is None
    put(index, article("ferry", "The ferry struck the pier."))
    overview = read_overview(index.location)
    assert overview is not None
    assert (overview.first_day, overview.last_day, overview.newest) == ("", "", ())
