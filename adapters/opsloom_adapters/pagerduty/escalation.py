"""Assigning an incident to somebody else: a level of its policy, another policy, or a user."""

from collections.abc import Mapping
from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.model.changes import Effect, Order
from opsloom.model.errors import InvalidRequestError
from opsloom_adapters.pagerduty import wire
from opsloom_adapters.pagerduty.client import PagerdutyClient
from opsloom_adapters.pagerduty.mapping import assignees_of
from opsloom_adapters.pagerduty.recipients import recipient_named
from opsloom_adapters.pagerduty.steps import State, check_open


@dataclass(frozen=True)
class Escalate:
    """``users`` are the ids of those who will have it; empty where a ``policy`` decides. ``fields`` are sent.

    Who that is moves with the schedules, so it is looked for by what was planned.
    """

    to: str
    fields: Mapping[str, object]
    users: frozenset[str] = frozenset()
    policy: str = ""
    irreversible: str = "whoever is notified is not called back; the incident can be escalated again"

    @property
    def summary(self) -> str:
        return f"escalate to {self.to}"

    def check(self, incident: wire.Incident) -> None:
        check_open(incident)
        if self._has(incident):
            raise InvalidRequestError(f"incident {incident.id} is with {self.to} already; name another")

    def depends_on(self, incident: wire.Incident) -> State:
        return (
            ("status", incident.status),
            ("to", self.to),
            ("users", ",".join(sorted(self.users))),
            ("escalation_policy", self.policy),
        )

    def effects(self, incident: wire.Incident) -> tuple[Effect, ...]:
        before = ", ".join(assignees_of(incident)) or "nobody"
        return (Effect(what="assigned to", before=before, after=self.to),)

    async def send(self, client: PagerdutyClient, incident: wire.Incident, order: Order, call: Call) -> None:
        await client.update_incident(call, incident.id, self.fields)

    async def is_done(self, client: PagerdutyClient, incident: wire.Incident, order: Order, call: Call) -> bool:
        return self._has(incident)

    def _has(self, incident: wire.Incident) -> bool:
        if self.policy:
            return incident.escalation_policy is not None and incident.escalation_policy.id == self.policy
        return {one.assignee.id for one in incident.assignments} == self.users


def planned_escalation(observed: State) -> Escalate:
    """What was planned with that state; to be looked for, not to be sent."""
    planned = dict(observed)
    users = frozenset(filter(None, planned["users"].split(",")))
    return Escalate(planned["to"], {}, users=users, policy=planned["escalation_policy"])


async def escalation_to(client: PagerdutyClient, target: str, incident: wire.Incident, call: Call) -> Escalate:
    """What ``target`` means: a number is a level of the incident's escalation policy.

    :raises InvalidRequestError: there is no such target, or nobody would be notified.
    """
    if target.strip().isdecimal():
        return await _to_level(client, int(target), incident, call)
    found = await recipient_named(client, target, call)
    users = frozenset({found.user} if found.user else ())
    return Escalate(found.name, found.fields(), users=users, policy=found.policy)


async def _to_level(client: PagerdutyClient, level: int, incident: wire.Incident, call: Call) -> Escalate:
    policy = incident.escalation_policy
    if policy is None:
        raise InvalidRequestError(f"incident {incident.id} has no escalation policy; name a user")
    shifts = (await client.on_calls(call, (("escalation_policy_ids[]", policy.id),), call.now)).rows
    people = {one.user.id: one.user.summary for one in shifts if one.escalation_level == level}
    if not people:
        levels = ", ".join(map(str, sorted({one.escalation_level for one in shifts}))) or "none"
        raise InvalidRequestError(f"nobody is on call on level {level} of {policy.summary}; somebody is on: {levels}")
    to = f"level {level} of {policy.summary}: {', '.join(sorted(people.values()))}"
    return Escalate(to, {"escalation_level": level}, users=frozenset(people))
