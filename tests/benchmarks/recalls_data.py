"""What kept answers are measured on: articles edited by rule, and pairs of which the later supersedes."""

import random
import re
from pathlib import Path

from index.types import Article
from ingest.sentences import sentence_spans
from tests.benchmarks.data import Question, _lines


def articles_of(file: Path) -> list[Article]:
    """The articles of a file that have a text."""
    return [
        Article(
            one["id"],
            one["text"],
            one.get("title", ""),
            one.get("source", ""),
            published=one.get("published", "")[:10],
        )
        for one in _lines(file)
        if one["text"].strip()
    ]


def edited(text: str, start: int, end: int, inside: bool, dice: random.Random) -> str:
    """The text with one word changed, taken out or put in: in a quoted sentence, or in any other."""
    spans = [span for span in sentence_spans(text) if (span[0] < end and start < span[1]) == inside]
    spans = [span for span in spans if re.search(r"\w", text[slice(*span)])]
    if not spans:
        return text if not inside else text.replace(text[start:end], "Changed.")
    first, last = dice.choice(spans)
    words = list(re.finditer(r"\w+", text[first:last]))
    word = dice.choice(words)
    at, to = first + word.start(), first + word.end()
    # A word that becomes itself is no edit.
    new = dice.choice([one for one in ("changed", "", f"{word[0]} not", "17") if one != word[0]])
    return text[:at] + new + text[to:]


def dated(data: Path, *, control: bool) -> tuple[list[Article], list[Article], dict[str, Question]]:
    """Articles of before and after, and questions that both answer; as a `control`, with one value."""
    first: dict[str, Article] = {}
    second: dict[str, Article] = {}
    asked: dict[str, Question] = {}
    for number, one in enumerate(_lines(data / "dated" / "questions.jsonl")):
        question = Question(one["question"], frozenset(), tuple(one["answers"]), one["question_date"])
        docs = [
            (doc["credibility"] == "high", Article(f"{one['id']}-{doc['id']}", doc["text"], published=day))
            for doc in one["docs"]
            if re.fullmatch(r"\d{4}-\d\d-\d\d", day := doc["date"].replace("/", "-"))
        ]
        current = sorted(
            (a for high, a in docs if high and holds(a.text, question)), key=lambda a: a.published
        )
        if not current:
            continue
        if control:
            old, new = current[:1], [a for a in current[1:] if a.published > current[0].published]
        else:
            latest = current[-1].published
            old = [a for high, a in docs if not high and not holds(a.text, question) and a.published < latest]
            new = current
        if old and new:
            asked[str(number)] = question
            first |= {a.id: a for a in old}
            second |= {a.id: a for a in new}
    return list(first.values()), list(second.values()), asked


def holds(text: str, question: Question) -> bool:
    """Whether a gold answer stands in a text."""
    said = " ".join(re.findall(r"\w+", text.lower()))
    return any(" ".join(re.findall(r"\w+", answer.lower())) in said for answer in question.answers)
