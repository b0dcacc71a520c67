"""Every kind of file becomes an article with what it says of itself."""

import io
from datetime import datetime
from pathlib import Path

import docx
import pytest

from index.types import Article, Status
from ingest.documents import Failure, Format, Notice
from ingest.formats.corrections import split_corrections
from tests.ingest.formats.documents import TEXT, only, pdf, read, zipped
from tests.site import FERRY, story


def test_a_pdf_gives_its_text_without_running_lines() -> None:
    matters = ["ferries", "piers", "fog", "boats", "tides"]
    pages = [
        f"The Harbour Herald\nThis page is about {it}.\nIt says more.\n{n}" for n, it in enumerate(matters, 1)
    ]
    article = only(Format.PDF, pdf(*pages))
    assert (article.title, article.authors, article.published) == (
        "Ferry strikes pier",
        ("Ada Fenwick",),
        "2026-03-12",
    )
    assert "This page is about fog." in article.text
    assert "Herald" not in article.text
    assert article.text.count("It says more.") == 5


def test_a_pdf_without_text_says_so() -> None:
    (failure,) = read(Format.PDF, pdf(""))
    assert isinstance(failure, Failure)
    assert "OCR" in failure.reason


def test_a_word_document_keeps_lists_and_tables_in_their_places() -> None:
    file = io.BytesIO()
    made = docx.Document()
    made.core_properties.author = "Ada Fenwick"
    made.core_properties.created = datetime(2026, 3, 12)  # noqa: DTZ001
    made.add_heading("Ferry strikes pier", 0)
    made.add_paragraph(FERRY[0])
    made.add_paragraph("Two in hospital", style="List Bullet")
    table = made.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Injured", "14"
    made.add_paragraph(FERRY[1])
    made.save(file)
    article = only(Format.DOCX, file.getvalue())
    assert article.title == "Ferry strikes pier"
    assert article.authors == ("Ada Fenwick",)
    assert article.published == "2026-03-12"
    assert article.text == f"{FERRY[0]}\n\n- Two in hospital\n\nInjured | 14\n\n{FERRY[1]}"


def test_an_e_book_is_read_in_its_order() -> None:
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        "<dc:title>The Ferry</dc:title><dc:creator>Ada Fenwick</dc:creator><dc:date>2026-03-12</dc:date></metadata>"
        '<manifest><item id="a" href="a.xhtml"/><item id="b" href="b.xhtml"/></manifest>'
        '<spine><itemref idref="b"/><itemref idref="a"/></spine></package>'
    )
    book = zipped(
        **{
            "META-INF__container_xml": '<container><rootfiles><rootfile full-path="in/book.opf"/></rootfiles></container>',
            "in__book_opf": package,
            "in__a_xhtml": "<html><body><h1>Two</h1><p>The second.</p></body></html>",
            "in__b_xhtml": "<html><head><title>x</title></head><body><p>The <b>first</b>.</p></body></html>",
        }
    )
    article = only(Format.EPUB, book)
    assert (article.title, article.authors) == ("The Ferry", ("Ada Fenwick",))
    assert article.text == "The first.\n\nTwo\n\nThe second."


@pytest.mark.parametrize("name", ["a.tar.gz", "A.TGZ", "b.warc.gz", "c.mht", "d.eml"])
def test_formats_are_known_by_their_endings(name: str) -> None:
    assert Format.of(name) is not None
    assert Format.of(Path(name).suffix) is None


def hidden(inside: str, head: str = "") -> str:
    inside = (
        inside if inside.startswith(("<div", "<table", "<p", "<template")) else f"<p>Here {inside} is.</p>"
    )
    page = story("Ferry", *FERRY, head=head).replace("</article>", f"{inside}</article>")
    return only(Format.HTML, page.encode()).text


