"""What reads the bytes of strangers, each as a function that a fuzzer calls; run it with one of their names.

    python -m tests.benchmarks.torture.fuzz_targets TARGET FOLDER SECONDS SEED

What is not an error of ours, as every reader of it expects, ends the process, and so does an input that takes
longer than ten seconds. Inputs that reach new code are kept in FOLDER. Needs atheris.
"""

import importlib
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

_URL = "https://news.example/path/page"
_SLOWEST, _LARGEST, _MEMORY_MB = 10, 4_096, 2_048
_STARTS = {
    "feeds": [
        b"<rss version='2.0'><channel><title>T</title><item><title>A</title><link>/a</link><guid>1</guid>"
        b"<pubDate>Tue, 03 Mar 2026 10:00:00 GMT</pubDate><description>&lt;p&gt;B</description></item>"
        b"</channel></rss>",
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>A</title><link href='x'/><id>1</id>"
        b"<updated>2026-03-03T10:00:00Z</updated><author><name>N</name></author></entry></feed>",
    ],
    "sitemaps": [
        b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://a.example/1</loc>"
        b"<lastmod>2026-03-03</lastmod></url></urlset>",
        b"<sitemapindex><sitemap><loc>/s.xml.gz</loc></sitemap></sitemapindex>",
    ],
    "front_matter": [
        b"---\ntitle: A\ndate: 2026-03-03\nauthors: [x, y]\n---\n# A\n\nText.\n",
        b"+++\ntitle = 'A'\ndate = 2026-03-03\n+++\nText.\n",
        b'{"title": "A", "tags": [1]}\nText.\n',
    ],
    "html": [
        b"<html><head><title>A | Site</title><meta property='article:published_time' content='2026-03-03'>"
        b"<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"A\"}</script>"
        b"<style>.x{display:none}p{color:rgb(1 2 3)}</style></head><body><article><h1>A</h1><p class=x>B</p>"
        b"<p>The ferry struck the pier on Tuesday, the council said.</p><table><tr><td>1</table></article>",
    ],
    "json_lines": [b'{"id": "a", "text": "B", "title": "T", "published": "2026-03-03"}\n[1]\n'],
    "mail": [
        b"From: a@b.example\r\nSubject: =?utf-8?q?A?=\r\nDate: Tue, 3 Mar 2026 10:00:00 +0000\r\n"
        b"Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n"
        b"<p>B\r\n--x--",
    ],
    "csv_table": [
        b"Prices\n\nTour;Adult;Child\nHarbour tours\nShort tour;12,50;8,00\n\"Night\ntour\";25;free\n",
        b"sep=,\nName,Role\nAnn,\"Deputy, night\"\n",
    ],
    "sheet": [
        b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><cols><col min='2' "
        b"max='2' hidden='1'/></cols><sheetData><row r='1'><c r='A1' t='inlineStr'><is><t>Tour</t></is></c>"
        b"<c r='C1' t='inlineStr'><is><t>Price</t></is></c></row><row r='2' hidden='0'><c r='A2' t='str'>"
        b"<v>Night</v></c><c r='C2' s='1'><f>1+1</f><v>2</v></c></row></sheetData><mergeCells><mergeCell "
        b"ref='A2:A3'/></mergeCells></worksheet>"
    ],
    "number_formats": [
        b'_-* #,##0.00\\ "EUR"_-;[Red](0.0%);"free";@', b"[$-409]dddd, d mmmm yyyy h:mm:ss AM/PM",
        b"000\\-0000",
    ],
    "citations": [
        b'She refused. [1: "as a matter of sovereignty"] It opens [2, 3: "on 9 May"].\n',
        "Es öffnet [1: “am 9. Mai”]; 14 [2][3]\n- a [4:“x”".encode(),
    ],
    "dates": [b"Tue, 03 Mar 2026 10:00:00 GMT", b"2026-W10-2", b"What was said between May and 3 June 2025?"],
    "robots": [b"User-agent: *\nDisallow: /private*$\nAllow: /\nCrawl-delay: 1.5\nSitemap: https://a.example/s"],
    "settings": [b"threshold = 0.5\nmodel = 'x'\n[slack]\nworkers = 2\n[serve]\nport = 1\n"],
    "sources": [b"[[source]]\nlabel = 'a'\npage = 'https://a.example/'\nevery = '1 h'\nprune = true\n"],
    "links": [b"https://user:p@XN--e1afmkfd.example:443/a/../b?q=%41#f", b"http://[::ffff:127.0.0.1]/"],
}  # fmt: skip


def feeds(data: bytes) -> None:
    """A feed, whatever it is said to be."""
    from ingest.listings.feeds import entries, is_feed

    is_feed(data)
    list(entries(data, _URL))


def sitemaps(data: bytes) -> None:
    """A sitemap, or a list of links."""
    from ingest.listings.sitemaps import breaks_off, is_sitemap, links, looks_like_list, places

    is_sitemap(data)
    links(data.decode("utf-8", "replace"))
    looks_like_list(data.decode("utf-8", "replace"))
    breaks_off(data)
    list(places(data, _URL))


def front_matter(data: bytes) -> None:
    """A Markdown file with front matter."""
    _extracted(data, "MARKDOWN")


def html(data: bytes) -> None:
    """A page."""
    from ingest.formats.walls import is_walled

    is_walled(data)
    _extracted(data, "HTML", link=_URL)


