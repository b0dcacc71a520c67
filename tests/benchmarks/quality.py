"""The table of quality: what is found, answered and refused, beside simple baselines and installed peers.

    make bench-quality, or python -m tests.benchmarks.quality [--home DIR] [--peers all|none]
        [--every N] [--news-every N]

First comes what is reached on each set by numbers that were fitted on the others. `--home` keeps records and
vectors, so that a run that was stopped, and the next one, only do what is new. `--every` takes each n-th
question of SQuAD, and `--news-every` of the news quiz. Gold answers count where they stand in what is shown,
letters and digits alone compared. AUROC is the chance that an answerable question scores above an
unanswerable one.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.answering.flow import AnswerFlow
from bot.extractive.writer import ExtractiveWriter
from bot.settings import Settings
from bot.types import Answer, Outcome
from index.store import Index
from index.types import Query
from tests.benchmarks.data import (  # fmt: skip
    Question,
    as_file,
    clapnq,
    dated,
    folder,
    news,
    news_unanswerable,
    squad,
)
from tests.benchmarks.fit_answers import left_out, load
from tests.benchmarks.kept import Kept, KeptTokens
from tests.benchmarks.peers import Search, peers
from tests.benchmarks.quality_kinds import kinds
from tests.benchmarks.search_quality import ranks, record

# What simple searches reach with the same model on the same data: chunks of 1,000 characters with the title,
# articles ranked by their best chunk (dense; BM25; reciprocal ranks added; standardised scores added).
BASELINES = {
    "news, found": (".52 / .66", ".55 / .68", ".60 / .72", ".59 / .72"),
    "news, found, dated": ("", "", "", ".68 / .80"),
    "news, AUROC": (".93", ".94", "", ".96"),
    "news, gold": ("", "", "", ".47 / .66"),
    "squad2, found": (".67 / .77", ".80 / .86", ".79 / .86", ".83 / .89"),
    "squad2, gold": ("", "", "", ".76 / .88"),
    "squad2, AUROC": (".61", ".58", "", ".63"),
}
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
PEERS = ("LangChain quickstart", "txtai hybrid")
NOT_MEASURED = (
    "VerbatimRAG (verbatim-rag 0.2.8) is not among them: each of its ways to choose quotes needs a language "
    "model or one fetched from a hub, and it pins another release of transformers."
)
# The fit takes each n-th question of SQuAD.
_FITTED = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `values` are printed with a slash between them."""

    set: str
    measure: str
    values: tuple[float, ...]
    wanted: str = ""
    baselines: str = ""
    others: dict[str, tuple[float, ...]] = field(default_factory=dict)

    def __str__(self) -> str:
        before = BASELINES.get(self.baselines, ("",) * 4)
        others = (_shown(self.others.get(name, ())) for name in PEERS)
        cells = (self.set, self.measure, *before, self.wanted, f"**{_shown(self.values)}**", *others)
        return f"| {' | '.join(cells)} |"


class Bench:
    """Where records and vectors are kept, and what is asked of them."""

    def __init__(self, data: Path, home: Path, every: int, news_every: int, *, with_peers: bool) -> None:
        self.data, self.home, self.every, self.with_peers = data, home, every, with_peers
        self.news_every = news_every

    def record(self, name: str, file: Path) -> tuple[Index, KeptTokens]:
        """The record of `file`, and the embedding function of its sentences."""
        index = record(self.home / name, [str(file)])
        return index, KeptTokens(
            index.embedder.embed_tokens, self.home / f"{name}-tokens.npz", index.embedder.key
        )

    def peers(self, index: Index, name: str, articles: Sequence[dict[str, str]]) -> dict[str, Search]:
        """The peers' searches over the same articles, with the record's model."""
        if not self.with_peers:
            return {}
        kept = Kept(index.embedder.embed, self.home / f"{name}-peers.npz", index.embedder.key)
        made = peers(articles, kept)
        kept.save()
        return made


