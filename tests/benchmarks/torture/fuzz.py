"""What reads the bytes of strangers, fuzzed by what of our code each input reaches (atheris).

atheris is not among the project's dependencies: `.venv/bin/python -m pip install atheris==3.0.0`.
`ONRECORD_BENCH_FUZZ_SECONDS` is how long each target is fuzzed (600).
"""

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.torture.campaign import Campaign, Impossible
from tests.benchmarks.torture.fuzz_targets import TARGETS

ROOT = Path(__file__).parents[3]
_SECONDS = int(os.environ.get("ONRECORD_BENCH_FUZZ_SECONDS", "600"))


def trial(seed: int, room: Path) -> Sequence[str]:
    """Fuzz one target; trials go through all of them in turn."""
    if importlib.util.find_spec("atheris") is None:
        raise Impossible("atheris is not installed; `.venv/bin/python -m pip install atheris==3.0.0`")
    name = list(TARGETS)[seed % len(TARGETS)]
    command = [sys.executable, "-m", "tests.benchmarks.torture.fuzz_targets", name, str(room), str(_SECONDS)]
    # libFuzzer takes 0 as "any".
    ended = subprocess.run(
        [*command, str(seed + 1)], cwd=ROOT, capture_output=True, text=True, errors="replace", check=False
    )
    runs = re.search(r"stat::number_of_executed_units:\s*(\d+)", ended.stderr)
    print(f"fuzz: {name}: {int(runs[1]) if runs else 0:,} inputs in {_SECONDS} s", flush=True)
    if not ended.returncode:
        return []
    given = next((file.read_bytes() for file in room.iterdir() if "-" in file.name), b"")
    return [f"{name} on {given[:4_096]!r}: {ended.stderr[-1_500:]}"]


CAMPAIGN = Campaign(
    "fuzz",
    "what reads the bytes of strangers, ten minutes each: " + ", ".join(TARGETS).replace("_", " "),
    "0 crashes, 0 inputs that take ten seconds",
    len(TARGETS),
    trial,
)
