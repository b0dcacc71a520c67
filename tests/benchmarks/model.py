"""A model at the other end of the wire: what is shown, what is withheld and why, and what that cost.

    ONRECORD_MODEL=NAME ONRECORD_MODEL_URL=URL make bench-model
    python -m tests.benchmarks.model [--only PART] [--questions N] [--home DIR] [--replies FILE] …

First sentences over true quotes, half of them false, and true ones in other words on articles of every
kind, by a scripted model (the tests' own, no model and no data needed). Then, with `ONRECORD_BENCH_DATA`, a
scripted model that does what articles order (125 of a public set); and with a model in the settings,
questions of the news quiz, beside the same without it: each sentence with its source, to be read by hand;
answers, refusals of what the articles do not answer, tokens a question. Every quote shown is compared with
the article as stored. Replies that are kept in a file need no model the next time; a record of the whole
news may be named by `--home`.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from itertools import zip_longest
from pathlib import Path
from time import perf_counter

from bot.answering.flow import AnswerFlow
from bot.assembly import build_flow, open_index
from bot.settings import Settings, load_settings
from bot.types import Answer
from index.store import Index
from index.types import Query
from tests.benchmarks.data import Question, folder, news, news_unanswerable
from tests.benchmarks.model_genres import measure
from tests.benchmarks.model_replies import kept_replies
from tests.benchmarks.obedience import Obedient, Order, articles_with, obeying, orders_of, plain
from tests.benchmarks.search_quality import record
from tests.bot.model.faithfulness.test_pairs import PAIRS, check


def main() -> None:
    """Ask, count and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("pairs", "genres", "orders", "news"), help="one part alone")
    parser.add_argument("--questions", type=int, default=30)
    parser.add_argument("--unanswerable", type=int, default=10)
    parser.add_argument("--attacks", type=int, default=125, help="orders that a scripted model obeys")
    parser.add_argument("--genres", type=int, default=1, help="of the true sentences, take every n-th")
    parser.add_argument("--others", type=int, default=200, help="articles beside those that answer")
    parser.add_argument("--home", type=Path, help="a record of all the news; it is only read")
    parser.add_argument(
        "--replies", type=Path, help="keep the model's replies in this file, and ask it for no more"
    )
    chosen = parser.parse_args()
    settings = load_settings()
    if chosen.only in (None, "pairs"):
        _pairs()
    if chosen.only in (None, "genres"):
        measure(replace(settings, model="openai:scripted"), chosen.genres)
    if chosen.only in (None, "orders"):
        _orders(settings, chosen.attacks, chosen.others)
    if chosen.only in (None, "news") and not settings.model:
        print("No model is set (ONRECORD_MODEL), so none was asked.")
    elif chosen.only in (None, "news"):
        asked = asked_of(
            news(folder())[1], news_unanswerable(folder()), chosen.questions, chosen.unanswerable
        )
        with ExitStack() as stack:
            if chosen.replies:
                url = stack.enter_context(kept_replies(chosen.replies, settings.model_url))
                settings = replace(settings, model_url=url)
            _ask(*stack.enter_context(_news_flow(settings, chosen.home, asked, chosen.others)), asked)


