"""What a site sends costs that site alone: each of these stands in a list beside a page that is well."""

import logging
from collections.abc import Callable, Iterator

import pytest

from index.store import Index
from ingest.add_link import Outcome, add_link
from ingest.documents import WebSource
from ingest.options import Options
from ingest.pipeline import ingest
from ingest.progress import Summary
from ingest.web.fetcher import Policy
from ingest.web.politeness import Politeness
from tests.site import FERRY, Page, Site, running, story

pytestmark = pytest.mark.slow

POLICY = Policy(allow_private=True, seconds=10)


@pytest.fixture
def hostile() -> Iterator[Site]:
    with running() as opened:
        yield opened


@pytest.fixture
def good(site: Site) -> str:
    return site.add("/good", story("Ferry strikes pier", *FERRY))


def run(index: Index, *links: str | WebSource) -> Summary:
    options = Options(policy=POLICY, manners=Politeness(delay=0.0, at_once=4))
    return ingest(
        index, [one if isinstance(one, WebSource) else WebSource(one) for one in links], options=options
    )


def titles(index: Index) -> set[str]:
    with index.catalog.read() as snapshot:
        return {article.title for article in snapshot.articles()}


NO_LINKS = (
    "http://[x",
    "http://[::1",
    "//[",
    "http://a.example:port/",
    "http://a.example:99999999/",
    f"http://{'a' * 70}.example/",
    "http://xn--\u00e4.example/",
    "http://\u00ad/",
    "javascript:alert(1)",
    "http://a..b/",
)


@pytest.mark.parametrize("target", NO_LINKS)
def test_a_redirect_to_what_is_no_link_costs_one_page(
    hostile: Site, index: Index, good: str, target: str
) -> None:
    bad = hostile.redirect("/bad", target.encode().decode("latin-1"))
    for _ in range(2):
        (failure,) = run(index, bad, good).failures
        assert failure.origin == bad
    assert add_link(index, bad, POLICY).outcome in (Outcome.REFUSED, Outcome.UNREADABLE, Outcome.LATER)
    assert titles(index) == {"Ferry strikes pier"}


def as_list(links: list[str]) -> tuple[str, str]:
    return "text/plain", "\n".join(links)


def as_sitemap(links: list[str]) -> tuple[str, str]:
    urls = "".join(f"<url><loc>{link}</loc></url>" for link in links)
    return "application/xml", f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


def as_feed(links: list[str]) -> tuple[str, str]:
    items = "".join(
        f"<item><title>T</title><link>{link}</link><guid>{link}</guid><description>The ferry {n} left."
        f"</description></item>"
        for n, link in enumerate(links)
    )
    return "application/rss+xml", f"<rss version='2.0'><channel><title>F</title>{items}</channel></rss>"


@pytest.mark.parametrize("written", NO_LINKS)
@pytest.mark.parametrize("form", [as_list, as_sitemap, as_feed])
def test_a_bad_link_in_a_listing_costs_that_link(
    hostile: Site, index: Index, good: str, form: Callable[[list[str]], tuple[str, str]], written: str
) -> None:
    kind, body = form([written, good])
    listing = WebSource(hostile.add("/listing", body, kind=kind), form.__name__.removeprefix("as_"))
    for _ in range(2):
        summary = run(index, listing)
        # A feed's entry without a page stands for itself; a list passes over what begins like no link.
        if form is as_sitemap:
            assert len(summary.failures) == 1
    assert "Ferry strikes pier" in titles(index)


def test_a_bad_link_in_a_listing_is_named_with_what_is_wrong(hostile: Site, index: Index, good: str) -> None:
    listing = hostile.add("/list", f"http://[x\n{good}\n{good}?2\n", kind="text/plain")
    failures = run(index, WebSource(listing, "list")).failures
    assert ("http://[x", "it is not a link that can be read; check how it is written") in [
        (failure.origin, failure.reason) for failure in failures
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ETag", '"\u00fc"'),
        ("ETag", '"' + "a" * 5_000 + '"'),
        ("ETag", '"a\tb"'),
        ("Last-Modified", "M\u00e4rz"),
        ("Content-Type", "text/html; charset=\u00fc\u00fc"),
        ("Content-Type", "text/html; charset=undefined"),
        ("Content-Language", "\u00fc"),
    ],
)
def test_a_header_out_of_the_ordinary_costs_nothing_now_or_later(
    hostile: Site, index: Index, good: str, name: str, value: str
) -> None:
    page = hostile.add("/odd", story("Odd headers", *FERRY[::-1]), kind="text/html", headers={name: value})
    for _ in range(2):
        assert run(index, page, good).failures == []
    assert titles(index) == {"Odd headers", "Ferry strikes pier"}


