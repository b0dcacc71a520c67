"""The table of quality: what is found, answered and refused, beside the peers that are installed.

    python -m tests.benchmarks.quality [--home DIR] [--every N] [--peers all|squad2|none]

Gold answers count where they stand in what is shown, letters and digits alone compared. AUROC is the chance
that an answerable question scores above an unanswerable one. `--every` takes each n-th question of SQuAD.
"""

import argparse
import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.answer import AnswerFlow
from bot.config import Settings
from bot.extractive import ExtractiveWriter
from bot.types import Answer, Outcome
from index.store import Index
from index.types import Query
from tests.benchmarks.data import Question, folder, news, squad
from tests.benchmarks.peers import Search, peers
from tests.benchmarks.search_quality import ranks, record

_LETTERS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `values` are printed with a slash between them."""

    set: str
    measure: str
    values: tuple[float, ...]
    wanted: str
    others: str = ""

    def __str__(self) -> str:
        reached = " / ".join(f"{value:.3f}".removeprefix("0") for value in self.values)
        return f"| {self.set} | {self.measure} | {reached} | {self.wanted} | {self.others} |"


def main() -> None:
    """Print the table, a line as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="keep the records here, for the next run")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--peers", choices=["all", "squad2", "none"], default="all", help="where to run them")
    chosen = parser.parse_args()
    data = folder()
    print("| set | measure | On Record | wanted | peers |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        homes = chosen.home or Path(temporary)
        for measured in (news_rows, squad_rows, dated_rows):
            for row in measured(data, homes, Path(temporary), chosen.every, peers_on=chosen.peers):
                print(row, flush=True)


def news_rows(data: Path, homes: Path, _: Path, __: int, *, peers_on: str) -> Iterator[Row]:
    """News: retrieval, answers and abstention."""
    file, questions = news(data)
    others = _searches(map(json.loads, file.read_text(encoding="utf-8").splitlines()), peers_on == "all")
    with record(homes / "news", [str(file)]) as index:
        found = ranks(index, questions)
        yield Row("news", "hit@1 / MRR@10", _hits(found), ".66 / .78", _said(others, questions))
        dated = ranks(index, questions, dated=True)
        yield Row("news, the day of asking known", "hit@1 / MRR@10", _hits(dated), ".77 / .86")
        answers = _answers(index, questions)
        lines = (data / "news" / "unanswerable.jsonl").read_text(encoding="utf-8").splitlines()
        refused = _answers(index, [Question(json.loads(line)["question"], frozenset()) for line in lines])
        yield Row("news", "AUROC", (_auroc(answers, refused),), ".98")
        shares = _share_answered(answers), 1 - _share_answered(refused)
        yield Row("news, default threshold", "answered / refused", shares, ".88 / .93")
        always = _answers(index, questions, threshold=0.0)
        yield Row(
            "news, never abstaining", "gold answer first / among three", _gold(always, questions), ".58 / .75"
        )


def squad_rows(data: Path, homes: Path, temporary: Path, every: int, *, peers_on: str) -> Iterator[Row]:
    """Paragraphs of an encyclopedia, and questions that only look answerable."""
    articles, questions = squad(data)
    file = temporary / "paragraphs.jsonl"
    file.write_text("\n".join(json.dumps(article) for article in articles), encoding="utf-8")
    answerable = [question for question in questions if question.gold][::every]
    others = _searches(articles, peers_on != "none")
    with record(homes / "squad2", [str(file)]) as index:
        found = ranks(index, answerable)
        yield Row("squad2", "hit@1 / MRR@10", _hits(found), ".86 / .91", _said(others, answerable))
        answers = _answers(index, answerable, threshold=0.0)
        yield Row(
            "squad2, never abstaining",
            "gold answer first / among three",
            _gold(answers, answerable),
            ".82 / .92",
        )
        trick = _answers(
            index, [question for question in questions if not question.gold][::every], threshold=0.0
        )
        yield Row("squad2, adversarial", "AUROC", (_auroc(answers, trick),), ".70")


def dated_rows(data: Path, homes: Path, temporary: Path, __: int, *, peers_on: str) -> Iterator[Row]:
    """Current and outdated passages on the same matters."""
    lines = (data / "dated" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    file = temporary / "dated.jsonl"
    with file.open("w", encoding="utf-8") as articles:
        for question in asked:
            for doc in question["docs"]:
                id_ = f"{question['id']}-{doc['id']}-{doc['credibility']}"
                published = doc["date"].replace("/", "-")
                articles.write(json.dumps({"id": id_, "published": published, "text": doc["text"]}) + "\n")
    current = []
    with record(homes / "dated", [str(file)]) as index:
        for question in asked:
            now = date.fromisoformat(question["question_date"])
            found = index.search(Query(question["question"], now=now), 30)
            own = [p.article.id for p in found if p.article.id.startswith(f"{question['id']}-")]
            current.append(bool(own) and own[0].endswith("high"))
    yield Row("dated", "current passage above outdated ones", (sum(current) / len(current),), ".80")


def _answers(
    index: Index, questions: Sequence[Question], threshold: float = Settings.threshold
) -> list[Answer]:
    flow = AnswerFlow(index, ExtractiveWriter(index.embedder.embed), threshold, Settings.passages)
    return [flow.invoke(Query(question.text)) for question in questions]


def _hits(found: Sequence[int]) -> tuple[float, float]:
    return sum(rank == 1 for rank in found) / len(found), sum(1 / rank for rank in found if rank) / len(found)


def _share_answered(answers: Sequence[Answer]) -> float:
    return sum(answer.outcome is Outcome.ANSWERED for answer in answers) / len(answers)


def _gold(answers: Sequence[Answer], questions: Sequence[Question]) -> tuple[float, float]:
    shown = [
        [any(_plain(gold) in _plain(s.text) for gold in question.answers) for s in answer.sentences]
        for answer, question in zip(answers, questions, strict=True)
    ]
    return sum(held[:1] == [True] for held in shown) / len(shown), sum(map(any, shown)) / len(shown)


def _auroc(answerable: Sequence[Answer], unanswerable: Sequence[Answer]) -> float:
    """By the statistic of Mann and Whitney."""
    above = sum((a.score > u.score) + 0.5 * (a.score == u.score) for a in answerable for u in unanswerable)
    return above / (len(answerable) * len(unanswerable))


def _plain(text: str) -> str:
    return " ".join(["", *_LETTERS.findall(text.lower()), ""])


def _searches(
    articles: Iterator[dict[str, str]] | Sequence[dict[str, str]], wanted: bool
) -> dict[str, Search]:
    return peers(list(articles)) if wanted else {}


def _said(others: dict[str, Search], questions: Sequence[Question]) -> str:
    said = []
    for name, search in others.items():
        found = []
        for question in questions:
            ids = search(question.text)
            found.append(next((rank for rank, id_ in enumerate(ids, 1) if id_ in question.gold), 0))
        first, mrr = _hits(found)
        said.append(f"{name} {first:.3f} / {mrr:.3f}")
    return "; ".join(said)


if __name__ == "__main__":
    main()
