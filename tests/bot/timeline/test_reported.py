"""News that names no day, in a timeline on the day of its publication."""

from datetime import date

from bot.timeline.as_json import timeline_json
from bot.timeline.as_text import markdown_lines, text_lines
from bot.timeline.page import timeline_page
from bot.timeline.timeline import Timeline, find_timeline
from index.store import Index
from index.types import Article, Query, Status
from tests.conftest import article, put

CLOSES = article(
    "closes",
    "The Tarn dairy will close on 30 June, its owner said on Monday. It has 80 workers.",
    title="Tarn dairy to close",
    source="Herald",
    published="2026-02-04",
)
SPARED = article(
    "spared",
    "The Tarn dairy has been saved from closure by its farmers. They raised £4 million in a month.",
    title="Farmers save Tarn dairy",
    source="Herald",
    published="2026-05-08",
)
RENAMED = article(
    "renamed",
    "The farmers of the Tarn dairy have chosen a new manager, Ilse Brandt. "
    "The Tarn dairy was founded on 1 May 1931.",
    title="Manager for Tarn dairy",
    source="Courier",
    published="2026-07-21",
)


def made(index: Index, *articles: Article, most: int = 12, since: date | None = None) -> Timeline:
    put(index, *articles)
    return find_timeline(index, Query("Tarn dairy"), since=since, most=most)


def told(timeline: Timeline) -> list[tuple[str, bool, str]]:
    return [(str(one.day), one.reported, one.sentences[0].text.split(".")[0]) for one in timeline.entries]


def test_an_article_that_names_no_day_of_its_news_is_told_on_its_own(index: Index) -> None:
    assert told(made(index, CLOSES, SPARED, RENAMED)) == [
        ("1931-05-01", False, "The Tarn dairy was founded on 1 May 1931"),
        ("2026-02-02", False, "The Tarn dairy will close on 30 June, its owner said on Monday"),
        ("2026-05-08", True, "The Tarn dairy has been saved from closure by its farmers"),
        ("2026-07-21", True, "The farmers of the Tarn dairy have chosen a new manager, Ilse Brandt"),
    ]


def test_days_that_sentences_name_come_first(index: Index) -> None:
    assert [day for day, _, _ in told(made(index, CLOSES, SPARED, most=1))] == ["2026-02-02"]


def test_since_is_of_the_day_of_publication_where_none_is_named(index: Index) -> None:
    assert [day for day, _, _ in told(made(index, CLOSES, SPARED, since=date(2026, 3, 1)))] == ["2026-05-08"]


def test_every_form_marks_a_day_of_publication_as_such(index: Index) -> None:
    timeline = made(index, CLOSES, SPARED)
    lines = list(text_lines(timeline))
    assert "2 February 2026" in lines
    assert "reported 8 May 2026" in lines
    assert "## reported 8 May 2026\n" in list(markdown_lines(timeline))
    assert ">reported 8 May 2026<" in timeline_page(timeline)
    assert [one["reported"] for one in timeline_json(timeline)["entries"]] == [False, True]


def test_what_is_told_again_withdrawn_undated_or_a_timetable_adds_nothing(index: Index) -> None:
    again = article(
        "again",
        f"{SPARED.text} Ada Holm reports.",
        title="Tarn dairy",
        source="Courier",
        published="2026-05-10",
    )
    gone = article("gone", "The Tarn dairy burnt.", published="2026-05-11", status=Status.WITHDRAWN)
    undated = article("undated", "The Tarn dairy is for sale again, say its farmers.")
    table = article(
        "table",
        "Tarn dairy shop\n\nDay | Open\nMonday to Friday | 07:10\nSaturday | 08:00\n\nTry the cheese.",
        published="2026-05-12",
    )
    assert [day for day, _, _ in told(made(index, SPARED, again, gone, undated, table))] == ["2026-05-08"]


def test_news_that_only_holds_the_words_of_the_topic_adds_nothing(index: Index) -> None:
    # Its sentence is on the road; the words are those of links below it.
    road = article(
        "road",
        "Engineers reopened the valley road to lorries after the longest winter closure that anybody knows."
        "\n\n## Tarn dairy\n\n## More on the Tarn dairy\n",
        title="Valley road reopened",
        published="2026-06-10",
    )
    assert [day for day, _, _ in told(made(index, SPARED, road))] == ["2026-05-08"]
