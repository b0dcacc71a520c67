"""Days in English words, whatever the language of the machine."""

from datetime import UTC, date, datetime

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MONTH_NUMBERS = {
    form: number
    for number, name in enumerate(MONTHS, 1)
    for form in (name.lower(), name[:3].lower(), *(("sept",) if name == "September" else ()))
}
"""The number of each month, by its lower-case name and its usual short forms."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def long_day(day: date) -> str:
    """Such as "12 March 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def moment_in_words(iso: str, now: datetime | None = None) -> str:
    """Write a moment as a clock here shows it: "today 11:14", "yesterday 09:02", "12 March 2026 11:14"."""
    if not iso:
        return ""
    moment = datetime.fromisoformat(iso).astimezone()
    ago = ((now or datetime.now(UTC)).astimezone().date() - moment.date()).days
    day = {0: "today", 1: "yesterday"}.get(ago) or long_day(moment.date())
    return f"{day} {moment:%H:%M}"


def day_in_words(iso: str) -> str:
    """Write an ISO day or moment as "12 March 2026", in the publisher's own time zone; "" stays ""."""
    return long_day(date.fromisoformat(iso[:10])) if iso else ""
