"""Looks the kept answers over after a refresh, in whichever process it ran; never before it is published.

What it does depends on the record and the file alone: one that was cut off is done again, and says nothing
twice. Two at once do the same work twice, and no harm.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic

from bot.answering.flow import AnswerFlow
from bot.kept_answers.asking_again import AskingAgain
from bot.kept_answers.quote_check import check_quote
from bot.kept_answers.store import KeptAnswers, Looked
from bot.kept_answers.to_ask import ToAsk
from bot.kept_answers.types import Kind, Touched
from index.catalog.lookups import last_row, revisions_of
from index.catalog.snapshot import Snapshot
from index.store import Index

A_WHILE = 8.0
"""Seconds that questions may be asked again where somebody waits; the rest stays for the next look."""
# Written together: of articles that changed, and of questions that were asked again and gave nothing.
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Looking:
    """What a look came to: articles that changed, questions asked again, and what was found that is new.

    `answered` are those of the findings that answer a question that waited. `left` are questions that are to
    be asked again, for which there was no time.
    """

    changed: int = 0
    asked: int = 0
    found: int = 0
    answered: int = 0
    left: int = 0


def where_it_is(snapshot: Snapshot) -> Looked:
    """Where the record is at."""
    return Looked(snapshot.head().generation, last_row(snapshot))


def is_behind(store: KeptAnswers, snapshot: Snapshot) -> bool:
    """Whether something came since the last look, or was left by it."""
    return store.looked() != where_it_is(snapshot) or ToAsk(store.where).count() > 0


def look_over(
    index: Index,
    store: KeptAnswers,
    flow: AnswerFlow,
    seconds: float | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> Looking:
    """Look at the kept answers whose articles changed, and ask again what the new chunks touch.

    After so many `seconds` no more is asked: what is likeliest comes first, and the rest waits on disk for
    the next look. Raises KeptUnreadable, RecordError.
    """
    before = store.looked()
    if before is None:
        return Looking()
    waiting, again = ToAsk(store.where), AskingAgain(index, flow, store)
    with index.catalog.read() as snapshot:
        now = where_it_is(snapshot)
        known = store.revisions()
        revisions = revisions_of(snapshot, known)
        if now.generation < before.generation or now.row < before.row:
            # The record was put back from a backup: what it holds is older than the answers.
            store.hold(revisions, now)
            return Looking()
        changed, found = _checked(snapshot, store, known, revisions)
        waiting.add(again.touched(snapshot, before.row) if now.row > before.row else (), now)
    began = monotonic()
    kinds: Counter[Kind | None] = Counter()
    done: list[Touched] = []
    for one in waiting.all():
        if stopping() or (seconds is not None and monotonic() - began > seconds):
            break
        kinds[_asked_again(again, store, one)] += 1
        done.append(one)
        if len(done) == _AT_ONCE:
            waiting.done(done)
            done.clear()
    waiting.done(done)
    found += kinds.total() - kinds[None]
    return Looking(changed, kinds.total(), found, kinds[Kind.NOW_ON_RECORD], waiting.count())


def _checked(
    snapshot: Snapshot, store: KeptAnswers, known: Mapping[str, set[str]], revisions: Mapping[str, str]
) -> tuple[int, int]:
    """How many quoted articles changed, and how much was found out by that."""
    changed = [one for one, seen in known.items() if seen != {revisions.get(one, "")}]
    found = 0
    for at in range(0, len(changed), _AT_ONCE):
        some = {one: revisions.get(one, "") for one in changed[at : at + _AT_ONCE]}
        articles = {one: snapshot.article(one) for one, revision in some.items() if revision}
        checked = [
            (kept_id, check_quote(kept_id, quote, articles.get(quote.article_id)))
            for kept_id, quote in store.quotes_of(some)
        ]
        found += store.settle(
            [(kept_id, one.quote) for kept_id, one in checked],
            [one.finding for _, one in checked if one.finding],
        )
    return len(changed), found


def _asked_again(again: AskingAgain, store: KeptAnswers, one: Touched) -> Kind | None:
    """What was found out by asking a question again, where it is new."""
    told = again.ask(one)
    if told is None:
        return None
    finding, said, quotes = told
    waited = finding.kind is Kind.NOW_ON_RECORD
    new = store.answered(finding, said, quotes) if waited else store.settle((), [finding])
    return finding.kind if new else None
