"""What outlives the process."""

import asyncio
import sqlite3
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from bot.slack import replica_table
from bot.slack.database import FILE, WAITING, WORKING, Database, Revision
from bot.slack.events import Attachment, EventKind, SlackQuestion
from bot.slack.fair_queue import FairQueue, Full
from bot.slack.queue_table import Taken
from bot.slack.replica_table import Left
from index.catalog.location import RecordLocation
from index.errors import RecordBusy, RecordUnreadable
from tests import postgresql

ASK = SlackQuestion("T1", "C1", "1.0", "U1", "1.0", "who paid?", EventKind.MENTION)


Open = Callable[[], Database]


@pytest.fixture
def another(location: RecordLocation) -> Iterator[Open]:
    """Opens what another bot has open, too."""
    opened: list[Database] = []

    def open_() -> Database:
        opened.append(Database(location))
        opened[-1].renew()
        return opened[-1]

    yield open_
    for one in opened:
        one.close()


@pytest.fixture
def database(another: Open) -> Database:
    return another()


def dies(database: Database) -> None:
    """Its lease is gone, and it knows nothing of that."""
    if database.is_shared:
        with database._writing() as db:
            db.execute("DELETE FROM replicas WHERE id = ?", (database.holder,))


def begin(database: Database, ask: SlackQuestion = ASK, *, claim: bool = True) -> Taken:
    if claim:
        assert database.claim(ask)
    assert database.enqueue(ask, 10, 10)
    taken = database.take(ask.team)
    assert taken is not None
    return taken


def test_a_question_is_claimed_once_by_whoever_comes_first(another: Open, database: Database) -> None:
    other = another()
    assert [database.claim(ASK), other.claim(ASK), database.claim(ASK)] == [True, False, False]


def test_in_a_channel_of_two_workspaces_only_one_of_them_claims_a_question(
    another: Open, database: Database
) -> None:
    assert database.claim(ASK)
    assert not database.claim(replace(ASK, team="T2"))
    dies(database)
    assert another().take_over("T2") == []
    assert another().take_over("T1") == [Left(ASK, WAITING, 0)]


def test_of_many_that_claim_and_take_at_the_same_moment_each_question_goes_to_one(
    another: Open, database: Database
) -> None:
    asks = [replace(ASK, ts=f"{n}.0", thread=f"{n}.0", user=f"U{n % 3}") for n in range(20)]
    bots = [database, *(another() for _ in range(3))]

    def work(bot: Database) -> list[tuple[SlackQuestion, bool]]:
        claimed = [(ask, bot.claim(ask)) for ask in asks]
        for ask, mine in claimed:
            if mine:
                bot.enqueue(ask, 100, 100)
        return claimed

    with ThreadPoolExecutor(4) as pool:
        claims = [one for claimed in pool.map(work, bots) for one in claimed]
        assert sorted(ask.ts for ask, mine in claims if mine) == sorted(ask.ts for ask in asks)
        taken = list(pool.map(lambda bot: [one for _ in range(8) if (one := bot.take("T1"))], bots))
    assert sorted(one.ask.ts for each in taken for one in each) == sorted(ask.ts for ask in asks)


def test_what_was_begun_and_not_finished_is_taken_over_by_the_next_process(
    another: Open, database: Database
) -> None:
    begin(database)
    database.replied(ASK.key, ("2.0", "2.1"))
    dies(database)
    other = another()
    assert other.take_over("T1") == [Left(ASK, WORKING, 1)]
    assert other.take_over("T1") == []
    assert begin(other, claim=False) == Taken(ASK, ("2.0", "2.1"), resumed=True)
    assert other.replies_in("T1", "C1", "1.0") == {"2.0", "2.1"}
    # Who was thought dead and is not has no say any more.
    database.replied(ASK.key, ("3.0",))
    assert not database.finish(ASK.key, "")
    assert other.finish(ASK.key, "", ("2.0",))
    assert other.reply_to(ASK.key) == ("2.0",)
    dies(other)
    assert another().take_over("T1") == []


