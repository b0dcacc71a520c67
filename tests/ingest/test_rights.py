"""Nobody takes the place of somebody else's article: no page, no feed, no archive, no second file."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.store import Batch, Index
from index.types import Article
from ingest.add_link import Outcome, add_link
from ingest.documents import WebSource
from ingest.options import Options
from ingest.pipeline import ingest
from ingest.progress import Summary
from ingest.sources.files import find
from ingest.web.fetcher import Policy
from ingest.web.politeness import Politeness
from tests.site import FERRY, Site, running, story

pytestmark = pytest.mark.slow

POLICY = Policy(allow_private=True, seconds=10)
FALSE = "The ferry never struck anything, and nobody at all was hurt on that day in Orrinmouth."
JSON = "application/json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def other() -> Iterator[Site]:
    """Another site, which is not to be trusted with what is on the first one."""
    with running() as opened:
        yield opened


def run(index: Index, *targets: str | Path | WebSource, prune: bool = False, most: int = 1_000) -> Summary:
    named = [str(one) for one in targets if not isinstance(one, WebSource)]
    options = Options(prune=prune, most_of_page=most, policy=POLICY, manners=Politeness(delay=0.0, at_once=4))
    links = [one for one in targets if isinstance(one, WebSource)]
    return ingest(index, [*(find(named) if named else ()), *links], options=options)


def stored(index: Index) -> list[Article]:
    with index.catalog.read() as snapshot:
        return list(snapshot.articles())


def honest(site: Site, index: Index) -> Article:
    """An article on record, as its own page gives it."""
    link = site.add("/ferry", story("Ferry strikes pier", *FERRY))
    assert run(index, link).new == 1
    (article,) = stored(index)
    return article


def stands(article: Article, index: Index) -> bool:
    return index.find_article(article.id) == article and index.verify() == []


def claiming(article: Article) -> dict[str, tuple[str, bytes]]:
    """What a page may send to be taken for an article, with its kind."""
    stated = [{"id": article.id}, {"url": article.url}, {"id": article.id, "url": article.url}]
    fields = [{**one, "title": "Nothing happened", "source": "The Liar", "text": FALSE} for one in stated]
    head = "\n".join(f"{name}: {value}" for name, value in fields[2].items() if name != "text")
    mail = f"From: a@b.example\nMessage-ID: {article.id}\nSubject: Nothing\n\n{FALSE}"
    page = story("Nothing happened", FALSE, FALSE, head=f'<link rel="canonical" href="{article.url}">')
    snapshot = f"Snapshot-Content-Location: {article.url}\nContent-Type: text/html\n\n{page}"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.json", json.dumps(fields))
        archive.writestr("b.md", f"---\n{head}\n---\n{FALSE}")
    warc = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}".encode()
    record = (
        (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {article.url}\r\n"
            "WARC-Record-ID: <urn:uuid:1>\r\n"
            "WARC-Date: 2026-03-03T00:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(warc)}\r\n\r\n"
        ).encode()
        + warc
        + b"\r\n\r\n"
    )
    return {
        "a.json": (JSON, json.dumps(fields[2]).encode()),
        "list.json": (JSON, json.dumps(fields).encode()),
        "a.jsonl": ("application/x-ndjson", "\n".join(map(json.dumps, fields)).encode()),
        "a.md": ("text/markdown", f"---\n{head}\n---\n{FALSE}".encode()),
        "a.html": ("text/html", page.encode()),
        "a.eml": ("", mail.encode()),
        "a.mhtml": ("", snapshot.encode()),
        "a.zip": ("application/octet-stream", packed.getvalue()),
        "a.warc": ("application/octet-stream", record),
    }


KINDS = ("a.json", "list.json", "a.jsonl", "a.md", "a.html", "a.eml", "a.mhtml", "a.zip", "a.warc")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", ["a link", "a list", "a person"])
def test_no_page_of_another_site_takes_an_article_over(
    site: Site, other: Site, index: Index, kind: str, how: str
) -> None:
    article = honest(site, index)
    media, body = claiming(article)[kind]
    link = other.add(f"/{kind}", body, kind=media)
    if how == "a person":
        add_link(index, link, POLICY)
    elif how == "a list":
        run(index, WebSource(other.add("/list", f"{link}\n{link}?2\n", kind="text/plain"), "list"))
    else:
        run(index, link)
    assert stands(article, index)
    others = [one for one in stored(index) if one.id != article.id]
    assert others
    assert all(one.url.startswith(other.url) for one in others)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "a.eml"])
@pytest.mark.parametrize("first", ["the page", "who claims it", "both at once"])
def test_on_one_site_the_page_at_the_address_itself_has_the_last_word(
    site: Site, index: Index, kind: str, first: str
) -> None:
    page = site.add("/ferry", story("Ferry strikes pier", *FERRY))
    article = Article("0" * 16, "", url=page)
    media, body = claiming(article)[kind]
    claims = site.add(f"/{kind}", body, kind=media)
    if first == "both at once":
        run(index, WebSource(claims), WebSource(page))
    else:
        for link in (page, claims) if first == "the page" else (claims, page):
            run(index, link)
    for _ in range(2):
        (kept,) = [one for one in stored(index) if one.url == page]
        assert "Fourteen people" in kept.text
        run(index, claims, page)
    assert index.verify() == []


def test_a_page_that_is_refused_is_named_each_time_and_taken_once_the_other_is_gone(
    site: Site, index: Index, tmp_path: Path
) -> None:
    page = site.add("/ferry", story("Ferry strikes pier", *FERRY), etag='"1"')
    run(index, page)
    file = tmp_path / "in" / "ferry.md"
    file.parent.mkdir()
    file.write_text(f"---\nurl: {page}\n---\nOur own account of the ferry.")
    assert run(index, file.parent).failures == []
    assert [one.text for one in stored(index)] == ["Our own account of the ferry."]
    for _ in range(2):
        (failure,) = run(index, page).failures
        assert str(file) in failure.reason
    file.unlink()
    (file.parent / "else.md").write_text("Something else.")
    run(index, file.parent, prune=True)
    assert run(index, page).new == 1


def test_a_redirect_gives_no_right_to_what_it_led_to(site: Site, other: Site, index: Index) -> None:
    page = site.add("/ferry", story("Ferry strikes pier", *FERRY))
    for status in (301, 302):
        lure = other.redirect(f"/{status}", page, status)
        run(index, lure)
        (article,) = stored(index)
        assert article.url == page
        other.add(f"/{status}", story("Ferry strikes pier", *FERRY))
        run(index, lure)
        other.add(f"/{status}", story("Nothing happened", FALSE, FALSE))
        run(index, lure)
        run(index, page)
        kept = [one for one in stored(index) if one.url == page]
        assert [one.title for one in kept] == ["Ferry strikes pier"]
        assert all(one.url == lure for one in stored(index) if one.title == "Nothing happened")
        for one in stored(index):
            with index.session() as session:
                session.publish(Batch(removed=(one.id,)))


def test_a_feed_says_nothing_of_the_pages_of_another_site(site: Site, other: Site, index: Index) -> None:
    page = site.add("/ferry", story("Ferry strikes pier", *FERRY))
    closed = site.add("/closed", "No.", status=403)
    items = "".join(
        f"<item><title>Nothing happened</title><link>{link}</link><pubDate>Tue, 03 Mar 2020 08:30:00 +0100"
        f"</pubDate><description>{FALSE}</description></item>"
        for link in (page, f"{page}?utm_source=liar", closed)
    )
    feed = other.add("/feed", f"<rss version='2.0'><channel><title>The Liar</title>{items}</channel></rss>")
    run(index, page)
    (article,) = stored(index)
    summary = run(index, WebSource(feed, "feed"))
    assert stored(index) == [article]
    assert {failure.origin for failure in summary.failures} == {closed}
    site.add("/ferry", "No.", status=403)
    run(index, WebSource(feed, "feed"))
    assert stored(index) == [article]


def test_one_link_gives_a_limited_number_of_articles(site: Site, index: Index) -> None:
    many = json.dumps([{"text": f"The ferry number {number} left."} for number in range(60)])
    link = site.add("/many.json", many, kind=JSON)
    result = add_link(index, link, POLICY)
    assert result.outcome is Outcome.UNREADABLE
    assert "more than 20 articles" in result.reason
    assert len(stored(index)) == 20
    (failure,) = run(index, link, most=50).failures
    assert "more than 50 articles" in failure.reason
    assert len(stored(index)) == 50
    assert run(index, link).failures == []
    assert len(stored(index)) == 60


def test_a_person_is_told_how_many_articles_a_page_gave(site: Site, index: Index) -> None:
    few = json.dumps([{"id": name, "text": f"The ferry {name} left."} for name in "abc"])
    result = add_link(index, site.add("/few.json", few, kind=JSON), POLICY)
    assert (result.outcome, result.more) == (Outcome.NEW, 2)


@pytest.mark.parametrize("later_goes", [True, False])
def test_of_two_files_with_one_id_the_second_is_called_by_its_place_and_neither_is_lost(
    index: Index, folder: Path, later_goes: bool
) -> None:
    first, second = folder / "first.md", folder / "second.md"
    first.write_text("---\nid: same\n---\nThe first account.")
    assert run(index, folder).new == 1
    second.write_text("---\nid: same\n---\nThe second account.")
    summary = run(index, second)
    assert [(one.origin, "another file has the id 'same'" in one.text) for one in summary.notices] == [
        (str(second), True)
    ]
    assert run(index, folder).failures == []
    assert sorted(one.text for one in stored(index)) == ["The first account.", "The second account."]
    (second if later_goes else first).unlink()
    assert run(index, folder, prune=True).failures == []
    left = "The first account." if later_goes else "The second account."
    assert [one.text for one in stored(index)] == [left]
    assert index.verify() == []


def test_an_article_that_moved_to_another_file_is_taken_from_there(index: Index, folder: Path) -> None:
    (folder / "b.md").write_text("---\nid: one\n---\nThe first account.")
    run(index, folder)
    (folder / "b.md").write_text("---\nid: two\n---\nSomething else.")
    (folder / "a.md").write_text("---\nid: one\n---\nThe second account.")
    assert run(index, folder).failures == []
    assert sorted(one.text for one in stored(index)) == ["Something else.", "The second account."]


def test_who_lost_an_article_to_another_is_read_again(index: Index, folder: Path) -> None:
    first, second = folder / "first" / "a.jsonl", folder / "second" / "b.jsonl"
    for file in (first, second):
        file.parent.mkdir()
    line = json.dumps({"id": "same", "text": "The first account."})
    first.write_text(line + "\n")
    run(index, first.parent)
    # Both change; the second is read while the first has not been read again.
    first.write_text(line + "\n" + json.dumps({"id": "more", "text": "More."}) + "\n")
    second.write_text(json.dumps({"id": "same", "text": "The second account."}) + "\n")
    assert run(index, second.parent).changed == 1
    assert len(run(index, first.parent).failures) == 1
    second.unlink()
    assert run(index, first.parent).changed == 1
    assert sorted(one.text for one in stored(index)) == ["More.", "The first account."]


def test_a_document_that_an_earlier_version_forgot_to_read_again_is_read(index: Index, folder: Path) -> None:
    (folder / "a.md").write_text("---\nid: same\n---\nThe first account.")
    run(index, folder)
    with index.session() as session:
        session.publish(Batch(removed=("same",)))
    with index.catalog.write() as change:
        change.record_document(
            str(folder / "a.md"), str(folder), next(iter(find([str(folder)]))).digest(), ()
        )
    assert run(index, folder).new == 1
