"""What a run found out about each question, and a run as a file that later ones are compared with."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from index.errors import UsageError

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """A quote under a sentence; `verbatim` says that it was found again in the stored article.

    `also` are the ids of other articles that hold it in near-copies.
    """

    article_id: str
    about: str
    text: str
    start: int
    end: int
    verbatim: bool
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownSentence:
    """A sentence of an answer, and whether it holds a gold answer."""

    text: str
    lead: str
    right: bool
    quotes: tuple[QuoteCheck, ...]


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage that an answer was written from, for people to read."""

    rank: int
    about: str
    text: str
    gold: bool
    right: bool


@dataclass(frozen=True, slots=True)
class Result:
    """One question measured.

    `rank` is the place of the first gold article among distinct articles, None where it was not found.
    `sentences` are what is shown where `score` reaches the threshold; below it they are what would have been,
    so that every threshold can be judged from one run. `seconds` is the time that the answer took.
    """

    id: str
    question: str
    kind: str
    answerable: bool
    gold_articles: tuple[str, ...]
    answers: tuple[str, ...]
    rank: int | None
    score: float
    sentences: tuple[ShownSentence, ...]
    in_passages: bool
    seconds: float
    passages: tuple[FoundPassage, ...] = ()

    def answered(self, threshold: float) -> bool:
        """Whether an answer is given at `threshold`."""
        return bool(self.sentences) and self.score >= threshold

    @property
    def right(self) -> bool:
        """Whether any sentence holds a gold answer."""
        return any(sentence.right for sentence in self.sentences)

    @property
    def quotes(self) -> tuple[QuoteCheck, ...]:
        """Every quote under any sentence."""
        return tuple(quote for sentence in self.sentences for quote in sentence.quotes)

    @property
    def cites_gold(self) -> bool:
        """Whether any quote comes from a gold article, or from a near-copy of one."""
        cited = {id_ for quote in self.quotes for id_ in (quote.article_id, *quote.also)}
        return not cited.isdisjoint(self.gold_articles)


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run. `made` is an ISO 8601 moment; `about` says of which record and with which settings."""

    made: str
    threshold: float
    about: Mapping[str, Any]
    results: tuple[Result, ...]


def save_run(run: Run, path: Path) -> None:
    """Write a run, without its passages: comparing needs none, and they are most of it."""
    results = [asdict(replace(result, passages=())) for result in run.results]
    for result in results:
        del result["passages"]
    write_text(
        path,
        json.dumps(
            {
                "onrecord_eval": _FORMAT,
                "made": run.made,
                "threshold": run.threshold,
                "about": dict(run.about),
                "results": results,
            },
            ensure_ascii=False,
            indent=1,
        )
        + "\n",
    )


def load_run(path: Path) -> Run:
    """Read a saved run. Raises UsageError for a file that cannot be read or is something else."""
    try:
        given = json.loads(path.read_bytes())
    except OSError as error:
        msg = f"The earlier run {path} cannot be read: {error.strerror or error}."
        raise UsageError(msg) from error
    except (ValueError, RecursionError) as error:
        msg = f"{path} is not an earlier run: it is not JSON. Save one with --save."
        raise UsageError(msg) from error
    if not isinstance(given, dict) or given.get("onrecord_eval") != _FORMAT:
        msg = f"{path} is not an earlier run that this version can read. Save one with --save."
        raise UsageError(msg)
    try:
        return Run(
            str(given["made"]),
            float(given["threshold"]),
            given["about"],
            tuple(_result(result) for result in given["results"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        msg = f"The earlier run {path} is damaged ({error}). Save one again with --save."
        raise UsageError(msg) from error


def _result(given: dict[str, Any]) -> Result:
    sentences = tuple(
        ShownSentence(
            **{
                **sentence,
                "quotes": tuple(
                    QuoteCheck(**{**quote, "also": tuple(quote.get("also", ()))})
                    for quote in sentence["quotes"]
                ),
            }
        )
        for sentence in given["sentences"]
    )
    lists = {key: tuple(given[key]) for key in ("gold_articles", "answers")}
    return Result(**{**given, **lists, "sentences": sentences, "score": float(given["score"])})


def write_text(path: Path, text: str) -> None:
    """Write a file whole. Raises UsageError where it cannot be written."""
    try:
        path.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror or error}."
        raise UsageError(msg) from error


def check_writable(path: Path) -> None:
    """Raises UsageError for a path that cannot be a file: better told before a long run than after it."""
    if path.is_dir() or not path.absolute().parent.is_dir():
        msg = f"{path} cannot be written: it is a folder, or its folder is not there."
        raise UsageError(msg)
