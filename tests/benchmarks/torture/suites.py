"""Promises that the project's own tests hold by force: hostile pages and texts, dead servers, old records."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.torture.campaign import Campaign, Trial

ROOT = Path(__file__).parents[3]


def _suite(*files: str) -> Trial:
    def trial(seed: int, room: Path) -> Sequence[str]:
        """All tests of the files; hypothesis makes others with each seed."""
        ended = subprocess.run(
            [
                sys.executable, "-m", "pytest", "-q", f"--basetemp={room / 'tests'}",
                f"--hypothesis-seed={seed}", *files,
            ],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if not ended.returncode:
            return []
        return [line for line in ended.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))] or [
            ended.stdout[-300:] + ended.stderr[-300:]
        ]

    return trial


CAMPAIGNS = (
    Campaign(
        "web",
        "hostile web: SSRF, redirects, rebinding, bombs, slow and endless bodies, loops, hostile markup",
        "0 connections inside; bounded; the run goes on",
        3,
        _suite("tests/ingest/web", "tests/ingest/test_rights.py", "tests/ingest/sandbox"),
    ),
    Campaign(
        "text",
        "hostile text: escapes, bidi, markup, orders, query syntax",
        "0 effects, 0 tracebacks",
        10,
        _suite(
            "tests/bot/slack/views", "tests/bot/terminal", "tests/bot/monitoring", "tests/index/query",
            "tests/bot/evaluation/report", "tests/ingest/formats/test_clean_text.py",
            "tests/bot/test_hostile_text.py",
        ),
    ),
    Campaign(
        "servers",
        "slow or dead vector server, database, model server, Slack",
        "every asker gets a word; recovery without a restart",
        3,
        _suite("tests/index/vectors/test_server.py", "tests/bot/model", "tests/bot/slack/test_survival.py"),
    ),
    Campaign(
        "upgrades",
        "upgrades and backups",
        "opens, migrates or says what to do; restored answers identically",
        3,
        _suite(
            "tests/index/catalog/test_migrations.py", "tests/index/catalog/test_released_formats.py",
            "tests/index/catalog/test_article_days.py",
            "tests/index/test_backup.py",
            "tests/bot/commands/test_backup.py",
        ),
    ),
)  # fmt: skip
