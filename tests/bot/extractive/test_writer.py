"""The writer that quotes: which sentences it chooses, in which order, and what it says of them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from bot.extractive.attribution import attribution
from bot.extractive.writer import ExtractiveWriter
from index.embedding.embedder import TokenVectors, Vectors
from index.types import Article, Query, Status
from tests.bot.extractive.articles import COURIER, HERALD, drafts, passages
from tests.conftest import WordEmbedder


def test_the_first_quote_holds_what_was_asked_for(words: WordEmbedder) -> None:
    assert "14 people" in drafts(words, "How many people were hurt when the Marlin sank?", HERALD)[0].text


HELP = Article(
    "help",
    "You can set a new password if you know your address. Your code is sent to you by post.",
    title="Your password",
    source="Nordline Help",
    published="2026-03-05",
)


def test_what_happened_in_some_days_is_told_by_reports_and_by_no_page_of_help(words: WordEmbedder) -> None:
    march = Query("What happened in March?", date(2026, 3, 1), date(2026, 3, 31), topic="What happened?")

    def said(query: Query, *articles: Article) -> set[str]:
        return {
            one.lead for one in ExtractiveWriter(words.embed_tokens).write(query, passages(*articles)).drafts
        }

    assert said(march, HELP, HERALD) == {attribution(HERALD)}
    assert said(march, HELP) == set()
    # Of a thing that is named, its pages tell what there is.
    named = replace(
        march, text="What happened to my password in March?", topic="What happened to my password?"
    )
    assert attribution(HELP) in said(named, HELP, HERALD)


def test_every_quote_stands_where_it_says(words: WordEmbedder) -> None:
    found = passages(HERALD, COURIER)
    writing = ExtractiveWriter(words.embed_tokens).write(Query("What happened to the Marlin?"), found)
    written = list(writing.drafts)
    assert 1 <= len(written) <= 3
    for draft in written:
        (claim,) = draft.claims
        assert claim.start is not None
        text = found[claim.passage - 1].article.text
        assert text[claim.start : claim.start + len(claim.text)] == claim.text == draft.text


def test_of_two_outlets_that_disagree_the_newer_account_comes_first(words: WordEmbedder) -> None:
    shown = drafts(words, "How many people were hurt when the ferry Marlin sank?", HERALD, COURIER)
    assert [draft.lead for draft in shown[:2]] == [
        "Coast Courier, 13 March 2026",
        "Earlier: The Harbour Herald, 12 March 2026",
    ]
    assert "19" in shown[0].text
    assert "14" in shown[1].text


def test_the_same_sentence_in_two_places_is_quoted_once(words: WordEmbedder) -> None:
    copy = Article("copy", HERALD.text, title="A copy", source="Wire", published="2026-03-12")
    shown = [draft.text for draft in drafts(words, "How many people were hurt?", HERALD, copy)]
    assert len(shown) == len(set(shown))


def test_a_sentence_that_leans_on_the_one_before_is_quoted_with_it(words: WordEmbedder) -> None:
    shown = drafts(words, "When was she built by the Orrin yard?", HERALD)
    assert re.search(r"9 March\. She was built in 1987", shown[0].text)


def test_a_withdrawn_article_answers_only_where_nothing_else_speaks(words: WordEmbedder) -> None:
    withdrawn = Article(
        "w", COURIER.text, "Divers", "Coast Courier", published="2026-03-13", status=Status.WITHDRAWN
    )
    question = "How many people were hurt when the ferry Marlin sank?"
    shown = drafts(words, question, withdrawn, HERALD)
    assert {draft.lead for draft in shown} == {"The Harbour Herald, 12 March 2026"}
    assert drafts(words, question, withdrawn)[0].lead == "Coast Courier, 13 March 2026 (withdrawn)"


def test_a_withdrawn_article_that_would_not_have_answered_is_not_told_of(words: WordEmbedder) -> None:
    withdrawn = Article("w", "Divers found a bell.", "Divers", status=Status.WITHDRAWN)
    writing = ExtractiveWriter(words.embed_tokens).write(
        Query("Who was the last emperor of Brazil?"), passages(withdrawn, HERALD)
    )
    assert writing.withdrawn is None


def test_an_answer_that_was_withdrawn_is_told_of(words: WordEmbedder) -> None:
    withdrawn = Article("w", "Divers found a bell.", "Divers", status=Status.WITHDRAWN)
    writing = ExtractiveWriter(words.embed_tokens).write(
        Query("Who found a bell? Divers?"), passages(withdrawn, HERALD)
    )
    assert writing.withdrawn == withdrawn


def test_a_yes_or_no_question_is_answered_by_what_says_otherwise(words: WordEmbedder) -> None:
    article = Article("t", "Mexico refused the troops.", title="Troops", source="Wire")
    assert (
        drafts(words, "Did Mexico accept the troops?", article)[0].lead == "The articles say otherwise: Wire"
    )


def test_nothing_to_quote_is_no_answer(words: WordEmbedder) -> None:
    writer = ExtractiveWriter(words.embed_tokens)
    assert writer.write(Query("Who?"), []).score == 0.0
    bare = Article("b", "Home\n\nSign up for more\n\n•")
    assert writer.write(Query("Who?"), passages(bare)).score == 0.0


def test_only_so_many_sentences_are_embedded() -> None:
    asked: list[int] = []

    def embed(texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        asked.append(len(texts))
        vectors = np.ones((len(texts), 4), dtype=np.float32) / 2
        return vectors, [TokenVectors.whole(*one) for one in zip(vectors, texts, strict=True)]

    long = Article("l", " ".join(f"The tide was {n} metres high at noon." for n in range(200)))
    ExtractiveWriter(embed).write(Query("How high was the tide?"), passages(long))
    assert asked == [41]


@pytest.mark.parametrize(
    ("asked", "newer", "older"),
    [
        ("Did the drivers accept?", "The drivers have accepted it.", "The drivers have rejected the offer."),
        (
            "Is the Orrin supported?",
            "The Orrin is supported from version 2 on.",
            "The Orrin is not supported.",
        ),
        (
            "Did the drivers agree?",
            "The drivers have agreed to it.",
            "The drivers have turned down the plan.",
        ),
    ],
)
def test_a_later_yes_comes_before_an_earlier_no(
    words: WordEmbedder, asked: str, newer: str, older: str
) -> None:
    first = Article("first", older, title="An offer", source="The Herald", published="2025-01-10")
    then = Article("then", newer, title="An offer", source="The Herald", published="2026-03-12")
    shown = drafts(words, asked, first, then)
    assert [draft.text for draft in shown] == [newer, older]
    assert shown[1].lead.startswith("Earlier")


def test_what_was_decided_is_told_without_that_word(words: WordEmbedder) -> None:
    page = Article("c", "The town council voted to close Mill Street to cars.", title="Mill Street")
    told = ExtractiveWriter(words.embed_tokens).write(
        Query("What did the town council decide?"), passages(page)
    )
    assert told.explanation
    assert any(one.name == "all said" and one.value for one in told.explanation.odds)


def test_a_lead_names_the_outlet_or_else_the_title() -> None:
    divers = Article("a", "x", title="Divers at the wreck", published="2026-03-14")
    assert attribution(divers) == "“Divers at the wreck”, 14 March 2026"
    minutes = replace(divers, title="Minutes of the council, 14 March 2026")
    assert attribution(minutes) == "“Minutes of the council, 14 March 2026”"
    assert attribution(replace(minutes, published="2026-03-20")).endswith("14 March 2026”, 20 March 2026")
    assert attribution(Article("a", "x")) == ""
    help_ = Article("a", "x", source="Help", published="2025-02-10", updated="2026-09-01T10:00:00+02:00")
    assert attribution(help_) == "Help, updated 1 September 2026"
    assert attribution(replace(help_, updated="2025-02-10T18:00:00Z")) == "Help, 10 February 2025"
    corrected = Article("a", "x", source="Coast Courier", published="2026-03-02", status=Status.CORRECTED)
    assert attribution(corrected) == "Coast Courier, 2 March 2026 (corrected)"


def test_another_quarter_is_no_newer_account(words: WordEmbedder) -> None:
    first, third = (
        Article(
            name,
            f"Orrin made a profit of {sum_} million in the {name} quarter.",
            source="Wire",
            published=day,
        )
        for name, sum_, day in (("first", "€9", "2026-05-01"), ("third", "€12", "2026-11-01"))
    )
    shown = drafts(words, "What profit did Orrin make in Q1?", third, first)
    assert "first quarter" in shown[0].text
    assert not any("Earlier" in draft.lead for draft in shown)
