"""Days of a timeline against those that editors chose: Timeline17, a topic at a time.

    ONRECORD_BENCH_DATA=… python -m tests.benchmarks.timeline

Date-F1 is told for each gold timeline, with its number of days and its first and last day given, as in the
literature; beside it the two usual baselines, and what weights give that the other topics would choose. Then
timelines are made as the program makes them, without a model, and every sentence is looked up in its article.
"""

import itertools
import json
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import HashingVectorizer

from bot.event_days import days_named
from bot.timeline import dated_sentences as dated
from bot.timeline.timeline import timeline_of
from bot.types import Quote
from index.types import Article, Chunk, Passage
from tests.benchmarks.data import folder

Ranking = Callable[[list[dated.DatedSentence]], list[date]]
Gold = dict[str, set[date]]


def load(data: Path) -> dict[str, tuple[list[Passage], Gold]]:
    """The articles of each topic, each as one passage, and the days of its gold timelines."""
    topics = {}
    for path in sorted((data / "timelines").glob("*.gold.jsonl")):
        topic = path.name.split(".")[0]
        gold: Gold = defaultdict(set)
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            gold[entry["timeline"]].add(date.fromisoformat(entry["day"]))
        texts = (path.parent / f"{topic}.jsonl").read_text(encoding="utf-8").splitlines()
        topics[topic] = [_passage(**json.loads(line)) for line in texts], dict(gold)
    return topics


def _passage(id: str, text: str, published: str, **_: str) -> Passage:
    article = Article(id, text, published=published)
    return Passage(article, Chunk(id, "", 0, 0, len(text), 0), 0.0, 0.0, 0.0)


def date_f1(ranked: Iterable[date], gold: set[date]) -> float:
    """Of the best days within the gold timeline's own first and last, as many as it has."""
    within = [day for day in ranked if min(gold) <= day <= max(gold)][: len(gold)]
    return 2 * len(gold & set(within)) / (len(within) + len(gold))


def most_articles(passages: list[Passage]) -> list[date]:
    """Baseline: the days on which most articles were published."""
    count = Counter(day for one in passages if (day := one.article.published_day))
    return sorted(count, key=lambda day: (-count[day], day))


def most_mentioned(passages: list[Passage]) -> list[date]:
    """Baseline: the days that most sentences name; a sentence is what a full stop ends."""
    count = Counter(
        day
        for one in passages
        for sentence in one.article.text.split(". ")
        for day in {m.day for m in days_named(sentence, one.article.published_day or date.min)}
    )
    return sorted(count, key=lambda day: (-count[day], day))


def main() -> None:
    """Print Date-F1 for every gold timeline, and the means."""
    topics = load(folder())
    sentences = {topic: dated.dated_sentences(passages) for topic, (passages, _) in topics.items()}

    def scores(topic: str, opens: float, later: float) -> list[float]:
        dated.OPENS, dated.LATER = opens, later
        ranked = dated.rank_days(sentences[topic])
        return [date_f1(ranked, gold) for gold in topics[topic][1].values()]

    chosen = dated.OPENS, dated.LATER
    grid = list(itertools.product((0.0, 1.0, 2.0, 4.0), (0.0, 0.5, 1.0, 2.0)))
    by_grid = {one: {topic: scores(topic, *one) for topic in topics} for one in grid}
    dated.OPENS, dated.LATER = chosen
    columns: dict[str, list[float]] = defaultdict(list)
    for topic, (passages, golds) in topics.items():
        others = [other for other in topics if other != topic]
        best = max(
            grid, key=lambda one: statistics.mean(statistics.mean(by_grid[one][other]) for other in others)
        )
        articles, mentioned = most_articles(passages), most_mentioned(passages)
        for place, (name, gold) in enumerate(golds.items()):
            row = {
                "most articles": date_f1(articles, gold),
                "most mentioned": date_f1(mentioned, gold),
                "On Record": scores(topic, *chosen)[place],
                "weights by the other topics": by_grid[best][topic][place],
            }
            told = ", ".join(f"{column} {value:.3f}" for column, value in row.items())
            sys.stdout.write(f"{topic}, {name} ({len(gold)} days): {told} {best}\n")
            for column, value in row.items():
                columns[column].append(value)
    sys.stdout.write(f"{len(columns['On Record'])} timelines: ")
    sys.stdout.write(", ".join(f"{name} {statistics.mean(some):.3f}" for name, some in columns.items()))
    shown = [quote for topic, (passages, _) in topics.items() for quote in _quotes(topic, passages)]
    verbatim = sum(one.article.text[one.start : one.end] == one.text for one in shown)
    sys.stdout.write(f"; {verbatim} of {len(shown)} sentences are verbatim\n")


def _quotes(topic: str, passages: list[Passage]) -> list[Quote]:
    """What a timeline of all its days would quote."""
    entries = timeline_of(topic, passages, _by_words, None, None, 100)
    return [c.quote for entry in entries for sentence in entry.sentences for c in sentence.citations]


def _by_words(texts: Sequence[str]) -> NDArray[np.floating]:
    """Vectors that need no model: texts that share words are near."""
    hashed = HashingVectorizer(n_features=2**12, alternate_sign=False).transform(texts)
    return np.asarray(hashed.toarray())


if __name__ == "__main__":
    main()
