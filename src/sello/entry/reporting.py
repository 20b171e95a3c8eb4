"""Errors to Sentry and traces to OpenTelemetry, both only when the settings name an address for them.

Their libraries are slow to import, so nothing of them is loaded otherwise. What is sent is put together from an
allow-list: method, path template, status, ids, where in the code. No address, header, body, query or variable.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

from sello.entry.scrubbing import plain_text, told
from sello.entry.settings import Settings
from sello.shared.logs import current_request

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

TRACES: Final = 0.1  # share of requests and jobs that are traced
_KEPT: Final = (
    "event_id", "timestamp", "start_timestamp", "level", "platform", "type", "transaction", "transaction_info",
    "release", "environment", "sdk", "tags", "contexts", "spans",
)  # fmt: skip
_KEPT_OF_FRAME: Final = ("filename", "function", "module", "lineno", "in_app")
_KEPT_CONTEXTS: Final = ("trace", "runtime")

Ending = Callable[[int], None]


class Reporting:
    """What was configured; `None` in its place means that nothing was."""

    def __init__(self, *, sentry: bool, tracer_provider: Any) -> None:
        self._sentry = sentry
        self._provider = tracer_provider
        self._tracer = tracer_provider.get_tracer("sello") if tracer_provider is not None else None

    def error(self, error: BaseException) -> None:
        """Report what nobody foresaw."""
        if self._sentry:
            import sentry_sdk

            request = current_request.get()
            with sentry_sdk.new_scope() as scope:
                if request is not None:
                    scope.set_tag("request_id", request.request_id)
                    scope.set_tag("business_id", str(request.business_id))
                sentry_sdk.capture_exception(error)

    def begin(self, operation: str, name: str) -> Ending:
        """A request (`http.server`) or job (`job`) begins; call what is returned with its status at the end."""
        endings = [begun for begun in (self._begin_sentry(operation, name), self._begin_span(name)) if begun]

        def end(status: int) -> None:
            for ending in endings:
                ending(status)

        return end

    def _begin_sentry(self, operation: str, name: str) -> Ending | None:
        if not self._sentry:
            return None
        import sentry_sdk

        transaction = sentry_sdk.start_transaction(op=operation, name=name, source="route")

        def end(status: int) -> None:
            transaction.set_http_status(status)
            transaction.finish()

        return end

    def _begin_span(self, name: str) -> Ending | None:
        if self._tracer is None:
            return None
        from opentelemetry.trace import Status, StatusCode

        method, _, template = name.partition(" ")
        span = self._tracer.start_span(name, attributes={"http.request.method": method, "http.route": template})

        def end(status: int) -> None:
            span.set_attribute("http.response.status_code", status)
            if status >= 500:
                span.set_status(Status(StatusCode.ERROR))
            span.end()

        return end

    def close(self) -> None:
        """Send what waits to be sent, for at most 2 s."""
        if self._sentry:
            import sentry_sdk

            sentry_sdk.flush(timeout=2.0)
        if self._provider is not None:
            self._provider.force_flush(2000)
            self._provider.shutdown()


def from_settings(settings: Settings, *, process: str = "api") -> Reporting | None:
    """Connect to whatever is configured; None when nothing is."""
    provider = None
    if settings.sentry_dsn:
        _start_sentry(settings.sentry_dsn, process)
    if settings.otel_exporter_otlp_endpoint:
        provider = _start_tracing(settings.otel_exporter_otlp_endpoint, process)
    if provider is None and not settings.sentry_dsn:
        return None
    return Reporting(sentry=bool(settings.sentry_dsn), tracer_provider=provider)


def _start_sentry(dsn: str, process: str) -> None:
    import sentry_sdk

    sentry_sdk.init(
        dsn=dsn,
        traces_sample_rate=TRACES,
        default_integrations=False,  # they read requests, log lines, arguments and local variables
        auto_enabling_integrations=False,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        server_name=process,
        before_send=_allowed,
        before_send_transaction=_allowed,
    )


def _allowed(event: "Event", hint: "Hint") -> "Event":
    kept: dict[str, Any] = {name: value for name, value in event.items() if name in _KEPT}
    contexts = kept.get("contexts") or {}
    kept["contexts"] = {name: value for name, value in contexts.items() if name in _KEPT_CONTEXTS}
    kept["tags"] = {name: plain_text(str(value)) for name, value in dict(kept.get("tags") or {}).items()}
    exceptions = (event.get("exception") or {}).get("values") or []
    if exceptions:
        kept["exception"] = {"values": [_allowed_exception(dict(one)) for one in exceptions]}
        raised = (hint.get("exc_info") or (None, None, None))[1]
        if isinstance(raised, BaseException):
            kept["exception"]["values"][-1]["value"] = told(raised)
    return cast("Event", kept)


def _allowed_exception(one: dict[str, Any]) -> dict[str, Any]:
    frames = (one.get("stacktrace") or {}).get("frames") or []
    cut = [{name: frame.get(name) for name in _KEPT_OF_FRAME} for frame in frames]
    return {"type": one.get("type"), "module": one.get("module"), "value": "", "stacktrace": {"frames": cut}}


def _start_tracing(endpoint: str, process: str) -> Any:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    # Never made the global provider: FastAPI would then send paths, queries and the texts of exceptions by itself.
    provider = TracerProvider(
        resource=Resource({"service.name": f"sello-{process}"}), sampler=ParentBased(TraceIdRatioBased(TRACES))
    )
    exporter = OTLPSpanExporter(endpoint=endpoint.rstrip("/") + "/v1/traces", timeout=5)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider
