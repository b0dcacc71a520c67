"""A few trials of each campaign of `make torture`."""

from pathlib import Path

import pytest

from tests.benchmarks.torture import corruption, disk, kill, secrets, soak
from tests.benchmarks.torture.campaign import Campaign, Impossible

pytestmark = pytest.mark.slow

TRIALS = [
    (kill.CAMPAIGN, 2), (kill.CAMPAIGN, 3), (disk.CAMPAIGN, 0), (disk.CAMPAIGN, 1), (corruption.CAMPAIGN, 1),
    (corruption.CAMPAIGN, 12), (secrets.CAMPAIGN, 2),
]  # fmt: skip


@pytest.mark.parametrize(
    ("campaign", "seed"), TRIALS, ids=[f"{campaign.name}-{seed}" for campaign, seed in TRIALS]
)
def test_what_is_promised_holds_under_force(campaign: Campaign, seed: int, tmp_path: Path) -> None:
    try:
        assert not campaign.trial(seed, tmp_path)
    except Impossible as why:
        pytest.skip(str(why))


def test_refreshes_disturb_nobody_who_asks(tmp_path: Path) -> None:
    grown = "memory grew"  # what is loaded in the first seconds is not there in a run of hours
    assert not [one for one in soak.soak(1, tmp_path, 80, 5) if not one.startswith(grown)]
