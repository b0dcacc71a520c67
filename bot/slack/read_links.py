"""Links that people put on record from Slack."""

import asyncio

from bot.slack.answer_pool import AnswerPool
from bot.slack.events import EventKind, SlackQuestion
from bot.slack.markup import links_in
from bot.slack.settings import SlackSettings
from bot.slack.views import block_kit
from bot.slack.views.block_kit import Message
from index.dates import day_in_words
from index.errors import RecordBusy
from index.store import Index
from ingest.add_link import LinkResult, Outcome, add_link

_MOST = 5
_TRIES = 10
_PAUSE = 3.0


class LinkReader:
    """Puts links on record, and says what came of it."""

    def __init__(self, work: AnswerPool, settings: SlackSettings) -> None:
        self._work = work
        self._settings = settings

    async def read(self, ask: SlackQuestion) -> list[Message]:
        """Read the links of a message; a line for each."""
        links = links_in(ask.text)
        if not links:
            return [block_kit.said("I see no link to read; write “read” and the address of a page.")]
        lines = [await self._one(ask, link) for link in links[:_MOST]]
        if len(links) > _MOST:
            lines.append(
                block_kit.paragraph(
                    block_kit.words(f"I read {_MOST} links at once; please send me the others again.")
                )
            )
        return block_kit.parts(lines, "Read." if ask.kind is EventKind.READ else "A link was put on record.")

    async def _one(self, ask: SlackQuestion, url: str) -> block_kit.Block:
        for attempt in range(_TRIES):
            try:
                result = await self._work.run(self._put, ask, url)
            except RecordBusy:
                # A refresh is running; it is over in seconds, mostly.
                if attempt + 1 < _TRIES:
                    await asyncio.sleep(_PAUSE)
                continue
            return _line(result, url)
        return _failure(url, "The record is being refreshed just now; please try again in a few minutes.")

    def _put(self, ask: SlackQuestion, url: str) -> LinkResult:
        channel = self._settings.of(ask.channel)
        Index.create(self._work.record(channel))
        return add_link(self._work.index(channel), url, self._work.policy())


def _line(result: LinkResult, url: str) -> block_kit.Block:
    article = result.article
    if result.reason or article is None:
        return _failure(url, result.reason or "The page gave no article.")
    said = {
        Outcome.NEW: "On record: ",
        Outcome.CHANGED: "On record anew, it had changed: ",
        Outcome.UNCHANGED: "On record already, unchanged: ",
    }[result.outcome]
    parts = [block_kit.words(said, bold=True), *block_kit.about(article)]
    if not day_in_words(article.published):
        parts.append(block_kit.words(" (the page states no date)"))
    if result.more:
        parts.append(block_kit.words(f", and {result.more} more of the same page"))
    if result.walled:
        parts.append(
            block_kit.words(". The page is for those who pay: its opening may be all that I could read.")
        )
    return block_kit.paragraph(*parts)


def _failure(url: str, reason: str) -> block_kit.Block:
    return block_kit.paragraph(block_kit.words("Not read: ", bold=True), block_kit.words(f"{url} – {reason}"))
