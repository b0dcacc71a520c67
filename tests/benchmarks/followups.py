"""Follow-ups without a model: whether the standalone question finds more than the bare last turn.

    python -m tests.benchmarks.followups

INSCIT (`conversations/inscit_dev.json`): each turn but the first, searched in all passages that it names;
a hit is a passage that its annotators answered from. "both" is what answering does, with shorter lists:
the two merged by rank.
CAsT 2019: how many of the words that its human rewrites add are added, and how many of those added stand in
the rewrite.
"""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.conversations import Turn
from bot.follow_ups import resolve_follow_up
from bot.types import Outcome
from index.search.fusion import reciprocal_rank_fusion
from index.store import Index
from index.types import Query
from index.words import FUNCTION_WORDS, stems
from tests.benchmarks.data import folder
from tests.benchmarks.search_quality import record


@dataclass(frozen=True, slots=True)
class Last:
    """The last turn of a conversation so far, and the passages that answer it."""

    bare: str
    restated: str
    gold: frozenset[str]


def main() -> None:
    """Print both."""
    data = folder() / "conversations"
    inscit = json.loads((data / "inscit_dev.json").read_text(encoding="utf-8"))
    lasts = [_last(turn) for talk in inscit.values() for turn in talk["turns"] if len(turn["context"]) > 1]
    lasts = [last for last in lasts if last.gold]
    leaning = [last for last in lasts if last.restated != last.bare]
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / "passages.jsonl"
        file.write_text("\n".join(_passages(inscit)), encoding="utf-8")
        with record(Path(temporary) / "record", [str(file)]) as index:
            print("| INSCIT | turns | question | hit@1 | hit@5 | MRR@10 |\n|---|---|---|---|---|---|")
            for name, some in (("all", lasts), ("restated", leaning)):
                for kind in ("bare", "restated", "both"):
                    ranks = [_rank(index, last, kind) for last in some]
                    print(f"| {name} | {len(some)} | {kind} | {_measures(ranks)} |", flush=True)
    added, good, missing, found = _cast(data)
    print(f"CAsT 2019: {found} of {missing} missing words added ({found / missing:.2f}); ", end="")
    print(f"{good} of {added} added words are in the rewrite ({good / added:.2f})")


def _turn(asked: str, answered: str, history: Sequence[Turn]) -> Turn:
    restated = resolve_follow_up(asked, history)
    return Turn(asked, asked, restated, answered, Outcome.ANSWERED, datetime.now(UTC))


def _last(turn: dict[str, Any]) -> Last:
    said = turn["context"]
    history: list[Turn] = []
    for asked, answered in zip(said[:-1:2], said[1::2], strict=False):
        history.append(_turn(asked, answered, history))
    gold = frozenset(piece["passage_id"] for label in turn["labels"] for piece in label["evidence"])
    return Last(said[-1], resolve_follow_up(said[-1], history), gold)


def _passages(inscit: dict[str, Any]) -> list[str]:
    passages: dict[str, str] = {}
    for talk in inscit.values():
        for turn in talk["turns"]:
            pieces = [piece for label in turn["labels"] for piece in label["evidence"]]
            for piece in [*pieces, *(one for before in turn["prevEvidence"] for one in before)]:
                article = {"id": piece["passage_id"], "title": ", ".join(piece["passage_titles"])}
                passages[piece["passage_id"]] = json.dumps({**article, "text": piece["passage_text"]})
    return list(passages.values())


def _rank(index: Index, last: Last, kind: str) -> int:
    bare = index.search(Query(last.bare, literally=True), 30)
    restated = index.search(Query(last.restated, literally=True), 30)
    found = {"bare": bare, "restated": restated, "both": reciprocal_rank_fusion(bare, restated)}[kind]
    articles = dict.fromkeys(passage.article.id for passage in found)
    return next((rank for rank, id_ in enumerate(articles, 1) if id_ in last.gold), 0)


def _measures(ranks: Sequence[int]) -> str:
    n = len(ranks)
    shares = (
        sum(r == 1 for r in ranks),
        sum(0 < r <= 5 for r in ranks),
        sum(1 / r for r in ranks if 0 < r <= 10),
    )
    return " | ".join(f"{share / n:.3f}" for share in shares)


def _cast(data: Path) -> tuple[int, int, int, int]:
    raw = json.loads((data / "cast2019_evaluation_topics_v1.0.json").read_text(encoding="utf-8"))
    lines = (data / "cast2019_evaluation_topics_annotated_resolved_v1.0.tsv").read_text(encoding="utf-8")
    rewrites = dict(line.split("\t") for line in lines.splitlines() if "\t" in line)
    added = good = missing = found = 0
    for topic in raw:
        history: list[Turn] = []
        for turn in topic["turn"]:
            asked = turn["raw_utterance"]
            rewrite = rewrites.get(f"{topic['number']}_{turn['number']}")
            if rewrite is None:
                continue
            history.append(_turn(asked, "", history))
            own = _telling(asked)
            new, wanted = _telling(history[-1].standalone) - own, _telling(rewrite)
            added, good = added + len(new), good + len(new & wanted)
            missing, found = missing + len(wanted - own), found + len(new & (wanted - own))
    return added, good, missing, found


def _telling(text: str) -> set[str]:
    return set(stems(text)) - FUNCTION_WORDS


if __name__ == "__main__":
    main()