def asked_of(
    answerable: list[Question], unanswerable: list[Question], wanted: int, unwanted: int
) -> list[Question]:
    """So many questions of each kind, from all over the quiz; three that have an answer, then one without."""
    some = answerable[4 :: max(1, len(answerable) // max(1, wanted))][:wanted]
    none = unanswerable[9 :: max(1, len(unanswerable) // max(1, unwanted))][:unwanted]
    rows = zip_longest(some[::3], some[1::3], some[2::3], none)
    return [question for row in rows for question in row if question]


@contextmanager
def _news_flow(
    settings: Settings, home: Path | None, asked: list[Question], others: int
) -> Iterator[tuple[Index, AnswerFlow, AnswerFlow]]:
    if home is None:
        with tempfile.TemporaryDirectory() as temporary:
            file = news(folder())[0]
            with _flow(settings, file, Path(temporary, "model"), [], asked, others) as made:
                yield made
        return
    with open_index(replace(settings, home=home)) as index:
        yield index, build_flow(index, settings), build_flow(index, replace(settings, model=""))


def _orders(settings: Settings, many: int, others: int) -> None:
    file, questions = news(folder())
    orders = orders_of(folder())[:many]
    with tempfile.TemporaryDirectory() as temporary, obeying(orders) as (url, obedient):
        by_it = replace(settings, model="openai:obedient", model_url=url, model_threshold=0.0)
        asked = questions[: len(orders)]
        with _flow(by_it, file, Path(temporary, "obedient"), orders, asked, others) as made:
            _ask(*made, asked, obedient)
        print(
            f"orders that the model obeyed: {len(obedient.written)} of {len(orders)}, "
            f"in {obedient.written.total():,} sentences"
        )


def _pairs() -> None:
    """Sentences over true quotes: how many false ones the rules show, and true ones they withhold."""
    wrong: Counter[bool] = Counter()
    of: Counter[bool] = Counter()
    for pair in PAIRS:
        of[pair["true"]] += 1
        problem = check(pair["sentence"], pair["passage"], pair["question"])
        wrong[pair["true"]] += bool(problem) is pair["true"]
    print(
        f"by rules alone: {wrong[False]} of {of[False]} false shown, "
        f"{wrong[True]} of {of[True]} true withheld"
    )


@contextmanager
def _flow(
    settings: Settings, file: Path, home: Path, orders: list[Order], asked: list[Question], others: int
) -> Iterator[tuple[Index, AnswerFlow, AnswerFlow]]:
    """A record of articles that answer, with orders in them, and others; flows with a model and without."""
    home.mkdir()
    wanted = {id_ for question in asked for id_ in question.gold}
    articles = articles_with(orders, file, home / "articles.jsonl", wanted, others)
    with record(home / "record", [str(articles)]) as index:
        yield index, build_flow(index, settings), build_flow(index, replace(settings, model=""))


def _ask(
    index: Index,
    flow: AnswerFlow,
    without: AnswerFlow,
    questions: list[Question],
    obedient: Obedient | None = None,
) -> None:
    """Ask, each question on its day, and print what came of it; `without` is the flow without a model."""
    tallies = {"that the articles answer": Tally(), "that they do not answer": Tally()}
    started = perf_counter()
    for question in questions:
        query = Query(question.text, now=date.fromisoformat(question.asked) if question.asked else None)
        answer, bare = flow.invoke(query), without.invoke(query)
        followed = _followed(answer, obedient.said if obedient else set())
        tally = tallies["that the articles answer" if question.gold else "that they do not answer"]
        tally.add(question, answer, bare, _unverified(index, answer), followed)
        if obedient is None:
            _show(question, answer)
    print(f"{len(questions)} questions in {perf_counter() - started:.0f} s")
    for kind, tally in tallies.items():
        if tally.counts["questions"]:
            print(f"Questions {kind}: {tally}")


class Tally:
    """What came of questions of one kind."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()

    def add(self, question: Question, answer: Answer, bare: Answer, unverified: int, followed: int) -> None:
        """Count an answer; `bare` is the one without the model."""
        counts = self.counts
        counts["questions"] += 1
        counts["shown"] += len(answer.sentences)
        counts["by the model"] += sum(
            not one.lead for one in answer.sentences if answer.model != "extractive"
        )
        counts["tokens"] += answer.usage.get("input_tokens", 0)
        counts["asked"] += bool(answer.usage)
        counts["refused"] += not answer.sentences
        counts["refused without it"] += not bare.sentences
        counts["gold"] += _gold(question, answer)
        counts["gold without it"] += _gold(question, bare)
        counts["unverified"] += unverified
        counts["followed"] += followed
        self.reasons.update(withheld.reason for withheld in answer.withheld)
        self.notes.update([answer.note] if answer.note else [])

    def __str__(self) -> str:
        counts = self.counts
        tokens = counts["tokens"] / max(1, counts["asked"])
        lines = [
            f"{counts['questions']}, of which {counts['asked']} were put to the model, "
            f"{tokens:,.0f} tokens in each",
            f"sentences shown: {counts['shown']}, {counts['by the model']} by the model; "
            f"of its own withheld: {self.reasons.total()}",
            f"right answers shown: {counts['gold']}; without the model: {counts['gold without it']}",
            f"not on record: {counts['refused']}; without the model: {counts['refused without it']}",
            "notes: " + (", ".join(f"{n} × {note}" for note, n in self.notes.most_common()) or "none"),
            f"unverified sentences shown: {counts['unverified']}; orders followed: {counts['followed']}",
            "withheld: " + (", ".join(f"{n} {why}" for why, n in self.reasons.most_common()) or "none"),
        ]
        return "\n  ".join(lines)


def _show(question: Question, answer: Answer) -> None:
    """Each sentence with its source, to be read by hand: does it follow?"""
    print(f"› {question.text}")
    for sentence in answer.sentences:
        whose = "  " if sentence.lead else "* "
        print(f"{whose}{sentence.text}  <- " + " | ".join(one.quote.text for one in sentence.citations))
    for withheld in answer.withheld:
        print(f"- {withheld.draft.text}  ({withheld.reason})", flush=True)


def _gold(question: Question, answer: Answer) -> bool:
    shown = plain(" ".join(sentence.text for sentence in answer.sentences))
    return any(plain(gold) in shown for gold in question.answers)


def _unverified(index: Index, answer: Answer) -> int:
    """Sentences without a citation, or with a quote that the stored article does not hold there."""
    wrong = 0
    for sentence in answer.sentences:
        good = bool(sentence.citations)
        for citation in sentence.citations:
            quote = citation.quote
            with index.catalog.read() as snapshot:
                stored = snapshot.article(quote.article.id)
            good = good and stored is not None and stored.text[quote.start : quote.end] == quote.text
        wrong += not good
    return wrong


def _followed(answer: Answer, ordered: set[str]) -> int:
    """Sentences that a model wrote because an article ordered it, and that no cited article says."""
    return sum(
        plain(sentence.text) in ordered
        and not any(plain(sentence.text) in plain(one.quote.article.text) for one in sentence.citations)
        for sentence in answer.sentences
    )


if __name__ == "__main__":
    main()
