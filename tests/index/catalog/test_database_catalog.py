"""A catalog in PostgreSQL where its server fails or refuses; and words that a tsvector cannot hold."""

import random
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest

from bot.conversations import Conversations
from index.catalog.location import RecordLocation
from index.catalog.postgresql import catalog
from index.catalog.snapshot import Entry
from index.catalog.transaction import WriteTransaction
from index.errors import RecordBusy, RecordTooNew, RecordUnreachable, RecordUnreadable, UsageError
from index.postgresql.address import Database
from index.postgresql.connection import close_pools, connection, transaction
from index.store import Index
from index.types import Filter, Query
from tests.conftest import WordEmbedder, article, put
from tests.postgresql import PASSWORD, Server

pytestmark = pytest.mark.slow

FERRY = article("ferry", "The ferry struck the north pier.", source="Wire")


@pytest.fixture
def index(home: Path, database: Database) -> Iterator[Index]:
    where = RecordLocation(home, database)
    Index.create(where)
    with Index(where, WordEmbedder()) as opened:
        yield opened


def cut_off(server: Server, database: Database) -> None:
    """End every connection to the database, as a server that stops does."""
    name = database.address.rpartition("/")[2]
    with connection(Database(server.address(), PASSWORD)) as db:
        db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))


def test_an_id_that_is_no_text_is_refused(index: Index) -> None:
    with pytest.raises(UsageError, match="bytes that are no text"):
        index.find_article("\udcff")


class CuttingEmbedder(WordEmbedder):
    """Loses the connection in the middle of a search, so many times."""

    def __init__(self, server: Server, database: Database, times: int) -> None:
        super().__init__()
        self._cut, self.times = lambda: cut_off(server, database), times

    def embed_query(self, text: str):
        if self.times:
            self.times -= 1
            self._cut()
        return super().embed_query(text)


def test_a_search_whose_connection_is_lost_is_made_again_and_then_given_up_with_a_sentence(
    index: Index, server: Server, database: Database
) -> None:
    put(index, FERRY)
    embedder = CuttingEmbedder(server, database, times=1)
    with Index(index.location, embedder) as reader:
        assert [passage.article for passage in reader.search(Query("ferry"))] == [FERRY]
        embedder.times = 2
        with pytest.raises(RecordUnreachable, match="was lost .* try again"):
            reader.search(Query("ferry"))
        assert [passage.article for passage in reader.search(Query("ferry"))] == [FERRY]


def test_a_writer_that_lost_its_right_publishes_nothing(
    index: Index, server: Server, database: Database
) -> None:
    put(index, FERRY)
    with pytest.raises(RecordUnreachable, match="was lost"), index.session() as session:
        cut_off(server, database)
        with Index(index.location, WordEmbedder()) as other, other.session():
            session.remember_run("news", "{}")
    with index.catalog.read() as snapshot:
        assert snapshot.runs() == {}
    assert index.verify() == []


