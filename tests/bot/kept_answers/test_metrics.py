"""What is measured of kept answers."""

from functools import partial
from pathlib import Path

from bot.kept_answers.file import FILE
from bot.kept_answers.metrics import measure_kept
from bot.monitoring.metrics import Metrics
from tests.bot.kept_answers.conftest import FERRY, LIBRARY, Kept


def measured(home: Path) -> list[str]:
    metrics = Metrics(home)
    metrics.report_all(partial(measure_kept, home))
    return [line for line in metrics.exposition().decode().splitlines() if line.startswith("onrecord_kept")]


def test_answers_kept_questions_that_wait_and_what_was_found_are_measured(kept: Kept) -> None:
    assert measured(kept.home.parent) == []
    kept.keep("a1", "a2")
    kept.wait("w1")
    kept.put(type(FERRY)("ferry", FERRY.text.replace("14", "17")), LIBRARY)
    kept.look(seconds=0.0)
    shown = measured(kept.home)
    assert "onrecord_kept_answers 2.0" in shown
    assert "onrecord_kept_waiting 1.0" in shown
    assert "onrecord_kept_to_ask 1.0" in shown
    assert 'onrecord_kept_findings{kind="changed"} 2.0' in shown
    (kept.home / FILE).write_bytes(b"no database")
    assert measured(kept.home) == []
