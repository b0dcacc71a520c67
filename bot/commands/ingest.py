"""What `onrecord ingest` does: what is named once, or every source of the file, once or by schedule."""

import json
import logging
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import sleep

from bot.assembly import open_index
from bot.commands.after_refresh import after_refresh
from bot.commands.engine import EngineChoice, opened_engine
from bot.commands.exit_codes import DONE, FAILED, INTERRUPTED
from bot.json_output import print_json
from bot.settings import Settings
from bot.terminal import console
from bot.terminal.interrupts import stoppable
from bot.terminal.plain_lines import clean
from bot.terminal.progress import IngestProgress
from bot.terminal.run_report import show_summary
from index.dates import MONTHS
from index.errors import OnRecordError, RecordBusy, UsageError
from index.store import Index, Session
from ingest import pipeline
from ingest.documents import Document, Item, WebSource
from ingest.engines.engine import Engine
from ingest.options import Options
from ingest.progress import Summary
from ingest.sources.files import find
from ingest.sources.schedule import Timetable
from ingest.sources.sources_toml import Source, read_sources
from ingest.web.fetcher import Policy

_LOG = logging.getLogger("onrecord.ingest")
_SAMPLE = 20
_STOPPING = "Stopping; what is done so far is kept. Press Ctrl-C again to stop at once."
_LONGEST_LABEL = 120


def run_ingest(
    settings: Settings, paths: list[str], engine: EngineChoice, *, prune: bool, dry_run: bool, as_json: bool
) -> int:
    """Put on record what `paths` name."""
    # Before the record is made: a mistyped path must not leave an empty one behind.
    skipped: Counter[str] = Counter()
    found = list(find(paths, sys.stdin.buffer, skipped))
    options = replace(_options(settings), prune=prune, dry_run=dry_run)
    label = ", ".join(paths)
    label = label if len(label) <= _LONGEST_LABEL else paths[0]
    summary = _one(settings, found, options, label, engine, as_json, once=True)
    if as_json:
        print_json({**asdict(summary), "skipped": skipped})
    else:
        show_summary(summary, skipped, dry_run=dry_run)
    return _code(summary)


def run_sources(
    settings: Settings, engine: EngineChoice, *, prune: bool, dry_run: bool, watch: bool, as_json: bool
) -> int:
    """Refresh every source of the file of sources, once, or each by its schedule until interrupted."""
    options = replace(_options(settings), prune=prune, dry_run=dry_run, scheduled=True)
    file = Path(settings.sources)
    if not file.is_file():
        msg = (
            f"There is no file of sources {file}; name what to ingest, or write the file "
            "(`onrecord ingest --help` says how)."
        )
        raise UsageError(msg)
    sources = read_sources(file, options)
    if watch:
        return _watch(settings, sources, engine, as_json=as_json)
    code = DONE
    for source in sources:
        ended = _refresh(settings, source, engine, as_json=as_json)
        if ended == INTERRUPTED:
            return ended
        code = max(code, ended)
    return code


def ingest_with_progress(
    index: Index | None,
    found: Sequence[Item | WebSource],
    options: Options,
    *,
    label: str,
    events: bool = False,
    engine: Engine | None = None,
    once: bool = False,
) -> Summary:
    """Ingest under lines of progress, stopping cleanly when asked to; `status` knows the run by `label`.

    `once` says that it is no source that is refreshed again and again.
    """
    with stoppable(_STOPPING) as stopping, IngestProgress(events=events, label=label) as stages:
        return pipeline.ingest(
            index,
            found,
            options=options,
            engine=engine,
            on_progress=stages.ingest,
            on_failure=stages.failure,
            stopping=stopping,
            on_end=partial(_remember, label, once),
        )


def _one(
    settings: Settings,
    found: Sequence[Item | WebSource],
    options: Options,
    label: str,
    choice: EngineChoice,
    as_json: bool,
    *,
    once: bool = False,
) -> Summary:
    if not options.dry_run:
        Index.create(settings.record)
    with open_index(settings) if Index.exists(settings.record) else nullcontext() as index:
        with opened_engine(choice, None if options.dry_run else index, settings) as engine:
            summary = ingest_with_progress(
                index, found, options, label=label, events=as_json, engine=engine, once=once
            )
        if index is not None and not options.dry_run and not summary.interrupted:
            after_refresh(index, settings)
        return summary


