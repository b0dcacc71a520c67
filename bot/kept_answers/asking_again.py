"""Which kept questions the new chunks of a refresh touch, and what comes of asking them again."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.json_output import answer_json, article_reference
from bot.kept_answers.quote_check import kept_quote
from bot.kept_answers.store import KeptAnswers
from bot.kept_answers.superseding import Accounts, successor, supersedes
from bot.kept_answers.types import Finding, KeptAnswer, KeptQuote, Kind
from bot.types import Answer
from index.catalog.lookups import rows_after
from index.catalog.snapshot import Snapshot
from index.catalog.vector_codec import blob_of, vector_of
from index.errors import UsageError
from index.store import Index
from index.types import Query

Ask = Callable[[Query], Answer]
# Below this cosine of question and chunk, a chunk answers nothing: of the news quiz's answers one in a
# hundred was found below it.
_TOUCHES = 0.35
_AT_ONCE = 512


class AskingAgain:
    """Asks the questions again that new chunks touch."""

    def __init__(self, index: Index, ask: Ask, store: KeptAnswers) -> None:
        """`ask` answers a question from the record as it is now."""
        self._index = index
        self._ask = ask
        self._store = store

    def touched(self, snapshot: Snapshot, row: int) -> list[KeptAnswer]:
        """The kept questions that chunks beyond `row` are near to, the nearest first."""
        fresh = list(snapshot.vectors(rows_after(snapshot, row)).values())
        questions = self._with_vectors()
        if not fresh or not questions:
            return []
        asked = np.stack([vector for _, vector in questions])
        best = np.full(len(asked), -1.0, np.float32)
        for at in range(0, len(fresh), _AT_ONCE):
            chunks = np.stack([vector_of(blob) for blob in fresh[at : at + _AT_ONCE]]).astype(np.float32)
            best = np.maximum(best, (asked @ chunks.T).max(axis=1))
        order = np.argsort(-best, kind="stable")
        return [questions[place][0] for place in order if best[place] >= _TOUCHES]

    def now_on_record(self, kept: KeptAnswer) -> tuple[Finding, str, tuple[KeptQuote, ...]] | None:
        """What answers a question that waited: the finding, the first sentence and the quotes."""
        answer = self._again(kept)
        if answer is None or not answer.sentences:
            return None
        first = answer.citations[0].quote.article
        found = Finding(kept.id, Kind.NOW_ON_RECORD, article_reference(first), answer=answer_json(answer))
        return found, answer.sentences[0].text, tuple(map(kept_quote, answer.citations))

    def superseded(self, kept: KeptAnswer, new_articles: set[str]) -> Finding | None:
        """The later article that gives another value, if there is one."""
        answer = self._again(kept)
        first = successor(kept, answer, new_articles) if answer else None
        if answer is None or first is None:
            return None
        new = answer.sentences[0].text
        one, other = self._index.embedder.embed([kept.said, new])
        if not supersedes(Accounts(kept.query.text, kept.said, new, float(one @ other))):
            return None
        return Finding(
            kept.id, Kind.SUPERSEDED, article_reference(first.quote.article), kept.said, new,
            first.quote.article.note, answer=answer_json(answer),
        )  # fmt: skip

    def _again(self, kept: KeptAnswer) -> Answer | None:
        try:
            return self._ask(kept.query)
        except UsageError:
            # Its outlet may be gone from the record.
            return None

    def _with_vectors(self) -> list[tuple[KeptAnswer, NDArray[np.float32]]]:
        """The kept questions with their vectors; those that are missing are made, and kept."""
        key = self._index.embedder.key
        stored = self._store.questions(key)
        made: dict[str, bytes] = {}
        for batch in _batches([kept for kept, blob in stored if blob is None]):
            fresh = [(kept.id, blob_of(self._vector(kept))) for kept in batch]
            self._store.remember_vectors(key, fresh)
            made |= dict(fresh)
        return [(kept, vector_of(blob or made[kept.id]).astype(np.float32)) for kept, blob in stored]

    def _vector(self, kept: KeptAnswer) -> NDArray[np.floating]:
        try:
            sought = self._index.parse_question(kept.query).query.sought
        except UsageError:
            sought = kept.query.text
        return self._index.embedder.embed_query(sought)


def _batches(waiting: Sequence[KeptAnswer]) -> Iterator[Sequence[KeptAnswer]]:
    for at in range(0, len(waiting), _AT_ONCE):
        yield waiting[at : at + _AT_ONCE]
