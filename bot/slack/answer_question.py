"""One question answered: searched, written, streamed as it is verified, kept, and delivered whole."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Flag
from typing import Any

from bot.conversations import Conversations, Turn
from bot.json_input import answer_from_json
from bot.slack.answer_pool import AnswerPool
from bot.slack.attachments import AttachmentReader
from bot.slack.database import Database, SavedAnswer
from bot.slack.delivery import Delivery
from bot.slack.events import EventKind, SlackQuestion
from bot.slack.kept import KeptInSlack
from bot.slack.reply import Reply
from bot.slack.saved_answers import body_of
from bot.slack.settings import SlackSettings
from bot.slack.status import StatusIndicator
from bot.slack.views import block_kit
from bot.slack.views.block_kit import Block, Element, Message
from bot.terminal.plain_lines import number_of
from bot.types import Answer, Disagreement, Done, Event, Found, Outcome, Searching, Sentence
from index.errors import UsageError
from index.types import Query

Do = Callable[..., Awaitable[Any]]
# What the names of Slack's threads begin with, among all conversations.
_SLACK = "slack "
ATTACHED = "This is from what you attached, which I do not keep."
_VIEWED = "This is answered as in the channel that you are looking at."
_NOT_ATTACHED = "What you attached does not answer this."
NOTHING_YET = (
    "Nothing is on record yet, so I cannot answer anything. "
    "The people who run me put articles on record with `onrecord ingest`."
)


@dataclass(frozen=True)
class Prepared:
    """What is to be said: `messages` from beginning to end, `tail` what follows where it was streamed."""

    messages: tuple[Message, ...]
    tail: tuple[Block, ...] = ()
    answer: Answer | None = None


class StopSignal:
    """Whether an answer in the making is to be given up.

    And why: "stopped", "edited", "deleted", or "lost" to another bot.
    """

    def __init__(self) -> None:
        self.flag = Flag()
        self.reason = ""

    def because(self, reason: str) -> None:
        """Give it up."""
        self.reason = reason
        self.flag.set()


class QuestionAnswerer:
    """Answers questions."""

    def __init__(
        self,
        work: AnswerPool,
        settings: SlackSettings,
        database: Database,
        conversations: Conversations,
        do: Do,
        delivery: Delivery,
        indicator: StatusIndicator,
        attachments: AttachmentReader,
    ) -> None:
        """`do` makes calls of the database's."""
        self._work = work
        self._settings = settings
        self._database = database
        self._conversations = conversations
        self._do = do
        self._delivery = delivery
        self._indicator = indicator
        self._kept = KeptInSlack(work, settings)
        self._attachments = attachments

    async def make(self, ask: SlackQuestion, reply: Reply, stop: StopSignal) -> Prepared | None:
        """Make and keep an answer, shown in `reply` as it is made; None where it was given up."""
        channel = self._settings.of(ask.place)
        articles = await self._work.look(self._work.count, channel)
        if not articles:
            return Prepared((block_kit.said(NOTHING_YET),))
        try:
            async with self._attachments.opened(ask.files, channel) as attached:
                answer, from_attached = await self._made(ask, reply, stop, articles, attached.home)
        except UsageError as error:
            return Prepared((block_kit.said(str(error)),))
        if answer is None:
            return None
        said = ATTACHED if from_attached else _NOT_ATTACHED if attached.home else ""
        there = _VIEWED if channel != self._settings.of(ask.channel) else ""
        note = " ".join(filter(None, (answer.note, said, there, *attached.problems)))
        answer = replace(answer, note=note)
        body = body_of(answer, articles, attached=from_attached) | {"place": ask.place}
        id_ = await self._do(self._database.keep, ask, body)
        await asyncio.to_thread(self._conversations.add, _thread(ask), Turn.of(ask.ts, answer))
        if not from_attached:
            await self._kept.keep(ask, answer, id_)
        tail = self._tail(ask, answer, id_)
        messages = block_kit.parts([*head(answer, articles), *tail], notice(answer))
        return Prepared(tuple(messages), tuple(tail), answer)

    def forget(self, key: tuple[str, str, str], thread: str) -> None:
        """A question was deleted: its thread forgets it."""
        team, channel, ts = key
        self._conversations.remove(thread_name(team, channel, thread), ts)
        self._kept.forget(key)

    async def forget_old(self) -> None:
        """Forget questions, answers and conversations older than `keep_days`. Raises ThreadsUnreadable."""
        days = self._settings.keep_days
        await self._do(self._database.forget_before, days)
        await asyncio.to_thread(self._conversations.expire, _SLACK, timedelta(days=days))
        await asyncio.to_thread(self._kept.expire, days)

    async def _made(
        self, ask: SlackQuestion, reply: Reply, stop: StopSignal, articles: int, attached: Path | None
    ) -> tuple[Answer | None, bool]:
        """The answer, None if it was given up; and whether it is from `attached`, which comes first."""
        channel = self._settings.of(ask.place)
        history = await asyncio.to_thread(self._recalled, ask)
        history = (*_said_before(ask), *history)
        if attached is not None:
            self._indicator.says(ask, "is reading what is attached …")
            events = self._work.from_attached(attached, Query(ask.text), history, stop.flag)
            answer = await self._shown(ask, reply, stop, events, "")
            if answer is None or answer.sentences:
                return answer, True
        query = Query(ask.text, channel.since, channel.until, channel.sources)
        events = self._work.events(channel, query, history, stop.flag)
        return await self._shown(
            ask, reply, stop, events, f"is searching {number_of(articles, 'article')} …"
        ), False

    async def _shown(
        self,
        ask: SlackQuestion,
        reply: Reply,
        stop: StopSignal,
        events: AsyncIterator[Event],
        searching: str,
    ) -> Answer | None:
        """The answer at the end of its events, which are shown; None where it was given up."""
        streams = not self._delivery.is_private(ask)
        shown: list[Sentence] = []
        differing: Disagreement | None = None
        async for event in events:
            match event:
                case Searching() if searching:
                    self._indicator.says(ask, searching)
                case Found(passages, disagreement=differing) if searching:
                    count = len({passage.article.id for passage in passages})
                    self._indicator.says(ask, f"is checking quotes in {number_of(count, 'article')} …")
                case Sentence() if streams:
                    if differing and not shown:
                        reply.show(block_kit.streamed_line(str(differing)))
                    shown.append(event)
                    reply.show(block_kit.streamed(event))
                case Done(answer):
                    if shown != list(answer.sentences):
                        # A writer gave up in the middle, and another answered instead.
                        reply.unstream()
                    return None if stop.flag.is_set() else answer
        return None

    def _tail(self, ask: SlackQuestion, answer: Answer, id_: str) -> list[Block]:
        """What comes after the sentences: what was understood, the sources, the buttons."""
        tail: list[Block] = []
        understood = block_kit.constraint(answer)
        if understood:
            tail.append(block_kit.paragraph(block_kit.words(understood, italic=True)))
        notes = (answer.note, answer.hint if answer.sentences else "")
        tail += [block_kit.paragraph(block_kit.words(note, italic=True)) for note in notes if note]
        if answer.sentences:
            tail += [*block_kit.source_blocks(answer), *block_kit.standing_blocks(answer)]
            tail += block_kit.buttons(id_)
        else:
            tail += block_kit.standing_blocks(answer)
            if not answer.aside:
                tail += [block_kit.actions(*some)] if (some := self._instead(ask, id_)) else []
            tail.append(block_kit.rating(id_))
        if ask.kind is EventKind.COMMAND:
            tail.append(block_kit.sharing(id_))
        return tail

    def _instead(self, ask: SlackQuestion, id_: str) -> list[Element]:
        """What can be done about what is not on record."""
        channel = self._settings.of(ask.channel)
        tell = [block_kit.button("Tell me when it is", "tell_me", id_)]
        person = [block_kit.button("Ask a person", "person", id_)]
        # Where nothing is ever told, nothing is promised.
        return [*(tell if channel.recalls_daily else []), *(person if channel.escalate else [])]

    def _recalled(self, ask: SlackQuestion) -> tuple[Turn, ...]:
        """What was asked and answered before in the thread; an edited question is not its own history."""
        turns = self._conversations.turns(_thread(ask))
        return tuple(turn for turn in turns if turn.key < ask.ts)


