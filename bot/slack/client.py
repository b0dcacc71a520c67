"""The one client that talks to Slack.

It retries on rate limits only: a call whose connection broke may have been done, and would be done twice.
"""

import logging
from typing import Any

from aiohttp import ClientSession, ClientTimeout, TCPConnector
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

_SECONDS = 30
_RETRIES = 8
LOG = logging.getLogger("onrecord.slack")


def open_client(token: str, api_url: str) -> AsyncWebClient:
    """A client with a session of its own (`close_client`)."""
    # Slack closes idle connections; one that is reused too late breaks in the middle of a call.
    session = ClientSession(
        timeout=ClientTimeout(total=_SECONDS), connector=TCPConnector(limit=100, keepalive_timeout=10)
    )
    return AsyncWebClient(
        token=token,
        base_url=api_url,
        session=session,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=_RETRIES)],
    )


async def close_client(client: AsyncWebClient) -> None:
    """Give the session back."""
    if client.session is not None:
        await client.session.close()


def why(error: Any) -> str:
    """Slack's word for what went wrong (`not_in_channel`), or the name of the error; never a body."""
    data = getattr(getattr(error, "response", None), "data", None)
    said = data.get("error") if isinstance(data, dict) else None
    return str(said or type(error).__name__)
