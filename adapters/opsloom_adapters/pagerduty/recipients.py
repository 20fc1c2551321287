"""Whom an incident can be assigned to: a user, an escalation policy, or who is on call on a schedule now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from opsloom.adapter_api.call import Call
from opsloom.model.errors import InvalidRequestError
from opsloom_adapters.pagerduty import wire
from opsloom_adapters.pagerduty.client import PagerdutyClient

N = TypeVar("N", bound=wire.Named)


@dataclass(frozen=True)
class Recipient:
    """``name`` says who it is, ``user`` and ``policy`` are ids: one of them is empty. ``email`` is that of a user."""

    name: str
    user: str = ""
    policy: str = ""
    email: str = ""

    def fields(self) -> Mapping[str, object]:
        """What of an incident says that it is theirs."""
        if self.policy:
            return {"escalation_policy": {"id": self.policy, "type": "escalation_policy_reference"}}
        return {"assignments": [{"assignee": {"id": self.user, "type": "user_reference"}}]}


async def recipient_named(client: PagerdutyClient, name: str, call: Call) -> Recipient:
    """The user with that name or e-mail, else the escalation policy or schedule with that name, whatever its case.

    :raises InvalidRequestError: there is none, or several, or nobody is on call on that schedule.
    """
    wanted = name.strip().casefold()
    if not wanted:
        raise InvalidRequestError("the target is empty; name a user, an escalation policy or a schedule of PagerDuty")
    users = [one for one in (await client.users(call, name)).rows if wanted in _names_of(one)]
    if users:
        user = _only(users, name)
        return Recipient(user.name, user=user.id, email=user.email)
    policies = _fitting((await client.escalation_policies(call, name)).rows, wanted)
    if policies:
        policy = _only(policies, name)
        return Recipient(f"escalation policy {policy.name}", policy=policy.id)
    schedules = _fitting((await client.schedules(call, name)).rows, wanted)
    if schedules:
        return await _on_call_on(client, _only(schedules, name), call)
    raise InvalidRequestError(
        f"{call.instance} has no user, escalation policy or schedule named {name}; get_owner names those of a service"
    )


async def _on_call_on(client: PagerdutyClient, schedule: wire.Named, call: Call) -> Recipient:
    shifts = (await client.on_calls(call, (("schedule_ids[]", schedule.id),), call.now)).rows
    people = {one.user.id: one.user.summary for one in shifts}
    if len(people) != 1:
        said = ", ".join(sorted(people.values())) or "nobody"
        raise InvalidRequestError(f"on call on schedule {schedule.name} is {said}; name one user instead")
    ((user, name),) = people.items()
    return Recipient(f"{name}, on call on {schedule.name}", user=user)


def _names_of(user: wire.User) -> tuple[str, str]:
    return user.name.casefold(), user.email.casefold()


def _fitting(found: Sequence[wire.Named], wanted: str) -> list[wire.Named]:
    return [one for one in found if one.name.casefold() == wanted]


def _only(found: Sequence[N], name: str) -> N:
    if len(found) > 1:
        raise InvalidRequestError(f"{len(found)} are named {name} in PagerDuty; name a user by e-mail")
    return found[0]
