"""E-mail (.eml), and pages saved as one file in its form (MHTML)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage, Message, MIMEPart
from email.policy import EmailPolicy
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

from index.errors import DocumentError
from index.types import Article
from ingest.documents import Document, Format, Notice, listed
from ingest.formats.article_fields import build_article
from ingest.formats.article_id import basis
from ingest.formats.clean_text import clean_text
from ingest.formats.html_text import text_of
from ingest.formats.text_encoding import decode
from ingest.urls import shown_url

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_WORD = re.compile(r"\w+")


def articles(document: Document) -> Iterator[Article | Notice]:
    """The one article of an e-mail: its texts, plain or as HTML shows them; attachments are left out."""
    message = _message(document)
    left_out: list[str] = []
    texts = list(dict.fromkeys(text for text in _texts(message, left_out) if text.strip()))
    if left_out:
        yield Notice(document.origin, f"its attachments are left out: {listed(left_out)}")
    if not texts:
        msg = "it has no text, perhaps only attachments; save those and name the files"
        raise DocumentError(msg)
    sender, _ = parseaddr(str(message.get("From", "")))
    id_ = str(message.get("Message-ID", "")).strip()
    fields = {
        "title": str(message.get("Subject", "")),
        "authors": [sender] if sender else [],
        "published": _moment(str(message.get("Date", ""))),
    }
    yield build_article(fields, "\n\n".join(texts), basis=f"mail:{id_}" if id_ else basis(document))


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


class _EachHeaderAlone(EmailPolicy):
    """Reads headers as Python does, and where Python fails at one, takes it as it is written."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """The header's value, of which nothing was read before."""
        try:
            return super().header_fetch_parse(name, value)
        except Exception:  # noqa: BLE001 (Python's parser fails at some in ways that it does not name)
            return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _message(document: Document) -> EmailMessage:
    data = document.read()
    if b":" not in data[:4096]:
        msg = "it is no e-mail; save its text and name that file"
        raise DocumentError(msg)
    message = message_from_bytes(data, policy=_EachHeaderAlone())
    if not isinstance(message, EmailMessage) or not message.keys():
        msg = "it is no e-mail; save its text and name that file"
        raise DocumentError(msg)
    return message


def _texts(message: MIMEPart, left_out: list[str]) -> Iterator[str]:
    """The texts of a message in their order, each as its reader sees it; names of attachments are noted."""
    kind = message.get_content_type()
    if message.get_content_disposition() == "attachment":
        left_out.append(message.get_filename() or kind)
    elif kind == "message/rfc822":
        for inner in message.iter_parts():
            yield f"{inner.get('Subject', '')}"
            yield from _texts(inner, left_out)
    elif kind == "multipart/alternative":
        yield _fullest([("\n\n".join(_texts(part, left_out)), part) for part in message.iter_parts()])
    elif message.is_multipart():
        for part in message.iter_parts():
            yield from _texts(part, left_out)
    elif kind in ("text/plain", "text/html"):
        yield clean_text(_shown(message))
    elif message.get_filename() and message.get_content_maintype() != "image":
        left_out.append(message.get_filename() or "")


def _fullest(forms: Sequence[tuple[str, MIMEPart]]) -> str:
    """Of the forms of one text the plain one, unless it lacks half of the words of another.

    Some plain forms are blank, or say only that there is another.
    """
    plain = next((text for text, part in forms if part.get_content_type() == "text/plain"), "")
    fullest = max((text for text, _ in forms), key=lambda text: len(_words(text)), default="")
    wanted = _words(fullest)
    return plain if len(_words(plain) & wanted) * 2 >= len(wanted) else fullest


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))


def _shown(part: MIMEPart) -> str:
    from lxml import etree, html

    data, charset = _bytes(part)
    markup = part.get_content_subtype() == "html"
    text = decode(data, stated=charset, markup=markup)
    if not markup or not text.strip():
        return text
    from ingest.formats.html_hidden import drop_hidden

    try:
        tree = html.fromstring(_XML_DECLARATION.sub("", text))
    except etree.ParserError:
        # A tag that never ends holds nothing.
        return ""
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
    except (ValueError, TypeError, OverflowError):
        return ""
