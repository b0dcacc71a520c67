"""Articles of every kind, invented for these tests, with hard questions, and answers in other words."""

import json
from dataclasses import dataclass
from pathlib import Path

ARTICLES = Path(__file__).parent / "articles"


@dataclass(frozen=True, slots=True)
class GenreQuestion:
    """A question of some kind; `gold` are patterns that must all be shown, none where nothing answers."""

    id: str
    kind: str
    text: str
    gold: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrueSentence:
    """A sentence that answers a question in other words than the articles, and what it stands on in them."""

    question: str
    text: str
    quotes: tuple[str, ...]


def true_sentences() -> list[TrueSentence]:
    """Sentences as a good model writes them."""
    asked = {question.id: question.text for question in questions()}
    lines = (Path(__file__).parent / "sentences.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        TrueSentence(asked[one["id"]], one["sentence"], tuple(one["quotes"]))
        for one in map(json.loads, lines)
    ]


def questions() -> list[GenreQuestion]:
    """All of them, in order. They are asked as of 26 November 2026."""
    lines = (Path(__file__).parent / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    read = map(json.loads, lines)
    return [GenreQuestion(q["id"], q["kind"], q["question"], tuple(q["gold"] or ())) for q in read]
