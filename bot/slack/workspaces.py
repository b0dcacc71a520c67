"""The workspaces that the bot is in, and to which of them belongs what Slack sends.

With a bot token there is one. With OAuth there are as many as have installed the app (`oauth`).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.slack.client import SlackClient
from bot.slack.counters import Counters
from bot.slack.markup import mentioned
from bot.slack.tokens import Identity
from bot.slack.workspace import Workspace


class Workspaces:
    """All of them, by the id of the workspace or organisation that each is installed for."""

    def __init__(
        self, make: Callable[[SlackClient, Identity], Workspace], counters: Counters, *, one: bool
    ) -> None:
        """`make` makes one; `counters` count for all; with `one` there is never another."""
        self.counters = counters
        self._make = make
        self._one = one
        self._open: dict[str, Workspace] = {}

    def __iter__(self) -> Iterator[Workspace]:
        return iter(list(self._open.values()))

    def __len__(self) -> int:
        return len(self._open)

    def get(self, team: str) -> Workspace | None:
        """One by the id that it is installed for."""
        return self._open.get(team)

    def add(self, client: SlackClient, identity: Identity) -> Workspace:
        """Take one in, without starting it."""
        self._open[identity.team] = self._make(client, identity)
        return self._open[identity.team]

    async def remove(self, workspace: Workspace) -> None:
        """Close one, and be in it no more."""
        self._open.pop(workspace.identity.team, None)
        await workspace.close()

    async def close(self) -> None:
        """Close all."""
        for workspace in self:
            await self.remove(workspace)

    def problems(self) -> list[str]:
        """What is wrong with their tokens, a sentence each."""
        return [
            problem if self._one else f"{workspace.identity.name}: {problem}"
            for workspace in self
            for problem in workspace.client.health.problems()
        ]

    def of(self, body: Mapping[str, Any], team: str, enterprise: str, *, org_wide: bool) -> Workspace | None:
        """The one that is meant by what Slack sent, which names this `team` and this `enterprise`.

        In channels that two workspaces share, Slack names one of them: whose bot is spoken to, or whose
        message is pressed on, comes first. None where the app is not installed, and for what a bot of ours
        says, which must not be answered by another.
        """
        if self._one:
            return next(iter(self), None)
        bots = {one.identity.user: one for one in self}
        if bots.keys() & _speakers(body):
            return None
        meant = [bots[user] for user in sorted(_addressed(body)) if user in bots]
        if meant:
            return meant[0]
        keys = (enterprise, team) if org_wide else (team, enterprise)
        return next((self._open[key] for key in keys if key in self._open), None)


def _speakers(body: Mapping[str, Any]) -> set[str]:
    event = body.get("event") or {}
    return {str(one.get("user")) for one in (event, event.get("message") or {})}


def _addressed(body: Mapping[str, Any]) -> set[str]:
    """The users who are mentioned in an event, or whose message it is about."""
    event = body.get("event") or {}
    found = {str(event.get("item_user")), str((body.get("message") or {}).get("user"))}
    for said in (event, event.get("message") or {}, event.get("previous_message") or {}):
        found |= mentioned(str(said.get("text") or ""))
    return found