@pytest.mark.parametrize(
    "markup",
    [
        '<span style="display:none">SECRET</span>',
        '<span style="DISPLAY : none !important">SECRET</span>',
        '<div style="visibility:hidden"><b>SECRET</b></div>',
        '<span style="font-size:0px">SECRET</span>',
        '<span style="font-size: 0.1em">SECRET</span>',
        '<span style="font-size:1px">SECRET</span>',
        '<font color="white">SECRET</font>',
        '<font color="#FFF">SECRET</font>',
        '<span style="color: #ffffff">SECRET</span>',
        '<span style="color:#123456;background:#123456">SECRET</span>',
        '<table bgcolor="#000000"><tr><td><font color="black">SECRET</font></td></tr></table>',
        '<span style="opacity:0">SECRET</span>',
        '<span style="position:absolute; left:-9999px">SECRET</span>',
        '<p style="text-indent:-9999px">SECRET</p>',
        '<div style="height:0;overflow:hidden">SECRET</div>',
        "<span hidden>SECRET</span>",
        "<template>SECRET</template><noscript>SECRET</noscript>",
        "<!-- SECRET -->",
        '<input type="hidden" value="SECRET">',
        '<span class="gone">SECRET</span>',
        '<span id="gone">SECRET</span>',
        "S\u200bE\u2060C\ufeffR\u00adET",
    ],
)
def test_what_a_reader_cannot_see_is_no_part_of_the_article(markup: str) -> None:
    text = hidden(markup, "<style>.gone, #gone { display: none }</style>")
    assert FERRY[2] in text
    if "\u200b" in markup:
        assert "SECRET" in text
        assert "\u200b" not in text
    else:
        assert "SECRET" not in text


@pytest.mark.parametrize(
    "markup",
    [
        '<span style="font-size:10px">shown</span>',
        '<span style="font-size:1.2em">shown</span>',
        '<span style="opacity:0.8">shown</span>',
        '<font color="black">shown</font>',
        '<div style="background:#000"><span style="color:#fff">shown</span></div>',
        '<div class="dark"><span style="color:#fff">shown</span></div>',
        '<span class="print">shown</span>',
    ],
)
def test_what_a_reader_can_see_stays(markup: str) -> None:
    assert "shown" in hidden(
        f"The word {markup} is here.", "<style>@media print { .print { display: none } }</style>"
    )


@pytest.mark.parametrize(
    ("note", "status"),
    [
        (
            "Correction: An earlier version of this article said that 12 were injured. It was 14.",
            Status.CORRECTED,
        ),
        ("This article was amended on 4 March 2026 to correct the number of injured.", Status.CORRECTED),
        ("Corrected on 4 March 2026: the pier is the north one.", Status.CORRECTED),
        ("Retraction: the account of the captain could not be verified.", Status.WITHDRAWN),
        ("This story has been withdrawn because its source could not be verified.", Status.WITHDRAWN),
        ("Editor's note: This account was first published in the Tuesday edition.", Status.CURRENT),
    ],
)
def test_what_a_publisher_says_of_an_article_is_its_status_and_not_its_text(
    note: str, status: Status
) -> None:
    article = only(Format.HTML, story("Ferry", *FERRY, note).encode())
    assert (article.status, article.note) == (status, note)
    assert article.text == TEXT


def test_a_sentence_about_corrections_is_no_correction() -> None:
    text = "\n\n".join([*FERRY, "The minister made a correction of his course.", *FERRY, *FERRY, *FERRY])
    assert split_corrections(text) == (text, Status.CURRENT, "")


def test_the_language_is_told_where_there_are_words_enough() -> None:
    german = "Die Fähre rammte am Dienstagmorgen im dichten Nebel den Nordpier, und vierzehn Menschen wurden dabei verletzt."
    assert only(Format.TEXT, german.encode()).language == "de"
    assert only(Format.TEXT, TEXT.encode()).language == "en"
    assert only(Format.TEXT, b"Fog.").language == ""


@pytest.mark.parametrize(
    ("form", "data", "reason"),
    [
        (Format.TEXT, b"The ferry left. " * 200_000, "more than 2,000,000 characters"),
        (Format.MARKDOWN, b"The ferry left. " * 200_000, "more than 2,000,000 characters"),
        (Format.HTML, story("Long", "The ferry left. " * 200_000).encode(), "more than 2,000,000 characters"),
    ],
)
def test_an_article_has_a_longest_text(form: Format, data: bytes, reason: str) -> None:
    (failure,) = read(form, data)
    assert isinstance(failure, Failure)
    assert reason in failure.reason


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"text": "a", "note": "%s"}' % (b"n " * 20_000), "note: it is longer than 20,000"),
        (b'{"text": "a", "authors": [%s"z"]}' % (b'"y",' * 1_000), "authors: it lists more than 1,000"),
    ],
)
def test_a_note_or_list_of_authors_that_is_too_long_is_left_out(data: bytes, said: str) -> None:
    article, notice = read(Format.JSON, data)
    assert isinstance(article, Article)
    assert (article.note, article.authors) == ("", ())
    assert isinstance(notice, Notice)
    assert said in notice.text
