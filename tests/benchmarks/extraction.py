"""How well pages and feeds are read: `python -m tests.benchmarks.extraction`, `--each` to see every page.

Pages: the share, of those that have one, whose title is that of expected-metadata.json; the share, of those
that state a date, whose day is right; the mean F1 of the words of the text against those of expected.html, as
multisets. Feeds: how many of the well-formed ones are read, how many dates of entries are what the feed's own
comment expects, and how many feeds end the reader.
"""

import argparse
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from time import perf_counter
from unicodedata import normalize

from lxml import etree, html

from index.errors import DocumentError
from index.types import Article
from ingest.documents import Document, Failure, Format
from ingest.sandbox.parent import shared_sandbox
from tests.benchmarks.data import folder


def article_of(source: Path) -> Article | None:
    """What the reader makes of a saved page."""
    document = Document(str(source), str(source), Format.HTML, content=source.read_bytes())
    items = [item for item in shared_sandbox().extract(document) if not isinstance(item, Failure)]
    return items[0] if items else None


def f1(found: str, expected: str) -> float:
    """The F1 of two texts' words."""
    one, other = (Counter(re.findall(r"\w+", normalize("NFKC", text).lower())) for text in (found, expected))
    common = sum((one & other).values())
    return 2 * common / max(1, sum(one.values()) + sum(other.values()))


def plain(markup: str) -> str:
    """The words that a reader sees of expected.html."""
    tree = html.fromstring(markup)
    etree.strip_elements(tree, "script", "style", "svg", etree.Comment, with_tail=False)
    return " ".join(tree.itertext())


def same_title(found: str, expected: str) -> bool:
    """Whether two titles have the same words, but for the site's name at the end."""
    kept = [expected, *(expected[: mark.start()] for mark in re.finditer(r"\s+(?:[|–—-]|_|\[)\s*", expected))]
    words = [re.findall(r"\w+", title.lower()) for title in (found, *kept)]
    return words[0] in words[1:]


def pages(data: Path, *, each: bool) -> None:
    """Print how pages are read."""
    titles, dates, scores = [], [], []
    began = perf_counter()
    for place in sorted((data / "pages").iterdir()):
        expected = json.loads((place / "expected-metadata.json").read_text(encoding="utf-8"))
        article = article_of(place / "source.html")
        score = f1(
            article.text if article else "", plain((place / "expected.html").read_text(encoding="utf-8"))
        )
        title = same_title(article.title if article else "", expected.get("title") or "")
        if expected.get("title"):
            titles.append(title)
        scores.append(score)
        day = re.match(r"\d{4}-\d{2}-\d{2}", expected.get("publishedTime") or "")
        if day:
            dates.append(article is not None and article.published[:10] == day[0])
        if each:
            told = f"{article.published if article else '-'} | {expected.get('publishedTime')}" if day else ""
            print(f"{place.name:40} {score:.3f} {title} {told}")
            if not title:
                print("   ", article.title if article else None, "|", expected.get("title"))
    seconds = perf_counter() - began
    print(
        f"pages: {len(scores)}; titles {sum(titles) / len(titles):.3f}; dates {sum(dates)}/{len(dates)}",
        end="",
    )
    print(f"; text F1 {sum(scores) / len(scores):.3f}; {len(scores) / seconds:.0f} pages a second")


def feeds(data: Path, *, each: bool) -> None:
    """Print how feeds are read."""
    read = dated = dates = well = crashed = 0
    for path in sorted((data / "feeds").glob("*.xml")):
        body = path.read_bytes()
        try:
            etree.fromstring(body, etree.XMLParser(resolve_entities=False))
            formed = True
        except etree.XMLSyntaxError:
            formed = False
        try:
            asked = {"task": "feed", "url": "http://feeds.example/feed.xml", "charset": ""}
            entries = [answer["entry"] for answer in shared_sandbox().ask(asked, body)]
            reason = ""
        except DocumentError as error:
            entries, reason = [], str(error)
        wanted = re.search(rb"entries\[0\]\[.(published|updated|created)(?:_parsed)?.\] == (.+)", body)
        day = re.search(rb"(\d{4})[-, ]+0?(\d{1,2})[-, ]+0?(\d{1,2})", wanted[2]) if wanted else None
        if day and entries:
            dates += 1
            expected = date(*map(int, day.groups())).isoformat()
            dated += expected in [value[:10] for value in entries[0]["stated"].values()]
            if each and expected not in [value[:10] for value in entries[0]["stated"].values()]:
                print(path.name, entries[0]["stated"], wanted[2])
        crashed += "program that reads" in reason or "(" in reason
        well += formed
        read += formed and not reason
        if each and reason:
            print(f"{path.name:50} {'well' if formed else 'ill '} {reason}")
    print(f"feeds: {read} of {well} well-formed read, {dated} of {dates} dates right; {crashed} ended it")


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", action="store_true", help="print every page and every feed that fails")
    chosen = parser.parse_args()
    data = folder()
    pages(data, each=chosen.each)
    feeds(data, each=chosen.each)


if __name__ == "__main__":
    main()
