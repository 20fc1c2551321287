"""Documents as log entries."""

from datetime import UTC, datetime

from opsloom.adapter_api.call import Call
from opsloom.model.errors import UnexpectedAnswerError
from opsloom.model.logs import LogEntry, LogSeverity
from opsloom_adapters.elasticsearch import wire
from opsloom_adapters.elasticsearch.config import ElasticsearchConfig

WORDS_OF_SEVERITY = {
    LogSeverity.TRACE: ("trace", "verbose", "finest", "finer"),
    LogSeverity.DEBUG: ("debug", "dbg", "fine"),
    LogSeverity.INFO: ("info", "information", "informational", "notice", "log"),
    LogSeverity.WARN: ("warn", "warning"),
    LogSeverity.ERROR: ("error", "err", "severe"),
    LogSeverity.FATAL: ("fatal", "critical", "crit", "alert", "emergency", "emerg", "panic"),
}
"""The Elastic Common Schema leaves ``log.level`` to the source; these are syslog's, log4j's, java.util.logging's and
those of common libraries, in lower case."""
_SEVERITY_OF_WORD = {word: severity for severity, words in WORDS_OF_SEVERITY.items() for word in words}


def severity_of(level: str) -> LogSeverity:
    """What a word of the level field means, in any case; any other word is unknown."""
    return _SEVERITY_OF_WORD.get(level.casefold(), LogSeverity.UNKNOWN)


def time_of(hit: wire.Hit, config: ElasticsearchConfig) -> str:
    """As Elasticsearch wrote it, to the nanosecond; a later question counts from it."""
    return hit.text(config.timestamp_field).partition("\n")[0]


def entry_of(hit: wire.Hit, config: ElasticsearchConfig, asked_service: str | None, call: Call) -> LogEntry:
    """An entry that bears several names belongs to ``asked_service`` if that is any of them.

    :raises UnexpectedAnswerError: its time is none.
    """
    names = [name for field in config.service_fields if (name := hit.text(field))]
    level = hit.text(config.level_field)
    return LogEntry(
        at=_moment(time_of(hit, config), call),
        service=asked_service if asked_service in names else next(iter(names), None),
        severity=severity_of(level),
        severity_raw=level,
        message=hit.text(config.message_field),
        trace_id=hit.text(config.trace_id_field) or None,
        cursor=f"{hit.index}/{hit.id}",
        attributes={field: text for field in config.attribute_fields if (text := hit.text(field))},
    )


def gaps_of(answer: wire.Searched) -> list[str]:
    """Why a part of the documents is missing from ``answer``, which is a success all the same."""
    gaps = ["the search timed out at Elasticsearch"] if answer.timed_out else []
    if answer.shards.failed:
        gaps.append(f"{answer.shards.failed} of {answer.shards.total} shards failed")
    clusters = answer.clusters
    absent = clusters.skipped + clusters.failed
    if absent or clusters.partial:
        gaps.append(f"of {clusters.total} clusters {absent} were left out and {clusters.partial} answered in part")
    return gaps


def _moment(text: str, call: Call) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except ValueError:
        raise UnexpectedAnswerError(
            f"{call.instance} sent an entry whose time cannot be read; check timestamp_field", instance=call.instance
        ) from None
