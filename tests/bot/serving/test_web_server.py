"""Where a server may listen, where it needs tokens for it, and that it ends where it cannot begin."""

import asyncio

import pytest
from starlette.applications import Starlette

from bot.serving.settings import ServeSettings
from bot.serving.web_server import is_loopback, listen, serve
from index.errors import UsageError


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "[::1]", "localhost", "127.8.8.8"])
def test_loopback_needs_no_token(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "answers.example"])
def test_where_others_can_ask_a_token_is_needed(host: str) -> None:
    with pytest.raises(UsageError, match="name a file of tokens in ONRECORD_SERVE_TOKENS_FILE"):
        listen(host, 0, frozenset())


def test_a_port_that_is_taken_is_one_sentence() -> None:
    with (
        listen("127.0.0.1", 0, frozenset()) as taken,
        pytest.raises(UsageError, match="cannot be listened at: Address already in use"),
    ):
        listen("127.0.0.1", taken.getsockname()[1], frozenset())


def test_a_server_that_cannot_begin_ends_with_the_error() -> None:
    async def begin() -> None:
        msg = "no room"
        raise PermissionError(msg)

    async def serving() -> None:
        with listen("127.0.0.1", 0, frozenset()) as listening:
            await serve(Starlette(), listening, ServeSettings(), begin(), asyncio.Event())

    with pytest.raises(PermissionError, match="no room"):
        asyncio.run(asyncio.wait_for(serving(), 60))
