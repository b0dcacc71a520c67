"""What `onrecord timeline` does: the story so far, in the form that was asked for."""

import sys
from datetime import date

from bot.assembly import open_index
from bot.commands.exit_codes import DONE, NOT_ON_RECORD
from bot.json_output import print_json
from bot.settings import Settings
from bot.terminal import console
from bot.terminal.plain_lines import say
from bot.timeline.as_json import timeline_json
from bot.timeline.as_text import markdown_lines, text_lines
from bot.timeline.page import timeline_page
from bot.timeline.timeline import find_timeline
from index.types import Query


def show_timeline(
    settings: Settings, topic: str, since: date | None, until: date | None, most: int, form: str
) -> int:
    """Print the timeline of a topic as "text", "json", "markdown" or "html"."""
    with open_index(settings) as index:
        index.warm()
        with console.waiting("Reading what is on record …"):
            timeline = find_timeline(index, Query(topic), since, until, most)
    match form:
        case "json":
            print_json(timeline_json(timeline))
        case "html":
            sys.stdout.write(timeline_page(timeline))
        case "markdown":
            for line in markdown_lines(timeline):
                say(line)
        case _:
            for line in text_lines(timeline):
                say(line)
    return DONE if timeline.entries else NOT_ON_RECORD
