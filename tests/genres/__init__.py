"""Articles of every kind, invented for these tests, with hard questions: `questions` reads them."""

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


def questions() -> list[GenreQuestion]:
    """All of them, in order. They are asked as of 26 November 2026."""
    lines = (Path(__file__).parent / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    read = map(json.loads, lines)
    return [GenreQuestion(q["id"], q["kind"], q["question"], tuple(q["gold"] or ())) for q in read]
