"""/onrecord, and the shortcut on a message: answered to whoever used them alone.

A question is written down and acknowledged at once, before anything is checked or looked up; everything else
is acknowledged first. What is said then goes to the address that came along.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import ClientError

from bot.slack.access import NotChecked
from bot.slack.answer_pool import AnswerPool
from bot.slack.client import LOG, SlackClient, why
from bot.slack.delivery import respond
from bot.slack.dispatcher import Dispatcher
from bot.slack.events import EventKind, SlackQuestion
from bot.slack.interactions import NOT_CHECKED
from bot.slack.markup import plain
from bot.slack.views import block_kit, home
from bot.slack.views.block_kit import Message
from bot.slack.views.help import HELP
from index.catalog.overview import RecordOverview
from index.errors import OnRecordError

Body = dict[str, Any]
Acknowledge = Callable[[str], Awaitable[None]]
_WORDS = ("", "help", "status", "articles")
_LOOKING = "Looking …"


class Commands:
    """Answers commands and shortcuts."""

    def __init__(self, client: SlackClient, dispatcher: Dispatcher, work: AnswerPool) -> None:
        self._client = client
        self._dispatcher = dispatcher
        self._work = work

    async def commanded(self, body: Body, acknowledge: Acknowledge) -> None:
        """/onrecord was used."""
        text = plain(str(body.get("text") or ""), self._dispatcher.identity.user)
        channel, user, url = (str(body.get(key) or "") for key in ("channel_id", "user_id", "response_url"))
        word = text.lower().rstrip("?!. ")
        if word not in _WORDS:
            await self._ask(body, channel, user, text)
            await acknowledge(_LOOKING)
            return
        await acknowledge(_LOOKING)
        message = await self._told(word, channel, user)
        try:
            if not await respond(self._client, url, message):
                LOG.warning("a command in %s could not be responded to", channel)
        except (ClientError, TimeoutError) as error:
            LOG.warning("responding to a command in %s: %s", channel, why(error))

    async def asked_about(self, body: Body, acknowledge: Callable[[], Awaitable[None]]) -> None:
        """“Ask On Record about this” was chosen for a message."""
        channel, user = (str((body.get(key) or {}).get("id") or "") for key in ("channel", "user"))
        text = plain(str((body.get("message") or {}).get("text") or ""), self._dispatcher.identity.user)
        if text:
            await self._ask(body, channel, user, text)
        await acknowledge()
        said = _LOOKING if text else "There are no words in this message that I could ask about."
        try:
            await respond(self._client, str(body.get("response_url") or ""), block_kit.said(said))
        except (ClientError, TimeoutError) as error:
            LOG.warning("responding to a shortcut in %s: %s", channel, why(error))

    async def _ask(self, body: Body, channel: str, user: str, text: str) -> None:
        ts = f"command {body.get('trigger_id') or body.get('response_url')}"
        await self._dispatcher.intake(
            SlackQuestion(
                self._dispatcher.identity.team,
                channel,
                ts,
                user,
                ts,
                text,
                EventKind.COMMAND,
                response_url=str(body.get("response_url") or ""),
            )
        )

    async def _told(self, word: str, channel: str, user: str) -> Message:
        try:
            refusal = await self._dispatcher.access.command_refusal(channel, user)
        except NotChecked:
            refusal = NOT_CHECKED
        if refusal:
            return block_kit.said(refusal)
        if word in ("", "help"):
            return block_kit.said(HELP)
        glance, problem = await look_at_record(self._work, self._dispatcher, channel)
        return home.status(glance, problem=problem) if word == "status" else home.articles(glance)


async def look_at_record(
    work: AnswerPool, dispatcher: Dispatcher, channel: str
) -> tuple[RecordOverview, str]:
    """What is on record for a channel, and what is wrong with it, as a sentence."""
    try:
        return await work.look(work.glance, dispatcher.settings.of(channel)), ""
    except OnRecordError as error:
        LOG.error("the record cannot be looked at: %s", error)
        return RecordOverview(), "The record cannot be read just now; please tell the people who run me."
