"""What the dispatcher does beside answering: it forgets what is older than `keep_days`."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.conversations import FILE, Conversations, Turn
from bot.settings import Settings
from bot.slack import dispatcher as module
from bot.slack.answer_pool import AnswerPool
from bot.slack.client import close_client, open_client
from bot.slack.counters import Counters
from bot.slack.database import Database
from bot.slack.dispatcher import Dispatcher
from bot.slack.settings import SlackSettings
from bot.slack.tokens import Identity
from bot.types import Outcome

PLACE = "slack T1 C1 1.0"


def asked(threads: Conversations, thread: str, days: float) -> None:
    """Keep a turn of so many days ago, by that name."""
    at = datetime.now(UTC) - timedelta(days=days)
    threads.add(thread, Turn(str(days), "Who?", "Who?", "Ada.", Outcome.ANSWERED, at))


def kept(threads: Conversations, thread: str = PLACE) -> list[str]:
    return [turn.key for turn in threads.turns(thread)]


async def until(well: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not well():
            await asyncio.sleep(0.01)


def while_it_runs(home: Path, story: Callable[[Conversations], Awaitable[None]], keep_days: int = 7) -> None:
    """Tell a story beside a dispatcher that runs."""

    async def run() -> None:
        work = AnswerPool(Settings(home=home), workers=1)
        settings = SlackSettings(keep_days=keep_days)
        threads = Conversations(home)
        client = open_client("xoxb-1", "http://127.0.0.1:9/api/")
        database = Database(home)
        dispatcher = Dispatcher(client, settings, database, threads, work, Identity("T1", "UBOT"), Counters())
        dispatcher.start()
        try:
            await story(threads)
        finally:
            await dispatcher.close()
            database.close()
            await close_client(client)
            work.close()

    asyncio.run(run())


def test_conversations_older_than_keep_days_are_forgotten_while_the_bot_runs(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SWEEP_SECONDS", 0.01)

    async def story(threads: Conversations) -> None:
        for days in (6, 8):
            asked(threads, "terminal", days)
        for _ in range(2):
            asked(threads, PLACE, 6)
            asked(threads, PLACE, 8)
            await until(lambda: kept(threads) == ["6"])
        assert kept(threads, "terminal") == ["8", "6"]

    while_it_runs(home, story)


def test_conversations_are_kept_as_long_as_keep_days_says(home: Path) -> None:
    threads = Conversations(home)
    for days in (60, 100):
        asked(threads, PLACE, days)

    async def story(threads: Conversations) -> None:
        await until(lambda: kept(threads) == ["60"])

    while_it_runs(home, story, keep_days=90)


def test_a_sweep_that_fails_is_logged_and_the_next_one_forgets(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "_SWEEP_SECONDS", 0.01)
    file = home / FILE
    asked(Conversations(home), PLACE, 6)

    async def story(threads: Conversations) -> None:
        file.rename(home / "aside")
        file.write_bytes(b"not a database " * 100)
        await until(lambda: "older than keep_days" in caplog.text)
        (home / "aside").rename(file)
        asked(threads, PLACE, 8)
        await until(lambda: kept(threads) == ["6"])

    while_it_runs(home, story)
