"""Connections that are not waited for without end: slow senders, and readers who never read."""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


class ImpatientProtocol(H11Protocol):
    """uvicorn's, which breaks a connection off that idles, or whose request takes too long.

    uvicorn itself waits for ever for the rest of a header, and for room to write to a client that does not
    read. Subclasses set the seconds.
    """

    send_seconds: float
    request_seconds: float

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._state: tuple[int, bool] = (0, False)
        self._since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to watch."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._watch()

    def _watch(self) -> None:
        if self not in self.connections:
            return
        busy = self.cycle is not None and not self.cycle.response_complete
        if (state := (id(self.cycle), busy)) != self._state:
            self._state, self._since = state, self.loop.time()
        # What was answered must still be read, or there would be no end to it.
        patience = self.request_seconds + self.send_seconds if busy else self.send_seconds
        if self.loop.time() - self._since >= patience:
            self.transport.abort()
            return
        self.loop.call_later(self.send_seconds / 4, self._watch)


def protocol(send_seconds: float, request_seconds: float) -> type[ImpatientProtocol]:
    """The protocol with these limits."""
    limits = {"send_seconds": send_seconds, "request_seconds": request_seconds}
    return type("Protocol", (ImpatientProtocol,), limits)
