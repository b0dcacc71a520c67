"""The command line, as its users meet it: what it prints, where, and how it ends."""

import json
import math
import re
from pathlib import Path

import pytest

from bot.cli.app import app
from index.embedding.embedder import load_embedder
from index.store import Index
from tests.bot.cli.conftest import FERRY, one_sentence, spawn
from tests.conftest import Ended, Run, article, put

pytestmark = pytest.mark.slow


def test_articles_go_in_and_a_cited_answer_comes_out(onrecord: Run, articles: Path, home: Path) -> None:
    ended = onrecord("ingest", articles)
    assert ended.code == 0
    assert ended.out.startswith("2 new; 2 chunks embedded")
    ended = onrecord("ask", "How many people were injured when the ferry struck the pier?")
    assert ended.code == 0
    assert f"Northshore Wire, 3 March 2026: {FERRY}" in ended.out
    assert "[1] Northshore Wire, “Ferry strikes pier”, 3 March 2026" in ended.out
    assert "https://northshore.example/ferry" in ended.out
    assert ended.err == ""


@pytest.mark.parametrize(
    "question", ["How many people were injured by the ferry?", "Who painted the ceiling?"]
)
def test_why_it_was_answered_or_not_adds_up_to_the_probability(
    onrecord: Run, articles: Path, question: str
) -> None:
    onrecord("ingest", articles)
    answer = onrecord("ask", question, "--json", "--explain").json
    assert isinstance(answer, dict)
    why = answer["explanation"]
    odds = sum(part["added"] for part in why["log_odds"])
    assert 1 / (1 + math.exp(-odds)) == pytest.approx(answer["score"], abs=0.01)
    assert (answer["score"] >= why["threshold"]) == (answer["status"] == "answered")
    for sentence in why["best"]:
        assert sentence["score"] == pytest.approx(
            sum(part["added"] for part in sentence["weighed"]), abs=0.01
        )
    told = onrecord("ask", question, "--explain").out
    assert f"Probability {answer['score']:.2f}, threshold 0.50" in told
    assert why["best"][0]["text"] in " ".join(told.split())


