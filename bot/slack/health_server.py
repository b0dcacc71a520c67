"""How the bot is, for whoever keeps it running: /healthz as JSON and /metrics for Prometheus, on one port."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiohttp import web

from bot.monitoring.metrics import CONTENT_TYPE, Metrics
from bot.slack.listening import listen
from bot.slack.workspaces import Workspaces

SHOWN = {
    "connected": "1 while there is a connection to Slack, else 0.",
    "last_event_timestamp_seconds": "When Slack last sent anything (Unix time), 0 before.",
    "asked": "Questions taken in since the start.",
    "answered": "Questions answered, each sentence with a quote.",
    "not_on_record": "Questions that the articles do not answer.",
    "stopped": "Questions that were stopped by who asked them.",
    "refused": "Questions of people or in channels that may not ask.",
    "turned_away": "Questions turned away because too many waited, or somebody asked too much.",
    "undelivered": "Answers that Slack did not let me put where they belong.",
    "failed": "Questions that ended in an apology, and other failures.",
    "recalled": "Messages that told what became of an earlier answer.",
    "waiting": "Questions that wait now.",
    "delivering": "Answers that are made and not delivered yet.",
    "token_accepted": "1 while Slack accepts the bot's token (with OAuth, all of them), else 0.",
}
_COUNTED = (
    "asked", "answered", "not_on_record", "stopped", "refused", "turned_away", "undelivered", "failed",
    "recalled",
)  # fmt: skip
Connected = Callable[[], Awaitable[bool]]


async def state(workspaces: Workspaces, connected: Connected) -> dict[str, Any]:
    """What is shown; ages in seconds, null where there was nothing yet."""
    counters, now = workspaces.counters, time.monotonic()
    return {
        "connected": await connected(),
        "up_seconds": round(now - counters.started, 1),
        "last_event_seconds": round(now - counters.last_event, 1) if counters.last_event else None,
        **{name: getattr(counters, name) for name in _COUNTED},
        "workspaces": len(workspaces),
        "waiting": _waiting(workspaces),
        "in_the_making": sum(one.dispatcher.workers.busy for one in workspaces),
        "delivering": _delivering(workspaces),
    }


async def serve(
    workspaces: Workspaces,
    connected: Connected,
    metrics: Metrics,
    record: Callable[[], list[str]],
    host: str,
    port: int,
) -> web.AppRunner:
    """Serve /healthz and /metrics. Clean the runner up in the end.

    /healthz is 200 while there is a connection to Slack, Slack accepts all tokens, and `record` finds
    nothing wrong, else 503 with a sentence for each problem. Raises UsageError where the port cannot be
    listened at.
    """
    up = {"connected": False}
    for name, meaning in SHOWN.items():
        metrics.report(f"onrecord_slack_{name}", meaning, partial(_value, workspaces, up, name))

    async def healthz(_: web.Request) -> web.Response:
        shown = await state(workspaces, connected)
        problems = [*workspaces.problems(), *await asyncio.to_thread(record)]
        if not shown["connected"]:
            problems.append("There is no connection to Slack just now.")
        return web.json_response({**shown, "problems": problems}, status=503 if problems else 200)

    async def measured(_: web.Request) -> web.Response:
        up["connected"] = await connected()
        body = await asyncio.to_thread(metrics.exposition)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", measured)
    return await listen(app, host, port, "--health-port")


def _waiting(workspaces: Workspaces) -> int:
    return sum(len(one.dispatcher.queue) for one in workspaces)


def _delivering(workspaces: Workspaces) -> int:
    return sum(one.dispatcher.workers.delivering for one in workspaces)


def _value(workspaces: Workspaces, up: dict[str, bool], name: str) -> float:
    if name == "connected":
        return float(up["connected"])
    if name == "last_event_timestamp_seconds":
        last = workspaces.counters.last_event
        return time.time() - (time.monotonic() - last) if last else 0.0
    if name == "waiting":
        return float(_waiting(workspaces))
    if name == "delivering":
        return float(_delivering(workspaces))
    if name == "token_accepted":
        return float(not workspaces.problems())
    return float(getattr(workspaces.counters, name))
