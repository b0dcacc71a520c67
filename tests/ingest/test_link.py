"""One link, put on record at a person's word."""

import pytest

from index.store import Index
from ingest.fetch import Policy
from ingest.link import LinkResult, Outcome, put_link
from tests.site import FERRY, Site, story

OPEN = Policy(allow_private=True, seconds=10)


def told(result: LinkResult) -> tuple[Outcome, str]:
    return result.outcome, result.reason


def test_a_page_is_new_then_unchanged_then_changed(site: Site, index: Index) -> None:
    link = site.add("/ferry", story("Ferry strikes pier", *FERRY))
    first = put_link(index, link, OPEN)
    assert first.outcome is Outcome.NEW
    assert first.article is not None
    assert (first.article.title, first.article.url) == ("Ferry strikes pier", link)
    assert "Fourteen people were injured" in first.article.text
    assert "All rights" not in first.article.text
    assert put_link(index, link, OPEN).outcome is Outcome.UNCHANGED
    site.add(
        "/ferry", story("Ferry strikes pier", *FERRY, "The inquiry opens on the first day of next month.")
    )
    again = put_link(index, link, OPEN)
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
    result = put_link(index, site.add("/page", **{"body": "Nothing.", **page}), OPEN)
    assert result.outcome is outcome
    assert result.article is None
    assert reason in result.reason
    assert result.reason.endswith(".")


def test_a_private_address_and_a_password_are_refused(site: Site, index: Index) -> None:
    link = site.add("/ferry", story("Ferry", *FERRY))
    assert put_link(index, link).outcome is Outcome.REFUSED
    assert put_link(index, "http://ann:secret@wire.example/").outcome is Outcome.REFUSED
    assert site.connections == 0


def test_a_page_that_goes_away_leaves_its_article(site: Site, index: Index) -> None:
    link = site.add("/ferry", story("Ferry", *FERRY))
    put_link(index, link, OPEN)
    site.pages.clear()
    assert put_link(index, link, OPEN).outcome is Outcome.NOT_FOUND
    with index.catalog.read() as snapshot:
        assert snapshot.count()[0] == 1


def test_a_page_cannot_put_itself_in_the_place_of_another_sites_article(site: Site, index: Index) -> None:
    for number, stated in enumerate(("https://other.example/story", f"{site.url}/"), 1):
        head = f'<link rel="canonical" href="{stated}">'
        link = site.add(f"/{number}", story(f"Ferry {number}", *FERRY, head=head))
        article = put_link(index, link, OPEN).article
        assert article is not None
        assert article.url == link
