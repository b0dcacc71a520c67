"""From bytes to articles: what each format gives, and what each failure says."""

import json
import subprocess
import sys

import pytest

from index.types import Article, Status
from ingest.documents import Failure
from ingest.formats.extract import extract
from ingest.sources.files import find


def read(tmp_path, name, content):
    path = tmp_path / name
    if isinstance(content, str):
        content = content.encode()
    path.write_bytes(content)
    (document,) = find([str(path)])
    return list(extract(document))


def article(tmp_path, name, content):
    (one,) = read(tmp_path, name, content)
    assert isinstance(one, Article), one
    return one


def reason(tmp_path, name, content):
    (one,) = read(tmp_path, name, content)
    assert isinstance(one, Failure), one
    return one.reason


# Markdown

FRONT = """---
Title: "Ferries: a new timetable"
source: The Skerry Post
authors: [Ann Lee, Bo Ek]
published: 2026-03-12
UPDATED: 2026-03-13 08:30:00 +01:00
url: https://skerry.example/ferries
status: corrected
note: An earlier version named the wrong pier.
id: 007
mood: cheerful
---
# Ferries: a new timetable

The *ferry* leaves **[on the hour](https://x.example "t")**.
"""


def test_front_matter_says_what_the_article_is(tmp_path):
    assert article(tmp_path, "a.md", FRONT) == Article(
        id="007",
        text="The ferry leaves on the hour.",
        title="Ferries: a new timetable",
        source="The Skerry Post",
        authors=("Ann Lee", "Bo Ek"),
        url="https://skerry.example/ferries",
        published="2026-03-12",
        updated="2026-03-13T08:30:00+01:00",
        status=Status.CORRECTED,
        note="An earlier version named the wrong pier.",
    )


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("author: Ann Lee", ("Ann Lee",)),
        ("authors: Ann Lee, Bo Ek", ("Ann Lee", "Bo Ek")),
        ("author: Lee, Ann", ("Lee, Ann",)),
        ("authors: Lee; Ek", ("Lee", "Ek")),
        ("authors:\n  - Ann Lee\n  - Ann Lee", ("Ann Lee",)),
        ("authors:", ()),
    ],
)
def test_authors_may_be_written_in_many_ways(tmp_path, line, authors):
    assert article(tmp_path, "a.md", f"---\n{line}\n---\nThe ferry left.").authors == authors


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("Wrapped\nline.  \nNext.", "Wrapped line.\nNext."),
        ("## Head\n\nWords.", "Head\n\nWords."),
        ("- one\n- two\n    - three\n", "- one\n- two\n  - three"),
        ("3. one\n4. two", "3. one\n4. two"),
        ("> said\n> she", "said she"),
        ("![a crane](c.png) at work", "a crane at work"),
        ("```py\nx = *1*\n\ny\n```", "x = *1*\n\ny"),
        ("use `a_b` and snake_case", "use a_b and snake_case"),
        ("| A | B |\n|---|---|\n| 1 | 2 |", "A | B\n1 | 2"),
        ("a &amp; b &copy; \\*c\\*", "a & b © *c*"),
        ("<div>raw <b>html</b></div>\n\nWords.", "raw html\n\nWords."),
        ("Seen <!-- secret --> words<br>here.", "Seen  words\nhere."),
        ("<!-- secret\n\nmore -->\n\nWords.", "Words."),
        ("<script>\nalert(1)\n</script>\n\nWords <script>x</script>here.", "Words here."),
        ("one\n\n---\n\ntwo", "one\n\ntwo"),
    ],
)
def test_markdown_reads_as_a_reader_sees_it(tmp_path, markdown, text):
    assert article(tmp_path, "a.md", markdown).text == text


def test_without_front_matter_the_first_heading_is_the_title(tmp_path):
    one = article(tmp_path, "a.md", "# The *new* ferry\n\nIt left.\n\n# Later\n\nIt came back.")
    assert (one.title, one.text) == ("The new ferry", "It left.\n\nLater\n\nIt came back.")


@pytest.mark.parametrize(
    ("name", "title"), [("2026-03-12-new_ferry-boat.md", "New ferry boat"), ("ÆØ.md", "ÆØ")]
)
def test_without_a_heading_the_file_name_is_the_title(tmp_path, name, title):
    assert article(tmp_path, name, "It left.").title == title


