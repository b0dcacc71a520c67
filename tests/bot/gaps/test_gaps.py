"""Questions without an answer become gaps: in clusters, counted, and nobody's privacy lost."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations import Turn
from bot.gaps.as_text import counts
from bot.gaps.clusters import cluster
from bot.gaps.gaps import find_gaps
from bot.gaps.page import gaps_page
from bot.gaps.questions import UnansweredQuestion, from_turns
from bot.types import Outcome
from index.types import Article
from tests.conftest import WordEmbedder

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
FERRY = Article("ferry", "It sank.", "Ferry sinks", "The Herald", published="2026-03-10")


def asked(
    text: str, person: str = "U1", channel: str = "C1", hours: int = 1, **more: object
) -> UnansweredQuestion:
    return UnansweredQuestion(
        text,
        NOW - timedelta(hours=hours),
        person,
        "T1",
        channel=channel,
        **more,  # type: ignore[arg-type]
    )


def never(_: str) -> date | None:
    return None


def test_questions_that_mean_the_same_are_one_gap_and_the_one_that_most_people_met_is_first(
    words: WordEmbedder,
) -> None:
    gaps = find_gaps(
        [
            asked("who pays for the new pier", "U1"),
            asked("who pays for the pier", "U2", hours=3, nearest=(FERRY,)),
            asked("who pays for the new pier then", "U2", refused=False),
            asked("opening hours of the museum", "U3"),
            asked("opening hours of the museum please", "U3"),
        ],
        words.embed,
        never,
    )
    assert [(gap.count, gap.refused, gap.badly_rated, len(gap.people)) for gap in gaps] == [
        (3, 2, 1, 2),
        (2, 2, 0, 1),
    ]
    assert gaps[0].nearest == FERRY
    assert gaps[0].question in ("who pays for the new pier", "who pays for the pier")
    assert counts(gaps[0]) == "Not answered 2 times and rated badly once, by 2 people, last on 12 March 2026."


@pytest.mark.parametrize(("read", "said"), [
    (date(2026, 3, 14), "last on 12 March 2026. Answered since 14 March 2026."),
    # Such as what waits with --still for something better.
    (date(2026, 3, 3), "Answered now, by an article that was read before: on 3 March 2026."),
])  # fmt: skip
def test_what_is_answered_by_now_comes_last_with_the_day_since_which_it_is(
    words: WordEmbedder, read: date, said: str
) -> None:
    gaps = find_gaps(
        [asked("who pays for the pier", "U1"), asked("who pays for the pier", "U2"), asked("museum hours")],
        words.embed,
        lambda text: read if "pier" in text else None,
    )
    assert [gap.question for gap in gaps] == ["museum hours", "who pays for the pier"]
    assert counts(gaps[1]).endswith(said)


def test_in_public_a_private_question_of_one_person_is_never_told(words: WordEmbedder) -> None:
    some = [asked("is the mayor ill", "U1", ""), asked("is the mayor ill", "U1", "C2"), asked("museum hours")]
    assert [gap.question for gap in find_gaps(some, words.embed, never, {"C1"})] == ["museum hours"]
    some.append(asked("is the mayor ill today", "U2", "C1"))
    told = find_gaps(some, words.embed, never, {"C1"})
    assert [(gap.question, gap.count) for gap in told] == [("is the mayor ill today", 3), ("museum hours", 1)]


@pytest.mark.parametrize("people", [1, 30])
def test_what_is_a_cluster_does_not_depend_on_how_many_ask(people: int) -> None:
    turned = np.radians([0, 50, 130])
    vectors = np.repeat(np.column_stack([np.cos(turned), np.sin(turned)]), people, axis=0)
    assert list(map(len, cluster(vectors))) == [2 * people, people]


@given(st.integers(0, 30), st.integers(0, 2**32 - 1))
def test_every_question_is_in_one_cluster(many: int, seed: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(many, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = cluster(vectors)
    assert sorted(row for rows in found for row in rows) == list(range(many))
    assert [len(rows) for rows in found] == sorted((len(rows) for rows in found), reverse=True)


def test_no_question_is_no_gap(words: WordEmbedder) -> None:
    assert find_gaps([], words.embed, never) == []
    assert "No question was refused" in gaps_page([], NOW)


def test_a_page_obeys_no_question(words: WordEmbedder) -> None:
    hostile = Article("h", "", '"><script>', "<b>", url="javascript:alert(1)")
    page = gaps_page(
        find_gaps([asked("<script>alert(1)</script>?", nearest=(hostile,))], words.embed, never), NOW
    )
    assert "<script" not in page
    assert "href" not in page


def test_of_a_conversation_what_was_refused_since_then_counts() -> None:
    turns = [
        Turn("1", "and why?", "why did it sink?", "", Outcome.NOT_ON_RECORD, NOW),
        Turn("2", "what sank?", "what sank?", "It sank.", Outcome.ANSWERED, NOW),
        Turn("3", "old?", "old?", "", Outcome.NOT_ON_RECORD, NOW - timedelta(days=9)),
    ]
    assert [one.text for one in from_turns(turns, NOW - timedelta(days=7))] == ["why did it sink?"]
