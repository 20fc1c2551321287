"""Jaeger's edges and failed spans as ours."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from opsloom.model.logs import LogEntry, LogSeverity
from opsloom.model.topology import Dependency, DependencySource
from opsloom_adapters.jaeger import wire
from opsloom_adapters.jaeger.links import trace_link

_SERVICE = "service.name"
_ERROR = "STATUS_CODE_ERROR"
_ERROR_CODES = (2, _ERROR)
_KINDS = ("unspecified", "internal", "server", "client", "producer", "consumer")


def dependency_of(heard: wire.Dependency) -> Dependency:
    """An edge that traces show. Jaeger counts sampled calls only, so there are no rates."""
    return Dependency(caller=heard.parent, callee=heard.child, source=DependencySource.OBSERVED)


def failed_spans(resources: Iterable[wire.ResourceSpans], web_url: str) -> Iterator[LogEntry]:
    """The spans that failed, each as an entry at its start."""
    for resource in resources:
        service = _texts(resource.resource.attributes).get(_SERVICE)
        for scope in resource.scope_spans:
            yield from (_entry_of(span, service, web_url) for span in scope.spans if _has_failed(span))


def _entry_of(span: wire.Span, service: str | None, web_url: str) -> LogEntry:
    attributes = _texts(span.attributes)
    exception = _exception_of(span)
    why = span.status.message or exception.get("exception.message", "")
    milliseconds = (span.end_time_unix_nano - span.start_time_unix_nano) / 1e6
    known = {"span_id": span.span_id, "span_kind": _kind_of(span.kind)}
    return LogEntry(
        at=datetime.fromtimestamp(span.start_time_unix_nano / 1e9, UTC),
        service=service,
        severity=LogSeverity.ERROR,
        severity_raw=_ERROR,
        message=f"{span.name} failed after {milliseconds:.0f} ms{f': {why}' if why else ''}",
        trace_id=span.trace_id,
        attributes={
            **attributes,
            **exception,
            **{name: value for name, value in known.items() if value},
            "link": trace_link(web_url, span.trace_id, span.span_id),
        },
    )


def _has_failed(span: wire.Span) -> bool:
    """By its status, or by the tag of OpenTracing, which older clients send."""
    return span.status.code in _ERROR_CODES or _texts(span.attributes).get("error") == "true"


def _exception_of(span: wire.Span) -> Mapping[str, str]:
    """The last exception that the span recorded, without its stack."""
    recorded = [_texts(event.attributes) for event in span.events if event.name == "exception"]
    last = recorded[-1] if recorded else {}
    return {name: last[name] for name in ("exception.type", "exception.message") if last.get(name)}


def _kind_of(kind: int | str) -> str:
    if isinstance(kind, str):
        return kind.removeprefix("SPAN_KIND_").lower()
    return _KINDS[kind] if 0 < kind < len(_KINDS) else ""


def _texts(attributes: Iterable[wire.KeyValue]) -> dict[str, str]:
    return {one.key: text for one in attributes if (text := one.value.text) is not None}
