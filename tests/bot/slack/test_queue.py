"""Whose turn it is among the questions that wait, and what takes them."""

import asyncio
import sqlite3
from dataclasses import replace

import pytest

from bot.slack.database import Database
from bot.slack.fair_queue import FairQueue, Full
from bot.slack.queue_table import Taken
from index.errors import RecordBusy
from tests.bot.slack.questions import ASK, Open


def test_turns_go_round_the_people_whichever_bot_takes_them(another: Open, database: Database) -> None:
    asked = {"a0": "ada", "a1": "ada", "a2": "ada", "b0": "ben", "c0": "cyd"}
    asks = {name: replace(ASK, ts=name, user=user) for name, user in asked.items()}
    bots = [database, another()]

    async def turns() -> list[str]:
        queue, other = (FairQueue(bot, "T1", 10, 3) for bot in bots)
        for ask in asks.values():
            database.claim(ask)
            await queue.put(ask)
        # Of others: one's own are no others.
        ahead = {name: await other.before(ask) for name, ask in asks.items()}
        assert ahead == {"a0": 0, "a1": 2, "a2": 2, "b0": 1, "c0": 2}
        late = replace(ASK, ts="a3", user="ada")
        database.claim(late)
        with pytest.raises(Full):
            await other.put(late)
        assert await queue.before(late) is None
        return [(await bot.take()).ask.ts for bot in (queue, other, other, queue, queue)]

    assert asyncio.run(turns()) == ["a0", "b0", "c0", "a1", "a2"]


def test_a_worker_goes_on_taking_questions_after_the_database_failed_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    take, failures = Database.take, [RecordBusy("Broken off in favour of another."), sqlite3.Error("locked")]

    def failing(self: Database, team: str) -> Taken | None:
        if failures:
            raise failures.pop()
        return take(self, team)

    async def taken() -> str:
        queue = FairQueue(database, "T1", 1, 1)
        database.claim(ASK)
        await queue.put(ASK)
        monkeypatch.setattr(Database, "take", failing)
        return (await asyncio.wait_for(queue.take(), 20)).ask.ts

    assert asyncio.run(taken()) == ASK.ts
    assert not failures


def test_a_full_queue_takes_only_what_an_earlier_process_left(another: Open, database: Database) -> None:
    async def full() -> None:
        queue = FairQueue(database, "T1", 1, 1)
        first, second = ASK, replace(ASK, ts="2.0", user="U2")
        for ask in (first, second):
            database.claim(ask)
        await queue.put(first)
        with pytest.raises(Full):
            await FairQueue(another(), "T1", 1, 1).put(second)
        await queue.put(second, anyway=True)
        assert len(queue) == 2

    asyncio.run(full())
