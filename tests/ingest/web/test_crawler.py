"""What the web gives a run: feeds, sitemaps, lists and pages, asked for as little and as gently as can be."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from index.store import Index
from index.types import Article, Status
from ingest.documents import WebSource
from ingest.options import Options
from ingest.pipeline import ingest
from ingest.progress import Summary
from ingest.web.fetcher import Policy
from ingest.web.politeness import Politeness
from tests.conftest import WordEmbedder
from tests.site import FERRY, Site, story

pytestmark = pytest.mark.slow

FAST = Politeness(delay=0.0, at_once=4)


def run(
    index: Index,
    *links: WebSource | str,
    manners: Politeness = FAST,
    keep: int = 90,
    scheduled: bool = False,
) -> Summary:
    policy = Policy(allow_private=True, seconds=10)
    options = Options(keep_withdrawn=keep, scheduled=scheduled, policy=policy, manners=manners)
    return ingest(
        index, [one if isinstance(one, WebSource) else WebSource(one) for one in links], options=options
    )


def stored(index: Index) -> dict[str, Article]:
    with index.catalog.read() as snapshot:
        return {article.url.rpartition("/")[2]: article for article in snapshot.articles()}


def counts(summary: Summary) -> tuple[int, int, int, int]:
    return summary.new, summary.changed, summary.unchanged, len(summary.failures)


def words(name: str) -> tuple[str, ...]:
    return tuple(f"{line} This account is told by {name} alone." for line in FERRY)


def page(site: Site, name: str, **about: object) -> str:
    return site.add(f"/{name}", story(f"The story {name}", *words(name)), **about)


def rss(site: Site, *items: str) -> str:
    body = f"<rss version='2.0'><channel><title>The Harbour Wire</title>{''.join(items)}</channel></rss>"
    return site.add("/feed", body, kind="application/rss+xml")


def item(site: Site, name: str, more: str = "", day: int = 3) -> str:
    return (
        f"<item><title>Feed title {name}</title><link>{site.url}/{name}</link><guid>{name}</guid>"
        f"<pubDate>Tue, {day:02} Mar 2026 08:30:00 +0100</pubDate>{more}</item>"
    )


def sitemap(site: Site, *places: tuple[str, str], path: str = "/sitemap.xml") -> str:
    urls = "".join(
        f"<url><loc>{site.url}/{name}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
        for name, day in places
    )
    body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    return site.add(path, body, kind="application/xml")


def test_a_feed_gives_the_page_of_each_entry_with_the_feeds_date(site: Site, index: Index) -> None:
    page(site, "a")
    page(site, "b")
    summary = run(index, rss(site, item(site, "a"), item(site, "b", day=4)))
    assert counts(summary) == (2, 0, 0, 0)
    found = stored(index)
    assert found["a"].title == "The story a"
    assert found["a"].published == "2026-03-03T08:30:00+01:00"
    assert found["b"].published[:10] == "2026-03-04"
    assert found["a"].source == "The Harbour Wire"
    assert "Fourteen people" in found["a"].text


def test_an_entry_whose_page_cannot_be_had_stands_in_for_it_until_it_can(site: Site, index: Index) -> None:
    site.add("/a", "No.", status=403)
    link = rss(site, item(site, "a", f"<description>&lt;p&gt;{FERRY[0]}&lt;/p&gt;</description>"))
    assert counts(run(index, link)) == (1, 0, 0, 0)
    assert stored(index)["a"].text == FERRY[0]
    assert stored(index)["a"].title == "Feed title a"
    page(site, "a")
    assert counts(run(index, link)) == (0, 1, 0, 0)
    assert "told by a alone" in stored(index)["a"].text


def test_a_page_that_fails_once_keeps_what_it_gave_before(site: Site, index: Index) -> None:
    page(site, "a")
    summary = f"<description>{FERRY[0]}</description>"
    run(index, rss(site, item(site, "a")))
    site.add("/a", "No.", status=403)
    assert counts(run(index, rss(site, item(site, "a", summary)))) == (0, 0, 0, 1)
    assert "told by a alone" in stored(index)["a"].text


def test_what_a_feed_says_is_the_same_is_not_asked_for(site: Site, index: Index, words: WordEmbedder) -> None:
    page(site, "a")
    page(site, "b")
    link = rss(site, item(site, "a"), item(site, "b"))
    run(index, link)
    before = len(words.embedded)
    assert counts(run(index, link)) == (0, 0, 2, 0)
    assert site.count("/a") == site.count("/b") == 1
    assert len(words.embedded) == before
    page(site, "b")
    site.add("/b", story("The story b", *FERRY, "There is more now, which the first account had not."))
    assert counts(run(index, rss(site, item(site, "a"), item(site, "b", day=5)))) == (0, 1, 1, 0)
    assert site.count("/a") == 1


def test_a_feed_that_did_not_change_is_sent_once(site: Site, index: Index) -> None:
    page(site, "a")
    link = rss(site, item(site, "a"))
    site.pages["/feed"].etag = '"1"'
    run(index, link)
    assert counts(run(index, link)) == (0, 0, 1, 0)
    assert [one.status for one in site.asked if one.path == "/feed"] == [200, 304]
    assert site.count("/a") == 1


def test_pages_are_asked_whether_they_changed_and_send_nothing_if_not(
    site: Site, index: Index, words: WordEmbedder
) -> None:
    names = [f"p{n}" for n in range(6)]
    for name in names:
        page(site, name, etag=f'"{name}"')
    link = sitemap(site, *[(name, "") for name in names])
    assert counts(run(index, link)) == (6, 0, 0, 0)
    before = len(words.embedded)
    site.asked.clear()
    assert counts(run(index, link)) == (0, 0, 6, 0)
    asked = [one for one in site.asked if one.path.startswith("/p")]
    assert [(one.status, one.sent) for one in asked] == [(304, 0)] * 6
    assert len(words.embedded) == before


def test_a_sitemap_says_what_changed_and_what_is_wanted(site: Site, index: Index) -> None:
    for name in ("news-a", "news-b", "shop-c"):
        page(site, name)
    link = WebSource(
        sitemap(site, ("news-a", "2026-03-03"), ("news-b", "2026-03-04"), ("shop-c", "")),
        include=("*/news-*",),
    )
    assert counts(run(index, link)) == (2, 0, 0, 0)
    sitemap(site, ("news-a", "2026-03-03"), ("news-b", "2026-03-09"), ("shop-c", ""))
    assert counts(run(index, link)) == (0, 0, 2, 0)
    assert (site.count("/news-a"), site.count("/news-b"), site.count("/shop-c")) == (1, 2, 0)


def test_an_index_of_sitemaps_leads_to_theirs_and_not_in_circles(site: Site, index: Index) -> None:
    page(site, "a")
    sitemap(site, ("a", ""), path="/one.xml")
    places = "".join(f"<sitemap><loc>{site.url}/{name}</loc></sitemap>" for name in ("one.xml", "index.xml"))
    link = site.add("/index.xml", f"<sitemapindex>{places}</sitemapindex>", kind="text/xml")
    assert counts(run(index, link)) == (1, 0, 0, 0)
    assert site.count("/index.xml") == 1


def test_a_list_of_links_gives_each_page_and_names_those_that_fail(site: Site, index: Index) -> None:
    good = page(site, "a")
    link = site.add("/list.txt", f"# Links\n- {good}\n{site.url}/nothing\n", kind="text/plain")
    summary = run(index, WebSource(link, "list"))
    assert counts(summary) == (1, 0, 0, 1)
    assert summary.failures[0].origin == f"{site.url}/nothing"
    assert "404" in summary.failures[0].reason


def test_a_moved_page_keeps_its_id(site: Site, index: Index) -> None:
    old = page(site, "old")
    run(index, old)
    before = stored(index)["old"]
    site.add("/new", site.pages["/old"].body)
    site.redirect("/old", "/new", 301)
    assert counts(run(index, old)) == (0, 1, 0, 0)
    after = stored(index)["new"]
    assert after.id == before.id
    assert counts(run(index, site.url + "/new")) == (0, 0, 1, 0)
    assert len(stored(index)) == 1


def test_one_canonical_link_is_one_article(site: Site, index: Index) -> None:
    head = f'<link rel="canonical" href="{site.url}/ferry">'
    for name in ("ferry", "ferry-print", "ferry-mobile"):
        site.add(f"/{name}", story("Ferry", *FERRY, head=head))
    summary = run(index, *(f"{site.url}/{name}" for name in ("ferry", "ferry-print", "ferry-mobile")))
    assert counts(summary) == (1, 0, 2, 0)
    assert set(stored(index)) == {"ferry"}


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_marked_kept_for_a_time_and_then_removed(
    site: Site, index: Index, words: WordEmbedder, status: int
) -> None:
    link = page(site, "a")
    run(index, link)
    before = len(words.embedded)
    body = site.pages["/a"].body
    site.add("/a", "Gone.", status=status)
    assert run(index, link).withdrawn == 1
    assert stored(index)["a"].status is Status.WITHDRAWN
    assert "no longer there on" in stored(index)["a"].note
    assert len(words.embedded) == before
    assert run(index, link).withdrawn == 0
    site.add("/a", body)
    run(index, link)
    assert stored(index)["a"].status is Status.CURRENT
    site.add("/a", "Gone.", status=status)
    run(index, link)
    with index.catalog.write() as change:
        long_ago = (date.today() - timedelta(days=31)).isoformat()  # noqa: DTZ011
        change.db.execute("UPDATE fetches SET gone = ?", (long_ago,))
    assert run(index, link, keep=60).removed == 0
    assert run(index, link, keep=30).removed == 1
    assert stored(index) == {}
    assert index.verify() == []


def test_pages_whose_time_is_up_are_removed_in_one_publication(site: Site, index: Index) -> None:
    links = [page(site, name) for name in "abc"]
    run(index, *links)
    for name in "abc":
        site.add(f"/{name}", "Gone.", status=410)
    assert run(index, *links, keep=0).withdrawn == 3
    with index.catalog.read() as snapshot:
        before = snapshot.head().generation
    assert run(index, *links, keep=0).removed == 3
    with index.catalog.read() as snapshot:
        assert snapshot.head().generation == before + 1
    assert stored(index) == {}
    assert index.verify() == []


def test_pages_that_a_sitemap_lists_no_more_are_looked_after(site: Site, index: Index) -> None:
    page(site, "a")
    page(site, "b")
    run(index, WebSource(sitemap(site, ("a", ""), ("b", "")), recheck=True))
    site.add("/b", "Gone.", status=410)
    assert run(index, WebSource(sitemap(site, ("a", "")), recheck=True)).withdrawn == 1


def test_a_page_that_is_listed_no_more_and_is_still_there_is_read_as_a_page(site: Site, index: Index) -> None:
    page(site, "a")
    page(site, "b")
    run(index, WebSource(sitemap(site, ("a", ""), ("b", "")), "sitemap", recheck=True))
    site.add("/b", story("The story b", *FERRY, "There is more now, which the first account had not."))
    assert counts(run(index, WebSource(sitemap(site, ("a", "")), "sitemap", recheck=True))) == (0, 1, 1, 0)


def test_pages_that_a_feed_lists_no_more_are_looked_after_where_that_is_wished(
    site: Site, index: Index
) -> None:
    page(site, "a")
    page(site, "b")
    run(index, rss(site, item(site, "a"), item(site, "b")))
    site.add("/b", "Gone.", status=410)
    assert run(index, rss(site, item(site, "a"))).withdrawn == 0
    assert run(index, WebSource(rss(site, item(site, "a")), "feed", recheck=True)).withdrawn == 1


def test_a_sitemap_that_did_not_change_says_nothing_of_pages_without_a_day(site: Site, index: Index) -> None:
    page(site, "a")
    page(site, "b")
    link = WebSource(sitemap(site, ("a", ""), ("b", "2026-03-03")), "sitemap")
    site.pages["/sitemap.xml"].etag = '"1"'
    run(index, link)
    for name in "ab":
        site.add(f"/{name}", story(f"The story {name}", *FERRY, "There is more now than there was at first."))
    assert counts(run(index, link)) == (0, 1, 1, 0)
    assert [one.status for one in site.asked if one.path == "/sitemap.xml"] == [200, 304]
    assert "more now" in stored(index)["a"].text
    site.add("/a", "Gone.", status=410)
    assert run(index, link).withdrawn == 1


def test_a_sitemap_that_did_not_change_hides_no_change_that_another_tells(site: Site, index: Index) -> None:
    page(site, "a")
    page(site, "b")
    sitemap(site, ("a", "2026-03-03"), path="/one.xml")
    sitemap(site, ("b", "2026-03-03"), path="/two.xml")
    places = "".join(f"<sitemap><loc>{site.url}/{name}</loc></sitemap>" for name in ("one.xml", "two.xml"))
    link = site.add("/index.xml", f"<sitemapindex>{places}</sitemapindex>", kind="text/xml")
    for name, mark in (("index", "i1"), ("one", "o1"), ("two", "t1")):
        site.pages[f"/{name}.xml"].etag = f'"{mark}"'
    assert counts(run(index, link)) == (2, 0, 0, 0)
    assert counts(run(index, link)) == (0, 0, 2, 0)
    assert [one.status for one in site.asked if one.path == "/one.xml"] == [200, 304]
    site.add("/b", story("The story b", *FERRY, "There is more now, which the first account had not."))
    sitemap(site, ("b", "2026-03-09"), path="/two.xml")
    site.pages["/two.xml"].etag = '"t2"'
    assert counts(run(index, link)) == (0, 1, 1, 0)
    assert counts(run(index, link)) == (0, 0, 2, 0)
    assert (site.count("/a"), site.count("/b")) == (1, 2)


def test_what_robots_txt_forbids_is_not_asked_for(site: Site, index: Index) -> None:
    site.add("/robots.txt", "User-agent: OnRecord\nDisallow: /private\n", kind="text/plain")
    summary = run(index, page(site, "private"), page(site, "open"))
    assert counts(summary) == (1, 0, 0, 1)
    assert "robots.txt" in summary.failures[0].reason
    assert site.count("/private") == 0
    assert site.count("/robots.txt") == 1


def test_a_site_that_cannot_show_its_robots_txt_is_left_alone(site: Site, index: Index) -> None:
    site.add("/robots.txt", "No.", status=503, headers={"Retry-After": "9000"})
    assert "robots.txt cannot be had" in run(index, page(site, "a")).failures[0].reason
    assert site.count("/a") == 0


def test_a_host_is_given_time_between_requests(site: Site, index: Index) -> None:
    links = [page(site, name) for name in "abc"]
    run(index, *links, manners=Politeness(delay=0.2))
    times = sorted(one.at for one in site.asked if one.path in ("/a", "/b", "/c"))
    assert all(later - earlier > 0.15 for earlier, later in pairwise(times))


def test_a_site_that_asks_to_come_back_is_asked_again_then(site: Site, index: Index) -> None:
    link = page(site, "a")
    good = site.pages["/a"]
    site.add("/a", "Busy.", status=503, headers={"Retry-After": "1"})
    answers = iter([site.pages["/a"], good])
    site.choose = lambda path: next(answers) if path == "/a" else None
    assert counts(run(index, link)) == (1, 0, 0, 0)
    first, second = (one.at for one in site.asked if one.path == "/a")
    assert second - first >= 1


def test_a_run_has_a_budget_and_the_next_one_does_the_rest(site: Site, index: Index) -> None:
    link = sitemap(site, *[(f"p{n}", "2026-03-03") for n in range(6)])
    for n in range(6):
        page(site, f"p{n}")
    first = run(index, link, manners=Politeness(delay=0, pages=4))
    assert first.new + first.left == 6
    assert first.left > 0
    second = run(index, link)
    assert (first.new + second.new, second.left) == (6, 0)
    assert all(site.count(f"/p{n}") == 1 for n in range(6))


def test_a_listing_that_is_none_says_so(site: Site, index: Index) -> None:
    for kind in ("feed", "sitemap", "list"):
        link = WebSource(site.add(f"/{kind}", "Nothing of the kind.", kind="text/plain"), kind)
        (failure,) = run(index, link).failures
        assert "check the link" in failure.reason or "use the address" in failure.reason


def test_an_entry_without_a_page_is_known_by_whatever_the_feed_calls_it(site: Site, index: Index) -> None:
    words = f"<description>{FERRY[0]}</description>"
    link = rss(site, f"<item><title>Alone</title><guid>a name [of] its own</guid>{words}</item>")
    assert counts(run(index, WebSource(link, "feed"))) == (1, 0, 0, 0)
    assert counts(run(index, WebSource(link, "feed"))) == (0, 0, 1, 0)


def test_an_interrupted_run_keeps_the_pages_that_came(site: Site, index: Index) -> None:
    names = [f"story{n}" for n in range(12)]
    listed = site.add("/list.txt", "\n".join(page(site, name) for name in names), kind="text/plain")
    options = Options(policy=Policy(allow_private=True), manners=FAST)
    found = [WebSource(listed, kind="list")]
    summary = ingest(index, found, options=options, stopping=lambda: site.count("/story5") > 0)
    assert summary.interrupted
    assert len(stored(index)) == summary.new > 0
