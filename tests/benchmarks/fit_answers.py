"""Fits what the extractive writer weighs, and prints what that reaches on sets left out of the fit.

    ONRECORD_BENCH_DATA=… python -m tests.benchmarks.fit_answers --home DIR [--every N]
        [--news-every N] [--sets genres,squad2]

The numbers go by hand into bot/extractive/relevance.py (WEIGHTS) and
bot/extractive/confidence.py (COEFFICIENTS, INTERCEPT).
`--home` keeps the records between runs; `--every` takes each n-th question of SQuAD, and
`--news-every` of the news quiz. `make bench-quality` prints the table first.

Each set is measured with what was fitted on the others alone. Questions with a false premise, made by rule
from a set's own, are fitted and left out together with it. What is embedded is kept in `--home`.
"""

import argparse
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.extractive.candidates import candidates
from bot.extractive.confidence import COEFFICIENTS, CONTRADICTED, OUT_OF_TIME, SIGNALS, in_time, signals
from bot.extractive.extent import extent
from bot.extractive.likeness import Likenesses
from bot.extractive.relevance import CONTRADICTS, FEATURES, QuestionFeatures, features, in_the_running
from bot.settings import Settings
from index.query.wording import asking_part
from index.store import Index
from index.types import Query
from tests.benchmarks.data import Question, as_file, clapnq, folder, genres, news, news_unanswerable, squad
from tests.benchmarks.false_premises import false_premises
from tests.benchmarks.kept import KeptTokens
from tests.benchmarks.search_quality import record

Array = NDArray[np.float64]

PASSAGES = 8
THRESHOLD = Settings.threshold
PENALTY = 0.01
# What each set counts for in the confidence, whatever its size; SQuAD's unanswerable questions were written
# to deceive, and nobody asks an archive so.
SHARES = {"genres": 2.0, "news": 2.0, "squad2": 0.8, "clapnq": 0.5}
FALSE = 0.5
WORDED = ("genres", "news", "squad2")
"""The sets whose gold answers are words that can be looked for in a sentence."""


@dataclass(frozen=True)
class Case:
    """A question with all that is weighed for it.

    `holds` says which candidates hold a gold answer; `signals` are a row of SIGNALS for each candidate.
    `premise` says that the question was given a false premise, `ruled` what is taken from its log odds by
    rule.
    """

    answerable: bool
    premise: bool
    rows: Array
    holds: NDArray[np.bool_]
    signals: Array
    ruled: Array


def plain(text: str) -> str:
    """A text in which an answer can be looked for: letters, digits and money, in lower case."""
    kept = "".join(c if c.isalnum() or c in "$€£%" else " " for c in text.lower())
    return f" {' '.join(kept.split())} "


def cases(
    index: Index,
    embed: KeptTokens,
    questions: Sequence[Question],
    *,
    premise: bool = False,
    patterns: bool = False,
) -> list[Case]:
    """What the writer sees of each question."""
    made = []
    for question in questions:
        now = date.fromisoformat(question.asked) if question.asked else None
        query = index.parse_question(Query(question.text, now=now)).query
        passages = index.search(query, PASSAGES)
        quotable = candidates(passages)
        if not quotable:
            continue
        asked = QuestionFeatures.of(query, quotable)
        found = in_the_running(asked, quotable, passages)
        embedded = embed([asked.text, *(candidate.in_context for candidate in found)])
        like = Likenesses.of(asked.predicate, *embedded)
        rows = features(asked, found, passages, like)
        spans = [extent(asked, candidate) for candidate in found]
        quotes = [c.article.text[s.start : s.end] for c, s in zip(found, spans, strict=True)]
        known = [signals(asked, candidate, row) for candidate, row in zip(found, rows, strict=True)]
        ruled = [
            0.0 if in_time(asking_part(query.text), query.now, passages, candidate) else OUT_OF_TIME
            for candidate in found
        ]
        holds = np.array([_holds(quote, question.answers, patterns=patterns) for quote in quotes])
        made.append(Case(bool(question.gold), premise, rows, holds, np.array(known), np.array(ruled)))
    return made


def _holds(quote: str, answers: Sequence[str], *, patterns: bool) -> bool:
    if patterns:
        return bool(answers) and all(re.search(answer, quote) for answer in answers)
    return any(plain(answer) in plain(quote) for answer in answers)