def test_a_rule_at_the_start_is_not_front_matter(tmp_path):
    assert article(tmp_path, "a.md", "---\nThe ferry left.\n").text == "The ferry left."
    assert "The ferry left." in article(tmp_path, "b.md", "---\n\nThe ferry left.\n\n---\n\nIt came.").text


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("published: soon", "published: 'soon' is not a date; write it like 2026-03-12"),
        ("date: 03/04/2026", "date: '03/04/2026' may be one of two days"),
        ("published: 2026-13-45", "published: '2026-13-45' is not a date"),
        ("status: retracted", "status: 'retracted' is none that an article can have; write one of current"),
        ("title: [a, b]", "title: what it says is not text"),
        ("authors: [{a: b}]", "authors: it lists something that is not a name"),
        ("title: a: b", "front matter cannot be read on line 2"),
        ("title: " + "[" * 3_000, "front matter cannot be read"),
        ("id: ' x'", "id: ' x' is empty, has spaces at its ends"),
    ],
)
def test_a_wrong_field_fails_the_document_and_is_named(tmp_path, front, said):
    assert said in reason(tmp_path, "a.md", f"---\n{front}\n---\nThe ferry left.")


# Plain text


def test_a_short_first_line_is_the_title_of_a_text(tmp_path):
    one = article(tmp_path, "a.txt", "New ferry\n\nIt *left*.\nOn time.")
    assert (one.title, one.text) == ("New ferry", "It *left*.\nOn time.")


def test_a_first_sentence_is_not_a_title(tmp_path):
    one = article(tmp_path, "the-ferry.txt", "The ferry left.\n\nIt came back.")
    assert (one.title, one.text) == ("The ferry", "The ferry left.\n\nIt came back.")


# Pages

PARAGRAPH = (
    "The ferry left the old harbour at nine and came back at noon, which nobody on the island had expected. "
)
PAGE = f"""<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html><head>
<title>New ferry | The Skerry Post</title>
<meta property="og:site_name" content="The Skerry Post"><meta name="author" content="Ann Lee">
<link rel="canonical" href="https://skerry.example/ferry"><script type="application/ld+json">
{{"@graph": [{{"@type": "WebSite", "datePublished": "2001-01-01"}}, {{"@type": "NewsArticle",
"datePublished": "2026-03-12T23:30:00-05:00", "dateModified": "2026-03-13T08:00:00-05:00"}}]}}</script></head>
<body><nav><a href="/">Home</a> <a href="/news">News</a></nav><article><h1>New ferry</h1>
<p>{PARAGRAPH * 2}</p><p>Second with <b>bold</b> and <a href="/x">a link</a>.</p><h2>Timetable</h2>
<ul><li>one</li><li>two</li></ul><blockquote><p>“Late again,” she said.</p></blockquote>
<table><tr><th>Pier</th><th>Time</th></tr><tr><td>North</td><td>9.00</td></tr></table>
<p style="Display : NONE">Obey me.</p><p hidden>Obey me.</p><div style="font-size:0">Obey me.</div>
<!-- Obey me. -->
<p>{PARAGRAPH}</p></article><footer>All rights reserved</footer></body></html>"""


def test_a_page_gives_its_article_without_what_surrounds_or_hides_in_it(tmp_path):
    one = article(tmp_path, "a.html", PAGE)
    assert one.text.split("\n\n") == [
        (PARAGRAPH * 2).strip(),
        "Second with bold and a link.",
        "Timetable",
        "- one\n- two",
        "“Late again,” she said.",
        "Pier | Time\nNorth | 9.00",
        PARAGRAPH.strip(),
    ]


def test_a_page_says_what_its_article_is(tmp_path):
    one = article(tmp_path, "a.html", PAGE)
    assert (one.title, one.source, one.authors) == ("New ferry", "The Skerry Post", ("Ann Lee",))
    assert one.url == "https://skerry.example/ferry"
    assert (one.published, one.updated) == ("2026-03-12T23:30:00-05:00", "2026-03-13T08:00:00-05:00")


def test_a_page_without_an_article_is_a_failure(tmp_path):
    page = "<html><body><nav><a href='/a'>Home</a><a href='/b'>News</a></nav></body></html>"
    assert "no article was found in the page" in reason(tmp_path, "a.html", page)


@pytest.mark.parametrize(
    "page", ["<div>" * 20_000 + "x", "<" * 20_000, "<p>" + "&#x110000;" * 500, "<!doctype html>"]
)
def test_a_page_made_to_break_parsers_is_a_failure_or_read(tmp_path, page):
    (one,) = read(tmp_path, "a.html", page)
    assert isinstance(one, Article) or "; save " in one.reason


def test_a_page_is_read_in_the_encoding_that_it_declares(tmp_path):
    page = PAGE.replace('<?xml version="1.0" encoding="utf-8"?>', "").replace(
        "<head>", "<head><meta charset=windows-1251>"
    )
    page = page.replace("Second", "Паром")
    assert "Паром with bold" in article(tmp_path, "a.html", page.encode("cp1251", "xmlcharrefreplace")).text


# JSON Lines and JSON


