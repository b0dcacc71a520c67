import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from bot.extractive.attribution import attribution
from bot.extractive.candidates import Candidate, candidates
from bot.extractive.confidence import in_time, log_odds, probability
from bot.extractive.layout import pieces
from bot.extractive.likeness import Likenesses
from bot.extractive.relevance import QuestionFeatures, features
from bot.extractive.writer import ExtractiveWriter
from bot.types import Draft
from index.embedding.embedder import TokenVectors, Vectors
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

TIMETABLE = Article(
    "timetable",
    "Ferries | Weekdays | Sunday\nFirst ferry | 5.40 | 8.30\nLast ferry | 22.15 | 20.50",
    title="Timetable",
    source="Nordline",
    published="2026-01-02",
)


def passages(*articles: Article) -> list[Passage]:
    made = []
    for rank, article in enumerate(articles, 1):
        chunk = Chunk(article.id, article.revision, 0, 0, len(article.text), 50)
        made.append(Passage(article, chunk, 6.0 - rank, 0.6, 20.0, rank))
    return made


def drafts(words: WordEmbedder, question: str, *articles: Article) -> list[Draft]:
    return list(ExtractiveWriter(words.embed_tokens).write(Query(question), passages(*articles)).drafts)


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
        return {one.lead for one in ExtractiveWriter(words.embed).write(query, passages(*articles)).drafts}

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


def test_menus_are_never_quoted(words: WordEmbedder) -> None:
    shown = drafts(words, "Where can I sign up for the newsletter?", HERALD)
    assert not any("Sign up" in draft.text for draft in shown)


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


def test_a_row_of_several_cells_is_quoted_with_its_headings_once(words: WordEmbedder) -> None:
    table = Article(
        "plans",
        "Prices are per month.\n\n| Nest | Flock | Colony\nPrice for the year | £7 | £24 | £66\n"
        "Users | 1 | 5 | 25\nPrice for a month | £9 | £29 | £79",
        "Plans",
    )
    shown = drafts(words, "What is the price of Nest for a month, for the year?", table)
    rows = [draft for draft in shown if "Price for" in draft.text]
    assert len(rows) == 2
    assert rows[0].text.startswith("| Nest | Flock | Colony\nPrice for")
    assert [claim.text for claim in rows[0].claims] == [*reversed(rows[0].text.split("\n"))]
    assert all(table.text[one.start :].startswith(one.text) for one in rows[0].claims)
    assert "Nest" not in rows[1].text
    (short,) = drafts(words, "What is the limit of requests?", Article("api", "Limit | Value\nRequests | 9"))
    assert short.text == "Requests | 9"


def test_an_empty_first_heading_hides_no_other() -> None:
    article = Article("plans", "| Nest | Flock\nPrice | £7 | £24")
    piece = pieces(article.text)[1]
    assert Candidate(1, article, piece, None).columns == "Nest | Flock"


def test_an_answer_that_was_withdrawn_is_told_of(words: WordEmbedder) -> None:
    withdrawn = Article("w", "Divers found a bell.", "Divers", status=Status.WITHDRAWN)
    writing = ExtractiveWriter(words.embed_tokens).write(
        Query("Who found a bell? Divers?"), passages(withdrawn, HERALD)
    )
    assert writing.withdrawn == withdrawn


STEPS = Article(
    "steps",
    "You can export your mail.\n\nTo export a mailbox:\n\n1. Open the settings.\n2. Choose the folders.\n"
    "3. Press the button.\n\nThe link expires after seven days.",
    title="Export your mail",
    source="Help",
)


def test_steps_are_quoted_whole_with_what_leads_in_to_them(words: WordEmbedder) -> None:
    (first, *_) = drafts(words, "How do I export a mailbox?", STEPS)
    assert first.text == STEPS.text[STEPS.text.index("To export") : STEPS.text.index("\n\nThe link")]


def test_one_point_of_a_list_is_quoted_where_a_day_or_a_person_is_asked_for(words: WordEmbedder) -> None:
    points = "1. Fees. The members kept the fee at nine pounds.\n2. Next meeting: 3 May, in the hall."
    minutes = Article("minutes", f"{points}\n\nThe chair closed the meeting.", title="Minutes")
    (first, *_) = drafts(words, "When is the next meeting?", minutes)
    assert first.text == "2. Next meeting: 3 May, in the hall."


def test_of_a_very_long_list_the_rest_is_counted(words: WordEmbedder) -> None:
    steps = "\n".join(f"{n}. Turn knob {n}." for n in range(1, 21))
    article = Article("long", f"To tune the set:\n{steps}", title="Tuning")
    (first, *_) = drafts(words, "How do I tune the set?", article)
    assert first.text.endswith("11. Turn knob 11.\n(and 9 more)")
    assert first.claims[0].text in article.text


def test_the_question_of_an_faq_is_not_its_answer(words: WordEmbedder) -> None:
    faq = Article(
        "faq",
        "May I feed the animals?\n\nNo. It makes them ill.\n\nIs there parking?\n\nYes, behind the gate.",
        title="Questions",
    )
    assert drafts(words, "May I feed the animals?", faq)[0].text == "No. It makes them ill."
    assert drafts(words, "Is there parking?", faq)[0].text == "Yes, behind the gate."


def test_no_sentence_is_joined_to_another_paragraph(words: WordEmbedder) -> None:
    article = Article(
        "two", "The council agreed by nine votes.\n\nIt moves the market to Pier 4.", title="News"
    )
    assert drafts(words, "Where is the market moved to?", article)[0].text == "It moves the market to Pier 4."


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


