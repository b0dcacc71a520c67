"""Records that trials are made with: small, quick to embed, and known word for word."""

import os
import random
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

# Loaded once, before processes are forked.
import chromadb  # noqa: F401

from index.catalog.location import RecordLocation
from index.errors import OnRecordError
from index.store import Batch, Index
from index.types import Article, Query
from ingest.pipeline import prepare
from tests.conftest import WordEmbedder

PLACES = ("pier", "bridge", "library", "harbour", "school", "market", "museum", "station")
QUESTIONS = tuple(f"What did the councillor say of the {place}?" for place in PLACES)
# How a child of ours says that something went wrong, what it says, and that it was told in a sentence.
_BROKEN, _TOLD = 3, 4


def made_up(number: int, version: int, chance: random.Random) -> Article:
    """An article of a number in a version; its text tells both."""
    place = chance.choice(PLACES)
    said = " ".join(f"Councillor {chance.randint(1, 10**6)} spoke of the {place}." for _ in range(3))
    return Article(
        f"a{number}", f"Account {number}, version {version}. {said}", title=f"The {place}", source="Herald"
    )


def publish(index: Index, puts: Mapping[str, Article], removed: frozenset[str] = frozenset()) -> None:
    """Articles come and go in one publication."""
    prepared = tuple(prepare(article, index.embedder) for article in puts.values())
    with index.session() as session:
        session.embed(session.missing(text for one in prepared for text in one.texts) or ["nothing"])
        session.publish(Batch(puts=prepared, removed=tuple(removed)))
        session.tidy()


def made(where: Path | RecordLocation, count: int, chance: random.Random) -> dict[str, str]:
    """A record of so many articles; their texts by id."""
    Index.create(where)
    articles = {f"a{n}": made_up(n, 0, chance) for n in range(count)}
    with Index(where, WordEmbedder()) as index:
        publish(index, articles)
    return {id_: article.text for id_, article in articles.items()}


def texts(index: Index) -> dict[str, str]:
    """What is on record, by id."""
    with index.catalog.read() as snapshot:
        return {article.id: article.text for article in snapshot.articles()}


def answers(home: Path) -> str:
    """What is found first for questions that one article each answers best, as one text."""
    with Index(home, WordEmbedder()) as index:
        found = [index.search(Query(f"What does account {n} say?"), k=1) for n in range(2, 12)]
    return "\n".join(f"{passage.article.id} {passage.text}" for one in found for passage in one)


def apart(work: Callable[[], object], file: Path) -> tuple[int, str]:
    """Do something in a process of its own, which may be killed by what it meets.

    Returns 0 and what it returned as text, a negative number for a signal that ended it, `_TOLD` with the
    sentence of an error of ours, or `_BROKEN` with a traceback.
    """
    child = os.fork()
    if not child:
        code = _BROKEN
        try:
            said, code = str(work()), 0
        except OnRecordError as error:
            said, code = str(error), _TOLD
        except BaseException:  # noqa: BLE001 (whatever it is, the parent is told)
            said = traceback.format_exc()
        file.write_text(said, encoding="utf-8", errors="backslashreplace")
        sys.stdout.flush()
        os._exit(code)
    _, status = os.waitpid(child, 0)
    ended = os.waitstatus_to_exitcode(status)
    return ended, file.read_text(encoding="utf-8") if ended >= 0 and file.exists() else ""


def was_told(ended: int) -> bool:
    """Whether a process ended with a sentence."""
    return ended == _TOLD
