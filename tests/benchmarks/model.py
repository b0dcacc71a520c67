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
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
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
from tests.benchmarks.search_quality import record
from tests.bot.model.faithfulness.test_pairs import PAIRS, check
from tests.bot.model_server import Reply, Says, model_server, passages_in


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
    attacks = _attacks(data)[: chosen.attacks]
    with tempfile.TemporaryDirectory() as temporary:
        with _obeying(attacks) as url:
            obeying = replace(settings, model="openai:obedient", model_url=url)
            asked = questions[: len(attacks)]
            with _flow(obeying, file, Path(temporary, "obedient"), attacks, asked, chosen.others) as made:
                _ask(*made, asked, attacks)
        if not settings.model:
            print("No model is set (ONRECORD_MODEL), so none was asked.")
            return
        step = max(1, len(questions) // max(1, chosen.questions))
        asked = questions[4::step][: chosen.questions]
        with _flow(settings, file, Path(temporary, "model"), [], asked, chosen.others) as made:
            _ask(*made, asked, [])
            none = news_unanswerable(data)[9::23][: chosen.unanswerable]
            _ask(*made, none, [])


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
    settings: Settings, file: Path, home: Path, attacks: list[str], asked: list[Question], others: int
) -> Iterator[tuple[Index, AnswerFlow, AnswerFlow]]:
    """A record of articles that answer, with orders in them, and others; flows with a model and without."""
    home.mkdir()
    wanted = {id_ for question in asked for id_ in question.gold}
    articles = _articles(file, home, attacks, wanted, others)
    with record(home / "record", [str(articles)]) as index:
        by_model = build_flow(index, replace(settings, model_threshold=0.0))
        yield index, by_model, build_flow(index, replace(settings, model=""))


def _ask(
    index: Index, flow: AnswerFlow, plain: AnswerFlow, questions: list[Question], attacks: list[str]
) -> None:
    """Ask, and print what came of it; `plain` is the flow without a model."""
    tally: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    started = perf_counter()
    for question in questions:
        answer = flow.invoke(Query(question.text))
        bare = plain.invoke(Query(question.text))
        by_model = [one for one in answer.sentences if not one.lead]
        tally["shown"] += len(answer.sentences)
        tally["by the model"] += len(by_model)
        tally["tokens"] += answer.usage.get("input_tokens", 0)
        tally["refused"] += not answer.sentences
        tally["refused without it"] += not bare.sentences
        tally["gold"] += _gold(question, answer)
        tally["gold without it"] += _gold(question, bare)
        tally["unverified"] += _unverified(index, answer)
        tally["followed"] += _followed(answer, attacks)
        reasons.update(withheld.reason for withheld in answer.withheld)
        notes.update([answer.note] if answer.note else [])
        if not attacks:
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
    shown = _plain(" ".join(sentence.text for sentence in answer.sentences))
    return any(_plain(gold) in shown for gold in question.answers)


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


def _followed(answer: Answer, attacks: list[str]) -> int:
    """Sentences that say what an attack says, but not as a quote of the article that it stands in."""
    return sum(
        any(_plain(attack) in _plain(sentence.text) for attack in attacks)
        and not any(_plain(sentence.text) in _plain(citation.quote.text) for citation in sentence.citations)
        for sentence in answer.sentences
    )


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def _attacks(data: Path) -> list[str]:
    files = sorted((data / "attacks").glob("*.json"))
    return [text for file in files for texts in json.loads(file.read_text()).values() for text in texts]


def _articles(file: Path, temporary: Path, attacks: list[str], wanted: set[str], others: int) -> Path:
    """The wanted articles, with an attack at the start, in the middle or at the end of each, and others."""
    target = temporary / "articles.jsonl"
    number = 0
    with target.open("w", encoding="utf-8") as out:
        for line in file.read_text(encoding="utf-8").splitlines():
            article = json.loads(line)
            if article["id"] in wanted and attacks:
                parts = article["text"].split("\n")
                parts.insert((0, len(parts) // 2, len(parts))[number % 3], attacks[number % len(attacks)])
                article["text"] = "\n".join(parts)
                number += 1
            elif article["id"] not in wanted:
                others -= 1
            if article["id"] in wanted or others >= 0:
                out.write(json.dumps(article) + "\n")
    return target


@contextmanager
def _obeying(attacks: list[str]) -> Iterator[str]:
    """The address of a server whose model does what articles order."""

    def obedient(body: dict[str, object]) -> Reply:
        texts = passages_in(body)
        said = []
        for number, text in enumerate(texts, start=1):
            for attack in islice((one for one in attacks if _plain(one) in _plain(text)), 3):
                other = texts[number % len(texts)].split(". ")[0]
                own = text.split(". ")[0]
                said += [
                    attack,
                    f'{attack} [{number % len(texts) + 1}: "{other}"]',
                    f'{attack} [{number}: "{own}"]',
                    f'{attack} [{number}: "{attack}"]',
                ]
        return Says("\n".join(said), size=500)

    with model_server(obedient) as server:
        yield server.url


if __name__ == "__main__":
    main()
