"""A record of every format that was ever released, as the version of that time wrote it, with a backup of it.

Each was made of the same ten files, of which one was changed, one added and one removed before a second run
with `--prune`. Ask what they say: the answers must not depend on which version wrote them.
"""

import re
import tarfile
from pathlib import Path
from threading import Event, Thread

import pytest

from index.backup import staged, write_backup
from index.catalog.sqlite.schema import SCHEMA
from index.store import Index
from index.types import Query
from ingest.pipeline import rebuild
from tests.conftest import WordEmbedder, article, put

RECORDS = Path(__file__).parent / "records"
FORMATS = range(1, SCHEMA + 1)
PLACES = ("pier", "bridge", "library", "harbour", "school", "market", "museum", "station")
VERSIONS = {f"a{number}": 2 if number == 2 else 1 for number in range(11) if number != 3}


def text_of(id_: str) -> str:
    number, version = int(id_[1:]), VERSIONS[id_]
    place = PLACES[number % 8]
    return (
        f"Account {number}, version {version}. The {place} costs {number * 17 + version} crowns a year.\n\n"
        f"Councillor Orme said that “the {place}” will stay open — until May {number + 1}."
    )


@pytest.fixture(params=FORMATS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with `record` and `backup`, in a format."""
    with tarfile.open(RECORDS / f"format-{request.param}.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path


def check(index: Index) -> None:
    """It holds what was put, finds all of it, and is whole."""
    with index.catalog.read() as snapshot:
        held = {one.id: one for one in snapshot.articles()}
        assert snapshot.db.execute("PRAGMA user_version").fetchone()[0] == SCHEMA
    assert {id_: one.text for id_, one in held.items()} == {id_: text_of(id_) for id_ in VERSIONS}
    for id_, one in held.items():
        number = int(id_[1:])
        assert (one.title, one.source) == (
            f"The {PLACES[number % 8]} ({number})",
            ("Herald", "Wire")[number % 2],
        )
        assert (one.url, one.published) == (f"https://herald.example/{number}", f"2026-03-{number + 1:02}")
        assert found(index, number)[0] == (id_, text_of(id_))
    assert index.verify() == []


def found(index: Index, number: int) -> list[tuple[str, str]]:
    question = f"What does the {PLACES[number % 8]} cost, account {number}?"
    passages = index.search(Query(question))
    return [(passage.article.id, passage.text) for passage in passages]


def restore(backup: Path, home: Path) -> None:
    with (
        backup.open("rb") as file,
        staged(home, file) as (staging, _),
        Index(staging, WordEmbedder()) as index,
    ):
        rebuild(index)


def test_every_format_has_a_record_here() -> None:
    kept = {int(match[1]) for path in RECORDS.iterdir() if (match := re.search(r"-(\d+)\.tar", path.name))}
    assert kept == set(FORMATS)


def test_a_record_of_any_format_opens_answers_and_takes_changes(old: Path, words: WordEmbedder) -> None:
    with Index(old / "record", words) as index:
        check(index)
        assert words.embedded == []
        answers = [found(index, number) for number in range(11)]
        rebuild(index)
        check(index)
        assert answers == [found(index, number) for number in range(11)]
        put(index, article("new", "The ferry struck the pier."))
        assert index.search(Query("ferry struck"))[0].article.id == "new"
        assert index.verify() == []


def test_a_backup_of_any_format_restores_what_its_record_answers(old: Path, words: WordEmbedder) -> None:
    restore(old / "backup", old / "restored")
    with Index(old / "restored", words) as back, Index(old / "record", words) as index:
        check(back)
        assert [found(back, number) for number in range(11)] == [found(index, number) for number in range(11)]


def test_a_backup_of_any_format_is_whole_while_it_is_asked_and_written(
    old: Path, words: WordEmbedder
) -> None:
    stop, failures = Event(), list[str]()

    def ask() -> None:
        with Index(old / "record", WordEmbedder()) as asked:
            while not stop.is_set():
                failures.extend(["another answer"] if found(asked, 5)[0][1] != text_of("a5") else [])

    def write() -> None:
        with Index(old / "record", WordEmbedder()) as written:
            for number in range(3):
                put(written, article("new", f"The ferry struck the pier {number} times."))

    threads = [Thread(target=ask), Thread(target=write)]
    for thread in threads:
        thread.start()
    try:
        with (old / "now").open("w+b") as file:
            write_backup(old / "record", file, old, "2026-11-26T12:00:00+00:00")
    finally:
        threads[1].join()
        stop.set()
        threads[0].join()
    assert failures == []
    restore(old / "now", old / "restored")
    with Index(old / "restored", words) as back:
        assert found(back, 5)[0] == ("a5", text_of("a5"))
        assert back.verify() == []
