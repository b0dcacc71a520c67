"""Sentences that name days, and the order of the days."""

from datetime import date

from bot.timeline.dated_sentences import dated_sentences, rank_days
from index.types import Article, Chunk, Passage, Status


def passage(
    id_: str, text: str, published: str, status: Status = Status.CURRENT, updated: str = ""
) -> Passage:
    article = Article(id_, text, source=id_, published=published, updated=updated, status=status)
    return Passage(article, Chunk(id_, article.revision, 0, 0, len(text), 50), 1.0, 0.5, 1.0)


def told(*passages: Passage) -> list[tuple[str, str]]:
    return [(str(one.day), one.text) for one in dated_sentences(passages)]


def test_a_sentence_tells_of_the_day_that_it_names_and_not_of_its_articles() -> None:
    # Published on a Thursday.
    text = "Divers are at work. The ferry sank on Monday. Yesterday the harbour was closed."
    assert told(passage("a", text, "2026-03-12")) == [
        ("2026-03-09", "The ferry sank on Monday."),
        ("2026-03-11", "Yesterday the harbour was closed."),
    ]


def test_what_is_planned_posted_undated_or_withdrawn_is_no_event() -> None:
    assert told(passage("a", "The council will meet on Friday.", "2026-03-12")) == []
    assert told(passage("a", "Posted by Ada on 9 March 2026 at 5:31 pm in general news.", "2026-03-12")) == []
    assert told(passage("a", "The ferry sank on 9 March 2026.", "")) == []
    assert told(passage("a", "The ferry sank on Monday.", "2026-03-12", Status.WITHDRAWN)) == []


def test_where_no_day_of_publication_is_stated_the_one_of_the_last_change_counts() -> None:
    text = (
        "Version 2 was released on 9 March. Since Tuesday it exports calendars. Version 3 comes on 30 March."
    )
    assert told(passage("a", text, "", updated="2026-03-12")) == [
        ("2026-03-09", "Version 2 was released on 9 March."),
        ("2026-03-10", "Since Tuesday it exports calendars."),
    ]


def test_a_weekday_in_a_table_is_no_event_and_a_day_of_a_month_is_one() -> None:
    text = "Day | Departures\nMonday | 07:10, 12:40\nToday | 08:00\n3 March 2026 | the ferry sank\n"
    assert told(passage("a", text, "2026-03-12")) == [("2026-03-03", "3 March 2026 | the ferry sank")]


def test_days_that_many_name_or_a_chronology_or_who_looks_back_come_first() -> None:
    sank = [passage(id_, "The ferry sank on 9 March.", "2026-03-10") for id_ in "abc"]
    raised = passage("d", "The ferry was raised on 20 March.", "2026-03-21")
    assert rank_days(dated_sentences([raised, *sank])) == [date(2026, 3, 9), date(2026, 3, 20)]
    chronology = passage("e", "20 March: the ferry is raised by two cranes.", "2026-04-30")
    assert rank_days(dated_sentences([raised, *sank, chronology]))[0] == date(2026, 3, 20)
    remembered = passage("f", "It was on 2 March that the lights failed.", "2026-03-30")
    soon = passage("g", "It was on 29 March that the lights failed.", "2026-03-30")
    assert rank_days(dated_sentences([soon, remembered])) == [date(2026, 3, 2), date(2026, 3, 29)]
