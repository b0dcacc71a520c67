"""Answers come back from their JSON form as they were shown."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.json_input import answer_from_json
from bot.json_output import answer_json
from bot.types import Answer, Citation, Disagreement, Outcome, Quote, Sentence, Side
from index.types import Article, Query, Status

DAYS = st.sampled_from(["", "2026-03-12", "2026-03-13T08:30:00+01:00"])
ARTICLES = st.builds(
    Article,
    id=st.text(min_size=1),
    text=st.just(""),
    title=st.text(),
    source=st.text(),
    url=st.text(),
    published=DAYS,
    updated=DAYS,
    status=st.sampled_from(Status),
    note=st.text(),
)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    quotes = st.builds(
        Quote, ARTICLES, st.integers(0), st.integers(0), st.text(), st.lists(ARTICLES, max_size=2).map(tuple)
    )
    numbered = [Citation(n, quote) for n, quote in enumerate(draw(st.lists(quotes, max_size=4)), start=1)]
    sentences = [Sentence(draw(st.text()), (one,), draw(st.text())) for one in numbered]
    return Answer(
        Query(draw(st.text())),
        Outcome.ANSWERED if sentences else Outcome.NOT_ON_RECORD,
        tuple(sentences),
        # Their links are not in the form.
        tuple(replace(one, url="") for one in draw(st.lists(ARTICLES, max_size=2))),
        draw(st.integers(0, 100)) / 100,
        draw(st.text()),
        draw(st.text()),
        draw(st.booleans()),
        standalone=draw(st.text()),
        note=draw(st.text()),
        disagreement=Disagreement(tuple(Side(draw(st.text()), (one,)) for one in numbered[:2]))
        if len(numbered) > 1
        else None,
    )


@given(answers())
def test_any_answer_survives_the_round_trip_through_json(answer: Answer) -> None:
    assert answer_from_json(json.loads(json.dumps(answer_json(answer)))) == answer


def test_an_answer_kept_without_leads_is_still_read() -> None:
    article = Article("a", "", source="Herald")
    sentence = Sentence("It sank.", (Citation(1, Quote(article, 0, 8, "It sank.")),), "Herald")
    body = answer_json(Answer(Query("What?"), Outcome.ANSWERED, (sentence,)))
    del body["sentences"][0]["lead"]
    assert answer_from_json(body).sentences == (replace(sentence, text="Herald: It sank.", lead=""),)