def test_json_answers_have_the_documented_form_and_verbatim_quotes(onrecord: Run, articles: Path) -> None:
    onrecord("ingest", articles)
    answer = onrecord("ask", "How many people were injured by the ferry?", "--json").json
    assert isinstance(answer, dict)
    assert set(answer) == {
        "version", "question", "status", "as_of", "sentences", "citations", "nearest", "score", "read",
        "relaxed",
        "model", "timings", "withheld", "repointed",
    }  # fmt: skip
    assert answer["status"] == "answered"
    assert answer["nearest"] == []
    for citation in answer["citations"]:
        stored = onrecord("articles", "show", citation["article_id"], "--json").json
        assert isinstance(stored, dict)
        assert stored["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert {"n", "title", "source", "url", "published"} <= set(citation)


def test_what_is_not_on_record_is_said_with_the_nearest_articles_and_no_citation(
    onrecord: Run, articles: Path
) -> None:
    onrecord("ingest", articles)
    question = "Which composer wrote the opera Fidelio?"
    ended = onrecord("ask", question)
    assert ended.code == 3
    assert ended.out.startswith("Not on record: I found no sentence that I am sure of in the 2 articles.")
    assert "Nearest to it:" in ended.out
    assert "[1]" not in ended.out
    answer = onrecord("ask", question, "--json").json
    assert isinstance(answer, dict)
    assert (answer["status"], answer["sentences"], answer["citations"]) == ("not_on_record", [], [])
    assert {"article_id", "title", "source", "published"} <= set(answer["nearest"][0])


def test_a_file_of_questions_gives_an_answer_a_line_in_order(onrecord: Run, articles: Path) -> None:
    onrecord("ingest", articles)
    file = articles.parent / "questions.jsonl"
    lines: list[object] = [
        {"id": "a", "question": "How many people were injured by the ferry?"},
        {"id": 2, "question": "How much does the Team plan cost?", "source": "plannock help"},
        {"question": "How many people were injured by the ferry?", "since": "2026-04-01"},
        {"id": "bad", "question": "x", "since": "soon"},
        {"id": "none", "question": "x", "source": "Nobody's Paper"},
        "not an object",
    ]
    bare = "How many people were injured by the ferry?"
    file.write_text("\n".join(map(json.dumps, lines)) + f"\n\n{{oops\n{bare}\n")
    ended = onrecord("ask", "--batch", file)
    answers = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == 1
    assert [answer.get("id") for answer in answers] == ["a", 2, None, "bad", "none", None, None, None]
    assert [answer.get("status") for answer in answers[:3]] == ["answered", "answered", "not_on_record"]
    assert "€6" in answers[1]["sentences"][0]["text"]
    assert "Line 4" in answers[3]["error"]
    assert "2026-03-12" in answers[3]["error"]
    assert "No article comes from" in answers[4]["error"]
    assert "Line 8 is not JSON" in answers[6]["error"]
    assert answers[7]["sentences"] == answers[0]["sentences"]
    assert len(ended.err.splitlines()) == 4


def test_no_filters_searches_as_if_the_question_named_no_day_also_by_the_options_old_name(
    onrecord: Run, articles: Path
) -> None:
    onrecord("ingest", articles)
    question = "How many people were injured by the ferry in April 2026?"
    for options, read in (
        ([], "published or updated 1–30 April 2026"),
        (["--no-filters"], ""),
        (["--literally"], ""),
    ):
        assert onrecord("ask", question, "--json", *options).json["read"] == read
    assert "--literally" not in onrecord("ask", "--help").out


def test_search_says_what_the_words_of_the_query_constrain(onrecord: Run, articles: Path) -> None:
    onrecord("ingest", articles)
    for query, read, relaxed, head in (
        (
            "ferry in March 2026",
            "published or updated 1–31 March 2026",
            False,
            "Of the articles {}:\n1. Northshore",
        ),
        (
            "ferry in April 2026",
            "published or updated 1–30 April 2026",
            True,
            "Of all articles, since none {} fits:\n1.",
        ),
        ("ferry", "", False, "1. Northshore"),
    ):
        assert onrecord("search", query).out.startswith(head.format(read))
        found = onrecord("search", query, "--json").json
        assert (found["read"], found["relaxed"]) == (read, relaxed)


def test_a_page_that_only_says_when_it_was_updated_is_found_by_that_day(
    onrecord: Run, articles: Path
) -> None:
    page = articles / "price.md"
    page.write_text(page.read_text().replace("source:", "updated: 2026-11-20\nsource:"))
    onrecord("ingest", articles)
    asked = "What does the Team plan cost per member?"
    assert (
        "Plannock Help, updated 20 November 2026: The Team"
        in onrecord("ask", asked, "--since", "2026-11").out
    )
    assert onrecord("ask", asked, "--since", "2026-12").code == 3
    for command in ("ask", "search"):
        told = onrecord(command, "What did the Team plan cost in November 2026?", "--now", "2026-11-26").out
        assert told.startswith("Of the articles published or updated 1–30 November 2026:\n")
        assert "€6 per member" in told


def test_search_shows_passages_as_text_and_as_json(onrecord: Run, articles: Path) -> None:
    onrecord("ingest", articles)
    assert onrecord("search", "ferry", "-k", 1).out.startswith("1. Northshore Wire, “Ferry strikes pier”")
    found = onrecord("search", "ferry", "--json").json
    assert isinstance(found, dict)
    assert found["query"] == "ferry"
    assert [passage["rank"] for passage in found["passages"]] == [1, 2]
    best = found["passages"][0]
    assert set(best) >= {
        "rank", "score", "article_id", "chunk_id", "start", "end", "text", "title", "source", "url",
        "published",
    }  # fmt: skip
    batch = articles.parent / "queries.jsonl"
    batch.write_text('{"id": 7, "question": "ferry"}\n')
    line = json.loads(onrecord("search", "--batch", batch).out)
    assert (line["id"], line["query"]) == (7, "ferry")


@pytest.mark.parametrize(
    ("style", "begins"),
    [
        ("markdown", "Northshore Wire, 3 March 2026: 14 people"),
        ("bibtex", "@article{"),
        ("ris", "TY  - NEWS"),
    ],
)
def test_an_answer_is_printed_for_a_draft_and_a_refusal_leaves_no_entry(
    onrecord: Run, articles: Path, style: str, begins: str
) -> None:
    onrecord("ingest", articles)
    ended = onrecord(
        "ask", "How", "many", "people", "were", "injured", "by", "the", "ferry?", "--cite", style
    )
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(begins)
    silent = onrecord("ask", "Which composer wrote Fidelio?", "--cite", style)
    assert silent.code == 3
    said = silent.out if style == "markdown" else silent.err
    assert said.startswith("Not on record")
    assert style == "markdown" or silent.out == ""


def test_status_shows_the_record_and_where_each_setting_came_from(
    onrecord: Run, articles: Path, home: Path
) -> None:
    assert "There is no record yet" in onrecord("status").out
    onrecord("ingest", articles)
    (articles.parent / "onrecord.toml").write_text("passages = 5\n")
    out = onrecord("status").out
    assert "articles     2 in 2 chunks" in out
    assert "threshold" not in out
    assert "threshold            0.5  (default)" in onrecord("status", "--all").out
    assert "Northshore Wire (1), Plannock Help (1)" in out
    assert "passages             5  (onrecord.toml)" in out
    assert "(ONRECORD_HOME)" in out
    told = onrecord("--home", home, "status", "--json").json
    assert isinstance(told, dict)
    assert told["settings"]["passages"] == {"value": 5, "from": "onrecord.toml"}
    assert told["settings"]["allow_private"]["value"] is False
    assert told["settings"]["home"] == {"value": str(home), "from": "command line"}


@pytest.mark.parametrize("table", ["slack", "serve"])
def test_doctor_tells_a_setting_that_another_command_would_stumble_over(
    onrecord: Run, tmp_path: Path, table: str
) -> None:
    (tmp_path / "onrecord.toml").write_text(f"[{table}]\nkeep_dais = 3\n")
    ended = onrecord("doctor")
    assert ended.code == 1
    assert f"FAIL  settings: keep_dais in [{table}] in onrecord.toml is not a setting" in ended.out


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "[slack]\nkeep_dais = 3",
            "keep_dais in [slack] in onrecord.toml is not a setting; did you mean keep_days?",
        ),
        ("[slack.chanel.C01]", "chanel in [slack] in onrecord.toml is not a setting; did you mean channel?"),
        ("[serve]\nqueu = 3", "queu in [serve] in onrecord.toml is not a setting; did you mean queue?"),
        ("[slak]", "slak in onrecord.toml is not a setting; did you mean slack?"),
    ],
)
def test_every_command_tells_a_misspelt_setting_of_a_server(
    onrecord: Run, tmp_path: Path, written: str, said: str
) -> None:
    (tmp_path / "onrecord.toml").write_text(f"{written}\n")
    for command in (["status"], ["ask", "Who?"], ["ingest", "articles"]):
        ended = onrecord(*command)
        assert (ended.code, ended.err) == (2, f"{said}\n")