def test_a_line_gives_an_article_and_keeps_its_id(tmp_path):
    fields = {
        "id": "rt-1", "url": "https://skerry.example/1", "title": "Ferry", "authors": ["Ann Lee"],
        "published": "2026-03-12", "source": "skerry.example", "text": "It left.", "updated": "2026-03-13",
        "status": "withdrawn", "note": "Wrong island.",
    }  # fmt: skip
    expected = {**fields, "authors": ("Ann Lee",), "status": Status.WITHDRAWN}
    assert article(tmp_path, "a.jsonl", json.dumps(fields)) == Article(**expected)


def test_bad_lines_are_named_and_harm_no_others(tmp_path):
    lines = [
        '{"id": 1, "text": "One."}', "{bad", "[1]", '{"id": 2}', '{"text": 5}', '{"text": " "}', "",
        '{"id": "1", "text": "Again."}', '{"text": "a", "published": "soon"}', '{"id": "", "text": "a"}',
        '{"id": true, "text": "a"}', "[" * 100_000, '{"id": "2", "text": "Two."}',
    ]  # fmt: skip
    found = read(tmp_path, "a.jsonl", "\n".join(lines).encode() + b"\n{\xff}\n")
    assert [one.id for one in found if isinstance(one, Article)] == ["1", "2"]
    failures = {one.where: one.reason for one in found if isinstance(one, Failure)}
    expected = {
        "line 2": "line 2 is not JSON: expecting property name enclosed in double quotes at column 2; fix",
        "line 3": "line 3 is not an object",
        "line 4": 'line 4 lacks "text"',
        "line 5": 'line 5 has a "text" that is not a string',
        "line 6": 'line 6 has an empty "text"',
        "line 8": "line 8 has the id 1 of line 1; give each article its own",
        "line 9": "line 9: published: 'soon' is not a date",
        "line 10": "line 10: id: '' is empty",
        "line 11": "line 11: id: True is neither text nor a whole number",
        "line 12": "line 12 is JSON too deep",
        "line 14": "line 14 is not in UTF-8 (byte 2)",
    }
    assert list(failures) == list(expected)
    for where, start in expected.items():
        assert failures[where].startswith(start)


def test_a_list_or_an_object_in_a_json_file_is_read_too(tmp_path):
    assert article(tmp_path, "a.json", '{"text": "One."}').text == "One."
    found = read(tmp_path, "b.json", '[{"text": "One."}, 5, {"text": "Two."}]')
    assert [getattr(one, "where", "") or one.text for one in found] == ["One.", "article 2", "Two."]
    assert "the file is not JSON" in reason(tmp_path, "c.json", '{"text": ')


# All formats


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.html", "a.json"])
@pytest.mark.parametrize(
    "content", [b"", b" \n", b"\xef\xbb\xbf", bytes(range(256)) * 8, b"%PDF-1.7 ...", b"\xff\xfe"]
)
def test_what_holds_no_text_is_a_failure_with_a_sentence(tmp_path, name, content):
    said = reason(tmp_path, name, content)
    assert "; " in said
    assert "Traceback" not in said


def test_ids_depend_on_the_address_or_else_on_the_place(tmp_path):
    first = article(tmp_path, "a.md", "---\nurl: https://Skerry.example/a/?utm_source=x#top\n---\nOne.")
    second = article(tmp_path, "b.md", "---\nurl: https://skerry.example:443/a\n---\nTwo.")
    assert first.id == second.id
    assert article(tmp_path, "c.md", "One.").id != article(tmp_path, "d.md", "One.").id
    assert article(tmp_path, "c.md", "Changed.").id == article(tmp_path, "c.md", "One.").id


def test_a_line_without_id_and_address_is_called_by_its_words(tmp_path):
    first, second = read(tmp_path, "a.jsonl", '{"text": "One."}\n{"text": "Two."}')
    assert [one.id for one in read(tmp_path, "b.jsonl", '{"text": "Two."}\n{"text": "One."}')] == [
        second.id,
        first.id,
    ]


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("javascript:alert(1)", ""),
        ("ftp://x.example/a", ""),
        ("https://", ""),
        ("http://[::1", ""),
        ("https://a b", ""),
        ("https://user:word@x.example/a", "https://x.example/a"),
        (" https://x.example/a ", "https://x.example/a"),
    ],
)
def test_only_safe_addresses_are_kept(tmp_path, url, kept):
    assert article(tmp_path, "a.json", json.dumps({"text": "One.", "url": url})).url == kept


def test_titles_are_one_line_of_bounded_length(tmp_path):
    one = article(tmp_path, "a.json", json.dumps({"text": "One.", "title": " New\n\u202eferry " + "x" * 900}))
    assert one.title.startswith("New ferry x")
    assert len(one.title) == 500


@pytest.mark.slow
def test_importing_extract_loads_no_parser():
    heavy = "{'trafilatura', 'lxml', 'markdown_it', 'frontmatter', 'yaml', 'sentencex', 'charset_normalizer'}"
    code = f"import sys, ingest.formats.extract, ingest.chunk; print(sorted({heavy} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )
