"""Server-sent events: a stream of what happens, each with its name and its JSON."""

import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.responses import StreamingResponse


def event(name: str, data: Any) -> str:
    """One event. JSON in ASCII has no line ends, by which an event would end."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def event_stream(events: AsyncIterator[str]) -> StreamingResponse:
    """The response; proxies are asked not to hold it back."""
    return StreamingResponse(events, media_type="text/event-stream", headers={"x-accel-buffering": "no"})
