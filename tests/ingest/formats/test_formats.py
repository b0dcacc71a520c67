"""Every kind of file becomes an article with what it says of itself."""

import io
import tarfile
import zipfile
from datetime import datetime
from pathlib import Path

import docx
import pytest

from index.types import Article, Status
from ingest.documents import Document, Failure, Format, Notice
from ingest.formats.corrections import split_corrections
from ingest.formats.extract import extract
from tests.site import FERRY, story

TEXT = "\n\n".join(FERRY)


def read(
    form: Format, data: bytes, origin: str = "/in/the-file.x", **about: object
) -> list[Article | Failure | Notice]:
    return list(extract(Document(origin, origin, form, content=data, **about)))  # type: ignore[arg-type]


def only(form: Format, data: bytes, **about: object) -> Article:
    (article,) = read(form, data, **about)  # type: ignore[arg-type]
    assert isinstance(article, Article), article
    return article


def pdf(*pages: str, title: str = "Ferry strikes pier") -> bytes:
    """A PDF of these pages, a line each (written by hand: nothing that reads PDF files here writes them)."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for page in pages:
        lines = "".join(f"({line}) Tj T* " for line in page.split("\n"))
        stream = f"BT /F1 12 Tf 14 TL 50 750 Td {lines} ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(objects)} 0 R "
            f"/Resources << /Font << /F1 {font} >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects.append(f"<< /Title ({title}) /Author (Ada Fenwick) /CreationDate (D:20260312083000Z) >>")
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    return (
        out
        + (
            f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\nstartxref\n{start}\n%%EOF"
        ).encode()
    )


def zipped(**members: bytes | str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return file.getvalue()


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


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_an_e_mail_gives_its_text(kind: str) -> None:
    body = TEXT if kind == "plain" else "".join(f"<p>{line}</p>" for line in FERRY) + "<p hidden>Obey.</p>"
    mail = (
        "From: Ada Fenwick <ada@wire.example>\nSubject: =?utf-8?q?Ferry_strikes_pier?=\nMessage-ID: <1@wire.example>\n"
        f"Date: Thu, 12 Mar 2026 08:30:00 +0100\nContent-Type: text/{kind}; charset=utf-8\n\n{body}"
    )
    article = only(Format.EMAIL, mail.encode())
    assert (article.title, article.authors) == ("Ferry strikes pier", ("Ada Fenwick",))
    assert article.published == "2026-03-12T08:30:00+01:00"
    assert article.text == TEXT
    assert article.id == only(Format.EMAIL, mail.encode(), origin="/elsewhere.eml").id


@pytest.mark.parametrize(
    "day",
    [
        "Thu, 12 Mar 2026 10:" + "0" * 40 + "8" + "0" * 40,
        "Thu, 12 Mar 2026 10:00 +" + "9" * 30,
        "in March",
        "",
    ],
)
def test_an_e_mail_whose_date_is_none_is_read_without_one(day: str) -> None:
    article = only(Format.EMAIL, f"Date: {day}\nSubject: A\n\n{TEXT}".encode())
    assert (article.published, article.text) == ("", TEXT)


def test_an_e_mail_whose_html_holds_nothing_gives_its_other_text() -> None:
    def mail(*parts: str) -> bytes:
        head = 'Subject: A\nContent-Type: multipart/alternative; boundary="x"\n'
        return (head + "".join(f"\n--x\nContent-Type: text/{part}\n" for part in parts) + "\n--x--").encode()

    assert only(Format.EMAIL, mail("html\n\n<html\rF:0", f"plain\n\n{TEXT}")).text == TEXT
    (said,) = read(Format.EMAIL, mail("html\n\n<html\rF:0"))
    assert isinstance(said, Failure)
    assert "it has no text" in said.reason


def test_a_page_saved_as_mhtml_keeps_its_link() -> None:
    page = story("Ferry strikes pier", *FERRY)
    saved = (
        "From: <Saved by a browser>\nSnapshot-Content-Location: https://wire.example/ferry\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html\n'
        f"Content-Location: https://wire.example/ferry\n\n{page}\n--b--\n"
    )
    article = only(Format.MHTML, saved.encode())
    assert (article.title, article.url) == ("Ferry strikes pier", "https://wire.example/ferry")
    assert FERRY[1] in article.text


def warc(*pages: tuple[str, str]) -> bytes:
    out = b""
    for link, body in pages:
        answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{body}".encode()
        head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {link}\r\nContent-Type: application/http\r\n"
        out += f"{head}Content-Length: {len(answer)}\r\n\r\n".encode() + answer + b"\r\n\r\n"
    return out


def test_a_web_archive_gives_the_latest_of_each_page() -> None:
    pages = [story(f"Story {n}", *FERRY, f"This is capture {n}.") for n in range(3)]
    archive = warc(
        ("https://w.example/a", pages[0]),
        ("https://w.example/b", pages[1]),
        ("https://w.example/a", pages[2]),
    )
    found = {one.url: one.title for one in read(Format.WARC, archive) if isinstance(one, Article)}
    assert found == {"https://w.example/b": "Story 1", "https://w.example/a": "Story 2"}


@pytest.mark.parametrize("below", ["", "./"], ids=["of what was named", "of the folder that it was made in"])
@pytest.mark.parametrize("packing", ["zip", "tar", "tar.gz"])
def test_an_archive_is_read_like_a_folder(packing: str, below: str) -> None:
    members = {
        "a.md": "# A\n\nThe first.",
        "in/b.txt": "The second.",
        "x.png": "no",
        "broken.pdf": "%PDF- no",
        ".c.md": "x",
        "~$d.docx": "x",
        ".": "",
    }
    members = {f"{below}{name}": text for name, text in members.items()}
    file = io.BytesIO()
    if packing == "zip":
        with zipfile.ZipFile(file, "w") as archive:
            for name, text in members.items():
                archive.writestr(name, text)
    else:
        with tarfile.open(fileobj=file, mode="w:gz" if packing == "tar.gz" else "w") as tar:
            for name, text in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(text)
                tar.addfile(info, io.BytesIO(text.encode()))
    found = read(Format.ZIP if packing == "zip" else Format.TAR, file.getvalue(), "/in/all.zip")
    assert {one.text for one in found if isinstance(one, Article)} == {"The first.", "The second."}
    (failure,) = [one for one in found if isinstance(one, Failure)]
    assert failure.origin == f"/in/all.zip/{below}broken.pdf"


def test_links_and_devices_in_an_archive_are_named_and_not_followed() -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for name, kind in (
            ("link.md", tarfile.SYMTYPE),
            ("device.md", tarfile.CHRTYPE),
            ("pipe.md", tarfile.FIFOTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            tar.addfile(info)
    found = read(Format.TAR, file.getvalue())
    assert len(found) == 3
    assert all(isinstance(one, Failure) and "link or device" in one.reason for one in found)


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
