"""Server-sent events: a stream of what happens, each with its name and its JSON."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

from starlette.responses import StreamingResponse

# Seconds without an event after which a comment is sent: proxies close what is silent for a minute or less.
KEEP_ALIVE = 15.0


def event(name: str, data: Any) -> str:
    """One event. JSON in ASCII has no line ends, by which an event would end."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def event_stream(events: AsyncGenerator[str, None]) -> StreamingResponse:
    """The response; proxies are asked not to hold it back."""
    return StreamingResponse(
        _kept_alive(events), media_type="text/event-stream", headers={"x-accel-buffering": "no"}
    )


async def _kept_alive(events: AsyncGenerator[str, None]) -> AsyncIterator[str]:
    """The events, and a comment whenever none came for a while. Closing it closes them."""
    async with aclosing(events):
        while True:
            coming = asyncio.ensure_future(anext(events, None))
            try:
                while not (await asyncio.wait({coming}, timeout=KEEP_ALIVE))[0]:
                    yield ": still at it\n\n"
            finally:
                if not coming.done():
                    coming.cancel()
                    await asyncio.wait({coming})
            happened = coming.result()
            if happened is None:
                return
            yield happened
