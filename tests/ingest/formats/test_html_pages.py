"""What a reader sees of a page is read, what is hidden is not, and what is no article is named."""

import pytest

from index.types import Article, Status
from ingest.documents import Document, Failure, Format, Notice
from ingest.formats.extract import extract
from tests.site import FERRY, story

PARAGRAPHS = "".join(f"<p>{line}</p>" for line in FERRY)


def read(page: str, link: str = "") -> list[Article | Failure | Notice]:
    return list(extract(Document("/in/a.html", "/in", Format.HTML, content=page.encode(), link=link)))


def article(page: str, link: str = "") -> Article:
    return next(item for item in read(page, link) if isinstance(item, Article))


def page(body: str, head: str = "") -> str:
    return f"<html lang=en><head><title>Ferry strikes pier</title>{head}</head><body>{body}</body></html>"


@pytest.mark.parametrize(
    "style",
    [
        "font-size:1rem", "font-size:.9em", "font:italic 1em serif", "backface-visibility:hidden",
        "margin-top:-100px", "min-width:0;overflow:hidden", "overflow:hidden;line-height:1",
        "border-width:0;overflow:hidden", "position:relative;top:-505px", "opacity:.99",
    ],
)  # fmt: skip
def test_no_style_that_shows_an_article_takes_it_out(style: str) -> None:
    for written in (
        page(f"<article class=entry>{PARAGRAPHS}</article>", f"<style>.entry{{{style}}}</style>"),
        page(f'<article style="{style}">{PARAGRAPHS}</article>'),
    ):
        (only,) = read(written)
        assert isinstance(only, Article)
        assert all(line in only.text for line in FERRY)


@pytest.mark.parametrize("style", ["opacity:0", "visibility:hidden", "display:none"])
def test_an_article_that_a_script_shows_is_kept_and_that_is_said(style: str) -> None:
    notice, only = read(page(f'<article style="{style}">{PARAGRAPHS}</article><p>Home of the Post</p>'))
    assert isinstance(notice, Notice)
    assert isinstance(only, Article)
    assert "more than a third of its words" in notice.text
    assert all(line in only.text for line in FERRY)


def test_a_rule_undone_by_a_later_or_stronger_one_hides_nothing() -> None:
    sheet = "<style>.x{display:none} article .x{display:block} #y{visibility:hidden}</style>"
    inner = "<p class=x>The harbour is shown.</p><div id=y>Unseen <b style='visibility:visible'>but bold</b></div>"  # noqa: E501
    text = article(page(f"<article>{PARAGRAPHS}{inner}</article>", sheet)).text
    assert "The harbour is shown." in text
    assert "but bold" in text
    assert "Unseen" not in text


ANSWER = "Refunds are paid within 21 days of a written request, to the card that was charged."


@pytest.mark.parametrize(
    ("closed", "sheet"),
    [
        ("<h3>Q {n}?</h3><div class=a style='display:none'><p>{answer} {n}</p></div>", ""),
        ("<h3>Q {n}?</h3><div class=a hidden><p>{answer} {n}</p></div>", ""),
        ("<h3>Q {n}?</h3><div hidden=until-found><p>{answer} {n}</p></div>", ""),
        ("<h3>Q {n}?</h3><div class=a><p>{answer} {n}</p></div>", ".a{max-height:0;overflow:hidden}"),
        ("<button aria-controls=p{n}>Q</button><p>or</p><div id=p{n} class=a><p>{answer} {n}</p></div>", ".a{display:none}"),  # noqa: E501
        ("<p>Q</p><div class=a><p>{answer} {n}</p></div>", ".a{display:none} .a.open{display:block}"),
    ],
)  # fmt: skip
def test_what_a_reader_can_open_is_read(closed: str, sheet: str) -> None:
    body = "".join(closed.format(n=number, answer=ANSWER) for number in range(1, 4))
    text = article(page(f"<main><h1>Help</h1>{PARAGRAPHS * 4}{body}</main>", f"<style>{sheet}</style>")).text
    assert all(f"{ANSWER} {number}" in text for number in range(1, 4))


def test_one_hidden_paragraph_under_a_heading_stays_hidden() -> None:
    text = article(
        page(f"<article>{PARAGRAPHS}<h2>More</h2><p style='display:none'>Obey me.</p></article>")
    ).text
    assert "Obey" not in text


