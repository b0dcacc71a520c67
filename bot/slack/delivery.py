"""What is said to one person only, and how whole messages reach the place that they belong to."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.client import LOG, SlackClient, why
from bot.slack.events import EventKind, SlackQuestion
from bot.slack.reply import Reply
from bot.slack.settings import SlackSettings
from bot.slack.views.block_kit import Block, Message, said
from index.errors import OnRecordError

# Told apart from answers, when those are looked for after a restart.
_NOTICE = {"event_type": "onrecord_notice", "event_payload": {}}
_WHY_NOT = {
    "not_in_channel": "I am not a member of that channel; invite me with /invite, and ask again",
    "channel_not_found": "I cannot see that channel; invite me with /invite, and ask again",
    "is_archived": "the channel has been archived",
    "restricted_action": "I may not write in that channel",
    "restricted_action_read_only_channel": "I may not write in that channel",
    "thread_locked": "the thread is locked",
    "missing_scope": "I lack a permission; please tell who runs me to use `onrecord doctor --slack`",
    "connection": "the connection to Slack broke",
}


GAVE_UP = (
    "I tried several times, and each time I was stopped before I had finished, so I gave up. "
    "Please ask in another way, or tell the people who run me."
)
RESTARTED = "I was restarted while I answered you. If you see no answer, please ask again."


def in_words(reason: str) -> str:
    """Slack's word for a failure, as people say it."""
    return _WHY_NOT.get(reason, f"Slack did not take it ({reason})")


class Delivery:
    """Puts messages where they belong."""

    def __init__(self, client: SlackClient, settings: SlackSettings) -> None:
        self._client = client
        self._quick = client.quick()
        self._settings = settings

    def is_private(self, ask: SlackQuestion) -> bool:
        """Whether only the asker sees the answer: that of a command, or in a channel that is set so."""
        if ask.kind is EventKind.COMMAND:
            return True
        return self._settings.of(ask.channel).private and not ask.channel.startswith("D")

    async def answer(
        self, ask: SlackQuestion, reply: Reply, messages: Sequence[Message], tail: Sequence[Block] = ()
    ) -> None:
        """Deliver an answer: in the thread, or to its asker alone. Raises Undelivered."""
        if ask.kind is EventKind.COMMAND:
            await self._respond(ask, messages)
        elif self.is_private(ask):
            for message in messages:
                await self._ephemeral(ask, message)
        else:
            await reply.finish(messages, tail)

    async def privately(self, ask: SlackQuestion, sentence: str) -> None:
        """Say something to the asker alone, wherever that is possible."""
        message = said(sentence)
        try:
            if ask.kind is EventKind.COMMAND:
                await self._respond(ask, [message])
            elif ask.channel.startswith("D"):
                await self._client.chat_postMessage(
                    channel=ask.channel, thread_ts=ask.thread, **content_of(message), metadata=_NOTICE
                )
            else:
                await self._ephemeral(ask, message)
        except (SlackApiError, ClientError, TimeoutError) as error:
            LOG.warning("telling somebody in %s: %s", ask.channel, why(error))
            await self._directly(ask, message)

    async def notice(self, ask: SlackQuestion, sentence: str) -> None:
        """Say something that is not worth waiting for."""
        if not self._quick.limits.has_room("chat.postEphemeral"):
            return
        with suppress(SlackApiError, ClientError, TimeoutError):
            if ask.kind is EventKind.COMMAND:
                await self._respond(ask, [said(sentence)])
            else:
                await self._ephemeral(ask, said(sentence), self._quick)

    async def undelivered(self, ask: SlackQuestion, reason: str) -> None:
        """Tell the asker, in a direct message, that the answer could not be put where they asked."""
        LOG.warning("no answer could be put in %s: %s", ask.channel, reason)
        asked = ask.text if len(ask.text) <= 200 else f"{ask.text[:199]}…"
        sentence = f"I could not answer “{asked}” where you asked: {in_words(reason)}."
        await self._directly(ask, said(sentence))

    async def _directly(self, ask: SlackQuestion, message: Message) -> None:
        if ask.user.startswith("B"):
            return  # A bot, or a workflow.
        try:
            await self._client.chat_postMessage(channel=ask.user, **content_of(message))
        except (SlackApiError, ClientError, TimeoutError) as error:
            LOG.error("nobody could be told about a question in %s: %s", ask.channel, why(error))

    async def _ephemeral(
        self, ask: SlackQuestion, message: Message, client: SlackClient | None = None
    ) -> None:
        thread: dict[str, Any] = {"thread_ts": ask.thread} if ask.in_thread else {}
        await (client or self._client).chat_postEphemeral(
            channel=ask.channel, user=ask.user, text=message.text, blocks=list(message.blocks), **thread
        )

    async def _respond(self, ask: SlackQuestion, messages: Sequence[Message]) -> None:
        if not ask.response_url:
            await self._ephemeral(ask, messages[0])
            return
        # Slack takes five messages by such an address.
        for message in messages[:5]:
            if not await respond(self._client, ask.response_url, message):
                await self._ephemeral(ask, message)


async def respond(
    client: SlackClient, url: str, message: Message, *, in_channel: bool = False, replace: bool = False
) -> bool:
    """Say something by the address that came with a press or a command; whether Slack took it.

    It is good for half an hour and five messages, also where the bot is no member.
    """
    hook = AsyncWebhookClient(url, retry_handlers=client.retry_handlers)
    answer = await hook.send(
        text=message.text,
        blocks=list(message.blocks),
        response_type="in_channel" if in_channel else "ephemeral",
        replace_original=replace,
        unfurl_links=False,
        unfurl_media=False,
    )
    return answer.status_code < 400


def foreseen(error: Exception) -> bool:
    """Whether the log need not show where an error came from."""
    return isinstance(error, OnRecordError | SlackApiError)


def sorry(error: Exception, id_: str) -> str:
    """What the asker is told of a failure that has this number in the log."""
    if isinstance(error, OnRecordError):
        return (
            "The record cannot be searched just now; please tell the people who run me, "
            f"with the number {id_}."
        )
    return (
        "Something went wrong, and I could not answer; please tell the people who run me, "
        f"with the number {id_}."
    )


def content_of(message: Message) -> dict[str, Any]:
    """A message as chat.postMessage takes it; nothing of it is unfolded."""
    return {
        "text": message.text,
        "blocks": list(message.blocks),
        "unfurl_links": False,
        "unfurl_media": False,
    }
