"""One answer in the making: restate the question, find passages, write sentences, verify each.

Where a model writes, the extractive writer still says how probable an answer is, and stands by: a model that
fails, or of which nothing could be verified, costs the reader its sentences and not the answer.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING, Any

from bot.asides import aside
from bot.conversations import Turn
from bot.disagreement import disagreement
from bot.follow_ups import resolve_follow_up
from bot.freshness import staleness
from bot.hints import hint
from bot.types import (
    Answer,
    Cancelled,
    Disagreement,
    Done,
    Draft,
    Event,
    Found,
    Noted,
    Outcome,
    Quote,
    Restated,
    Searching,
    Sentence,
    Withheld,
    Writer,
    Writing,
)
from bot.verification import Verifier
from index.errors import WriterError
from index.query.constraints import Constraints
from index.search.fusion import reciprocal_rank_fusion
from index.search.hybrid import check_question
from index.store import Index
from index.types import Article, Passage, Query

if TYPE_CHECKING:
    from bot.model.writer import ModelReply, ModelWriter

_NEAREST = 3
# The share of the threshold from which on a sentence is worth showing with a refusal.
_LIKELY = 0.3
_OWN_WORDS = "A part of what the model wrote was withheld; the last sentence is the articles' own."
# Passages that are searched for a model, of which it is given those that fit its budget.
_FOR_MODEL = 24


@dataclass(frozen=True, slots=True)
class Means:
    """What answers are made with; see `bot.answering.flow.AnswerFlow`."""

    index: Index
    writer: Writer
    threshold: float
    k: int
    model: "ModelWriter | None" = None
    model_threshold: float = 0.0
    stale_days: int = 0


@dataclass(frozen=True, slots=True)
class _Search:
    """What was found, and the draft of an answer. `query` has the limits within which, and `read` says them.

    `relaxed` says that these left nothing and were dropped.
    """

    query: Query
    read: str
    relaxed: bool
    passages: list[Passage]
    writing: Writing


class AnswerRun:
    """One answer in the making."""

    def __init__(
        self,
        means: Means,
        asked: Query,
        history: Sequence[Turn] = (),
        stopping: Callable[[], bool] = lambda: False,
        config: Any = None,
    ) -> None:
        self._means = means
        self._asked = asked
        self._history = history
        self._stopping = stopping
        self._budget = means.model.model.budget(stopping, config) if means.model else None
        self._clock = _Clock()
        self._sentences: list[Sentence] = []
        self._withheld: list[Withheld] = []
        self._repointed = 0
        self._note = ""
        self._differing: Disagreement | None = None
        self._writer = means.writer.name

    def events(self) -> Iterator[Event]:
        """The events, of which the last is Done."""
        check_question(self._asked.text)
        yield Searching(self._asked)
        if said := aside(self._asked.text):
            yield Found(())
            yield Done(self._aside(said))
            return
        restated = self._standalone()
        query = replace(self._asked, text=restated)
        parsed = self._means.index.parse_question(query)
        sought = parsed.spelled or restated
        if sought != self._asked.text:
            yield Restated(sought)
        search = self._searched(parsed)
        model, passages, writing = self._means.model, search.passages, search.writing
        given = model.fitting(passages) if model else passages
        if writing.score >= self._means.threshold:
            self._differing = disagreement(query.sought, _rivals(writing, Verifier(passages)))
        yield Found(tuple(given), search.read, search.relaxed, self._differing)
        if model and passages and writing.score >= self._means.model_threshold:
            yield from self._by_model(model, query, given, search)
        else:
            yield from self._by_writer(passages, writing)
        self._clock.lap("write")
        # What is not on record may come there one day, in the asker's spelling.
        yield Done(self._answer(search, restated, sought if self._sentences else restated))

    def _aside(self, said: str) -> Answer:
        timings = self._clock.timings()
        return Answer(
            self._asked, Outcome.NOT_ON_RECORD, model=self._writer, aside=said, searched=0, timings=timings
        )

    def _answer(self, search: "_Search", restated: str, standalone: str) -> Answer:
        silent, passages, writing = not self._sentences, search.passages, search.writing
        return Answer(
            query=self._asked,
            outcome=Outcome.NOT_ON_RECORD if silent else Outcome.ANSWERED,
            sentences=tuple(self._sentences),
            nearest=_nearest(passages) if silent else (),
            score=writing.score,
            model=self._writer,
            read=search.read,
            relaxed=search.relaxed,
            timings={**self._clock.timings(), **(self._budget.seconds if self._budget else {})},
            standalone=standalone if standalone != self._asked.text else "",
            withheld=tuple(self._withheld),
            repointed=self._repointed,
            note=self._note,
            usage=self._budget.usage() if self._budget and self._budget.requests else {},
            searched=self._means.index.count_searched(search.query) if silent else None,
            likely=self._likely(writing, passages) if silent else None,
            withdrawn=writing.withdrawn,
            warning=self._stale(),
            explanation=writing.explanation,
            hint=hint(restated) if self._writer == self._means.writer.name else "",
            disagreement=self._differing,
        )

    def _standalone(self) -> str:
        text = self._asked.text
        if not self._history:
            return text
        if self._means.model and self._budget:
            restated = self._means.model.resolve_follow_up(text, self._history, self._budget)
        else:
            restated = resolve_follow_up(text, self._history)
        self._clock.lap("restate")
        return restated

    def _stale(self) -> str:
        with self._means.index.catalog.read() as snapshot:
            return staleness(snapshot.head().refreshed, self._means.stale_days)

    def _likely(self, writing: Writing, passages: Sequence[Passage]) -> Sentence | None:
        """The sentence that is shown with a refusal: the best one, unless it is hopeless."""
        if writing.score < _LIKELY * self._means.threshold:
            return None
        checked = (Verifier(passages).check(draft) for draft in writing.drafts)
        return next((sentence for sentence in checked if isinstance(sentence, Sentence)), None)

    def _searched(self, read: Constraints) -> "_Search":
        best: tuple[Constraints, list[Passage], Writing] | None = None
        for reading in read.wider():
            # What the words seemed to ask for may not be how the articles are dated or worded.
            passages, writing = self._attempt(reading.query)
            if best is None or writing.score > best[2].score:
                best = reading, passages, writing
            if writing.score >= self._means.threshold:
                break
        assert best is not None  # noqa: S101 (`wider` begins with what was read)
        reading, passages, writing = best
        relaxed = bool(read) and not reading
        return _Search(reading.query, str(read if relaxed else reading), relaxed, passages, writing)

    def _attempt(self, query: Query) -> tuple[list[Passage], Writing]:
        k = self._means.k
        wanted = max(k, _FOR_MODEL) if self._means.model else k
        passages = self._means.index.search(query, wanted)
        if query.text != self._asked.text and self._means.model is None:
            # Words that were carried over by rule may be the wrong ones, so what was really said counts too.
            bare = self._means.index.search(replace(query, text=self._asked.text, topic=""), wanted)
            passages = reciprocal_rank_fusion(bare, passages)[:wanted]
        self._clock.lap("search")
        writing = self._means.writer.write(query, passages[:k])
        self._clock.lap("write")
        return passages, writing

    def _by_writer(self, passages: Sequence[Passage], writing: Writing) -> Iterator[Event]:
        if passages and writing.score >= self._means.threshold:
            yield from self._checked(writing.drafts, passages)

    def _other_sides(self, query: Query, passages: Sequence[Passage], writing: Writing) -> Iterator[Event]:
        """What a model left out of a disagreement: the quotes of the sides that it did not cite."""
        cited = {one.n: one for sentence in self._sentences for one in sentence.citations}
        rivals = _rivals(writing, Verifier(passages, list(cited.values())))
        self._differing = disagreement(query.sought, rivals)
        shown = {one.n for side in self._differing.sides for one in side.citations} if self._differing else ()
        for sentence in rivals:
            if sentence.citations[0].n in shown and sentence.citations[0].n not in cited:
                self._sentences.append(sentence)
                yield sentence

    def _likeliest(self, passages: Sequence[Passage], writing: Writing) -> Iterator[Event]:
        """The sentence that most probably answers, unless the model's answer stands on it.

        Something of the model's was withheld, and what was shown may be beside the point.
        """
        told = [one for sentence in self._sentences for one in sentence.citations]
        verifier = Verifier(passages, told)
        for sentence in islice((verifier.check(draft) for draft in writing.drafts), 1):
            if isinstance(sentence, Sentence) and not any(
                _overlap(one.quote, other.quote) for one in told for other in sentence.citations
            ):
                self._sentences.append(sentence)
                self._note = self._note or _OWN_WORDS
                yield sentence

    def _by_model(
        self, model: "ModelWriter", query: Query, given: Sequence[Passage], search: "_Search"
    ) -> Iterator[Event]:
        assert self._budget is not None  # noqa: S101 (there is one where there is a model)
        passages, writing = search.passages, search.writing
        sure = writing.score >= self._means.threshold
        reply = model.write(query, given, self._history, self._budget)
        failed = ""
        self._writer = model.name
        try:
            with closing(reply.drafts()) as drafts:
                yield from self._checked(drafts, given)
        except WriterError as fault:
            failed = str(fault)
        self._clock.lap("model")
        self._repointed = reply.repointed
        if self._stopping():
            raise Cancelled
        self._note = self._word(reply, failed, len(given) if sure else 0) or self._budget.warning
        if self._sentences and self._differing:
            yield from self._other_sides(query, passages, writing)
        elif self._sentences and self._withheld and sure:
            yield from self._likeliest(passages, writing)
        if self._sentences or (reply.refused and not failed and not sure):
            if self._note:
                yield Noted(self._note)
            return
        yield Noted(self._note)
        self._writer = self._means.writer.name
        yield from self._by_writer(passages, writing)

    def _word(self, reply: "ModelReply", failed: str, sure_of: int) -> str:
        """What a reader must know of how the answer came about; "" where all went well.

        A model's word that the articles do not answer is not taken against `sure_of` passages that do so
        probably: a small model says it easily, and has seen no others.
        """
        if self._sentences:
            return f"This answer may lack its end. {failed}" if failed else ""
        if failed:
            return f"{failed} Without it, only the articles' own words can be given."
        if reply.refused:
            passages = "one passage" if sure_of == 1 else f"{sure_of} passages"
            found = f"The model found no answer in the {passages} that it was given."
            return f"{found} These are the articles' own words." if sure_of else ""
        wrote = len(self._withheld)
        what = (
            f"Nothing that the model wrote could be verified ({wrote} withheld)."
            if wrote
            else ("The model wrote nothing.")
        )
        return f"{what} Only the articles' own words can be given."

    def _checked(self, drafts: Iterable[Draft | Withheld], passages: Sequence[Passage]) -> Iterator[Event]:
        verifier = Verifier(passages)
        for draft in drafts:
            checked = draft if isinstance(draft, Withheld) else verifier.check(draft)
            if isinstance(checked, Sentence):
                self._sentences.append(checked)
            else:
                self._withheld.append(checked)
            yield checked


def _overlap(one: Quote, other: Quote) -> bool:
    return one.article.id == other.article.id and one.start < other.end and other.start < one.end


def _rivals(writing: Writing, verifier: Verifier) -> list[Sentence]:
    """The verified sentences that tell one matter with different values."""
    checked = [verifier.check(draft) for draft in writing.rivals]
    return [one for one in checked if isinstance(one, Sentence)]


class _Clock:
    """Seconds spent on each phase, and in all."""

    def __init__(self) -> None:
        self._started = self._last = perf_counter()
        self._spent: dict[str, float] = {}

    def lap(self, phase: str) -> None:
        now = perf_counter()
        self._spent[phase] = self._spent.get(phase, 0.0) + now - self._last
        self._last = now

    def timings(self) -> dict[str, float]:
        return {**self._spent, "total": self._last - self._started}


def _nearest(passages: Sequence[Passage]) -> tuple[Article, ...]:
    """Where nothing answers, the nearest in meaning: an article is no nearer for being of today."""
    by_meaning = sorted(passages, key=lambda passage: -passage.dense)
    articles = {passage.article.id: passage.article for passage in by_meaning}
    return tuple(articles.values())[:_NEAREST]
