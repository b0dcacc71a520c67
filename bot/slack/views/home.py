"""The Home tab: what is on record, how to ask, what you asked; and the same in short for /onrecord."""

from collections.abc import Sequence
from typing import Any

from bot.slack.database import SavedAnswer
from bot.slack.views import block_kit
from bot.slack.views.block_kit import Block, Message
from bot.slack.views.escaping import mrkdwn
from bot.slack.views.help import HELP
from bot.terminal.plain_lines import number_of
from index.catalog.overview import RecordOverview
from index.dates import day_in_words

_OUTLETS = 8
_NEWEST = 8


def home(
    glance: RecordOverview, prompts: Sequence[str], recent: Sequence[SavedAnswer], *, problem: str = ""
) -> dict[str, Any]:
    """The view for one person; `problem` is what is wrong with the record."""
    blocks: list[Block] = [block_kit.header("On record")]
    blocks += [block_kit.paragraph(block_kit.words(line)) for line in _state(glance, problem)]
    if glance.newest:
        blocks.append(_listed("Newest", glance))
    blocks.append(block_kit.header("How to ask"))
    blocks.append(block_kit.paragraph(block_kit.words(HELP)))
    if prompts:
        asked = "\n".join(f"• {prompt}" for prompt in prompts)
        blocks.append(
            block_kit.paragraph(block_kit.words("You might ask:\n", bold=True), block_kit.words(asked))
        )
    if recent:
        blocks.append(block_kit.header("You asked"))
        lines = "\n".join(
            f"• {given.question[:200]} – {'answered' if given.body['sentences'] else 'not on record'}"
            for given in recent
        )
        blocks.append(block_kit.paragraph(block_kit.words(lines)))
    return {"type": "home", "blocks": blocks}


def status(glance: RecordOverview, *, problem: str = "") -> Message:
    """What is on record."""
    lines = _state(glance, problem)
    return Message(mrkdwn(lines[0]), tuple(block_kit.paragraph(block_kit.words(line)) for line in lines))


def articles(glance: RecordOverview) -> Message:
    """The newest articles."""
    if not glance.newest:
        return block_kit.said("Nothing is on record yet.")
    return Message("The newest articles on record", (_listed("Newest on record", glance),))


def _listed(title: str, glance: RecordOverview) -> Block:
    lines = [block_kit.words(title, bold=True)]
    for article in glance.newest[:_NEWEST]:
        lines += [block_kit.words("\n• "), *block_kit.about(article)]
    return block_kit.paragraph(*lines)


def _state(glance: RecordOverview, problem: str) -> list[str]:
    if problem:
        return [problem]
    if not glance.articles:
        return ["Nothing is on record yet."]
    named = ", ".join(f"{name or 'no outlet'} ({count:,})" for name, count in glance.outlets[:_OUTLETS])
    more = f" and {len(glance.outlets) - _OUTLETS} more" if len(glance.outlets) > _OUTLETS else ""
    first, last = day_in_words(glance.first_day), day_in_words(glance.last_day)
    days = f", published or updated {first} to {last}" if first else ""
    return [
        f"{number_of(glance.articles, 'article')}{days}.",
        f"Outlets: {named}{more}.",
        f"Last refreshed {glance.refreshed.replace('T', ' ')[:16]} UTC.",
    ]
