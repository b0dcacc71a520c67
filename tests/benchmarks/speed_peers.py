"""The same work by others, each in a process of its own, from nothing to its end.

    python -m tests.benchmarks.speed_peers encode CHUNKS
    python -m tests.benchmarks.speed_peers langchain-ingest|txtai-ingest ARTICLES FOLDER
    python -m tests.benchmarks.speed_peers langchain-ask FOLDER QUESTION

They run the project's default model as they do by themselves, in 32 bits by torch, and keep what they made in
FOLDER. They are installed beside the project's own packages: see `.venv/peers/installed` in the Makefile.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from index.embedding.embedder import _default_folder
from tests.benchmarks.peers import parts
from tests.benchmarks.processes import Run, run

_PYTHON = Path(sys.prefix) / "peers" / "bin" / "python"
# As many as Chroma takes at once.
_AT_ONCE = 5_000


def installed() -> bool:
    """Whether the peers are, and a word to stderr where not."""
    there = _PYTHON.exists()
    if not there:
        print("(The peers are left out: `make .venv/peers/installed` installs them.)", file=sys.stderr)
    return there


def peer(*arguments: str) -> Run:
    """Run one of the commands above."""
    python = sys.executable if arguments[0] == "encode" else str(_PYTHON)
    command = [python, "-m", "tests.benchmarks.speed_peers", *arguments]
    return run(command, {"HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False"})


def encode(chunks: str) -> None:
    """The bare model on texts (a JSON list), sorted by length; prints the seconds of `encode` alone."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(_default_folder()))
    texts = sorted(json.loads(Path(chunks).read_text(encoding="utf-8")), key=len)
    begun = time.perf_counter()
    model.encode(texts, batch_size=32, show_progress_bar=False)
    print(time.perf_counter() - begun)


def langchain_ingest(articles: str, folder: str) -> None:
    """The tutorial on semantic search: chunks of 1,000 characters, 200 repeated, in a Chroma on disk."""
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    documents = [
        Document(page_content=article["text"], metadata=_told(article)) for article in _read(articles)
    ]
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
    chunks = splitter.split_documents(documents)
    store = _chroma(folder)
    for start in range(0, len(chunks), _AT_ONCE):
        store.add_documents(documents=chunks[start : start + _AT_ONCE])


def langchain_ask(folder: str, question: str) -> None:
    """The passages that the tutorial's store gives for a question."""
    for document in _chroma(folder).similarity_search(question, k=4):
        print(document.metadata["title"], document.page_content, sep="\n")


def _chroma(folder: str) -> Any:
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings
    from sentence_transformers import SentenceTransformer

    class HuggingFaceEmbeddings(Embeddings):
        """As that of langchain-huggingface, which cannot be installed beside current releases."""

        def __init__(self) -> None:
            self._model = SentenceTransformer(str(_default_folder()))

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return self._model.encode([text.replace("\n", " ") for text in texts]).tolist()

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    return Chroma(
        collection_name="articles", embedding_function=HuggingFaceEmbeddings(), persist_directory=folder
    )


def txtai_ingest(articles: str, folder: str) -> None:
    """Hybrid search with content, over paragraphs of at most 1,000 characters."""
    from txtai import Embeddings

    embeddings = Embeddings(hybrid=True, content=True, path=str(_default_folder()))
    embeddings.index(
        (f"{article['id']}/{number}", {"text": part, **_told(article)}, None)
        for article in _read(articles)
        for number, part in enumerate(parts(article.get("title", ""), article["text"]))
    )
    embeddings.save(folder)


def _told(article: dict[str, Any]) -> dict[str, str]:
    return {name: article.get(name) or "" for name in ("title", "source", "published", "url")}


def _read(articles: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(articles).read_text(encoding="utf-8").splitlines()]


_COMMANDS: dict[str, Callable[..., None]] = {
    "encode": encode,
    "langchain-ingest": langchain_ingest,
    "langchain-ask": langchain_ask,
    "txtai-ingest": txtai_ingest,
}


def main(arguments: Sequence[str]) -> None:
    """Do what the arguments say."""
    if not arguments or arguments[0] not in _COMMANDS:
        sys.exit(__doc__)
    _COMMANDS[arguments[0]](*arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
