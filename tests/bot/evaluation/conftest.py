"""A record of eight short articles, questions about them, and the command run in this process."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.results import QuoteCheck, Result, ShownSentence
from index.embedding.embedder import Embedder
from index.store import Index
from tests.conftest import Run, article, put

FACTS = {
    "ferry": ("The ferry struck the north pier on 3 March, injuring 14 people.",
              "How many people were injured when the ferry struck the pier?", "14"),
    "library": ("The library in Elmsworth will open on Sundays from May.",
                "On which day will the library in Elmsworth open from May?", "Sundays"),
    "mayor": ("Mayor Ilsa Corrow resigned after a row about the swimming pool.",
              "Who resigned after a row about the swimming pool?", "Ilsa Corrow"),
    "bridge": ("The bridge over the Tarn costs £2.4 million to repair.",
               "How much does it cost to repair the bridge over the Tarn?", "£2.4 million"),
    "school": ("Harrow Lane School was closed because of a gas leak.",
               "Why was Harrow Lane School closed?", "gas leak"),
    "wolf": ("A wolf was seen in the forest of Dunmore by two hikers.",
             "Where did hikers see a wolf?", "Dunmore"),
    "choir": ("The Valley Choir won the national prize in Cardale.",
              "Which choir won the national prize in Cardale?", "Valley Choir"),
    "train": ("The night train to Port Ellis was cancelled by a strike of drivers.",
              "What cancelled the night train to Port Ellis?", "strike"),
}  # fmt: skip
UNANSWERABLE = (
    "Which composer wrote the opera Fidelio?",
    "Who is the president of Chile?",
)


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory, model: Embedder) -> Path:
    home = tmp_path_factory.mktemp("eval") / "record"
    Index.create(home)
    with Index(home, model) as opened:
        put(
            opened,
            *(
                article(id_, text, source="The Wire", published=f"2026-03-{day:02}")
                for day, (id_, (text, _, _)) in enumerate(FACTS.items(), start=1)
            ),
        )
    return home


@pytest.fixture
def record(home: Path, made_once: Path) -> Path:
    """The eight articles on record, of 1 to 8 March 2026."""
    shutil.copytree(made_once, home)
    return home


@pytest.fixture
def onrecord(record: Path, onrecord: Run) -> Run:
    """Runs a command on the eight articles."""
    assert record.is_dir()
    return onrecord


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """A question to each article, and two that none answers."""
    lines: list[dict[str, object]] = [
        {"id": id_, "question": question, "gold_articles": [id_], "answers": [answer]}
        for id_, (_, question, answer) in FACTS.items()
    ]
    lines += [{"question": question, "unanswerable": True} for question in UNANSWERABLE]
    return write(tmp_path / "questions.jsonl", lines)


def write(path: Path, lines: Sequence[object]) -> Path:
    """A JSON Lines file."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def result(id_: str = "q", *, right: bool = True, verbatim: bool = True, **about: Any) -> Result:
    """A question that was answered with one sentence from its gold article."""
    quote = QuoteCheck("a", "The Wire", "It was so.", 0, 10, verbatim)
    given: dict[str, Any] = {
        "question": f"What of {id_}?",
        "kind": "what",
        "answerable": True,
        "gold_articles": ("a",),
        "answers": ("so",),
        "rank": 1,
        "score": 0.9,
        "sentences": (ShownSentence("It was so.", "The Wire", right, (quote,)),),
        "in_passages": True,
        "seconds": 0.1,
    }
    if about.get("answerable") is False:
        given.update(gold_articles=(), answers=(), rank=None, in_passages=False)
    return Result(id_, **{**given, **about})