def test_a_mark_that_cannot_be_sent_and_is_on_record_already_ends_no_run(
    hostile: Site, index: Index, good: str
) -> None:
    page = hostile.add("/odd", story("Odd headers", *FERRY[::-1]), etag='"1"')
    run(index, page)
    with index.catalog.write() as change:
        change.db.execute("UPDATE fetches SET etag = ?, modified = ?", ('"\u00fc\u2013"', "a\nb"))
    assert run(index, page, good).failures == []


@pytest.mark.parametrize(
    "page",
    [
        Page("x", status=503, headers={"Retry-After": "9" * 5_000}),
        Page("x", status=503, headers={"Retry-After": "Fri, 31 Dec 99999 23:59:59 GMT"}),
        Page("x", status=429, headers={"Retry-After": "\u00b2"}),
        Page("x", status=304),
        Page("x", headers={"Content-Encoding": "\u00fc"}),
        Page("x", headers={"Content-Length": "9" * 5_000}),
        Page("x", headers={"Bad\x01Name": "x"}),
        Page("x", status=302, headers={"Location": ""}),
        Page("x", status=999),
    ],
)
def test_an_answer_out_of_the_ordinary_costs_one_page(
    hostile: Site, index: Index, good: str, page: Page
) -> None:
    hostile.pages["/bad"] = page
    (failure,) = run(index, f"{hostile.url}/bad", good).failures
    assert failure.origin == f"{hostile.url}/bad"
    assert "(" not in failure.reason or "Error" not in failure.reason
    assert titles(index) == {"Ferry strikes pier"}


@pytest.mark.parametrize(
    "rules",
    [
        b"User-agent: *\nCrawl-delay: nan\n",
        b"User-agent: *\nCrawl-delay: -5\n",
        b"User-agent: *\nCrawl-delay: 1e999\nDisallow: /else\n",
        b"User-agent: *\nDisallow: http://[x\nAllow: //[\n",
        b"User-agent: *\nRequest-rate: 1/0\nVisit-time: 9999-0000\nSitemap: http://[x\n",
        bytes(range(256)) * 40,
        b"Disallow: " + b"*" * 3_000 + b"$\n",
    ],
)
def test_a_robots_txt_out_of_the_ordinary_costs_no_other_site(
    hostile: Site, index: Index, good: str, rules: bytes
) -> None:
    hostile.add("/robots.txt", rules, kind="text/plain")
    page = hostile.add("/page", story("A page", *FERRY[::-1]))
    run(index, page, good)
    assert "Ferry strikes pier" in titles(index)


def test_characters_that_are_none_in_a_feed_end_no_run(hostile: Site, index: Index, good: str) -> None:
    items = "".join(
        f"<item><title>&#xD800; {n}</title><guid>&#xDFFF;{n}</guid><description>&#55296; The ferry left."
        "</description></item>"
        for n in range(2)
    )
    feed = hostile.add("/feed", f"<rss version='2.0'><channel><title>F</title>{items}</channel></rss>")
    run(index, WebSource(feed, "feed"), good)
    assert "Ferry strikes pier" in titles(index)
    assert index.verify() == []


def test_what_nobody_foresaw_is_the_failure_of_its_page_and_in_the_log(
    hostile: Site,
    index: Index,
    good: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    import ingest.web.crawler
    from ingest.web.read_listing import listing_kind

    def broken(fetched, kind):
        if fetched.url.endswith("/bad"):
            raise ValueError("nobody foresaw this")
        return listing_kind(fetched, kind)

    monkeypatch.setattr(ingest.web.crawler, "listing_kind", broken)
    bad = hostile.add("/bad", story("A page", *FERRY))
    with caplog.at_level(logging.DEBUG, logger="onrecord"):
        (failure,) = run(index, bad, good).failures
    assert failure.origin == bad
    assert "ValueError" in failure.reason
    assert "nobody foresaw this" in caplog.text
    assert titles(index) == {"Ferry strikes pier"}