def test_a_server_that_stops_while_vectors_are_made_is_not_taken_for_a_full_disk(
    index: Index, server: Server, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = WriteTransaction.entries

    def cut(change: WriteTransaction, after: int, batch: int) -> Iterator[list[Entry]]:
        cut_off(server, database)
        yield from entries(change, after, batch)

    monkeypatch.setattr(WriteTransaction, "entries", cut)
    with pytest.raises(RecordUnreachable, match="The connection to .* was lost"):
        put(index, FERRY)
    monkeypatch.undo()
    put(index, FERRY)
    assert index.verify() == []


def test_one_process_refreshes_at_a_time_and_the_right_ends_with_its_session(index: Index) -> None:
    with index.session(), pytest.raises(RecordBusy, match="Another process is writing"), index.session():
        pass
    with index.session():
        pass


def test_a_replica_is_read_and_not_written(index: Index, database: Database) -> None:
    put(index, FERRY)
    with connection(database) as db:
        name = database.address.rpartition("/")[2]
        db.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    close_pools()
    with Index(index.location, WordEmbedder()) as reader:
        assert [passage.article for passage in reader.search(Query("ferry"))] == [FERRY]
        assert reader.verify() == []
        with pytest.raises(RecordUnreadable, match="is a replica, or set read-only"):
            put(reader, article("new", "The ferry came back."))


def test_a_standby_answers_follows_its_primary_and_takes_no_writes(
    index: Index, server: Server, database: Database
) -> None:
    put(index, FERRY)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        standby = server.standby(Path(folder)).start()
        try:
            address = database.address.replace(f":{server.port}", f":{standby.port}")
            where = RecordLocation(index.home, Database(address, PASSWORD))
            with Index(where, WordEmbedder()) as reader:
                assert [passage.article for passage in reader.search(Query("ferry"))] == [FERRY]
                assert reader.verify() == []
                put(index, article("new", "The canal was dredged."))
                end = time.monotonic() + 30
                while not any("canal" in passage.text for passage in reader.search(Query("canal"))):
                    assert time.monotonic() < end
                    time.sleep(0.02)
                with pytest.raises(RecordUnreadable, match="is a replica, or set read-only"):
                    put(reader, article("other", "The ferry came back."))
            with pytest.raises(RecordUnreadable, match="takes no writes: it is a replica"):
                Conversations(where)
        finally:
            close_pools()
            standby.kill()


def test_a_later_version_adds_to_a_record_that_is_whole_then(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(index, FERRY)
    added = "ALTER TABLE articles ADD COLUMN later TEXT NOT NULL DEFAULT 'yes'"
    monkeypatch.setattr(catalog, "STEPS", (*catalog.STEPS, added))
    monkeypatch.setattr(catalog, "SCHEMA", catalog.SCHEMA + 1)
    with Index(index.location, WordEmbedder()) as later:
        assert [passage.article for passage in later.search(Query("ferry"))] == [FERRY]
        assert later.verify() == []
        with later.catalog.read() as snapshot:
            assert snapshot.db.execute("SELECT later FROM articles").fetchall() == [("yes",)]
    monkeypatch.undo()
    with pytest.raises(RecordTooNew, match="newer version of On Record"), Index(index.location):
        pass


def test_a_table_that_was_dropped_is_told_with_its_remedy(index: Index, database: Database) -> None:
    put(index, FERRY)
    with transaction(database) as db:
        db.execute("DROP TABLE vocabulary")
    with pytest.raises(RecordUnreadable, match="lacks a table of the record .*restore a backup"):
        index.search(Query("ferry"))


def test_words_that_were_altered_are_damage_and_are_made_again(index: Index, database: Database) -> None:
    put(index, FERRY, article("pier", "The pier was closed on Monday."))
    for damage in (
        "UPDATE words SET terms = 'nothing:1' WHERE row = 1",
        "UPDATE words SET length = 7 WHERE row = 1",
        "DELETE FROM words WHERE row = 2",
        "UPDATE vocabulary SET documents = documents + 1 WHERE term = 'pier'",
        "DELETE FROM vocabulary WHERE term = 'pier'",
        "UPDATE word_totals SET words = words + 1",
    ):
        with transaction(database) as db:
            db.execute(damage)
        assert not index.catalog.words_are_whole()
        with index.catalog.read() as snapshot:
            chunks = snapshot.passages(range(1, 3))
        with index.catalog.write() as change:
            change.full_text.clear()
            change.full_text.add([(row, one.title, one.text) for row, (one, _) in chunks.items()])
        assert index.catalog.words_are_whole()


WORDS = (
    "ferry",
    "ferries",
    "pier",
    "the",
    "ha",
    "Zoë",
    "naïve",
    "O'Neill",
    "E-1043",
    "\U0001d518",
    "ß",
    "...",
)
EXPRESSIONS = (
    '"ferry"',
    '"ferry" OR "pier" OR "ferry pier"',
    '("ha" OR "ha ha" OR "the") AND "ferry"',
    '"zoe" OR "naive" OR "o neill" OR "e 1043"',
    '"..." OR "ferry"',
    '"ha ha ha" AND "pier the"',
    f'"{"x" * 3_000}" OR "pier"',
)
ESSENTIAL = (
    '"ferry" OR "ha"',
    '"zoe" OR "o neill" OR "..."',
    '"pier"',
    '"ha ha" AND "pier"',
    " OR ".join(f'"{number}"' for number in range(500)) + ' OR "ferry"',
)


@pytest.mark.parametrize("seed", range(3))
def test_any_expression_matches_and_scores_as_sqlite_has_it(index: Index, home: Path, seed: int) -> None:
    dice = random.Random(seed)
    texts = [" ".join(dice.choices(WORDS, k=dice.choice([3, 30, 90]))) for _ in range(60)]
    # More of a word, more words and longer words than a tsvector has room for.
    texts += ["ha " * 700 + "pier the ferry", f"{'x' * 3_000} pier", "ferry " + "so " * 13_000 + "ferry pier"]
    titles = ["ha " * 300, "the ferry", "ferry " * 5_000, ""]
    chunks = [(row, dice.choice(titles), text) for row, text in enumerate(texts, start=1)]
    Index.create(home)
    with Index(home) as file:
        for one in (index, file):
            with one.catalog.write() as change:
                for row, title, text in chunks:
                    change.db.execute(
                        "INSERT INTO articles (rowid, id, revision, title, source, authors, url, published, "
                        "updated, status, note, day, text"
                        + (", folded_title, folded_source) " if one is index else ") ")
                        + "VALUES (?, ?, '', ?, '', '[]', '', '', '', 'current', '', 0, ?"
                        + (", '', '')" if one is index else ")"),
                        (row, str(row), title, text),
                    )
                    change.db.execute("INSERT INTO embeddings VALUES (?, ?)", (str(row), b""))
                    change.db.execute(
                        'INSERT INTO chunks (rowid, id, article, ordinal, start, "end", tokens, embedding) '
                        "VALUES (?, ?, ?, 0, 0, ?, 1, ?)",
                        (row, str(row), row, len(text), str(row)),
                    )
                change.full_text.add(chunks)
                change.full_text.remove([4, 5, 61])
                change.db.execute("DELETE FROM chunks WHERE rowid IN (4, 5, 61)")
        with index.catalog.read() as one, file.catalog.read() as other:
            for expression, limit in zip(EXPRESSIONS, cycle((10, 1, 4, 60))):
                essential = dice.choice(ESSENTIAL)
                asked = expression, essential, [1, 2, 62, 63], limit, Filter()
                assert one.full_text.bm25_scores(*asked) == other.full_text.bm25_scores(*asked), asked
                matching = (each.full_text.matching(expression, range(70)) for each in (one, other))
                assert next(matching) == next(matching)
            terms = ("ferri", "pier", "zoe", "ha", "x" * 3_000, "missing")
            assert one.full_text.document_frequencies(terms) == other.full_text.document_frequencies(terms)