def fit_weights(learned: dict[str, list[Case]]) -> Array:
    """Weights under which the softmax over a question's sentences puts most on those that hold the answer."""
    import torch

    usable, shares = [], []
    for some in learned.values():
        own = [case for case in some if case.answerable and case.holds.any() and not case.holds.all()]
        usable += own
        shares += [1 / len(own) / len(learned)] * len(own)
    share = torch.tensor(shares, dtype=torch.float64)
    together = np.concatenate([case.rows for case in usable])
    spread = together.std(axis=0)
    weights = torch.zeros(len(FEATURES), dtype=torch.float64, requires_grad=True)
    rows = torch.tensor(together / spread)
    right = torch.tensor(np.concatenate([case.holds for case in usable]))
    owner = torch.tensor(np.repeat(np.arange(len(usable)), [len(case.rows) for case in usable]))

    def loss() -> "torch.Tensor":
        scores = torch.exp(rows @ weights - (rows @ weights).max())
        whole = torch.zeros(len(usable), dtype=torch.float64).index_add(0, owner, scores)
        held = torch.zeros(len(usable), dtype=torch.float64).index_add(0, owner, scores * right)
        return -(share * torch.log(held / whole)).sum() + PENALTY * (weights**2).sum()

    _minimise(loss, [weights])
    return weights.detach().numpy() / spread


def fit_logistic(
    values: Array, right: NDArray[np.bool_], shares: Array, rules: Array, *, penalty: float
) -> Array:
    """Coefficients and, last, the intercept, for the chance of `right`; `rules` are added to the log odds."""
    import torch

    middle, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    x = torch.tensor((values - middle) / spread)
    y = torch.tensor(right, dtype=torch.float64)
    share = torch.tensor(shares / shares.sum())
    known = torch.tensor(rules)
    coefficients = torch.zeros(values.shape[1], dtype=torch.float64, requires_grad=True)
    intercept = torch.zeros(1, dtype=torch.float64, requires_grad=True)

    def loss() -> "torch.Tensor":
        each = torch.nn.functional.binary_cross_entropy_with_logits(
            x @ coefficients + intercept + known, y, reduction="none"
        )
        return (share * each).sum() + penalty * (coefficients**2).sum()

    _minimise(loss, [coefficients, intercept])
    raw = coefficients.detach().numpy() / spread
    return np.append(raw, intercept.item() - raw @ middle)


def _minimise(loss: Callable[[], object], parameters: list[object]) -> None:
    import torch

    optimiser = torch.optim.LBFGS(parameters, max_iter=500, line_search_fn="strong_wolfe")

    def step() -> object:
        optimiser.zero_grad()
        value = loss()
        value.backward()
        return value

    optimiser.step(step)


def signal_rows(some: Sequence[Case], weights: Array) -> Array:
    """A row of SIGNALS for each case, of the sentence that the weights put first."""
    return np.array([case.signals[int((case.rows @ weights).argmax())] for case in some])


def by_rule(some: Sequence[Case], weights: Array) -> Array:
    """What is added to the log odds of each case by rule."""
    best = [int((case.rows @ weights).argmax()) for case in some]
    against = [case.rows[place, CONTRADICTS] for case, place in zip(some, best, strict=True)]
    ruled = [case.ruled[place] for case, place in zip(some, best, strict=True)]
    return np.array(ruled) + CONTRADICTED * np.array(against)


def fit_confidence(sets: dict[str, list[Case]], weights: Array) -> Array:
    """COEFFICIENTS and, last, INTERCEPT."""
    values, right, shares, rules = [], [], [], []
    for name, some in sets.items():
        for premise in (False, True):
            own = [case for case in some if case.premise is premise]
            if own:
                values.append(signal_rows(own, weights))
                right.append(np.array([case.answerable for case in own]))
                shares.append(np.full(len(own), (FALSE if premise else SHARES[name]) / len(own)))
                rules.append(by_rule(own, weights))
    together = [np.concatenate(each) for each in (values, right, shares, rules)]
    return fit_logistic(*together, penalty=1e-3)


def auroc(scores: Array, right: NDArray[np.bool_]) -> float:
    """The chance that a right one scores above a wrong one."""
    yes, no = scores[right], scores[~right]
    return float(np.mean((yes[:, None] > no) + 0.5 * (yes[:, None] == no)))