def json_lines(data: bytes) -> None:
    """Articles as JSON, one a line or all in one."""
    _extracted(data, "JSON_LINES")
    _extracted(data, "JSON", link=_URL)


def csv_table(data: bytes) -> None:
    """A file of comma-separated values."""
    _extracted(data, "CSV")


def sheet(data: bytes) -> None:
    """A sheet of a workbook that is whole but for it."""
    import openpyxl

    file = BytesIO()
    openpyxl.Workbook().save(file)
    made = BytesIO()
    with ZipFile(file) as book, ZipFile(made, "w") as out:
        for name in book.namelist():
            out.writestr(name, data if name.startswith("xl/worksheets/") else book.read(name))
    _extracted(made.getvalue(), "XLSX")


def number_formats(data: bytes) -> None:
    """A format of a cell, for values of each kind."""
    from ingest.formats.number_format import shown

    moment = datetime(2026, 3, 4, 14, 5)  # noqa: DTZ001 (cells have no time zone)
    for value in (0, -1, 1234.5, 1e300, "a", moment, moment.date(), moment.time(), timedelta(hours=26)):
        shown(value, data.decode("utf-8", "replace"))


def mail(data: bytes) -> None:
    """An e-mail, or a page saved as one."""
    _extracted(data, "EMAIL")
    _extracted(data, "MHTML")


def citations(data: bytes) -> None:
    """What a language model writes; how it is cut into pieces makes no difference."""
    from bot.model.citation_parser import CitationParser

    def drafts(size: int) -> list[Any]:
        parser = CitationParser()
        pieces = [text[start : start + size] for start in range(0, len(text), size)]
        return [*(draft for piece in pieces for draft in parser.feed(piece)), *parser.end()]

    text = data.decode("utf-8", "replace")
    assert drafts(1 + len(data) % 9) == drafts(_LARGEST), "the pieces make a difference"


def dates(data: bytes) -> None:
    """A day as somebody wrote it, and a question that may name some."""
    from index.query.date_spans import named_span
    from ingest.dates import parse_date
    from ingest.listings.feed_dates import read_moment
    from ingest.web.retry_after import retry_after

    text = data.decode("utf-8", "replace")
    with suppress(ValueError):
        parse_date(text)
    read_moment(text, None)
    retry_after(text)
    named_span(text, date(2026, 3, 3))


def robots(data: bytes) -> None:
    """A robots.txt, and one page that it may speak of."""
    from ingest.web.robots import Robots

    class Fetcher:
        class policy:  # noqa: N801 (as the real one is called)
            user_agent = "OnRecord/1.0"

        def get(self, _: str) -> Any:
            return type("Fetched", (), {"body": data})

    Robots(Fetcher()).check(_URL)  # type: ignore[arg-type]


def settings(data: bytes) -> None:
    """A settings file, with the tables of Slack and of what is served."""
    from bot.serving.settings import load_serve_settings
    from bot.settings import load_settings
    from bot.slack.settings import load_slack_settings

    with tempfile.NamedTemporaryFile(suffix=".toml") as file:
        file.write(data)
        file.flush()
        for load in (load_settings, load_slack_settings, load_serve_settings):
            with _expected():
                load({"ONRECORD_CONFIG": file.name})


def sources(data: bytes) -> None:
    """A file of sources."""
    from ingest.options import Options
    from ingest.sources.sources_toml import read_sources

    with tempfile.NamedTemporaryFile(suffix=".toml") as file:
        file.write(data)
        file.flush()
        read_sources(Path(file.name), Options())


def links(data: bytes) -> None:
    """An address that a stranger wrote."""
    from ingest.urls import canonical_url, checked_link, own_address, same_site, shown_url

    text = data.decode("utf-8", "replace")
    own_address(shown_url(text), _URL)
    same_site(text, _URL)
    canonical_url(checked_link(text))


def _extracted(data: bytes, form: str, link: str = "") -> None:
    from ingest.documents import Document, Format
    from ingest.formats.extract import extract

    list(extract(Document(link or "/srv/a", "/srv", Format[form], content=data, link=link)))


def _expected() -> suppress:
    from index.errors import OnRecordError

    return suppress(OnRecordError)


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (
        feeds, sitemaps, front_matter, html, json_lines, csv_table, sheet, number_formats, mail, citations,
        dates, robots, settings, sources, links,
    )
}  # fmt: skip


def starts(name: str) -> list[bytes]:
    """Inputs that a fuzzer begins with."""
    return _STARTS[name]


def call(name: str, data: bytes) -> None:
    """Give a target an input; raises what nobody expects."""
    with _expected():
        TARGETS[name](data)


def main() -> None:
    """Fuzz one of them."""
    atheris = importlib.import_module("atheris")
    name, folder, seconds, seed = sys.argv[1:]
    with atheris.instrument_imports(include=["ingest", "index", "bot", "feedparser", "protego", "tomllib"]):
        for given in starts(name):
            with suppress(Exception):
                call(name, given)
    for number, given in enumerate(starts(name)):
        (Path(folder) / f"start{number}").write_bytes(given)
    options = (
        f"-max_total_time={seconds}", f"-seed={seed}", f"-timeout={_SLOWEST}", f"-rss_limit_mb={_MEMORY_MB}",
        f"-max_len={_LARGEST}", f"-artifact_prefix={folder}/", "-print_final_stats=1", "-verbosity=0",
    )  # fmt: skip
    atheris.Setup([sys.argv[0], *options, folder], lambda data: call(name, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
