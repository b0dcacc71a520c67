"""Spans of answers."""

import pytest

from bot.answering.flow import AnswerFlow
from bot.extractive.writer import ExtractiveWriter
from bot.monitoring.logs import request
from bot.monitoring.observers import observed
from bot.monitoring.tracing import Tracing, load_tracing
from bot.types import Cancelled
from index.errors import UsageError
from index.store import Index
from index.types import Query
from tests.conftest import article, put

pytest.importorskip("opentelemetry.sdk")


def test_an_answer_is_a_span_with_its_phases_below_and_no_text(index: Index) -> None:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    put(index, article("a", "The canary sang at the harbour on Monday."))
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    flow = AnswerFlow(index, ExtractiveWriter(index.embedder.embed_tokens), threshold=0)
    tracing = Tracing(provider)
    with request() as id_:
        list(observed(flow.events(Query("Who sang at the harbour?")), [tracing]))
    by_name = {span.name: span for span in spans.get_finished_spans()}
    assert set(by_name) == {"answer", "search", "write"}
    answer = by_name["answer"]
    for phase in ("search", "write"):
        assert by_name[phase].parent.span_id == answer.context.span_id
    assert answer.attributes["onrecord.request"] == id_
    assert answer.attributes["onrecord.outcome"] in ("answered", "not_on_record")
    told = "".join(span.to_json() for span in spans.get_finished_spans())
    assert "canary" not in told
    assert "harbour" not in told
    tracing.close()


def test_without_a_collector_nothing_is_traced() -> None:
    assert load_tracing({}) is None
    named = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4317"}
    assert load_tracing({**named, "OTEL_SDK_DISABLED": "true"}) is None


def test_a_collector_that_is_gone_costs_no_answer_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing listens on port 9; closing must not wait for retries without end."""
    named = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", named["OTEL_EXPORTER_OTLP_ENDPOINT"])
    tracing = load_tracing(named)
    assert tracing is not None
    assert list(observed(iter(()), [tracing])) == []
    tracing.close()


@pytest.mark.parametrize(("error", "failed"), [(Cancelled(), False), (UsageError("It is empty."), True)])
def test_an_answer_that_nobody_waits_for_any_more_did_not_fail(error: Exception, failed: bool) -> None:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    Tracing(provider).start().ended(error)
    (answer,) = (span for span in spans.get_finished_spans() if span.name == "answer")
    assert (answer.status.status_code.name == "ERROR") == failed
