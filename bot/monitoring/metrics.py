"""What is measured while On Record runs, in Prometheus's form.

Counters and times come from watching answers; what the record is at is read when somebody asks, since other
processes write it. Labels are few and fixed: no question, article, outlet or person is ever one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.types import Cancelled, Done, Event, Withheld
from index.catalog.location import RecordLocation
from index.catalog.overview import read_overview
from index.errors import OnRecordError

if TYPE_CHECKING:
    from prometheus_client.core import Metric

CONTENT_TYPE = "text/plain; version=1.0.0; charset=utf-8"
# Seconds. Search takes hundredths, a language model tens.
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160)
# Reasons are constants of the program; a writer that made up its own must not be able to make series.
_MOST_REASONS = 20
# Reading the record costs a few milliseconds; scrapes by several servers share one look.
_LOOK_SECONDS = 5.0
_MOST_SOURCES = 100


class Metrics:
    """The measurements of one process. Also a watcher of answers (`bot.monitoring.observers`)."""

    def __init__(self, record: RecordLocation) -> None:
        """`record` is reported on."""
        self.registry = CollectorRegistry(auto_describe=True)
        PlatformCollector(registry=self.registry)
        ProcessCollector(registry=self.registry)
        Info("onrecord_build", "The version that runs.", registry=self.registry).info(
            {"version": version("onrecord")}
        )
        self.answers = Counter(
            "onrecord_answers",
            "Questions by how they ended: answered, not_on_record, failed, stopped.",
            ["outcome"],
            registry=self.registry,
        )
        self.withheld = Counter(
            "onrecord_withheld",
            "Sentences that a writer wrote and no reader saw, by reason.",
            ["reason"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "onrecord_answer_seconds",
            "Seconds that answers took, by phase; total is the whole answer.",
            ["phase"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.running = Gauge("onrecord_answers_running", "Answers in the making.", registry=self.registry)
        for outcome in ("answered", "not_on_record", "failed", "stopped"):
            self.answers.labels(outcome)
        self._reasons: set[str] = set()
        self.registry.register(_Record(record))

    def start(self) -> "_Counted":
        """An answer is about to be made."""
        self.running.inc()
        return _Counted(self)

    def reason(self, reason: str) -> str:
        """The label for a reason."""
        if reason not in self._reasons and len(self._reasons) >= _MOST_REASONS:
            return "other"
        self._reasons.add(reason)
        return reason

    def report(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        """Let a gauge show what `value` gives whenever somebody asks."""
        Gauge(name, meaning, registry=self.registry).set_function(value)

    def report_all(self, read: "Callable[[], Iterable[Measure]]") -> None:
        """Let gauges show what `read` gives whenever somebody asks."""
        self.registry.register(_Measures(read))

    def exposition(self) -> bytes:
        """Everything, as a Prometheus server reads it (`CONTENT_TYPE`)."""
        return generate_latest(self.registry)


class _Counted:
    """One answer."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._outcome = ""

    def event(self, event: Event) -> None:
        if isinstance(event, Withheld):
            self._metrics.withheld.labels(self._metrics.reason(event.reason)).inc()
        elif isinstance(event, Done):
            self._outcome = event.answer.outcome.value
            for phase, seconds in event.answer.timings.items():
                self._metrics.seconds.labels(phase).observe(seconds)

    def ended(self, error: BaseException | None) -> None:
        self._metrics.running.dec()
        cut = "stopped" if error is None or isinstance(error, GeneratorExit | Cancelled) else "failed"
        self._metrics.answers.labels(self._outcome or cut).inc()


@dataclass(frozen=True)
class Measure:
    """A gauge: its only value, by "", or one for each value of its `label`."""

    name: str
    meaning: str
    values: Mapping[str, float]
    label: str = ""


