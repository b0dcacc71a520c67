"""The record against a plain dictionary, as a state machine with restarts, in longer runs than a test has."""

from collections.abc import Sequence
from pathlib import Path

import hypothesis
from hypothesis.stateful import run_state_machine_as_test

from tests.benchmarks.torture.campaign import Campaign
from tests.index.test_record_machine import Record

_RUNS, _STEPS = 5, 30


def trial(seed: int, room: Path) -> Sequence[str]:
    """Some runs of many steps each."""
    chosen = hypothesis.settings(
        Record.TestCase.settings,
        max_examples=_RUNS,
        stateful_step_count=_STEPS,
        database=None,
        derandomize=False,
    )
    try:
        run_state_machine_as_test(hypothesis.seed(seed)(Record), settings=chosen)
    except Exception as error:  # noqa: BLE001 (whatever it is, it is told)
        return [
            f"{type(error).__name__}: {str(error)[:300]} {' '.join(getattr(error, '__notes__', []))[:2000]}"
        ]
    return []


CAMPAIGN = Campaign(
    "record", "the record against a plain dictionary, with restarts", "0 differences", 20, trial
)
