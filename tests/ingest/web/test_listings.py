"""Feeds, sitemaps and pages as servers really give them: nothing is lost, and nothing false is stored."""

import pytest

from index.store import Index
from index.types import Article
from ingest.documents import WebSource
from ingest.options import Options
from ingest.pipeline import ingest
from ingest.progress import Summary
from ingest.web.fetcher import Policy
from ingest.web.politeness import Politeness
from tests.site import FERRY, Site, story

FULL = "".join(f"<p>{line}</p>" for line in FERRY)
HTML = "text/html; charset=utf-8"


def run(index: Index, url: str) -> Summary:
    options = Options(policy=Policy(allow_private=True, seconds=10), manners=Politeness(delay=0.0, at_once=4))
    return ingest(index, [WebSource(url)], options=options)


def stored(index: Index) -> list[Article]:
    with index.catalog.read() as snapshot:
        return list(snapshot.articles())


def rss(*items: str) -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Post</title>{"".join(items)}</channel></rss>'  # noqa: E501


def item(link: str, text: str = "", date: str = "", guid: str = "", title: str = "Ferry") -> str:
    return (
        f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{guid or link}</guid>"
        f"<pubDate>{date}</pubDate><description><![CDATA[{text}]]></description></item>"
    )


def sitemap(*urls: str) -> str:
    places = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'


def pages(site: Site, count: int = 3) -> list[str]:
    return [
        site.add(f"/a{n}", story(f"Ferry {n}", *(f"{line} ({n})" for line in FERRY))) for n in range(count)
    ]


@pytest.mark.parametrize("make", [lambda links: rss(*map(item, links)), lambda links: sitemap(*links)])
def test_a_listing_served_as_a_page_is_known_by_its_bytes(site: Site, index: Index, make) -> None:
    assert run(index, site.add("/list", make(pages(site)), kind=HTML)).new == 3


def test_a_sitemap_may_list_a_sitemap_and_bare_ampersands(site: Site, index: Index) -> None:
    first, second, third = pages(site)
    more = site.add("/more.xml", sitemap(second, third), kind="application/xml")
    odd = site.add("/p?id=1&view=full", story("Odd", *(f"{line} (odd)" for line in FERRY)))
    summary = run(index, site.add("/map.xml", sitemap(first, more, odd), kind="application/xml"))
    assert (summary.new, summary.failures) == (4, [])


def test_a_sitemap_that_breaks_off_says_so(site: Site, index: Index) -> None:
    links = pages(site)
    summary = run(index, site.add("/map.xml", sitemap(*links)[:-30], kind="application/xml"))
    assert summary.new == 2
    assert ["breaks off" in one.reason for one in summary.failures] == [True]


def test_dead_links_of_a_sitemap_are_counted_and_no_failure(site: Site, index: Index) -> None:
    (link,) = pages(site, 1)
    summary = run(index, site.add("/map.xml", sitemap(link, f"{site.url}/gone"), kind="application/xml"))
    assert (summary.new, summary.failures) == (1, [])
    assert "404" in summary.notices[0].text


WALL = (
    "<html><body><main><h1>The Post values your privacy</h1><p>We and our 90 partners store cookies on your "
    "device. You can accept or manage your choices below.</p><button>Accept</button></main></body></html>"
)


@pytest.mark.parametrize(
    "page",
    [
        WALL,
        "<html><body><div id=root></div><noscript>Enable JavaScript to run this app.</noscript></body></html>",  # noqa: E501
        story("Ferry", "The ferry struck the pier. To read on, take out a subscription."),
    ],
)
def test_the_feeds_text_is_taken_where_the_page_is_a_wall(site: Site, index: Index, page: str) -> None:
    link = site.add("/wall", page)
    summary = run(index, site.add("/feed", rss(item(link, FULL)), kind="application/rss+xml"))
    assert (summary.new, summary.failures) == (1, [])
    assert all(line in stored(index)[0].text for line in FERRY)
    assert "the feed's text was taken" in summary.notices[0].text


def test_entries_that_share_a_link_or_have_none_keep_their_own_texts(site: Site, index: Index) -> None:
    link = site.add("/status", story("Status", *FERRY))
    shared = [item(link, f"<p>Incident {n}: {FERRY[0]}</p>", guid=f"g{n}") for n in range(3)]
    alone = [item("", f"<p>Alone {n}: {FERRY[0]}</p>", guid=f"a b {n}") for n in range(2)]
    feed = site.add("/feed", rss(*shared, *alone), kind="application/rss+xml")
    assert run(index, feed).new == 5
    assert run(index, feed).unchanged == 5
    assert len({one.text for one in stored(index)}) == 5


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026/3/10 9:00:00", "2026-03-10"),
        ("1773133200", "2026-03-10"),
        ("Thu, 12 Mar 26 00:30:00 +0200", "2026-03-12"),
        ("sometime in spring", ""),
        ("03/10/2026", ""),
    ],
)
def test_days_of_feeds_are_not_guessed(site: Site, index: Index, written: str, day: str) -> None:
    run(index, site.add("/feed", rss(item("", FULL, written, "g")), kind="application/rss+xml"))
    assert stored(index)[0].published[:10] == day


def test_titles_and_authors_of_feeds_are_whole(site: Site, index: Index) -> None:
    odd = item("", FULL, title="Why 5 &lt; 10 and x &lt;y matter", guid="g")
    odd = odd.replace("</item>", "<author>ines@selwick.online (Ines Tarrow)</author></item>")
    run(index, site.add("/feed", rss(odd), kind="application/rss+xml"))
    (one,) = stored(index)
    assert (one.title, one.authors) == ("Why 5 < 10 and x <y matter", ("Ines Tarrow",))


def canonical(site: Site, path: str) -> str:
    return f'<link rel="canonical" href="{site.url}{path}">'


def test_pages_that_share_a_canonical_link_each_have_a_place(site: Site, index: Index) -> None:
    links = [
        site.add(f"/help/{n}", story(f"Help {n}", f"{n} {FERRY[n]}" * 3, head=canonical(site, "/help")))
        for n in range(3)
    ]
    summary = run(index, site.add("/list.txt", "\n".join(links), kind="text/plain"))
    assert (summary.new, summary.failures) == (3, [])


def test_a_copy_for_other_devices_is_no_second_article(site: Site, index: Index) -> None:
    one = site.add("/report", story("Ferry", *FERRY))
    amp = site.add("/amp/report", story("Ferry", *FERRY, "Read more.", head=canonical(site, "/report")))
    summary = run(index, site.add("/list.txt", f"{one}\n{amp}\n", kind="text/plain"))
    assert summary.failures == []
    assert len(stored(index)) == 1


def test_a_page_that_only_leads_on_is_followed(site: Site, index: Index) -> None:
    (link,) = pages(site, 1)
    stub = (
        f'<meta http-equiv="refresh" content="0; url={link}"><h1>Redirecting…</h1><a href="{link}">Here</a>'
    )
    summary = run(index, site.add("/list.txt", f"{site.add('/old', stub)}\n{link}\n", kind="text/plain"))
    assert summary.failures == []
    assert [one.title for one in stored(index)] == ["Ferry 0"]


def test_a_content_encoding_that_is_none_is_ignored(site: Site, index: Index) -> None:
    link = site.add("/odd", story("Ferry", *FERRY), headers={"Content-Encoding": "UTF-8"})
    assert run(index, link).new == 1
