"""Questions that were refused or whose answers were rated badly, as they come from where they were kept."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.conversations import Turn
from bot.kept_answers.types import KeptAnswer
from bot.types import Outcome
from index.types import Article


@dataclass(frozen=True, slots=True)
class UnansweredQuestion:
    """A question that got no answer, or a bad one where it was not `refused`. `at` is in UTC.

    `person` is whoever asked or rated, by an id that means nothing outside `workspace`; "" where it is not
    known. `channel` is where it was asked, "" where nobody else could see it. `nearest` are articles that
    were near.
    """

    text: str
    at: datetime
    person: str = ""
    workspace: str = ""
    refused: bool = True
    channel: str = ""
    nearest: tuple[Article, ...] = ()


def from_turns(turns: Iterable[Turn], since: datetime) -> list[UnansweredQuestion]:
    """The refused ones of a conversation at a terminal."""
    return [
        UnansweredQuestion(turn.standalone, turn.at)
        for turn in turns
        if turn.outcome is Outcome.NOT_ON_RECORD and turn.at >= since
    ]


def from_watches(waiting: Iterable[KeptAnswer], since: datetime) -> list[UnansweredQuestion]:
    """The questions that wait at a terminal until they are on record."""
    asked = ((one.query.text, datetime.fromtimestamp(one.at, UTC)) for one in waiting)
    return [UnansweredQuestion(text, at) for text, at in asked if at >= since]


Answered = Callable[[str], date | None]
"""The day since which a question is answered; None while it is not."""
