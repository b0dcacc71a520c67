"""An article made ready for the record: its chunks, and what is embedded for each."""

from index.embedding.embedder import Embedder
from index.store import PreparedArticle
from index.types import Article
from ingest.chunk import chunk, embedded_text, fitted_title


def prepare(article: Article, embedder: Embedder) -> PreparedArticle:
    """The article with its chunks and what is embedded for each."""
    chunks = chunk(article, embedder.count_tokens, embedder.max_tokens)
    title = fitted_title(article.title, embedder.count_tokens, embedder.max_tokens)
    texts = tuple(embedded_text(title, article.text[c.start : c.end]) for c in chunks)
    return PreparedArticle(article, tuple(chunks), texts)
