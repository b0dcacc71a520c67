"""Who may ask: allow-lists of workspaces, channels and people; strangers and guests only where that is set.

It fails closed: what cannot be checked is refused, or waits. Every action is checked again, since people
leave.
"""

import asyncio
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.slack.client import LOG, SlackClient, why
from bot.slack.people import People, Person, PersonUnknown
from bot.slack.settings import SlackSettings
from bot.slack.tokens import Identity

_CHANNELS = 2_000
# Slack says this of private channels and direct messages that the bot is not in.
_UNSEEN = "channel_not_found"
_SHARED = "I do not answer in channels that are shared with other organisations."
_NOT_SEEN = (
    "I cannot tell whether this channel is shared with another organisation, so I do not answer here; "
    "ask me in a direct message."
)


class NotChecked(Exception):
    """It could not be found out just now whether somebody may ask; it may be later."""


class AccessControl:
    """Answers with the sentence of a refusal; "" lets pass."""

    def __init__(self, client: SlackClient, settings: SlackSettings, identity: Identity) -> None:
        """`identity` is the installation that the token belongs to."""
        self._client = client
        self._settings = settings
        self._own = {identity.team, *filter(None, [identity.enterprise])}
        self.people = People(client)
        self._shared: dict[str, bool] = {}

    async def refusal(self, channel: str, user: str, *, shared: bool = False) -> str:
        """Why `user` may not ask in `channel`, as a sentence; `shared` is a Slack Connect channel.

        Raises NotChecked.
        """
        settings = self._settings
        # A direct message to the bot is a channel of its own, which nobody can list beforehand.
        if settings.channels and not channel.startswith("D") and channel not in settings.channels:
            return "I was not set up to answer in this channel; ask me in a direct message instead."
        if settings.users and user not in settings.users:
            return "I was not set up to answer you; the people who run me can change that."
        if shared and not settings.externals:
            return _SHARED
        return await self._person(user)

    async def command_refusal(self, channel: str, user: str) -> str:
        """The same for a command, which does not say whether its channel is shared. Raises NotChecked."""
        refused = await self.refusal(channel, user)
        if refused or self._settings.externals:
            return refused
        try:
            return _SHARED if await self.is_shared(channel) else ""
        except SlackApiError as error:
            # Where the bot is not, only the asker sees what is answered.
            return "" if why(error) == _UNSEEN else _NOT_SEEN
        except (ClientError, TimeoutError) as error:
            raise NotChecked from error

    async def sharing_refusal(self, channel: str) -> str:
        """Why nothing may be shown to everybody in `channel`."""
        if self._settings.externals:
            return ""
        try:
            return "I share nothing with other organisations." if await self.is_shared(channel) else ""
        except (SlackApiError, ClientError, TimeoutError) as error:
            LOG.warning("conversations.info of %s: %s", channel, why(error))
            return (
                "I cannot tell whether this channel is shared with another organisation, so I share nothing "
                "here; use Copy with sources."
            )

    async def is_shared(self, channel: str) -> bool:
        """Whether a channel is shared with another organisation. Raises SlackApiError, ClientError."""
        if channel not in self._shared:
            found = await self._client.conversations_info(channel=channel)
            about: dict[str, Any] = found.get("channel") or {}
            self.note(channel, shared=bool(about.get("is_ext_shared") or about.get("is_pending_ext_shared")))
        return self._shared[channel]

    def note(self, channel: str, *, shared: bool) -> None:
        """An event says whether its channel is shared."""
        self._shared.pop(channel, None)
        self._shared[channel] = shared
        while len(self._shared) > _CHANNELS:
            del self._shared[next(iter(self._shared))]

    def may_feed(self, user: str) -> str:
        """Why `user` may not put links on record."""
        if self._settings.feeders and user not in self._settings.feeders:
            return "I was not set up to read links for you; the people who run me can change that."
        return ""

    async def name(self, user: str) -> str:
        """How somebody is called, for people who are not to be pinged; "somebody" where it is not known."""
        try:
            return (await self.people.person(user)).name or "somebody"
        except (PersonUnknown, SlackApiError, ClientError, TimeoutError) as error:
            LOG.warning("users.info: %s", why(error))
            return "somebody"

    async def _person(self, user: str) -> str:
        settings = self._settings
        if settings.externals and settings.guests and not settings.workspaces:
            return ""
        try:
            person = await self.people.person(user)
        except PersonUnknown:
            return "I only answer people whom I can look up in this workspace."
        except SlackApiError as error:
            LOG.warning("users.info: %s", why(error))
            if why(error) == "missing_scope":
                return "I cannot check who you are without the scope users:read; please tell who runs me."
            raise NotChecked from error
        except (ClientError, TimeoutError, asyncio.IncompleteReadError) as error:
            LOG.warning("users.info: %s", why(error))
            raise NotChecked from error
        return self._judged(person)

    def _judged(self, person: Person) -> str:
        if not person.human:
            return "I only answer people."
        listed = set(self._settings.workspaces)
        if listed and not listed & person.teams:
            return "I only answer people of the workspaces that I was set up for."
        # Of the same organisation is who belongs to it, whatever workspace of it is named first.
        stranger = not person.teams & self._own if person.teams else person.stranger
        if stranger and not listed and not self._settings.externals:
            return "I only answer people of this organisation."
        if person.guest and not self._settings.guests:
            return "I was not set up to answer guests of this workspace."
        return ""
