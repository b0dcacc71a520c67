"""A few trials of each campaign of `make torture`."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.torture.campaigns import CAMPAIGNS

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


def test_every_campaign_stands_beside_what_it_proves_and_every_claim_names_one_that_there_is() -> None:
    named = {}
    for page in ("SECURITY.md", "README.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        found = re.findall(r'make torture C=(?:"([a-z ]+)"|([a-z]+))', text)
        named[page] = {name for several, one in found for name in (several or one).split()}
    assert named["SECURITY.md"] == CAMPAIGNS.keys()
    assert named["README.md"] <= CAMPAIGNS.keys()


@pytest.mark.parametrize(
    ("campaign", "seed"),
    [
        ("kill", 2),
        ("database", 1),
        ("faults", 101),
        ("disk", 0),
        ("corruption", 1),
        ("corruption", 12),
        ("secrets", 2),
    ],
)
def test_what_is_promised_holds_under_force(campaign: str, seed: int) -> None:
    # In a process of its own: a trial forks, which a process that runs threads must not.
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.torture",
        campaign,
        "--seed",
        str(seed),
        "--trials",
        "1",
    ]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not ran.returncode, ran.stdout + ran.stderr
    if "skipped:" in ran.stdout:
        pytest.skip(ran.stdout.partition("skipped: ")[2].partition(" |")[0])


# What is loaded in the first seconds is not there in a run of hours.
_SHORT = """
import math, sys
from pathlib import Path
from tests.benchmarks.torture import refreshes, soak
room = Path(sys.argv[1])
(room / "soak").mkdir()
found = [*soak.soak(1, room / "soak", 80, 5), *refreshes.refreshing(1, room, 3, 2, math.inf)]
sys.exit("\\n".join(one for one in found if " grew from " not in one) or 0)
"""


def test_refreshes_disturb_nobody_who_asks(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _SHORT, str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not ran.returncode, ran.stderr
