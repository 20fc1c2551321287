"""What Datadog sends of monitors, metrics, logs and SLOs, as far as it is kept.

Source: https://docs.datadoghq.com/api/latest/
"""

from typing import Annotated, Any

from pydantic import AwareDatetime, Field, StringConstraints, TypeAdapter

from opsloom.adapter_api.json_shapes import Text, Texts, Wire

Id = Annotated[str, StringConstraints(min_length=1)]


class MonitorGroup(Wire):
    """One group of a monitor, ``total`` or ``*`` where it has none. ``all_tags`` are those of the monitor.

    ``muted``, ``priority`` and ``all_tags`` are sent, though the published schema does not list them.
    """

    monitor_id: int
    monitor_name: Text = ""
    group: str
    group_tags: Texts = ()
    all_tags: Texts = ()
    status: Text = ""
    priority: int | None = None
    muted: bool | None = None
    last_triggered_ts: int | None = None
    last_nodata_ts: int | None = None


class PageMetadata(Wire):
    page_count: int | None = None


class MonitorGroups(Wire):
    groups: tuple[MonitorGroup, ...]
    metadata: PageMetadata | None = None


class GroupState(Wire):
    """Unix seconds, 0 or ``None`` where it never happened."""

    status: Text = ""
    last_triggered_ts: int | None = None
    last_nodata_ts: int | None = None
    last_resolved_ts: int | None = None


class MonitorState(Wire):
    groups: dict[str, GroupState] = Field(default_factory=dict)


class Thresholds(Wire):
    critical: float | None = None
    warning: float | None = None


class MonitorOptions(Wire):
    """``silenced``: scope -> until when, of downtimes of API v1."""

    thresholds: Thresholds | None = None
    silenced: dict[str, int | None] | None = None


class MatchingDowntime(Wire):
    groups: Texts = ()


class Monitor(Wire):
    """One monitor. ``overall_state_modified`` is sent, though the published schema does not list it."""

    id: int
    name: Text = ""
    query: str
    type: str
    message: Text = ""
    tags: Texts = ()
    priority: int | None = None
    overall_state: Text = ""
    overall_state_modified: AwareDatetime | None = None
    modified: AwareDatetime | None = None
    options: MonitorOptions | None = None
    state: MonitorState | None = None
    matching_downtimes: tuple[MatchingDowntime, ...] = ()


class Relation(Wire):
    """A record that is only named."""

    id: str


class ToOne(Wire):
    data: Relation | None = None


class UserAttributes(Wire):
    name: Text = ""
    handle: Text = ""
    email: Text = ""


class Included(Wire):
    """A record that others refer to; ``attributes`` are those of a user where ``type`` is ``users``."""

    id: str = ""
    type: Text = ""
    attributes: UserAttributes | None = None

    @property
    def called(self) -> str:
        """What a person is called: the first of name, e-mail address and handle that is there."""
        said = self.attributes or UserAttributes()
        return said.name or said.email or said.handle


class CurrentUser(Wire):
    data: Relation


class MetricId(Wire):
    id: str


class Pagination(Wire):
    next_cursor: str | None = None


class MetricsMeta(Wire):
    pagination: Pagination | None = None


class Metrics(Wire):
    data: tuple[MetricId, ...]
    meta: MetricsMeta | None = None


class Unit(Wire):
    name: Text = ""


class SeriesHead(Wire):
    """``unit`` is what is counted, and per what; either may be ``None``."""

    group_tags: Texts = ()
    query_index: int = 0
    unit: tuple[Unit | None, ...] | None = None


class TimeseriesAttributes(Wire):
    """``times`` are Unix milliseconds, ``values`` one row of as many for each of ``series``."""

    series: tuple[SeriesHead, ...]
    times: tuple[int, ...]
    values: tuple[tuple[float | None, ...], ...]


class TimeseriesData(Wire):
    attributes: TimeseriesAttributes


class Timeseries(Wire):
    """``errors`` is there instead of data where a query failed with status 200."""

    data: TimeseriesData | None = None
    errors: Text = ""


class LogAttributes(Wire):
    timestamp: AwareDatetime
    service: str | None = None
    status: Text = ""
    message: Text = ""
    host: Text = ""
    tags: Texts = ()
    attributes: dict[str, Any] | None = None


class Log(Wire):
    id: str
    attributes: LogAttributes


class Cursor(Wire):
    after: str | None = None


class SearchWarning(Wire):
    title: Text = ""


class SearchMeta(Wire):
    """``status`` is ``timeout`` where not all was searched."""

    page: Cursor | None = None
    status: Text = ""
    warnings: tuple[SearchWarning, ...] | None = None


class Logs(Wire):
    data: tuple[Log, ...]
    meta: SearchMeta | None = None


class SloTimeframe(Wire):
    """How an SLO stands over one of its timeframes; ``status`` and ``error_budget_remaining`` are percentages.

    A threshold of an SLO that was never computed has the timeframe and the target only.
    """

    timeframe: str
    target: float
    status: float | None = None
    error_budget_remaining: float | None = None
    state: Text = ""
    error: Text = ""
    indexed_at: int | None = None


class SloAttributes(Wire):
    name: str
    description: Text = ""
    all_tags: Texts = ()
    service_tags: Texts = ()
    thresholds: tuple[SloTimeframe, ...] = ()
    overall_status: tuple[SloTimeframe, ...] = ()


class SloRecord(Wire):
    id: str
    attributes: SloAttributes


class SloResult(Wire):
    data: SloRecord


class SloResults(Wire):
    slos: tuple[SloResult, ...]


class SloResultsData(Wire):
    attributes: SloResults


class Slos(Wire):
    data: SloResultsData


MONITOR: TypeAdapter[Monitor] = TypeAdapter(Monitor)
MONITOR_GROUPS: TypeAdapter[MonitorGroups] = TypeAdapter(MonitorGroups)
METRICS: TypeAdapter[Metrics] = TypeAdapter(Metrics)
TIMESERIES: TypeAdapter[Timeseries] = TypeAdapter(Timeseries)
LOGS: TypeAdapter[Logs] = TypeAdapter(Logs)
SLOS: TypeAdapter[Slos] = TypeAdapter(Slos)
CURRENT_USER: TypeAdapter[CurrentUser] = TypeAdapter(CurrentUser)
