"""What Jaeger's query service sends, as far as it is kept.

Sources: https://github.com/jaegertracing/jaeger-idl/blob/main/swagger/api_v3/query_service.openapi.yaml,
https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
"""

from typing import Any

from pydantic import ConfigDict, TypeAdapter

from opsloom.adapter_api.json_shapes import CamelWire


class Dependency(CamelWire):
    """``call_count`` is of sampled calls; a number in the older API, its text in v3."""

    parent: str
    child: str
    call_count: int


class Dependencies(CamelWire):
    dependencies: tuple[Dependency, ...]


class OlderDependencies(CamelWire):
    """Of the API that Jaeger's own pages use; ``errors`` is ``None`` where all went well."""

    data: tuple[Dependency, ...] | None
    errors: tuple[Any, ...] | None = None


class AnyValue(CamelWire):
    """Exactly one of them is there; 64-bit integers are texts."""

    string_value: str | None = None
    bool_value: bool | None = None
    int_value: str | int | None = None
    double_value: float | None = None

    @property
    def text(self) -> str | None:
        """The value as text; ``None`` of lists, maps and bytes."""
        if self.bool_value is not None:
            return str(self.bool_value).lower()
        values = (self.string_value, self.int_value, self.double_value)
        return next((str(value) for value in values if value is not None), None)


class KeyValue(CamelWire):
    key: str
    value: AnyValue = AnyValue()


class Status(CamelWire):
    """``code`` 2, or its name, is an error."""

    code: int | str = 0
    message: str = ""


class SpanEvent(CamelWire):
    name: str = ""
    attributes: tuple[KeyValue, ...] = ()


class Span(CamelWire):
    trace_id: str
    span_id: str
    name: str = ""
    kind: int | str = 0
    start_time_unix_nano: int = 0
    end_time_unix_nano: int = 0
    status: Status = Status()
    attributes: tuple[KeyValue, ...] = ()
    events: tuple[SpanEvent, ...] = ()


class ScopeSpans(CamelWire):
    spans: tuple[Span, ...] = ()


class Resource(CamelWire):
    attributes: tuple[KeyValue, ...] = ()


class ResourceSpans(CamelWire):
    resource: Resource = Resource()
    scope_spans: tuple[ScopeSpans, ...] = ()


class TracesData(CamelWire):
    """Empty lists are left out, as in all JSON of protocol buffers."""

    resource_spans: tuple[ResourceSpans, ...] = ()


class Traces(CamelWire):
    """Over HTTP the traces are wrapped once more."""

    result: TracesData


class Services(CamelWire):
    """Protocol buffers leave an empty list out: then there is nothing else, either."""

    services: tuple[str, ...]


class NoServices(CamelWire):
    model_config = ConfigDict(extra="forbid")


DEPENDENCIES: TypeAdapter[Dependencies] = TypeAdapter(Dependencies)
OLDER_DEPENDENCIES: TypeAdapter[OlderDependencies] = TypeAdapter(OlderDependencies)
TRACES: TypeAdapter[Traces] = TypeAdapter(Traces)
SERVICES: TypeAdapter[Services | NoServices] = TypeAdapter(Services | NoServices)
