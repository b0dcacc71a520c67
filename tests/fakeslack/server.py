"""The fake Slack as a server: HTTP and WebSocket on one loopback port, in a thread, steered by tests."""

import asyncio
import itertools
import json
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import Any, TypeVar

from aiohttp import WSMsgType, web

from tests.fakeslack import deliveries
from tests.fakeslack.methods import Methods, Refused
from tests.fakeslack.state import BOT_USER, Call, Message, State

T = TypeVar("T")
Payload = dict[str, Any]


@dataclass
class Fault:
    """What goes wrong with the next `times` calls of a method.

    `how`: "drop after" the call was done, "drop before", "500 after", "429", "slow", or an error of Slack's.
    """

    method: str
    how: str
    times: int = 1
    after: int = 0


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


class FakeSlack:
    """A workspace to put a bot into. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self.state = State()
        self.methods = Methods(self.state, lambda: f"ws://127.0.0.1:{self.port}/socket")
        self.port = 0
        self.faults: list[Fault] = []
        self.responses: list[tuple[str, Payload]] = []
        self.acks: list[Ack] = []
        self.unacknowledged = 0
        self.connections = 0
        self.retry_seconds = 2.0
        self._sockets: list[web.WebSocketResponse] = []
        self._waiting: dict[str, _Sent] = {}
        self._numbers = itertools.count(1)
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, daemon=True)
        self._runner: web.AppRunner | None = None
        self._futures: list[Future[Any]] = []

    @property
    def api_url(self) -> str:
        """The base address of the Web API."""
        return f"http://127.0.0.1:{self.port}/api/"

    def __enter__(self) -> "FakeSlack":
        self._thread.start()
        self._do(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        for future in self._futures:
            future.cancel()
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    # What people do. Each returns the ts of what was said.

    def mention(
        self, user: str, channel: str, text: str, thread: str = "", twin: str = "after", copies: int = 1
    ) -> str:
        """Mention the bot; the `twin` message event comes "after", "before", or not at all ("")."""
        text = f"<@{BOT_USER}> {text}"
        said = self._said(channel, user, text, thread)
        first = deliveries.mention(channel, user, text, said.ts, thread)
        events = [first, deliveries.message(channel, user, text, said.ts, thread)]
        events = {"after": events, "before": events[::-1], "": [first]}[twin]
        for inner in events:
            body = self._event(channel, inner)
            for _ in range(copies):
                self.send(body)
        return said.ts

    def say(self, user: str, channel: str, text: str, thread: str = "", copies: int = 1, **more: Any) -> str:
        """Say something, in a channel or to the bot directly ("D…")."""
        said = self._said(channel, user, text, thread)
        body = self._event(channel, deliveries.message(channel, user, text, said.ts, thread, **more))
        for _ in range(copies):
            self.send(body)
        return said.ts

    def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Change what was said."""
        message = self.state.messages[channel, ts]
        before = deliveries.message(channel, user, message.text, ts, message.thread_ts)
        message.text = text
        after = deliveries.message(channel, user, text, ts, message.thread_ts)
        self.send(self._event(channel, deliveries.changed(channel, before, after, self.state.ts())))

    def delete(self, user: str, channel: str, ts: str) -> None:
        """Take back what was said."""
        message = self.state.messages[channel, ts]
        message.deleted = True
        before = deliveries.message(channel, user, message.text, ts, message.thread_ts)
        self.send(self._event(channel, deliveries.deleted(channel, before, self.state.ts())))

    def ask_privately(self, user: str, channel: str, text: str) -> str:
        """Use /onrecord; the id of its response address."""
        id_ = f"r{next(self._numbers)}"
        self.send(
            deliveries.command(self.state, user, channel, text, self._response_url(id_)), "slash_commands"
        )
        return id_

    def press(self, user: str, message: Message, action_id: str, value: str = "") -> str:
        """Press the button of a message that has this action (and value); the id of its response address."""
        element = next(
            one
            for one in elements(message.blocks)
            if one.get("action_id") == action_id and (not value or value in json.dumps(one))
        )
        pressed = element
        if element["type"] == "feedback_buttons":
            pressed = element["negative_button" if value == "down" else "positive_button"]
        action = {"type": element["type"], "action_id": action_id, "value": pressed["value"]}
        id_ = f"r{next(self._numbers)}"
        body = deliveries.press(
            self.state, user, message.channel, message.ts, action, self._response_url(id_)
        )
        self.send(body, "interactive")
        return id_

    def submit(self, user: str, view: Payload, values: Payload) -> None:
        """Send a form."""
        self.send(deliveries.submission(self.state, user, view, values), "interactive")

    def open_app(self, user: str, tab: str) -> None:
        """Open the app's Home or Messages tab."""
        inner = {"type": "app_home_opened", "user": user, "channel": f"D{user[1:]}", "tab": tab}
        self.send(self._event("", inner))

    def stop(self, user: str, channel: str, thread: str) -> None:
        """Press the pane's Stop button; Slack ends the streams itself."""
        streams = [m for m in self.state.thread(channel, thread) if m.streaming]
        for message in streams:
            message.streaming = False
        inner = {
            "type": "agent_session_stopped",
            "channel": channel,
            "thread_ts": thread,
            "user": user,
            "streaming_message_ts": [message.ts for message in streams],
            "event_ts": self.state.ts(),
        }
        self.send(self._event(channel, inner))

    def send(self, payload: Payload, kind: str = "events_api") -> "Future[Ack]":
        """Send something to the app, again until it is acknowledged."""
        future = asyncio.run_coroutine_threadsafe(self._deliver(payload, kind), self._loop)
        self._futures = [one for one in self._futures if not one.done()]
        self._futures.append(future)
        return future

    # What happens to the connection.

    def disconnect(self, *, polite: bool = False) -> None:
        """End all connections: announced, or as if a cable were cut."""
        self._do(self._disconnect(polite))

    def connected(self) -> bool:
        """Whether an app is connected."""
        return any(not socket.closed for socket in self._sockets)

    # What can be waited for.

    def until(self, true: Callable[[], Any], seconds: float = 30.0) -> Any:
        """Wait until something is true, and return it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = true()
            if found:
                return found
            time.sleep(0.02)
        calls = [f"{call.method} {call.answer.get('error', '')}" for call in self.state.calls[-15:]]
        raise AssertionError(f"not within {seconds} s; last calls: {calls}")

    def answers(self, channel: str, ts: str, count: int = 1, seconds: float = 60.0) -> list[Message]:
        """The bot's finished messages in a thread, once there are `count`."""

        def finished() -> list[Message]:
            found = [m for m in self.state.replies(channel, ts) if not m.streaming]
            return found if len(found) >= count else []

        found: list[Message] = self.until(finished, seconds)
        return found

    def quiet(self, seconds: float = 0.6) -> None:
        """Wait until the app has called nothing for a while."""
        seen, since = len(self.state.calls), time.monotonic()
        while time.monotonic() - since < seconds:
            time.sleep(0.05)
            if len(self.state.calls) != seen:
                seen, since = len(self.state.calls), time.monotonic()

    # Within the server.

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _start(self) -> None:
        app = web.Application(client_max_size=20_000_000)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/socket", self._socket)
        app.router.add_post("/response/{id}", self._response)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, backlog=512)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        await self._disconnect(polite=False)
        if self._runner is not None:
            await self._runner.cleanup()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        body = await _body(request)
        token = str(body.pop("token", "") or token)
        how = self._fault(method)
        if how == "drop before":
            return self._dropped(request)
        if how == "slow":
            await asyncio.sleep(0.4)
        wait = 1 if how == "429" else self.methods.retry_after(method, body)
        if wait:
            return web.json_response(
                {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(wait)}
            )
        answer = self._answered(method, token, body, how)
        if how == "drop after":
            return self._dropped(request)
        if how == "500 after":
            return web.Response(status=500, text="internal")
        return web.json_response(answer, headers={"x-oauth-scopes": self.state.scopes})

    def _answered(self, method: str, token: str, body: Payload, how: str) -> Payload:
        call = Call(method, body, self.state.now())
        if self.state.remember_calls:
            self.state.calls.append(call)
        if how and how not in ("drop after", "500 after", "slow", "429"):
            call.answer = {"ok": False, "error": how}
            return call.answer
        try:
            call.answer = {"ok": True, **self.methods.call(method, token, body)}
        except Refused as refused:
            call.answer = refused.answer
        return call.answer

    def _fault(self, method: str) -> str:
        for fault in self.faults:
            if fault.method == method and fault.times > 0:
                if fault.after > 0:
                    fault.after -= 1
                    continue
                fault.times -= 1
                return fault.how
        return ""

    def _dropped(self, request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _response(self, request: web.Request) -> web.Response:
        self.responses.append((request.match_info["id"], await request.json()))
        return web.Response(text="ok")

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.append(socket)
        self.connections += 1
        await socket.send_json({"type": "hello", "num_connections": len(self._sockets)})
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(json.loads(message.data))
        finally:
            with suppress(ValueError):
                self._sockets.remove(socket)
        return socket

    def _acknowledged(self, answer: Payload) -> None:
        sent = self._waiting.get(str(answer.get("envelope_id")))
        if sent is not None:
            sent.payload = answer.get("payload")
            sent.done.set()

    async def _deliver(self, payload: Payload, kind: str) -> Ack:
        began, attempt = time.monotonic(), 0
        while True:
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
            attempt += 1
            try:
                await asyncio.wait_for(sent.done.wait(), self.retry_seconds)
            except TimeoutError:
                self.unacknowledged += 1
                if attempt >= 60:
                    raise
                continue
            finally:
                del self._waiting[id_]
            ack = Ack(time.monotonic() - began, sent.payload, attempt)
            self.acks.append(ack)
            return ack

    async def _connection(self) -> web.WebSocketResponse:
        while True:
            live = [socket for socket in self._sockets if not socket.closed]
            if live:
                return live[next(self._numbers) % len(live)]
            await asyncio.sleep(0.02)

    async def _disconnect(self, polite: bool) -> None:
        for socket in list(self._sockets):
            with suppress(ConnectionError, RuntimeError):
                if polite:
                    await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})
                elif socket._req is not None and socket._req.transport is not None:
                    socket._req.transport.abort()

    def _event(self, channel: str, inner: Payload) -> Payload:
        shared = channel in self.state.channels and self.state.channels[channel].shared
        return deliveries.event(self.state, inner, shared=shared)

    def _said(self, channel: str, user: str, text: str, thread: str) -> Message:
        message = Message(channel, self.state.ts(), user, text, thread_ts=thread)
        self.state.messages[channel, message.ts] = message
        return message

    def _response_url(self, id_: str) -> str:
        return f"http://127.0.0.1:{self.port}/response/{id_}"


async def _body(request: web.Request) -> Payload:
    if request.content_type == "application/json":
        made: Payload = await request.json()
        return made
    given = dict(await request.post()) or dict(request.query)
    return {**{key: _read(value) for key, value in given.items()}, **dict(request.query)}


def _read(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("[", "{"):
        with suppress(ValueError):
            return json.loads(value)
    return value


def elements(blocks: Any) -> list[Payload]:
    """Everything in blocks that can be pressed."""
    if isinstance(blocks, dict):
        own = [blocks] if "action_id" in blocks else []
        return own + [one for inner in blocks.values() for one in elements(inner)]
    if isinstance(blocks, list):
        return [one for inner in blocks for one in elements(inner)]
    return []
