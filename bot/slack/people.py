"""Who somebody is, as Slack knows them; remembered, so that a question seldom waits for it."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.slack.client import LOG, SlackClient, why

_REMEMBERED = 20_000
# After these seconds it is looked up again beside the next question, and after those before it.
_FRESH, _USABLE = 600.0, 43_200.0
_A_PAGE = 1_000
# Slack's words for a person whom nobody will find by asking again.
_NOBODY = {"user_not_found", "user_not_visible", "users_not_found"}


class PersonUnknown(Exception):
    """Slack knows nobody by that id, or does not show them to the bot."""


@dataclass(frozen=True, slots=True)
class Person:
    """What decides whether somebody may ask. `teams` are ids of workspaces, and of the organisation."""

    name: str
    teams: frozenset[str]
    human: bool
    guest: bool
    stranger: bool

    @classmethod
    def of(cls, about: Mapping[str, Any]) -> "Person":
        """From a user object of Slack's. On Enterprise Grid it may name the organisation, or many teams."""
        profile, grid = about.get("profile") or {}, about.get("enterprise_user") or {}
        ids = [about.get("team_id"), about.get("enterprise_id"), grid.get("enterprise_id")]
        ids += [*(about.get("teams") or ()), *(grid.get("teams") or ())]
        name = profile.get("display_name") or about.get("real_name") or about.get("name") or ""
        return cls(
            str(name),
            frozenset(str(one) for one in ids if one),
            human=not (about.get("deleted") or about.get("is_bot")),
            guest=bool(about.get("is_restricted") or about.get("is_ultra_restricted")),
            stranger=bool(about.get("is_stranger")),
        )


class People:
    """The people of a workspace, and those of others who speak in its channels."""

    def __init__(self, client: SlackClient) -> None:
        self._client = client
        self._known: OrderedDict[str, tuple[float, Person]] = OrderedDict()
        self._asking: dict[str, asyncio.Task[Person]] = {}

    async def person(self, user: str) -> Person:
        """Raises PersonUnknown; SlackApiError, ClientError or TimeoutError where it may go well later."""
        at, person = self._known.get(user, (0.0, None))
        age = time.monotonic() - at
        if person is not None and age < _USABLE:
            if age > _FRESH:
                # Nobody waits for this one; who has left or has become a guest is told so the next time.
                self._ask(user).add_done_callback(_looked_at)
            return person
        return await asyncio.shield(self._ask(user))

    async def learn_all(self) -> None:
        """Look everybody up at once, page by page; a failure costs nothing but time later."""
        cursor = ""
        while len(self._known) < _REMEMBERED:
            try:
                page = await self._client.users_list(limit=_A_PAGE, cursor=cursor)
            except (SlackApiError, ClientError, TimeoutError) as error:
                LOG.info("users.list: %s", why(error))
                return
            for about in page.get("members") or []:
                self._know(str(about.get("id")), Person.of(about))
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    def _ask(self, user: str) -> "asyncio.Task[Person]":
        if user not in self._asking:
            self._asking[user] = asyncio.create_task(self._look_up(user))
            self._asking[user].add_done_callback(lambda _: self._asking.pop(user, None))
        return self._asking[user]

    async def _look_up(self, user: str) -> Person:
        try:
            answer = await self._client.users_info(user=user)
        except SlackApiError as error:
            if why(error) in _NOBODY:
                self._known.pop(user, None)
                raise PersonUnknown(user) from error
            raise
        person = Person.of(answer.get("user") or {})
        self._know(user, person)
        return person

    def _know(self, user: str, person: Person) -> None:
        self._known[user] = time.monotonic(), person
        self._known.move_to_end(user)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


def _looked_at(task: "asyncio.Task[Person]") -> None:
    """Take note of a failure that nobody waits for."""
    if not task.cancelled():
        task.exception()
