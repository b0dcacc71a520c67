"""What is kept of an answer, and what is found out about it later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from index.dates import long_day
from index.types import Query

TERMINAL = "terminal"
"""The place of what was kept on the command line."""


class Kind(StrEnum):
    """What became of an answer."""

    CORRECTED = "corrected"
    CHANGED = "changed"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    GONE = "gone"
    NOW_ON_RECORD = "now_on_record"


@dataclass(frozen=True, slots=True)
class KeptQuote:
    """A quote under an answer, with the sentences that it stands in, and its place in the article.

    `sentences` are whole, `text` is what was quoted of them. `before` and `after` are the few characters that
    stood around the sentences in their line, `revision` the article's when it was last looked at, "" while it
    was gone. `status` and `note` are what was known of the article then, and `about` how it was shown.
    """

    n: int
    article_id: str
    revision: str
    start: int
    end: int
    text: str
    sentences: tuple[str, ...]
    before: str = ""
    after: str = ""
    status: str = "current"
    note: str = ""
    about: Mapping[str, Any] | None = None


def newest_day(quote: KeptQuote) -> str:
    """The day of its article's last change, or else of publication, in ISO 8601; "" where it has none."""
    about = quote.about or {}
    return max(str(about.get(key) or "")[:10] for key in ("published", "updated"))


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """A question, the limits it was asked within, and the quotes that answered it; none while nothing does.

    `place` says where it was asked ("terminal"; in Slack team, channel and message). `query.now` is the day
    of asking, so that "today" keeps its meaning. `at` is when it was asked, in Unix time. `said` is the first
    sentence of the answer. `command` is run once the question is on record.
    """

    id: str
    place: str
    query: Query
    at: float
    said: str = ""
    quotes: tuple[KeptQuote, ...] = ()
    command: str = ""

    @property
    def waits(self) -> bool:
        """Whether it waits for an answer."""
        return not self.quotes

    @property
    def asked_on(self) -> str:
        """The day on which it was asked, in words, by this machine's clock."""
        return long_day(datetime.fromtimestamp(self.at).astimezone().date())


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that became of a kept answer.

    `about` is the article that it is about (as `bot.json_output` shows one); for what is superseded or now on
    record, the one that says so. `old` and `new` are sentences, side by side; `new` is "" where none is left.
    `note` is the publisher's. `answer` is the new answer, as JSON. `number` is its place in the store.
    """

    kept_id: str
    kind: Kind
    about: Mapping[str, Any]
    old: str = ""
    new: str = ""
    note: str = ""
    n: int = 0
    answer: Mapping[str, Any] | None = None
    number: int = 0
    at: float = 0.0

    @property
    def subject(self) -> str:
        """What it is about within its answer: one is found once for each."""
        match self.kind:
            case Kind.CHANGED:
                return f"quote {self.n}"
            case Kind.SUPERSEDED | Kind.NOW_ON_RECORD:
                return "answer"
            case _:
                return str(self.about["article_id"])

    @property
    def key(self) -> str:
        """The same wherever and whenever it is found."""
        return f"{self.kept_id} {self.kind} {self.subject}"


@dataclass(frozen=True, slots=True)
class Touched:
    """A kept question that chunks beyond `row` touch: the more `likely`, the sooner it is asked again.

    `rows` are those of the nearest chunks.
    """

    id: str
    likely: float
    row: int
    rows: tuple[int, ...]