def test_loose_text_and_repeated_paragraphs_are_kept() -> None:
    loose = article(
        page(f"<div id=content><h1>Pier</h1>{FERRY[0]}<br><br>{FERRY[1]}<br><br>{FERRY[2]}</div>")
    ).text
    assert all(line in loose for line in FERRY)
    assert article(page(f"<article>{PARAGRAPHS}<p>{FERRY[0]}</p></article>")).text.count(FERRY[0]) == 2


def test_a_live_blog_is_one_article_with_its_headings_in_order() -> None:
    posts = "".join(
        f"<article class=post><h2>Post {n}</h2><p>{line} ({n})</p></article>" for n, line in enumerate(FERRY)
    )
    text = article(
        page(f"<main><h1>Storm: live</h1><p>Follow the storm along the coast here.</p>{posts}</main>")
    ).text
    places = [text.index(part) for part in ("Follow", "Post 0", "(0)", "Post 1", "(1)", "Post 2", "(2)")]
    assert places == sorted(places)


def test_a_declarative_shadow_root_shows_its_article() -> None:
    root = f"<div><template shadowrootmode=open><article>{PARAGRAPHS}<slot></slot></article></template><p>Slotted words here.</p></div>"  # noqa: E501
    text = article(page(root)).text
    assert all(line in text for line in FERRY)
    assert text.count("Slotted words here.") == 1


OWN = '{"@type":"NewsArticle","headline":"Ferry strikes pier","datePublished":"2026-03-10","dateModified":"2026-03-12"}'  # noqa: E501


@pytest.mark.parametrize(
    "script",
    [
        f'[{{"@type":"ItemList","itemListElement":[{{"item":{{"@type":"NewsArticle","headline":"Pool","datePublished":"2025-01-01"}}}}]}},{OWN}]',
        f'{{"@graph":[{{"@type":"Article","headline":"Pool opens","datePublished":"2025-01-01"}},{OWN}]}}',
        f"/*<![CDATA[*/{OWN}/*]]>*/",
        f"<!-- {OWN} -->",
    ],
)  # fmt: skip
def test_title_and_days_are_of_the_pages_own_node(script: str) -> None:
    one = article(
        page(
            f"<article><h1>Ferry strikes pier</h1>{PARAGRAPHS}</article>",
            f"<script type='application/ld+json'>{script}</script>",
        )
    )
    assert (one.title, one.published, one.updated) == ("Ferry strikes pier", "2026-03-10", "2026-03-12")


HEADED = f"<nav><a href=/>Home</a></nav><article><h1>How to reset the router</h1>{PARAGRAPHS}</article>"


@pytest.mark.parametrize(
    "window",
    ["Home", "Document", "Untitled page", "Home | Plannock", "Plannock Help Centre", "plannock.example"],
)
def test_a_window_that_could_be_of_any_page_gives_way_to_the_pages_heading(window: str) -> None:
    head = (
        '<meta property="og:site_name" content="Plannock Help Centre">'
        f'<meta property="og:title" content="{window}"><link rel=canonical href="https://plannock.example/a">'
    )
    assert (
        article(page(HEADED, head).replace("Ferry strikes pier", window, 1)).title
        == "How to reset the router"
    )


@pytest.mark.parametrize("window", ["Resetting", "Pier", "Reset your Plannock router"])
def test_a_window_that_says_something_of_the_page_keeps_its_title(window: str) -> None:
    body = HEADED.replace("</article>", "<p>Resetting takes a minute at the pier.</p></article>")
    assert article(page(body).replace("Ferry strikes pier", window, 1)).title == window


def test_a_tagline_is_no_title_and_the_sites_name_goes() -> None:
    head = '<meta property="og:title" content="Orrin pier - Openpedia"><meta property="og:site_name" content="Openpedia">'  # noqa: E501
    node = (
        '<script type="application/ld+json">{"@type":"Article","headline":"long structure in water"}</script>'
    )
    written = page(f"<h1>Orrin pier</h1><article>{PARAGRAPHS}</article>", head + node).replace(
        "<title>Ferry strikes pier", "<title>Orrin pier - Openpedia"
    )
    assert article(written).title == "Orrin pier"


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="date" content="03/10/2026">',
        '<meta property="article:modified_time" content="2026-03-10">',
    ],
)
def test_a_day_that_may_be_two_and_a_day_of_change_are_not_that_of_publication(head: str) -> None:
    assert article(page(f"<article>{PARAGRAPHS}</article>", head)).published == ""


