"""Dynatrace's selectors, its filter languages: all that comes from outside is quoted here.

Sources: https://docs.dynatrace.com/docs/dynatrace-api/environment-api/entity-v2/entity-selector and
https://docs.dynatrace.com/docs/dynatrace-api/environment-api/metric-v2/metric-selector
"""

import re
from collections.abc import Iterable, Sequence

from opsloom.model.errors import InvalidRequestError
from opsloom.model.metrics import Aggregate

_NAME_CHARS = 500
_PLAIN_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*(:[A-Za-z][A-Za-z0-9_]*)?(\.[A-Za-z_][A-Za-z0-9_]*)*")
_PERCENTILES = {Aggregate.P50: 50, Aggregate.P90: 90, Aggregate.P95: 95, Aggregate.P99: 99}


def quoted(text: str) -> str:
    """``text`` as one quoted value: ``~`` escapes itself and the quote.

    :raises InvalidRequestError: it is longer than any name.
    """
    if len(text) > _NAME_CHARS:
        raise InvalidRequestError(f"a name for Dynatrace may have {_NAME_CHARS} characters; this has {len(text)}")
    return '"' + text.replace("~", "~~").replace('"', '~"') + '"'


def criterion(name: str, values: Iterable[str]) -> str:
    """``status("open")``, any of ``values``."""
    return f"{name}({','.join(map(quoted, values))})"


def all_of(criteria: Iterable[str]) -> str:
    """What fulfils each of the criteria."""
    return ",".join(criteria)


def services_named(name: str) -> str:
    """The services with exactly this name, of which there may be several."""
    return all_of(('type("SERVICE")', f"caseSensitive(entityName.equals({quoted(name)}))"))


def services_with(text: str | None) -> str:
    """The services whose name holds ``text``."""
    return all_of(('type("SERVICE")', *([f"entityName({quoted(text)})"] if text else [])))


def metric_selector(metric: str, aggregate: Aggregate | None, group_by: Sequence[str]) -> str:
    """``builtin:service.response.time:splitBy("dt.entity.service"):avg``; without both all dimensions stay."""
    key = metric if _PLAIN_KEY.fullmatch(metric) else quoted(metric)
    if aggregate is None and not group_by:
        return key
    return f"{key}:splitBy({','.join(map(quoted, group_by))}){_aggregation(aggregate)}"


def _aggregation(aggregate: Aggregate | None) -> str:
    if aggregate is None:
        return ":auto"
    if aggregate is Aggregate.RATE:
        return ":sum:rate(1s)"
    percentile = _PERCENTILES.get(aggregate)
    return f":{aggregate}" if percentile is None else f":percentile({percentile})"
