"""A scripted model that writes true sentences in other words, on articles of every kind: which are shown.

It cites by the numbers of sentences, as a large model does, by passages alone, by quotes, and not at all.
"""

import re
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.assembly import build_flow
from bot.settings import Settings
from index.types import Query
from tests.benchmarks.search_quality import record
from tests.bot.model_server import Reply, Says, model_server, passages_in
from tests.genres import ARTICLES, TrueSentence, true_sentences

_NOW = date(2026, 11, 26)
FORMS = ("sentences", "passages", "quotes", "none")


def measure(settings: Settings, every: int = 1) -> None:
    """Ask in each form, and print how many of the sentences were shown whose passages were found."""
    sentences = true_sentences()[::every]
    writing: list[tuple[TrueSentence, str]] = []
    found: Counter[str] = Counter()

    def script(body: dict[str, Any]) -> Reply:
        sentence, form = writing[-1]
        marks = [_mark(quote, form, body) for quote in sentence.quotes]
        found[form] += all(marks)
        return Says(f"{sentence.text} {''.join(marks) if form != 'none' else ''}", size=500)

    with model_server(script) as server, tempfile.TemporaryDirectory() as home:
        scripted = replace(settings, model="openai:scripted", model_url=server.url, model_threshold=0.0)
        with record(Path(home, "record"), [str(ARTICLES)]) as index:
            flow = build_flow(index, scripted)
            for form in FORMS:
                shown: Counter[str] = Counter()
                reasons: Counter[str] = Counter()
                for sentence in sentences:
                    writing.append((sentence, form))
                    answer = flow.invoke(Query(sentence.question, now=_NOW))
                    shown[form] += any(one.text == sentence.text for one in answer.sentences)
                    reasons.update(one.reason for one in answer.withheld)
                print(
                    f"true sentences in other words, citing {form}: {shown[form]} of {len(sentences)} shown; "
                    f"the passages were found for {found[form]}; withheld: {dict(reasons) or 'none'}",
                    flush=True,
                )


def _mark(quote: str, form: str, body: dict[str, Any]) -> str:
    """The citation of the passage that holds a quote; "" where none does."""
    for number, text in enumerate(passages_in(body), start=1):
        if _plain(quote) not in _plain(text):
            continue
        if form == "quotes":
            return f' [{number}: "{quote}"]'
        if form == "sentences":
            return f" [{_numbered(number, quote, body)}]"
        return f" [{number}]"
    return ""


def _numbered(number: int, quote: str, body: dict[str, Any]) -> str:
    lines = re.findall(rf"(?m)^\[({number}\.\d+)\] (.*)$", body["messages"][-1]["content"])
    return next((place for place, line in lines if _plain(quote) in _plain(line)), str(number))


def _plain(text: str) -> str:
    return " ".join(text.split())
