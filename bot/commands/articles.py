"""The commands that only look at a record: they read its catalog, and load no model, numpy or rich."""

import sys
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date, datetime

from bot.commands.exit_codes import DONE
from bot.commands.open_original import open_original, origins_of
from bot.commands.provenance import provenance_lines
from bot.given_days import day_given
from bot.json_output import article_json, print_json
from bot.settings import Settings
from bot.terminal import last_shown
from bot.terminal.columns import USUAL, cells, show_rows, table
from bot.terminal.plain_lines import number_of, parts_of, say
from index.catalog import listing
from index.catalog.listing import Listing
from index.catalog.provenance import provenance
from index.catalog.snapshot import Snapshot
from index.errors import UsageError
from index.search.outlets import outlets_named
from index.types import Filter, Status

# How many a terminal is shown at a time.
_PAGE = 50
# A number of more is an id: some are made of digits.
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class ListOptions:
    """What was asked of a list, as it was typed; `limit` and `page` count from 1, None is not given."""

    since: str | None = None
    until: str | None = None
    sources: tuple[str, ...] = ()
    title: str = ""
    status: str | None = None
    order: str = "date"
    reverse: bool = False
    columns: tuple[str, ...] = USUAL
    limit: int | None = None
    page: int = 1


def list_articles(settings: Settings, options: ListOptions, form: str) -> int:
    """List what is on record; on a terminal a page at a time."""
    whole = form != "text" or not sys.stdout.isatty()
    most = options.limit or (0 if whole else _PAGE)
    with closing(settings.record.open_catalog()) as catalog, catalog.read() as snapshot:
        wanted = Listing(
            _filter(snapshot, options),
            options.title,
            Status(options.status) if options.status else None,
            options.order,
            options.reverse,
            (options.page - 1) * most,
            most,
        )
        found, total = listing.list_articles(snapshot, wanted)
        short = {} if whole else listing.short_ids(snapshot, [article.id for article in found])
    last_shown.remember(settings.home, [article.id for article in found])
    if form == "json":
        print_json({"total": total, "articles": [article_json(one, with_text=False) for one in found]})
        return DONE
    rows = [cells(article, options.columns, short) for article in found]
    if form == "markdown":
        say(table(rows, options.columns))
    elif rows:
        show_rows(rows)
    if most or not rows:
        _say_place(wanted, len(rows), total, options.page)
    return DONE


def open_article(settings: Settings, chosen: str) -> None:
    """Open an article's web page, or the file that it came from: by id, or by its number as shown last."""
    with closing(settings.record.open_catalog()) as catalog:
        article = catalog.find_article(_id_of(settings, chosen))
        origins = origins_of(catalog, article.id)
    open_original(article, origins)


def _id_of(settings: Settings, chosen: str) -> str:
    number = chosen.strip("[]")
    if not number.isdecimal() or len(number) > _DIGITS:
        return chosen
    ids = last_shown.shown(settings.home)
    if not 1 <= int(number) <= len(ids):
        msg = (
            f"Nothing that was shown last has the number {number}; ask, search or list first, or give the id."
        )
        raise UsageError(msg)
    return ids[int(number) - 1]


def _filter(snapshot: Snapshot, options: ListOptions) -> Filter:
    today = datetime.now().astimezone().date()
    since = day_given(options.since, "since", today) if options.since else None
    until = day_given(options.until, "until", today) if options.until else None
    if since and until and since > until:
        msg = f"Nothing lies between {since} and {until}: the first day is after the last."
        raise UsageError(msg)
    known = [source for source, _ in snapshot.sources() if source]
    return Filter(_number(since), _number(until), outlets_named(known, options.sources))


def _number(day: date | None) -> int:
    return int(f"{day:%Y%m%d}") if day else 0


def _say_place(wanted: Listing, shown: int, total: int, page: int) -> None:
    """Say on stderr which part of the list this was."""
    if not total:
        said = "No article is on record." if wanted == Listing(most=wanted.most) else "No article fits."
    elif not shown:
        pages = -(-total // wanted.most)
        said = f"There is no page {page}; the last is {pages:,}."
    else:
        many = number_of(total, "article")
        last = wanted.start + shown
        more = f"; --page {page + 1} has the next" if last < total else ""
        first = f"{wanted.start + 1:,}–" if shown > 1 else ""
        said = f"{many}." if shown == total else f"{first}{last:,} of {many}{more}."
    sys.stderr.write(f"{said}\n")


def show_article(settings: Settings, article_id: str, *, as_json: bool, source: bool = False) -> None:
    """Show one article as it is stored; with `source`, where it came from instead of its text."""
    with closing(settings.record.open_catalog()) as catalog:
        article = catalog.find_article(article_id)
        with catalog.read() as snapshot:
            came_from = provenance(snapshot, article.id) if source else []
    if as_json:
        read = {"read_from": [asdict(one) for one in came_from]} if source else {}
        print_json({**article_json(article, with_text=not source), **read})
        return
    if source:
        say((f"{article.id}  ", "bold"), *parts_of(article))
        for line in provenance_lines(article, came_from):
            say(line)
        return
    # Its text is wrapped to the window, which takes rich.
    from bot.terminal import console

    console.show_article(article)
