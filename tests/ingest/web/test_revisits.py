"""Pages that a feed says nothing new of, and articles that were removed by hand."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.store import Index
from ingest.add_link import Outcome, add_link
from ingest.documents import WebSource
from ingest.pipeline import ingest, remove
from ingest.sources.files import find
from ingest.web import revisits
from ingest.web.fetcher import Policy
from tests.ingest.web.test_crawler import counts, item, page, rss, run, sitemap, stored
from tests.site import FERRY, Page, Site, story

pytestmark = pytest.mark.slow

MORE = "The fare is four crowns from now on, and not three as we first wrote."


def rest(index: Index, hours: float = 21) -> None:
    """Let as many hours pass for what is noted of pages."""
    then = (datetime.now(UTC) - timedelta(hours=hours)).isoformat(timespec="seconds")
    with index.catalog.write() as change:
        change.db.execute("UPDATE fetches SET asked = ? WHERE asked <> ''", (then,))


def corrected(site: Site, name: str, **about: object) -> None:
    site.add(f"/{name}", story(f"The story {name}", *FERRY, MORE), **about)


def statuses(site: Site, path: str) -> list[int]:
    return [one.status for one in site.asked if one.path == path]


@pytest.mark.parametrize("etag", ["", '"feed"'])
def test_a_page_that_is_corrected_while_its_entry_stays_the_same_is_read_a_day_later(
    site: Site, index: Index, etag: str
) -> None:
    page(site, "a", etag='"1"')
    page(site, "b", etag='"1"')
    link = rss(site, item(site, "a"), item(site, "b"))
    site.pages["/feed"].etag = etag
    run(index, link)
    corrected(site, "b", etag='"2"')
    assert counts(run(index, link)) == (0, 0, 2, 0)
    rest(index)
    assert counts(run(index, link)) == (0, 1, 1, 0)
    assert MORE in stored(index)["b"].text
    assert stored(index)["b"].published == "2026-03-03T08:30:00+01:00"
    assert statuses(site, "/a") == [200, 304]
    assert counts(run(index, link)) == (0, 0, 2, 0)
    assert statuses(site, "/b") == [200, 200]


def test_a_page_that_is_gone_while_its_entry_stays_is_withdrawn(site: Site, index: Index) -> None:
    page(site, "a")
    link = rss(site, item(site, "a"))
    run(index, link)
    site.add("/a", "Gone.", status=410)
    assert run(index, link).withdrawn == 0
    rest(index)
    assert run(index, link).withdrawn == 1


def test_a_feed_has_few_of_its_pages_asked_for_again_in_a_run_and_the_next_run_goes_on(
    site: Site, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.web.crawler.MOST_AGAIN", 2)
    names = [f"p{number}" for number in range(5)]
    for name in names:
        page(site, name, etag=f'"{name}"')
    link = rss(site, *[item(site, name) for name in names])
    site.pages["/feed"].etag = '"feed"'
    run(index, link)
    rest(index)
    site.asked.clear()
    for asked in (2, 4, 5, 5):
        assert counts(run(index, link)) == (0, 0, 5, 0)
        assert sum(one.path.startswith("/p") for one in site.asked) == asked
    assert statuses(site, "/feed") == [200, 200, 200, 304]


def test_a_page_that_is_asked_for_again_in_vain_keeps_what_it_gave_and_rests(
    site: Site, index: Index
) -> None:
    page(site, "a")
    link = rss(site, item(site, "a"))
    run(index, link)
    site.add("/a", "No.", status=403)
    rest(index)
    assert counts(run(index, link)) == (0, 0, 1, 1)
    assert counts(run(index, link)) == (0, 0, 1, 0)
    assert statuses(site, "/a") == [200, 403]
    assert "told by a alone" in stored(index)["a"].text


def test_a_site_that_does_not_repeat_its_date_is_asked_with_it_once_more(site: Site, index: Index) -> None:
    day = "Tue, 03 Mar 2026 08:30:00 GMT"
    page(site, "a", modified=day)
    link = sitemap(site, ("a", ""))
    run(index, link)
    # Many servers repeat the date only with the whole page.
    site.choose = lambda path: Page(b"", status=304) if path == "/a" else None
    for _ in range(2):
        assert counts(run(index, link)) == (0, 0, 1, 0)
    asked = [one.headers.get("If-Modified-Since") for one in site.asked if one.path == "/a"]
    assert asked == [None, day, day]


def test_a_removed_article_stays_away_until_its_page_is_named(site: Site, index: Index) -> None:
    page(site, "a")
    page(site, "b")
    link = sitemap(site, ("a", "2026-03-03"), ("b", "2026-03-03"))
    run(index, link)
    remove(index, stored(index)["a"].id)
    assert set(stored(index)) == {"b"}
    # The same, then with a page and a sitemap that changed, then another listing of the same page.
    assert counts(run(index, link))[:2] == (0, 0)
    corrected(site, "a")
    sitemap(site, ("a", "2026-03-09"), ("b", "2026-03-03"))
    assert counts(run(index, link))[:2] == (0, 0)
    assert counts(run(index, rss(site, item(site, "a"))))[:2] == (0, 0)
    assert counts(run(index, WebSource(f"{site.url}/a", "page"), link, scheduled=True))[:2] == (0, 0)
    assert set(stored(index)) == {"b"}
    assert counts(run(index, f"{site.url}/a"))[:2] == (1, 0)
    assert MORE in stored(index)["a"].text
    # From now on it is as any other, and still of its sitemap.
    page(site, "a")
    sitemap(site, ("a", "2026-03-10"), ("b", "2026-03-03"))
    assert counts(run(index, link))[:2] == (0, 1)
    assert index.verify() == []


def test_a_removed_article_comes_back_by_its_link_although_its_page_did_not_change(
    site: Site, index: Index
) -> None:
    page(site, "a", etag='"1"')
    link = sitemap(site, ("a", "2026-03-03"))
    run(index, link)
    remove(index, stored(index)["a"].id)
    assert counts(run(index, link))[:2] == (0, 0)
    assert counts(run(index, f"{site.url}/a"))[:2] == (1, 0)
    remove(index, stored(index)["a"].id)
    policy = Policy(allow_private=True, seconds=10)
    assert add_link(index, f"{site.url}/a", policy).outcome is Outcome.NEW


def test_a_removed_article_whose_page_moves_stays_away(site: Site, index: Index) -> None:
    page(site, "old")
    link = sitemap(site, ("old", ""))
    run(index, link)
    remove(index, stored(index)["old"].id)
    site.add("/new", site.pages["/old"].body)
    site.redirect("/old", "/new", 301)
    assert counts(run(index, link))[:2] == (0, 0)
    assert stored(index) == {}
    assert counts(run(index, f"{site.url}/old"))[:2] == (1, 0)
    assert set(stored(index)) == {"new"}
    assert counts(run(index, link))[:3] == (0, 0, 1)


def test_one_removed_article_of_a_link_that_gives_several_leaves_the_others(site: Site, index: Index) -> None:
    lines = "".join(f'{{"id": "{name}", "text": "{FERRY[0]} So says {name}."}}\n' for name in "abc")
    link = site.add("/all.jsonl", lines, kind="application/jsonl")
    run(index, link)
    with index.catalog.read() as snapshot:
        (removed,) = (one.id for one in snapshot.articles() if "says b" in one.text)
    remove(index, removed)
    assert counts(run(index, link, scheduled=True)) == (0, 0, 2, 0)
    site.add("/all.jsonl", lines + "\n", kind="application/jsonl")
    assert counts(run(index, link, scheduled=True)) == (0, 0, 2, 0)
    assert counts(run(index, link))[:2] == (1, 0)


def test_a_page_that_is_named_stays_with_its_sitemap(site: Site, index: Index) -> None:
    page(site, "a")
    link = WebSource(sitemap(site, ("a", "")), "sitemap")
    site.pages["/sitemap.xml"].etag = '"1"'
    run(index, link)
    corrected(site, "a")
    assert counts(run(index, f"{site.url}/a")) == (0, 1, 0, 0)
    page(site, "a")
    # The sitemap is the same, and says nothing of its page's days.
    assert counts(run(index, link)) == (0, 1, 0, 0)


def test_a_file_brings_back_what_a_page_gave_too(site: Site, index: Index, tmp_path: Path) -> None:
    page(site, "a")
    run(index, page(site, "a"))
    id_ = stored(index)["a"].id
    remove(index, id_)
    file = tmp_path / "a.md"
    file.write_text(f"---\nid: {id_}\nurl: {site.url}/a\n---\n{FERRY[0]}\n", encoding="utf-8")

    for _ in range(2):
        assert ingest(index, list(find([str(tmp_path)]))).new == 1
        remove(index, id_)


@pytest.mark.parametrize("asked", ["", "no moment", "2999-01-01T00:00:00+00:00", "2026-03-03T10:00:00"])
def test_a_moment_that_is_none_or_lies_in_the_future_does_not_keep_a_page_from_being_asked_for(
    asked: str,
) -> None:
    state = revisits.PageState(change_token=revisits.FEED, asked=asked)
    assert revisits.wants_whole(state)
