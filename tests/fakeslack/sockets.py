"""Socket Mode: envelopes, acknowledgements, and what becomes of those that are not acknowledged in time."""

import asyncio
import itertools
import json
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

Payload = dict[str, Any]
# A person who pressed or commanded something is told after these seconds that it did not work.
PATIENCE = 3.0


@dataclass
class Ack:
    """An envelope that was acknowledged: seconds from its first sending, with the payload of the answer."""

    seconds: float
    payload: Payload | None
    sent: int


@dataclass
class _Sent:
    done: asyncio.Event = field(default_factory=asyncio.Event)
    payload: Payload | None = None


class Sockets:
    """The connections of the app."""

    def __init__(self) -> None:
        self.acks: list[Ack] = []
        self.unacknowledged = 0
        self.given_up: list[Payload] = []
        self.connections = 0
        self.retry_seconds = 2.0
        self._open: list[web.WebSocketResponse] = []
        self._waiting: dict[str, _Sent] = {}
        self._numbers = itertools.count(1)

    def connected(self) -> bool:
        """Whether an app is connected."""
        return any(not socket.closed for socket in self._open)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Hold a connection."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._open.append(socket)
        self.connections += 1
        await socket.send_json({"type": "hello", "num_connections": len(self._open)})
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(json.loads(message.data))
        finally:
            with suppress(ValueError):
                self._open.remove(socket)
        return socket

    async def deliver(self, payload: Payload, kind: str) -> Ack:
        """Send something. An event is sent again; of a press or a command a person is told that it failed."""
        began, attempt = time.monotonic(), 0
        event = kind == "events_api"
        while True:
            sent = await self._send(payload, kind, attempt, self.retry_seconds if event else PATIENCE)
            attempt += 1
            if sent is not None:
                ack = Ack(time.monotonic() - began, sent.payload, attempt)
                self.acks.append(ack)
                return ack
            self.unacknowledged += 1
            if not event:
                self.given_up.append(payload)
                return Ack(time.monotonic() - began, None, 0)
            if attempt >= 60:
                raise TimeoutError

    async def _send(self, payload: Payload, kind: str, attempt: int, seconds: float) -> _Sent | None:
        socket = await self._connection()
        # Each attempt is an envelope of its own.
        id_, sent = f"envelope-{next(self._numbers)}", _Sent()
        self._waiting[id_] = sent
        envelope = {
            "envelope_id": id_,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
            "retry_attempt": attempt,
            "retry_reason": "timeout" if attempt else "",
        }
        with suppress(ConnectionError, RuntimeError):
            await socket.send_json(envelope)
        try:
            await asyncio.wait_for(sent.done.wait(), seconds)
        except TimeoutError:
            return None
        finally:
            del self._waiting[id_]
        return sent

    def _acknowledged(self, answer: Payload) -> None:
        sent = self._waiting.get(str(answer.get("envelope_id")))
        if sent is not None:
            sent.payload = answer.get("payload")
            sent.done.set()

    async def _connection(self) -> web.WebSocketResponse:
        while True:
            live = [socket for socket in self._open if not socket.closed]
            if live:
                return live[next(self._numbers) % len(live)]
            await asyncio.sleep(0.02)

    async def disconnect(self, polite: bool) -> None:
        """End all connections: announced, or as if a cable were cut."""
        for socket in list(self._open):
            with suppress(ConnectionError, RuntimeError):
                if polite:
                    await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})
                elif socket._req is not None and socket._req.transport is not None:
                    socket._req.transport.abort()