def _remember(label: str, once: bool, session: Session, summary: Summary) -> None:
    """Keep the last run of each source, for `onrecord status`, before another run can write.

    What failed when it was named on the command line may never be named so again: it is kept until
    something else was and went well.
    """
    counts = {key: value for key, value in asdict(summary).items() if not isinstance(value, list)}
    told = [{"origin": f.origin, "reason": f.reason} for f in summary.failures[:_SAMPLE]]
    kept = {
        **counts,
        "failed": len(summary.failures),
        "failures": told,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "once": once,
    }
    _LOG.info("A refresh ended.", extra={"source": label, "failed": len(summary.failures), **counts})
    well = once and not summary.failures and not summary.interrupted
    session.remember_run(label, json.dumps(kept, ensure_ascii=False), lambda run: well and _failed_once(run))


def _failed_once(run: str) -> bool:
    kept = json.loads(run)
    return bool(kept.get("once") and kept["failed"])


def _refresh(settings: Settings, source: Source, engine: EngineChoice, *, as_json: bool) -> int:
    skipped: Counter[str] = Counter()
    try:
        found: list[Item | WebSource] = [
            *(_called(source.outlet, item) for item in find(source.paths, None, skipped)),
            *source.links,
        ]
        summary = _one(settings, found, source.options, source.label, engine, as_json)
    except (UsageError, RecordBusy) as error:
        console.show_error(f"{source.label}: {error}")
        return FAILED
    except OnRecordError:
        raise
    except Exception as error:  # noqa: BLE001 (what one source sends must not cost the others)
        _LOG.debug("refreshing %s", source.label, exc_info=error)
        named = type(error).__name__
        console.show_error(f"{source.label}: it could not be refreshed ({named}); please report this.")
        return FAILED
    if as_json:
        print_json({"source": source.label, **asdict(summary), "skipped": skipped}, indent=None)
    else:
        console.out().print(f"{clean(source.label)}:", style="bold", soft_wrap=True)
        show_summary(summary, skipped, dry_run=source.options.dry_run)
    return _code(summary)


def _called(outlet: str, item: Item | WebSource) -> Item | WebSource:
    return replace(item, stated={"source": outlet}) if outlet and isinstance(item, Document) else item


def _watch(settings: Settings, sources: Sequence[Source], engine: EngineChoice, *, as_json: bool) -> int:
    """Refresh each source when it is due. A run that fails is told, and the next one tried."""
    named = {source.label: source for source in sources}
    times = Timetable({source.label: source.schedule for source in sources}, _now())
    with stoppable(_STOPPING) as stopping:
        while not stopping():
            label, wait = times.next(_now())
            if wait > 0:
                sleep(min(wait, 0.5))
                continue
            source, begun = named[label], _now()
            try:
                ended = _refresh(settings, source, engine, as_json=as_json)
            except OnRecordError as error:
                console.show_error(f"{source.label}: {error}")
                ended = FAILED
            times.ran(label, begun)
            if ended == INTERRUPTED:
                break
            _show_next(times.due)
    # It was to run until it is stopped.
    return DONE


def _now() -> datetime:
    return datetime.now().astimezone()


def _show_next(due: dict[str, datetime]) -> None:
    now = _now()
    shown = [
        f"{label} {'now' if moment <= now else f'at {moment:%H:%M:%S}'}"
        + (f" on {moment.day} {MONTHS[moment.month - 1]}" if moment.date() != now.date() else "")
        for label, moment in sorted(due.items(), key=lambda item: item[1])
    ]
    console.show_note(f"Next: {', '.join(shown)}.")


def _options(settings: Settings) -> Options:
    policy = Policy(allow_private=settings.allow_private, contact=settings.contact)
    return Options(keep_withdrawn=settings.keep_withdrawn, policy=policy)


def _code(summary: Summary) -> int:
    if summary.interrupted:
        return INTERRUPTED
    return FAILED if summary.failures else DONE