@pytest.mark.slow
def test_nothing_is_taken_over_from_a_bot_that_lives(
    server: postgresql.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = RecordLocation(tmp_path, postgresql.new_database(server))
    first, second = Database(where), Database(where)
    assert (first.renew(), second.renew(), first.renew()) == (1, 2, 2)
    begin(first)
    first.claim(waits := replace(ASK, ts="2.0"))
    assert second.take_over("T1") == []
    assert (first.lead("look"), second.lead("look"), first.lead("look")) == (True, False, True)
    first.close()
    assert {left.ask for left in second.take_over("T1")} == {ASK, waits}
    assert second.lead("look")
    assert second.renew() == 1
    assert not second.may_be_taken_over
    monkeypatch.setattr(replica_table, "LEASE_SECONDS", replica_table._MARGIN_SECONDS)
    assert second.may_be_taken_over
    second.close()


def test_of_its_own_a_process_takes_up_what_it_is_no_longer_at(database: Database) -> None:
    begin(database)
    assert database.take_over("T1") == []
    assert database.held() == {ASK.key: ("", WORKING)}
    assert database.take_over("T1", {ASK.key}) == [Left(ASK, WORKING, 1)]


def test_tries_are_counted_but_not_those_that_ended_on_purpose_nor_those_before_an_edit(
    another: Open, database: Database
) -> None:
    database.claim(ASK)
    for tries in (1, 2):
        begin(database, claim=False)
        assert database.take_over("T1", {ASK.key}) == [Left(ASK, WORKING, tries)]
    begin(database, claim=False)
    database.let_go([ASK.key])
    assert database.take_over("T1", {ASK.key}) == [Left(ASK, WORKING, 2)]
    database.revise(edited := replace(ASK, text="who paid then?", version="3.0"))
    begin(database, edited, claim=False)
    dies(database)
    assert another().take_over("T1") == [Left(edited, WORKING, 1)]


def test_a_file_of_an_earlier_version_is_read_and_counts_from_now_on(tmp_path: Path) -> None:
    Database(tmp_path).claim(ASK)
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("DROP INDEX asks_by_holder")
        for column in ("tries", "holder", "queued", "resumed"):
            db.execute(f"ALTER TABLE asks DROP COLUMN {column}")
        # Versions had no numbers then.
        db.execute("PRAGMA user_version = 0")
    later = Database(tmp_path)
    assert later.take_over("T1") == [Left(ASK, WAITING, 0)]
    begin(later, claim=False)
    assert later.take_over("T1", {ASK.key}) == [Left(ASK, WORKING, 1)]
    later.close()


def test_an_edit_during_an_answer_makes_the_question_wait_again(another: Open, database: Database) -> None:
    begin(database)
    edited = replace(ASK, text="who paid then?", version="3.0")
    # Whoever hears of it, who is at it sees to it.
    other = another() if database.is_shared else database
    assert other.revise(edited) is Revision.WORKED_ON
    assert other.revise(edited) is Revision.NONE
    assert database.held() == {ASK.key: ("3.0", WAITING)}
    assert other.take("T1") is None
    assert not database.finish(ASK.key, ASK.version)
    assert database.reclaim(ASK.key) == edited
    assert begin(database, edited, claim=False) == Taken(edited, (), resumed=False)


def test_an_edit_of_what_waits_or_is_answered_is_seen_to_by_who_hears_of_it(
    another: Open, database: Database
) -> None:
    other = another()
    database.claim(ASK)
    database.enqueue(ASK, 10, 10)
    assert other.revise(edited := replace(ASK, text="who paid then?", version="3.0")) is Revision.WAITS
    assert database.take("T1") is None
    # Whoever lets the earlier version in is too late.
    assert database.enqueue(ASK, 10, 10)
    assert database.take("T1") is None
    assert begin(other, edited, claim=False).ask == edited
    assert other.finish(ASK.key, "3.0")
    assert database.revise(replace(ASK, text="and when?", version="4.0")) is Revision.WAITS


def test_what_is_stopped_or_deleted_elsewhere_is_seen_by_who_is_at_it(
    another: Open, database: Database
) -> None:
    other = another()
    begin(database)
    database.replied(ASK.key, ("2.0",))
    other.stop(ASK.key)
    assert database.held()[ASK.key] == ("", "stopping")
    if database.is_shared:
        assert other.withdraw(ASK.key) == ("1.0", ())
        assert database.held()[ASK.key][0] == "~"
    assert database.withdraw(ASK.key) == ("1.0", ("2.0",))
    assert database.held() == {}
    begin(database, late := replace(ASK, ts="5.0"))
    database.stop(late.key)
    dies(database)
    assert other.take_over("T1") == []


def test_a_deleted_question_keeps_neither_words_nor_answer_and_no_edit_brings_it_back(
    database: Database,
) -> None:
    database.claim(ASK)
    id_ = database.keep(ASK, {"sentences": []})
    given = database.given(id_)
    assert given is not None
    database.rate(given, "U1", "down", "wrong: Ada paid")
    assert database.withdraw(ASK.key) == ("1.0", ())
    assert database.given(id_) is None
    assert list(database.feedback()) == []
    assert database.revise(replace(ASK, text="who paid then?", version="3.0")) is Revision.NONE
    assert database.take("T1") is None
    assert not database.claim(ASK)


def test_a_thread_is_the_askers_until_somebody_else_speaks(database: Database) -> None:
    database.claim(ASK)
    assert database.is_ours("T1", "C1", "1.0", "U1")
    assert not database.is_ours("T1", "C1", "1.0", "U2")
    database.spoke("T1", "C1", "1.0", "U1")
    assert database.is_ours("T1", "C1", "1.0", "U1")
    database.spoke("T1", "C1", "1.0", "U2")
    assert not database.is_ours("T1", "C1", "1.0", "U1")


def test_a_later_word_on_an_answer_replaces_an_earlier_one(database: Database) -> None:
    given = database.given(database.keep(ASK, {"sentences": []}))
    assert given is not None
    database.rate(given, "U1", "up")
    database.rate(given, "U1", "down", "wrong: it was Ada")
    (one,) = database.feedback()
    assert (one["rating"], one["comment"], one["question"]) == ("down", "wrong: it was Ada", "who paid?")


def test_what_is_old_is_forgotten_and_so_is_what_was_thought_of_it(database: Database) -> None:
    database.claim(ASK)
    database.finish(ASK.key, "")
    given = database.given(database.keep(ASK, {"sentences": []}))
    assert given is not None
    database.rate(given, "U1", "up")
    database.forget_before(-1)
    assert database.given(given.id) is None
    assert database.claim(ASK)
    assert list(database.feedback()) == []


def test_what_was_deleted_stands_in_no_file_any_more(tmp_path: Path) -> None:
    database = Database(tmp_path)
    database.claim(replace(ASK, text="who paid for the lighthouse?"))
    given = database.given(database.keep(ASK, {"sentences": ["Mabel Quince paid."]}))
    assert given is not None
    database.rate(given, "U1", "down", "wrong: it was the harbour master")
    database.withdraw(ASK.key)
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for words in (b"lighthouse", b"Mabel Quince", b"harbour master"):
        assert words not in left
    database.close()


def test_what_a_question_leans_on_is_kept_with_it_unless_it_was_edited_meanwhile(database: Database) -> None:
    database.claim(ASK)
    files = (Attachment("F1", "a.pdf", "pdf", 3),)
    leaning = replace(ASK, said=("The library opens in May.", "When?"), files=files)
    database.lean(leaning)
    assert begin(database, claim=False).ask == leaning
    database.revise(edited := replace(ASK, text="who paid then?", version="3.0"))
    database.lean(leaning)
    assert begin(database, edited, claim=False).ask == edited


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    Database(tmp_path).close()
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_a_file_that_is_none_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("not a database, and long enough to be looked at as one" * 9)
    with pytest.raises(RecordUnreadable, match="move the file away"):
        Database(tmp_path)


def test_a_week_is_told_by_one_of_several_bots(another: Open, database: Database) -> None:
    bots = [database, *(another() for _ in range(3))]
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda bot: bot.begin_week("T1", "C1", "2026-W11"), bots)) == 1
        assert sum(pool.map(lambda bot: bot.begin_week("T1", "C1", "2026-W12"), bots)) == 1
    assert not database.begin_week("T1", "C1", "2026-W11")


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
