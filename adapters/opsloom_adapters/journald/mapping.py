"""The journal's entries as ours.

Field names: https://www.freedesktop.org/software/systemd/man/latest/systemd.journal-fields.html
"""

from opsloom.model.logs import LogEntry, LogSeverity
from opsloom_adapters.journald import wire
from opsloom_adapters.journald.config import JournaldConfig

SEVERITY_OF_PRIORITY = {
    "0": LogSeverity.FATAL,  # emerg
    "1": LogSeverity.FATAL,  # alert
    "2": LogSeverity.FATAL,  # crit
    "3": LogSeverity.ERROR,  # err
    "4": LogSeverity.WARN,  # warning
    "5": LogSeverity.INFO,  # notice
    "6": LogSeverity.INFO,  # info
    "7": LogSeverity.DEBUG,  # debug
}
MESSAGE_LEFT_OUT = "[message over 4 KiB: the journal gateway does not send it]"
_ATTRIBUTES = ("_HOSTNAME", "_PID", "_SYSTEMD_UNIT", "SYSLOG_IDENTIFIER")
_UNIT_SUFFIX = ".service"


def entry_of(heard: wire.Entry, config: JournaldConfig, asked_service: str | None) -> LogEntry:
    """An entry that bears several names belongs to ``asked_service`` if that is any of them."""
    names = [name for field in config.service_fields for name in service_names(heard, field)]
    priority = _first(heard, "PRIORITY")
    left_out = heard.is_left_out("MESSAGE")
    return LogEntry(
        at=heard.at,
        service=asked_service if asked_service in names else next(iter(names), None),
        severity=severity_of(priority),
        severity_raw=priority,
        message=MESSAGE_LEFT_OUT if left_out else "\n".join(heard.values("MESSAGE")),
        trace_id=_first(heard, config.trace_id_field) or None,
        cursor=heard.cursor,
        attributes={field: values[0] for field in _ATTRIBUTES if (values := heard.values(field))},
    )


def severity_of(priority: str) -> LogSeverity:
    """syslog's levels (RFC 5424, table 2) as OpenTelemetry's names; any other word is unknown."""
    return SEVERITY_OF_PRIORITY.get(priority, LogSeverity.UNKNOWN)


def service_matches(field: str, service: str) -> list[str]:
    """The values of ``field`` that mean ``service``: a unit is known with and without its suffix."""
    if not field.endswith("_UNIT"):
        return [service]
    stem = service.removesuffix(_UNIT_SUFFIX)
    return [stem, stem + _UNIT_SUFFIX]


def service_names(heard: wire.Entry, field: str) -> list[str]:
    """What the values of ``field`` call the service, the short form of a unit first."""
    names = []
    for value in heard.values(field):
        if field.endswith("_UNIT"):
            names.append(value.removesuffix(_UNIT_SUFFIX))
        names.append(value)
    return [name for name in names if name]


def _first(heard: wire.Entry, field: str) -> str:
    return next(iter(heard.values(field)), "")
