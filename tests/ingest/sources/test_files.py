"""Sources: all that was named and nothing else, safely."""

import hashlib
import io
import os
import socket
from collections import Counter
from pathlib import Path

import pytest

from index.errors import DocumentError, UsageError
from ingest.documents import Document, Failure, Format, WebSource, open_regular
from ingest.formats.detect import sniff_format
from ingest.sources.files import find


def write(folder, *names, text="Ferries\n\nThe ferry left."):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def names(folder, *targets):
    return [str(Path(item.origin).relative_to(folder)) for item in find([str(target) for target in targets])]


def test_a_folder_is_read_through_in_order_without_what_is_hidden_or_unknown(tmp_path):
    write(tmp_path, "b.md", "a/c.txt", "a/b.html", "logo.png", "x.py", "y.py")
    write(tmp_path, ".hidden.md", ".git/x.md", "README.md", "a/readme.MD", "a/~$c.docx")
    skipped = Counter()
    found = list(find([str(tmp_path)], skipped=skipped))
    assert [item.origin for item in found] == [
        str(tmp_path / name) for name in ("a/b.html", "a/c.txt", "b.md")
    ]
    assert [item.format for item in found] == [Format.HTML, Format.TEXT, Format.MARKDOWN]
    assert {item.root for item in found} == {str(tmp_path)}
    assert skipped == {".png": 1, ".py": 2}


def test_a_file_that_is_named_is_read_even_if_a_folder_would_hide_it(tmp_path):
    write(tmp_path, "README.md", ".draft.md")
    assert names(tmp_path, tmp_path / "README.md", tmp_path / ".draft.md") == ["README.md", ".draft.md"]
    assert next(find([str(tmp_path / "README.md")])).root == str(tmp_path / "README.md")


def test_names_are_made_absolute(tmp_path, monkeypatch):
    write(tmp_path, "a.md")
    monkeypatch.chdir(tmp_path)
    assert next(find(["./a.md"])).origin == str(tmp_path / "a.md")


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.md", ["a.md"]),
        ("**/*.md", ["a.md", "n/b.md", "n/o/c.md"]),
        ("n/*", ["n/b.md"]),
        ("n/**/?.md", ["n/b.md", "n/o/c.md"]),
        ("[ab].*", ["a.md"]),
    ],
)
def test_a_pattern_that_the_shell_left_is_matched(tmp_path, pattern, found):
    write(tmp_path, "a.md", "n/b.md", "n/o/c.md", "n/x.png", ".h/d.md")
    assert names(tmp_path, tmp_path / pattern) == found


def test_a_file_named_like_a_pattern_is_that_file(tmp_path):
    write(tmp_path, "a[1].md", "a1.md")
    assert names(tmp_path, tmp_path / "a[1].md") == ["a[1].md"]


def test_a_file_that_is_named_twice_is_read_once(tmp_path):
    write(tmp_path, "a.md", "b.md")
    assert names(tmp_path, tmp_path / "b.md", tmp_path, tmp_path / "*.md") == ["b.md", "a.md"]


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("none.md", "does not exist; check the path"),
        ("*.md", "matches no article"),
        (".", "holds no article"),
        ("", "is not the name"),
        ("a\0b", "is not the name"),
    ],
)
def test_a_target_that_gives_nothing_stops_the_run_before_it_begins(tmp_path, monkeypatch, target, reason):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "notes.rst")
    with pytest.raises(UsageError, match=reason):
        find([target])


def test_a_file_in_no_known_format_is_a_failure_when_named(tmp_path):
    write(tmp_path, "a.xyz")
    assert "no known format" in next(find([str(tmp_path / "a.xyz")])).reason


def test_a_link_out_of_the_folder_is_reported_and_not_followed(tmp_path):
    write(tmp_path, "secret.md", "other/x.md", "in/a.md")
    (tmp_path / "in" / "out.md").symlink_to(tmp_path / "secret.md")
    (tmp_path / "in" / "outer").symlink_to(tmp_path / "other")
    (tmp_path / "in" / "gone.md").symlink_to(tmp_path / "nowhere.md")
    found = {Path(item.origin).name: item for item in find([str(tmp_path / "in")])}
    assert set(found) == {"a.md", "out.md", "outer", "gone.md"}
    assert isinstance(found["a.md"], Document)
    for name in ("out.md", "outer", "gone.md"):
        assert "leads out of the folder" in found[name].reason


def test_links_within_the_folder_add_nothing_and_do_not_loop(tmp_path):
    write(tmp_path, "a.md", "n/b.md")
    (tmp_path / "again.md").symlink_to("a.md")
    (tmp_path / "n" / "up").symlink_to("..")
    assert names(tmp_path, tmp_path) == ["a.md", "n/b.md"]
    assert names(tmp_path, tmp_path / "**" / "*.md") == ["a.md", "n/b.md"]


