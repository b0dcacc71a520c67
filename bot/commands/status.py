"""`onrecord status`: the record and the settings. It loads no model, numpy or rich."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot import database_schemas
from bot.commands.exit_codes import DONE, FAILED
from bot.json_output import print_json
from bot.monitoring.masking import masked
from bot.settings import SETTINGS, Settings
from bot.terminal.plain_lines import number_of, say
from index.catalog.location import RecordLocation
from index.catalog.overview import read_overview
from index.dates import day_in_words, moment_in_words
from index.errors import OnRecordError
from index.postgresql.tables import bytes_in


def show_status(settings: Settings, *, every: bool, as_json: bool) -> int:
    """Show the record and the settings: those that were set, or `every` one."""
    record = _record_status(settings.record)
    code = FAILED if record.get("problem") and _is_there(settings.record) else DONE
    if as_json:
        shown = {name: {"value": _shown(settings, name), "from": settings.origins[name]} for name in SETTINGS}
        print_json({"record": record, "settings": shown})
        return code
    _say_record(record)
    _say_runs(record.get("sources", {}))
    _say_settings(settings, every=every)
    return code


def _say_settings(settings: Settings, *, every: bool) -> None:
    say(("Settings", "bold"))
    some = [name for name in SETTINGS if every or settings.origins[name] != "default"]
    for name in some:
        value = _shown(settings, name)
        said = "(none)" if value == "" else ("yes" if value else "no") if isinstance(value, bool) else value
        say(f"  {name:<20} {said}  ", (f"({settings.origins[name]})", "dim"))
    if not every:
        say(("  The others have their defaults; `onrecord status --all` shows them.", "dim"))


def _shown(settings: Settings, name: str) -> str | int | float | bool:
    value = getattr(settings, name)
    if value and SETTINGS[name].secret:
        return "(set)"
    return value if isinstance(value, int | float) else masked(str(value))


def _is_there(record: RecordLocation) -> bool:
    try:
        return record.exists()
    except OnRecordError:
        # Something is set and does not answer.
        return True


def _record_status(record: RecordLocation) -> dict[str, Any]:
    problem = "There is no record yet."
    try:
        overview, size = read_overview(record), _bytes(record)
    except OnRecordError as error:
        overview, problem = None, str(error)
    if overview is None:
        return {"home": str(record), "articles": 0, "problem": problem}
    return {
        "home": str(record),
        "articles": overview.articles,
        "chunks": overview.chunks,
        "outlets": dict(overview.outlets),
        "first": overview.first_day,
        "last": overview.last_day,
        "refreshed": overview.refreshed,
        "generation": overview.generation,
        "copies": overview.copies,
        "sources": _masked_runs(overview.runs),
        "model": overview.model,
        "megabytes": round(size / 1e6, 1),
    }


def _bytes(record: RecordLocation) -> int:
    """What it takes on disk: its folder, and its tables in a database with those of what the bot keeps."""
    in_folder = sum(map(_size, _files_in(record.home)))
    return in_folder + (bytes_in(record.database, database_schemas.ALL) if record.database else 0)


def _files_in(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        yield from (Path(place, name) for name in names)


def _size(file: Path) -> int:
    # A refresh may take it away at any moment.
    with suppress(FileNotFoundError):
        return file.stat().st_size
    return 0


def _masked_runs(runs: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The last runs, without the passwords that links to what was read may hold."""
    return {
        masked(source): {
            **run,
            "failures": [{key: masked(str(value)) for key, value in one.items()} for one in run["failures"]],
        }
        for source, run in runs.items()
    }


def _say_record(record: Mapping[str, Any]) -> None:
    if record.get("problem"):
        say(f"Record in {record['home']}: {record['problem']}")
        return
    say((f"Record in {record['home']}", "bold"))
    outlets = record["outlets"]
    named = ", ".join(f"{name or 'no outlet'} ({count:,})" for name, count in list(outlets.items())[:8])
    more = f" and {len(outlets) - 8} more" if len(outlets) > 8 else ""
    first, last = day_in_words(record["first"]), day_in_words(record["last"])
    chunks = number_of(record["chunks"], "chunk")
    rows = {
        "articles": f"{record['articles']:,} in {chunks}, {record['megabytes']} MB",
        "days": f"{first} to {last}" if first else "no dates",
        "outlets": f"{named}{more}" or "none",
        "refreshed": moment_in_words(record["refreshed"]) or "never",
        "model": record["model"] or "none yet",
    }
    for name, value in rows.items():
        say(f"  {name:<12} {value}")


def _say_runs(runs: Mapping[str, Any]) -> None:
    if runs:
        say(("Last runs", "bold"))
    for source, run in runs.items():
        counts = ", ".join(
            f"{run[name]:,} {'of them withdrawn' if name == 'withdrawn' else name}"
            for name in ("new", "changed", "withdrawn", "unchanged", "removed", "failed", "left")
            if run.get(name)
        )
        ended = "interrupted, " if run.get("interrupted") else ""
        say(f"  {source}: {ended}{moment_in_words(run['finished'])}, {counts or 'nothing'}")
        for failure in run["failures"][:3]:
            say((f"    {failure['origin']}: {failure['reason']}", "dim"))
