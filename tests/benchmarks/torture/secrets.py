"""Secrets: canaries in every variable and address; none may turn up in what is printed or written."""

import os
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.torture.campaign import Campaign

ROOT = Path(__file__).parents[3]
_HELD = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "OPENAI_API_KEY")


def trial(seed: int, room: Path) -> Sequence[str]:
    """One command with canaries everywhere, its streams and all that it leaves on disk."""
    chance = random.Random(seed)
    canary = f"canary{chance.randrange(10**12):012}"
    address = f"https://reader:{canary}@127.0.0.1:9/{chance.randrange(99)}"
    (room / "sources.toml").write_text(f'[[source]]\nlabel = "x"\npage = "{address}"\n', encoding="utf-8")
    commands = (
        ["status", "--all"], ["status", "--json"], ["ingest", address], ["ingest", address, "--json"],
        ["doctor"], ["ask", canary, "--json"], ["ingest"], ["ask", "Who spoke?", "--model", address],
        ["health"], ["search", "x", "--home", address], ["backup", address], ["restore", address],
        ["verify", "--nonsense", address],
    )  # fmt: skip
    command = commands[seed % len(commands)]
    environment = {
        **os.environ,
        **dict.fromkeys(_HELD, f"xoxb-{canary}"),
        "ONRECORD_HOME": str(room / "record"),
        "ONRECORD_MODEL": "openai:gpt",
        "ONRECORD_MODEL_URL": address,
        "ONRECORD_SOURCES": str(room / "sources.toml"),
        "ONRECORD_LOG": chance.choice(["json", "people"]),
    }
    # A question is shown as it was asked, and is no secret; a canary in it is one as a token only.
    ended = subprocess.run(
        [sys.executable, "-c", "from bot.cli.entry import main; main()", *command],
        cwd=room, env={**environment, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    told = ended.stdout + ended.stderr
    found = [f"{command[0]} printed a secret"] if canary in told and command[0] != "ask" else []
    if f"xoxb-{canary}" in told:
        found.append(f"{command[0]} printed a token")
    if "Traceback" in told:
        found.append(f"{command[0]} ended in a traceback")
    found += [
        f"{command[0]} wrote a secret into {path.name}"
        for path in (room / "record").rglob("*")
        if path.is_file() and canary.encode() in path.read_bytes()
    ]
    return found


CAMPAIGN = Campaign("secrets", "secrets stay secret", "in no output, log or file", 52, trial)
