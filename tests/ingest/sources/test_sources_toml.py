"""The file that names sources, and when each is due."""

from datetime import datetime
from pathlib import Path

import pytest

from index.errors import UsageError
from ingest.options import Options
from ingest.sources.schedule import Schedule, read_schedule
from ingest.sources.sources_toml import read_sources

GOOD = """
[[source]]
label = "Harbour Herald"
feed = ["https://herald.example/feed", "https://herald.example/sport"]
every = "30 min"
include = ["*/news/*"]
delay = 0.5
allow_private = true

[[source]]
path = "articles"
prune = true
keep_withdrawn = 7
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "sources.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_sources_have_labels_options_and_schedules(tmp_path: Path) -> None:
    herald, files = read_sources(write(tmp_path, GOOD), Options())
    assert herald.label == "Harbour Herald"
    assert [(link.url, link.kind, link.include) for link in herald.links] == [
        ("https://herald.example/feed", "feed", ("*/news/*",)),
        ("https://herald.example/sport", "feed", ("*/news/*",)),
    ]
    assert herald.schedule == Schedule(1800)
    assert (herald.options.manners.delay, herald.options.policy.allow_private) == (0.5, True)
    assert files.paths == (str(tmp_path / "articles"),)
    assert files.label == str(tmp_path / "articles")
    assert (files.options.prune, files.options.keep_withdrawn, files.options.policy.allow_private) == (
        True,
        7,
        False,
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names no sources"),
        ("x = 1", "names no sources"),
        ("[[source]]\nlabel = 'a'", "'a' in .* says nothing to read"),
        ("[[source]]\nfede = 'https://w.example'", "fede is not an option; did you mean feed"),
        ("[[source]]\nfeed = 3", "feed must be text or a list of texts, not 3"),
        ("[[source]]\nfeed = 'ftp://w.example'", "only http and https"),
        ("[[source]]\nfeed = 'https://a:b@w.example'", "user name or password"),
        ("[[source]]\nfeed = 'https://w.example'\ndelay = true", "delay must be"),
        ("[[source]]\nfeed = 'https://w.example'\ndelay = -1", "delay must be"),
        (
            "[[source]]\nfeed = 'https://w.example'\nat_once = 0",
            "at_once must be a whole number of 1 or more",
        ),
        ("[[source]]\nfeed = 'https://w.example'\nevery = 'soon'", "has the schedule 'soon'"),
        ("[[source]]\nlabel='a'\npath='a'\n[[source]]\nlabel='a'\npath='b'", "names the source 'a' twice"),
        ("[[source", "is not TOML"),
    ],
)
def test_what_cannot_be_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_sources(write(tmp_path, text), Options())


@pytest.mark.parametrize(
    ("written", "schedule"),
    [
        ("30 min", Schedule(1800)),
        ("every 2 hours", Schedule(7200)),
        ("hourly", Schedule(3600)),
        ("daily", Schedule(86_400)),
        ("1 week", Schedule(604_800)),
        ("06:30", Schedule(at=390)),
        ("daily at 18:05", Schedule(at=1085)),
    ],
)
def test_schedules_are_read_as_people_write_them(written: str, schedule: Schedule) -> None:
    assert read_schedule(written, "x") == schedule


@pytest.mark.parametrize("written", ["", "soon", "1 s", "0 min", "25:00", "min min", 5])
def test_a_schedule_that_is_none_is_refused(written: object) -> None:
    with pytest.raises(UsageError, match="has the schedule"):
        read_schedule(written, "x")


def test_a_daily_run_is_today_or_tomorrow() -> None:
    morning = datetime(2026, 3, 12, 6, 0).astimezone()
    assert Schedule(at=390).after(morning).isoformat()[:16] == "2026-03-12T06:30"
    assert Schedule(at=390).after(morning.replace(hour=7)).isoformat()[:16] == "2026-03-13T06:30"
    assert Schedule(90).after(morning).isoformat()[:19] == "2026-03-12T06:01:30"
