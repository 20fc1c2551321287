"""What Datadog sends of downtimes, as far as it is kept.

Source: https://docs.datadoghq.com/api/latest/downtimes/
"""

from typing import Any

from pydantic import AwareDatetime, TypeAdapter

from opsloom.adapter_api.json_shapes import Text, Wire
from opsloom_adapters.datadog.wire import Id


class MonitorIdentifier(Wire):
    """Exactly one of the two: the monitor, or tags that a monitor must all have."""

    monitor_id: int | None = None
    monitor_tags: tuple[str, ...] = ()


class Schedule(Wire):
    """``start`` and ``end`` of a downtime that does not recur."""

    start: AwareDatetime | None = None
    end: AwareDatetime | None = None
    recurrences: tuple[Any, ...] = ()


class DowntimeAttributes(Wire):
    scope: str
    status: Text = ""
    message: Text = ""
    monitor_identifier: MonitorIdentifier
    schedule: Schedule
    modified: AwareDatetime | None = None


class Downtime(Wire):
    id: Id
    attributes: DowntimeAttributes


class OneDowntime(Wire):
    data: Downtime


class Downtimes(Wire):
    data: tuple[Downtime, ...]


DOWNTIME: TypeAdapter[OneDowntime] = TypeAdapter(OneDowntime)
DOWNTIMES: TypeAdapter[Downtimes] = TypeAdapter(Downtimes)
