"""The evaluation data that benchmarks measure with: a folder named by ONRECORD_BENCH_DATA.

It holds `squad2/dev.json` (SQuAD 2.0's own form), `news/articles.jsonl`, and `news/questions.jsonl` with
"question", "asked" (a day), "answers" and "gold_articles" a line.
"""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the ids of the articles that answer it (none where it cannot be answered)."""

    text: str
    gold: frozenset[str]
    answers: tuple[str, ...] = ()
    asked: str = ""


def folder() -> Path:
    """The data's folder; ends the program with a sentence where there is none."""
    named = os.environ.get("ONRECORD_BENCH_DATA", "")
    if not named or not Path(named).is_dir():
        sys.exit("Skipped: set ONRECORD_BENCH_DATA to the folder of evaluation data to run this benchmark.")
    return Path(named)


def squad(data: Path) -> tuple[list[dict[str, str]], list[Question]]:
    """Each paragraph as an article, and every question; one that cannot be answered has no gold."""
    articles: list[dict[str, str]] = []
    questions: list[Question] = []
    for subject in json.loads((data / "squad2" / "dev.json").read_text(encoding="utf-8"))["data"]:
        title = subject["title"].replace("_", " ")
        for paragraph in subject["paragraphs"]:
            id_ = f"p{len(articles)}"
            articles.append({"id": id_, "title": title, "text": paragraph["context"]})
            for asked in paragraph["qas"]:
                gold = frozenset() if asked["is_impossible"] else frozenset({id_})
                answers = tuple(dict.fromkeys(answer["text"] for answer in asked["answers"]))
                questions.append(Question(asked["question"], gold, answers))
    return articles, questions


def news(data: Path) -> tuple[Path, list[Question]]:
    """The file of articles, and the questions."""
    lines = (data / "news" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [
        Question(q["question"], frozenset(q["gold_articles"]), tuple(q["answers"]), q["asked"])
        for q in map(json.loads, lines)
    ]
    return data / "news" / "articles.jsonl", questions
