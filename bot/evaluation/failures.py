"""What went wrong, worst first: which questions a reader of the report should look at, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.evaluation.results import Result

_DEEP = 10


@dataclass(frozen=True, slots=True)
class Failure:
    """Questions that failed in the same way, worst first."""

    key: str
    title: str
    meaning: str
    results: tuple[Result, ...]


def failures(results: Sequence[Result], threshold: float) -> list[Failure]:
    """Every question that went wrong, under the worst thing that happened to it."""
    kinds = (
        ("unfaithful", "Quotes that are not verbatim",
         "A quote was not found in the stored article. This is a fault of the program: please report it.",
         [r for r in results if r.answered(threshold) and not all(quote.verbatim for quote in r.quotes)]),
        ("invented", "Answered, though unanswerable",
         "The surest first. The quotes are verbatim, but do not answer; or else "
         "the articles do answer, and the file is mistaken. A higher threshold refuses more.",
         _by_score([r for r in results if not r.answerable and r.answered(threshold)])),
        ("wrong", "Answered with something else",
         "The surest first. No sentence shown holds a gold answer, or, where only articles are known, "
         "none quotes a gold article. Some are right in other words: read before you judge.",
         _by_score([r for r in results if r.answerable and r.answered(threshold) and not _good(r)])),
        ("silent", "Not answered, though answerable",
         "The least probable first. Where the sentences hold a gold answer, a lower threshold would show it.",
         _by_score([r for r in results if r.answerable and not r.answered(threshold)])[::-1]),
        ("missed", "Gold article not among the first ten",
         "Answered well all the same, perhaps from another article that says the same.",
         [r for r in results if r.gold_articles and (r.rank is None or r.rank > _DEEP)]),
    )  # fmt: skip
    seen: set[str] = set()
    found = []
    for key, title, meaning, listed in kinds:
        fresh = tuple(result for result in listed if result.id not in seen)
        seen.update(result.id for result in fresh)
        if fresh:
            found.append(Failure(key, title, meaning, fresh))
    return found


def diagnosis(result: Result, threshold: float) -> str:
    """Where in the path from question to answer it was lost, in a sentence or two."""
    said = []
    if result.gold_articles:
        place = f"at place {result.rank} of the articles found" if result.rank else "not found"
        said.append(f"The gold article is {place}.")
    if result.answers:
        if not result.in_passages:
            said.append("No passage holds a gold answer.")
        elif not result.right:
            said.append("A passage holds a gold answer; the sentences chosen do not.")
        else:
            said.append("The sentences hold a gold answer.")
    if not result.sentences:
        said.append("No sentence seemed to answer.")
    reached = "reaches" if result.score >= threshold else "is below"
    said.append(f"The score {result.score:.2f} {reached} the threshold {threshold:g}.")
    return " ".join(said)


def _good(result: Result) -> bool:
    return result.right if result.answers else result.cites_gold


def _by_score(results: Sequence[Result]) -> list[Result]:
    return sorted(results, key=lambda result: -result.score)
