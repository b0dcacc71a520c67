import re
from datetime import date

import numpy as np
import pytest

from bot.extractive.attribution import attribution
from bot.extractive.confidence import in_time, probability
from bot.extractive.writer import ExtractiveWriter
from bot.types import Draft
from index.embedding.embedder import Vectors
from index.types import Article, Chunk, Passage, Query, Status
from tests.conftest import WordEmbedder

HERALD = Article(
    "herald",
    "The ferry Marlin sank off Port Hale on Monday night. The harbour master said 14 people were hurt when "
    "the Marlin sank on 9 March. She was built in 1987 by the Orrin yard.\n\nSign up for our newsletter\n\n"
    "The town council "
    "meets on Friday to discuss the budget.",
    title="Ferry sinks off Port Hale",
    source="The Harbour Herald",
    published="2026-03-12",
)
COURIER = Article(
    "courier",
    "Officials said 19 people were hurt when the ferry Marlin sank on 9 March. Divers look for the wreck.",
    title="Divers at the wreck",
    source="Coast Courier",
    published="2026-03-13T08:30:00+01:00",
)


def passages(*articles: Article) -> list[Passage]:
    made = []
    for rank, article in enumerate(articles, 1):
        chunk = Chunk(article.id, article.revision, 0, 0, len(article.text), 50)
        made.append(Passage(article, chunk, 6.0 - rank, 0.6, 20.0, rank))
    return made


def drafts(words: WordEmbedder, question: str, *articles: Article) -> list[Draft]:
    return list(ExtractiveWriter(words.embed).write(Query(question), passages(*articles)).drafts)


def test_the_first_quote_holds_what_was_asked_for(words: WordEmbedder) -> None:
    assert "14 people" in drafts(words, "How many people were hurt when the Marlin sank?", HERALD)[0].text


def test_every_quote_stands_where_it_says(words: WordEmbedder) -> None:
    found = passages(HERALD, COURIER)
    writing = ExtractiveWriter(words.embed).write(Query("What happened to the Marlin?"), found)
    written = list(writing.drafts)
    assert 1 <= len(written) <= 3
    for draft in written:
        (claim,) = draft.claims
        assert claim.start is not None
        text = found[claim.passage - 1].article.text
        assert text[claim.start : claim.start + len(claim.text)] == claim.text == draft.text


def test_two_outlets_that_disagree_are_shown_side_by_side(words: WordEmbedder) -> None:
    shown = drafts(words, "How many people were hurt when the ferry Marlin sank?", HERALD, COURIER)
    assert {draft.lead for draft in shown[:2]} == {
        "The Harbour Herald, 12 March 2026",
        "Coast Courier, 13 March 2026",
    }
    assert "14" in shown[0].text + shown[1].text
    assert "19" in shown[0].text + shown[1].text


def test_the_same_sentence_in_two_places_is_quoted_once(words: WordEmbedder) -> None:
    copy = Article("copy", HERALD.text, title="A copy", source="Wire", published="2026-03-12")
    shown = [draft.text for draft in drafts(words, "How many people were hurt?", HERALD, copy)]
    assert len(shown) == len(set(shown))


def test_a_sentence_that_leans_on_the_one_before_is_quoted_with_it(words: WordEmbedder) -> None:
    shown = drafts(words, "When was she built by the Orrin yard?", HERALD)
    assert re.search(r"9 March\. She was built in 1987", shown[0].text)


def test_menus_are_never_quoted(words: WordEmbedder) -> None:
    shown = drafts(words, "Where can I sign up for the newsletter?", HERALD)
    assert not any("Sign up" in draft.text for draft in shown)


def test_withdrawn_articles_come_last_and_say_so(words: WordEmbedder) -> None:
    withdrawn = Article(
        "w", COURIER.text, "Divers", "Coast Courier", published="2026-03-13", status=Status.WITHDRAWN
    )
    question = "How many people were hurt when the ferry Marlin sank?"
    shown = drafts(words, question, withdrawn, HERALD)
    assert shown[0].lead == "The Harbour Herald, 12 March 2026"
    assert all("withdrawn" not in draft.lead for draft in shown[:-1])
    assert drafts(words, question, withdrawn)[0].lead == "Coast Courier, 13 March 2026 (withdrawn)"


def test_nothing_to_quote_is_no_answer(words: WordEmbedder) -> None:
    writer = ExtractiveWriter(words.embed)
    assert writer.write(Query("Who?"), []).score == 0.0
    bare = Article("b", "Home\n\nSign up for more\n\n•")
    assert writer.write(Query("Who?"), passages(bare)).score == 0.0


def test_only_so_many_sentences_are_embedded() -> None:
    asked: list[int] = []

    def embed(texts: list[str]) -> Vectors:
        asked.append(len(texts))
        return np.ones((len(texts), 4), dtype=np.float32) / 2

    long = Article("l", " ".join(f"The tide was {n} metres high at noon." for n in range(200)))
    ExtractiveWriter(embed).write(Query("How high was the tide?"), passages(long))  # type: ignore[arg-type]
    assert asked == [41]


@pytest.mark.parametrize("question", ["", "???", "a" * 100_000, '"', "\0", "who " * 500])
def test_any_question_gets_a_probability(words: WordEmbedder, question: str) -> None:
    writing = ExtractiveWriter(words.embed).write(Query(question), passages(HERALD))
    assert 0.0 <= writing.score <= 1.0


def test_what_the_articles_speak_of_is_more_probable_than_what_they_do_not(words: WordEmbedder) -> None:
    writer = ExtractiveWriter(words.embed)
    told = writer.write(Query("How many people were hurt when the Marlin sank?"), passages(HERALD))
    untold = writer.write(Query("Which striker scored twice for Albion?"), passages(HERALD))
    assert untold.score < 0.5 < told.score


def test_a_question_about_this_week_is_not_answered_by_last_year() -> None:
    now = date(2027, 3, 12)
    assert not in_time("Which ferry sank this week?", now, passages(HERALD))
    assert in_time("Which ferry sank?", now, passages(HERALD))
    assert in_time("Which ferry sank this week?", None, passages(HERALD))
    assert in_time("Which ferry sank this week?", now, passages(HERALD, Article("u", "Undated.")))
    signals = (9.0, 0.6, 0.9, 0.0, 0.6)
    assert probability(signals, in_time=False) < probability(signals)


def test_what_says_the_opposite_of_the_question_is_a_less_probable_answer(words: WordEmbedder) -> None:
    writer = ExtractiveWriter(words.embed)
    asked = writer.write(Query("Which ferry sank off Port Hale on Monday night?"), passages(HERALD))
    denied = writer.write(Query("Which ferry never sank off Port Hale on Monday night?"), passages(HERALD))
    assert denied.score < asked.score - 0.2
    assert list(denied.drafts)


def test_a_lead_names_the_outlet_or_else_the_title() -> None:
    assert attribution(Article("a", "x", title="Divers at the wreck")) == "Divers at the wreck"
    assert attribution(Article("a", "x")) == ""
    corrected = Article("a", "x", source="Coast Courier", published="2026-03-02", status=Status.CORRECTED)
    assert attribution(corrected) == "Coast Courier, 2 March 2026 (corrected)"
