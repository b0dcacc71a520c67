"""What a file of questions may say, and what is said of a line that cannot be used."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.cases import Case, Mistake, kind_of, read_cases
from index.errors import UsageError
from tests.bot.evaluation.conftest import write


def one(tmp_path: Path, **line: Any) -> Case | Mistake:
    (read,) = read_cases(write(tmp_path / "q.jsonl", [line]))
    return read


def test_a_line_says_what_is_asked_and_what_is_known(tmp_path: Path) -> None:
    case = one(
        tmp_path, id=7, question="Who?", asked="2026-03-12", since="2026-03-01", source="Wire", kind="hard",
        gold_articles="a", answers=["x", "y", "x"],
    )  # fmt: skip
    assert isinstance(case, Case)
    assert (case.id, case.kind, case.answerable) == ("7", "hard", True)
    assert (case.gold_articles, case.answers) == (("a",), ("x", "y"))
    assert (case.query.now, case.query.since) == (date(2026, 3, 12), date(2026, 3, 1))
    assert case.query.sources == ("Wire",)


def test_a_question_without_an_id_is_known_by_its_words(tmp_path: Path) -> None:
    case = one(tmp_path, question="Who?", unanswerable=True, answers=[])
    assert isinstance(case, Case)
    assert (case.id, case.answerable) == ("Who?", False)


def test_a_kind_can_not_command_a_terminal(tmp_path: Path) -> None:
    case = one(tmp_path, question="Who?", unanswerable=True, kind="\x1b[2Jhard\u202e\n")
    assert isinstance(case, Case)
    assert case.kind == "[2Jhard"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"question": "Who?"}, "nothing is known of the answer"),
        ({"question": "Who?", "unanswerable": False}, "nothing is known of the answer"),
        ({"question": "Who?", "answers": ["x"], "unanswerable": True}, "called unanswerable, and yet"),
        ({"question": "Who?", "unanswerable": 1}, "must be true or false"),
        ({"question": "Who?", "answers": [1]}, '"answers" must be text or a list of texts'),
        ({"question": "Who?", "gold_articles": {"a": 1}}, '"gold_articles" must be text or a list of texts'),
        ({"question": "Who?", "answers": "x", "id": [1]}, '"id" must be text'),
        ({"question": "Who?", "answers": "x", "kind": 3}, '"kind" must be text'),
        ({"question": " ", "answers": "x"}, "The question is empty"),
        ({"answers": "x"}, 'under the key "question"'),
        ({"question": "Who?", "answers": "x", "asked": "March"}, "write it as 2026-03-12"),
        (["Who?"], "not an object"),
    ],
)
def test_a_line_that_cannot_be_used_says_why_and_the_others_go_on(
    tmp_path: Path, line: object, said: str
) -> None:
    file = write(tmp_path / "q.jsonl", [line, {"question": "When?", "answers": "now"}])
    mistake, case = read_cases(file)
    assert isinstance(mistake, Mistake)
    assert mistake.sentence.startswith("Line 1: ")
    assert said in mistake.sentence
    assert isinstance(case, Case)


def test_blank_lines_are_passed_over_and_what_is_no_json_is_named(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_bytes(b"\n{oops\n\xff\xfe\n" + json.dumps({"question": "Who?", "answers": "x"}).encode())
    read = list(read_cases(file))
    assert [type(one) for one in read] == [Mistake, Mistake, Case]
    assert [one.line for one in read] == [2, 3, 4]


def test_an_id_may_be_used_once(tmp_path: Path) -> None:
    line = {"id": "a", "question": "Who?", "answers": "x"}
    _, again = read_cases(write(tmp_path / "q.jsonl", [line, line]))
    assert isinstance(again, Mistake)
    assert "Line 2: line 1 has the same id" in again.sentence


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere.jsonl cannot be read"):
        list(read_cases(tmp_path / "nowhere.jsonl"))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who won?", "who"),
        ("To whom was it given?", "who"),
        ("When did it open?", "when"),
        ("In which city?", "what"),
        ("How many were hurt?", "how many"),
        ("How much is it?", "how many"),
        ("How did it end?", "how"),
        ("Why did it close?", "why"),
        ("Where is it?", "where"),
        ("Is it open?", "yes or no"),
        ("Did he say when?", "yes or no"),
        ("Ash Carter died. Which president did he serve under?", "what"),
        ("Who won? Tell me.", "who"),
        ("The price of eggs", "other"),
    ],
)
def test_the_kind_is_the_question_word(question: str, kind: str) -> None:
    assert kind_of(question) == kind


def test_a_line_that_is_nested_too_deep_is_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text("[" * 100_000)
    (mistake,) = read_cases(file)
    assert isinstance(mistake, Mistake)
    assert mistake.sentence.startswith("Line 1: it is not JSON: ")
