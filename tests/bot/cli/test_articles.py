"""Articles on the command line: listed, shown, opened, removed."""

from pathlib import Path

import pytest

from tests.bot.cli.conftest import FERRY, one_sentence
from tests.conftest import Run

pytestmark = pytest.mark.slow


def test_articles_are_listed_shown_and_removed(onrecord: Run, articles: Path) -> None:
    onrecord("ingest", articles)
    listed = onrecord("articles", "list", "--json").json["articles"]
    assert [article["title"] for article in listed] == ["Ferry strikes pier", "Plans and prices"]
    id_ = listed[0]["id"]
    assert id_ in onrecord("articles", "list").out
    assert FERRY in onrecord("articles", "show", id_[:6]).out
    removed = onrecord("articles", "remove", id_)
    assert removed.out == "Removed Northshore Wire, “Ferry strikes pier”, 3 March 2026\n"
    assert "It comes back when its file is ingested again; delete that too: " in removed.err
    assert "No article has the id" in one_sentence(gone := onrecord("articles", "show", id_))
    assert gone.code == 2


def test_pages_that_only_say_when_they_were_updated_are_listed_the_newest_first(
    onrecord: Run, tmp_path: Path
) -> None:
    for month in (5, 9, 2):
        about = f"---\ntitle: Page {month}\nupdated: 2026-{month:02}-01\n---\n"
        (tmp_path / f"{month}.md").write_text(f"{about}The fee of month {month} is due.", encoding="utf-8")
    onrecord("ingest", tmp_path)
    listed = onrecord("articles", "list", "--columns", "date,title").out.splitlines()
    assert listed == [f"updated 2026-0{month}-01  Page {month}" for month in (9, 5, 2)]


def test_a_list_goes_by_the_newest_of_both_days_and_shows_it(onrecord: Run, tmp_path: Path) -> None:
    for name, days in {
        "Kept": "published: 2019-05-01\nupdated: 2026-09-02",
        "News": "published: 2026-09-01\nupdated: 2026-09-01",
        "Old": "published: 2019-06-01",
    }.items():
        page = f"---\ntitle: {name}\n{days}\n---\nThe fee of the page {name} is due."
        (tmp_path / f"{name}.md").write_text(page, encoding="utf-8")
    onrecord("ingest", tmp_path)
    shown = ["updated 2026-09-02  Kept", "2026-09-01  News", "2019-06-01  Old"]
    columns = ("articles", "list", "--columns", "date,title")
    assert onrecord(*columns).out.splitlines() == shown
    assert onrecord(*columns, "--since", "2026-09").out.splitlines() == shown[:2]
    assert onrecord(*columns, "--until", "2020").out.splitlines() == [shown[0], shown[2]]
    record = onrecord("status", "--json").json["record"]
    assert (record["first"], record["last"]) == ("2019-05-01", "2026-09-02")


def test_a_list_is_filtered_sorted_and_shown_a_page_at_a_time(onrecord: Run, articles: Path) -> None:
    onrecord("ingest", articles)

    def titles(*options: object) -> list[str]:
        found = onrecord("articles", "list", "--json", *options).json["articles"]
        return [one["title"] for one in found]

    ferry, price = "Ferry strikes pier", "Plans and prices"
    assert titles() == [ferry, price]
    # What has no day comes last, in either order.
    assert titles("--reverse") == [ferry, price]
    assert titles("--sort", "title", "--reverse") == [price, ferry]
    assert titles("--since", "2026-03", "--until", "2026") == titles("--source", "wire") == [ferry]
    assert titles("--title", "PRICE") == [price]
    assert titles("--status", "withdrawn") == []
    assert titles("--limit", 1, "--page", 2) == [price]
    ended = onrecord("articles", "list", "-k", 1, "--columns", "date,outlet")
    assert (ended.out, ended.err) == (
        "2026-03-03  Northshore Wire\n",
        "1 of 2 articles; --page 2 has the next.\n",
    )
    assert onrecord("articles", "list", "-k", 1, "--page", 3).err == "There is no page 3; the last is 2.\n"
    assert (
        "| 2026-03-03 | Northshore Wire |"
        in onrecord("articles", "list", "--columns", "date,outlet", "--format", "markdown").out
    )


def test_an_article_is_opened_by_its_id_or_by_the_number_that_was_shown_last(
    onrecord: Run, articles: Path, home: Path
) -> None:
    onrecord("ingest", articles)
    link, file = "https://northshore.example/ferry\n", f"{articles / 'price.md'}\n"
    onrecord("ask", "How many people were injured when the ferry struck the pier?")
    assert onrecord("articles", "open", "1").out == link
    onrecord("articles", "list", "--sort", "title", "--reverse")
    assert [onrecord("articles", "open", n).out for n in ("1", "[2]")] == [file, link]
    elsewhere = onrecord("articles", "open", "1", "--home", home / "..")
    assert "Nothing that was shown last has the number 1" in one_sentence(elsewhere)
    (id_,) = [
        one["id"] for one in onrecord("articles", "list", "--title", "ferry", "--json").json["articles"]
    ]
    assert onrecord("articles", "open", id_[:6]).out == link


def test_an_article_shows_the_language_that_it_is_in(onrecord: Run, tmp_path: Path) -> None:
    text = "Die Fähre ist im dichten Nebel gegen die Mole gefahren, und niemand wurde verletzt. " * 4
    (tmp_path / "faehre.md").write_text(f"---\ntitle: Die Fähre\n---\n{text}", encoding="utf-8")
    onrecord("ingest", tmp_path / "faehre.md")
    (listed,) = onrecord("articles", "list", "--json").json["articles"]
    assert listed["language"] == "de"
    assert f"id {listed['id']}, language de" in onrecord("articles", "show", listed["id"]).out