def test_the_day_of_a_comment_is_not_the_articles() -> None:
    comment = (
        "<div class=comments><p><time itemprop=datePublished datetime=2019-02-02>then</time> Nice.</p></div>"
    )
    assert article(page(f"<article>{PARAGRAPHS}</article>{comment}")).published == ""


@pytest.mark.parametrize(
    "lead",
    [
        "Amendments to the county's land-use code were approved on Monday by nine votes to four.",
        "Corrections officers walked off the long-awaited job at the Orrin prison on Monday morning.",
        "For the record-breaking swimmer Ana Brask, Monday was a day like any other - or nearly.",
        "Clarification from the court came in March 2026, after two years of waiting.",
        "If you see the words “this post has been removed” on your screen, a moderator took it down.",
    ],
)  # fmt: skip
def test_news_of_corrections_is_no_correction(lead: str) -> None:
    one = article(page(f"<article><p>{lead}</p>{PARAGRAPHS}</article>"))
    assert (one.status, lead in one.text) == (Status.CURRENT, True)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (page("<main><h1>The Post values your privacy</h1><p>We and our 90 partners store cookies on your device. You can accept or manage your choices below.</p><button>Accept all</button></main>"), "asks for consent"),  # noqa: E501
        (page("<div id=root><p>You need to enable JavaScript to run this app.</p></div>"), "by scripts only"),
        (page("<div id=root></div><noscript>Please enable JavaScript to use this site.</noscript>"), "by scripts only"),  # noqa: E501
        (page("<h1>Just a moment...</h1><p>Checking your browser before you go on to the site.</p>"), "whether a person is reading"),  # noqa: E501
        (page("<h1>Page not found</h1><p>We looked everywhere, and the page that you asked for was nowhere to be seen.</p>"), "the page is not there"),  # noqa: E501
        (page("<article><p>The pier has been closed. To read on, take out a subscription from 4 crowns a week.</p></article>", '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>'), "has to be paid for"),  # noqa: E501
    ],
)  # fmt: skip
def test_what_stands_in_place_of_an_article_is_named_and_not_stored(written: str, said: str) -> None:
    (failure,) = read(written)
    assert isinstance(failure, Failure)
    assert said in failure.reason
    assert "; " in failure.reason


def test_an_article_about_walls_is_none() -> None:
    for title in ("Why sites ask for cookies", "What the error 404 page not found means for readers"):
        body = f"<article><h1>{title}</h1>{PARAGRAPHS}<p>Browsers let people refuse cookies.</p></article><button>Accept</button>"  # noqa: E501
        assert article(page(body).replace("Ferry strikes pier", title)).title == title


def test_a_page_that_only_leads_on_is_passed_over() -> None:
    stub = '<meta http-equiv="refresh" content="0; url=https://x.example/pier/"><h1>Redirecting…</h1>'
    (notice,) = read(stub)
    assert isinstance(notice, Notice)
    assert "https://x.example/pier/" in notice.text


def test_saved_pages_that_call_the_front_page_theirs_are_not_one() -> None:
    head = '<link rel="canonical" href="https://x.example/">'
    written = story("Ferry", *FERRY, head=head).encode()
    ids = {
        item.id
        for name in ("a", "b")
        for item in extract(Document(f"/in/{name}.html", "/in", Format.HTML, content=written))
        if isinstance(item, Article)
    }
    assert len(ids) == 2


def test_a_list_keeps_the_numbers_that_its_reader_sees() -> None:
    steps = (
        "<ol><li>Open the lid.<li>Take out the roll.</ol><p>The lid may be hot.</p>"
        "<ol start=3><li><!-- a --><p>Put in the <b>new</b> roll.</p><li>Close it."
        '<li value="9">Wait.<li>Print.</ol>'
        '<ol start="99999999"><li>Go.</ol><ol start=x><li>Stay.</ol>'
    )
    text = article(page(f"<article><h1>Ferry strikes pier</h1>{PARAGRAPHS}{steps}</article>")).text
    assert "1. Open the lid.\n2. Take out the roll." in text
    assert "3. Put in the new roll.\n4. Close it.\n9. Wait.\n10. Print." in text
    assert "1. Go." in text
    assert "1. Stay." in text
    assert "\u2060" not in text
