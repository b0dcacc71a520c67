"""Lists, tables, headings and letters, each quoted as it has to be read."""

from bot.extractive.candidates import Candidate, candidates
from bot.extractive.layout import pieces
from bot.extractive.likeness import Likenesses
from bot.extractive.relevance import QuestionFeatures, features
from bot.extractive.writer import ExtractiveWriter
from index.types import Article, Query
from tests.bot.extractive.articles import HERALD, TIMETABLE, drafts, passages
from tests.conftest import WordEmbedder


def test_menus_are_never_quoted(words: WordEmbedder) -> None:
    shown = drafts(words, "Where can I sign up for the newsletter?", HERALD)
    assert not any("Sign up" in draft.text for draft in shown)


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


def test_the_code_of_a_heading_is_said_by_what_stands_below_it() -> None:
    page = Article("e", "The oven shows a code.\n\nE21 and E22\n\nThe motor got too hot.", title="Codes")
    found = candidates(passages(page))
    asked = QuestionFeatures.read("My oven shows E22.")
    lead, below = features(asked, found, passages(page), Likenesses.none(len(found)))[:, 1]
    assert below > 0
    assert lead > 0
