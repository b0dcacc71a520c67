"""Rows of the table of quality for what is no news quiz: every genre, evergreen pages, long documents.

And for what is asked in other ways: with a false premise, and with its article's month or outlet in words.
"""

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from bot.answering.flow import AnswerFlow
from bot.extractive.writer import ExtractiveWriter
from bot.settings import Settings
from bot.types import Answer
from index.store import Index
from index.types import Query
from tests.benchmarks.data import Question, as_file, genres, news, squad
from tests.benchmarks.false_premises import false_premises
from tests.benchmarks.kept import KeptTokens
from tests.benchmarks.search_quality import ranks

Record = Callable[[str, Path], tuple[Index, KeptTokens]]
"""The record of a file or folder, by name, and the embedding function of its sentences."""
Measured = tuple[str, str, tuple[float, ...], str]
"""A set, a measure, its values, and what was wanted."""

_TODAY = date(2026, 11, 26)
_ASKED = 200
_IN_WORDS = 40


def kinds(data: Path, home: Path, record: Record) -> Iterator[Measured]:
    """All rows, each as soon as it is measured."""
    yield from _genres(data, record)
    yield from _evergreen(data, home, record)
    yield from _news_in_words(data, record)


def _genres(data: Path, record: Record) -> Iterator[Measured]:
    questions = genres(data)
    index, embed = record("genres", data / "genres" / "articles")
    with index:
        answers = _answers(index, embed, questions)
        refused = _answers(index, embed, false_premises([q for q in questions if q.gold]))
        embed.save()
    able = [(q, a) for q, a in zip(questions, answers, strict=True) if q.gold]
    unable = [a for q, a in zip(questions, answers, strict=True) if not q.gold]
    first = _share(bool(a.sentences) and _holds(q, a.sentences[0].text) for q, a in able)
    shown = _share(
        all(any(re.search(gold, s.text) for s in a.sentences) for gold in q.answers) for q, a in able
    )
    yield "genres", "right first / right at all", (first, shown), ".65 / .75"
    silent = _share(not a.sentences for _, a in able), _share(not a.sentences for a in unable)
    yield "genres", "wrongly silent / rightly silent", silent, ".12 / .85"
    yield "genres", "false premises refused", (_share(not a.sentences for a in refused),), ".75"


def _evergreen(data: Path, home: Path, record: Record) -> Iterator[Measured]:
    """SQuAD's paragraphs without days, with days that mean nothing, and as whole articles."""
    articles, asked = squad(data)
    chance = random.Random(1)
    days = [_TODAY - timedelta(days=1 + int(chance.expovariate(1 / 400))) for _ in articles]
    dated = [{**a, "published": day.isoformat()} for a, day in zip(articles, days, strict=True)]
    able = [q for q in asked if q.gold]
    questions = chance.sample(able, min(_ASKED, len(able)))
    asked_now = [Question(q.text, q.gold, q.answers, _TODAY.isoformat()) for q in questions]
    for name, some in (("undated", articles), ("evergreen", dated)):
        index, embed = record(name, as_file(some, home / f"{name}.jsonl"))
        with index:
            found = ranks(index, asked_now, dated=True)
            hits = _share(rank == 1 for rank in found), sum(1 / r for r in found if r) / len(found)
            yield "squad2", f"{name}: hit@1 / MRR@10", hits, ""
            if name == "undated":
                yield (
                    "squad2",
                    "a paragraph an article: gold first / answered",
                    _told(index, embed, asked_now),
                    "",
                )
                embed.save()
    whole: dict[str, list[str]] = {}
    for article in articles:
        whole.setdefault(article["title"], []).append(article["text"])
    long = [{"id": title, "title": title, "text": "\n\n".join(texts)} for title, texts in whole.items()]
    index, embed = record("long", as_file(long, home / "long.jsonl"))
    with index:
        yield "squad2", "long documents: gold first / answered", _told(index, embed, asked_now), ""
        embed.save()


def _news_in_words(data: Path, record: Record) -> Iterator[Measured]:
    file, questions = news(data)
    about = {a["id"]: a for a in map(json.loads, file.read_text(encoding="utf-8").splitlines())}
    index, embed = record("news", file)
    with index:
        refused = _answers(index, embed, false_premises(questions))
        yield "news", "false premises refused", (_share(not a.sentences for a in refused),), ".75"
        pairs = [(q, about[min(q.gold)]) for q in questions[:: len(questions) // _IN_WORDS]]
        words, options = [], []
        for question, article in pairs:
            day = date.fromisoformat(article["published"][:10])
            end = (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            now = date.fromisoformat(question.asked)
            words.append(Query(f"{question.text.rstrip('?')} in {day:%B %Y}?", now=now))
            options.append(Query(question.text, day.replace(day=1), end, now=now))
            words.append(Query(f"{question.text.rstrip('?')}, according to {article['source']}?", now=now))
            options.append(Query(question.text, sources=(article["source"],), now=now))
        flow = _flow(index, embed)
        shares = (_share(flow.invoke(query).sentences for query in some) for some in (words, options))
        yield "news", "answered, month or outlet in words / by option", tuple(shares), "the same"
        embed.save()


def _flow(index: Index, embed: KeptTokens) -> AnswerFlow:
    return AnswerFlow(index, ExtractiveWriter(embed), Settings.threshold, Settings.passages)


def _answers(index: Index, embed: KeptTokens, questions: Sequence[Question]) -> list[Answer]:
    flow = _flow(index, embed)
    return [
        flow.invoke(Query(q.text, now=date.fromisoformat(q.asked) if q.asked else None)) for q in questions
    ]


def _told(index: Index, embed: KeptTokens, questions: Sequence[Question]) -> tuple[float, float]:
    """The shares of which a gold answer is in the first sentence shown, and of which anything is shown."""
    answers = _answers(index, embed, questions)
    first = _share(
        bool(a.sentences) and any(gold in a.sentences[0].text for gold in q.answers)
        for q, a in zip(questions, answers, strict=True)
    )
    return first, _share(a.sentences for a in answers)


def _holds(question: Question, text: str) -> bool:
    return all(re.search(gold, text) for gold in question.answers)


def _share(of: "Iterator[object]") -> float:
    values = [bool(one) for one in of]
    return sum(values) / len(values) if values else 0.0
