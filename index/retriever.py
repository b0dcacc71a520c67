"""The index as a LangChain retriever, for chains of one's own.

A module of its own because LangChain's base class takes longer to import than a question takes to search.
"""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from index.search.hybrid import DEFAULT_K
from index.store import Index
from index.types import Passage, Query


class IndexRetriever(BaseRetriever):
    """Passages as LangChain documents: `page_content` is the passage, `metadata` says where it stands.

    Days, outlets and quoted phrases in the query narrow the search, as they do when a question is asked.
    `metadata["start"]` and `["end"]` are offsets in the article's text; `score` orders the documents.
    """

    index: Index
    k: int = DEFAULT_K
    model_config = ConfigDict(arbitrary_types_allowed=True)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **_: Any
    ) -> list[Document]:
        return [as_document(passage) for passage in self.index.retrieve(Query(query), self.k)]


def as_document(passage: Passage) -> Document:
    """One passage in LangChain's form."""
    article = passage.article
    return Document(
        id=passage.chunk.id,
        page_content=passage.text,
        metadata={
            "article_id": article.id,
            "revision": article.revision,
            "start": passage.chunk.start,
            "end": passage.chunk.end,
            "title": article.title,
            "source": article.source,
            "url": article.url,
            "published": article.published,
            "updated": article.updated,
            "score": passage.score,
        },
    )
