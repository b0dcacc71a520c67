"""How often a search finds the right article: `make bench-search`, or with `--home DIR` to keep the records.

hit@k is the share of questions with a right article among the first k; MRR@10 is the mean of one over its
rank, 0 beyond ten. An article ranks where its best passage does.
"""

import argparse
import json
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from index.embedding.embedder import ENCODERS, load_embedder
from index.store import Index
from index.types import Query
from ingest.pipeline import ingest
from ingest.sources.files import find
from tests.benchmarks.data import Question, folder, news, squad


def ranks(index: Index, questions: Sequence[Question], *, dated: bool = False) -> list[int]:
    """The rank of the first right article for each question, 0 where it is not among the first ten."""
    found = []
    for question in questions:
        now = date.fromisoformat(question.asked) if dated else None
        passages = index.search(Query(question.text, now=now), k=30)
        articles = list(dict.fromkeys(passage.article.id for passage in passages))[:10]
        found.append(next((rank for rank, id_ in enumerate(articles, 1) if id_ in question.gold), 0))
    return found


def shown(name: str, found: Sequence[int]) -> str:
    """One line of the table."""
    hits = [sum(1 for rank in found if 0 < rank <= k) / len(found) for k in (1, 5, 10)]
    mrr = sum(1 / rank for rank in found if rank) / len(found)
    return f"| {name} | {len(found)} | " + " | ".join(f"{value:.3f}" for value in (*hits, mrr)) + " |"


def record(home: Path, targets: Iterable[str], encoder: str = "auto") -> Index:
    """A record of the targets, made or brought up to date."""
    Index.create(home)
    index = Index(home, load_embedder(encoder=encoder, recorded=Index.model_of(home), tell=print))
    ingest(index, list(find(list(targets))))
    return index


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="keep the records here, for the next run")
    parser.add_argument("--only", choices=["squad2", "news"])
    parser.add_argument("--every", type=int, default=1, help="take every n-th question only")
    parser.add_argument("--encoder", choices=ENCODERS, default="auto")
    chosen = parser.parse_args()
    data = folder()
    print("| set | questions | hit@1 | hit@5 | hit@10 | MRR@10 |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        homes = chosen.home or Path(temporary)
        if chosen.only != "news":
            articles, questions = squad(data)
            file = Path(temporary) / "paragraphs.jsonl"
            file.write_text("\n".join(json.dumps(article) for article in articles), encoding="utf-8")
            answerable = [question for question in questions if question.gold][:: chosen.every]
            with record(homes / "squad2", [str(file)], chosen.encoder) as index:
                print(shown("squad2, paragraphs, answerable", ranks(index, answerable)), flush=True)
        if chosen.only != "squad2":
            file, questions = news(data)
            with record(homes / "news", [str(file)], chosen.encoder) as index:
                print(shown("news", ranks(index, questions[:: chosen.every])), flush=True)
                dated = ranks(index, questions[:: chosen.every], dated=True)
                print(shown("news, the day of asking known", dated))


if __name__ == "__main__":
    main()