def main() -> None:
    """Print the table, a line as soon as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--home", type=Path, help="keep the records here, for the next run")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--news-every", type=int, default=1)
    parser.add_argument("--peers", choices=["all", "none"], default="all")
    parser.add_argument("--only", choices=["kinds", "news", "squad2", "dated", "clapnq"])
    chosen = parser.parse_args()
    data = folder()
    if chosen.only is None:
        with tempfile.TemporaryDirectory() as temporary:
            homes = chosen.home or Path(temporary)
            loaded = load(data, homes, max(_FITTED, chosen.every), chosen.news_every)
        print(*left_out(loaded), sep="\n")
        print()
    heads = ("set", "measure", "dense only", "BM25", "both, RRF", "both, standardised", "wanted")
    print(f"| {' | '.join((*heads, 'On Record', *PEERS))} |\n{'|---' * (len(heads) + 1 + len(PEERS))}|")
    sets = {
        "kinds": kinds_rows,
        "dated": dated_rows,
        "squad2": squad_rows,
        "clapnq": clapnq_rows,
        "news": news_rows,
    }
    with tempfile.TemporaryDirectory() as temporary:
        homes, with_peers = chosen.home or Path(temporary), chosen.peers == "all"
        bench = Bench(data, homes, chosen.every, chosen.news_every, with_peers=with_peers)
        for name, measured in sets.items():
            if chosen.only in (None, name):
                for row in measured(bench):
                    print(row, flush=True)
    if chosen.peers == "all":
        print(f"\n{NOT_MEASURED}")


def kinds_rows(bench: Bench) -> Iterator[Row]:
    """What is no news quiz; see `quality_kinds`."""
    for set_, measure, values, wanted in kinds(bench.data, bench.home, bench.record):
        yield Row(set_, measure, values, wanted)


def news_rows(bench: Bench) -> Iterator[Row | str]:
    """News: retrieval, answers and abstention, without and with the day of asking."""
    file, questions = news(bench.data)
    questions, trick = questions[:: bench.news_every], news_unanswerable(bench.data)[:: bench.news_every]
    index, embed = bench.record("news", file)
    with index:
        articles = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        others = bench.peers(index, "news", articles)
        found = ranks(index, questions)
        known = {name: _hits(_peer_ranks(search, questions)) for name, search in others.items()}
        yield Row("news", "hit@1 / MRR@10", _hits(found), ".66 / .78", "news, found", known)
        found = ranks(index, questions, dated=True)
        measure = "same, with the date asked: hit@1 / MRR@10"
        yield Row("news", measure, _hits(found), ".77 / .86", "news, found, dated")
        told = {}
        for days in ("", ", with the date asked"):
            answers = _answers(index, embed, questions, dated=bool(days))
            refused = _answers(index, embed, trick, dated=bool(days))
            known = {} if days else {name: _peer_auroc(s, questions, trick) for name, s in others.items()}
            auroc = (_auroc([a.score for a in answers], [a.score for a in refused]),)
            baseline = "" if days else "news, AUROC"
            yield Row("news", f"AUROC{days}", auroc, "" if days else ".98", baseline, known)
            shares = _share_answered(answers), 1 - _share_answered(refused)
            yield Row("news", f"default threshold{days}: answered / refused", shares, ".88 / .93")
            always = _always(index, embed, answers, questions, dated=bool(days))
            told[days] = answers, refused, _held(always, questions)
            gold = _gold(always, questions)
            measure = f"gold answer first / among three{days}"
            yield Row("news", measure, gold, "" if days else ".58 / .75", "" if days else "news, gold")
        embed.save()
        yield from _thresholds(told)


def squad_rows(bench: Bench) -> Iterator[Row]:
    """Paragraphs of an encyclopedia, and questions that only look answerable."""
    articles, questions = squad(bench.data)
    answerable = [question for question in questions if question.gold][:: bench.every]
    trick = [question for question in questions if not question.gold][:: bench.every]
    index, embed = bench.record("squad2", as_file(articles, bench.home / "squad2.jsonl"))
    with index:
        others = bench.peers(index, "squad2", articles)
        known = {name: _hits(_peer_ranks(search, answerable)) for name, search in others.items()}
        found = ranks(index, answerable)
        yield Row("squad2", "hit@1 / MRR@10", _hits(found), ".86 / .91", "squad2, found", known)
        answers = _answers(index, embed, answerable, threshold=0.0)
        measure = "a sentence with the answer first / among three"
        yield Row("squad2", measure, _gold(answers, answerable), ".82 / .92", "squad2, gold")
        known = {name: _peer_auroc(search, answerable, trick) for name, search in others.items()}
        refused = _answers(index, embed, trick, threshold=0.0)
        auroc = (_auroc([a.score for a in answers], [a.score for a in refused]),)
        yield Row("squad2", "adversarial unanswerables: AUROC", auroc, ".70", "squad2, AUROC", known)
        embed.save()


def clapnq_rows(bench: Bench) -> Iterator[Row]:
    """Natural questions over passages of an encyclopedia: a further check of abstention."""
    articles, questions = clapnq(bench.data)
    index, embed = bench.record("clapnq", as_file(articles, bench.home / "clapnq.jsonl"))
    with index:
        answers = _answers(index, embed, [q for q in questions if q.gold])
        refused = _answers(index, embed, [q for q in questions if not q.gold])
        auroc = (_auroc([a.score for a in answers], [a.score for a in refused]),)
        yield Row("clapnq", "AUROC", auroc)
        shares = _share_answered(answers), 1 - _share_answered(refused)
        yield Row("clapnq", "default threshold: answered / refused", shares)
        embed.save()


def dated_rows(bench: Bench) -> Iterator[Row]:
    """Current and outdated passages on the same matters."""
    articles, questions = dated(bench.data)
    index, _ = bench.record("dated", as_file(articles, bench.home / "dated.jsonl"))
    with index:
        others = bench.peers(index, "dated", articles)
        current = [
            _current((p.article.id for p in index.search(_query(question, dated=True), 30)), question)
            for question in questions
        ]
        known = {
            name: (_mean([_current((id_ for id_, _ in search(q.text)), q) for q in questions]),)
            for name, search in others.items()
        }
        measure = "current passage above outdated ones"
        yield Row("dated", measure, (_mean(current),), ".80", others=known)


def _current(ids: Iterator[str], question: Question) -> bool:
    own = next(iter(question.gold)).split("-")[0] + "-"
    return next((id_ for id_ in ids if id_.startswith(own)), "") in question.gold


def _query(question: Question, *, dated: bool) -> Query:
    return Query(question.text, now=date.fromisoformat(question.asked) if dated and question.asked else None)


def _answers(
    index: Index,
    embed: KeptTokens,
    questions: Sequence[Question],
    *,
    dated: bool = False,
    threshold: float = Settings.threshold,
) -> list[Answer]:
    flow = AnswerFlow(index, ExtractiveWriter(embed), threshold, Settings.passages)
    return [flow.invoke(_query(question, dated=dated)) for question in questions]


def _always(
    index: Index, embed: KeptTokens, answers: Sequence[Answer], questions: Sequence[Question], *, dated: bool
) -> list[Answer]:
    """What is shown when nothing is refused: the answers, and what the refused ones would have been."""
    return [
        answer
        if answer.outcome is Outcome.ANSWERED
        else _answers(index, embed, [question], dated=dated, threshold=0.0)[0]
        for answer, question in zip(answers, questions, strict=True)
    ]


def _thresholds(
    told: dict[str, tuple[list[Answer], list[Answer], list[list[bool]]]],
) -> Iterator[str]:
    """What each threshold would do, as the shares that stay at or above it."""
    yield "\n| news, threshold | answered | of these, gold answer shown | unanswerable refused |"
    yield "|---|---|---|---|"
    for days, (answers, refused, held) in told.items():
        for threshold in sorted({*THRESHOLDS, Settings.threshold}):
            above = [answer.score >= threshold for answer in answers]
            right = [any(row) for row, kept in zip(held, above, strict=True) if kept]
            below = _mean([answer.score < threshold for answer in refused])
            cells = _mean(above), _mean(right), below
            yield f"| {threshold}{days} | {' | '.join(_shown((cell,)) for cell in cells)} |"


def _hits(found: Sequence[int]) -> tuple[float, float]:
    return _mean([rank == 1 for rank in found]), _mean([1 / rank if rank else 0.0 for rank in found])


def _peer_ranks(search: Search, questions: Sequence[Question]) -> list[int]:
    return [
        next((rank for rank, (id_, _) in enumerate(search(q.text), 1) if id_ in q.gold), 0) for q in questions
    ]


def _peer_auroc(search: Search, answerable: Sequence[Question], not_: Sequence[Question]) -> tuple[float]:
    """By the score of what it finds first: peers have no other way to say that they found nothing."""
    yes, no = ([search(q.text)[0][1] for q in some] for some in (answerable, not_))
    return (_auroc(yes, no),)


def _share_answered(answers: Sequence[Answer]) -> float:
    return _mean([answer.outcome is Outcome.ANSWERED for answer in answers])


def _gold(answers: Sequence[Answer], questions: Sequence[Question]) -> tuple[float, float]:
    held = _held(answers, questions)
    return _mean([row[:1] == [True] for row in held]), _mean([any(row) for row in held])


def _held(answers: Sequence[Answer], questions: Sequence[Question]) -> list[list[bool]]:
    """Which sentences of each answer hold a gold answer."""
    return [
        [any(_plain(gold) in _plain(s.text) for gold in question.answers) for s in answer.sentences]
        for answer, question in zip(answers, questions, strict=True)
    ]


def _auroc(yes: Sequence[float], no: Sequence[float]) -> float:
    """By the statistic of Mann and Whitney."""
    return _mean([(a > u) + 0.5 * (a == u) for a in yes for u in no])


def _plain(text: str) -> str:
    return f" {' '.join(''.join(c if c.isalnum() else ' ' for c in text.lower()).split())} "


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _shown(values: Sequence[float]) -> str:
    return " / ".join(f"{value:.3f}".removeprefix("0") for value in values)


if __name__ == "__main__":
    main()
