"""One question answered: searched, written, streamed as it is verified, kept, and delivered whole."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from threading import Event as Flag
from typing import Any

from bot.conversations import Conversations, Turn
from bot.json_input import answer_from_json
from bot.slack.answer_pool import AnswerPool
from bot.slack.database import Database
from bot.slack.delivery import Delivery
from bot.slack.events import EventKind, SlackQuestion
from bot.slack.reply import Reply
from bot.slack.saved_answers import body_of
from bot.slack.settings import SlackSettings
from bot.slack.status import StatusIndicator
from bot.slack.views import block_kit
from bot.slack.views.block_kit import Block, Message
from bot.types import Answer, Done, Found, Searching, Sentence
from index.errors import UsageError
from index.store import Index
from index.types import Query

Do = Callable[..., Awaitable[Any]]
# What the names of Slack's threads begin with, among all conversations.
_SLACK = "slack "
NOTHING_YET = (
    "Nothing is on record yet, so I cannot answer anything. "
    "The people who run me put articles on record with `onrecord ingest`."
)


class StopSignal:
    """Whether an answer in the making is to be given up, and why: "stopped", "edited" or "deleted"."""

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
        ledger: Database,
        threads: Conversations,
        do: Do,
        telling: Delivery,
        presence: StatusIndicator,
    ) -> None:
        """`do` makes calls of the ledger's."""
        self._work = work
        self._settings = settings
        self._ledger = ledger
        self._threads = threads
        self._do = do
        self._telling = telling
        self._presence = presence

    async def answer(self, ask: SlackQuestion, reply: Reply, stop: StopSignal) -> Answer | None:
        """Answer and deliver; None where it was given up, or could only be talked about."""
        channel = self._settings.of(ask.channel)
        if not await self._work.run(Index.exists, self._work.home(channel)):
            await self._telling.answer(ask, reply, [block_kit.said(NOTHING_YET)])
            return None
        articles = await self._work.run(self._work.count, channel)
        if not articles:
            await self._telling.answer(ask, reply, [block_kit.said(NOTHING_YET)])
            return None
        try:
            answer = await self._made(ask, reply, stop, articles)
        except UsageError as error:
            await self._telling.answer(ask, reply, [block_kit.said(str(error))])
            return None
        if answer is None:
            await self._given_up(ask, reply, stop)
            return None
        id_ = await self._do(self._ledger.keep, ask, body_of(answer))
        await asyncio.to_thread(self._threads.add, _thread(ask), Turn.of(ask.ts, answer))
        tail = self._tail(ask, answer, id_)
        blocks = self._head(answer, articles)
        messages = block_kit.parts([*blocks, *tail], _notice(answer))
        await self._telling.answer(ask, reply, messages, tail)
        return answer

    def forget(self, key: tuple[str, str, str], thread: str) -> None:
        """A question was deleted: its thread forgets it."""
        team, channel, ts = key
        self._threads.remove(f"{_SLACK}{team} {channel} {thread}", ts)

    async def forget_old(self) -> None:
        """Forget questions, answers and conversations older than `keep_days`. Raises ThreadsUnreadable."""
        days = self._settings.keep_days
        await self._do(self._ledger.forget_before, days)
        await asyncio.to_thread(self._threads.expire, _SLACK, timedelta(days=days))

    async def _made(self, ask: SlackQuestion, reply: Reply, stop: StopSignal, articles: int) -> Answer | None:
        streams = not self._telling.is_private(ask)
        channel = self._settings.of(ask.channel)
        query = Query(ask.text, channel.since, channel.until, channel.sources)
        shown: list[Sentence] = []
        history = await asyncio.to_thread(self._recalled, ask)
        async for event in self._work.events(channel, query, history, stop.flag):
            match event:
                case Searching():
                    await self._presence.says(ask, f"is searching {articles:,} articles …")
                case Found(passages):
                    count = len({passage.article.id for passage in passages})
                    await self._presence.says(ask, f"is checking quotes in {count} articles …")
                case Sentence() if streams:
                    shown.append(event)
                    reply.show(block_kit.streamed(event))
                case Done(answer):
                    if shown != list(answer.sentences):
                        # A writer gave up in the middle, and another answered instead.
                        reply.unstream()
                    return None if stop.flag.is_set() else answer
        return None

    async def _given_up(self, ask: SlackQuestion, reply: Reply, stop: StopSignal) -> None:
        await reply.abandon()
        if stop.reason == "stopped" and not reply.ts:
            await self._telling.answer(ask, reply, [block_kit.said("Stopped.")])

    def _head(self, answer: Answer, articles: int) -> list[Block]:
        if not answer.sentences:
            return block_kit.not_on_record(answer, articles)
        return [block for sentence in answer.sentences for block in block_kit.sentence_blocks(sentence)]

    def _tail(self, ask: SlackQuestion, answer: Answer, id_: str) -> list[Block]:
        """What comes after the sentences: what was understood, the sources, the buttons."""
        tail: list[Block] = []
        understood = block_kit.constraint(answer)
        if understood:
            tail.append(block_kit.paragraph(block_kit.words(understood, italic=True)))
        if answer.note:
            tail.append(block_kit.paragraph(block_kit.words(answer.note, italic=True)))
        if answer.sentences:
            tail += [*block_kit.source_blocks(answer), *block_kit.buttons(id_)]
        else:
            if self._settings.of(ask.channel).escalate:
                tail.append(block_kit.actions(block_kit.button("Ask a person", "person", id_)))
            tail.append(block_kit.rating(id_))
        if ask.kind is EventKind.COMMAND:
            tail.append(
                block_kit.actions(
                    block_kit.button("Share in channel", "share", id_, style="primary"),
                    block_kit.button("Keep private", "keep", id_),
                )
            )
        return tail

    def _recalled(self, ask: SlackQuestion) -> tuple[Turn, ...]:
        """What was asked and answered before in the thread; an edited question is not its own history."""
        turns = self._threads.turns(_thread(ask))
        return tuple(turn for turn in turns if turn.key < ask.ts)


def shared(answer_id: str, body: dict[str, Any]) -> list[Message]:
    """An answer that is kept, once more, for everyone in a channel."""
    answer = answer_from_json(body)
    head = [block for sentence in answer.sentences for block in block_kit.sentence_blocks(sentence)]
    head = head or block_kit.not_on_record(answer, max(1, len(answer.nearest)))
    return block_kit.parts(
        [*head, *block_kit.source_blocks(answer), *block_kit.buttons(answer_id)], _notice(answer)
    )


def _thread(ask: SlackQuestion) -> str:
    """The name of a Slack thread among all conversations."""
    return f"{_SLACK}{ask.team} {ask.channel} {ask.thread}"


def _notice(answer: Answer) -> str:
    """What a notification shows."""
    return answer.sentences[0].text if answer.sentences else "Not on record."
