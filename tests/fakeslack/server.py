"""The fake Slack as a server: HTTP and WebSocket on one loopback port, in a thread, steered by tests."""

import asyncio
import json
import os
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar
from uuid import uuid4

from aiohttp import web

from tests.fakeslack.methods import Methods
from tests.fakeslack.people import People
from tests.fakeslack.rate_limits import Throttle
from tests.fakeslack.sockets import Ack
from tests.fakeslack.state import RESPONSE, VARIABLE, Call, Message, Refused, State

T = TypeVar("T")
Payload = dict[str, Any]


@dataclass
class Fault:
    """What goes wrong with the next `times` calls of a method, after `after` that go well.

    `how`: "drop after" the call was done, "drop before", "500 after", "429", "slow", or an error of Slack's.
    """

    method: str
    how: str
    times: int = 1
    after: int = 0


class FakeSlack(People):
    """A workspace to put a bot into, with Slack's documented limits. May be used from any thread."""

    def __init__(self) -> None:
        super().__init__(State(), asyncio.new_event_loop())
        self.methods = Methods(
            self.state,
            lambda: f"ws://127.0.0.1:{self.port}/socket",
            lambda: f"http://127.0.0.1:{self.port}/files/",
        )
        self.throttle = Throttle(self.state.now)
        # Turn off what Slack would never let pass, to measure the bot alone.
        self.limited = True
        # Seconds that every call takes.
        self.slow = 0.0
        # How many messages were being put at once, at most.
        self.most_at_once = 0
        self._at_once = 0
        self.faults: list[Fault] = []
        self.limits_met: list[str] = []
        self.responses: list[tuple[str, Payload]] = []
        self._thread = Thread(target=self._run, daemon=True)
        self._runner: web.AppRunner | None = None

    @property
    def api_url(self) -> str:
        """The base address of the Web API."""
        return f"http://127.0.0.1:{self.port}/api/"

    @property
    def acks(self) -> list[Ack]:
        """What the app acknowledged."""
        return self.sockets.acks

    @property
    def connections(self) -> int:
        """How often the app has connected."""
        return self.sockets.connections

    def __enter__(self) -> "FakeSlack":
        self._thread.start()
        self._do(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self._write_down()
        for future in self._futures:
            future.cancel()
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def disconnect(self, *, polite: bool = False) -> None:
        """End all connections: announced, or as if a cable were cut."""
        self._do(self.sockets.disconnect(polite))

    def connected(self) -> bool:
        """Whether an app is connected."""
        return self.sockets.connected()

    # What can be waited for.

    def until(self, true: Callable[[], Any], seconds: float = 60.0) -> Any:
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

    def _write_down(self) -> None:
        """Keep what was called for `tests.fakeslack.typed`, where that asks for it."""
        folder = os.environ.get(VARIABLE)
        if not folder:
            return
        # What Slack refused may be wrong on purpose.
        calls = [(call.method, call.body) for call in self.state.calls if call.answer.get("ok")]
        calls += [(RESPONSE, body.get("blocks") or []) for _, body in self.responses]
        lines = [json.dumps({"method": method, "body": body}) for method, body in calls]
        (Path(folder) / f"{uuid4()}.jsonl").write_text("\n".join(lines))

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _start(self) -> None:
        app = web.Application(client_max_size=20_000_000)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/socket", self.sockets.serve)
        app.router.add_post("/response/{id}", self._response)
        app.router.add_get("/files/{id}", self._file)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, backlog=512)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        await self.sockets.disconnect(polite=False)
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
        wait = 1 if how == "429" else self.throttle.retry_after(method, body) if self.limited else 0
        if wait:
            self.limits_met.append(method)
            return web.json_response(
                {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(wait)}
            )
        answer = await self._in_its_time(method, token, body, how)
        if how == "drop after":
            return self._dropped(request)
        if how == "500 after":
            return web.Response(status=500, text="internal")
        return web.json_response(answer, headers={"x-oauth-scopes": self.state.scopes})

    async def _in_its_time(self, method: str, token: str, body: Payload, how: str) -> Payload:
        """The answer; slowness is spent on the way there, and on the way back."""
        puts = method.startswith("chat.")
        self._at_once += puts
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await asyncio.sleep(self.slow / 2)
            answer = self._answered(method, token, body, how)
            await asyncio.sleep(self.slow / 2)
        finally:
            self._at_once -= puts
        return answer

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

    async def _file(self, request: web.Request) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.state.installs or "files:read" not in self.state.scopes.split(","):
            # To the page on which people sign in.
            raise web.HTTPFound("/signin")
        return web.Response(body=self.state.files[request.match_info["id"]])

    async def _response(self, request: web.Request) -> web.Response:
        id_, body = request.match_info["id"], await request.json()
        try:
            user, channel = self.state.use_response(id_)
        except Refused as refused:
            return web.Response(status=404, text=str(refused))
        self.responses.append((id_, body))
        made = Message(
            channel, self.state.ts(), self.state.told(channel).user, body.get("text") or "",
            body.get("blocks") or [], body.get("thread_ts") or "",
            unfurls=body.get("unfurl_links") is not False,
        )  # fmt: skip
        if body.get("response_type") == "in_channel":
            # Everybody sees it, whether or not the bot is a member.
            self.state.messages[channel, made.ts] = made
        else:
            made.only_for = user
            self.state.responses.append(made)
        await asyncio.sleep(self.slow)
        return web.Response(text="ok")


async def _body(request: web.Request) -> Payload:
    if request.content_type == "application/json":
        made: Payload = await request.json()
        return made
    given = dict(await request.post()) or dict(request.query)
    return {key: _read(value) for key, value in given.items()} | dict(request.query)


def _read(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("[", "{"):
        with suppress(ValueError):
            return json.loads(value)
    return value
