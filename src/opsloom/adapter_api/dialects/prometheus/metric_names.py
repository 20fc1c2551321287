"""What a metric's name tells about it, where the naming conventions leave no doubt.

Sources: https://prometheus.io/docs/practices/naming/,
https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
"""

import re
from collections.abc import Mapping, Sequence

from opsloom.adapter_api.dialects.prometheus import wire
from opsloom.model.metrics import MetricDescriptor, MetricKind

TIME_UNITS = frozenset(("seconds", "milliseconds"))
DURATION_WORDS = frozenset(("duration", "latency"))
WORK_WORDS = frozenset(("requests", "queries", "messages", "calls", "responses", "handled"))
ERROR_WORDS = frozenset(
    ("error", "errors", "failure", "failures", "failed", "exception", "exceptions", "panics", "timeouts")
)
MEMORY_BYTES = ("container_memory_working_set_bytes", "process_resident_memory_bytes")
SUCCESSES = ("up", "probe_success")
HISTOGRAM_PARTS = ("_bucket", "_sum", "_count")

_UNITS = TIME_UNITS | {"bytes", "bits", "ratio", "percent", "celsius", "volts", "joules"}
_UNIT_OF_NAME = {"traces_spanmetrics_latency": "seconds"}  # Tempo, which leaves it out


def family_of(name: str) -> str:
    """The name under which metadata of a histogram's or summary's part is kept, else the name itself."""
    return next((name.removesuffix(part) for part in HISTOGRAM_PARTS if name.endswith(part)), name)


def words_of(name: str) -> frozenset[str]:
    """The words of a name, in lower case."""
    return frozenset(re.split("[_:]", name.lower()))


def unit_of(name: str) -> str:
    """The unit at the end of the name (``_seconds``, ``_bytes_total``), else ``""``."""
    if name.endswith(("_count", "_bucket")):
        return ""
    last = name.removesuffix("_total").removesuffix("_sum").rpartition("_")[2]
    return last if last in _UNITS else _UNIT_OF_NAME.get(name, "")


def descriptor_of(
    name: str, service: str | None, kind: MetricKind | None, metadata: Mapping[str, Sequence[wire.Metadata]]
) -> MetricDescriptor:
    """A metric of ``service``, as the metadata of its family describes it."""
    known = metadata.get(name) or metadata.get(family_of(name)) or (wire.Metadata(),)
    return MetricDescriptor(
        name=name,
        service=service,
        kind=kind,
        unit=known[0].unit or unit_of(name),
        type_raw=known[0].type,
        help=known[0].help,
    )
