"""What a downtime mutes, between opsloom's matchers and Datadog's words.

``monitor_id`` names one monitor, ``monitor_tag`` a tag that its monitors must have (``service:checkout``); any other
name is the key of a tag of the group, which is the downtime's scope.

Source: https://docs.datadoghq.com/monitors/downtimes/#downtime-scope-syntax
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from opsloom.model.changes import Matcher
from opsloom.model.errors import InvalidRequestError
from opsloom_adapters.datadog import downtime_wire, wire
from opsloom_adapters.datadog.alert_mapping import MONITOR_ID, group_tags
from opsloom_adapters.datadog.tags import tag_key, tag_value

MONITOR_TAG = "monitor_tag"
_ALL = "*"
_ALTERNATIVES = re.compile(r"(?:[\w\-/]|\\\.)+(?:\|(?:[\w\-/]|\\\.)+)*")
_TERM = re.compile(r"(-?)([A-Za-z][\w\-./]*):(?:([\w\-./]+)|\(([\w\-./]+(?: OR [\w\-./]+)*)\))")


@dataclass(frozen=True)
class DowntimeTarget:
    """Groups that fit all of ``terms``, of one monitor or of those with all of ``monitor_tags``."""

    monitor_id: int | None
    monitor_tags: tuple[str, ...]
    terms: tuple[Matcher, ...]

    @property
    def scope(self) -> str:
        """``service:checkout AND -env:(dev OR staging)``, or ``*``."""
        return " AND ".join(map(_written, self.terms)) or _ALL

    @property
    def identifier(self) -> dict[str, object]:
        """Which monitors, as the API takes it."""
        if self.monitor_id is not None:
            return {"monitor_id": self.monitor_id}
        return {"monitor_tags": list(self.monitor_tags) or [_ALL]}

    @property
    def text(self) -> str:
        """What it mutes, for people."""
        monitors = f"monitor {self.monitor_id}" if self.monitor_id is not None else "all monitors"
        tagged = f"monitors tagged {', '.join(self.monitor_tags)}" if self.monitor_tags else monitors
        return f"{tagged}, groups {self.scope}"

    @property
    def services(self) -> frozenset[str]:
        """The services that it spells out, also while nothing of them alerts."""
        tagged = {tag.partition(":")[2] for tag in self.monitor_tags if tag.startswith("service:")}
        return frozenset(tagged | {v for one in self.terms if _is_service(one) for v in _values(one)})

    @property
    def matchers(self) -> tuple[Matcher, ...]:
        """The matchers that make it, always in the same order."""
        monitor = (Matcher(name=MONITOR_ID, value=str(self.monitor_id)),) if self.monitor_id is not None else ()
        return (*monitor, *(Matcher(name=MONITOR_TAG, value=tag) for tag in self.monitor_tags), *self.terms)

    def mutes(self, group: wire.MonitorGroup) -> bool:
        """Whether it mutes this group."""
        if self.monitor_id not in (None, group.monitor_id):
            return False
        tags = {tag.casefold() for tag in group_tags(group)}
        fits = (any(f"{one.name}:{v}" in tags for v in _values(one)) is one.is_equal for one in self.terms)
        return set(self.monitor_tags) <= {tag.casefold() for tag in group.all_tags} and all(fits)

    def is_of(self, downtime: downtime_wire.DowntimeAttributes) -> bool:
        """Whether ``downtime`` mutes exactly this."""
        wanted = self.identifier
        same = (
            {"monitor_id": downtime.monitor_identifier.monitor_id}
            if downtime.monitor_identifier.monitor_id is not None
            else {"monitor_tags": sorted(downtime.monitor_identifier.monitor_tags)}
        )
        return same == wanted and downtime.scope == self.scope


def target_of(matchers: Sequence[Matcher]) -> DowntimeTarget:
    """What a downtime for all of ``matchers`` mutes.

    :raises InvalidRequestError: Datadog cannot express it, or nothing says what is to be muted.
    """
    monitors, tags, terms = set(), set(), set()
    for one in matchers:
        if one.name == MONITOR_ID:
            monitors.add(_monitor_id(one))
        elif one.name == MONITOR_TAG:
            tags.add(_monitor_tag(one))
        else:
            terms.add(_term(one))
    if len(monitors) > 1 or (monitors and tags):
        raise InvalidRequestError(
            f"matchers can name one {MONITOR_ID}, or several {MONITOR_TAG}; a downtime cannot have both"
        )
    if not monitors and not tags and not any(one.is_equal for one in terms):
        raise InvalidRequestError(
            "matchers would mute every monitor but a few; give at least one that says what is to be muted, "
            f'such as service="checkout", {MONITOR_TAG}="service:checkout" or {MONITOR_ID}="59586255"'
        )
    return DowntimeTarget(next(iter(monitors), None), tuple(sorted(tags)), tuple(sorted(terms, key=_written)))


def read_target(downtime: downtime_wire.DowntimeAttributes) -> DowntimeTarget | None:
    """What ``downtime`` mutes, ``None`` where matchers cannot say it."""
    matched = [_TERM.fullmatch(part) for part in downtime.scope.split(" AND ")] if downtime.scope != _ALL else []
    terms = []
    for one in matched:
        if one is None:
            return None
        values = (one[3] or one[4]).split(" OR ")
        written = "|".join(value.replace(".", r"\.") for value in values) if one[4] else values[0]
        terms.append(Matcher(name=one[2], value=written, is_regex=bool(one[4]), is_equal=not one[1]))
    identifier = downtime.monitor_identifier
    tags = tuple(Matcher(name=MONITOR_TAG, value=tag) for tag in identifier.monitor_tags if tag != _ALL)
    number = identifier.monitor_id
    monitor = () if number is None else (Matcher(name=MONITOR_ID, value=str(number)),)
    try:
        return target_of((*monitor, *tags, *terms))
    except InvalidRequestError:
        return None


def _monitor_id(one: Matcher) -> int:
    if one.is_regex or not one.is_equal or not re.fullmatch(r"[1-9][0-9]{0,17}", one.value):
        raise InvalidRequestError(f'{MONITOR_ID} takes the number of one monitor, as {MONITOR_ID}="59586255"')
    return int(one.value)


def _monitor_tag(one: Matcher) -> str:
    key, colon, value = one.value.partition(":")
    if one.is_regex or not one.is_equal or not colon:
        raise InvalidRequestError(f'{MONITOR_TAG} takes one whole tag, as {MONITOR_TAG}="service:checkout"')
    return f"{tag_key(key, MONITOR_TAG)}:{tag_value(value, MONITOR_TAG)}"


def _term(one: Matcher) -> Matcher:
    name = tag_key(one.name, "matchers")
    if not one.is_regex:
        return one.model_copy(update={"name": name, "value": tag_value(one.value, "matchers")})
    if not _ALTERNATIVES.fullmatch(one.value):
        raise InvalidRequestError(
            "matchers: of regular expressions Datadog can express alternatives only, such as checkout|cart"
        )
    return one.model_copy(update={"name": name, "value": one.value.lower()})


def _values(one: Matcher) -> tuple[str, ...]:
    return tuple(value.replace("\\.", ".") for value in one.value.split("|")) if one.is_regex else (one.value,)


def _is_service(one: Matcher) -> bool:
    return one.name == "service" and one.is_equal


def _written(one: Matcher) -> str:
    values = _values(one)
    written = f"({' OR '.join(values)})" if one.is_regex else values[0]
    return f"{'' if one.is_equal else '-'}{one.name}:{written}"
