"""Collections of any size for the benchmark of growth: real articles many times over, none of them alike.

Each copy of an article of the news collection has a third of its words replaced by words drawn from the whole
collection, as often as they occur there; its vectors are turned by noise to a cosine of .8 with the real
ones; and it is dated at random within ten years. The n-th article is the same in every collection.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from index.embedding.embedder import Vectors
from index.store import Index, PreparedArticle
from index.types import Article, Chunk

_REPLACED = 1 / 3
_NOISE = 0.75  # cosine 1 / sqrt(1 + .75 ** 2) = .8
FIRST_DAY, DAYS = date(2014, 1, 1), 3653


@dataclass(frozen=True, slots=True)
class Real:
    """A real article: its title, its outlet, and its chunks' texts with a vector each."""

    title: str
    source: str
    texts: tuple[str, ...]
    vectors: Vectors


def real_articles(index: Index) -> list[Real]:
    """What the record of real articles holds."""
    found = []
    with index.catalog.read() as snapshot:
        for article in snapshot.articles():
            rows = snapshot.db.execute(
                'SELECT c.start, c."end", e.vector FROM chunks c JOIN embeddings e ON e.key = c.embedding '
                "JOIN articles a ON a.rowid = c.article WHERE a.id = ? ORDER BY c.ordinal",
                (article.id,),
            ).fetchall()
            width = np.float16 if len(rows[0][2]) == 768 else np.float32
            vectors = np.stack([np.frombuffer(row[2], width).astype(np.float32) for row in rows])
            texts = tuple(article.text[row[0] : row[1]] for row in rows)
            found.append(Real(article.title, article.source, texts, vectors))
    return sorted(found, key=lambda real: (real.title, real.texts))


def copies(real: Sequence[Real], chunks: int) -> Iterator[tuple[PreparedArticle, Vectors]]:
    """Articles of `chunks` chunks together, each with its vectors."""
    spoken: npt.NDArray[np.object_] = np.array(
        [word for one in real for text in one.texts for word in text.split()], dtype=object
    )
    made = number = 0
    while made < chunks:
        one = real[number % len(real)]
        put, vectors = copy(one, number, spoken, min(len(one.texts), chunks - made))
        yield put, vectors
        made += len(put.chunks)
        number += 1


def copy(
    real: Real, number: int, spoken: npt.NDArray[np.object_], chunks: int, edition: int = 0
) -> tuple[PreparedArticle, Vectors]:
    """The first `chunks` chunks of a copy; another `edition` of the same number has other words."""
    random = np.random.default_rng((number, edition))
    texts = [_reworded(text, spoken, random) for text in real.texts[:chunks]]
    day = FIRST_DAY + timedelta(days=int(np.random.default_rng(number).integers(DAYS)))
    article = Article(
        f"copy-{number}",
        "\n\n".join(texts),
        title=_reworded(real.title, spoken, random),
        source=real.source,
        published=day.isoformat(),
    )
    spans, start = [], 0
    for ordinal, text in enumerate(texts):
        spans.append(Chunk(article.id, article.revision, ordinal, start, start + len(text), 200))
        start += len(text) + 2
    noise = random.standard_normal((len(texts), real.vectors.shape[1])).astype(np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    vectors = real.vectors[: len(texts)] + _NOISE * noise
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    keyed = tuple(f"{number}/{edition}/{ordinal}" for ordinal in range(len(texts)))
    return PreparedArticle(article, tuple(spans), keyed), vectors.astype(np.float32)


def _reworded(text: str, spoken: npt.NDArray[np.object_], random: np.random.Generator) -> str:
    words = np.array(text.split(), dtype=object)
    if not len(words):
        return "Untitled"
    chosen = random.random(len(words)) < _REPLACED
    words[chosen] = spoken[random.integers(len(spoken), size=int(chosen.sum()))]
    return " ".join(words)
