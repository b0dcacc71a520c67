"""What refreshing, duplicates and reading cost: `python -m tests.benchmarks.refreshing`, with `--only NAME`.

files: a refresh of 10,000 unchanged articles. web: one of 1,000 unchanged pages over HTTP, from a server on
loopback, with what it sent. copies: exact duplicates in bbc/, and near-copies planted there (every tenth word
changed in 300 articles), found by their group. reading: articles a second through the child process, against
chunks of theirs embedded a second.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from index.embedding.embedder import load_embedder
from index.store import Index
from ingest.documents import Document, Format, WebSource
from ingest.options import Options
from ingest.pipeline import ingest, prepare
from ingest.sandbox.parent import shared_sandbox
from ingest.sources.files import find
from ingest.web.fetcher import Policy
from ingest.web.politeness import Politeness
from tests.benchmarks.data import folder
from tests.conftest import WordEmbedder
from tests.site import FERRY, running, story

_PLANTED = 300
_CHANGED = 0.1


def files(place: Path, _: Path) -> None:
    """Print what a refresh of unchanged files takes."""
    articles = place / "articles"
    articles.mkdir()
    chance = random.Random(1)
    for number in range(10_000):
        words = " ".join(f"word{chance.randrange(5_000)}" for _ in range(60))
        text = f"---\ntitle: Article {number}\n---\n{words}.\n"
        (articles / f"{number}.md").write_text(text, encoding="utf-8")
    with _record(place) as index:
        ingest(index, list(find([str(articles)])))
        began = perf_counter()
        summary = ingest(index, list(find([str(articles)])))
        seconds = perf_counter() - began
    print(f"files: {summary.unchanged:,} unchanged in {seconds:.2f} s, {summary.embedded} embedded")


def web(place: Path, _: Path) -> None:
    """Print what a refresh of unchanged pages asks and gets."""
    options = Options(policy=Policy(allow_private=True), manners=Politeness(delay=0, at_once=8))
    with running() as site, _record(place) as index:
        names = [f"/{number}" for number in range(1_000)]
        for name in names:
            site.add(name, story(f"Story {name}", *FERRY, f"This is account {name}."), etag=f'"{name}"')
        urls = "".join(f"<url><loc>{site.url}{name}</loc></url>" for name in names)
        link = WebSource(site.add("/sitemap.xml", f"<urlset>{urls}</urlset>", kind="text/xml"), "sitemap")
        began = perf_counter()
        first = ingest(index, [link], options=options)
        took = perf_counter() - began
        site.asked.clear()
        began = perf_counter()
        again = ingest(index, [link], options=options)
        seconds = perf_counter() - began
        asked = [one for one in site.asked if one.path in set(names)]
    bodies = sum(one.sent > 0 for one in asked)
    conditional = sum("If-None-Match" in one.headers for one in asked)
    print(
        f"web: {first.new:,} new in {took:.1f} s; again: {again.unchanged:,} unchanged in {seconds:.1f} s, ",
        end="",
    )
    print(f"{conditional:,} conditional requests, {bodies} bodies, {again.embedded} embedded")


def copies(place: Path, data: Path) -> None:
    """Print how many exact duplicates and planted near-copies are found."""
    lines = (data / "bbc" / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    given = [json.loads(line) for line in lines]
    chance = random.Random(1)
    planted = {}
    seen = set()
    for one in given:
        if one["text"] not in seen and len(one["text"].split()) > 60 and len(planted) < _PLANTED:
            planted[one["doc_id"]] = " ".join(
                f"w{chance.randrange(10**6)}" if chance.random() < _CHANGED else word
                for word in one["text"].split()
            )
        seen.add(one["text"])
    rows = [{"id": o["doc_id"], "title": o["title"], "source": o["source"], "text": o["text"]} for o in given]
    rows += [{"id": f"{id_}+", "title": "", "source": "Other", "text": text} for id_, text in planted.items()]
    file = place / "bbc.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    with _record(place) as index:
        ingest(index, list(find([str(file)])))
        with index.catalog.read() as snapshot:
            exact = snapshot.count_copies()
            stories = snapshot.stories([row["id"] for row in rows])
            original = dict(snapshot.db.execute("SELECT id, article_id FROM copies"))
    known = {id_: stories.get(original.get(id_, id_), "") for id_ in planted}
    found = sum(bool(known[id_]) and stories.get(f"{id_}+") == known[id_] for id_ in planted)
    texts = {row["id"]: row["text"] for row in rows}
    paired = wrong = 0
    for id_ in planted:
        group = [
            other
            for other, story_ in stories.items()
            if story_ == stories.get(f"{id_}+", None) and other != f"{id_}+"
        ]
        for other in group:
            paired += 1
            wrong += _shared(texts[other], texts[id_]) < 0.5
    print(
        f"copies: {exact} exact duplicates of {sum(one['exact_duplicate'] for one in given)}; near-copies: ",
        end="",
    )
    print(f"recall {found / len(planted):.3f}, precision {1 - wrong / max(1, paired):.3f} ({paired} pairs)")


def reading(_: Path, data: Path) -> None:
    """Print how fast pages are read, and embedded."""
    embedder = load_embedder()
    sources = [(path / "source.html") for path in sorted((data / "pages").iterdir())]
    documents = [Document(str(s), str(s), Format.HTML, content=s.read_bytes()) for s in sources]
    list(shared_sandbox().extract(documents[0]))
    embedder.embed(["warm"])
    began = perf_counter()
    articles = [
        item
        for document in documents
        for item in shared_sandbox().extract(document)
        if not hasattr(item, "reason")
    ]
    read = perf_counter() - began
    began = perf_counter()
    texts = [text for article in articles for text in prepare(article, embedder).texts]
    chunked = perf_counter() - began
    began = perf_counter()
    embedder.embed(texts)
    embedded = perf_counter() - began
    print(
        f"reading: {len(articles)} pages in {read:.1f} s, cut into {len(texts)} chunks in {chunked:.1f} s",
        end="; ",
    )
    print(f"embedded in {embedded:.1f} s; embedding takes {embedded / read:.1f} times as long as reading")


def _record(place: Path) -> Index:
    home = place / "record"
    Index.create(home)
    return Index(home, WordEmbedder())


def _shared(one: str, other: str) -> float:
    first, second = set(one.lower().split()), set(other.lower().split())
    return len(first & second) / max(1, min(len(first), len(second)))


BENCHMARKS: dict[str, Callable[[Path, Path], None]] = {
    "files": files, "web": web, "copies": copies, "reading": reading,
}  # fmt: skip


def main() -> None:
    """Print all, or one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=BENCHMARKS)
    chosen = parser.parse_args()
    data = folder()
    for name, benchmark in BENCHMARKS.items():
        if chosen.only in (None, name):
            with tempfile.TemporaryDirectory() as place:
                benchmark(Path(place), data)


if __name__ == "__main__":
    main()
