"""Fetching: nothing is reached that was not meant, and nothing comes that is too large or too slow."""

import gzip
import socket
from email.utils import formatdate
from time import sleep

import pytest

from index.errors import FetchError, FetchLater, FetchRefused, PageGone
from ingest.urls import checked_link, same_site
from ingest.web.fetcher import Fetcher, Policy
from ingest.web.retry_after import retry_after
from ingest.web.ssrf_guard import may_connect
from tests.site import Dialled, Site, running

PUBLIC = "93.184.215.14"


@pytest.fixture
def fetcher():
    with Fetcher(Policy(allow_private=True, seconds=5, max_bytes=100_000)) as opened:
        yield opened


def public(site: Site, **names: str) -> tuple[Fetcher, Dialled]:
    """A fetcher for which `site` is at a public address, and every other name as given."""
    network = Dialled({PUBLIC: site})
    known = {
        "news.example": [PUBLIC],
        **{name.replace("_", "."): [address] for name, address in names.items()},
    }

    def resolver(host: str, port: int) -> list[str]:
        return known.get(host) or [str(entry[4][0]) for entry in socket.getaddrinfo(host, port)]

    return Fetcher(Policy(seconds=5), resolver=resolver, network=network), network


PRIVATE = [
    "127.0.0.1", "127.1", "0", "0.0.0.0", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1",
    "017700000001",
    "127.0.0.1.", "localhost", "[::1]", "[::]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:1]",
    "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::127.0.0.1]", "10.0.0.1", "172.16.3.4", "192.168.0.1",
    "100.64.0.1", "169.254.169.254", "[fe80::1]", "[fd00:ec2::254]", "[fc00::1]", "224.0.0.1",
    "255.255.255.255", "198.18.0.1",
]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_no_spelling_of_a_private_address_gets_a_connection(host: str) -> None:
    with running() as canary, Fetcher(Policy(seconds=5)) as fetcher:
        with pytest.raises(FetchError):
            fetcher.get(f"http://{host}:{canary.port}/")
        assert canary.connections == 0


def test_a_redirect_to_a_private_address_gets_no_connection() -> None:
    with running() as site, running() as canary:
        fetcher, network = public(site)
        with fetcher:
            for target in (
                f"http://127.0.0.1:{canary.port}/",
                "http://169.254.169.254/latest/",
                "//[::1]/",
                "file:///etc/passwd",
            ):
                site.redirect("/in", target, 302)
                with pytest.raises(FetchRefused):
                    fetcher.get("http://news.example/in")
        assert canary.connections == 0
        assert set(network.dialled) == {PUBLIC}


def test_a_name_that_answers_differently_the_second_time_gains_nothing() -> None:
    with running() as site:
        answers = iter([[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]])
        network = Dialled({PUBLIC: site})
        with Fetcher(
            Policy(seconds=5), resolver=lambda _host, _port: next(answers), network=network
        ) as fetcher:
            site.add("/", "Hello.", headers={"Connection": "close"})
            assert fetcher.get("http://turning.example/").body == b"Hello."
            with pytest.raises(FetchRefused, match="private address"):
                fetcher.get("http://turning.example/")
        assert network.dialled == [PUBLIC]


def test_a_name_with_one_private_address_among_public_ones_is_refused() -> None:
    network = Dialled({})
    with (
        Fetcher(
            Policy(seconds=5), resolver=lambda _host, _port: [PUBLIC, "10.0.0.1"], network=network
        ) as fetcher,
        pytest.raises(FetchRefused),
    ):
        fetcher.get("http://both.example/")
    assert network.dialled == []


def test_an_intranet_may_be_allowed_but_never_where_clouds_keep_their_keys() -> None:
    assert may_connect("10.0.0.1", allow_private=True)
    assert may_connect("127.0.0.1", allow_private=True)
    for address in (
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "fd00:ec2::254",
        "224.0.0.1",
        "0.0.0.0",
        "nonsense",
    ):
        assert not may_connect(address, allow_private=True)


def test_public_addresses_may_be_connected_to() -> None:
    assert all(map(may_connect, (PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "8.8.8.8")))


@pytest.mark.parametrize(
    "link",
    [
        "ftp://news.example/", "file:///etc/passwd", "gopher://news.example/", "javascript:alert(1)",
        "news.example",
        "http://ann:secret@news.example/", "http://ann@news.example/", "http://", "http://news.example:99999/",
        "http://new s.example/", "http://news.example/\nHost: x", "http://news.example/" + "a" * 2_000,
        "http://news.example\\@127.0.0.1/",
    ],
)  # fmt: skip
def test_a_link_that_may_not_be_followed_is_refused_before_anything_is_asked(link: str) -> None:
    with pytest.raises(FetchRefused):
        checked_link(link)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("HTTP://News.Example:80/a b#top".replace(" ", "%20"), "http://news.example/a%20b"),
        ("https://bücher.example/straße?q=ü", "https://xn--bcher-kva.example/stra%C3%9Fe?q=%C3%BC"),
        ("http://news.example", "http://news.example/"),
        ("http://[2606:2800::1]:8080/x", "http://[2606:2800::1]:8080/x"),
    ],
)
def test_a_link_is_asked_for_in_one_form(written: str, asked: str) -> None:
    assert checked_link(written) == asked
    assert checked_link(asked) == asked


