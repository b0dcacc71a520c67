"""Who may ask: allow-lists of workspaces, channels and people; strangers and guests only where that is set.

It fails closed: what cannot be checked is refused. Every action is checked again, since people leave.
"""

import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import LOG, why
from bot.slack.settings import SlackSettings

_REMEMBERED = 2_000
_SECONDS = 600.0


class AccessControl:
    """Answers with the sentence of a refusal; "" lets pass."""

    def __init__(self, client: AsyncWebClient, settings: SlackSettings, team: str) -> None:
        """`team` is the workspace that the token belongs to."""
        self._client = client
        self._settings = settings
        self._teams = set(settings.workspaces) or {team}
        self._known: OrderedDict[str, tuple[float, Mapping[str, Any]]] = OrderedDict()

    async def refusal(self, team: str, channel: str, user: str, *, shared: bool = False) -> str:
        """Why `user` may not ask in `channel`, as a sentence; `shared` is a Slack Connect channel."""
        settings = self._settings
        if team not in self._teams:
            return "I only answer people of the workspaces that I was set up for."
        # A direct message to the bot is a channel of its own, which nobody can list beforehand.
        if settings.channels and not channel.startswith("D") and channel not in settings.channels:
            return "I was not set up to answer in this channel; ask me in a direct message instead."
        if settings.users and user not in settings.users:
            return "I was not set up to answer you; the people who run me can change that."
        if shared and not settings.externals:
            return "I do not answer in channels that are shared with other organisations."
        return await self._person(team, user)

    def may_feed(self, user: str) -> str:
        """Why `user` may not put links on record."""
        if self._settings.feeders and user not in self._settings.feeders:
            return "I was not set up to read links for you; the people who run me can change that."
        return ""

    async def name(self, user: str) -> str:
        """How somebody is called, for people who are not to be pinged; "somebody" where it is not known."""
        try:
            about = await self._about(user)
        except Exception as error:  # noqa: BLE001 (a name is not worth failing for)
            LOG.warning("users.info: %s", why(error))
            return "somebody"
        profile = about.get("profile") or {}
        return str(profile.get("display_name") or about.get("real_name") or about.get("name") or "somebody")

    async def _person(self, team: str, user: str) -> str:
        settings = self._settings
        if settings.externals and settings.guests:
            return ""
        try:
            about = await self._about(user)
        except SlackApiError as error:
            LOG.warning("users.info: %s", why(error))
            if why(error) == "missing_scope":
                return "I cannot check who you are without the scope users:read; please tell who runs me."
            return "I could not check just now whether I may answer you; please ask again in a minute."
        except Exception as error:  # noqa: BLE001 (whatever it is, nobody was checked)
            LOG.warning("users.info: %s", why(error))
            return "I could not check just now whether I may answer you; please ask again in a minute."
        if about.get("deleted") or about.get("is_bot"):
            return "I only answer people."
        stranger = about.get("is_stranger") or str(about.get("team_id") or team) not in self._teams
        if stranger and not settings.externals:
            return "I only answer people of this organisation."
        guest = about.get("is_restricted") or about.get("is_ultra_restricted")
        if guest and not settings.guests:
            return "I was not set up to answer guests of this workspace."
        return ""

    async def _about(self, user: str) -> Mapping[str, Any]:
        known = self._known.get(user)
        if known and time.monotonic() - known[0] < _SECONDS:
            return known[1]
        answer = await self._client.users_info(user=user)
        about: Mapping[str, Any] = answer.get("user") or {}
        self._known[user] = (time.monotonic(), about)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return about
