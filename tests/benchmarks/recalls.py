"""What kept answers are worth and cost: `python -m tests.benchmarks.recalls --only NAME`.

edits: answers of the news set, their articles edited by rule 10,000 times (`--edits`), in the quoted sentence
or elsewhere; each must be found, or not. superseded: pairs of `dated/`, outdated passages first; and
controls, where the later passage says the same. Thresholds were chosen on every second question; the others
are told apart. watch: the news quiz as a stream of weeks; a watch is right where an article came that holds a
gold answer, and what was told falsely may be superseded by that; those that are never answered wait once more
as if they had been asked in the middle of the stream. cost: seconds that looking over takes after
a refresh of ten articles, with 10,000 kept answers and 1,000 questions that wait.
"""

import argparse
import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bot.answering.flow import AnswerFlow
from bot.extractive.writer import ExtractiveWriter
from bot.json_output import answer_json
from bot.kept_answers.keeping import keep_answer, keep_question
from bot.kept_answers.look_over import look_over
from bot.kept_answers.quote_check import check_quote
from bot.kept_answers.store import KeptAnswers
from bot.kept_answers.types import Kind
from bot.types import Answer
from index.embedding.embedder import Embedder, load_embedder
from index.session import Batch
from index.store import Index
from index.types import Article, Query, Status
from tests.benchmarks.data import Question, folder, news, news_unanswerable
from tests.benchmarks.recalls_data import articles_of, dated, edited, holds
from tests.conftest import put

_AT_ONCE = 100
_CATALOG = "catalog.sqlite3"


class Bench:
    """A record that grows, with what is kept beside it."""

    def __init__(self, home: Path, embedder: Embedder, ready: Path | None = None) -> None:
        """In `home`, with a copy of the record in `ready` where that is given."""
        if ready is not None:
            shutil.copytree(ready, home)
        else:
            Index.create(home)
        self.index = Index(home, embedder)
        self.store = KeptAnswers(home)
        self.flow = AnswerFlow(self.index, ExtractiveWriter(embedder.embed_tokens), 0.5)

    def take_vectors(self, ready: Path) -> None:
        """What is embedded in another record need not be embedded for this one."""
        with closing(sqlite3.connect(self.index.home / _CATALOG)) as db, db:
            db.execute("ATTACH ? AS ready", (str(ready / _CATALOG),))
            db.execute("INSERT OR IGNORE INTO embeddings SELECT * FROM ready.embeddings")

    def put(self, articles: list[Article]) -> None:
        for at in range(0, len(articles), _AT_ONCE):
            put(self.index, *articles[at : at + _AT_ONCE])

    def keep(self, id_: str, question: Question) -> Answer:
        now = date.fromisoformat(question.asked) if question.asked else None
        answer = self.flow.invoke(Query(question.text, now=now))
        if answer.sentences:
            keep_answer(self.store, self.index.catalog, id_, "terminal", answer)
        return answer

    def wait(self, id_: str, question: Question) -> None:
        now = date.fromisoformat(question.asked) if question.asked else None
        query = Query(question.text, now=now)
        keep_question(self.store, self.index.catalog, id_, "terminal", query)

    def look(self) -> float:
        began = time.perf_counter()
        look_over(self.index, self.store, self.flow)
        return time.perf_counter() - began


def edits(place: Path, data: Path, options: argparse.Namespace) -> None:
    """Print how many edits are missed, and how many are told that are elsewhere."""
    file, questions = news(data)
    bench = Bench(place / "edits", load_embedder(), options.record)
    if options.record is None:
        bench.put(articles_of(file)[:: options.every])
    for number, question in enumerate(questions[:: options.every]):
        bench.keep(f"q{number}", question)
    kept = [(id_, quote) for id_, quote in _quotes(bench)]
    dice = random.Random(1)
    missed = false = offsets = twice = 0
    for _ in range(options.edits):
        id_, quote = dice.choice(kept)
        article = bench.index.find_article(quote.article_id)
        inside = dice.random() < 0.5
        text = edited(article.text, quote.start, quote.end, inside, dice)
        checked = check_quote(id_, quote, replace(article, text=text))
        # What stands twice in its article still stands after one of the two was edited.
        still = " ".join(" ".join(quote.sentences).split()) in " ".join(text.split())
        twice += inside and still
        missed += inside and not still and checked.finding is None
        false += not inside and checked.finding is not None
        now = checked.quote
        offsets += not inside and text[now.start : now.end] != now.text
    print(
        f"edits: {options.edits:,} of {len(kept)} quotes: {missed} missed, {false} false, "
        f"{offsets} offsets wrong, {twice} in one of two places where the same is said"
    )
    gone = sum(check_quote(id_, quote, None).finding is None for id_, quote in kept)
    withdrawn = sum(
        check_quote(id_, q, replace(bench.index.find_article(q.article_id), status=Status.WITHDRAWN)).finding
        is None
        for id_, q in kept
    )
    print(f"gone, withdrawn: {gone} and {withdrawn} of {len(kept)} missed")


