"""“Ask a person”: a question that is not on record, handed to a channel or a person that was set for it."""

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.slack.client import LOG, SlackClient, why
from bot.slack.database import Database, SavedAnswer
from bot.slack.delivery import content_of, in_words
from bot.slack.dispatcher import Dispatcher
from bot.slack.views import block_kit
from bot.slack.views.escaping import mrkdwn
from bot.slack.views.safe_urls import safe_url


class Escalation:
    """Hands questions on, each once."""

    def __init__(self, client: SlackClient, dispatcher: Dispatcher, database: Database) -> None:
        self._client = client
        self._dispatcher = dispatcher
        self._database = database

    async def hand_on(self, given: SavedAnswer, user: str) -> str:
        """Hand a question on for `user`; what they are told of it."""
        target = self._dispatcher.settings.of(given.channel).escalate
        if not target:
            return "There is nobody that I could hand this to."
        # Marked before, so that two presses at once do not hand it on twice; and not if it came to nothing.
        if not await self._dispatcher.do(self._database.hand, given.id):
            return "This question has been handed on already."
        try:
            await self._post(target, given, await self._dispatcher.access.name(user))
        except (SlackApiError, ClientError, TimeoutError) as error:
            LOG.error("handing a question to %s: %s", target, why(error))
            await self._dispatcher.do(self._database.unhand, given.id)
            return f"I could not hand it on: {in_words(why(error))}. Please press again later."
        return "I have handed your question on; somebody will come back to you."

    async def _post(self, target: str, given: SavedAnswer, who: str) -> None:
        lines = [
            block_kit.words(f"{who} asks, and it is not on record:\n", 200),
            block_kit.words(given.question, italic=True),
        ]
        where = await self._permalink(given)
        if where:
            lines += [block_kit.words("\n"), block_kit.link("Where it was asked", where)]
        text = mrkdwn(f"A question for you: {given.question}", 300)
        message = block_kit.Message(text, (block_kit.paragraph(*lines),))
        await self._client.chat_postMessage(channel=target, **content_of(message))

    async def _permalink(self, given: SavedAnswer) -> str:
        if given.ts.startswith("command"):
            return ""
        try:
            found = await self._client.chat_getPermalink(channel=given.channel, message_ts=given.ts)
        except (SlackApiError, ClientError, TimeoutError):
            return ""
        return safe_url(str(found.get("permalink") or ""))
