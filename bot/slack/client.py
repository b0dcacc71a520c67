"""The one client that talks to Slack: within its limits, and with an eye on whether the token still works.

It retries on rate limits only: a call whose connection broke may have been done, and would be done twice.
"""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.rate_limits import RateLimits
from bot.slack.token_health import TokenHealth
from index.errors import OnRecordError

_SECONDS = 30
_RETRIES = 8
# The most messages of a thread that Slack gives at once.
_PAGE = 1_000
# What these say ends the start with a sentence, or is about another token.
_AT_THE_START = ("apps.connections.open", "auth.test")
LOG = logging.getLogger("onrecord.slack")


class SlackClient(AsyncWebClient):
    """Waits its turn before each call. `quick` is the same without retries, for what may as well be left."""

    def __init__(
        self, *, limits: RateLimits | None = None, health: TokenHealth | None = None, **more: Any
    ) -> None:
        """As AsyncWebClient; `limits` and `health` are those of the token."""
        super().__init__(**more)
        self.limits = limits or RateLimits()
        self.health = health or TokenHealth()
        self._quick: list[SlackClient] = []

    def quick(self) -> "SlackClient":
        """A client that gives up where Slack asks to wait."""
        made = SlackClient(
            token=self.token,
            base_url=self.base_url,
            session=self.session,
            retry_handlers=[],
            limits=self.limits,
            health=self.health,
        )
        self._quick.append(made)
        return made

    def like(self, token: str, health: TokenHealth) -> "SlackClient":
        """A client for another token, with the same session and limits of its own."""
        return SlackClient(
            token=token,
            base_url=self.base_url,
            session=self.session,
            retry_handlers=self.retry_handlers,
            health=health,
        )

    def renew(self, token: str) -> None:
        """Call with another token of the same installation from now on."""
        for client in (self, *self._quick):
            client.token = token

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        """Call, when it is its turn. Raises as AsyncWebClient does."""
        given = arguments.get("json") or arguments.get("data") or arguments.get("params") or {}
        await self.limits.wait(api_method, str(given.get("channel") or ""))
        try:
            answer = await super().api_call(api_method, **arguments)
        except SlackApiError as error:
            if api_method not in _AT_THE_START:
                self.health.failed(why(error), needed(error))
            raise
        if api_method not in _AT_THE_START:
            self.health.worked()
        return answer

    async def replies(self, **about: Any) -> AsyncIterator[dict[str, Any]]:
        """The messages of a thread, the oldest first, in as many calls as it takes. Raises as they do.

        `about` is what `conversations.replies` takes.
        """
        cursor = ""
        while True:
            page = await self.conversations_replies(**about, cursor=cursor or None, limit=_PAGE)
            for message in page.get("messages") or []:
                yield message
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return


def open_client(token: str, api_url: str) -> SlackClient:
    """A client with a session of its own (`close_client`)."""
    # Slack closes idle connections; one that is reused too late breaks in the middle of a call.
    session = ClientSession(
        timeout=ClientTimeout(total=_SECONDS), connector=TCPConnector(limit=200, keepalive_timeout=10)
    )
    return SlackClient(
        token=token,
        base_url=api_url,
        session=session,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=_RETRIES)],
    )


async def close_client(client: AsyncWebClient) -> None:
    """Give the session back."""
    if client.session is not None:
        await client.session.close()


@contextmanager
def reaching(client: AsyncWebClient) -> Iterator[None]:
    """Calls of the client. Raises OnRecordError where Slack cannot be reached."""
    try:
        yield
    except (ClientError, TimeoutError, OSError) as error:
        msg = f"Slack cannot be reached at {client.base_url} ({type(error).__name__}); check the network."
        raise OnRecordError(msg) from error


def why(error: Any) -> str:
    """Slack's word for what went wrong (`not_in_channel`), or the name of the error; never a body."""
    return _of(error, "error") or type(error).__name__


def needed(error: Any) -> str:
    """The scope that Slack says is missing; "" where it says none."""
    return _of(error, "needed")


def _of(error: Any, key: str) -> str:
    data = getattr(getattr(error, "response", None), "data", None)
    return str((data.get(key) if isinstance(data, dict) else None) or "")
