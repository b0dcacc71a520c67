"""What was not answered in the last week, told to a channel once a week."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.gaps.answered_since import answered_since
from bot.gaps.as_text import counts
from bot.gaps.gaps import Gap, find_gaps
from bot.gaps.questions import UnansweredQuestion
from bot.slack.access import AccessControl
from bot.slack.answer_pool import AnswerPool
from bot.slack.client import LOG, SlackClient, why
from bot.slack.database import Database
from bot.slack.delivery import content_of
from bot.slack.people import PersonUnknown
from bot.slack.settings import SlackSettings
from bot.slack.tokens import Identity
from bot.slack.unanswered import unanswered
from bot.slack.views import block_kit
from bot.slack.views.block_kit import Block, Element
from index.errors import OnRecordError

# Seconds between two looks at the clock.
_LOOK = 600.0
_WEEK = timedelta(days=7)
# On Mondays from this hour of the machine's time on, or as soon after it as the bot runs.
_HOUR = 8
_MOST, _MOST_NAMES = 10, 5
# What Slack says where trying again would not help.
_FOR_GOOD = frozenset(["is_archived", "channel_not_found", "not_in_channel", "restricted_action"])


class WeeklyGaps:
    """Tells the channel that is set, in one workspace, of that workspace's questions alone."""

    def __init__(
        self,
        client: SlackClient,
        identity: Identity,
        settings: SlackSettings,
        database: Database,
        work: AnswerPool,
        access: AccessControl,
    ) -> None:
        self._client = client
        self._identity = identity
        self._settings = settings
        self._database = database
        self._work = work
        self._access = access
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look at the clock, where a channel is set."""
        if self._settings.gaps:
            self._task = asyncio.create_task(self._keep_looking())

    async def close(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _keep_looking(self) -> None:
        while True:
            try:
                await self.tell(datetime.now().astimezone())
            except Exception as error:  # noqa: BLE001 (whatever it is, the next week comes)
                LOG.error("what was not answered: %s", why(error), exc_info=error)
            await asyncio.sleep(_LOOK)

    async def tell(self, now: datetime) -> None:
        """Tell the week's gaps, unless the channel was told already; nothing where there are none.

        The week is noted first, so that two processes or a restart never tell it twice, and taken back where
        Slack may take the message later.
        """
        channel, team = self._settings.gaps, self._identity.team
        week = _week_of(now)
        if not await self._database.do(self._database.begin_week, team, channel, week):
            return
        try:
            since = now.astimezone(UTC) - _WEEK
            asked = await self._database.do(unanswered, self._database, since, team)
            public = {channel, *[one for one in {q.channel for q in asked} if await self._is_public(one)]}
            gaps = await self._work.run(self._found, asked, public) if asked else []
            blocks = await self._blocks(gaps, named=not await self._access.is_shared(channel)) if gaps else []
            for message in block_kit.parts(blocks, _NOTICE):
                await self._client.chat_postMessage(channel=channel, **content_of(message))
        except (SlackApiError, ClientError, TimeoutError, OnRecordError) as error:
            LOG.error("what was not answered could not be told in %s: %s", channel, why(error))
            if why(error) not in _FOR_GOOD:
                await self._database.do(self._database.forget_week, team, channel)

    async def _is_public(self, channel: str) -> bool:
        """Whether everybody in the workspace may read a channel; not where that cannot be found out."""
        if not channel or self._settings.of(channel).private:
            return False
        try:
            about = (await self._client.conversations_info(channel=channel)).get("channel") or {}
        except (SlackApiError, ClientError, TimeoutError) as error:
            LOG.warning("conversations.info of %s: %s", channel, why(error))
            return False
        return not (about.get("is_private") or about.get("is_im") or about.get("is_mpim"))

    def _found(self, asked: Sequence[UnansweredQuestion], public: Collection[str]) -> list[Gap]:
        everywhere = self._settings.everywhere
        index, flow = self._work.index(everywhere), self._work.flow_without_model(everywhere)
        return find_gaps(asked, index.embedder.embed, lambda said: answered_since(index, flow, said), public)

    async def _blocks(self, gaps: Sequence[Gap], *, named: bool) -> list[Block]:
        blocks: list[Block] = [block_kit.paragraph(block_kit.words(_NOTICE, bold=True))]
        for gap in gaps[:_MOST]:
            lines: list[Element] = [
                block_kit.words(gap.question, 300, bold=True),
                block_kit.words(f"\n{counts(gap)}{await self._names(gap) if named else ''}"),
            ]
            if gap.nearest:
                lines += [block_kit.words("\nNearest: "), *block_kit.about(gap.nearest)]
            blocks.append(block_kit.paragraph(*lines))
        if len(gaps) > _MOST:
            blocks.append(block_kit.paragraph(block_kit.words(f"… and {len(gaps) - _MOST:,} more.")))
        return blocks

    async def _names(self, gap: Gap) -> str:
        """Who met it, where they are two or more; those of other workspaces are counted and not named."""
        if len(gap.people) < 2:
            return ""
        names = [name for _, user in gap.people if (name := await self._name(user))][:_MOST_NAMES]
        more = f"{len(gap.people) - len(names)} more" if len(gap.people) > len(names) else ""
        return f" {' and '.join(part for part in (', '.join(names), more) if part)}." if names else ""

    async def _name(self, user: str) -> str:
        try:
            person = await self._access.people.person(user)
        except (PersonUnknown, SlackApiError, ClientError, TimeoutError):
            return ""
        return person.name if self._identity.team in person.teams and not person.stranger else ""


_NOTICE = "What people asked this week, and no article answered"


def _week_of(now: datetime) -> str:
    """The week that is to be told now, such as "2026-W11": it turns on Monday morning, not at midnight."""
    year, week, _ = (now - timedelta(hours=_HOUR)).isocalendar()
    return f"{year}-W{week:02}"