def test_the_site_is_told_who_asks_and_gets_no_cookies_back(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    link = site.add("/", "Hello.", headers={"Set-Cookie": "a=b"})
    with Fetcher(Policy(allow_private=True, contact="desk@wire.example")) as fetcher:
        fetcher.get(link)
        fetcher.get(link)
    assert site.asked[1].headers["User-Agent"] == "OnRecord/0.1 (+desk@wire.example)"
    assert "Cookie" not in site.asked[1].headers


def test_redirects_are_followed_and_those_for_good_are_told(site: Site, fetcher: Fetcher) -> None:
    site.add("/now", "Hello.")
    site.redirect("/old", "/older", 308)
    site.redirect("/older", "/now#part", 301)
    site.redirect("/today", "/now", 302)
    assert (found := fetcher.get(site.url + "/old")).body == b"Hello."
    assert found.url == found.moved == site.url + "/now"
    assert fetcher.get(site.url + "/today").moved == ""


def test_redirects_in_a_circle_end(site: Site, fetcher: Fetcher) -> None:
    site.redirect("/a", "/b")
    site.redirect("/b", "/a")
    with pytest.raises(FetchError, match="redirects too often"):
        fetcher.get(site.url + "/a")


def test_what_did_not_change_is_not_sent_again(site: Site, fetcher: Fetcher) -> None:
    link = site.add("/", "Hello.", etag='"1"', modified=formatdate(1_700_000_000, usegmt=True))
    first = fetcher.get(link)
    again = fetcher.get(link, etag=first.etag, modified=first.modified)
    assert again.unchanged
    assert (site.asked[1].status, site.asked[1].sent) == (304, 0)


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_told_apart(site: Site, fetcher: Fetcher, status: int) -> None:
    with pytest.raises(PageGone) as gone:
        fetcher.get(site.add("/", "No.", status=status))
    assert gone.value.status == status


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_site_that_is_busy_says_when_to_come_back(site: Site, fetcher: Fetcher, status: int) -> None:
    with pytest.raises(FetchLater) as later:
        fetcher.get(site.add("/", "No.", status=status, headers={"Retry-After": "120"}))
    assert later.value.seconds == 120


@pytest.mark.parametrize("status", [401, 403, 451, 204, 206, 418])
def test_any_other_answer_is_no_page(site: Site, fetcher: Fetcher, status: int) -> None:
    with pytest.raises(FetchError, match=str(status)):
        fetcher.get(site.add("/", "" if status == 204 else "No.", status=status))


def test_an_answer_that_is_too_large_is_given_up(site: Site, fetcher: Fetcher) -> None:
    def endless():
        while True:
            yield b"x" * 10_000

    site.add("/stated", "x" * 100_001)
    site.add("/endless", parts=endless)
    site.add("/bomb", gzip.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"})
    for path in ("/stated", "/endless", "/bomb"):
        with pytest.raises(FetchError, match="larger than"):
            fetcher.get(site.url + path)


def test_an_answer_that_never_ends_is_given_up_in_time(site: Site) -> None:
    def drops():
        while True:
            yield b"x"

    link = site.add("/", parts=drops, pause=0.05)
    with (
        Fetcher(Policy(allow_private=True, seconds=0.6)) as fetcher,
        pytest.raises(FetchLater, match="too long|slowly"),
    ):
        fetcher.get(link)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
def test_an_answer_that_is_packed_wrongly_is_a_failure(site: Site, fetcher: Fetcher, encoding: str) -> None:
    with pytest.raises(FetchLater, match="packed|packs"):
        fetcher.get(site.add("/", b"not packed at all", headers={"Content-Encoding": encoding}))


def test_an_answer_that_is_packed_is_unpacked(site: Site, fetcher: Fetcher) -> None:
    link = site.add("/", gzip.compress(b"Hello."), headers={"Content-Encoding": "gzip"})
    assert fetcher.get(link).body == b"Hello."


def test_an_answer_that_breaks_off_is_not_taken_for_a_page(site: Site, fetcher: Fetcher) -> None:
    with pytest.raises(FetchLater, match="broke off"):
        fetcher.get(site.add("/", "Half an answ", cut=500))


def test_a_host_that_is_not_there_is_told(fetcher: Fetcher) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(FetchLater, match="no connection"):
            fetcher.get(f"http://127.0.0.1:{unused.getsockname()[1]}/")
    with pytest.raises(FetchLater, match="is not known"):
        fetcher.get("http://nowhere.invalid/")


def test_when_to_come_back_is_read_in_both_of_its_forms() -> None:
    assert retry_after("30") == 30
    assert retry_after(formatdate(1_000, usegmt=True), now=lambda: 940.0) == 60
    assert retry_after("999999999") == 86_400
    assert retry_after("soon") == retry_after("-5") == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.wire.example/a", "https://wire.example/b", True),
        ("https://m.wire.example/a", "http://amp.wire.example/b", True),
        ("https://news.wire.example/a", "https://wire.example/b", True),
        ("https://wire.example/a", "https://evilwire.example/b", False),
        ("https://wire.example/a", "https://example/b", False),
    ],
)
def test_a_page_may_speak_for_its_own_site_only(one: str, other: str, same: bool) -> None:
    assert same_site(one, other) is same is same_site(other, one)


def test_a_chain_of_redirects_has_one_time_whatever_is_asked_in_between(site: Site) -> None:
    for n in range(6):
        site.redirect(f"/{n}", f"/{n + 1}")
    site.add("/robots", "x")
    with Fetcher(Policy(allow_private=True, seconds=0.6)) as fetcher:

        def allowed(url: str) -> None:
            if not url.endswith("/0"):
                fetcher.get(f"{site.url}/robots")
                sleep(0.25)

        with pytest.raises(FetchLater, match="too long to answer"):
            fetcher.get(f"{site.url}/0", allowed=allowed)
    assert site.count("/5") == 0