class _Measures(Collector):
    """Gauges that are read together when somebody asks."""

    def __init__(self, read: Callable[[], Iterable[Measure]]) -> None:
        self._read = read

    def describe(self) -> "Iterator[Metric]":
        """Nothing beforehand: registering must not read anything."""
        return iter(())

    def collect(self) -> "Iterator[Metric]":
        """What they are now."""
        for one in self._read():
            family = GaugeMetricFamily(one.name, one.meaning, labels=[one.label] if one.label else [])
            for value, number in one.values.items():
                family.add_metric([value] if one.label else [], number)
            yield family


class _Record(Collector):
    """What the record is at, whoever wrote it last."""

    def __init__(self, record: RecordLocation) -> None:
        self._location = record
        self._lock = Lock()
        self._looked = -_LOOK_SECONDS
        self._seen = Seen()

    def describe(self) -> "Iterator[Metric]":
        """Nothing beforehand: registering must not open the record."""
        return iter(())

    def collect(self) -> "Iterator[Metric]":
        """The record as it is now."""
        seen = self._look()
        for name, meaning in RECORD.items():
            if name in seen.values:
                yield GaugeMetricFamily(name, meaning, value=seen.values[name])
        for name, meaning in RUNS.items():
            family = GaugeMetricFamily(name, meaning, labels=["source"])
            for source, values in seen.runs.items():
                family.add_metric([source], values[name])
            yield family

    def _look(self) -> "Seen":
        with self._lock:
            if monotonic() - self._looked >= _LOOK_SECONDS:
                self._seen = _seen(self._location)
                self._looked = monotonic()
            return self._seen


RECORD = {
    "onrecord_record_readable": "1 where the record can be read, else 0.",
    "onrecord_record_articles": "Articles on record.",
    "onrecord_record_chunks": "Chunks on record.",
    "onrecord_record_generation": "A number that moves with every publication.",
    "onrecord_ingest_sources_failing": "Sources whose last run had failures.",
    "onrecord_record_refreshed_timestamp_seconds": "When a refresh last looked at the sources (Unix time).",
}


# Of the last run of each source; `changes(…finished…[1d])` counts a day's runs.
RUNS = {
    "onrecord_ingest_finished_timestamp_seconds": "When the source's last run ended (Unix time).",
    "onrecord_ingest_seconds": "How long that run took.",
    "onrecord_ingest_failures": "Documents that failed in it.",
    "onrecord_ingest_articles_changed": "Articles that it brought, changed or removed.",
}


@dataclass(frozen=True)
class Seen:
    """The record at one moment: values by name, and the last run of each source by name."""

    values: Mapping[str, float] = field(default_factory=dict)
    runs: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def _seen(record: RecordLocation) -> Seen:
    try:
        overview = read_overview(record)
    except OnRecordError:
        overview = None
    if overview is None:
        return Seen({"onrecord_record_readable": 0.0})
    runs = overview.runs
    values = {
        "onrecord_record_readable": 1.0,
        "onrecord_record_articles": float(overview.articles),
        "onrecord_record_chunks": float(overview.chunks),
        "onrecord_record_generation": float(overview.generation),
        "onrecord_ingest_sources_failing": float(sum(bool(run["failed"]) for run in runs.values())),
    }
    if overview.refreshed:
        values["onrecord_record_refreshed_timestamp_seconds"] = _unix(overview.refreshed)
    # Whatever is named on the command line is a source as well: the latest are the ones that matter.
    latest = sorted(runs, key=lambda source: runs[source]["finished"], reverse=True)[:_MOST_SOURCES]
    return Seen(values, {source: _run(runs[source]) for source in latest})


def _run(summary: Mapping[str, Any]) -> dict[str, float]:
    return {
        "onrecord_ingest_finished_timestamp_seconds": _unix(summary["finished"]),
        "onrecord_ingest_seconds": float(summary["seconds"]),
        "onrecord_ingest_failures": float(summary["failed"]),
        "onrecord_ingest_articles_changed": float(summary["new"] + summary["changed"] + summary["removed"]),
    }


def _unix(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
