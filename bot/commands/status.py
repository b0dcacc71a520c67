"""`onrecord status`: the record and the settings. It loads no model, numpy or rich."""

import json
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.json_output import print_json
from bot.settings import HELP, SECRET, Settings
from bot.terminal.plain_lines import say
from index.catalog.catalog import Catalog
from index.dates import day_in_words
from index.errors import OnRecordError


def show_status(settings: Settings, *, as_json: bool) -> None:
    """Show the record and the settings."""
    record = _record_status(settings.home)
    shown = {name: {"value": _shown(settings, name), "from": settings.origins[name]} for name in HELP}
    if as_json:
        print_json({"record": record, "settings": shown})
        return
    _say_record(record)
    _say_runs(record.get("sources", {}))
    say(("Settings", "bold"))
    for name, setting in shown.items():
        say(f"  {name:<20} {setting['value']}  ", (f"({setting['from']})", "dim"))


def _shown(settings: Settings, name: str) -> str:
    value = str(getattr(settings, name))
    return "(set)" if value and name in SECRET else value


def _record_status(home: Path) -> dict[str, Any]:
    if not Catalog.exists(home):
        return {"home": str(home), "articles": 0, "problem": "There is no record yet."}
    try:
        with closing(Catalog(home)) as catalog, catalog.read() as snapshot:
            head = snapshot.head()
            articles, chunks = snapshot.count()
            first, last = snapshot.days()
            sources = snapshot.sources()
            copies = snapshot.count_copies()
            runs = {source: json.loads(summary) for source, summary in snapshot.runs().items()}
    except OnRecordError as error:
        return {"home": str(home), "articles": 0, "problem": str(error)}
    return {
        "home": str(home),
        "articles": articles,
        "chunks": chunks,
        "outlets": dict(sources),
        "first": _iso(first),
        "last": _iso(last),
        "refreshed": head.refreshed,
        "generation": head.generation,
        "copies": copies,
        "sources": runs,
        "model": head.model,
        "megabytes": round(sum(f.stat().st_size for f in home.rglob("*") if f.is_file()) / 1e6, 1),
    }


def _iso(day: int) -> str:
    return f"{day // 10_000}-{day // 100 % 100:02}-{day % 100:02}" if day else ""


def _say_record(record: Mapping[str, Any]) -> None:
    if record.get("problem"):
        say(f"Record in {record['home']}: {record['problem']}")
        return
    say((f"Record in {record['home']}", "bold"))
    outlets = record["outlets"]
    named = ", ".join(f"{name or 'no outlet'} ({count:,})" for name, count in list(outlets.items())[:8])
    more = f" and {len(outlets) - 8} more" if len(outlets) > 8 else ""
    first, last = day_in_words(record["first"]), day_in_words(record["last"])
    rows = {
        "articles": f"{record['articles']:,} in {record['chunks']:,} chunks, {record['megabytes']} MB",
        "published": f"{first} to {last}" if first else "no dates",
        "outlets": f"{named}{more}" or "none",
        "refreshed": record["refreshed"] or "never",
        "model": record["model"] or "none yet",
    }
    for name, value in rows.items():
        say(f"  {name:<12} {value}")


def _say_runs(runs: Mapping[str, Any]) -> None:
    if runs:
        say(("Last runs", "bold"))
    for source, run in runs.items():
        counts = ", ".join(
            f"{run[name]:,} {name}"
            for name in ("new", "changed", "unchanged", "removed", "withdrawn", "failed", "left")
            if run.get(name)
        )
        ended = "interrupted, " if run.get("interrupted") else ""
        say(f"  {source}: {ended}{run['finished']}, {counts or 'nothing'}")
        for failure in run["failures"][:3]:
            say((f"    {failure['origin']}: {failure['reason']}", "dim"))
