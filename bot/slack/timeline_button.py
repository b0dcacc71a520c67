"""“Timeline”: the story so far of what was asked, posted below the answer or shown to who sees it alone."""

from collections.abc import Awaitable, Callable

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.slack.answer_pool import AnswerPool
from bot.slack.client import LOG, SlackClient, why
from bot.slack.database import SavedAnswer
from bot.slack.delivery import content_of, in_words
from bot.slack.settings import SlackSettings
from bot.slack.views import block_kit
from bot.slack.views.block_kit import Block, Message
from bot.timeline.as_text import also_told, day_of, nothing
from bot.timeline.timeline import Timeline, find_timeline
from bot.types import Answer, Outcome
from index.errors import OnRecordError, UsageError
from index.types import Query

Show = Callable[[Message], Awaitable[bool]]
# A thread is no place for more.
_MOST_DAYS = 8


class TimelineButton:
    """Makes timelines, one at a time for an answer."""

    def __init__(self, client: SlackClient, settings: SlackSettings, work: AnswerPool) -> None:
        self._client = client
        self._settings = settings
        self._work = work
        self._making: set[str] = set()

    async def pressed(self, given: SavedAnswer, show: Show) -> str:
        """Show the timeline of an answer's question; what to say to who pressed, "" where it is shown.

        `show` shows a message where the press came from, to that person alone.
        """
        if given.id in self._making:
            return "The timeline is being made; a moment, please."
        self._making.add(given.id)
        try:
            timeline = await self._work.run(self._made, given)
            if not timeline.entries:
                return nothing(timeline)
            for message in messages(timeline):
                if self._is_private(given):
                    await show(message)
                else:
                    await self._post(given, message)
        except UsageError as error:
            return str(error)
        except OnRecordError as error:
            # Its sentence may name folders and servers.
            LOG.error("a timeline in %s: %s", given.channel, error)
            return "The record cannot be read just now; please tell the people who run me."
        except (SlackApiError, ClientError, TimeoutError) as error:
            LOG.error("a timeline in %s: %s", given.channel, why(error))
            return f"I could not post the timeline: {in_words(why(error))}."
        finally:
            self._making.discard(given.id)
        return ""

    def _made(self, given: SavedAnswer) -> Timeline:
        channel = self._settings.of(given.place)
        topic = str(given.body.get("standalone") or given.question)
        query = Query(topic, channel.since, channel.until, channel.sources)
        return find_timeline(self._work.index(channel), query, most=_MOST_DAYS)

    def _is_private(self, given: SavedAnswer) -> bool:
        private = self._settings.of(given.channel).private and not given.channel.startswith("D")
        return private or given.ts.startswith("command")

    async def _post(self, given: SavedAnswer, message: Message) -> None:
        await self._client.chat_postMessage(
            channel=given.channel, thread_ts=given.thread, **content_of(message)
        )


def messages(timeline: Timeline) -> list[Message]:
    """A timeline as messages: each day with its sentences, then the sources."""
    blocks: list[Block] = []
    for entry in timeline.entries:
        blocks.append(block_kit.paragraph(block_kit.words(day_of(entry), bold=True)))
        if entry.disagreement:
            blocks.append(block_kit.paragraph(block_kit.words(str(entry.disagreement), bold=True)))
        for sentence in entry.sentences:
            blocks += block_kit.sentence_blocks(sentence)
        if rest := also_told(entry):
            blocks.append(block_kit.paragraph(block_kit.words(rest, italic=True)))
    told = tuple(sentence for entry in timeline.entries for sentence in entry.sentences)
    blocks += block_kit.source_blocks(Answer(Query(timeline.topic), Outcome.ANSWERED, told))
    return block_kit.parts(blocks, f"Timeline: {timeline.topic}")
