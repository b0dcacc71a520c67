"""Which process answers a question: claims, what one takes over from another, edits meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from bot.slack import replica_table
from bot.slack.database import WAITING, WORKING, Database, Revision
from bot.slack.events import SlackQuestion
from bot.slack.queue_table import Taken
from bot.slack.replica_table import Left
from index.catalog.location import RecordLocation
from tests import postgresql
from tests.bot.slack.questions import ASK, Open, begin, dies


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


def test_a_thread_is_the_askers_until_somebody_else_speaks(database: Database) -> None:
    database.claim(ASK)
    assert database.is_ours("T1", "C1", "1.0", "U1")
    assert not database.is_ours("T1", "C1", "1.0", "U2")
    database.spoke("T1", "C1", "1.0", "U1")
    assert database.is_ours("T1", "C1", "1.0", "U1")
    database.spoke("T1", "C1", "1.0", "U2")
    assert not database.is_ours("T1", "C1", "1.0", "U1")


def test_a_week_is_told_by_one_of_several_bots(another: Open, database: Database) -> None:
    bots = [database, *(another() for _ in range(3))]
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda bot: bot.begin_week("T1", "C1", "2026-W11"), bots)) == 1
        assert sum(pool.map(lambda bot: bot.begin_week("T1", "C1", "2026-W12"), bots)) == 1
    assert not database.begin_week("T1", "C1", "2026-W11")
