"""Runs of ingestion over files, and what they leave on record."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.store import Index
from ingest.pipeline import Options, Summary, ingest
from ingest.sources.files import find


def write(path: Path, text: str, **about: str) -> None:
    head = "".join(f"{key}: {value}\n" for key, value in {"title": f"On {path.stem}", **about}.items())
    path.write_text(f"---\n{head}---\n{text}\n", encoding="utf-8")


def run(
    index: Index, *targets: Path, prune: bool = False, dry_run: bool = False, **told: Callable[..., Any]
) -> Summary:
    found = list(find([str(target) for target in targets]))
    return ingest(index, found, options=Options(prune=prune, dry_run=dry_run), **told)


def counts(summary: Summary) -> tuple[int, int, int, int, int]:
    return summary.new, summary.changed, summary.unchanged, summary.removed, len(summary.failures)


def texts(index: Index) -> set[str]:
    with index.catalog.read() as snapshot:
        return {article.text for article in snapshot.articles()}


def generation(index: Index) -> int:
    with index.catalog.read() as snapshot:
        return snapshot.head().generation