@pytest.mark.parametrize("question", ["", "???", "a" * 100_000, '"', "\0", "who " * 500])
def test_any_question_gets_a_probability(words: WordEmbedder, question: str) -> None:
    writing = ExtractiveWriter(words.embed_tokens).write(Query(question), passages(HERALD))
    assert 0.0 <= writing.score <= 1.0


def test_what_the_articles_speak_of_is_more_probable_than_what_they_do_not(words: WordEmbedder) -> None:
    writer = ExtractiveWriter(words.embed_tokens)
    told = writer.write(Query("How many people were hurt when the Marlin sank?"), passages(HERALD))
    untold = writer.write(Query("Which striker scored twice for Albion?"), passages(HERALD))
    assert untold.score < 0.5 < told.score


@pytest.mark.parametrize(
    ("told", "not_told"),
    [
        ("How many people were hurt on the Marlin?", "How old was the captain of the Marlin?"),
        ("When was the Marlin built?", "How much did the Marlin cost?"),
        ("How many people were hurt?", "How long is the Marlin?"),
    ],
)
def test_a_figure_that_no_sentence_gives_makes_an_answer_improbable(
    words: WordEmbedder, told: str, not_told: str
) -> None:
    def explained(question: str) -> set[str]:
        writing = ExtractiveWriter(words.embed_tokens).write(Query(question), passages(HERALD))
        assert writing.explanation is not None
        return {one.name for one in writing.explanation.odds if one.value}

    assert "number or day missing" not in explained(told)
    assert "number or day missing" in explained(not_told)


def test_a_question_about_this_week_is_not_answered_by_last_year() -> None:
    now = date(2027, 3, 12)
    best = candidates(passages(HERALD))[0]
    assert not in_time("Which ferry sank this week?", now, passages(HERALD), best)
    assert in_time("Which ferry sank?", now, passages(HERALD), best)
    assert in_time("Which ferry sank this week?", None, passages(HERALD), best)
    assert in_time("Which ferry sank this week?", now, passages(HERALD, Article("u", "Undated.")), best)
    changed = replace(HERALD, updated="2027-03-10")
    assert in_time("Which ferry sank this week?", now, passages(changed), best)
    signals = (0.6, 0.5, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    late, timely = (log_odds(signals, in_time=so, contradicted=False) for so in (False, True))
    assert probability(late) < probability(timely)


def test_the_sunday_of_a_timetable_is_any_sunday() -> None:
    asked = "When does the last ferry sail on Sunday?"
    rows = candidates(passages(TIMETABLE))
    assert in_time(asked, date(2027, 3, 12), passages(TIMETABLE), rows[-1])
    assert not in_time(asked, date(2027, 3, 12), passages(HERALD), candidates(passages(HERALD))[0])


def test_what_names_a_row_and_a_column_is_told_by_the_table(words: WordEmbedder) -> None:
    def weighed(question: str) -> bool:
        explained = (
            ExtractiveWriter(words.embed_tokens).write(Query(question), passages(TIMETABLE)).explanation
        )
        assert explained
        return any(one.name == "row and column said" and one.value for one in explained.odds)

    assert weighed("When is the last ferry on Sunday?")
    assert not weighed("When is the last ferry in winter?")
    assert not weighed("Which trams run on Sunday?")


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


def test_what_says_the_opposite_of_the_question_is_a_less_probable_answer(words: WordEmbedder) -> None:
    writer = ExtractiveWriter(words.embed_tokens)
    asked = writer.write(Query("Which ferry sank off Port Hale on Monday night?"), passages(HERALD))
    denied = writer.write(Query("Which ferry never sank off Port Hale on Monday night?"), passages(HERALD))
    assert denied.score < asked.score - 0.2
    assert list(denied.drafts)


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


def test_a_code_in_a_heading_is_explained_below_it(words: WordEmbedder) -> None:
    page = Article(
        "e", "ALM 07\n\nThe door was open for too long.\n\nALM 12\n\nThe fan does not turn.", title="Messages"
    )
    writer = ExtractiveWriter(words.embed_tokens)
    told = writer.write(Query("What does ALM 12 mean?"), passages(page))
    assert next(iter(told.drafts)).text == "The fan does not turn."
    assert told.score > writer.write(Query("What does ALM 44 mean?"), passages(page)).score + 0.2


def test_who_wrote_a_letter_is_told_by_the_name_below_it(words: WordEmbedder) -> None:
    text = "Sir,\n\nThe Council of Port Hale wants to fell forty limes. Plant new ones.\n\n"
    letter = Article("l", f"{text}Ann Reyes, Quay Road 8", title="Letter: Leave the limes alone")
    assert drafts(words, "Who wrote the letter about the limes?", letter)[0].text == "Ann Reyes, Quay Road 8"
    assert "Reyes" not in drafts(words, "What does the council want?", letter)[0].text


def test_the_background_of_a_mail_says_nothing_of_the_time_that_is_asked_about(words: WordEmbedder) -> None:
    mail = "Dear crew,\nwe come next week.\nWhen is the last ferry?\nSee you on Monday!\nAnn"
    asked = "When is the last ferry?"
    writer = ExtractiveWriter(words.embed_tokens)
    put = Query(mail, now=date(2027, 3, 12), topic=asked)
    bare = Query(asked, now=date(2027, 3, 12))
    assert writer.write(put, passages(TIMETABLE)).score == writer.write(bare, passages(TIMETABLE)).score


def test_the_code_of_a_heading_is_said_by_what_stands_below_it() -> None:
    page = Article("e", "The oven shows a code.\n\nE21 and E22\n\nThe motor got too hot.", title="Codes")
    found = candidates(passages(page))
    asked = QuestionFeatures.read("My oven shows E22.")
    lead, below = features(asked, found, passages(page), Likenesses.none(len(found)))[:, 1]
    assert below > 0
    assert lead > 0
