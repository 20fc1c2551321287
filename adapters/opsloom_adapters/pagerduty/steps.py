"""What can be done to one incident, each as one request.

Source: https://developer.pagerduty.com/api-reference/8a0e1aa2ec666-update-an-incident
"""

from dataclasses import dataclass
from typing import Protocol

from opsloom.adapter_api.call import Call
from opsloom.model.changes import Effect, Order
from opsloom.model.errors import InvalidRequestError
from opsloom_adapters.pagerduty import wire
from opsloom_adapters.pagerduty.client import PagerdutyClient
from opsloom_adapters.pagerduty.mapping import ACKNOWLEDGED, RESOLVED, snoozed_until

State = tuple[tuple[str, str], ...]
SNOOZE_MAX_SECONDS = 604_800


class Step(Protocol):
    """One thing to do. ``check`` raises :class:`InvalidRequestError` where it would change nothing or cannot be done.

    ``depends_on`` is what of the incident a plan depends on. ``is_done`` is asked of the incident as it is afterwards.
    """

    @property
    def summary(self) -> str: ...

    @property
    def irreversible(self) -> str: ...

    def check(self, incident: wire.Incident) -> None: ...

    def depends_on(self, incident: wire.Incident) -> State: ...

    def effects(self, incident: wire.Incident) -> tuple[Effect, ...]: ...

    async def send(self, client: PagerdutyClient, incident: wire.Incident, order: Order, call: Call) -> None: ...

    async def is_done(self, client: PagerdutyClient, incident: wire.Incident, order: Order, call: Call) -> bool: ...


@dataclass(frozen=True)
class Acknowledge:
    """It leaves no text of ours, so whoever acknowledged or resolved it: it notifies nobody any more."""

    user: str
    summary: str = "acknowledge"
    irreversible: str = (
        "PagerDuty's API takes no acknowledgement back; it ends with the service's acknowledgement timeout, if there "
        "is one, or by escalating the incident"
    )

    def check(self, incident: wire.Incident) -> None:
        check_open(incident)
        if incident.status == ACKNOWLEDGED:
            by = ", ".join(one.acknowledger.summary for one in incident.acknowledgements)
            raise InvalidRequestError(f"incident {incident.id} is acknowledged already, by {by or 'somebody'}")

    def depends_on(self, incident: wire.Incident) -> State:
        return (("status", incident.status),)

    def effects(self, incident: wire.Incident) -> tuple[Effect, ...]:
        return (
            Effect(what="status", before=incident.status, after=ACKNOWLEDGED),
            Effect(what="acknowledged by", before="", after=self.user),
        )

    async def send(self, client: PagerdutyClient, incident: wire.Incident, order: Order, call: Call) -> None:
        await client.update_incident(call, incident.id, {"status": ACKNOWLEDGED})

    async def is_done(self, client: PagerdutyClient, incident: wire.Incident, order: Order, call: Call) -> bool:
        return incident.status in (ACKNOWLEDGED, RESOLVED)


@dataclass(frozen=True)
class Comment:
    """A note, which carries the marker."""

    text: str
    summary: str = "add a note"
    irreversible: str = "a note stays in the incident's timeline"

    def check(self, incident: wire.Incident) -> None:
        """Notes are taken at any time."""

    def depends_on(self, incident: wire.Incident) -> State:
        return (("incident", incident.id),)

    def effects(self, incident: wire.Incident) -> tuple[Effect, ...]:
        return (Effect(what="note", before="", after=self.text),)

    async def send(self, client: PagerdutyClient, incident: wire.Incident, order: Order, call: Call) -> None:
        await client.create_note(call, incident.id, signed(self.text, order))

    async def is_done(self, client: PagerdutyClient, incident: wire.Incident, order: Order, call: Call) -> bool:
        return any(order.marker in one.content for one in await client.notes(call, incident.id))


@dataclass(frozen=True)
class Snooze:
    """Seen by the time at which it ends, which is another than before."""

    seconds: int
    irreversible: str = "PagerDuty's API ends no snooze early; escalating the incident notifies people again"

    @property
    def summary(self) -> str:
        return f"snooze for {self.seconds} s"

    def check(self, incident: wire.Incident) -> None:
        check_open(incident)
        if not 0 < self.seconds <= SNOOZE_MAX_SECONDS:
            raise InvalidRequestError(f"snooze_seconds must be from 1 to {SNOOZE_MAX_SECONDS}")

    def depends_on(self, incident: wire.Incident) -> State:
        return (("status", incident.status), ("triggers_again_at", snoozed_until(incident)))

    def effects(self, incident: wire.Incident) -> tuple[Effect, ...]:
        until = snoozed_until(incident)
        after = f"{self.seconds} s after it is applied"
        return (
            Effect(what="status", before=incident.status, after=ACKNOWLEDGED),
            Effect(what="triggers again", before=until or "not by itself", after=after),
        )

    async def send(self, client: PagerdutyClient, incident: wire.Incident, order: Order, call: Call) -> None:
        await client.snooze(call, incident.id, self.seconds)

    async def is_done(self, client: PagerdutyClient, incident: wire.Incident, order: Order, call: Call) -> bool:
        until = snoozed_until(incident)
        planned = dict(order.plan.observed).get("triggers_again_at")
        return incident.status == ACKNOWLEDGED and until not in ("", planned)


@dataclass(frozen=True)
class Resolve:
    """The comment and the marker go into the entry of the timeline that says that it was resolved."""

    text: str
    summary: str = "resolve"
    irreversible: str = "opsloom does not reopen incidents; what is still broken triggers a new one"

    def check(self, incident: wire.Incident) -> None:
        check_open(incident)

    def depends_on(self, incident: wire.Incident) -> State:
        return (("status", incident.status),)

    def effects(self, incident: wire.Incident) -> tuple[Effect, ...]:
        status = Effect(what="status", before=incident.status, after=RESOLVED)
        counts = incident.alert_counts
        alerts = [Effect(what="alerts", before=f"{counts.triggered} triggered", after=RESOLVED)] if counts else []
        return (status, *alerts, *([Effect(what="resolution", before="", after=self.text)] if self.text else []))

    async def send(self, client: PagerdutyClient, incident: wire.Incident, order: Order, call: Call) -> None:
        await client.update_incident(call, incident.id, {"status": RESOLVED, "resolution": signed(self.text, order)})

    async def is_done(self, client: PagerdutyClient, incident: wire.Incident, order: Order, call: Call) -> bool:
        return incident.status == RESOLVED


def check_open(incident: wire.Incident) -> None:
    if incident.status == RESOLVED:
        raise InvalidRequestError(f"incident {incident.id} is resolved; only a comment can still be added")


def signed(text: str, order: Order) -> str:
    """``text`` and one line on who wanted it, with the marker by which it is found again."""
    by, approved = (" ".join(name.split()) for name in (order.requester, order.approver))
    return f"{text}\n\n({order.marker}: asked for by {by}, approved by {approved})".strip()
