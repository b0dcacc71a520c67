"""One link, put on record at a person's word."""

import pytest

from index.store import Index
from index.types import Status
from ingest.add_link import LinkResult, Outcome, add_link
from ingest.web.fetcher import Policy
from tests.site import FERRY, Site, story

pytestmark = pytest.mark.slow

OPEN = Policy(allow_private=True, seconds=10)


def told(result: LinkResult) -> tuple[Outcome, str]:
    return result.outcome, result.reason


def test_a_page_is_new_then_unchanged_then_changed(site: Site, index: Index) -> None:
    link = site.add("/ferry", story("Ferry strikes pier", *FERRY))
    first = add_link(index, link, OPEN)
    assert first.outcome is Outcome.NEW
    assert first.article is not None
    assert (first.article.title, first.article.url) == ("Ferry strikes pier", link)
    assert "Fourteen people were injured" in first.article.text
    assert "All rights" not in first.article.text
    assert add_link(index, link, OPEN).outcome is Outcome.UNCHANGED
    site.add(
        "/ferry", story("Ferry strikes pier", *FERRY, "The inquiry opens on the first day of next month.")
    )
    again = add_link(index, link, OPEN)
    assert again.outcome is Outcome.CHANGED
    assert again.article is not None
    assert again.article.id == first.article.id


@pytest.mark.parametrize(
    ("page", "outcome", "reason"),
    [
        ({"status": 404}, Outcome.NOT_FOUND, "The page is not there"),
        ({"status": 403}, Outcome.UNREADABLE, "does not let it be read"),
        ({"status": 503}, Outcome.LATER, "try again later"),
        ({"kind": "image/png"}, Outcome.UNREADABLE, "image/png"),
        (
            {"body": "<html><body><div id=app></div><script>x=1</script></body></html>"},
            Outcome.UNREADABLE,
            "No article",
        ),
        ({"body": b"%PDF-1.7 broken", "kind": "application/pdf"}, Outcome.UNREADABLE, "damaged"),
        ({"body": b""}, Outcome.UNREADABLE, "empty page"),
    ],
)
def test_a_page_that_gives_no_article_says_why_in_a_sentence(
    site: Site, index: Index, page: dict[str, object], outcome: Outcome, reason: str
) -> None:
    result = add_link(index, site.add("/page", **{"body": "Nothing.", **page}), OPEN)
    assert result.outcome is outcome
    assert result.article is None
    assert reason in result.reason
    assert result.reason.endswith(".")


def test_a_private_address_and_a_password_are_refused(site: Site, index: Index) -> None:
    link = site.add("/ferry", story("Ferry", *FERRY))
    assert add_link(index, link).outcome is Outcome.REFUSED
    assert add_link(index, "http://ann:secret@wire.example/").outcome is Outcome.REFUSED
    assert site.connections == 0


def test_the_article_of_a_page_that_went_away_stays_marked_as_withdrawn(site: Site, index: Index) -> None:
    link = site.add("/ferry", story("Ferry strikes pier", *FERRY))
    add_link(index, link, OPEN)
    site.add("/ferry", "Gone.", status=410)
    for _ in range(2):
        gone = add_link(index, link, OPEN)
        assert gone.outcome is Outcome.NOT_FOUND
        assert "(410); “Ferry strikes pier” stays on record, marked as withdrawn." in gone.reason
    with index.catalog.read() as snapshot:
        (article,) = snapshot.articles()
    assert article.status is Status.WITHDRAWN
    assert article.note.count("The page was no longer there on") == 1
    site.add("/ferry", story("Ferry strikes pier", *FERRY))
    back = add_link(index, link, OPEN)
    assert back.outcome is Outcome.CHANGED
    assert back.article is not None
    assert back.article.status is not Status.WITHDRAWN


def test_an_article_that_another_page_gives_too_is_not_withdrawn_with_the_first(
    site: Site, index: Index
) -> None:
    head = f'<link rel="canonical" href="{site.url}/one">'
    links = [
        site.add(path, story("Ferry strikes pier", *FERRY, head=head)) for path in ("/one", "/one?from=x")
    ]
    for link in links:
        add_link(index, link, OPEN)
    site.add("/one", "Gone.", status=404)
    gone = add_link(index, links[0], OPEN)
    with index.catalog.read() as snapshot:
        (article,) = snapshot.articles()
    assert (gone.outcome, article.status is Status.WITHDRAWN) == (Outcome.NOT_FOUND, False)
    assert "another source gives it too" in gone.reason


def test_a_page_cannot_put_itself_in_the_place_of_another_sites_article(site: Site, index: Index) -> None:
    for number, stated in enumerate(("https://other.example/story", f"{site.url}/"), 1):
        head = f'<link rel="canonical" href="{stated}">'
        link = site.add(f"/{number}", story(f"Ferry {number}", *FERRY, head=head))
        article = add_link(index, link, OPEN).article
        assert article is not None
        assert article.url == link


@pytest.mark.parametrize(
    ("head", "walled"),
    [
        ('<script type="application/ld+json">{"isAccessibleForFree": false}</script>', True),
        ('<script type="application/ld+json">{"isAccessibleForFree":"False"}</script>', True),
        ('<meta itemprop="isAccessibleForFree" content="false">', True),
        ('<meta property="article:content_tier" content="locked">', True),
        ('<script type="application/ld+json">{"isAccessibleForFree": true}</script>', False),
        ('<meta property="article:content_tier" content="free">', False),
        ("", False),
    ],
)
def test_a_page_that_says_it_is_not_free_is_read_and_marked(
    site: Site, index: Index, head: str, walled: bool
) -> None:
    result = add_link(index, site.add("/ferry", story("Ferry strikes pier", *FERRY, head=head)), OPEN)
    assert (result.outcome, result.walled) == (Outcome.NEW, walled)
