"""E-mails and saved pages: their text, and what their headers say."""

import pytest

from ingest.documents import Failure, Format
from tests.ingest.formats.documents import TEXT, only, read
from tests.site import FERRY, story


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
