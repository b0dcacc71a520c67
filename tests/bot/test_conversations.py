"""Conversations on disk: whole turns, in order, whoever writes and whoever is killed."""

import json
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations import Conversations, Turn
from bot.types import Answer, Citation, Outcome, Quote, Sentence
from index.catalog.location import RecordLocation
from index.errors import ThreadsUnreadable
from index.types import Article, Query, Status

NOW = datetime.now(UTC)


@pytest.fixture
def threads(location: RecordLocation) -> Conversations:
    return Conversations(location)


def turn(key: str, asked: str = "Who?", minutes: float = 0, **about: object) -> Turn:
    given = {"standalone": asked, "answered": "Ada.", "outcome": Outcome.ANSWERED, **about}
    return Turn(key=key, asked=asked, at=NOW + timedelta(minutes=minutes), **given)  # type: ignore[arg-type]


def keys(threads: Conversations, thread: str = "t", limit: int = 100) -> list[str]:
    return [turn.key for turn in threads.turns(thread, limit)]


def test_turns_come_back_as_they_were_oldest_first_and_each_to_its_thread(threads: Conversations) -> None:
    article = Article("a1", "", "Title", "Herald", url="https://h.example", published="2026-03-01")
    source = Citation(1, Quote(article, 3, 8, "“Ada”"))
    said = turn("2", "And why?", 1, sources=(source,), standalone="And why? (Ada)")
    threads.add("t", turn("1"))
    threads.add("t", said)
    threads.add("other", turn("1"))
    assert threads.turns("t") == (turn("1"), said)
    assert threads.turns("nobody") == ()


def test_the_last_turns_are_those_asked_last_however_they_were_added(threads: Conversations) -> None:
    for key, minutes in (("3", 3), ("1", 1), ("2", 2)):
        threads.add("t", turn(key, minutes=minutes))
    assert keys(threads) == ["1", "2", "3"]
    assert keys(threads, limit=2) == ["2", "3"]


def test_an_edited_question_keeps_its_place_and_a_deleted_one_is_gone(threads: Conversations) -> None:
    for number in range(3):
        threads.add("t", turn(str(number), minutes=number))
    assert threads.replace("t", "1", turn("1", "Who else?", minutes=9))
    assert [one.asked for one in threads.turns("t")] == ["Who?", "Who else?", "Who?"]
    assert threads.remove("t", "0")
    assert keys(threads) == ["1", "2"]
    assert not threads.remove("t", "0")
    assert not threads.replace("t", "0", turn("0"))
    assert keys(threads) == ["1", "2"]


def test_a_turn_added_twice_is_there_once(threads: Conversations) -> None:
    threads.add("t", turn("1", "First?"))
    threads.add("t", turn("1", "Second?"))
    assert [one.asked for one in threads.turns("t")] == ["Second?"]


def test_a_forgotten_thread_is_gone_and_the_others_stay(threads: Conversations) -> None:
    for thread in ("t", "t", "other"):
        threads.add(thread, turn(f"{time.monotonic_ns()}"))
    assert threads.forget("t") == 2
    assert (len(keys(threads)), len(keys(threads, "other"))) == (0, 1)


def test_what_was_asked_and_forgotten_is_not_left_in_the_file(tmp_path: Path) -> None:
    threads = Conversations(tmp_path)
    threads.add("t", turn("1", "Where is Marchmain's letter?"))
    assert b"Marchmain" in threads.path.read_bytes()
    threads.forget("t")
    assert b"Marchmain" not in threads.path.read_bytes()


def test_only_old_turns_of_threads_with_the_prefix_expire(threads: Conversations) -> None:
    for thread in ("slack T C 1", "slack T C 2", "terminal"):
        threads.add(thread, turn("old", minutes=-60 * 24 * 31))
        threads.add(thread, turn("new"))
    assert threads.expire("slack ", timedelta(days=32)) == 0
    assert threads.expire("slack ", timedelta(days=30)) == 2
    assert [keys(threads, thread) for thread in ("slack T C 1", "slack T C 2")] == [["new"], ["new"]]
    assert keys(threads, "terminal") == ["old", "new"]


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    assert stat.S_IMODE(Conversations(tmp_path).path.stat().st_mode) == 0o600


