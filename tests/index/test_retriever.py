"""The LangChain retriever: the same passages as a question asked in words."""

import pytest

from index.retriever import IndexRetriever
from index.store import Index
from index.types import Query
from tests.conftest import article, put


def found(index: Index, question: str) -> set[str]:
    """The articles that the retriever finds."""
    return {document.metadata["article_id"] for document in IndexRetriever(index=index).invoke(question)}


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
    assert found(index, "What hit the pier?") == {"march", "april"}
    assert found(index, "What hit the pier in March 2026?") == {"march"}
    assert found(index, "What hit the pier, according to Coast Wire?") == {"april"}
    assert found(index, "What hit the pier in May 2019?") == {"march", "april"}


def test_a_page_that_only_states_its_last_change_is_found_by_that_day(index: Index) -> None:
    put(
        index,
        article("kept", "The ferry pass costs 12 crowns.", published="2019-05-01", updated="2026-03-03"),
        article("page", "The ferry takes dogs.", updated="2026-03-12T09:00:00+01:00"),
        article("old", "The ferry has a bar.", published="2026-02-01"),
    )
    assert found(index, "What is new on the ferry in March 2026?") == {"kept", "page"}
    assert found(index, "What was new on the ferry in May 2019?") == {"kept"}
    assert found(index, "What was new on the ferry on 12 March 2026?") == {"page"}
    (page,) = IndexRetriever(index=index).invoke("What was new on the ferry on 12 March 2026?")
    assert (page.metadata["published"], page.metadata["updated"]) == ("", "2026-03-12T09:00:00+01:00")


def test_days_narrow_a_collection_that_states_only_days_of_change(index: Index) -> None:
    put(
        index,
        article("a", "The ferry takes dogs.", updated="2026-03-12"),
        article("b", "The ferry has a bar.", updated="2025-03-12"),
    )
    found = index.retrieve_as_read(Query("What about the ferry in March 2025?"))
    assert (found.read, found.relaxed) == ("published or updated 1–31 March 2025", False)
    assert [passage.article.id for passage in found.passages] == ["b"]


def test_what_is_searched_for_in_all_articles_is_in_the_records_spelling_too(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_is_word", lambda _: False)
    put(
        index,
        article("bridge", "The bridge opened.", published="1998-05-01"),
        article("ferry", "The passengers left the ferry.", published="2026-03-03"),
    )
    found = index.retrieve_as_read(Query("What did the pasengers do in March 1999?"))
    assert (found.read, found.relaxed) == ("published or updated 1–31 March 1999", True)
    assert [passage.article.id for passage in found.passages if passage.lexical] == ["ferry"]
