"""How the server is, for whoever keeps it running: /healthz as JSON, /metrics for Prometheus."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.monitoring.metrics import CONTENT_TYPE, Metrics
from bot.operations.record_checks import record_checks
from bot.serving.answer_service import AnswerService
from bot.settings import Settings

WAITING = "onrecord_serve_waiting"


class State:
    """Tells how the server is."""

    def __init__(self, settings: Settings, service: AnswerService, metrics: Metrics) -> None:
        self._settings = settings
        self._service = service
        self._metrics = metrics
        metrics.report(WAITING, "Questions that are answered or wait now.", lambda: float(service.waiting))

    async def healthz(self, _: Request) -> Response:
        """200 where questions can be answered, else 503 with a sentence for each problem."""
        problems = await asyncio.to_thread(self._problems)
        return JSONResponse(
            {"waiting": self._service.waiting, "problems": problems}, status_code=503 if problems else 200
        )

    async def metrics(self, _: Request) -> Response:
        """The measurements."""
        body = await asyncio.to_thread(self._metrics.exposition)
        return Response(body, headers={"content-type": CONTENT_TYPE})

    def _problems(self) -> list[str]:
        return [check.said for check in record_checks(self._settings) if not check.well]
