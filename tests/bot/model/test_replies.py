"""Whatever a model writes and cites: the stored sentence that says it is shown, or nothing."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answering.flow import AnswerFlow
from bot.json_output import citation_json
from bot.model.chat_model import ChatModel
from bot.model.grounding import NUMBER, UNSUPPORTED
from bot.model.providers import load_chat_model
from bot.model.quote_locator import NOT_FOUND, STITCHED, TOO_SHORT, UNKNOWN_PASSAGE
from bot.model.retry_policy import ModelLimits
from bot.model.writer import ModelWriter
from bot.terminal.answers import show_answer
from bot.types import (
    Outcome,
    Withheld,
)
from bot.verification import NO_CITATION
from index.store import Index
from index.types import Query
from tests.bot.model.answering import FERRY, LEDGER, QUESTION, QUICK, First, answered, check
from tests.bot.model_server import (
    Reply,
    Says,
    model_server,
    passages_in,
)

pytestmark = pytest.mark.slow


FAULTY = {
    "unknown passage": ('Forty sailors drowned there. [9: "Forty sailors drowned"]', UNKNOWN_PASSAGE),
    "unknown sentence": ("Forty sailors drowned there. [1.99]", UNKNOWN_PASSAGE),
    "invented quote": ('Forty sailors drowned there. [1: "Forty sailors drowned"]', NOT_FOUND),
    "one number": ('Fifteen people were hurt. [1: "Fifteen people were hurt"]', NOT_FOUND),
    "one not": ('Fourteen people were not hurt. [1: "Fourteen people were not hurt"]', NOT_FOUND),
    "stitched": ('The ferry sank with sailors. [1: "{}"]', STITCHED),
    "no citation": ("Forty sailors drowned there.", NO_CITATION),
    "too short": ('Forty sailors drowned there. [1: "people"]', TOO_SHORT),
    "own number": ('Forty people were hurt. [1: "Fourteen people were hurt"]', NUMBER),
    "json": ('{"answer": "Forty sailors drowned", "citations": [1]}', TOO_SHORT),
    "unclosed": ('Forty sailors drowned there. [1: "Forty sailors drow', NOT_FOUND),
}


@pytest.mark.parametrize("kind", FAULTY)
def test_a_faulty_sentence_is_withheld_and_the_reader_gets_the_articles_own_words(
    record: Index, kind: str
) -> None:
    said, reason = FAULTY[kind]

    def script(body: dict[str, Any]) -> Reply:
        words = passages_in(body)[0].split()
        return Says(said.replace("{}", " ".join([*words[:4], *words[-4:]])))

    answer = answered(record, script)
    check(answer)
    assert answer.withheld[0].reason == reason
    assert answer.outcome is Outcome.ANSWERED
    assert answer.model == "extractive"
    assert answer.note.startswith("Nothing that the model wrote could be verified (")
    assert answer.sentences[0].text in FERRY.text + LEDGER.text


HINTS = {
    "no citation": "Fourteen people were hurt.",
    "the number of the sentence": "14 people were injured. [{n}.2]",
    "the number of the passage": "Fourteen people were hurt. [{n}]",
    "another passage": "Fourteen people were hurt. [{m}.1]",
    "a passage that was not given": 'Fourteen people were hurt. [7: "Fourteen people were hurt"]',
    "a wrong letter": 'Fourteen people were hurt. [{n}: "Fourteen people where hurt"]',
    "a word": 'Fourteen people were hurt. [{n}: "Fourteen"]',
    "a title": 'Fourteen people were hurt. [{n}: "About ferry", published 3 March 2026]',
    "the same twice": "Fourteen people were hurt. [{n}.2]\nFourteen people were hurt. [{n}.2]",
    "a thought before it": "<think>"
    + "It may be [3]. " * 2000
    + "</think>Fourteen people were hurt. [{n}.2]",
}


@pytest.mark.parametrize("kind", HINTS)
def test_whatever_a_model_cites_the_stored_sentence_that_says_it_is_inserted(
    record: Index, kind: str
) -> None:
    def script(body: dict[str, Any]) -> Reply:
        number = next(n for n, text in enumerate(passages_in(body), 1) if "Fourteen" in text)
        return Says(HINTS[kind].replace("{n}", str(number)).replace("{m}", str(3 - number)), size=200)

    answer = answered(record, script)
    check(answer)
    assert [len(answer.sentences), answer.model, answer.note] == [1, "scripted", ""]
    assert [citation.quote.text for citation in answer.citations] == ["Fourteen people were hurt."]


def test_a_right_quote_under_a_wrong_number_is_pointed_to_its_article(record: Index) -> None:
    def script(body: dict[str, Any]) -> Reply:
        wrong = next(n for n, text in enumerate(passages_in(body), 1) if "Seventeen" not in text)
        return Says(f'The operator said people were hurt. [{wrong}: "Seventeen people were hurt"]')

    answer = answered(record, script)
    check(answer)
    assert answer.citations[0].quote.article == LEDGER
    assert answer.repointed == 1


class Writes:
    """A chat model without a wire, for very many replies: an asynchronous stream of pieces."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self.pieces = pieces

    async def astream(self, *_: Any) -> Any:
        for piece in self.pieces:
            yield type("Chunk", (), {"content": piece, "text": piece, "usage_metadata": None})()


_PARTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            *(FERRY.text.split(" ")),
            "Fourteen people were hurt",
            "Seventeen people were hurt when",
            '[1: "',
            "[2: “",
            '"]',
            "”]\n",
            "[3]",
            "\n",
            ". ",
            "NOT ON RECORD",
            "https://x.example",
        ]
    ),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.lists(_PARTS, max_size=25))
def test_any_model_output_whatever_leads_to_an_answer_whose_every_quote_is_verbatim(
    record: Index, pieces: list[str]
) -> None:
    model = ModelWriter(ChatModel(Writes(pieces), "any", ModelLimits()), 3000)
    answer = AnswerFlow(record, First(), 0.5, model=model).invoke(QUESTION)
    check(answer)
    assert answer.outcome in (Outcome.ANSWERED, Outcome.NOT_ON_RECORD)
    assert bool(answer.sentences) == (answer.outcome is Outcome.ANSWERED)
    for withheld in answer.withheld:
        assert isinstance(withheld, Withheld)
        assert withheld.reason


def test_the_words_that_a_model_quoted_are_marked_in_the_whole_sentence_that_is_shown(
    record: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    def script(body: dict[str, Any]) -> Reply:
        number = next(n for n, text in enumerate(passages_in(body), 1) if "Lady Wrenna" in text)
        return Says(f'The ferry struck the north pier. [{number}: "struck the north pier"]')

    answer = answered(record, script)
    check(answer)
    (citation,) = answer.citations
    assert citation.quote.text == "The ferry Lady Wrenna struck the north pier on Tuesday."
    assert citation.quote.marked
    start, end = citation.quote.marked
    assert citation.quote.article.text[start:end] == "struck the north pier"
    assert citation_json(citation)["marked"] == {"start": start, "end": end}
    show_answer(answer, 2)
    assert "[1] “The ferry Lady Wrenna struck the north pier on Tuesday.”" in capsys.readouterr().out


def test_a_model_that_repeats_itself_without_end_is_given_up(record: Index) -> None:
    with model_server(Says("Nobody knows why.\n" * 600, size=40, pause=0.01)) as server:
        writer = ModelWriter(load_chat_model("scripted", server.url, QUICK), 3000)
        passages = record.search(Query(QUESTION), 8)
        drafts = list(writer.write(Query(QUESTION), passages, (), writer.model.budget()).drafts())
        assert len(drafts) == 1
        assert server.left.wait(2)


def test_an_entailment_model_withholds_what_the_rules_let_through_and_shows_other_words(
    record: Index,
) -> None:
    asked: list[tuple[str, str]] = []

    def entails(source: str, sentence: str) -> float:
        asked.append((source, sentence))
        return 0.99 if "vessel" in sentence or "Fourteen" in sentence else 0.01

    written = (
        "Fourteen people were hurt. [{n}.2]\nThe people were hurt by the ferry. [{n}.2]\n"
        "A vessel rammed some jetty. [{n}.1]"
    )

    def script(body: dict[str, Any]) -> Reply:
        number = next(n for n, text in enumerate(passages_in(body), 1) if "Fourteen" in text)
        return Says(written.replace("{n}", str(number)))

    with model_server(script) as server:
        model = ModelWriter(load_chat_model("scripted", server.url, QUICK), 3000, entails)
        answer = AnswerFlow(record, First(), 0.5, model=model).invoke(QUESTION)
    check(answer)
    assert [one.text for one in answer.sentences] == [
        "Fourteen people were hurt.",
        "A vessel rammed some jetty.",
    ]
    assert [one.reason for one in answer.withheld] == [UNSUPPORTED]
    assert any("Fourteen people were hurt." in source for source, _ in asked)


def test_a_sentence_that_drops_who_said_it_is_given_the_speaker_of_its_source(record: Index) -> None:
    def script(body: dict[str, Any]) -> Reply:
        number = next(n for n, text in enumerate(passages_in(body), 1) if "Seventeen" in text)
        return Says(f"17 people were hurt when the ferry struck the north pier. [{number}.1]")

    answer = answered(record, script)
    check(answer)
    (sentence,) = answer.sentences
    assert sentence.text == "17 people were hurt when the ferry struck the north pier, the operator said."
    assert answer.model == "scripted"
