"""Tells who asked in Slack what became of their answers: once, where they were given, and not too often.

The record is looked over in whichever process refreshed it; where that one did not, this one does. A message
is claimed on disk before it is posted, and bears a trace, by which it is found again after a restart.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.kept_answers.look_over import A_WHILE, is_behind, look_over
from bot.kept_answers.telling import BEGUN, NEW, TOLD, VOID, Telling
from bot.kept_answers.types import Finding, KeptAnswer, Kind
from bot.slack.answer_pool import AnswerPool
from bot.slack.client import LOG, SlackClient, why
from bot.slack.database import Database, SavedAnswer
from bot.slack.delivery import content_of
from bot.slack.dispatcher import Dispatcher
from bot.slack.kept import PREFIX, KeptInSlack
from bot.slack.settings import ChannelSettings
from bot.slack.stream import may_be_done
from bot.slack.views import recalls as views
from bot.slack.views.block_kit import Message
from index.errors import OnRecordError

_EVERY = 2.0
# Another process that refreshed the record looks it over itself, and is given time for that.
_GRACE = 5.0
_AT_ONCE = 200
_TRACE = "onrecord_recall"
# What these say ends with another token: everything waits until then.
_TOKEN = {"invalid_auth", "account_inactive", "token_revoked", "token_expired", "not_authed"}


@dataclass(frozen=True)
class _News:
    """What is to be told of one answer; `target` is a channel, or the person to whom it is private."""

    given: SavedAnswer
    kept: KeptAnswer
    findings: tuple[Finding, ...]
    target: str
    begun: bool

    @property
    def numbers(self) -> list[int]:
        return [finding.number for finding in self.findings]

    @property
    def keys(self) -> list[str]:
        return [finding.key for finding in self.findings]

    @property
    def muted_as(self) -> str:
        """By what it is muted: the channel, or the person who is told alone."""
        alone = self.target == self.given.user or self.given.channel.startswith("D")
        return self.given.user if alone else self.given.channel

    @property
    def was_waited_for(self) -> bool:
        """Whether somebody asked to be told of it."""
        return any(finding.kind is Kind.NOW_ON_RECORD for finding in self.findings)

    @property
    def in_thread(self) -> bool:
        """Whether it stands below the answer."""
        return self.target == self.given.channel and not self.given.ts.startswith("command")


class Recalls:
    """Runs beside the answering; `start` it, and `close` it in the end."""

    def __init__(self, client: SlackClient, desk: Dispatcher, database: Database, pool: AnswerPool) -> None:
        self._client = client
        self._desk = desk
        self._database = database
        self._pool = pool
        self._kept = KeptInSlack(pool, desk.settings)
        self._behind: dict[str, float] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop looking; what is unfinished is taken up by the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                # One of several bots: who is killed at it leaves it to another.
                leads = await self._desk.do(self._database.lead, f"recalls {self._desk.identity.team}")
                for channel, store in await asyncio.to_thread(list, self._kept.stores()) if leads else ():
                    await self._look(channel, store)
                    await self._tell(store)
            except OnRecordError as error:
                LOG.warning("kept answers: %s", error)
            except Exception:  # noqa: BLE001 (one that cannot be told must not end the others)
                LOG.exception("telling what became of answers")
            await asyncio.sleep(_EVERY)

    async def _look(self, channel: ChannelSettings, store: Telling) -> None:
        """Look the record over, where it was refreshed and nobody else does."""
        if not await asyncio.to_thread(self._is_behind, channel, store):
            self._behind.pop(store.name, None)
            return
        since = self._behind.setdefault(store.name, time.monotonic())
        if time.monotonic() - since >= _GRACE:
            flow = self._pool.flow_without_model(channel)
            looked = await self._pool.run(look_over, self._pool.index(channel), store, flow, A_WHILE)
            LOG.info(
                "kept answers were looked over: %d changed, %d asked, %d left",
                looked.changed, looked.asked, looked.left,
            )  # fmt: skip

    def _is_behind(self, channel: ChannelSettings, store: Telling) -> bool:
        record = self._pool.record(channel)
        if not record.exists():
            return False
        with closing(record.open_catalog()) as catalog, catalog.read() as snapshot:
            return is_behind(store, snapshot)

    async def _tell(self, store: Telling) -> None:
        """Tell what is new, channel by channel."""
        by_target: dict[str, list[_News]] = defaultdict(list)
        for one in await self._news(store):
            by_target[one.target].append(one)
        for target, news in by_target.items():
            daily = self._desk.settings.of(news[0].given.channel).recalls_daily
            if not daily or await asyncio.to_thread(store.is_muted, news[0].muted_as):
                # Who pressed "Tell me" is told where others want to hear nothing of the kind.
                wanted = [one for one in news if daily and one.was_waited_for]
                unwanted = [n for one in news if one not in wanted for n in one.numbers]
                await asyncio.to_thread(store.end, unwanted, VOID)
                news = wanted
            if not news:
                continue
            room = daily - await asyncio.to_thread(store.told_lately, target)
            # The last message of a day lists all that is left.
            alone = news if len(news) <= room else news[: max(0, room - 1)]
            for one in alone:
                await self._say(store, [one], views.recall((one.kept, one.findings), named=not one.in_thread))
            if len(alone) < len(news) and room > 0:
                rest = news[len(alone) :]
                await self._say(store, rest, views.digest([(one.kept, one.findings) for one in rest]))

    async def _news(self, store: Telling) -> list[_News]:
        """What was found out and not told, by answer; what has nobody to be told is done with."""
        found: dict[str, list[tuple[Finding, KeptAnswer, bool]]] = defaultdict(list)
        for state in (BEGUN, NEW):
            for finding, kept in await asyncio.to_thread(store.findings, 0.0, state):
                if kept.place.startswith(f"{PREFIX}{self._desk.identity.team} "):
                    found[kept.id].append((finding, kept, state == BEGUN))
        news = []
        known = await self._given(list(found))
        for id_, several in found.items():
            given = known.get(id_)
            findings = tuple(finding for finding, _, _ in several)
            if given is None:
                # Its question was deleted, or is too old.
                await asyncio.to_thread(store.end, [finding.number for finding in findings], VOID)
                continue
            target = given.channel
            if self._is_private(given) and not await asyncio.to_thread(store.is_shared, id_):
                target = given.user
            news.append(_News(given, several[0][1], findings, target, any(begun for *_, begun in several)))
        return news

    async def _given(self, ids: Sequence[str]) -> dict[str, SavedAnswer]:
        """These answers, a few at a time: what people ask meanwhile is written down in between."""
        known: dict[str, SavedAnswer] = {}
        for at in range(0, len(ids), _AT_ONCE):
            known |= await self._desk.do(self._database.given_all, ids[at : at + _AT_ONCE])
        return known

    def _is_private(self, given: SavedAnswer) -> bool:
        private = self._desk.settings.of(given.channel).private and not given.channel.startswith("D")
        return private or given.ts.startswith("command")

    async def _say(self, store: Telling, news: Sequence[_News], message: Message) -> None:
        """Post one message about these answers, unless it was posted by a process that was killed."""
        first, numbers = news[0], [number for one in news for number in one.numbers]

        async def end(state: str, channel: str = "") -> None:
            await asyncio.to_thread(store.end, numbers, state, channel)

        told = await self._is_told(news)
        if told is None:
            return  # The next look finds out.
        if told:
            await end(TOLD, first.target)
            return
        if any(one.begun for one in news):
            await end(NEW)
        if not await asyncio.to_thread(store.begin, numbers):
            return
        try:
            await self._post(first, len(news) == 1, message)
        except (SlackApiError, ClientError, TimeoutError) as error:
            if may_be_done(error):
                return  # The next look finds out.
            if why(error) in _TOKEN:
                await end(NEW)
                return
            LOG.warning("telling of an answer in %s: %s", first.target, why(error))
            await self._directly(first, message)
        await end(TOLD, first.target)
        self._desk.counters.recalled += 1
        if len(news) == 1 and first.in_thread:
            await self._mark(first)

    async def _post(self, one: _News, alone: bool, message: Message) -> None:
        thread: dict[str, Any] = {}
        if alone and one.in_thread:
            # Only there it is looked for; the keys of thousands of findings are more than Slack takes.
            trace = {"event_type": _TRACE, "event_payload": {"findings": "\n".join(one.keys)}}
            thread = {"thread_ts": one.given.thread, "metadata": trace}
        await self._client.chat_postMessage(channel=one.target, **content_of(message), **thread)

    async def _directly(self, one: _News, message: Message) -> None:
        """Where an answer was given nothing can be said any more: its asker is told."""
        if one.target == one.given.user or one.given.user.startswith("B"):
            return
        with suppress(SlackApiError, ClientError, TimeoutError):
            await self._client.chat_postMessage(channel=one.given.user, **content_of(message))

    async def _is_told(self, news: Sequence[_News]) -> bool | None:
        """Whether this was said before, None where that is not known just now.

        A process that was killed may have said it, or one of which files from a backup know nothing. What
        only one person sees, and what stands in no thread, cannot be looked for: it counts as said once it
        was begun, and so does what cannot be looked for any more.
        """
        first, begun = news[0], any(one.begun for one in news)
        if len(news) > 1 or not first.in_thread:
            return begun
        try:
            thread = self._client.replies(
                channel=first.given.channel,
                ts=first.given.thread,
                oldest=first.given.ts,
                include_all_metadata=True,
            )
            posted = {key async for message in thread for key in _keys(message)}
        except (SlackApiError, ClientError, TimeoutError) as error:
            LOG.warning("looking for a message in %s: %s", first.given.channel, why(error))
            return None if begun and may_be_done(error) else begun
        return posted.issuperset(first.keys)

    async def _mark(self, one: _News) -> None:
        """A mark on the old message."""
        key = one.given.team, one.given.channel, one.given.ts
        parts = await self._desk.do(self._database.reply_to, key)
        kind = one.findings[0].kind
        for ts in parts[:1]:
            with suppress(SlackApiError, ClientError, TimeoutError):
                await self._client.reactions_add(
                    channel=one.given.channel,
                    timestamp=ts,
                    name="white_check_mark" if kind is Kind.NOW_ON_RECORD else "warning",
                )


def _keys(message: dict[str, Any]) -> list[str]:
    """What a message of ours tells of."""
    trace = message.get("metadata") or {}
    ours = trace.get("event_type") == _TRACE
    return str((trace.get("event_payload") or {}).get("findings") or "").split("\n") if ours else []