def measured(name: str, some: Sequence[Case], weights: Array, line: Array) -> str:
    """One line of the table."""
    able = [case for case in some if case.answerable]
    orders = [np.argsort(-(case.rows @ weights))[:3] for case in able]
    first = np.mean([case.holds[order[0]] for case, order in zip(able, orders, strict=True)])
    three = np.mean([case.holds[order].any() for case, order in zip(able, orders, strict=True)])
    odds = line[-1] + signal_rows(some, weights) @ line[:-1] + by_rule(some, weights)
    chance = 1 / (1 + np.exp(-odds))
    yes, premise = (np.array([getattr(case, what) for case in some]) for what in ("answerable", "premise"))
    bins = [~premise & (chance // 0.1 == part) for part in range(10)]
    off = sum(abs(chance[b].mean() - yes[b].mean()) * b.sum() for b in bins if b.any()) / (~premise).sum()
    shares = [np.mean(chance[yes] >= THRESHOLD), np.mean(chance[~yes & ~premise] < THRESHOLD)]
    refused = f"{np.mean(chance[premise] < THRESHOLD):.3f}" if premise.any() else ""
    known = [f"{first:.3f}", f"{three:.3f}"] if name in WORDED else ["", ""]
    cells = [*known, f"{auroc(chance[~premise], yes[~premise]):.3f}", *(f"{one:.3f}" for one in shares)]
    return f"| {name} | {' | '.join([*cells, refused, f'{off:.3f}'])} |"


def load(
    data: Path, homes: Path, every: int, news_every: int = 1, only: Sequence[str] = tuple(SHARES)
) -> dict[str, list[Case]]:
    """All cases of the sets named, by set. Builds the records that are not there yet."""
    file, asked = news(data)
    asked, unanswerable = asked[::news_every], news_unanswerable(data)[::news_every]
    about_genres = genres(data)
    sets = {
        "genres": (data / "genres" / "articles", about_genres, [q for q in about_genres if q.gold]),
        "news": (file, [*asked, *unanswerable], asked),
    }
    articles, questions = squad(data)
    sets["squad2"] = (as_file(articles, homes / "squad2.jsonl"), questions[::every], [])
    articles, questions = clapnq(data)
    sets["clapnq"] = (as_file(articles, homes / "clapnq.jsonl"), questions, [])
    loaded = {}
    for name, (target, put, exchanged) in sets.items():
        if name not in only:
            continue
        with record(homes / name, [str(target)]) as index:
            kept = KeptTokens(index.embedder.embed_tokens, homes / f"{name}-tokens.npz", index.embedder.key)
            patterns = name == "genres"
            loaded[name] = [
                *cases(index, kept, put, patterns=patterns),
                *cases(index, kept, false_premises(exchanged), premise=True, patterns=patterns),
            ]
            kept.save()
    return loaded


def fit(sets: dict[str, list[Case]]) -> tuple[Array, Array]:
    """Both kinds of numbers."""
    weights = fit_weights({name: some for name, some in sets.items() if name in WORDED})
    return weights, fit_confidence(sets, weights)


def left_out(sets: dict[str, list[Case]]) -> Iterator[str]:
    """The table of what is reached on each set by numbers that were fitted on the others alone."""
    columns = (
        "answer first",
        "among three",
        "AUROC",
        f"answered at {THRESHOLD}",
        "refused",
        "false premises refused",
    )
    yield f"| set, left out of the fit | {' | '.join(columns)} | off by |"
    yield "|---" * (len(columns) + 2) + "|"
    for name, some in sets.items():
        yield measured(name, some, *fit({other: own for other, own in sets.items() if other != name}))


def main() -> None:
    """Print the table and the numbers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--home", type=Path, help="keep the records here, for the next run")
    parser.add_argument("--every", type=int, default=5, help="take every n-th question of SQuAD only")
    parser.add_argument("--news-every", type=int, default=1, help="take every n-th question of the news quiz")
    parser.add_argument("--sets", default=",".join(SHARES), help="these sets only, two or more")
    chosen = parser.parse_args()
    data = folder()
    with tempfile.TemporaryDirectory() as temporary:
        sets = load(
            data, chosen.home or Path(temporary), chosen.every, chosen.news_every, chosen.sets.split(",")
        )
    print(*left_out(sets), sep="\n")
    weights, line = fit(sets)
    print("\nWEIGHTS", dict(zip(FEATURES, weights.round(2).tolist(), strict=True)))
    print("COEFFICIENTS", dict(zip(SIGNALS, line[:-1].round(2).tolist(), strict=True)))
    print("INTERCEPT", round(float(line[-1]), 2), "; now", COEFFICIENTS)


if __name__ == "__main__":
    main()
