"""What others reach with the same model on the same articles: each peer is a search from text to article ids.

They are no part of the project: `make bench-quality` and `make bench` install them into an environment beside
the project's own. Both embed with the project's model and encoder, so that what differs is how they cut,
search and rank.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec

from tests.benchmarks.kept import Embed

Articles = Sequence[dict[str, str]]
Search = Callable[[str], list[tuple[str, float]]]
"""Ids of the articles that fit a question, best first, each once, ten at most, with the peer's own score."""

# Passages asked for, so that ten articles are among them.
_PASSAGES = 40


def peers(articles: Articles, embed: Embed) -> dict[str, Search]:
    """A search over `articles` ("id", "title", "text") for each peer that is installed."""
    found: dict[str, Search] = {}
    for name, module, make in (
        ("LangChain quickstart", "langchain_chroma", _langchain),
        ("txtai hybrid", "txtai", _txtai),
    ):
        if find_spec(module) is None:
            print(f"({name} is left out: {module} is not installed.)", file=sys.stderr)
        else:
            found[name] = make(articles, embed)
    return found


def _langchain(articles: Articles, embed: Embed) -> Search:
    """The quickstart of LangChain's documentation: chunks of 1,000 characters, 200 repeated, into Chroma."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    class Same(Embeddings):
        """As langchain-huggingface does it, which cannot be installed beside current releases."""

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return embed(texts).tolist()

        def embed_query(self, text: str) -> list[float]:
            return embed([text])[0].tolist()

    documents = [
        Document(page_content=f"{a.get('title', '')}\n{a['text']}", metadata={"id": a["id"]})
        for a in articles
    ]
    chunks = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(documents)
    store = Chroma(collection_name=f"peer-{len(articles)}", embedding_function=Same())
    for start in range(0, len(chunks), 5000):
        store.add_documents(chunks[start : start + 5000])

    def search(question: str) -> list[tuple[str, float]]:
        # The score is a distance: less is better.
        near = store.similarity_search_with_score(question, k=_PASSAGES)
        return _articles((document.metadata["id"], -distance) for document, distance in near)

    return search


def _txtai(articles: Articles, embed: Embed) -> Search:
    """Embeddings of txtai over paragraphs of at most 1,000 characters, with its own BM25 added."""
    from txtai import Embeddings

    def transform(texts: "str | list[str]") -> object:
        return embed([texts] if isinstance(texts, str) else list(texts))

    embeddings = Embeddings(method="external", transform=transform, hybrid=True, content=False)
    embeddings.index(
        (f"{a['id']}\t{n}", part, None)
        for a in articles
        for n, part in enumerate(parts(a.get("title", ""), a["text"]))
    )

    def search(question: str) -> list[tuple[str, float]]:
        found = embeddings.search(question, _PASSAGES)
        return _articles((id_.split("\t")[0], float(score)) for id_, score in found)

    return search


def _articles(found: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    best: dict[str, float] = {}
    for id_, score in found:
        best.setdefault(id_, score)
    return list(best.items())[:10]


def parts(title: str, text: str) -> list[str]:
    """Paragraphs put together up to 1,000 characters, each under the title."""
    made = [""]
    for paragraph in text.split("\n"):
        if len(made[-1]) + len(paragraph) > 1000:
            made.append("")
        made[-1] = f"{made[-1]}\n{paragraph}".strip()
    return [f"{title}\n{part}" for part in made if part]
