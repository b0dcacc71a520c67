"""The LangChain retriever: the same passages as a question asked in words."""

from index.retriever import IndexRetriever
from index.store import Index
from tests.conftest import article, put


def test_a_retriever_narrows_by_the_days_and_outlets_that_a_question_names(index: Index) -> None:
    put(
        index,
        article("march", "The ferry struck the north pier.", published="2026-03-03", source="Harbour Herald"),
        article(
            "april",
            "A barge hit the south quay on Thursday night.",
            published="2026-04-09",
            source="Coast Wire",
        ),
    )
    retriever = IndexRetriever(index=index)

    def found(question: str) -> set[str]:
        return {document.metadata["article_id"] for document in retriever.invoke(question)}

    assert found("What hit the pier?") == {"march", "april"}
    assert found("What hit the pier in March 2026?") == {"march"}
    assert found("What hit the pier, according to Coast Wire?") == {"april"}
    assert found("What hit the pier in May 2019?") == {"march", "april"}
