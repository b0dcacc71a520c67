"""`onrecord eval` as its users meet it, on a real record with the real model."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.evaluation.cases import Case
from bot.evaluation.measure_question import Flows, measure
from bot.evaluation.results import Run as Measured
from bot.evaluation.results import load_run, save_run
from bot.types import Answer, Citation, Done, Event, Found, Outcome, Quote, Sentence
from index.embedding.embedder import Embedder
from index.store import Batch, Index
from index.types import Query
from tests.bot.evaluation.conftest import FACTS, Run, result, write
from tests.conftest import put


def test_a_good_collection_measures_well_the_same_again_is_no_worse_and_a_loss_is_told_and_fails(
    onrecord: Run, questions: Path, tmp_path: Path, record: Path, model: Embedder
) -> None:
    ended = onrecord("eval", questions, "--html", "report.html", "--save", "run.json", "--json")
    assert (ended.code, ended.err) == (0, "")
    measures = ended.json["measures"]
    assert measures["hit@1"]["value"] >= 0.8
    assert measures["right"]["value"] >= 0.7
    assert measures["verbatim"]["value"] == 1
    assert measures["verbatim"]["n"] >= measures["answered"]["value"] * 8
    assert measures["auroc"]["value"] >= 0.9
    assert [one["threshold"] for one in ended.json["thresholds"]] == [n / 10 for n in range(1, 10)]
    assert sum(kind["questions"] for kind in ended.json["kinds"].values()) == 10
    assert "How well it answers" in (tmp_path / "report.html").read_text()
    assert len(json.loads((tmp_path / "run.json").read_text())["results"]) == 10

    same = onrecord("eval", questions, "--compare", "run.json")
    assert (same.code, same.err) == (0, "")
    assert same.out.startswith("10 questions: 8 answerable, 2 unanswerable; threshold 0.5; 8 articles\n")
    for words in ("hit@1", "MRR@10", "gold answer shown", "quotes verbatim", "AUROC", "Threshold", "Kind"):
        assert words in same.out
    assert "10 questions in both\n" in same.out
    assert same.out.endswith("Nothing got significantly worse.\n")

    with Index(record, model) as index, index.session() as session:
        session.publish(Batch(removed=tuple(FACTS)[:7]))
    worse = onrecord("eval", questions, "--compare", "run.json", "--html", "report.html")
    assert worse.code == 1
    assert "Significantly worse: gold article first (hit@1)" in worse.out
    assert "Not on record, and so counted as not found: 7 gold articles" in worse.err
    assert len(worse.err.splitlines()) == 1
    assert "Significantly worse" in (tmp_path / "report.html").read_text()


def test_a_run_answers_and_refuses_just_what_asking_does(onrecord: Run, tmp_path: Path) -> None:
    lines = [
        {"id": id_, "question": q, "answers": a, "now": "2026-03-09"} for id_, (_, q, a) in FACTS.items()
    ]
    # Of these, what the words constrain holds once, and is given up once.
    lines += [
        {"id": "held", "question": "Where was a wolf seen in March 2026?", "answers": "Dunmore"},
        {"id": "given up", "question": "Where was a “grey wolf” seen by hikers?", "answers": "Dunmore"},
    ]
    file = write(tmp_path / "q.jsonl", lines)
    asked = [
        json.loads(line) for line in onrecord("ask", "--batch", file, "--threshold", "0").out.splitlines()
    ]
    between = str(round(sorted(answer["score"] for answer in asked)[4], 2))
    asked = [
        json.loads(line) for line in onrecord("ask", "--batch", file, "--threshold", between).out.splitlines()
    ]
    assert onrecord("eval", file, "--threshold", between, "--save", "run.json").code == 0
    run = load_run(tmp_path / "run.json")
    assert len({one.answered(run.threshold) for one in run.results}) == 2
    for answer, measured in zip(asked, run.results, strict=True):
        assert measured.answered(run.threshold) == (answer["status"] == "answered"), answer["id"]
        assert measured.score == pytest.approx(answer["score"], abs=1e-4)
        if answer["sentences"]:
            assert [quote.text for quote in measured.quotes] == [c["quote"] for c in answer["citations"]]
        else:
            # What was held back is known all the same, for lower thresholds to be judged.
            assert measured.sentences


def test_options_constrain_every_line_that_does_not_say_otherwise(onrecord: Run, tmp_path: Path) -> None:
    wolf = {"question": "Where did hikers see a wolf?", "answers": "Dunmore"}
    file = write(tmp_path / "q.jsonl", [wolf, {**wolf, "id": "own", "since": "2026-03-01"}])
    # The wolf is of 6 March.
    assert onrecord("eval", file, "--since", "2026-03-07", "--save", "run.json").code == 0
    without, own = load_run(tmp_path / "run.json").results
    assert (without.answered(0.5), own.answered(0.5)) == (False, True)


def test_a_greeting_among_the_questions_is_measured_as_no_answer(onrecord: Run, tmp_path: Path) -> None:
    ended = onrecord("eval", write(tmp_path / "q.jsonl", [{"question": "Hi", "unanswerable": True}]))
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("1 question: 0 answerable, 1 unanswerable;")


def test_a_gold_article_that_is_stored_as_a_copy_is_on_record(
    onrecord: Run, tmp_path: Path, record: Path, model: Embedder
) -> None:
    with Index(record, model) as index:
        put(index, replace(index.find_article("wolf"), id="wolf-again"))
    asked = {"question": "Where did hikers see a wolf?", "gold_articles": "wolf-again"}
    ended = onrecord("eval", write(tmp_path / "q.jsonl", [asked]), "--json")
    assert (ended.code, ended.err) == (0, "")
    assert ended.json["measures"]["hit@1"]["value"] == 1


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["--since", "soon"], "write it as 2026-03-12"),
        (["--source", "Nobody's Paper"], 'No article comes from "Nobody\'s Paper"'),
    ],
)
def test_a_wrong_option_is_told_once_and_not_for_every_line(
    onrecord: Run, questions: Path, option: list[str], said: str
) -> None:
    ended = onrecord("eval", questions, *option)
    assert (ended.code, ended.out) == (2, "")
    assert len(ended.err.splitlines()) == 1
    assert said in ended.err


def test_lines_that_cannot_be_used_are_named_and_the_others_measured(onrecord: Run, tmp_path: Path) -> None:
    file = write(
        tmp_path / "q.jsonl",
        [
            {"question": "Who?"},
            {"question": "Where did hikers see a wolf?", "answers": "Dunmore"},
            {"question": "Who?", "answers": "x", "source": "Nobody's Paper"},
        ],
    )
    ended = onrecord("eval", file, "--json")
    assert ended.code == 1
    first, second = ended.err.splitlines()
    assert first.startswith("Line 1: nothing is known")
    assert second.startswith("Line 3: No article comes from")
    assert ended.json["questions"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.jsonl"], "nowhere.jsonl cannot be read"),
        (["questions.jsonl", "--compare", "nowhere.json"], "nowhere.json cannot be read"),
        (["questions.jsonl", "--compare", "questions.jsonl"], "is not an earlier run"),
        (["questions.jsonl", "--html", "no/where.html"], "cannot be written"),
        (["questions.jsonl", "--save", "."], "cannot be written"),
        (["empty.jsonl"], "There is no question in empty.jsonl"),
        (["questions.jsonl", "--threshold", "2"], "must be a number from 0 to 1"),
    ],
)
def test_what_cannot_work_is_told_before_anything_is_measured(
    onrecord: Run, questions: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "empty.jsonl").write_text("\n")
    ended = onrecord("eval", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert len(ended.err.splitlines()) == 1


def test_runs_with_no_question_in_common_are_no_comparison(onrecord: Run, tmp_path: Path) -> None:
    save_run(Measured("2026-01-01T00:00:00+00:00", 0.5, {}, (result("elsewhere"),)), tmp_path / "run.json")
    other = write(tmp_path / "other.jsonl", [{"question": "Where did a wolf go?", "answers": "Dunmore"}])
    ended = onrecord("eval", other, "--compare", "run.json")
    assert ended.code == 1
    assert "No question is in both" in ended.err


def test_a_quote_is_checked_against_the_catalog_and_not_against_what_came_with_it(
    record: Path, model: Embedder
) -> None:
    class Forger:
        """A flow that says of its own article that its quote stands there."""

        def stream(self, query: Query) -> Iterator[Event]:
            with Index(record) as index:
                stored = index.find_article("wolf")
            for text in (stored.text, "Two wolves were seen."):
                forged = Quote(type(stored)(id="wolf", text=text), 0, len(text), text)
                sentences.append(Sentence(text, (Citation(1, forged),)))
            yield Found(())
            yield Done(Answer(query, Outcome.ANSWERED, tuple(sentences), score=1.0, timings={"total": 0.0}))

    sentences: list[Sentence] = []
    with Index(record, model) as index:
        forger = Forger()
        came = measure(
            index, Flows(forger, forger), Case(1, "x", Query("Who?"), "who", True, ("wolf",), ("hikers",))
        )
    assert [quote.verbatim for quote in came.quotes] == [True, False]
    assert [sentence.right for sentence in came.sentences] == [True, False]


def test_the_help_says_how_to_read_the_figures(onrecord: Run) -> None:
    ended = onrecord("eval", "--help")
    assert ended.code == 0
    for words in ("How to read it", "AUROC", "0.5 is chance", "p below 0.05", "Exit code 1"):
        assert words in " ".join(ended.out.split())
