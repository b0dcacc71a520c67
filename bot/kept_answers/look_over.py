"""Looks the kept answers over after a refresh, in whichever process it ran; never before it is published.

What it does depends on the record and the file alone: one that was cut off is done again, and says nothing
twice. Two at once do the same work twice, and no harm.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.kept_answers.asking_again import Ask, AskingAgain
from bot.kept_answers.quote_check import check_quote
from bot.kept_answers.store import KeptAnswers, Looked
from index.catalog.lookups import articles_after, last_row, revisions_of
from index.catalog.snapshot import Snapshot
from index.store import Index


@dataclass(frozen=True, slots=True)
class Looking:
    """What a look came to: articles that changed, questions asked again, and what was found that is new."""

    changed: int = 0
    asked: int = 0
    found: int = 0


def where_it_is(snapshot: Snapshot) -> Looked:
    """Where the record is at."""
    return Looked(snapshot.head().generation, last_row(snapshot))


def look_over(
    index: Index, store: KeptAnswers, ask: Ask | None, stopping: Callable[[], bool] = lambda: False
) -> Looking:
    """Look at the kept answers whose articles changed, and ask again what the new chunks touch.

    Without `ask` nothing is asked again, and what is new counts as not looked over. Raises KeptUnreadable,
    RecordError.
    """
    before = store.looked()
    if before is None:
        return Looking()
    with index.catalog.read() as snapshot:
        now = where_it_is(snapshot)
        known = store.revisions()
        revisions = revisions_of(snapshot, known)
        if now.generation < before.generation:
            # The record was put back from a backup: what it holds is older than the answers.
            store.hold(revisions)
            store.look_until(now)
            return Looking()
        changed, found = _checked(snapshot, store, known, revisions)
        new_articles = articles_after(snapshot, before.row)
    if ask is None or not new_articles:
        if not new_articles:
            store.look_until(now)
        return Looking(changed, 0, found)
    again = AskingAgain(index, ask, store)
    with index.catalog.read() as snapshot:
        touched = again.touched(snapshot, before.row)
    for asked, question in enumerate(touched):
        if stopping():
            return Looking(changed, asked, found)
        found += _asked_again(again, store, question.id, new_articles)
    store.look_until(now)
    return Looking(changed, len(touched), found)


def _checked(
    snapshot: Snapshot, store: KeptAnswers, known: Mapping[str, set[str]], revisions: Mapping[str, str]
) -> tuple[int, int]:
    """How many quoted articles changed, and how much was found out by that."""
    changed = found = 0
    for article_id, seen in known.items():
        revision = revisions.get(article_id, "")
        if seen == {revision}:
            continue
        article = snapshot.article(article_id) if revision else None
        checked = [
            (kept_id, check_quote(kept_id, quote, article))
            for kept_id, quote in store.quotes_of(article_id, revision)
        ]
        changed += 1
        found += store.settle(
            [(kept_id, one.quote) for kept_id, one in checked],
            [one.finding for _, one in checked if one.finding],
        )
    return changed, found


def _asked_again(again: AskingAgain, store: KeptAnswers, id_: str, new_articles: set[str]) -> int:
    """How much was found out by asking a question again."""
    kept = store.get(id_)
    if kept is None:
        return 0
    if kept.waits:
        answered = again.now_on_record(kept)
        return store.answered(*answered) if answered else 0
    finding = again.superseded(kept, new_articles)
    return store.settle((), [finding]) if finding else 0
