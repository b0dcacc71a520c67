"""Fits what the extractive writer weighs, and prints what that reaches on questions left out of the fit.

    ONRECORD_BENCH_DATA=… python -m tests.benchmarks.fit_answers --home DIR [--every N]

The numbers go by hand into bot/extractive/relevance.py (WEIGHTS) and
bot/extractive/confidence.py (COEFFICIENTS, INTERCEPT).
`--home` keeps the records between runs; `--every` takes each n-th question of SQuAD.

Five folds: news by question, SQuAD and CLAP NQ by blocks of neighbouring questions, so that what is fitted
never saw the subject it is measured on. What is embedded is kept in `--home`, as for quality.
"""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.extractive.candidates import Candidate, candidates
from bot.extractive.confidence import COEFFICIENTS, CONTRADICTED, SIGNALS, signals
from bot.extractive.contradiction import contradicts
from bot.extractive.relevance import FEATURES, PASSAGE, QuestionFeatures, features
from bot.settings import Settings
from index.store import Index
from index.types import Passage, Query
from tests.benchmarks.data import Question, as_file, clapnq, folder, news, news_unanswerable, squad
from tests.benchmarks.kept import Kept
from tests.benchmarks.search_quality import record

Array = NDArray[np.float64]

FOLDS = 5
PASSAGES = 8
THRESHOLD = Settings.threshold
# News counts more than its numbers: it is what the program is for, and there is least of it.
NEWS_REPEATED = 4
PENALTY = 0.01
SHARES = {"news": 4.0, "squad2": 1.0, "clapnq": 2.0}
# SQuAD's unanswerable questions were written to deceive: they say what tells an answer from what only looks
# like one, but nobody asks an archive so, and they have no say in how probable an answer is.
CALIBRATED_ON = ("news", "clapnq")


@dataclass(frozen=True)
class Case:
    """A question with all that is weighed for it. `holds` says which candidates hold a gold answer."""

    fold: int
    answerable: bool
    asked: QuestionFeatures
    passages: Sequence[Passage]
    found: Sequence[Candidate]
    rows: Array
    holds: NDArray[np.bool_]


def plain(text: str) -> str:
    """A text in which an answer can be looked for: letters, digits and money, in lower case."""
    kept = "".join(c if c.isalnum() or c in "$€£%" else " " for c in text.lower())
    return f" {' '.join(kept.split())} "


def cases(index: Index, embed: Kept, questions: Sequence[Question], folds: Sequence[int]) -> list[Case]:
    """What the writer sees of each question."""
    made = []
    for question, fold in zip(questions, folds, strict=True):
        passages = index.search(Query(question.text), PASSAGES)
        found = candidates(passages)
        if not found:
            continue
        asked = QuestionFeatures.read(question.text)
        vectors = embed([question.text, *(candidate.text for candidate in found)])
        rows = features(asked, found, passages, vectors[1:] @ vectors[0])
        answers = [plain(answer) for answer in question.answers]
        holds = np.array([any(answer in plain(c.text) for answer in answers) for c in found])
        made.append(Case(fold, bool(question.gold), asked, passages, found, rows, holds))
    return made


def fit_weights(learned: Sequence[Case]) -> Array:
    """Weights under which the softmax over a question's sentences puts most on those that hold the answer."""
    import torch

    usable = [case for case in learned if case.holds.any() and not case.holds.all()]
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
        return -torch.log(held / whole).mean() + PENALTY * (weights**2).sum()

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
    """A row of SIGNALS for each case."""
    rows = []
    for case in some:
        scores = case.rows @ weights
        alone = scores - case.rows[:, PASSAGE] * weights[PASSAGE]
        answering = case.passages[case.found[int(scores.argmax())].passage - 1]
        similarity = float(case.rows[:, FEATURES.index("similarity")].max())
        rows.append(signals(case.asked, case.passages, float(alone.max()), similarity, answering))
    return np.array(rows)


def by_rule(some: Sequence[Case], weights: Array) -> Array:
    """What is taken from the log odds of each case because its best sentence contradicts the question."""
    best = [case.found[int((case.rows @ weights).argmax())] for case in some]
    against = [contradicts(case.asked.text, own.text) for case, own in zip(some, best, strict=True)]
    return CONTRADICTED * np.array(against, dtype=np.float64)


