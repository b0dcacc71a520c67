"""E-mail (.eml), and pages saved as one file in its form (MHTML)."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parseaddr, parsedate_to_datetime

from index.errors import DocumentError
from index.types import Article
from ingest.documents import Document, Failure, Format
from ingest.formats.article_fields import build_article
from ingest.formats.article_id import basis
from ingest.formats.html_text import text_of
from ingest.formats.text_encoding import decode
from ingest.urls import shown_url


def articles(document: Document) -> Iterator[Article | Failure]:
    """The one article of an e-mail: its text, else what its HTML shows; attachments are left out."""
    message = _message(document)
    sender, _ = parseaddr(str(message.get("From", "")))
    id_ = str(message.get("Message-ID", "")).strip()
    fields = {
        "title": str(message.get("Subject", "")),
        "authors": [sender] if sender else [],
        "published": _moment(str(message.get("Date", ""))),
    }
    yield build_article(fields, _text(message), basis=f"mail:{id_}" if id_ else basis(document))


def page(document: Document) -> Iterator[Document]:
    """The page in an MHTML file, as a document of its own. DocumentError where there is none."""
    message = _message(document)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            data, charset = _bytes(part)
            link = shown_url(
                str(message.get("Snapshot-Content-Location") or part.get("Content-Location") or "")
            )
            yield replace(document, format=Format.HTML, content=data, link=link, charset=charset)
            return
    msg = "no page is in it; save the page again, as HTML"
    raise DocumentError(msg)


def _message(document: Document) -> EmailMessage:
    data = document.read()
    if b":" not in data[:4096]:
        msg = "it is no e-mail; save its text and name that file"
        raise DocumentError(msg)
    message = message_from_bytes(data, policy=policy.default)
    if not isinstance(message, EmailMessage) or not message.keys():
        msg = "it is no e-mail; save its text and name that file"
        raise DocumentError(msg)
    return message


def _text(message: EmailMessage) -> str:
    from lxml import html

    body = message.get_body(("plain", "html"))
    if body is None:
        msg = "it has no text, perhaps only attachments; save those and name the files"
        raise DocumentError(msg)
    data, charset = _bytes(body)
    text = decode(data, stated=charset, markup=body.get_content_subtype() == "html")
    if body.get_content_subtype() != "html":
        return text
    from ingest.formats.html_hidden import drop_hidden

    try:
        tree = html.fromstring(text)
    except (ValueError, SyntaxError) as error:
        msg = "its HTML cannot be read; save its text and name that file"
        raise DocumentError(msg) from error
    drop_hidden(tree)
    return text_of(tree)


def _bytes(part: Message) -> tuple[bytes, str]:
    content = part.get_payload(decode=True)
    return (content if isinstance(content, bytes) else b""), str(part.get_content_charset(""))


def _moment(written: str) -> str:
    try:
        return parsedate_to_datetime(written).isoformat() if written else ""
    except (ValueError, TypeError):
        return ""
