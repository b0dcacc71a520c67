"""`onrecord copy`: the record into a database, or out of one."""

from pathlib import Path

from bot.assembly import vector_server
from bot.json_output import print_json
from bot.settings import Settings
from bot.terminal import console
from bot.terminal.plain_lines import number_of
from index.catalog.location import RecordLocation
from index.errors import UsageError
from index.postgresql.address import database_of
from index.transfer import copy_record


def run_copy(settings: Settings, to: str, *, as_json: bool) -> None:
    """Copy the record to a database (`postgresql://…`), or into a folder; what it is copied from stays."""
    target = (
        RecordLocation(settings.home, database_of(to))
        if to.startswith(("postgresql:", "postgres:"))
        else RecordLocation(Path(to).expanduser().absolute())
    )
    source = settings.record
    if target == source:
        msg = f"{target} is the record itself; name another place with --to."
        raise UsageError(msg)
    with console.waiting("Copying …"):
        articles = copy_record(source, target, vector_server(settings))
    if as_json:
        print_json({"from": str(source), "to": str(target), "articles": articles})
        return
    use = "set catalog to it" if target.database else f"use it with --home {target.home}, without catalog"
    said = f"Copied to {target}: {number_of(articles, 'article')}; {use}. {source} is as it was."
    console.out().print(said, soft_wrap=True)