def fit_confidence(sets: dict[str, list[Case]], weights: Array) -> Array:
    """COEFFICIENTS and INTERCEPT: one direction for all sets, each with its own intercept.

    Sets differ in how often what looks like an answer is one; an intercept of its own keeps that out of what
    the signals weigh. The scale and the intercept that are kept come from CALIBRATED_ON.
    """
    values, right, shares, rules = [], [], [], []
    for place, (name, some) in enumerate(sets.items()):
        own = np.zeros((len(some), len(sets)))
        own[:, place] = 1.0
        values.append(np.hstack([signal_rows(some, weights), own]))
        right.append(np.array([case.answerable for case in some]))
        shares.append(np.full(len(some), SHARES[name]))
        rules.append(by_rule(some, weights))
    together = [np.concatenate(each) for each in (values, right, shares, rules)]
    direction = fit_logistic(*together, penalty=1e-4)[: len(SIGNALS)]
    kept = [place for place, name in enumerate(sets) if name in CALIBRATED_ON]
    line = np.concatenate([values[place][:, : len(SIGNALS)] @ direction for place in kept])[:, None]
    answered, ruled = (np.concatenate([each[place] for place in kept]) for each in (right, rules))
    scale, intercept = fit_logistic(line, answered, np.ones(len(line)), ruled, penalty=1e-6)
    return np.append(direction * scale, intercept)


def auroc(scores: Array, right: NDArray[np.bool_]) -> float:
    """The chance that a right one scores above a wrong one."""
    yes, no = scores[right], scores[~right]
    return float(np.mean((yes[:, None] > no) + 0.5 * (yes[:, None] == no)))


def measured(name: str, some: Sequence[Case], fitted: dict[int, tuple[Array, Array]]) -> str:
    """One line of the table, each question measured with what was fitted without it."""
    first, three = [], []
    chance = np.zeros(len(some))
    for place, case in enumerate(some):
        weights, line = fitted[case.fold]
        best = np.argsort(-(case.rows @ weights))[:3]
        if case.answerable:
            first.append(case.holds[best[0]])
            three.append(case.holds[best].any())
        odds = line[-1] + signal_rows([case], weights)[0] @ line[:-1] + by_rule([case], weights)[0]
        chance[place] = 1 / (1 + np.exp(-odds))
    yes = np.array([case.answerable for case in some])
    shown = [f"{np.mean(first):.3f}", f"{np.mean(three):.3f}"] if any(first) else ["", ""]
    bins = [chance // 0.1 == part for part in range(10)]
    off = sum(abs(chance[b].mean() - yes[b].mean()) * b.mean() for b in bins if b.any())
    both = [f"{np.mean(chance[yes] >= THRESHOLD):.3f}", f"{np.mean(chance[~yes] < THRESHOLD):.3f}"]
    return f"| {name} | " + " | ".join([*shown, f"{auroc(chance, yes):.3f}", *both, f"{off:.3f}"]) + " |"


def load(data: Path, homes: Path, every: int) -> dict[str, list[Case]]:
    """All cases, by set. Builds the records that are not there yet."""
    file, questions = news(data)
    others = news_unanswerable(data)
    folds = [place % FOLDS for some in (questions, others) for place in range(len(some))]
    sets = {"news": _load(homes, "news", file, [*questions, *others], folds)}
    for name, (articles, asked) in (("squad2", squad(data)), ("clapnq", clapnq(data))):
        questions = asked[::every] if name == "squad2" else asked
        folds = [FOLDS * place // len(questions) for place in range(len(questions))]
        sets[name] = _load(homes, name, as_file(articles, homes / f"{name}.jsonl"), questions, folds)
    return sets


def _load(
    homes: Path, name: str, file: Path, questions: Sequence[Question], folds: Sequence[int]
) -> list[Case]:
    with record(homes / name, [str(file)]) as index:
        kept = Kept(index.embedder.embed, homes / f"{name}-sentences.npz", index.embedder.key)
        made = cases(index, kept, questions, folds)
        kept.save()
        return made


def fit(sets: dict[str, list[Case]]) -> tuple[Array, Array]:
    """Both kinds of numbers."""
    weights = fit_weights(sets["squad2"] + NEWS_REPEATED * [case for case in sets["news"] if case.answerable])
    return weights, fit_confidence(sets, weights)


def main() -> None:
    """Print the table and the numbers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--home", type=Path, help="keep the records here, for the next run")
    parser.add_argument("--every", type=int, default=2, help="take every n-th question of SQuAD only")
    chosen = parser.parse_args()
    data = folder()
    with tempfile.TemporaryDirectory() as temporary:
        sets = load(data, chosen.home or Path(temporary), chosen.every)
    fitted = {
        fold: fit({name: [c for c in some if c.fold != fold] for name, some in sets.items()})
        for fold in range(FOLDS)
    }
    print(f"| set | answer first | among three | AUROC | answered at {THRESHOLD} | refused | off by |")
    print("|---|---|---|---|---|---|---|")
    for name, some in sets.items():
        print(measured(name, some, fitted))
    weights, line = fit(sets)
    print("\nWEIGHTS", dict(zip(FEATURES, weights.round(2).tolist(), strict=True)))
    print("COEFFICIENTS", dict(zip(SIGNALS, line[:-1].round(2).tolist(), strict=True)))
    print("INTERCEPT", round(float(line[-1]), 2), "; now", COEFFICIENTS)


if __name__ == "__main__":
    main()
