"""What others reach with the same model on the same articles: each peer is a search from text to article ids.

They are no part of the project. Install the ones to compare with into the environment first, by `pip install
langchain-chroma langchain-huggingface langchain-text-splitters txtai`; one that is not there is left out.
"""

import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec

from index.embed import _default_folder

Articles = Sequence[dict[str, str]]
Search = Callable[[str], list[str]]
"""Ids of the articles that fit a question, best first, each once, ten at most."""


def peers(articles: Articles) -> dict[str, Search]:
    """A search over `articles` ("id", "title", "text") for each peer that is installed."""
    found: dict[str, Search] = {}
    for name, module, make in (
        ("LangChain quickstart", "langchain_chroma", _langchain),
        ("txtai hybrid", "txtai", _txtai),
    ):
        if find_spec(module) is None:
            print(f"({name} is left out: {module} is not installed.)", file=sys.stderr)
        else:
            found[name] = make(articles)
    return found


def _langchain(articles: Articles) -> Search:
    """The quickstart of LangChain's documentation: chunks of 1,000 characters, 200 repeated, into Chroma."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    documents = [
        Document(page_content=f"{a['title']}\n{a['text']}", metadata={"id": a["id"]}) for a in articles
    ]
    chunks = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(documents)
    store = Chroma(embedding_function=HuggingFaceEmbeddings(model_name=str(_default_folder())))
    for start in range(0, len(chunks), 5000):
        store.add_documents(chunks[start : start + 5000])

    def search(question: str) -> list[str]:
        found = store.similarity_search(question, k=40)
        return list(dict.fromkeys(document.metadata["id"] for document in found))[:10]

    return search


def _txtai(articles: Articles) -> Search:
    """Embeddings of txtai over paragraphs of at most 1,000 characters, with its own BM25 added."""
    from txtai import Embeddings

    embeddings = Embeddings(path=str(_default_folder()), hybrid=True, content=False)
    embeddings.index(
        (f"{a['id']}\t{n}", part, None)
        for a in articles
        for n, part in enumerate(_parts(a["title"], a["text"]))
    )

    def search(question: str) -> list[str]:
        found = embeddings.search(question, 40)
        return list(dict.fromkeys(id_.split("\t")[0] for id_, _ in found))[:10]

    return search


def _parts(title: str, text: str) -> list[str]:
    """Paragraphs put together up to 1,000 characters, each under the title."""
    parts = [""]
    for paragraph in text.split("\n"):
        if len(parts[-1]) + len(paragraph) > 1000:
            parts.append("")
        parts[-1] = f"{parts[-1]}\n{paragraph}".strip()
    return [f"{title}\n{part}" for part in parts if part]