def superseded(place: Path, data: Path, options: argparse.Namespace) -> None:
    """Print precision and recall of what is told to be superseded."""
    embedder = load_embedder()
    told = {half: [0, 0, 0] for half in (0, 1)}
    for control in (False, True):
        first, second, asked = dated(data, control=control)
        bench = Bench(place / f"superseded-{control}", embedder)
        bench.put(first)
        old = {id_: bench.keep(id_, question) for id_, question in asked.items()}
        bench.put(second)
        bench.look()
        found = {kept.id for finding, kept in bench.store.findings() if finding.kind is Kind.SUPERSEDED}
        new = {articles.id for articles in second}
        for id_, question in asked.items():
            if not old[id_].sentences:
                continue
            answer = bench.flow.invoke(bench.store.get(id_).query)  # type: ignore[union-attr]
            fresh = answer.sentences and answer.sentences[0].citations[0].quote.article.id in new
            right = (
                fresh
                and holds(answer.sentences[0].text, question)
                and not holds(old[id_].sentences[0].text, question)
            )
            counts = told[int(id_) % 2]
            counts[0] += bool(right) and id_ in found
            counts[1] += not right and id_ in found
            counts[2] += bool(right) and id_ not in found
    for half, (right, wrong, missed) in told.items():
        name = "the other half" if half else "the half that thresholds were chosen on"
        print(
            f"superseded, {name}: precision {right / max(1, right + wrong):.2f}, recall "
            f"{right / max(1, right + missed):.2f} ({right} right, {wrong} wrong, {missed} missed)"
        )


