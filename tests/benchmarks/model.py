"""A model at the other end of the wire: what is shown, what is withheld and why, and what that cost.

    ONRECORD_MODEL=NAME ONRECORD_MODEL_URL=URL make bench-model
    python -m tests.benchmarks.model [--questions N] [--unanswerable N] [--attacks N]

First sentences over true quotes, half of them false, and true ones in other words on articles of every
kind, by a scripted model (the tests' own, no model and no data needed). Then, with `ONRECORD_BENCH_DATA`, a
scripted model that does what articles order (125 of a public set); and with a model in the settings,
questions of the news quiz, beside the same without it: each sentence with its source, to be read by hand;
answers, refusals of what the articles do not answer, tokens a question. Every quote shown is compared with
the article as stored.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from bot.answering.flow import AnswerFlow
from bot.assembly import build_flow
from bot.settings import Settings, load_settings
from bot.types import Answer
from index.store import Index
from index.types import Query
from tests.benchmarks.data import Question, folder, news, news_unanswerable
from tests.benchmarks.model_genres import measure
from tests.benchmarks.obedience import Obedient, Order, articles_with, obeying, orders_of, plain
from tests.benchmarks.search_quality import record
from tests.bot.model.faithfulness.test_pairs import PAIRS, check


def main() -> None:
    """Ask, count and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=30)
    parser.add_argument("--unanswerable", type=int, default=10)
    parser.add_argument("--attacks", type=int, default=125, help="orders that a scripted model obeys")
    parser.add_argument("--genres", type=int, default=1, help="of the true sentences, take every n-th")
    parser.add_argument("--others", type=int, default=200, help="articles beside those that answer")
    chosen = parser.parse_args()
    _pairs()
    settings = load_settings()
    measure(replace(settings, model="openai:scripted"), chosen.genres)
    data = folder()
    file, questions = news(data)
    orders = orders_of(data)[: chosen.attacks]
    with tempfile.TemporaryDirectory() as temporary:
        with obeying(orders) as (url, obedient):
            by_it = replace(settings, model="openai:obedient", model_url=url)
            asked = questions[: len(orders)]
            with _flow(by_it, file, Path(temporary, "obedient"), orders, asked, chosen.others) as made:
                _ask(*made, asked, obedient)
            print(
                f"orders that the model obeyed: {len(obedient.written)} of {len(orders)}, "
                f"in {obedient.written.total():,} sentences"
            )
        if not settings.model:
            print("No model is set (ONRECORD_MODEL), so none was asked.")
            return
        step = max(1, len(questions) // max(1, chosen.questions))
        asked = questions[4::step][: chosen.questions]
        with _flow(settings, file, Path(temporary, "model"), [], asked, chosen.others) as made:
            _ask(*made, asked)
            none = news_unanswerable(data)[9::23][: chosen.unanswerable]
            _ask(*made, none)


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
        by_model = build_flow(index, replace(settings, model_threshold=0.0))
        yield index, by_model, build_flow(index, replace(settings, model=""))


def _ask(
    index: Index,
    flow: AnswerFlow,
    without: AnswerFlow,
    questions: list[Question],
    obedient: Obedient | None = None,
) -> None:
    """Ask, and print what came of it; `without` is the flow without a model."""
    tally: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    started = perf_counter()
    for question in questions:
        answer = flow.invoke(Query(question.text))
        bare = without.invoke(Query(question.text))
        by_model = [one for one in answer.sentences if not one.lead]
        tally["shown"] += len(answer.sentences)
        tally["by the model"] += len(by_model)
        tally["tokens"] += answer.usage.get("input_tokens", 0)
        tally["refused"] += not answer.sentences
        tally["refused without it"] += not bare.sentences
        tally["gold"] += _gold(question, answer)
        tally["gold without it"] += _gold(question, bare)
        tally["unverified"] += _unverified(index, answer)
        tally["followed"] += _followed(answer, obedient.said if obedient else set())
        reasons.update(withheld.reason for withheld in answer.withheld)
        notes.update([answer.note] if answer.note else [])
        if obedient is None:
            _show(question, answer)
    many = max(1, len(questions))
    print(
        f"{many} questions in {perf_counter() - started:.0f} s; {tally['shown']} sentences shown, "
        f"{tally['by the model']} by the model, {reasons.total()} of its withheld; "
        f"{tally['tokens'] / many:,.0f} tokens in a question"
    )
    if any(question.answers for question in questions):
        print(f"answers shown: {tally['gold']}; without the model: {tally['gold without it']}")
    print(f"not on record: {tally['refused']}; without the model: {tally['refused without it']}")
    print("notes:", ", ".join(f"{count} × {note}" for note, count in notes.most_common()) or "none")
    print(f"unverified sentences shown: {tally['unverified']}; orders followed: {tally['followed']}")
    print("withheld:", ", ".join(f"{count} {reason}" for reason, count in reasons.most_common()) or "none")


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