def test_every_command_tells_a_misspelt_variable_of_a_server(
    onrecord: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONRECORD_SLACK_WORKER", "3")
    ended = onrecord("status")
    assert ended.code == 2
    assert "did you mean ONRECORD_SLACK_WORKERS?" in ended.err


def test_doctor_and_verify_find_a_whole_record_well_and_say_what_to_do_about_a_broken_one(
    onrecord: Run, articles: Path, home: Path
) -> None:
    onrecord("ingest", articles)
    assert onrecord("verify").out.startswith("All is well: 2 articles")
    ended = onrecord("doctor")
    assert (ended.code, "FAIL" in ended.out) == (0, False)
    for manifest in (home / "vectors").rglob("generation.json"):
        manifest.unlink()
    ended = onrecord("verify")
    assert ended.code == 1
    assert "damaged or gone" in ended.err
    assert onrecord("doctor").code == 1
    assert "damaged" in one_sentence(asked := onrecord("ask", "How many people were injured?"))
    assert asked.code == 1
    assert onrecord("rebuild").out == "Rebuilt: 2 articles, 0 chunks embedded again.\n"
    assert onrecord("ask", "How many people were injured by the ferry?").code == 0


def test_every_command_explains_itself(onrecord: Run) -> None:
    whole = onrecord("--help")
    assert whole.code == 0
    assert onrecord("-h").out == whole.out
    alone = onrecord()
    assert (alone.code, alone.out.rstrip(), alone.err) == (2, whole.out.rstrip(), "")
    for name, command in app.commands.items():
        # Each stands in the list once, in a whole sentence.
        assert len(re.findall(rf"^  {name} ", whole.out, re.MULTILINE)) == 1
        shown = onrecord(name, "-h")
        assert shown.code == 0
        assert shown.out.startswith(f"Usage: onrecord {name} ")
        assert (command.help or "").split("\n")[0] in " ".join(shown.out.split())
    assert "..." not in whole.out.split("Articles:")[1]
    for name in ("list", "show", "remove"):
        assert onrecord("articles", name, "--help").code == 0
    assert onrecord("articles").code == 2


def test_the_folder_named_after_a_command_counts_more_than_the_one_before(
    onrecord: Run, tmp_path: Path
) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    for arguments, meant in (
        (["--home", before, "status"], before),
        (["status", "--home", after], after),
        (["--home", before, "status", "--home", after], after),
        (["--home", before, "articles", "list", "--home", after], after),
    ):
        ended = onrecord(*arguments)
        assert f"in {meant}" in ended.out + ended.err


def test_ctrl_c_ends_a_command_without_a_word(onrecord: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.commands.status.show_status", interrupted)
    assert onrecord("status") == Ended(130, "", "")


def test_control_characters_in_an_article_never_reach_the_terminal(onrecord: Run, home: Path) -> None:
    Index.create(home)
    with Index(home, load_embedder()) as index:
        put(
            index,
            article("evil", "The ferry \x1b[2J\x1b]0;owned\x07 struck the \u202epier.", title="A\x1b[31m"),
        )
    for command in (("ask", "What did the ferry strike?", "--threshold", "0"), ("search", "ferry"),
                    ("articles", "list"), ("articles", "show", "evil")):  # fmt: skip
        ended = onrecord(*command)
        assert not {"\x1b", "\x07", "\u202e"} & set(ended.out + ended.err)


def test_articles_and_a_question_come_through_standard_input(home: Path) -> None:
    ended = spawn(["ingest", "-"], home, input=f"# Ferry\n\n{FERRY}\n")
    assert ended.out.startswith("1 new")
    ended = spawn(["ask", "--json", "-"], home, input="How many were injured\nwhen the ferry struck?\n")
    assert ended.json["question"] == "How many were injured when the ferry struck?"
    assert ended.json["status"] == "answered"
