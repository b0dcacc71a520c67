"""What happens when people press something of ours. Everything was acknowledged before it comes here.

A window is opened before anything is looked at, since Slack gives three seconds for it: it says "Loading …"
until what it is to show is there. Access is checked again at each press.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.slack.access import NotChecked
from bot.slack.answer_pool import AnswerPool
from bot.slack.answer_question import shared
from bot.slack.client import LOG, SlackClient, why
from bot.slack.database import Database, SavedAnswer
from bot.slack.delivery import respond
from bot.slack.dispatcher import Dispatcher
from bot.slack.escalation import Escalation
from bot.slack.kept import KeptInSlack
from bot.slack.timeline_button import TimelineButton
from bot.slack.views import block_kit, modals
from bot.slack.views.block_kit import Message
from index.errors import OnRecordError

Body = dict[str, Any]
GONE = "This answer is no longer kept, or its question was deleted."
WAITS = "I ask again after each refresh, and tell here once it is on record."
MUTED = "I will not say here any more what became of earlier answers. Press again to undo that."
UNMUTED = "I will say here again what became of earlier answers."
NOT_CHECKED = "I could not check just now whether I may answer you; please try again in a minute."
# Titles of the windows that a press opens.
_WINDOWS = {"passages": "Passages", "copy": "Copy with sources", "down": "What was wrong?"}


class Interactions:
    """Answers presses and forms."""

    def __init__(
        self, client: SlackClient, dispatcher: Dispatcher, database: Database, work: AnswerPool
    ) -> None:
        self._client = client
        self._dispatcher = dispatcher
        self._database = database
        self._work = work
        self._escalation = Escalation(client, dispatcher, database)
        self._kept = KeptInSlack(work, dispatcher.settings)
        self._timeline = TimelineButton(client, dispatcher.settings, work)

    async def pressed(self, body: Body) -> None:
        """A button of ours was pressed."""
        action = (body.get("actions") or [{}])[0]
        name, value = str(action.get("action_id") or ""), str(action.get("value") or "")
        rating, _, id_ = value.rpartition(" ")
        window = _WINDOWS.get(rating if name == "rate" else name)
        if window:
            await self._show(body, window, lambda: self._window(body, name, id_))
            return
        refusal = await self._refusal(body)
        if name == "mute" and not refusal:
            await self._keeping(body, partial(self._muted, body))
            return
        given = None if refusal else await self._given(body, id_)
        if given is None:
            await self.say(body, refusal or GONE)
            return
        if name == "tell_me":
            await self._keeping(body, partial(self._waits, given))
            return
        await self._chosen(body, name, given)

    async def _chosen(self, body: Body, name: str, given: SavedAnswer) -> None:
        """What is done with an answer."""
        match name:
            case "rate":
                await self._dispatcher.do(self._database.rate, given, _user(body), "up")
                await self.say(body, "Thank you; noted.")
            case "person":
                await self.say(body, await self._escalation.hand_on(given, _user(body)))
            case "timeline":
                if word := await self._timeline.pressed(given, partial(self._respond, body)):
                    await self.say(body, word)
            case "share":
                await self._share(body, given)
            case "keep":
                await self._keep_private(body, given)

    async def submitted(self, body: Body) -> None:
        """The form about a bad answer was sent."""
        view = body.get("view") or {}
        given = await self._dispatcher.do(self._database.given, str(view.get("private_metadata") or ""))
        if given is None or await self._refusal(body, given.channel):
            LOG.info("a form about an answer was not kept: its answer is gone, or its sender may not ask")
            return
        values = (view.get("state") or {}).get("values") or {}
        chosen = ((values.get("reason") or {}).get("reason") or {}).get("selected_option") or {}
        comment = ((values.get("comment") or {}).get("comment") or {}).get("value") or ""
        said = ": ".join(part for part in (str(chosen.get("value") or ""), str(comment)) if part)
        await self._dispatcher.do(self._database.rate, given, _user(body), "down", said)

    async def say(self, body: Body, sentence: str) -> None:
        """A word to the person who pressed, where they pressed: there the bot need not be a member."""
        message = block_kit.said(sentence)
        try:
            if await self._respond(body, message):
                return
            container = body.get("container") or {}
            thread = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts")
            await self._client.chat_postEphemeral(
                channel=_channel(body),
                user=_user(body),
                text=message.text,
                blocks=list(message.blocks),
                **({"thread_ts": thread} if thread else {}),
            )
        except (SlackApiError, ClientError, TimeoutError) as error:
            LOG.warning("telling somebody in %s: %s", _channel(body), why(error))

    async def _window(self, body: Body, name: str, id_: str) -> modals.View:
        """What the window shows in the end."""
        refusal = await self._refusal(body)
        given = None if refusal else await self._given(body, id_)
        if given is None:
            return modals.sentence(_WINDOWS.get(name, _WINDOWS["down"]), refusal or GONE)
        if name == "passages":
            return await self._passages(given)
        if name == "copy":
            return modals.copy(given)
        await self._dispatcher.do(self._database.rate, given, _user(body), "down")
        return modals.feedback(given.id)

    async def _show(self, body: Body, title: str, made: Callable[[], Awaitable[modals.View]]) -> None:
        """Open a window at once, and fill it."""
        try:
            opened = await self._client.views_open(
                trigger_id=str(body.get("trigger_id") or ""), view=modals.sentence(title, "Loading …")
            )
        except (SlackApiError, ClientError, TimeoutError) as error:
            LOG.warning("opening a window: %s", why(error))
            await self.say(body, "The window could not be opened; please press again.")
            return
        view = await made()
        try:
            await self._client.views_update(view_id=str(opened["view"]["id"]), view=view)
        except (SlackApiError, ClientError, TimeoutError) as error:
            # It may have been closed.
            LOG.warning("filling a window: %s", why(error))

    async def _refusal(self, body: Body, channel: str = "") -> str:
        try:
            return await self._dispatcher.access.refusal(channel or _channel(body), _user(body))
        except NotChecked:
            return NOT_CHECKED

    async def _given(self, body: Body, id_: str) -> SavedAnswer | None:
        """The answer, if it was given where the press comes from."""
        given: SavedAnswer | None = await self._dispatcher.do(self._database.given, id_)
        return given if given is not None and given.channel == _channel(body) else None

    async def _passages(self, given: SavedAnswer) -> modals.View:
        settings = self._dispatcher.settings.of(given.place)

        def made() -> modals.View:
            return modals.passages(given, lambda id_: self._work.article(settings, id_))

        try:
            return await self._work.look(made)
        except OnRecordError as error:
            LOG.error("the record cannot be looked at: %s", error)
            return modals.sentence("Passages", "The record cannot be read just now.")

    async def _keeping(self, body: Body, change: Callable[[], str]) -> None:
        """Change what is kept, and say what `change` says to who pressed."""
        try:
            said = await asyncio.to_thread(change)
        except OnRecordError as error:
            LOG.error("kept answers: %s", error)
            said = "That could not be noted just now; please try again."
        await self.say(body, said)

    def _muted(self, body: Body) -> str:
        return MUTED if self._kept.toggle(_channel(body), _user(body)) else UNMUTED

    def _waits(self, given: SavedAnswer) -> str:
        self._kept.wait(given)
        return WAITS

    async def _share(self, body: Body, given: SavedAnswer) -> None:
        if given.user != _user(body):
            await self.say(body, "Only the person who asked can share this.")
            return
        refusal = await self._dispatcher.access.sharing_refusal(given.channel)
        if refusal:
            await self.say(body, refusal)
            return
        # The address of the press serves also where the bot is no member.
        for message in shared(given):
            if not await self._respond(body, message, in_channel=True):
                await self.say(body, "I could not share it; please use /onrecord again.")
                return
        await asyncio.to_thread(self._kept.share, given)
        await self._respond(body, block_kit.said("Shared in the channel."), replace=True)

    async def _keep_private(self, body: Body, given: SavedAnswer) -> None:
        """The message with the buttons stays as it is, but for those that share it."""
        *_, last = shared(given)
        await self._respond(body, last, replace=True)

    async def _respond(
        self, body: Body, message: Message, *, in_channel: bool = False, replace: bool = False
    ) -> bool:
        url = str(body.get("response_url") or "")
        try:
            return bool(url) and await respond(
                self._client, url, message, in_channel=in_channel, replace=replace
            )
        except (ClientError, TimeoutError) as error:
            LOG.warning("responding in %s: %s", _channel(body), why(error))
            return False


def _channel(body: Body) -> str:
    return str((body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id") or "")


def _user(body: Body) -> str:
    return str((body.get("user") or {}).get("id") or "")
