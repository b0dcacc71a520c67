"""OpenTelemetry spans of answers: an extra (`pip install '.[tracing]'`).

On where the standard variables name a collector (`OTEL_EXPORTER_OTLP_ENDPOINT`, or `…_TRACES_ENDPOINT`); the
other `OTEL_*` variables hold as the SDK documents them. A span is an answer; below it are one that ends with
the passages and one that ends with the last sentence. Attributes are ids, counts and outcomes, never text.
"""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.monitoring.logs import request_id
from bot.types import Cancelled, Done, Event, Found, Withheld
from index.errors import UsageError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


def load_tracing(environment: Mapping[str, str] = os.environ) -> "Tracing | None":
    """The watcher that the environment asks for, or None. Raises UsageError where the extra is missing."""
    off = environment.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if off or not any(map(environment.get, _ENDPOINTS)):
        return None
    try:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        msg = (
            f"Tracing needs a package that is not installed ({error.name}); run in On Record's checkout: "
            "pip install '.[tracing]'"
        )
        raise UsageError(msg) from error
    name = environment.get("OTEL_SERVICE_NAME") or "onrecord"
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: name}))
    # In batches, from a thread of its own: a collector that is slow or gone costs no answer anything.
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Tracing(provider)


class Tracing:
    """A watcher that makes spans. Close it to send the last ones."""

    def __init__(self, provider: "TracerProvider") -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("onrecord")

    def start(self) -> "_Traced":
        """An answer is about to be made."""
        return _Traced(self._tracer)

    def close(self) -> None:
        """Send what waits."""
        self._provider.shutdown()


class _Traced:
    def __init__(self, tracer: Any) -> None:
        from opentelemetry.trace import set_span_in_context

        self._tracer = tracer
        self._answer: Span = tracer.start_span("answer", attributes={"onrecord.request": request_id()})
        self._within = set_span_in_context(self._answer)
        self._phase: Span = tracer.start_span("search", context=self._within)
        self._withheld = 0

    def event(self, event: Event) -> None:
        if isinstance(event, Found):
            self._phase.set_attribute("onrecord.passages", len(event.passages))
            self._phase.end()
            self._phase = self._tracer.start_span("write", context=self._within)
        elif isinstance(event, Withheld):
            self._withheld += 1
            self._answer.add_event("withheld", {"reason": event.reason})
        elif isinstance(event, Done):
            answer = event.answer
            self._answer.set_attributes(
                {
                    "onrecord.outcome": answer.outcome.value,
                    "onrecord.sentences": len(answer.sentences),
                    "onrecord.citations": len(answer.citations),
                    "onrecord.withheld": self._withheld,
                    "onrecord.score": answer.score,
                    "onrecord.writer": answer.model,
                }
            )

    def ended(self, error: BaseException | None) -> None:
        if error is not None and not isinstance(error, GeneratorExit | Cancelled):
            from opentelemetry.trace import StatusCode

            self._answer.set_status(StatusCode.ERROR, type(error).__name__)
        self._phase.end()
        self._answer.end()
