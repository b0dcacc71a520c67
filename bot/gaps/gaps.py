"""From questions without an answer to gaps: what is missing, how often it was asked for, and by how many."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from bot.gaps.clusters import cluster, middle
from bot.gaps.questions import Answered, UnansweredQuestion
from index.types import Article

Embed = Callable[[Sequence[str]], NDArray[np.floating]]
# Average linkage compares each two: the newest count.
MOST_QUESTIONS = 5_000


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that mean about the same. `question` is the one that stands for them, in its own words.

    `people` are the ids of those who asked or rated, in one workspace each; questions of nobody known count
    in `refused` and `badly_rated` only. `answered_since` is the day since which there is an answer.
    """

    question: str
    refused: int
    badly_rated: int
    people: tuple[tuple[str, str], ...]
    first: datetime
    last: datetime
    nearest: Article | None = None
    answered_since: date | None = None

    @property
    def count(self) -> int:
        """How many questions there are."""
        return self.refused + self.badly_rated


def find_gaps(
    asked: Sequence[UnansweredQuestion],
    embed: Embed,
    answered: Answered,
    public: Collection[str] | None = None,
) -> list[Gap]:
    """The gaps, those that are still open first, and of these the one that most people met.

    Where the channels are given whose questions are `public`, those from elsewhere are told only in the
    words of one that is, or where two people asked.
    """
    asked = sorted(asked, key=lambda one: one.at)[-MOST_QUESTIONS:]
    if not asked:
        return []
    vectors = np.asarray(embed([one.text for one in asked]))
    gaps = []
    for rows in cluster(vectors):
        shown = [row for row in rows if public is None or asked[row].channel in public]
        people = {(asked[row].workspace, asked[row].person) for row in rows if asked[row].person}
        if shown or len(people) > 1:
            some = [asked[row] for row in rows]
            gaps.append(_gap(some, asked[middle(vectors, shown or rows)].text, sorted(people), answered))
    return sorted(gaps, key=lambda gap: (gap.answered_since is not None, -len(gap.people), -gap.count))


def _gap(
    some: Sequence[UnansweredQuestion], question: str, people: list[tuple[str, str]], answered: Answered
) -> Gap:
    refused = sum(one.refused for one in some)
    articles = {article.id: article for one in some for article in one.nearest[:1]}
    near = Counter(article.id for one in some for article in one.nearest[:1])
    return Gap(
        question,
        refused,
        len(some) - refused,
        tuple(people),
        some[0].at,
        some[-1].at,
        articles[near.most_common(1)[0][0]] if near else None,
        # An answer that was rated badly was one already.
        answered(question) if refused else None,
    )
