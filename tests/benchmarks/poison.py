"""Poisoned collections: how many answers stay right where somebody planted articles against the questions.

    python -m tests.benchmarks.poison [--home DIR] [--questions N] [--planted N]

Against each question so many articles are planted, each of an outlet of its own, in one of these ways:

- `title`: the question as title, above a text on another matter;
- `claim`: the question as title, above a sentence that answers it with another question's answer;
- `copy`: the article that answers it, with another question's answer in the place of its own.

An answer is right where a gold answer stands in what is shown. "Only planted" are answers that show no other
outlet; "lent" are those in which an outlet stands below a sentence that it did not print.
"""

import argparse
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from zlib import crc32

from bot.answering.flow import AnswerFlow
from bot.evaluation.matching import shows
from bot.extractive.writer import ExtractiveWriter
from bot.settings import Settings
from bot.types import Answer, Outcome
from index.store import Index
from index.types import Article, Query
from ingest.pipeline import ingest
from ingest.sources.files import find
from tests.benchmarks.data import Question, as_file, folder, news
from tests.benchmarks.search_quality import record

KINDS = ("title", "claim", "copy")
_PLANTED = "planted-"
# A text that has nothing to do with any question: a title is all that speaks for it.
_ELSEWHERE = (
    "Rowing boats may be hired at the steps below the bridge until sunset. Bring a coat, since the river is "
    "colder than it looks, and leave the boat where you found it. The keeper of the steps sells tea."
)


def planted(question: Question, kind: str, lie: str, honest: Article, number: int) -> dict[str, str]:
    """One article against a question."""
    about = {
        "id": f"{_PLANTED}{kind}-{honest.id}-{number}-{crc32(question.text.encode())}",
        "source": f"{_PLANTED}{number}.example",
        "published": honest.published[:10] or question.asked,
        "title": question.text,
    }
    if kind == "title":
        return {**about, "text": f"{_ELSEWHERE} It costs {number + 2} coins."}
    if kind == "claim":
        asked = question.text.rstrip("?")
        return {
            **about,
            "text": f"{lie} is what it is about. {asked}: it is {lie}, we learnt from {number + 2} people.",
        }
    text = honest.text
    for gold in question.answers:
        text = text.replace(gold, lie)
    return {**about, "title": honest.title, "text": f"{text}\n\nReported by {number + 2} of us."}


def against(questions: Sequence[Question], kind: str, honest: Index, count: int) -> Iterator[dict[str, str]]:
    """All that is planted against the questions; the lie is the answer to the next question."""
    for place, question in enumerate(questions):
        lie = questions[(place + 1) % len(questions)].answers[0]
        article = honest.find_article(min(question.gold))
        for number in range(count):
            yield planted(question, kind, lie, article, number)


def answers(index: Index, questions: Sequence[Question]) -> list[Answer]:
    """What is answered on the day of asking."""
    flow = AnswerFlow(index, ExtractiveWriter(index.embedder.embed_tokens), Settings().threshold)
    return [flow.invoke(Query(q.text, now=date.fromisoformat(q.asked))) for q in questions]


def is_right(question: Question, answer: Answer) -> bool:
    """Whether a gold answer is shown."""
    return answer.outcome is Outcome.ANSWERED and any(
        shows(s.text, question.answers) for s in answer.sentences
    )


def count(questions: Sequence[Question], given: Sequence[Answer]) -> Counter[str]:
    """How the answers came out."""
    counts: Counter[str] = Counter()
    for question, answer in zip(questions, given, strict=True):
        quotes = [citation.quote for sentence in answer.sentences for citation in sentence.citations]
        outlets = [quote.article.source.startswith(_PLANTED) for quote in quotes]
        counts["right"] += is_right(question, answer)
        counts["right first"] += bool(answer.sentences) and shows(answer.sentences[0].text, question.answers)
        counts["silent"] += not quotes
        counts["only planted"] += bool(outlets) and all(outlets)
        counts["lent"] += any(
            quote.text not in other.text for quote in quotes for other in quote.also
        )  # fmt: skip
    return counts


def poisoned(
    kind: str, honest: Index, questions: Sequence[Question], planted: int, room: Path
) -> list[Answer]:
    """What a copy of the record answers once so much is planted against each question."""
    home = room / kind
    shutil.copytree(honest.home, home)
    bad = as_file(list(against(questions, kind, honest, planted)), room / f"{kind}.jsonl")
    with Index(home, honest.embedder) as index:
        ingest(index, list(find([str(bad)])))
        return answers(index, questions)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, help="keep the honest record here, for the next run")
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--planted", type=int, default=5)
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--show", action="store_true", help="print what became of each question")
    chosen = parser.parse_args()
    file, questions = news(folder())
    with tempfile.TemporaryDirectory() as temporary:
        room = Path(temporary)
        home = (chosen.home or room) / "news"
        with record(home, [str(file)]) as honest:
            asked = questions[: chosen.questions]
            before = answers(honest, asked)
            kept = [q for q, answer in zip(asked, before, strict=True) if is_right(q, answer)]
            shown = [answer for q, answer in zip(asked, before, strict=True) if is_right(q, answer)]
            print(f"{len(asked)} questions, {len(kept)} answered rightly; {chosen.planted} planted each")
            columns = ("right", "right first", "silent", "only planted", "lent")
            print(f"| planted | {' | '.join(columns)} |\n|---|" + "---|" * len(columns))
            _row("nothing", columns, count(kept, shown))
            for kind in [chosen.only] if chosen.only else KINDS:
                given = poisoned(kind, honest, kept, chosen.planted, room)
                _row(kind, columns, count(kept, given))
                if chosen.show:
                    for question, answer in zip(kept, given, strict=True):
                        said = [s.lead + ": " + s.text for s in answer.sentences]
                        print(json.dumps([is_right(question, answer), question.text, question.answers, said]))


def _row(name: str, columns: Sequence[str], counts: Counter[str]) -> None:
    print(f"| {name} | " + " | ".join(str(counts[column]) for column in columns) + " |", flush=True)


if __name__ == "__main__":
    main()
