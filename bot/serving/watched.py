"""What watches answers while a door is open: the log, the metrics, and traces where they are asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from bot.kept_answers.metrics import measure_kept
from bot.monitoring.answer_log import LoggedAnswers
from bot.monitoring.metrics import Metrics
from bot.monitoring.observers import ObserverFactory
from bot.monitoring.tracing import load_tracing
from index.catalog.location import RecordLocation


@contextmanager
def watched(record: RecordLocation) -> Iterator[tuple[list[ObserverFactory], Metrics]]:
    """The watchers, and the metrics among them; what traces is closed at the end."""
    metrics = Metrics(record)
    metrics.report_all(partial(measure_kept, record))
    watchers: list[ObserverFactory] = [LoggedAnswers(), metrics]
    tracing = load_tracing()
    if tracing is not None:
        watchers.append(tracing)
    try:
        yield watchers, metrics
    finally:
        if tracing is not None:
            tracing.close()
