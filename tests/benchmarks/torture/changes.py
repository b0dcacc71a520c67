"""What a process does that is killed: every kind of change to a record, each told before it is begun."""

import json
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from unittest.mock import patch

from bot.answering.flow import AnswerFlow
from bot.commands.backup import run_backup, run_restore
from bot.extractive.writer import ExtractiveWriter
from bot.kept_answers.look_over import look_over, where_it_is
from bot.kept_answers.quote_check import kept_quote
from bot.kept_answers.store import KeptAnswers
from bot.kept_answers.types import KeptAnswer
from bot.settings import Settings
from bot.types import Citation, Quote
from index.catalog.location import RecordLocation
from index.store import Index
from index.types import Query
from ingest.pipeline import Options, ingest, rebuild
from ingest.sources.files import find
from tests.benchmarks.torture.records import made_up, publish, texts
from tests.conftest import WordEmbedder

ARTICLES, FILES, KEPT = 30, 12, 10
"""How many articles a record begins with, how many files a folder has, and how many answers are kept."""

KINDS = ("change", "refresh", "rebuild", "backup", "restore", "recalls")
State = Mapping[str, str]
Note = Callable[[State, bool], None]
"""Told the texts by id that the record will hold, and whether all of them appear at one moment."""


def keep_answers(where: Path | RecordLocation) -> None:
    """Keep an answer about each of the first articles, as `ask --keep` does."""
    store = KeptAnswers(where)
    with Index(where, WordEmbedder()) as index:
        for number in range(KEPT):
            article = index.find_article(f"a{number}")
            end = article.text.index(".") + 1
            quote = kept_quote(Citation(1, Quote(article, 0, end, article.text[:end])))
            question = Query(f"What does account {number} say?")
            with index.catalog.read() as snapshot:
                store.keep(
                    KeptAnswer(article.id, "terminal", question, 0.0, quote.text, (quote,)),
                    where_it_is(snapshot),
                )


def recall(where: Path | RecordLocation) -> None:
    """Look the kept answers over, as every refresh does."""
    with Index(where, WordEmbedder()) as index:
        _look_over(index)


def _look_over(index: Index) -> None:
    flow = AnswerFlow(index, ExtractiveWriter(index.embedder.embed_tokens), Settings().threshold)
    look_over(index, KeptAnswers(index.location), flow.invoke)


class Changing:
    """A writer; its next change depends on `chance` alone."""

    def __init__(self, index: Index, room: Path, chance: random.Random, note: Note) -> None:
        self._index, self._room, self._chance, self._note = index, room, chance, note
        self._files = room / "files"
        self._files.mkdir(exist_ok=True)
        self._held: dict[str, str] = texts(index)
        self._number = 0

    def do(self, kind: str) -> None:
        """Make one change of a kind."""
        self._number += 1
        match kind:
            case "change":
                self._change()
            case "refresh":
                self._refresh()
            case "rebuild":
                rebuild(self._index)
            case "recalls":
                _look_over(self._index)
            case "backup":
                run_backup(Settings(home=self._index.home), self._backup(), as_json=False)
            case "restore":
                self._restore()

    def _change(self) -> None:
        chance = self._chance
        version = chance.randrange(1, 10**6)
        puts = {f"a{n}": made_up(n, version, chance) for n in chance.sample(range(ARTICLES * 2), 9)}
        others = [id_ for id_ in self._held if id_ not in puts and id_.startswith("a")]
        gone = frozenset(chance.sample(sorted(others), 4))
        self._held = {id_: text for id_, text in self._held.items() if id_ not in gone}
        self._held |= {id_: article.text for id_, article in puts.items()}
        self._note(self._held, True)
        publish(self._index, puts, gone)

    def _refresh(self) -> None:
        """Files come, change and go, and the folder is read with `--prune`."""
        chance = self._chance
        for number in chance.sample(range(FILES), FILES // 2):
            file, id_ = self._files / f"{number}.jsonl", f"f{number}"
            if file.exists() and chance.random() < 0.4 and len(list(self._files.iterdir())) > 1:
                file.unlink()
                self._held.pop(id_, None)
                continue
            article = made_up(number, chance.randrange(10**6), chance)
            about = {"id": id_, "text": article.text, "title": article.title, "source": article.source}
            file.write_text(json.dumps(about), encoding="utf-8")
            self._held[id_] = article.text
        self._note(self._held, False)
        ingest(self._index, list(find([str(self._files)])), options=Options(prune=True))

    def _backup(self) -> Path:
        return self._room / f"{self._number}.backup"

    def _restore(self) -> None:
        whole = sorted(self._room.glob("*.backup"))
        if not whole:
            run_backup(Settings(home=self._index.home), self._backup(), as_json=False)
            whole = [self._backup()]
        restore(whole[-1], self._room / f"restored{self._number}")


def restore(backup: Path, home: Path) -> None:
    """`onrecord restore`, with an embedder that costs nothing."""
    with patch("bot.commands.backup.open_index", lambda settings: Index(settings.home, WordEmbedder())):
        run_restore(Settings(home=home), backup, as_json=False)