def test_a_link_to_a_hidden_file_in_the_folder_is_read(tmp_path):
    write(tmp_path, "..data/a.md")
    (tmp_path / "a.md").symlink_to("..data/a.md")
    assert names(tmp_path, tmp_path) == ["a.md"]


def test_a_link_to_itself_is_a_failure(tmp_path):
    (tmp_path / "a.md").symlink_to("a.md")
    assert "cannot be read" in next(find([str(tmp_path / "a.md")])).reason


def test_what_is_no_regular_file_is_reported_and_never_waited_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    os.mkfifo("pipe.md")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.md")
        found = list(find([".", "/dev/null"]))
    assert [Path(item.origin).name for item in found] == ["pipe.md", "socket.md", "null"]
    assert all("is not a regular file" in item.reason for item in found)
    with pytest.raises(DocumentError, match="is not a regular file"):
        open_regular(tmp_path / "pipe.md")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_failure(tmp_path):
    write(tmp_path, "a.md")
    (tmp_path / "a.md").chmod(0)
    assert "may not be read" in next(find([str(tmp_path)])).reason


def test_a_file_that_went_away_says_so(tmp_path):
    write(tmp_path, "a.md")
    (document,) = find([str(tmp_path)])
    (tmp_path / "a.md").unlink()
    with pytest.raises(DocumentError, match="no such file"):
        document.read()


def test_an_article_beyond_the_cap_is_refused_and_one_at_the_cap_is_read(tmp_path):
    write(tmp_path, "a.md", text="12345")
    path = str(tmp_path / "a.md")
    assert Document(path, path, Format.MARKDOWN, max_bytes=5).read() == b"12345"
    with pytest.raises(DocumentError, match="larger than 4 bytes"):
        Document(path, path, Format.MARKDOWN, max_bytes=4).read()


def test_lines_are_numbered_and_a_line_beyond_the_cap_does_not_harm_the_next(tmp_path):
    write(tmp_path, "a.jsonl", text="123\r\n\n123456789\n12345\nlast")
    path = str(tmp_path / "a.jsonl")
    lines = list(Document(path, path, Format.JSON_LINES, max_bytes=5).lines())
    assert lines == [(1, b"123"), (2, b""), (3, b"123456"), (4, b"12345"), (5, b"last")]


def test_the_digest_is_that_of_the_bytes(tmp_path):
    data = os.urandom(3_000_000)
    (tmp_path / "a.md").write_bytes(data)
    (document,) = find([str(tmp_path)])
    assert document.digest() == hashlib.sha256(data).hexdigest()


def test_standard_input_is_read_once_and_keeps_its_bytes():
    (document,) = find(["-"], io.BytesIO(b'{"text": "The ferry left."}\n'))
    assert (document.origin, document.format) == ("-", Format.JSON_LINES)
    assert document.read() == document.read() == b'{"text": "The ferry left."}\n'
    assert document.digest() == hashlib.sha256(document.read()).hexdigest()
    assert list(document.lines()) == [(1, b'{"text": "The ferry left."}')]


@pytest.mark.parametrize("stdin", [None, io.BytesIO(b""), io.BytesIO(b" \n")])
def test_nothing_on_standard_input_is_an_error(stdin):
    with pytest.raises(UsageError, match="standard input"):
        find(["-"], stdin)


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b'{"text": "a"}\n{"text": "b"}\n', Format.JSON_LINES),
        (b'\xef\xbb\xbf{"text": "a"}', Format.JSON_LINES),
        (b'{\n "text": "a"\n}', Format.JSON),
        (b'[{"text": "a"}]', Format.JSON),
        (b"\n<!DOCTYPE html><p>a", Format.HTML),
        (b"---\ntitle: a\n---\nb", Format.MARKDOWN),
        (b"# A\n\nb", Format.MARKDOWN),
        (b"[1] is a footnote", Format.TEXT),
        (b"Ferries\n\nThe ferry left.", Format.TEXT),
    ],
)
def test_what_has_no_name_is_known_by_its_looks(data, form):
    assert sniff_format(data) is form


def test_a_failure_names_its_origin(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    assert list(find([str(tmp_path)])) == [
        Failure(str(tmp_path / "pipe.md"), "it is not a regular file; name one that holds an article")
    ]


def test_a_link_is_left_to_be_fetched_and_named_once():
    assert list(find(["https://example.org/a", "HTTPS://example.org/a#top"])) == [
        WebSource("https://example.org/a")
    ]


@pytest.mark.parametrize("link", ["http://", "http://ann:secret@example.org/", "https://exa mple.org/"])
def test_a_link_that_cannot_be_one_stops_the_run_before_it_begins(link):
    with pytest.raises(UsageError):
        find([link])
