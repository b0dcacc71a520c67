"""An answer for a draft: what programs read can be read again, and prose says what the style wants."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pybtex.database import parse_string

from bot.citing.draft import draft
from bot.citing.sources import author_of, cited_sources
from bot.citing.styles import STYLES
from bot.types import Answer, Citation, Outcome, Quote, Sentence
from bot.web_address import web_address
from index.types import Article, Page, Query, Status

# All that can be stored: no controls, which an article's text is cleaned of when it is read.
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=40)
NAMES = st.lists(TEXT.filter(str.strip), max_size=3).map(tuple)
ARTICLES = st.builds(
    Article,
    id=st.sampled_from("abc"),
    text=st.just(""),
    title=TEXT,
    source=TEXT,
    authors=NAMES,
    url=TEXT | TEXT.map(lambda path: f"https://herald.example/{path}"),
    published=st.sampled_from(["", "2026-03-12", "2026-03-13T08:30:00+01:00"]),
    status=st.sampled_from(Status),
    note=TEXT,
)
QUOTES = st.builds(Quote, ARTICLES, st.just(0), st.just(1), TEXT)


def answered(*quotes: Quote) -> Answer:
    citations = tuple(Citation(n, quote) for n, quote in enumerate(quotes, start=1))
    said = tuple(Sentence(f"Sentence {one.n}.", (one,)) for one in citations)
    return Answer(Query("Why?"), Outcome.ANSWERED, said)


def plain(text: str) -> str:
    return " ".join(text.split())


def untexed(text: str) -> str:
    """What TeX would set."""
    for written, meant in (
        (r"\textbraceleft{}", "{"), (r"\textbraceright{}", "}"), (r"\textasciitilde{}", "~"),
        (r"\textasciicircum{}", "^"), *((f"\\{one}", one) for one in "&%$#_"), (r"\textbackslash{}", "\\"),
    ):  # fmt: skip
        text = text.replace(written, meant)
    return text


@settings(max_examples=30)
@given(st.lists(QUOTES, min_size=1, max_size=4))
def test_every_bibtex_entry_is_read_again_with_title_outlet_and_day(quotes: Sequence[Quote]) -> None:
    answer = answered(*quotes)
    sources = cited_sources(answer.citations)
    read = parse_string(draft(answer, "bibtex"), "bibtex").entries
    assert len(read) == len(sources)
    for entry, source in zip(read.values(), sources, strict=True):
        fields = entry.fields
        assert plain(untexed(fields.get("title", "{}")[1:-1])) == source.title
        assert plain(untexed(fields.get("journal", ""))) == source.outlet
        assert fields.get("date", "") == source.article.published[:10]
        assert fields.get("url", "") == source.url
        assert len(entry.persons.get("author", ())) == len(source.authors)


@settings(max_examples=30)
@given(st.lists(QUOTES, min_size=1, max_size=4))
def test_every_ris_record_is_read_again_with_title_outlet_day_and_quotes(quotes: Sequence[Quote]) -> None:
    answer = answered(*quotes)
    sources = cited_sources(answer.citations)
    read: list[dict[str, Any]] = rispy.loads(draft(answer, "ris"))
    assert len(read) == len(sources)
    for record, source in zip(read, sources, strict=True):
        assert record["type_of_reference"] == "NEWS"
        assert record.get("title", record.get("primary_title", "")) == source.title
        assert record.get("secondary_title", "") == source.outlet
        assert record.get("date", "").strip("/").replace("/", "-") == source.article.published[:10]
        assert record.get("authors", []) == [one.inverted for one in source.authors]
        quoted = {plain(f"“{one.quote.text}”") for one in source.citations}
        assert quoted <= {plain(note) for note in record["notes"]}


@settings(max_examples=30)
@given(st.lists(QUOTES, min_size=1, max_size=3))
def test_nothing_in_an_article_becomes_markup_of_the_draft(quotes: Sequence[Quote]) -> None:
    answer = answered(*quotes)
    # Without the marks of footnotes, which CommonMark alone has none of.
    html = MarkdownIt("commonmark").render(re.sub(r"\[\^\d+\](: )?", "", draft(answer, "markdown")))
    for tag in ("<h", "<ul", "<ol", "<em", "<strong", "<code", "<pre", "<blockquote", "<img", "<hr", "<br"):
        assert tag not in html
    links = html.count("<a href=")
    assert links <= len(answer.citations)
    assert html.count('<a href="http') == links


@settings(max_examples=30)
@given(st.lists(QUOTES, min_size=1, max_size=3), st.sampled_from(STYLES))
def test_every_style_gives_each_source_and_nothing_empty(quotes: Sequence[Quote], style: str) -> None:
    written = draft(answered(*quotes), style)
    assert written.strip()
    assert ", ," not in written.replace("“", "").replace("”", "") or any(", ," in str(one) for one in quotes)
    assert "None" not in written or any("None" in str(one) for one in quotes)


FERRY = Article(
    "ferry",
    "",
    title="Ferry strikes pier",
    source="Northshore Wire",
    authors=("Ada Fenwick", "Tom van der Berg"),
    url="https://northshore.example/ferry",
    published="2026-03-03T08:00:00+00:00",
)


@pytest.mark.parametrize(
    ("style", "reference"),
    [
        (
            "footnotes",
            "[1] Northshore Wire, “Ferry strikes pier”, 3 March 2026. https://northshore.example/ferry",
        ),
        (
            "chicago",
            "[1] Ada Fenwick and Tom van der Berg, “Ferry strikes pier,” Northshore Wire, March 3, 2026, "
            "https://northshore.example/ferry.",
        ),
        (
            "apa",
            "[1] Fenwick, A., & van der Berg, T. (2026, March 3). Ferry strikes pier. Northshore Wire. "
            "https://northshore.example/ferry",
        ),
        (
            "mla",
            "[1] Fenwick, Ada, and Tom van der Berg. “Ferry strikes pier.” Northshore Wire, 3 Mar. 2026, "
            "https://northshore.example/ferry.",
        ),
    ],
)
def test_a_style_names_authors_title_outlet_day_and_address_in_its_own_order(
    style: str, reference: str
) -> None:
    assert draft(answered(Quote(FERRY, 0, 8, "It sank.")), style).splitlines()[-1] == reference


def test_an_article_without_author_or_day_begins_with_its_title_once() -> None:
    bare = answered(Quote(Article("a", "", title="Who pays?", source="Herald"), 0, 1, "x"))
    last = {style: draft(bare, style).splitlines()[-1] for style in ("chicago", "apa", "mla")}
    assert last == {
        "chicago": "[1] “Who pays?” Herald, n.d.",
        "apa": "[1] Who pays? (n.d.). Herald.",
        "mla": "[1] “Who pays?” Herald, n.d.",
    }


def test_a_withdrawn_article_is_cited_as_one_with_the_publishers_words() -> None:
    gone = Article(
        "a", "", title="Radio log", updated="2026-03-11", status=Status.WITHDRAWN, note="It was not so."
    )
    for style in STYLES:
        written = draft(answered(Quote(gone, 0, 1, "x")), style)
        assert "ithdrawn 11 March 2026" in written, style


def test_the_numbers_and_pages_of_all_quotes_of_an_article_stand_before_it() -> None:
    report = Article(
        "r",
        "abcd",
        title="Report",
        url="https://a.example/r.pdf",
        pages=(Page(4, 0), Page(5, 2, recognised=True)),
    )
    written = draft(answered(Quote(report, 0, 1, "a"), Quote(report, 2, 3, "c")), "footnotes")
    assert "[1][2] “Report”, p. 4, p. 5, by text recognition. https://a.example/r.pdf#page=4" in written


def test_names_of_organisations_are_not_turned_round() -> None:
    inverted = {
        "Ada Fenwick": "Fenwick, Ada",
        "Fenwick, Ada": "Fenwick, Ada",
        "Ludwig van Beethoven": "van Beethoven, Ludwig",
        "Associated Press": "Associated Press",
        "The Herald newsroom": "The Herald newsroom",
        "Prince": "Prince",
        "Ministry of Roads and Bridges in Kesterbridge": "Ministry of Roads and Bridges in Kesterbridge",
    }
    assert {name: author_of(name).inverted for name in inverted} == inverted


@given(TEXT)
def test_a_web_address_has_nothing_that_ends_it_early(url: str) -> None:
    for given_url in (url, f"https://a.example/{url}"):
        address = web_address(given_url)
        assert not set(address) & set(' <>"\\{}|^`\n')
        assert not address or address.startswith(("http://", "https://"))
