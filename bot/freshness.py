"""Of when an answer is: the day of its newest article, and a warning where the record is not fresh."""

from datetime import UTC, datetime, timedelta

from bot.types import Answer
from index.dates import day_in_words, long_day


def staleness(refreshed: str, days: int, now: datetime | None = None) -> str:
    """A sentence where the last refresh (a moment, ISO 8601) is more than `days` ago; 0 never says so."""
    if not refreshed or not days:
        return ""
    last = datetime.fromisoformat(refreshed).astimezone(UTC)
    age = (now or datetime.now(UTC)) - last
    if age <= timedelta(days=days):
        return ""
    return f"The record was last refreshed {age.days} days ago, on {long_day(last.astimezone().date())}."


def standing(answer: Answer) -> str:
    """Of when the answer is, as it is shown below it; "" where nothing is to be said."""
    as_of = f"As of {day_in_words(answer.as_of)}." if answer.as_of else ""
    return " ".join(part for part in (as_of, answer.warning) if part)
