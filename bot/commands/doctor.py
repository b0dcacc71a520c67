"""Checks of everything that an answer needs, each with what to do where it fails."""

from collections.abc import Iterable
from dataclasses import asdict
from itertools import chain

from rich.text import Text

from bot.json_output import print_json
from bot.operations.checks import Check, tried
from bot.operations.machine_checks import machine_checks
from bot.settings import Settings
from bot.settings_tables import check_tables
from bot.terminal import console


def run_doctor(settings: Settings, more_checks: Iterable[Check] = (), *, as_json: bool) -> int:
    """Run every check and then `more_checks`, print each, and return 0 when all is well, else 1."""
    checks = []
    for check in chain([tried("settings", _settings)], machine_checks(settings), more_checks):
        checks.append(check)
        if not as_json:
            mark = ("ok  ", "green") if check.well else ("FAIL", "bold red")
            console.out().print(Text.assemble(mark, f"  {check.name}: {check.said}"), soft_wrap=True)
    if as_json:
        print_json({"checks": [asdict(check) for check in checks]})
    return 0 if all(check.well for check in checks) else 1


def _settings() -> str:
    # The file's first part was read before this began.
    check_tables()
    return "all are known, those of [slack] and [serve] too"
