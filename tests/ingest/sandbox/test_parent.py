"""The child process: what is hostile ends it, is named, and harms nothing else."""

import gzip
import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import DocumentError
from index.types import Article
from ingest.documents import Document, Failure, Format, Notice
from ingest.sandbox.parent import Sandbox
from tests.site import FERRY, story

pytestmark = pytest.mark.slow

PAGE = story("Ferry strikes pier", *FERRY).encode()


@pytest.fixture(scope="module")
def worker() -> Iterator[Sandbox]:
    opened = Sandbox(seconds=6)
    yield opened
    opened.close()


def read(worker: Sandbox, form: Format, data: bytes) -> list[Article | Failure]:
    return list(worker.extract(Document("/in/file", "/in", form, content=data)))


def test_one_child_reads_many_documents(worker: Sandbox) -> None:
    titles = {
        one.title for n in range(20) for one in read(worker, Format.HTML, PAGE) if isinstance(one, Article)
    }
    assert titles == {"Ferry strikes pier"}
    child = worker._child
    read(worker, Format.TEXT, b"The ferry left.")
    assert worker._child is child


def test_an_article_comes_through_as_it_was_made(worker: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "---\ntitle: Ü\nauthors: [A, B]\nstatus: corrected\nnote: n\n---\nText \U0001f600."
    )
    document = Document(str(tmp_path / "a.md"), str(tmp_path), Format.MARKDOWN)
    from ingest.formats.extract import extract

    assert list(worker.extract(document)) == list(extract(document))


def zip_bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"\0" * 300_000_000)
    return file.getvalue()


def laughs(kind: str) -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE {kind} [<!ENTITY l0 "ha">{entities}]><{kind}>&l11;</{kind}>'.encode()


HOSTILE = {
    "200,000 attributes": (Format.HTML, b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">x</p>"),
    "100,000 nested elements": (Format.HTML, b"<html><body>" + b"<div>" * 100_000 + b"The ferry left." + b"</div>" * 100_000),
    "nested lists in JSON": (Format.JSON, b"[" * 200_000),
    "a bomb of YAML": (
        Format.MARKDOWN,
        b"---\n" + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9) if n else b"x") for n in range(12))
        + b"authors: *a11\n---\nThe text.",
    ),
    "a ZIP bomb": (Format.ZIP, zip_bomb()),
    "a gzip bomb": (Format.TAR, gzip.compress(b"\0" * 400_000_000, 1)),
    "half a ZIP": (Format.ZIP, zip_bomb()[:5_000]),
    "entities in HTML": (Format.HTML, laughs("html")),
    "a PDF of nothing": (Format.PDF, b"%PDF-1.7\n" + os.urandom(100_000)),
    "a PDF in circles": (
        Format.PDF,
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9>>endobj\n"
        b"trailer<</Root 1 0 R>>",
    ),
    "no Word document": (Format.DOCX, b"PK\x03\x04" + b"\0" * 100),
    "no e-book": (Format.EPUB, b"PK\x05\x06" + b"\0" * 18),
    "no e-mail": (Format.EMAIL, os.urandom(10_000)),
    "no web archive": (Format.WARC, b"WARC/1.0\r\nnothing"),
    "no page saved": (Format.MHTML, b"From: x\n\nnothing"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_named_and_the_next_one_read(worker: Sandbox, name: str) -> None:
    form, data = HOSTILE[name]
    found = read(worker, form, data)
    failures = [one for one in found if isinstance(one, Failure)]
    if name == "100,000 nested elements" and not failures:
        assert [one.text for one in found if isinstance(one, Article)] == ["The ferry left."]
    elif name == "a bomb of YAML" and not failures:
        # Unfolded it would fill the memory: a field that cannot be right costs the field alone.
        assert [one.text for one in found if isinstance(one, Article)] == ["The text."]
        assert any(isinstance(one, Notice) and "authors" in one.text for one in found)
    elif name == "entities in HTML" and not failures:
        assert all(len(one.text) < 100 for one in found if isinstance(one, Article))
    else:
        assert failures, found
        assert all(failure.origin.startswith("/in/file") and failure.reason for failure in failures)
        assert all(";" in failure.reason for failure in failures), failures
    (after,) = read(worker, Format.HTML, PAGE)
    assert isinstance(after, Article)


def test_entities_of_a_feed_are_not_unfolded(worker: Sandbox) -> None:
    try:
        list(worker.ask({"task": "feed", "url": "http://w.example/", "charset": ""}, laughs("rss")))
        list(worker.ask({"task": "sitemap", "url": "http://w.example/"}, laughs("urlset")))
    except DocumentError as error:
        assert str(error)
    assert isinstance(read(worker, Format.HTML, PAGE)[0], Article)


def test_a_child_that_takes_too_long_is_ended() -> None:
    slow = Sandbox(seconds=0.01)
    (failure,) = read(slow, Format.HTML, PAGE)
    assert isinstance(failure, Failure)
    assert "takes longer than" in failure.reason
    slow.close()


def test_an_article_that_comes_to_too_much_is_refused() -> None:
    narrow = Sandbox(max_output=1_000)
    (failure,) = read(narrow, Format.TEXT, b"The ferry left. " * 1_000)
    assert isinstance(failure, Failure)
    assert "MB of text" in failure.reason
    narrow.close()


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="the limit is Linux's to show")
def test_the_child_may_not_take_more_than_its_memory(worker: Sandbox) -> None:
    read(worker, Format.TEXT, b"The ferry left.")
    assert worker._child is not None
    limits = Path(f"/proc/{worker._child.pid}/limits").read_text()
    (line,) = [line for line in limits.splitlines() if line.startswith("Max address space")]
    assert line.split()[3:5] == [str(512 * 1024 * 1024)] * 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252", "utf-8-sig"])
def test_text_is_read_in_the_encoding_that_it_is_in(worker: Sandbox, encoding: str) -> None:
    (found,) = read(worker, Format.TEXT, "Die Fähre rammte den Pier – heute.".encode(encoding))
    assert isinstance(found, Article)
    assert found.text == "Die Fähre rammte den Pier – heute."


def test_text_of_mixed_encodings_and_lone_surrogates_is_read_or_named(worker: Sandbox) -> None:
    mixed = "Fähre – ".encode() * 5 + "Fähre ".encode("cp1252") * 5
    for data in (mixed, b"A ferry\x00 left.", b'{"text": "a \\ud800 b"}'):
        for one in read(worker, Format.JSON if data.startswith(b"{") else Format.TEXT, data):
            if isinstance(one, Article):
                assert "\0" not in one.text
                one.text.encode()


@pytest.mark.parametrize(
    "filler",
    [
        b'itemprop="isAccessibleForFree" ',
        b'"isAccessibleForFree" ' + b" " * 200,
        b'article:content_tier" ' + b"\n" * 200,
        b"itemprop='isAccessibleForFree'" + b" fals" * 30,
    ],
)
def test_a_page_made_to_be_searched_long_for_a_wall_is_searched_to_its_end(
    worker: Sandbox, filler: bytes
) -> None:
    page = filler * (1_900_000 // len(filler))
    assert worker.walled(page + b'{"isAccessibleForFree": false}')
    assert not worker.walled(page)


def test_of_a_very_long_page_both_ends_are_searched_for_a_wall(worker: Sandbox) -> None:
    wall, rest = b'{"isAccessibleForFree": false}', b"<p>The ferry left.</p>" * 150_000
    assert worker.walled(wall + rest)
    assert worker.walled(rest + wall)
