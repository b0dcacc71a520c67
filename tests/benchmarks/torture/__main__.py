"""Runs the campaigns and prints what was promised, wanted and reached.

    make torture, or python -m tests.benchmarks.torture [CAMPAIGN ...] [--seed N] [--trials N]

Every failure is printed with its seed: `CAMPAIGN --seed N --trials 1` makes that trial again.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.torture.campaign import Campaign, Impossible
from tests.benchmarks.torture.campaigns import CAMPAIGNS


def main() -> int:
    """Run what was named, or everything; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("campaigns", nargs="*", metavar="CAMPAIGN", help=", ".join(CAMPAIGNS))
    parser.add_argument("--seed", type=int, help="of the first trial; a new one each time without it")
    parser.add_argument("--trials", type=int, help="how many of each campaign, instead of its own number")
    chosen = parser.parse_args()
    if unknown := set(chosen.campaigns) - CAMPAIGNS.keys():
        parser.error(f"there is no campaign {min(unknown)!r}; there are {', '.join(CAMPAIGNS)}")
    seed = chosen.seed if chosen.seed is not None else random.SystemRandom().randrange(10**6)
    rows = [
        _row(CAMPAIGNS[name], seed, chosen.trials or CAMPAIGNS[name].trials)
        for name in chosen.campaigns or CAMPAIGNS
    ]
    print("\n| promise | wanted | trials | broken | command |\n|---|---|---|---|---|")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |")
    return int(any(row[3] not in (0, "") for row in rows))


def _row(campaign: Campaign, seed: int, trials: int) -> tuple[object, ...]:
    made = broken = 0
    began = time.monotonic()
    command = f"`python -m tests.benchmarks.torture {campaign.name} --seed {seed} --trials {trials}`"
    with tempfile.TemporaryDirectory() as room:
        try:
            for number, failures in campaign.run(seed, trials, Path(room)):
                made += 1
                broken += bool(failures)
                for failure in failures:
                    print(f"BROKEN {campaign.name} --seed {number} --trials 1: {failure}", flush=True)
                shutil.rmtree(Path(room) / f"{campaign.name}-{number}", ignore_errors=True)
        except Impossible as why:
            return campaign.promise, campaign.wanted, f"{made}; skipped: {why}", broken or "", command
    print(f"{campaign.name}: {made} trials, {broken} broken, {time.monotonic() - began:.0f} s", flush=True)
    return campaign.promise, campaign.wanted, made, broken, command


if __name__ == "__main__":
    sys.exit(main())
