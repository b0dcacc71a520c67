"""Sentences with the stored sentences that they cite: what follows is shown, what does not is withheld."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.grounding import DATED, common_words, grounding_problem
from bot.types import Quote
from index.types import Article

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parent / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
]


def check(sentence: str, passage: str, question: str, *quotes: str) -> str:
    article = Article("a", passage, "News in brief", "Northshore Wire", published="2026-03-03")
    places = [(passage.index(quote), quote) for quote in quotes or (passage,)]
    cited = [Quote(article, start, start + len(quote), quote) for start, quote in places]
    return grounding_problem(sentence, cited, question, common_words([question, passage]))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['kind']}: {pair['sentence'][:60]}")
def test_a_sentence_is_shown_where_it_follows_and_withheld_where_it_does_not(pair: dict[str, Any]) -> None:
    problem = check(pair["sentence"], pair["passage"], pair["question"])
    assert bool(problem) is not pair["true"], problem


DENIED = "The army rejected reports that it had fired on the crowd at Dorn."


@pytest.mark.parametrize(
    ("sentence", "passage", "quote"),
    [
        ("The army fired on the crowd at Dorn.", DENIED, "it had fired on the crowd at Dorn"),
        ("The plant will close.", "The plant will close if the grant ends.", "The plant will close"),
        ("Is Ada Thorne leaving.", "Is Ada Thorne leaving? Nobody would say.", "Is Ada Thorne leaving"),
        ("Ada Thorne won gold.", "Ada Thorne may yet say who won gold.", "won gold"),
    ],
)
def test_a_fragment_is_held_to_the_whole_sentence_that_it_was_cut_from(
    sentence: str, passage: str, quote: str
) -> None:
    assert check(sentence, passage, "What happened?", quote)


def test_a_sentence_that_leans_is_read_with_the_one_before() -> None:
    passage = "Lena Fisk founded Brightwell in 1998. She sold it to Corvo in 2011."
    said = "Lena Fisk sold Brightwell to Corvo in 2011."
    assert check(said, passage, "Who sold it?", "She sold it to Corvo in 2011") == ""
    apart = "Lena Fisk founded Brightwell in 1998.\n\nOmar Roe sold a mill to Corvo in 2011."
    assert check(said, apart, "Who sold it?", "sold a mill to Corvo in 2011")


def test_the_day_of_the_report_is_not_the_day_of_what_it_reports() -> None:
    passage = "The ferry crashed in thick fog."
    assert check("The ferry crashed on 3 March 2026.", passage, "When?") == DATED
    assert check("As of 3 March 2026, the ferry had crashed in fog.", passage, "When?") == ""
    on_a_tuesday = "The ferry crashed on Tuesday in thick fog."
    assert check("The ferry crashed on Tuesday, 3 March 2026.", on_a_tuesday, "When?") == ""


@given(st.sampled_from(sorted({pair["passage"] for pair in PAIRS})))
def test_what_is_quoted_word_for_word_may_always_be_said(passage: str) -> None:
    if "?" not in passage and passage.count(". ") == 0:
        assert check(passage, passage, "What happened?") == ""
