"""The evaluation data that benchmarks measure with: a folder named by ONRECORD_BENCH_DATA.

It holds `squad2/dev.json` (SQuAD 2.0's own form); `news/articles.jsonl`, and beside it `questions.jsonl` with
"question", "asked" (a day), "answers" and "gold_articles" a line and `unanswerable.jsonl` with "question" and
"asked"; `clapnq/clapnq_dev_*.jsonl` (CLAP NQ's own form); `dated/questions.jsonl` with "question",
"question_date" and "docs" of different days, those of high "credibility" being current.
"""

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the ids of the articles that answer it (none where it cannot be answered)."""

    text: str
    gold: frozenset[str]
    answers: tuple[str, ...] = ()
    asked: str = ""


Articles = list[dict[str, str]]


def folder() -> Path:
    """The data's folder; ends the program with a sentence where there is none."""
    named = os.environ.get("ONRECORD_BENCH_DATA", "")
    if not named or not Path(named).is_dir():
        sys.exit("Skipped: set ONRECORD_BENCH_DATA to the folder of evaluation data to run this benchmark.")
    return Path(named)


def squad(data: Path) -> tuple[Articles, list[Question]]:
    """Each paragraph as an article, and every question; one that cannot be answered has no gold."""
    articles: Articles = []
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
    """The file of articles, and the questions that they answer."""
    questions = [
        Question(q["question"], frozenset(q["gold_articles"]), tuple(q["answers"]), q["asked"])
        for q in _lines(data / "news" / "questions.jsonl")
    ]
    return data / "news" / "articles.jsonl", questions


def news_unanswerable(data: Path) -> list[Question]:
    """Questions about a year that the articles know nothing of."""
    asked = _lines(data / "news" / "unanswerable.jsonl")
    return [Question(q["question"], frozenset(), (), q["asked"]) for q in asked]


def clapnq(data: Path) -> tuple[Articles, list[Question]]:
    """Each passage as an article, and every question; only the answerable ones have gold."""
    articles: dict[str, dict[str, str]] = {}
    pairs: list[list[Question]] = []
    for part in ("answerable", "unanswerable"):
        questions = []
        for asked in _lines(data / "clapnq" / f"clapnq_dev_{part}.jsonl"):
            passage = asked["passages"][0]
            key = passage["title"] + "\n" + passage["text"]
            titled = {"title": passage["title"], "text": passage["text"]}
            article = articles.setdefault(key, {"id": f"c{len(articles)}", **titled})
            gold = frozenset({article["id"]}) if part == "answerable" else frozenset()
            questions.append(Question(asked["input"], gold))
        pairs.append(questions)
    return list(articles.values()), [question for pair in zip(*pairs, strict=True) for question in pair]


def dated(data: Path) -> tuple[Articles, list[Question]]:
    """Passages of different days, and questions; gold is what is current on the day of asking.

    The ids of a question's passages, current and outdated, begin with its own and a hyphen. A text that the
    data calls both current and outdated for one question (77 of them) is gold, for whoever finds it: nothing
    tells its copies apart.
    """
    articles: Articles = []
    questions: list[Question] = []
    for asked in _lines(data / "dated" / "questions.jsonl"):
        gold = set()
        current = [doc["text"] for doc in asked["docs"] if doc["credibility"] == "high"]
        for doc in asked["docs"]:
            id_ = f"{asked['id']}-{doc['id']}"
            articles.append({"id": id_, "published": doc["date"].replace("/", "-"), "text": doc["text"]})
            if any(doc["text"].split() == text.split() for text in current):
                gold.add(id_)
        questions.append(
            Question(asked["question"], frozenset(gold), tuple(asked["answers"]), asked["question_date"])
        )
    return articles, questions


def as_file(articles: Articles, file: Path) -> Path:
    """`file`, with an article a line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(json.dumps(article) for article in articles), encoding="utf-8")
    return file


def _lines(file: Path) -> Iterable[dict[str, Any]]:
    return map(json.loads, file.read_text(encoding="utf-8").splitlines())