def shared(given: SavedAnswer) -> list[Message]:
    """An answer that is kept, once more, for everyone in a channel."""
    answer = answer_from_json(given.body)
    blocks = [*head(answer, given.articles), *block_kit.source_blocks(answer)]
    blocks += [*block_kit.standing_blocks(answer), *block_kit.buttons(given.id)]
    return block_kit.parts(blocks, notice(answer))


def _thread(ask: SlackQuestion) -> str:
    """The name of a Slack thread among all conversations."""
    return thread_name(ask.team, ask.channel, ask.thread)


def thread_name(team: str, channel: str, thread: str) -> str:
    """What a Slack thread is called among all conversations."""
    return f"{_SLACK}{team} {channel} {thread}"


def _said_before(ask: SlackQuestion) -> tuple[Turn, ...]:
    """What people said above a question, or forwarded with it, as turns that were not answered."""
    began = datetime.fromtimestamp(0, UTC)
    return tuple(
        Turn(f"said {number}", words, words, "", Outcome.NOT_ON_RECORD, began)
        for number, words in enumerate(ask.said)
    )


def head(answer: Answer, articles: int) -> list[Block]:
    """The sentences of an answer, or that it is not on record."""
    if not answer.sentences:
        return block_kit.not_on_record(answer, articles)
    differing = [block_kit.words(str(answer.disagreement), bold=True)] if answer.disagreement else []
    told = [block for sentence in answer.sentences for block in block_kit.sentence_blocks(sentence)]
    return [*([block_kit.paragraph(*differing)] if differing else []), *told]


def notice(answer: Answer) -> str:
    """What a notification shows."""
    return answer.sentences[0].text if answer.sentences else "Not on record."
