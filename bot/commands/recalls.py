"""`onrecord recalls`: which kept answers no longer stand, and which questions are answered now."""

from collections.abc import Iterator
from datetime import UTC, datetime

from bot.assembly import open_index
from bot.commands.after_refresh import look_over_with, run_commands
from bot.commands.exit_codes import DONE, NOT_ON_RECORD
from bot.given_days import moment_given
from bot.json_input import article_from_json
from bot.json_output import print_json
from bot.kept_answers.json_form import finding_json
from bot.kept_answers.look_over import is_behind
from bot.kept_answers.store import KeptAnswers
from bot.kept_answers.telling import Telling
from bot.kept_answers.types import Finding, KeptAnswer
from bot.kept_answers.wording import lines_of
from bot.settings import Settings
from bot.terminal.plain_lines import say


def show_recalls(settings: Settings, since: str | None, *, as_json: bool) -> int:
    """Print what was found out about kept answers; exit code 3 where there is anything."""
    begin = moment_given(since, datetime.now(UTC)) if since else None
    found = _found(settings, begin) if KeptAnswers.exists(settings.record) else []
    if as_json:
        print_json({"recalls": [finding_json(finding, kept) for finding, kept in found]})
    elif found:
        _show(found)
    else:
        say(_nothing(settings, since))
    return NOT_ON_RECORD if found else DONE


def _found(settings: Settings, since: datetime | None) -> list[tuple[Finding, KeptAnswer]]:
    store = Telling(settings.record)
    _catch_up(settings, store)
    run_commands(store)
    return store.findings(since.timestamp() if since else 0.0)


def _catch_up(settings: Settings, store: KeptAnswers) -> None:
    """Look over what a process that was killed after its refresh did not."""
    catalog = settings.record.open_catalog()
    try:
        with catalog.read() as snapshot:
            behind = is_behind(store, snapshot)
    finally:
        catalog.close()
    if behind:
        with open_index(settings) as index:
            look_over_with(index, settings, store)


def _nothing(settings: Settings, since: str | None) -> str:
    kept, waiting = KeptAnswers(settings.record).count() if KeptAnswers.exists(settings.record) else (0, 0)
    if not kept + waiting:
        return "No answer is kept and no question waits: see `onrecord ask --keep` and `onrecord watch`."
    if since:
        return f"Nothing was found out since then ({since})."
    stand = f"Every kept answer stands ({kept:,})." if kept else "No answer is kept."
    return f"{stand} Questions that wait: {waiting:,}." if waiting else stand


def _show(found: list[tuple[Finding, KeptAnswer]]) -> None:
    for at, (finding, kept) in enumerate(found):
        if at:
            say("")
        say((kept.query.text, "bold"), (f"  (asked {kept.asked_on}, id {kept.id})", "dim"))
        for line in _lines(finding):
            say(f"  {line}")


def _lines(finding: Finding) -> Iterator[str]:
    yield from lines_of(finding)
    if finding.about:
        article = article_from_json(finding.about)
        yield f"{article.reference}"
        if article.url:
            yield f"  {article.url}"
