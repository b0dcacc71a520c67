"""What a run did, in words."""

from bot.terminal.run_report import counts_of
from ingest.progress import Summary


def test_what_was_withdrawn_is_told_among_what_changed() -> None:
    summary = Summary(changed=2, unchanged=3, withdrawn=1)
    assert counts_of(summary) == "2 changed, 1 of them found gone and marked as withdrawn, 3 unchanged"
