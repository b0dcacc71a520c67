"""What is measured."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.answering.flow import AnswerFlow
from bot.extractive.writer import ExtractiveWriter
from bot.monitoring.metrics import CONTENT_TYPE, Metrics
from bot.monitoring.observers import observed
from bot.types import Draft, Withheld
from index.store import Index
from index.types import Query
from tests.conftest import article, put


def values(metrics: Metrics) -> dict[str, float]:
    """Every sample by name and labels, as a server would read it."""
    return {
        sample.name + "".join(f"{{{value}}}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(metrics.exposition().decode())
        for sample in family.samples
    }


def test_answers_are_counted_by_how_they_ended_and_timed_by_phase(index: Index, home: Path) -> None:
    put(index, article("a", "The canary sang at the harbour on Monday."))
    metrics = Metrics(home)
    for threshold, outcome in ((0, "answered"), (1, "not_on_record")):
        flow = AnswerFlow(index, ExtractiveWriter(index.embedder.embed_tokens), threshold=threshold)
        list(observed(flow.events(Query("Who sang at the harbour?")), [metrics]))
        assert values(metrics)[f"onrecord_answers_total{{{outcome}}}"] == 1
    seen = values(metrics)
    for phase in ("search", "write", "total"):
        assert seen[f"onrecord_answer_seconds_count{{{phase}}}"] == 2
    assert seen["onrecord_answers_running"] == 0


def test_failed_and_stopped_answers_are_counted_and_leave_none_running(home: Path) -> None:
    def failing() -> Iterator[Any]:
        yield object()
        raise OSError

    metrics = Metrics(home)
    stream = observed(failing(), [metrics])
    next(stream)
    assert values(metrics)["onrecord_answers_running"] == 1
    with pytest.raises(OSError):
        next(stream)
    stopped = observed(failing(), [metrics])
    next(stopped)
    stopped.close()
    seen = values(metrics)
    assert (seen["onrecord_answers_total{failed}"], seen["onrecord_answers_total{stopped}"]) == (1, 1)
    assert seen["onrecord_answers_running"] == 0


def test_what_is_withheld_is_counted_by_reason_and_reasons_have_an_end(home: Path) -> None:
    metrics = Metrics(home)
    events: list[Any] = [Withheld(Draft("x", ()), f"reason {number}") for number in range(50)]
    list(observed(iter([*events, *events]), [metrics]))
    seen = {
        name: value for name, value in values(metrics).items() if name.startswith("onrecord_withheld_total")
    }
    assert seen["onrecord_withheld_total{reason 1}"] == 2
    assert seen["onrecord_withheld_total{other}"] == 60
    assert len(seen) == 21


def test_the_record_is_told_as_it_is_now(index: Index, home: Path) -> None:
    put(index, article("a", "The canary sang."))
    seen = values(Metrics(home))
    assert seen["onrecord_record_readable"] == 1
    assert seen["onrecord_record_articles"] == 1
    assert seen["onrecord_record_refreshed_timestamp_seconds"] > 1.7e9


def test_a_record_that_is_not_there_is_told_as_well(home: Path) -> None:
    seen = values(Metrics(home))
    assert seen["onrecord_record_readable"] == 0
    assert "onrecord_record_articles" not in seen


def test_others_may_report_what_they_know(home: Path) -> None:
    metrics = Metrics(home)
    metrics.report("onrecord_slack_connected", "1 while connected.", lambda: 1.0)
    assert values(metrics)["onrecord_slack_connected"] == 1
    assert CONTENT_TYPE.startswith("text/plain")
    assert values(metrics)["process_resident_memory_bytes"] > 0


def test_the_last_run_of_each_source_is_told(index: Index, home: Path) -> None:
    put(index, article("a", "The canary sang."))
    run = {"new": 3, "changed": 2, "removed": 1, "failed": 4, "seconds": 1.5}
    with index.session() as session:
        session.remember_run("Wire", json.dumps({**run, "finished": "2026-03-12T10:00:00+00:00"}))
        session.remember_run(
            "Fine", json.dumps({**run, "failed": 0, "finished": "2026-03-12T10:00:00+00:00"})
        )
    seen = values(Metrics(home))
    assert seen["onrecord_ingest_failures{Wire}"] == 4
    assert seen["onrecord_ingest_articles_changed{Wire}"] == 6
    assert seen["onrecord_ingest_finished_timestamp_seconds{Wire}"] == 1773309600
    assert seen["onrecord_ingest_sources_failing"] == 1