def test_a_turn_of_an_answer_holds_what_was_shown() -> None:
    article = Article(
        "a", "Ada paid.", "The bill", "Herald", url="https://h.example", status=Status.CORRECTED
    )
    quote = Citation(1, Quote(article, 0, 9, "Ada paid."))
    answer = Answer(Query("And who?"), Outcome.ANSWERED, (Sentence("It was Ada.", (quote,)),), standalone="Q")
    made = Turn.of("7", answer, NOW)
    assert (made.key, made.asked, made.standalone, made.answered) == ("7", "And who?", "Q", "It was Ada.")
    # As it was shown: the article's text is not kept with a conversation.
    assert made.sources == (Citation(1, Quote(replace(article, text=""), 0, 9, "Ada paid.")),)
    assert Turn.of("8", Answer(Query("Who?"), Outcome.NOT_ON_RECORD)).standalone == "Who?"


@given(st.text(), st.text(), st.lists(st.text(), max_size=2))
def test_whatever_was_asked_comes_back(key: str, asked: str, quotes: list[str]) -> None:
    sources = tuple(Citation(n, Quote(Article("a", ""), 0, 1, quote)) for n, quote in enumerate(quotes))
    with TemporaryDirectory() as folder:
        threads = Conversations(Path(folder))
        said = turn(key.encode(errors="replace").decode(), asked, sources=sources)
        threads.add("t", said)
        assert threads.turns("t") == (said,)


def test_sources_that_an_earlier_version_wrote_keep_their_status(tmp_path: Path) -> None:
    threads = Conversations(tmp_path)
    threads.add("t", turn("1"))
    old = {
        "n": 1,
        "quote": "Ada",
        "start": 3,
        "end": 6,
        "article_id": "a",
        "revision": "f00",
        "status": "withdrawn",
    }
    with sqlite3.connect(threads.path) as db:
        (stored,) = db.execute("SELECT turn FROM turns").fetchone()
        db.execute("UPDATE turns SET turn = ?", (json.dumps({**json.loads(stored), "sources": [old]}),))
    db.close()
    (source,) = threads.turns("t")[0].sources
    assert source.quote.article.status is Status.WITHDRAWN


def test_many_threads_and_openings_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "threads.sqlite3"

    def work(number: int) -> None:
        Conversations(path.parent).add(f"t{number % 3}", turn(str(number)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(60)))
    assert sum(len(keys(Conversations(path.parent), f"t{n}")) for n in range(3)) == 60


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from bot.conversations import Conversations, Turn
from bot.types import Outcome
threads = Conversations(Path(sys.argv[1]).parent)
print("ready", flush=True)
for n in range(100_000):
    threads.add("t", Turn(f"{n:06}", "Q" * 5000, "Q", "A", Outcome.ANSWERED, datetime.now(UTC)))
    print(n, flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_killed_writer_leaves_every_turn_that_it_had_added(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "threads.sqlite3"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert writer.stdout is not None
    with writer.stdout as lines:
        assert lines.readline() == b"ready\n"
        time.sleep(random.Random(seed).uniform(0.02, 0.5))
        writer.send_signal(signal.SIGKILL)
        told = len(lines.read().splitlines())
        writer.wait(30)
    kept = [int(key) for key in keys(Conversations(path.parent), limit=1_000_000)]
    assert kept == list(range(len(kept)))
    assert told <= len(kept) <= told + 1


@pytest.mark.parametrize("damage", ["rubbish", "newer", "row", "folder"])
def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "threads.sqlite3"
    if damage == "rubbish":
        path.write_bytes(b"not a database " * 100)
    elif damage == "folder":
        path.mkdir()
    else:
        Conversations(path.parent).add("t", turn("1"))
        db = sqlite3.connect(path)
        with db:
            db.execute("PRAGMA user_version = 9" if damage == "newer" else "UPDATE turns SET turn = '{'")
        db.close()
    with pytest.raises(ThreadsUnreadable, match=r"threads\.sqlite3"):
        Conversations(path.parent).turns("t")