def watch(place: Path, data: Path, options: argparse.Namespace) -> None:
    """Print precision and recall of watches over the weeks of the news set."""
    file, questions = news(data)
    trick = news_unanswerable(data)
    bench = Bench(place / "watch", load_embedder())
    if options.record is not None:
        bench.take_vectors(options.record)
    articles = sorted(articles_of(file), key=lambda one: one.published)
    begin = date.fromisoformat(next(one.published for one in articles if one.published)[:10])
    asked = {"q": questions, "t": trick, "e": [_years_earlier(q) for q in trick]}
    waiting = {
        f"{kind}{n}": some[n]
        for kind, some in asked.items()
        for n in range(options.start, len(some), options.every)
    }
    # An article without a day might be of any.
    bench.put([Article("first", "The record begins.", published=begin.isoformat())])
    for id_, question in waiting.items():
        bench.wait(id_, question)
    weeks: dict[int, list[Article]] = {}
    for one in articles:
        day = date.fromisoformat(one.published[:10]) if one.published else begin
        weeks.setdefault((day - begin) // timedelta(days=7), []).append(one)
    for week in sorted(weeks):
        bench.put(weeks[week])
        bench.look()
    for half in (0, 1):
        some = {id_: q for id_, q in waiting.items() if int(id_[1:]) % 2 == half}
        _tell_watched(bench, {id_: q for id_, q in some.items() if id_[0] != "e"}, half)
        early = {id_ for id_ in some if id_[0] == "e"}
        told = {kept.id for _, kept in bench.store.findings()} & early
        print(f"the same unanswerable questions, asked two years earlier: {len(told)} of {len(early)} told")


def _years_earlier(question: Question) -> Question:
    """The same, asked while the news of the set was new: what comes after it is no answer either."""
    asked = date.fromisoformat(question.asked) - timedelta(weeks=104)
    return replace(question, asked=asked.isoformat())


def _tell_watched(bench: Bench, waiting: dict[str, Question], half: int) -> None:
    """Print what was told of these questions: at first, and later in place of that."""
    told: dict[str, bool] = {}
    later: dict[str, bool] = {}
    for finding, kept in bench.store.findings():
        if kept.id in waiting:
            of_kind = told if finding.kind is Kind.NOW_ON_RECORD else later
            of_kind[kept.id] = _is_gold(finding.answer or {}, waiting[kept.id])
    wanted = sum(bool(question.gold) for question in waiting.values())
    right, wrong = sum(told.values()), len(told) - sum(told.values())
    name = "the other half" if half else "the half that thresholds were chosen on"
    print(
        f"watch, {name}: precision {right / max(1, right + wrong):.2f}, recall {right / wanted:.2f} "
        f"({right} right, {wrong} wrong)"
    )
    # An answer that was false is superseded by the right one, where the record gives that in the end.
    due = [id_ for id_, hit in told.items() if not hit and not later.get(id_)]
    now = (answer_json(bench.flow.invoke(bench.store.get(id_).query)) for id_ in due)  # type: ignore[union-attr]
    missed = sum(_is_gold(answer, waiting[id_]) for id_, answer in zip(due, now, strict=True))
    right = sum(hit and not told[id_] for id_, hit in later.items())
    print(f"superseded then: {right} right, {len(later) - right} wrong, {missed} missed")


def _is_gold(answer: Mapping[str, Any], question: Question) -> bool:
    shown = " ".join(sentence["text"] for sentence in answer.get("sentences", ()))
    cited = {one["article_id"] for one in answer.get("citations", ())}
    return bool(question.gold & cited) or (bool(question.gold) and holds(shown, question))


def cost(place: Path, data: Path, options: argparse.Namespace) -> None:
    """Print what looking over costs after a refresh of ten articles."""
    file, questions = news(data)
    bench = Bench(place / "cost", load_embedder(), options.record)
    articles = articles_of(file)
    if options.record is None:
        bench.put(articles)
    newest = sorted(articles, key=lambda one: one.published)[-10:]
    with bench.index.session() as session:
        session.publish(Batch((), tuple(one.id for one in newest)))
    some = [answer for n, q in enumerate(questions[::4]) if (answer := bench.keep(f"q{n}", q)).sentences]
    for number in range(options.kept - len(some)):
        answer = some[number % len(some)]
        varied = replace(answer, query=replace(answer.query, text=f"{answer.query.text} ({number})"))
        keep_answer(bench.store, bench.index.catalog, f"k{number}", "terminal", varied)
    for number in range(options.kept // 10):
        question = questions[number % len(questions)]
        bench.wait(f"w{number}", replace(question, text=f"{question.text} ({number})"))
    bench.put([Article("warm", "Nothing happened today.")])
    print(f"cost: first look (questions are embedded) {bench.look():.1f} s")
    bench.put(newest)
    print(
        f"cost: {options.kept:,} kept, {options.kept // 10:,} waiting, ten new articles: {bench.look():.1f} s"
    )
    began = time.perf_counter()
    bench.put([replace(one, title=f"{one.title}.") for one in articles[:10]])
    put_in = time.perf_counter() - began
    print(f"cost: the same, ten changed articles: {bench.look():.1f} s (publishing them {put_in:.1f} s)")


def _quotes(bench: Bench) -> Iterator[tuple[str, object]]:
    for kept, *_ in bench.store.questions(""):
        stored = bench.store.get(kept.id)
        yield from ((kept.id, quote) for quote in (stored.quotes if stored else ()))


MEASURED = {"edits": edits, "superseded": superseded, "watch": watch, "cost": cost}


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=MEASURED)
    parser.add_argument(
        "--every", type=int, default=1, help="every n-th article and question of the news set"
    )
    parser.add_argument("--start", type=int, default=0, help="the first of these questions, for watch")
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument(
        "--record",
        type=Path,
        help="a record of the whole news set, to copy and not to make, or to take vectors from",
    )
    parser.add_argument("--kept", type=int, default=10_000)
    options = parser.parse_args()
    data = folder()
    with tempfile.TemporaryDirectory() as place:
        for name, measure in MEASURED.items():
            if options.only in (None, name):
                measure(Path(place), data, options)


if __name__ == "__main__":
    main()
