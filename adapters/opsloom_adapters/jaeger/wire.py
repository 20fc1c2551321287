"""What Jaeger's query service sends, as far as it is kept.

Sources: https://github.com/jaegertracing/jaeger-idl/blob/main/swagger/api_v3/query_service.openapi.yaml,
https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
"""

from typing import Any

from pydantic import AliasGenerator, BaseModel, ConfigDict, TypeAdapter
from pydantic.alias_generators import to_camel


class _Wire(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        defer_build=True,
        alias_generator=AliasGenerator(validation_alias=to_camel),
    )


class Dependency(_Wire):
    """``call_count`` is of sampled calls; a number in the older API, its text in v3."""

    parent: str
    child: str
    call_count: int


class Dependencies(_Wire):
    dependencies: tuple[Dependency, ...]


class OlderDependencies(_Wire):
    """Of the API that Jaeger's own pages use; ``errors`` is ``None`` where all went well."""

    data: tuple[Dependency, ...] | None
    errors: tuple[Any, ...] | None = None


class AnyValue(_Wire):
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


class KeyValue(_Wire):
    key: str
    value: AnyValue = AnyValue()


class Status(_Wire):
    """``code`` 2, or its name, is an error."""

    code: int | str = 0
    message: str = ""


class SpanEvent(_Wire):
    name: str = ""
    attributes: tuple[KeyValue, ...] = ()


class Span(_Wire):
    trace_id: str
    span_id: str
    name: str = ""
    kind: int | str = 0
    start_time_unix_nano: int = 0
    end_time_unix_nano: int = 0
    status: Status = Status()
    attributes: tuple[KeyValue, ...] = ()
    events: tuple[SpanEvent, ...] = ()


class ScopeSpans(_Wire):
    spans: tuple[Span, ...] = ()


class Resource(_Wire):
    attributes: tuple[KeyValue, ...] = ()


class ResourceSpans(_Wire):
    resource: Resource = Resource()
    scope_spans: tuple[ScopeSpans, ...] = ()


class TracesData(_Wire):
    """Empty lists are left out, as in all JSON of protocol buffers."""

    resource_spans: tuple[ResourceSpans, ...] = ()


class Traces(_Wire):
    """Over HTTP the traces are wrapped once more."""

    result: TracesData


class Services(_Wire):
    """Protocol buffers leave an empty list out: then there is nothing else, either."""

    services: tuple[str, ...]


class NoServices(_Wire):
    model_config = ConfigDict(extra="forbid")


DEPENDENCIES: TypeAdapter[Dependencies] = TypeAdapter(Dependencies)
OLDER_DEPENDENCIES: TypeAdapter[OlderDependencies] = TypeAdapter(OlderDependencies)
TRACES: TypeAdapter[Traces] = TypeAdapter(Traces)
SERVICES: TypeAdapter[Services | NoServices] = TypeAdapter(Services | NoServices)
