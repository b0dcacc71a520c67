"""When a source is refreshed again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from index.errors import UsageError

_SECONDS = {"s": 1, "sec": 1, "second": 1, "min": 60, "m": 60, "minute": 60, "h": 3600, "hour": 3600}
_SECONDS |= {"d": 86_400, "day": 86_400, "week": 604_800}
_EVERY = re.compile(r"(?:every\s+)?([0-9]+)?\s*([a-z]+?)s?")
_DAILY = re.compile(r"(?:daily\s+)?(?:at\s+)?([01]?[0-9]|2[0-3]):([0-5][0-9])")
_LEAST = 10


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every so many seconds, or each day at a time of the machine's own clock (`at`, in minutes)."""

    every: int = 3600
    at: int | None = None

    def after(self, moment: datetime) -> datetime:
        """When to run next, after a run that began at `moment`."""
        if self.at is None:
            return moment + timedelta(seconds=self.every)
        # By the clock itself, which may be put forward or back until then.
        clock = moment.astimezone().replace(tzinfo=None)
        today = clock.replace(hour=self.at // 60, minute=self.at % 60, second=0, microsecond=0)
        return (today if today > clock else today + timedelta(days=1)).astimezone()


class Timetable:
    """When each of several sources is due, by a clock that may be set back."""

    def __init__(self, schedules: Mapping[str, Schedule], now: datetime) -> None:
        """All are due at once."""
        self._schedules = schedules
        self.due = dict.fromkeys(schedules, now)
        self._seen = now

    def next(self, now: datetime) -> tuple[str, float]:
        """What is due first, and in how many seconds; none or less where it is due."""
        if now < self._seen:
            # The clock was set back: what was due in an hour is still due in an hour.
            back = self._seen - now
            for label, schedule in self._schedules.items():
                self.due[label] = self.due[label] - back if schedule.at is None else schedule.after(now)
        self._seen = now
        label = min(self.due, key=self.due.__getitem__)
        return label, (self.due[label] - now).total_seconds()

    def ran(self, label: str, begun: datetime) -> None:
        """A run of a source began at `begun`, and is over."""
        self.due[label] = self._schedules[label].after(begun)


def read_schedule(written: object, where: str) -> Schedule:
    """A schedule as people write it: "30 min", "2 hours", "daily", "06:30". Raises UsageError."""
    text = str(written).strip().lower()
    if found := _DAILY.fullmatch(text):
        return Schedule(at=int(found[1]) * 60 + int(found[2]))
    text = {"hourly": "1 hour", "daily": "1 day", "weekly": "1 week"}.get(text, text)
    found = _EVERY.fullmatch(text)
    seconds = int(found[1] or 1) * _SECONDS.get(found[2], 0) if found else 0
    if seconds < _LEAST:
        msg = f'{where} has the schedule {written!r}; write one like "30 min", "2 hours", "daily" or "06:30".'
        raise UsageError(msg)
    return Schedule(min(seconds, 366 * 86_400))
